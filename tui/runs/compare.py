"""N runs side by side: parameters, outcomes with deltas, where the time went, and what may not be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tui.runs.run import Finding, Run

Section = Literal["parameters", "outcome", "time"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One run's side of a row. `text` is what to show ("not reported" where the log says nothing); `delta` and `percent`
    are against the baseline, None for the baseline itself and where they would mislead; `better` by the metric's direction."""

    text: str
    value: float | str | None = None
    delta: float | None = None
    percent: float | None = None
    better: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, metric or phase over all runs. `why_not` says in words why its cells may not be compared."""

    section: Section
    label: str
    unit: str
    cells: tuple[Cell, ...]
    differs: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some runs side by side, the baseline first."""

    runs: tuple[Run, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def compare(runs: Sequence[Run]) -> Comparison:
    """Set runs side by side; the first is the baseline."""
    return Comparison(tuple(runs), (), ())
