"""Events as lines: for people, and as one JSON object a line, schema "bedwatch-event/1", for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tui.report.as_json import run_object
from tui.report.table import with_unit
from tui.runs.events import Event
from tui.runs.numbers import duration, number
from tui.runs.plaintext import plain
from tui.runs.run import Run, Spot

SCHEMA = "bedwatch-event/1"
_ALWAYS = (
    "name", "testbed", "model", "kind", "job_ids", "state", "because", "error", "progress", "eta_seconds", "remaining_seconds",
    "elapsed_seconds",
)  # fmt: skip
_SHOWN_METRICS = 3
TEXT_MOST = 1000
"""Characters of a log's line that an event quotes."""


def event_line(event: Event) -> str:
    """One line of plain text: local time, the run's id, and what happened, with the line of the log that says so."""
    at = datetime.fromtimestamp(event.at).isoformat(" ", timespec="seconds")
    return plain(f"{at}  {event.run.id}  {_said(event)[:TEXT_MOST]}")


def event_json(event: Event) -> str:
    """One JSON object on one line, in ASCII alone: a log's text can neither break the line nor steer a terminal.

    Keys: schema, event, at, run (the id), then those of the run as in the schema "bedwatch/1"; `was` for a change of state,
    `phase` for one entered, `finding`, and `changed` with the names of figures that moved. `metrics` where they may have.
    """
    run = run_object(event.run)
    document: dict[str, Any] = {
        "schema": SCHEMA, "event": event.kind, "run": run["id"],
        "at": datetime.fromtimestamp(event.at).astimezone().isoformat(timespec="milliseconds"),
        **{key: run[key] for key in _ALWAYS},
    }  # fmt: skip
    for quoted, text in (("because", "text"), ("error", "message")):
        if document[quoted] is not None:
            document[quoted] = {**document[quoted], text: document[quoted][text][:TEXT_MOST]}
    if event.was is not None:
        document["was"] = event.was
    if event.phase is not None:
        entered = event.phase
        document["phase"] = {"name": entered.name, "cached": entered.cached, "path": entered.spot.path, "line": entered.spot.line}
    if event.finding is not None:
        found = event.finding
        document["finding"] = {
            "code": found.code, "severity": found.severity, "message": found.message[:TEXT_MOST],
            "path": found.spot.path, "line": found.spot.line,
        }  # fmt: skip
    if event.kind == "progress":
        document["changed"] = list(event.changed)
    if event.kind in ("appeared", "progress", "ended"):
        document["metrics"] = run["metrics"]
    return json.dumps(document, allow_nan=False)


def _said(event: Event) -> str:
    run = event.run
    match event.kind:
        case "appeared":
            return " · ".join([f"appeared: {run.state}", *_figures(run)]) + (_quoted(run) if run.error is not None else "")
        case "phase" if event.phase is not None:
            cached = " (cached)" if event.phase.cached else ""
            return f"phase {event.phase.name}{cached}{_proof(event.phase.spot)}"
        case "progress":
            return " · ".join([*_figures(run, event.changed), *_left(run)])
        case "finding" if event.finding is not None:
            return f"{event.finding.severity}: {event.finding.message}{_proof(event.finding.spot)}"
        case "gone":
            return "its log is gone"
        case "ended":
            after = [f"after {duration(run.elapsed)}"] if run.elapsed is not None else []
            return " · ".join([" ".join([run.state, *after]), *_figures(run)]) + _quoted(run)
    return f"{event.was} -> {run.state}{_quoted(run)}"


def _quoted(run: Run) -> str:
    """The line that proves the state, quoted where it says more than the state does."""
    spot = run.error or run.because
    if spot is None:
        return ""
    return f": {spot.text}{_proof(spot)}" if spot.text else _proof(spot)


def _proof(spot: Spot | None) -> str:
    if spot is None:
        return ""
    return f" ({spot.path}, line {spot.line})" if spot.line else f" ({spot.path})"


def _figures(run: Run, moved: Sequence[str] = ()) -> Iterator[str]:
    """Steps, epochs and the run's main figures; where it has none of these, those that moved."""
    for unit in ("step", "epoch"):
        amount = run.progress.get(unit)
        if amount is not None and amount.done is not None:
            total = f"/{number(amount.total)}" if amount.total is not None else ""
            yield f"{unit} {number(amount.done)}{total}"
    main = [reading for reading in (run.metrics.get("loss"), run.headline, run.speed) if reading is not None]
    others = [run.metrics[name] for name in moved if name in run.metrics]
    for reading in dict.fromkeys(main or others[:_SHOWN_METRICS]):
        yield f"{reading.definition.label} {with_unit(reading)}"


def _left(run: Run) -> Iterator[str]:
    if run.eta is not None:
        yield f"{duration(run.eta)} left"
