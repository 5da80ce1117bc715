"""The columns of the run table: what each says of a run. Figures are laid out by `figures`, widths are found by `layout`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Literal

from parsers.metrics import METRICS
from tui.runs.curve import LARGEST
from tui.runs.numbers import duration, number
from tui.runs.reason import reason_of
from tui.runs.run import Parameter, Reading, Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, cut, middle_cut, plain
from tui.widgets.charts.sparkline import sparkline
from tui.widgets.progress import gauge, left_text, phase_style

Align = Literal["left", "right"]
SPARK, BAR, BAR_SHORT = 8, 8, 4
SET_DIGITS = 15
"""Digits of a parameter: those that a float keeps of what was written."""
RECENT = 64
"""Readings in which as many finite ones as a sparkline is wide are looked for."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says: words, a figure, or a parameter. `drop` is its turn to go where room is short; 0 stays.
    `order` is the order of the table that its head asks for. A cell that takes long to make is made of rows that are seen;
    `room` gives one as wide for the others."""

    id: str
    head: str
    align: Align
    drop: int = 0
    cell: Callable[[Run, bool], Line] | None = None
    reading: Callable[[Run], Reading | None] | None = None
    parameter: str = ""
    order: str = ""
    room: Callable[[Run], Line] | None = None


def _state(run: Run, roomy: bool) -> Line:
    return ((f"{SYMBOLS[run.state]} {run.state}", f"state.{run.state}"),)


def _name(run: Run, roomy: bool) -> Line:
    return ((plain(run.name), "text"),)


def _progress(run: Run, roomy: bool) -> Line:
    """A bar in the colour of the phase that the run is in, or of how it ended; where no plan is known, the phase in words."""
    fraction = run.fraction
    if fraction == 0 and not run.live:
        fraction = None  # an epoch that was never counted as done: what was done is in its steps
    if fraction is None or (run.live and run.phase in ("queue", "compile", "load")):
        amount = run.progress.get("step")
        if run.live and run.phase is not None:
            return (*_phase(run),)
        return (("step " + number(amount.done), "dim"),) if amount and amount.done else BLANK
    style = phase_style(run) if run.live else f"state.{run.state}" if run.state in ("finished", "failed") else "faint"
    percent = f"{100 * fraction:4.0f} %" if roomy else f"{100 * fraction:4.0f}%"
    return (*gauge(fraction, BAR if roomy else BAR_SHORT, style), (percent, "dim"))


def _phase(run: Run) -> Line:
    """The phase, and for how long it has gone on."""
    now = next((phase for phase in reversed(run.phases) if phase.name == run.phase), None)
    took = f" {duration(now.seconds)}" if now is not None and now.seconds is not None else ""
    return ((f"{run.phase}", phase_style(run)), (took, "dim"))


def _left(run: Run, roomy: bool) -> Line:
    text = left_text(run)
    return ((text, "text"),) if text else BLANK


def _spark(run: Run, roomy: bool) -> Line:
    text = sparkline(run.series.get(run.speed.name), SPARK) if run.speed else ""
    return ((text, "blue"),) if text else BLANK


def _spark_room(run: Run) -> Line:
    """As wide as the sparkline, at a hundredth of its cost where there are thousands of readings."""
    series = run.series.get(run.speed.name) if run.speed else None
    recent = series.values[-RECENT:] if series is not None else ()
    if sum(abs(value) <= LARGEST for value in recent) >= SPARK:
        return ((" " * SPARK, "blue"),)
    return _spark(run, True)


def _remark(run: Run, roomy: bool) -> Line:
    text = plain(reason_of(run))
    return ((text, "bad" if run.state == "failed" else "warn" if run.state == "stalled" else "dim"),) if text else BLANK


def _elapsed(run: Run, roomy: bool) -> Line:
    return ((duration(run.elapsed), "dim"),) if run.elapsed is not None else BLANK


def _started(run: Run, roomy: bool) -> Line:
    at = run.started_at
    return ((_moment(at), "dim"),) if at is not None else BLANK


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


def _words(id: str, head: str, value: Callable[[Run], str], drop: int = 0, order: str = "") -> Column:
    def cell(run: Run, roomy: bool) -> Line:
        text = plain(value(run))
        return ((cut(text, 24), "dim"),) if text else BLANK

    return Column(id, head, "left", drop, cell, order=order)


STATE = Column("state", "STATE", "left", 0, _state, order="state")
NAME = Column("name", "RUN", "left", 0, _name, order="name")
SPEED = Column("speed", "THROUGHPUT", "right", 0, reading=lambda run: run.speed, order="throughput")
RESULT = Column("result", "RESULT", "right", 0, reading=lambda run: run.headline, order="result")
REMARK = Column("remark", "REMARK", "left", 2, _remark)
AGE = Column("age", "AGE", "right", 0, order="age")
"""Its cell is drawn by the table, which knows what time it is."""
FIXED: tuple[Column, ...] = (
    STATE, NAME,
    Column("progress", "PROGRESS", "left", 0, _progress, order="progress"),
    Column("left", "LEFT", "right", 4, _left),
    SPEED,
    Column("spark", "", "left", 1, _spark, room=_spark_room),
    RESULT, REMARK,
    Column("elapsed", "ELAPSED", "right", 3, _elapsed, order="elapsed"),
    AGE,
)  # fmt: skip
"""The usual columns, from left to right."""
OPTIONAL: tuple[Column, ...] = (
    _words("model", "MODEL", lambda run: run.model or "", 5), _words("testbed", "TESTBED", lambda run: run.testbed, 5, "testbed"),
    _words("kind", "KIND", lambda run: run.kind, 5), _words("job", "JOB", lambda run: " ".join(run.job_ids), 5),
    Column("started", "STARTED", "right", 5, _started),
    _words("tags", "TAGS", lambda run: " ".join(run.notes.tags) if run.notes else "", 5),
    _words("note", "NOTE", lambda run: (run.notes.note if run.notes else None) or "", 5),
)  # fmt: skip
"""Columns that are shown when they are asked for; so are metrics and parameters."""
_RESULTS = {
    "sambanova": ("accuracy", "loss", "eval_loss"), "graphcore": ("accuracy", "loss"), "cerebras": ("loss", "eval_loss"),
    "groq": ("groq_latency_ms", "groq_accuracy", "groq_on_chip_latency_ms"), "gaudi": ("accuracy", "loss"),
    "other": ("accuracy", "loss"),
}  # fmt: skip
"""The metrics that are a testbed's results: what is measured there, main result first."""
_HEADS = {
    "groq_latency_ms": "LATENCY", "groq_accuracy": "ACCURACY", "groq_ips": "INFERENCES", "groq_on_chip_latency_ms": "ON CHIP",
    "eval_perplexity": "PERPLEXITY", "tokens_per_second": "TOKENS", "steps_per_second": "STEPS",
}  # fmt: skip


@cache
def metric_column(name: str, drop: int = 3) -> Column:
    """A metric's own column."""
    head = _HEADS.get(name, METRICS[name].label.upper())
    return Column(f"metric:{name}", head, "right", drop, reading=lambda run: run.metrics.get(name), order=f"metric:{name}")


@cache
def other_results(covered: frozenset[str]) -> Column:
    """The main results that have no column of their own."""

    def reading(run: Run) -> Reading | None:
        found = run.headline
        return found if found is not None and found.name not in covered else None

    return Column("result", "RESULT", "right", 1 if covered else 0, reading=reading, order="result")


@cache
def parameter_column(name: str) -> Column:
    """A parameter's own column."""

    def cell(run: Run, roomy: bool) -> Line:
        found = run.params.get(name)
        return ((middle_cut(_value(found), 24), "text"),) if found is not None else BLANK

    return Column(f"param:{name}", name.replace("_", " ").upper(), "right", 3, cell, parameter=name, order=f"param:{name}")


def _value(parameter: Parameter) -> str:
    """What somebody set, with all its digits: two settings that differ are never shown alike."""
    value = parameter.value
    return number(value, SET_DIGITS) if isinstance(value, (int, float)) and not isinstance(value, bool) else plain(str(value))


def column_of(id: str) -> Column | None:
    """The column of an id, None where there is none such."""
    kind, _, name = id.partition(":")
    if kind == "metric":
        return metric_column(name) if name in METRICS else None
    if kind == "param":
        return parameter_column(name) if name else None
    return next((column for column in (*FIXED, *OPTIONAL) if column.id == id), None)


def usual_columns(testbed: str, runs: Sequence[Run]) -> tuple[Column, ...]:
    """What a testbed's tab shows where nothing else is chosen: its own results each in a column, and the main result in
    words where a run has another one."""
    names = [name for name in _RESULTS.get(testbed, ()) if any(name in run.metrics for run in runs)]
    main = {run.headline.name for run in runs if run.headline is not None}  # the main result of some run has to stay
    metrics = tuple(metric_column(name, 0 if name in main else 3) for name in names)
    other = other_results(frozenset(names))
    more = (other,) if not names or any(other.reading(run) is not None for run in runs if other.reading is not None) else ()
    return tuple(each for column in FIXED for each in ((*metrics, *more) if column is RESULT else (column,)))


def chosen_columns(ids: Sequence[str]) -> tuple[Column, ...]:
    """The columns of some ids: the usual ones in their usual places, the others before the remark; where room is short these
    are not the first to go, since somebody asked for them."""
    found = [column for id in ids if (column := column_of(id)) is not None]
    usual = [column for column in FIXED if column in found]
    others = [replace(column, drop=0) for column in found if column not in FIXED]
    at = next((at for at, column in enumerate(usual) if column.id in ("remark", "elapsed", "age")), len(usual))
    return (*usual[:at], *others, *usual[at:])
