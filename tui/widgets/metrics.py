"""What came out: the last value of each metric with its unit; what nobody measured says so."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tui.runs.curve import doubtful
from tui.runs.numbers import number
from tui.runs.run import Reading, Run
from tui.widgets.cells import Line, fit, rule
from tui.widgets.pane import Pane

SHORT_UNITS = {"inferences/s": "inf/s", "samples/s": "samp/s", "tokens/s": "tok/s", "steps/s": "step/s"}
"""Units as they are written where room is short."""
_SHORT_MARKS = {"  estimate": " est.", "  doubtful": " doubt"}


def figure(reading: Reading) -> str:
    """The value with all the digits that tell runs apart; percents and milliseconds with two decimals, as logs print them. A
    stale one has a `?` behind it."""
    text, mark = number(reading.value), "?" * reading.stale
    if reading.definition.unit not in ("%", "ms") or not math.isfinite(reading.value) or "e" in text:
        return text + mark
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}{mark}"


def ordered(run: Run) -> list[Reading]:
    """The readings, main result and speed first."""
    first = [reading for reading in (run.headline, run.speed) if reading is not None]
    return [*first, *(reading for reading in run.metrics.values() if reading not in first)]


def metric_lines(run: Run, width: int, *, steps: bool = False) -> list[Line]:
    """One line a metric: name, value right-aligned, unit, and `estimate` or `doubtful` where it is; short of room, units and
    these words are shortened before names are cut."""
    readings = ordered(run)
    if not readings:
        return [(("No figures in this log", "dim"),)]
    values = max(len(figure(reading)) for reading in readings)
    labels = max(len(reading.definition.label) for reading in readings)
    units, marks = [reading.definition.unit for reading in readings], [_mark(run, reading) for reading in readings]
    room = width - values - 2
    if labels + _longest(units, marks) > room:
        units = [SHORT_UNITS.get(unit, unit) for unit in units]
        marks = [_SHORT_MARKS.get(mark, mark) for mark in marks]
    labels = min(labels, max(6, room - _longest(units, marks)))
    lines: list[Line] = []
    for reading, unit, mark in zip(readings, units, marks, strict=True):
        what = reading.definition
        where = f"  step {number(reading.step)}" if steps and reading.step is not None else ""
        place = f"  line {reading.spot.line}" if steps and reading.spot.line else ""
        lines.append((
            (fit(what.label, labels) + "  ", "dim"), (fit(figure(reading), values, "right"), "strong"),
            (f" {unit}", "dim"), (mark, "warn"), (where + place, "faint"),
        ))
    return lines


def _longest(units: Sequence[str], marks: Sequence[str]) -> int:
    return max(1 + len(unit) + len(mark) for unit, mark in zip(units, marks, strict=True))


def _mark(run: Run, reading: Reading) -> str:
    if doubtful(run, reading.name):
        return "  doubtful"
    evidence = reading.definition.evidence
    return "" if evidence == "measured" else "  estimate" if evidence == "estimated" else f"  {evidence}"


class MetricsPane(Pane):
    """The selected run's metrics."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None

    def show(self, run: Run | None) -> None:
        """Draw this run."""
        if run != self._run:
            self._run = run
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        lines = metric_lines(self._run, width) if self._run else []
        hidden = len(lines) - (height - 1)
        return [rule("metrics", width, f"{hidden} more: {self.keys.name('open')}" if hidden > 0 else ""), *lines]

    async def on_click(self) -> None:
        """The run with all its metrics."""
        await self.act("open")
