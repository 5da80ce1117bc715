"""What a written comparison holds, whatever its form: rows by section, changes in words, findings with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.records import Severity
from tui.runs.compare import SECTIONS, Cell, Comparison, Repeats, Row
from tui.runs.compare.chance import spread_text
from tui.runs.numbers import difference, duration
from tui.runs.plaintext import plain
from tui.runs.run import Finding, Run, Spot

_GRAVITY: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
NOT_COMPARED = "not compared"
LONGEST = 48
"""Characters of a setting that stand in a column; longer ones, such as commands, are told below each other."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its title, the rows that it shows, and how many equal ones are left out."""

    title: str
    rows: tuple[Row, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A finding as it is told: on whom, and where that stands, empty for the runs together and for no place."""

    severity: Severity
    code: str
    text: str
    place: str
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A comparison made ready for writing; `heads` name the runs apart, the baseline first."""

    comparison: Comparison
    heads: tuple[str, ...]
    parts: tuple[Part, ...]
    sentences: tuple[Sentence, ...]
    left_out: int


def content_of(comparison: Comparison, *, everything: bool) -> Content:
    """What is to be written of a comparison: only the rows that differ, or every one."""
    parts = []
    for section, title in SECTIONS:
        mine = [row for row in comparison.rows if row.section == section]
        shown = tuple(row for row in mine if everything or row.differs)
        if mine:
            parts.append(Part(title, shown, len(mine) - len(shown)))
    heads = _heads(comparison.runs)
    return Content(comparison, heads, tuple(parts), _sentences(comparison, heads), sum(part.left_out for part in parts))


def _heads(runs: Sequence[Run]) -> tuple[str, ...]:
    names = Counter(run.name for run in runs)
    return tuple(plain(run.name if run.name and names[run.name] == 1 else run.id) for run in runs)


def _sentences(comparison: Comparison, heads: Sequence[str]) -> tuple[Sentence, ...]:
    """What is said of the runs together, then of each, the gravest first; what holds for several is said once."""
    of: dict[tuple[str, str], tuple[Finding, list[str]]] = {}
    for run, head in zip(comparison.runs, heads, strict=True):
        for finding in run.findings:
            names = of.setdefault((finding.code, finding.message), (finding, []))[1]
            if head not in names:
                names.append(head)
    together = [_sentence(finding, ()) for finding in comparison.findings]
    single = [_sentence(finding, tuple(names)) for finding, names in of.values()]
    return tuple(sorted(together + single, key=lambda sentence: _GRAVITY[sentence.severity]))


def _sentence(finding: Finding, who: tuple[str, ...]) -> Sentence:
    return Sentence(finding.severity, finding.code, plain(finding.message), place(finding.spot), who)


def place(spot: Spot | None) -> str:
    """File and line as editors and compilers write them; a scheduler's word has no line."""
    if spot is None:
        return ""
    return plain(f"{spot.path}:{spot.line}" if spot.line else spot.path)


def label(row: Row) -> str:
    """A row's label with its unit, where the label does not say it."""
    return plain(f"{row.label}, {row.unit}" if row.unit not in ("", row.label) else row.label)


def blocks(count: int, others: int) -> Iterator[list[int]]:
    """Which runs stand side by side: the baseline always, then so many others."""
    if count == 1:
        yield [0]
    for begin in range(1, count, others):
        yield [0, *range(begin, min(count, begin + others))]


def says(row: Row, shown: Sequence[int]) -> bool:
    """Whether any of these runs says something to a row that others differ in."""
    return any(row.cells[at].value is not None for at in shown)


def is_number(cell: Cell) -> bool:
    """Whether its value is a number."""
    return isinstance(cell.value, (int, float))


def is_long(row: Row) -> bool:
    """Whether it holds settings too long for a column."""
    return any(len(cell.text) > LONGEST for cell in row.cells if not is_number(cell))


def is_clock(row: Row) -> bool:
    """Whether its values are seconds, shown as a clock."""
    return row.unit == "" and (row.section == "time" or row.name.startswith("seconds_"))


def unit_of(row: Row) -> str:
    """The unit of the values, which a clock's text does not need."""
    return "s" if is_clock(row) else row.unit


def text(cell: Cell) -> str:
    """A cell's value as it is shown."""
    return plain(cell.text)


def changes(cell: Cell, row: Row) -> list[str]:
    """The difference against the baseline and its percent, as far as there are any.

    >>> changes(Cell("4,847.18", 4847.18, 1915.54, 65.34), Row("outcome", "throughput", "samples/s", (), True))
    ['+1,915.54', '+65.3 %']
    """
    if cell.delta is None:
        return []
    if cell.delta == 0:
        return ["same"]
    size = duration(abs(cell.delta)) if is_clock(row) else difference(cell.delta)
    percent = [] if cell.percent is None else [f"{cell.percent:+.{1 if abs(cell.percent) >= 0.1 else 2}f} %"]
    return [f"{'+' if cell.delta > 0 else '-'}{size}", *percent]


def verdict(cell: Cell) -> str:
    """Whether that is good, in a word; no more than noise is neither."""
    if cell.noise == "within":
        return "within noise"
    return {True: "better", False: "worse", None: ""}[cell.better]


def with_changes(cell: Cell, row: Row) -> str:
    """A value with all that is said of it: `4,847.18 (+1,915.54, +65.3 %, better)`, or that it is not compared."""
    notes = [*changes(cell, row), *filter(None, [verdict(cell)])]
    if not notes and cell.value is not None and cell is not row.cells[0] and (cell.why_not or row.why_not):
        notes = [NOT_COMPARED]
    return f"{text(cell)} ({', '.join(notes)})" if notes else text(cell)


def told_of(sentence: Sentence) -> tuple[str, str]:
    """What comes before a finding in prose: how grave it is, and on whom it is."""
    first = {"error": "Error:", "warning": "Warning:", "info": ""}[sentence.severity]
    return first, f"{', '.join(sentence.who)}: " if sentence.who else ""


def told(sentence: Sentence) -> str:
    """A finding as one line: on whom, what, and where."""
    who = told_of(sentence)[1]
    where = f" ({sentence.place})" if sentence.place else ""
    return f"{who}{sentence.text}{where}"


def left_out(content: Content) -> str:
    """How many rows are not shown, in words; empty for none."""
    count = content.left_out
    return "" if not count else f"{count} {'row is' if count == 1 else 'rows are'} equal in all runs and left out"


def repeated(repeats: Repeats, comparison: Comparison, heads: Sequence[str]) -> tuple[str, list[str]]:
    """A group of repeats in words: who, and each metric's mean, deviation and range."""
    shown = {run.id: head for run, head in zip(comparison.runs, heads, strict=True)}
    names = dict.fromkeys(shown.get(run.id, plain(run.name)) for run in repeats.runs)
    who = f"{', '.join(names)}: {len(repeats.runs)} runs with equal parameters"
    return who, [spread_text(name, spread) for name, spread in repeats.spreads.items()]
