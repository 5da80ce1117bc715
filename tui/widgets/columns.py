"""The columns of the run table: what each says of a run, and which ones stay when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tui.runs.numbers import age, duration, number
from tui.runs.run import Reading, Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, cut, plain, width_of
from tui.widgets.charts.sparkline import sparkline
from tui.widgets.metrics import figure
from tui.widgets.progress import gauge, left_text

_UNITS = {"inferences/s": "inf/s", "nat": ""}
_SHORT_UNITS = _UNITS | {"samples/s": "samp/s", "tokens/s": "tok/s", "steps/s": "step/s"}
_LABELS = {"Groq latency": "latency", "Groq accuracy": "accuracy", "eval perplexity": "perplexity"}
_SHORT_LABELS = {
    "Groq latency": "lat.", "latency": "lat.", "accuracy": "acc.", "Groq accuracy": "acc.", "eval accuracy": "acc.",
    "eval loss": "eval", "eval perplexity": "ppl.",
}
_NAME_LEAST, _NAME_WISH = 14, 26


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says. `drop` is its turn to go where room is short; 0 stays. `cell` is given a run, the time now
    (seconds since 1970) and whether there is room to spare."""

    id: str
    head: str
    align: Literal["left", "right"]
    drop: int
    cell: Callable[[Run, float, bool], Line]


@dataclass(frozen=True, slots=True)
class Placed:
    """A column and its width."""

    column: Column
    width: int


def _state(run: Run, now: float, roomy: bool) -> Line:
    return ((f"{SYMBOLS[run.state]} {run.state}", f"state.{run.state}"),)


def _name(run: Run, now: float, roomy: bool) -> Line:
    return ((plain(run.name), "text"),)


def _progress(run: Run, now: float, roomy: bool) -> Line:
    width = 12 if roomy else 4
    fraction = run.fraction
    if fraction is None:
        amount = run.progress.get("step")
        return (("step " + number(amount.done), "dim"),) if amount and amount.done else BLANK
    style = "accent" if run.live else f"state.{run.state}" if run.state in ("finished", "failed") else "faint"
    return (*gauge(fraction, width, style), (f"{100 * fraction:4.0f} %" if roomy else f"{100 * fraction:4.0f}%", "dim"))


def _eta(run: Run, now: float, roomy: bool) -> Line:
    text = left_text(run)
    return ((text, "text"),) if text else BLANK


def _speed(run: Run, now: float, roomy: bool) -> Line:
    return _reading(run.speed, _UNITS if roomy else _SHORT_UNITS, pad=9 if roomy else 6)


def _spark(run: Run, now: float, roomy: bool) -> Line:
    text = sparkline(run.series.get(run.speed.name), 10) if run.speed else ""
    return ((text, "blue"),) if text else BLANK


def _result(run: Run, now: float, roomy: bool) -> Line:
    reading = run.headline
    if reading is None:
        return BLANK
    labels = _LABELS if roomy else _SHORT_LABELS
    label = labels.get(reading.definition.label, reading.definition.label)
    return ((f"{label if roomy else cut(label, 6)} ", "dim"), *_reading(reading, _UNITS))


def _reading(reading: Reading | None, units: Mapping[str, str], pad: int = 0) -> Line:
    """Value and unit; `pad` columns for the unit, so that values stand under each other."""
    if reading is None:
        return BLANK
    unit = units.get(reading.definition.unit, reading.definition.unit)
    shown = f" {unit}" if unit else ""
    return ((figure(reading), "text"), (f"{shown:{pad + 1}}" if pad else shown, "dim"))


def _elapsed(run: Run, now: float, roomy: bool) -> Line:
    return ((duration(run.elapsed), "dim"),) if run.elapsed is not None else BLANK


def _age(run: Run, now: float, roomy: bool) -> Line:
    return ((age(now - run.modified), "dim"),) if run.modified is not None else BLANK


COLUMNS = (
    Column("state", "STATE", "left", 0, _state),
    Column("name", "RUN", "left", 0, _name),
    Column("progress", "PROGRESS", "left", 0, _progress),
    Column("eta", "LEFT", "right", 3, _eta),
    Column("speed", "THROUGHPUT", "right", 0, _speed),
    Column("spark", "", "left", 1, _spark),
    Column("result", "RESULT", "right", 0, _result),
    Column("elapsed", "ELAPSED", "right", 2, _elapsed),
    Column("age", "AGE", "right", 0, _age),
)
NAME = 1
CHOICES: dict[str, frozenset[str]] = {
    "all": frozenset(column.id for column in COLUMNS),
    "progress": frozenset({"state", "name", "progress", "eta", "elapsed", "age"}),
    "result": frozenset({"state", "name", "speed", "result", "elapsed"}),
}
"""Columns that a person may choose together."""


def placed(
    rows: Sequence[Sequence[Line]], width: int, before: dict[str, int], chosen: frozenset[str] = CHOICES["all"]
) -> list[Placed]:
    """Of the chosen columns those that fit, empty ones left out; the name takes what the others leave. `before` holds the
    widths shown so far: a column never shrinks while it is looked at, so that the table stands still."""
    for index, column in enumerate(COLUMNS):
        need = max((width_of(row[index]) for row in rows), default=0)
        if need:
            before[column.id] = max(before.get(column.id, 0), need, len(column.head))
    kept = [column for column in COLUMNS if column.id in before and column.id in chosen]
    gap = gap_of(width)
    wish = min(before.get("name", _NAME_WISH), _NAME_WISH)

    def rest() -> int:
        return width - sum(before[column.id] + gap for column in kept if column.id != "name")

    for column in sorted((column for column in kept if column.drop), key=lambda column: column.drop):
        if rest() < wish:
            kept.remove(column)
    name = max(_NAME_LEAST, min(rest(), before.get("name", _NAME_WISH) + 8))
    return [Placed(column, name if column.id == "name" else before[column.id]) for column in kept]


def gap_of(width: int) -> int:
    """Blank columns between two columns of the table."""
    return 1 if width < 100 else 2
