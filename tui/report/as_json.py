"""Runs as JSON, schema "bedwatch/1": keys and their meaning are a contract."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tui.runs.run import Amount, Claim, Reading, Run, Spot

SCHEMA = "bedwatch/1"


def runs_json(runs: Sequence[Run]) -> str:
    """The document for some runs, each on a line of its own, ending without a newline. It is not indented further: that
    costs ten times as much, and a document of a thousand runs is read by programs."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    lines = ",\n".join(encode(run_object(run)) for run in runs)
    return f'{{"schema": {encode(SCHEMA)}, "runs": [\n{lines}\n]}}'


def run_object(run: Run) -> dict[str, Any]:
    """One run as plain JSON values."""
    return {
        "id": run.id, "testbed": run.testbed, "format": run.format, "name": run.name, "model": run.model,
        "kind": run.kind, "state": run.state, "because": _spot(run.because, text="text"),
        "job_ids": list(run.job_ids),
        "sources": [
            {"path": s.path, "first_line": s.first_line, "last_line": s.last_line, "role": s.role} for s in run.sources
        ],
        "started_at": _time(run.started_at), "ended_at": _time(run.ended_at), "updated_at": _stamp(run),
        "elapsed_seconds": json_number(run.elapsed),
        "progress": {unit: _amount(amount) for unit, amount in run.progress.items()},
        "eta_seconds": json_number(run.eta), "remaining_seconds": json_number(run.told_left),
        "phases": [
            {
                "name": p.name, "started_at": _time(p.started_at), "seconds": json_number(p.seconds), "cached": p.cached,
                "line": p.spot.line,
            }
            for p in run.phases
        ],
        "params": {
            name: {"value": json_number(p.value), "path": p.spot.path, "line": p.spot.line} for name, p in run.params.items()
        },
        "metrics": {name: _reading(reading) for name, reading in run.metrics.items()},
        "error": _spot(run.error, text="message"),
        "findings": [
            {"code": f.code, "severity": f.severity, "message": f.message, "path": f.spot.path, "line": f.spot.line}
            for f in run.findings
        ],
        "claims": [_claim(claim) for claim in run.claims],
        "note": run.notes.note if run.notes is not None else None,
        "tags": list(run.notes.tags) if run.notes is not None else [],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "name": claim.name, "value": json_number(claim.value), "source": claim.source, "said": claim.said, "holds": claim.holds,
        "observed": json_number(claim.observed), "path": claim.spot.path, "line": claim.spot.line or None,
    }


def _reading(reading: Reading) -> dict[str, Any]:
    what = reading.definition
    evidence = "derived" if reading.derived else what.evidence
    return {
        "value": json_number(reading.value), "unit": what.unit, "better": what.better, "evidence": evidence,
        "step": json_number(reading.step), "path": reading.spot.path, "line": reading.spot.line,
        "stale": reading.stale,
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {"done": json_number(amount.done), "total": json_number(amount.total)}


def _spot(spot: Spot | None, *, text: str) -> dict[str, Any] | None:
    return None if spot is None else {"path": spot.path, "line": spot.line, text: spot.text}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _stamp(run: Run) -> str | None:
    if run.modified is None:
        return None
    return datetime.fromtimestamp(run.modified).astimezone().isoformat(timespec="seconds")


def json_number(value: Any) -> Any:
    """JSON has no NaN and no infinity: they are strings. Whole floats become integers."""
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if value.is_integer() and abs(value) < 1e15:
            return int(value)
    return value
