"""Runs as a polars frame, one row a run, typed; docs/data.md documents every column."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from parsers.metrics import METRICS
from tui.report.as_json import json_number
from tui.runs.plaintext import plain
from tui.runs.run import Run, Spot

_TEXT = ("id", "testbed", "format", "name", "model", "kind", "state", "job_ids")
_NUMBERS = (
    "step", "total_steps", "epoch", "total_epochs", "elapsed_seconds", "eta_seconds", "remaining_seconds", "batch_size",
    "learning_rate",
)
_SOURCES = tuple(f"{name}_source" for name in METRICS)
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(_TEXT, pl.String),
    "started_at": pl.Datetime("us"), "ended_at": pl.Datetime("us"), "updated_at": pl.Datetime("us", "UTC"),
    **dict.fromkeys((*_NUMBERS, *METRICS), pl.Float64),
    **dict.fromkeys(("compile_hash", "command", "params", "note", "tags", "findings", "because", "because_source"), pl.String),
    **dict.fromkeys(("error", "error_source", "file", *_SOURCES), pl.String),
}  # fmt: skip
_LONG = frozenset({"params", "because", "file", *(name for name in SCHEMA if name.endswith("_source"))})


def runs_frame(runs: Sequence[Run], files: Mapping[str, str] | None = None) -> pl.DataFrame:
    """One row a run, columns as in `SCHEMA`: a metric that a log does not report is null, never zero. `files` gives the path
    of each log on this machine, by its name in ids and places."""
    return pl.DataFrame([_row(run, files or {}) for run in runs], schema=SCHEMA)


def _row(run: Run, files: Mapping[str, str]) -> dict[str, Any]:
    settings = {name: param.value for name, param in run.params.items()}
    texts = {
        "id": run.id, "testbed": run.testbed, "format": run.format, "name": run.name, "model": run.model, "kind": run.kind,
        "state": run.state, "job_ids": " ".join(run.job_ids), "compile_hash": settings.get("compile_hash"),
        "command": settings.get("command"),
        "params": json.dumps({name: json_number(value) for name, value in settings.items()}, ensure_ascii=False),
        "note": run.notes.note if run.notes else None, "tags": " ".join(run.notes.tags) if run.notes else None,
        "findings": " ".join(dict.fromkeys(finding.code for finding in run.findings)),
        "because": run.because.text if run.because else None, "because_source": _source(run.because),
        "error": run.error.text if run.error else None, "error_source": _source(run.error), "file": files.get(run.path),
        **{f"{name}_source": _source(reading.spot) for name, reading in run.metrics.items()},
    }  # fmt: skip
    numbers: dict[str, Any] = {
        "elapsed_seconds": run.elapsed, "eta_seconds": run.eta, "remaining_seconds": run.told_left,
        "updated_at": None if run.modified is None else int(run.modified * 1_000_000),
        **{name: settings.get(name) for name in ("batch_size", "learning_rate")},
    }  # fmt: skip
    for unit, total in (("step", "total_steps"), ("epoch", "total_epochs")):
        amount = run.progress.get(unit)
        numbers[unit], numbers[total] = (amount.done, amount.total) if amount else (None, None)
    return {
        **{name: plain(str(text)) if text else None for name, text in texts.items()},
        **{name: value if isinstance(value, (int, float)) else None for name, value in numbers.items()},
        "started_at": run.started_at, "ended_at": run.ended_at,
        **{name: reading.value for name, reading in run.metrics.items() if name in METRICS},
    }  # fmt: skip


def _source(spot: Spot | None) -> str | None:
    """File and line, as compilers write them."""
    return None if spot is None else f"{spot.path}:{spot.line}" if spot.line else spot.path


def short(frame: pl.DataFrame) -> pl.DataFrame:
    """For people: without what no run fills, and without the places of the figures."""
    return filled(frame.select([name for name in frame.columns if name not in _LONG]))


def filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that no row fills, but for those that name the run."""
    return frame.select([name for name in frame.columns if name in _TEXT or frame[name].null_count() < frame.height])
