"""The comparison as a value: cells, rows in their sections, and how a row of numbers or of words is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.metrics import Better, Evidence
from parsers.records import Value
from tui.runs.run import Run, Spot

Section = Literal["parameters", "outcome", "work", "efficiency", "time"]
SECTIONS: tuple[tuple[Section, str], ...] = (
    ("parameters", "what was set"),
    ("outcome", "what came out"),
    ("work", "the work done"),
    ("efficiency", "on common ground"),
    ("time", "where the time went"),
)
"""Every section with its title, in the order in which they are read."""

NoiseWord = Literal["", "within", "beyond", "unknown"]
NOT_REPORTED = "not reported"
NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True)
class Cell:
    """One run's side of a row.

    `text` is what to show ("not reported" where the log says nothing, and `value` is then None, never zero); `delta` and
    `percent` are against the baseline, None for the baseline itself and where they would mislead: `why_not` then says in
    words why. `better` is by the metric's direction. `noise` holds the delta against repeats of the two runs: `within` their
    spread, `beyond` it, `unknown` where nothing was repeated, empty where that is no question. `spot` is the line of the log.
    """

    text: str
    value: Value | None = None
    delta: float | None = None
    percent: float | None = None
    better: bool | None = None
    why_not: str = ""
    noise: NoiseWord = ""
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, metric, amount or phase over all runs; `label` is for people, `name` for scripts.

    `why_not` says in words why its cells may not be compared, and which of them where that is not all. `better` is the
    direction of a metric, `evidence` how its figures came about, and `group` the part of its section that it belongs to.
    """

    section: Section
    label: str
    unit: str
    cells: tuple[Cell, ...]
    differs: bool
    why_not: str = ""
    name: str = ""
    better: Better = None
    evidence: Evidence | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One run's number for a row: its text, its place, and why it may not be set against the baseline's."""

    value: float | None
    text: str
    spot: Spot | None = None
    why_not: str = ""


def word_row(label: str, name: str, group: str, cells: Sequence[Cell]) -> Row:
    """A row of settings: nothing is added or subtracted."""
    return Row("parameters", label, "", tuple(cells), len({repr(cell.value) for cell in cells}) > 1, name=name, group=group)


def number_row(
    section: Section, label: str, unit: str, runs: Sequence[Run], figures: Sequence[Figure], *,
    name: str, better: Better = None, evidence: Evidence | None = None,
) -> Row:  # fmt: skip
    """A row of numbers, the first run's being the baseline."""
    base = figures[0]
    cells = [Cell(base.text, base.value, spot=base.spot)]
    cells += [_against(base.value, figure, better) for figure in figures[1:]]
    differs = len({repr(figure.value) for figure in figures}) > 1
    return Row(section, label, unit, tuple(cells), differs, _joined(runs, cells), name, better, evidence)


def figure(
    value: float | None, shown: Callable[[float], str], spot: Spot | None = None, why_not: str = "", mark: str = "",
) -> Figure:  # fmt: skip
    """A number as it is shown, or "not reported"; `mark` stands behind it."""
    return Figure(value, NOT_REPORTED if value is None else shown(value) + mark, spot, "" if value is None else why_not)


def _against(base: float | None, other: Figure, better: Better) -> Cell:
    value = other.value
    if value is None or base is None:
        return Cell(other.text, value, spot=other.spot)
    if other.why_not:
        return Cell(other.text, value, why_not=other.why_not, spot=other.spot)
    delta = value - base
    if not math.isfinite(delta):
        return Cell(other.text, value, spot=other.spot)
    percent = 100 * delta / abs(base) if base else None
    if percent is not None and not math.isfinite(percent):
        percent = None
    good = None if better is None or delta == 0 else (delta > 0) == (better == "higher")
    return Cell(other.text, value, delta, percent, good, spot=other.spot)


def _joined(runs: Sequence[Run], cells: Sequence[Cell]) -> str:
    """The reasons of the cells in one sentence; with the runs' names where they do not hold for every number."""
    numbers = [(run, cell) for run, cell in zip(runs[1:], cells[1:], strict=True) if cell.value is not None]
    reasons = list(dict.fromkeys(cell.why_not for _, cell in numbers if cell.why_not))
    if all(cell.why_not for _, cell in numbers) and len({reason.partition(": ")[0] for reason in reasons}) == 1:
        return "; ".join([*reasons[:1], *(reason.partition(": ")[2] for reason in reasons[1:])])
    told = [(reason, [run.name for run, cell in numbers if cell.why_not == reason]) for reason in reasons]
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in told)
