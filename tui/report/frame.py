"""Runs as a polars frame, one row a run, and what is written from it: CSV, Markdown, parquet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import polars as pl

from parsers.metrics import METRICS
from tui.runs.run import Run

_TEXT = ("id", "testbed", "format", "name", "model", "kind", "state", "job_ids")
_NUMBERS = ("step", "total_steps", "epoch", "total_epochs", "elapsed_seconds", *METRICS)
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(_TEXT, pl.String), "started_at": pl.Datetime("us"), "ended_at": pl.Datetime("us"),
    "batch_size": pl.Float64, "error": pl.String, **dict.fromkeys(_NUMBERS, pl.Float64),
}


def runs_frame(runs: Sequence[Run]) -> pl.DataFrame:
    """One row a run, columns as in `SCHEMA`: a metric that a log does not report is null, never zero."""
    return pl.DataFrame([_row(run) for run in runs], schema=SCHEMA)


def _row(run: Run) -> dict[str, Any]:
    batch = run.params.get("batch_size")
    row: dict[str, Any] = {
        "id": run.id, "testbed": run.testbed, "format": run.format, "name": run.name, "model": run.model, "kind": run.kind,
        "state": run.state, "job_ids": " ".join(run.job_ids), "started_at": run.started_at, "ended_at": run.ended_at,
        "batch_size": float(batch.value) if batch and isinstance(batch.value, (int, float)) else None,
        "error": run.error.text if run.error else None, "elapsed_seconds": run.elapsed,
    }
    for unit, total in (("step", "total_steps"), ("epoch", "total_epochs")):
        amount = run.progress.get(unit)
        row[unit], row[total] = (amount.done, amount.total) if amount else (None, None)
    return row | {name: run.metrics[name].value if name in run.metrics else None for name in METRICS}


def as_csv(runs: Sequence[Run]) -> bytes:
    """CSV with a header; columns that no run fills are left out."""
    return _filled(runs_frame(runs)).write_csv().encode()


def as_parquet(runs: Sequence[Run]) -> bytes:
    """Parquet with every column of `SCHEMA`, so that files of different days fit together."""
    buffer = io.BytesIO()
    runs_frame(runs).write_parquet(buffer)
    return buffer.getvalue()


def as_markdown(runs: Sequence[Run]) -> bytes:
    """A Markdown table; columns that no run fills are left out."""
    frame = _filled(runs_frame(runs))
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * frame.width]
    for row in frame.iter_rows():
        lines.append("| " + " | ".join("" if value is None else str(value).replace("|", "\\|") for value in row) + " |")
    return ("\n".join(lines) + "\n").encode()


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select([column for column in frame.columns if frame[column].null_count() < frame.height or column in _TEXT])
