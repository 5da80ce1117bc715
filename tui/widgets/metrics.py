"""What came out: the last value of each metric with its unit; what nobody measured says so."""

from __future__ import annotations

import math

from tui.runs.curve import doubtful
from tui.runs.numbers import number
from tui.runs.run import Reading, Run
from tui.widgets.cells import Line, fit, rule
from tui.widgets.pane import Pane

SHORT_UNITS = {"inferences/s": "inf/s", "samples/s": "samp/s", "tokens/s": "tok/s", "steps/s": "step/s"}
"""Units as they are written where there is little room."""


def figure(reading: Reading) -> str:
    """The value with all the digits that tell runs apart; percents and milliseconds with two decimals, as logs print them."""
    text = number(reading.value)
    if reading.definition.unit not in ("%", "ms") or not math.isfinite(reading.value) or "e" in text:
        return text
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def ordered(run: Run) -> list[Reading]:
    """The readings, main result and speed first."""
    first = [reading for reading in (run.headline, run.speed) if reading is not None]
    return [*first, *(reading for reading in run.metrics.values() if reading not in first)]


def metric_lines(run: Run, width: int, *, steps: bool = False) -> list[Line]:
    """One line a metric: name, value right-aligned, unit, and `estimate` or `doubtful` where it is."""
    readings = ordered(run)
    if not readings:
        return [(("No figures in this log", "dim"),)]
    values = max(len(figure(reading)) for reading in readings)
    labels = max(len(reading.definition.label) for reading in readings)
    brief = labels + values + 3 + max(len(_unit(reading, False)) + len(_mark(run, reading)) + 2 for reading in readings) > width
    units = max(len(_unit(reading, brief)) for reading in readings)
    tails = units + 1 + max(len(_mark(run, reading)) + 2 for reading in readings)
    labels = min(labels, max(8, width - values - tails - 2))
    lines: list[Line] = []
    for reading in readings:
        where = f"  step {number(reading.step)}" if steps and reading.step is not None else ""
        place = f"  line {reading.spot.line}" if steps and reading.spot.line else ""
        mark = _mark(run, reading)
        unit = _unit(reading, brief)
        lines.append((
            (fit(reading.definition.label, labels + 2), "dim"), (fit(figure(reading), values, "right"), "strong"),
            (f" {unit.ljust(units) if mark else unit}", "dim"), (f"  {mark}" if mark else "", "warn"), (where + place, "faint"),
        ))
    return lines


def _unit(reading: Reading, brief: bool) -> str:
    unit = reading.definition.unit
    return SHORT_UNITS.get(unit, unit) if brief else unit


def _mark(run: Run, reading: Reading) -> str:
    if doubtful(run, reading.name):
        return "doubtful"
    evidence = reading.definition.evidence
    return "" if evidence == "measured" else "estimate" if evidence == "estimated" else evidence


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
