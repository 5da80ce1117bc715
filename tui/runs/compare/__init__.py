"""N runs side by side: what was set, what came out, the work done, what it took, where the time went, what compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.runs.compare.amounts import efficiency_rows, work_rows
from tui.runs.compare.between import findings_between
from tui.runs.compare.joined import AXES, Axis, joined_series
from tui.runs.compare.outcomes import outcome_rows
from tui.runs.compare.parameters import parameter_rows
from tui.runs.compare.rows import NOT_GIVEN, NOT_REPORTED, SECTIONS, Cell, NoiseWord, Row, Section
from tui.runs.compare.times import time_rows
from tui.runs.repeats import Noise, Repeats, Spread, related
from tui.runs.run import Finding, Run

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "AXES", "NOT_GIVEN", "NOT_REPORTED", "SECTIONS", "Axis", "Cell", "Comparison", "NoiseWord", "Repeats", "Row", "Section",
    "Spread", "compare",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some runs side by side, the baseline first. `repeats` are the groups of two or more among them, and among those known
    beside them, whose parameters are equal."""

    runs: tuple[Run, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    repeats: tuple[Repeats, ...] = ()

    def series(self, metric: str, on: Axis = "step") -> pl.DataFrame:
        """A metric's readings, a column for each run, joined on step, samples or time (see `joined_series`)."""
        return joined_series(self.runs, metric, on)


def compare(runs: Sequence[Run], among: Sequence[Run] = ()) -> Comparison:
    """Set runs side by side; the first is the baseline.

    `among` are other runs at hand, whose repeats of these tell what a difference can mean. Comparing a run with itself shows
    no difference; the order of the others changes nothing but the order of their columns.
    """
    if not runs:
        return Comparison((), (), ())
    noise = Noise(related(runs, among))
    rows = (
        *parameter_rows(runs),
        *outcome_rows(runs, noise),
        *work_rows(runs),
        *efficiency_rows(runs, noise),
        *time_rows(runs, noise),
    )
    shown = {run.id for run in runs}
    repeats = tuple(group for group in noise.groups if len(group.runs) > 1 and any(run.id in shown for run in group.runs))
    return Comparison(tuple(runs), rows, tuple(findings_between(runs, rows, repeats)), repeats)
