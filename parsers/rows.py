"""Many lines of steady shapes, read by place: columns of numbers instead of a record each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from operator import attrgetter, call, itemgetter, le, lt

from parsers.held import Held
from parsers.plans import Plan, Table
from parsers.prefixes import time_of
from parsers.records import Cells, Columns, Place
from parsers.scanner import Pieces
from parsers.scribe import Scribe
from parsers.steady import NEVER, Steady
from parsers.times import seconds_of_columns

ROWS_LEAST = 3
"""Lines that are worth a column."""
HALVED_LEAST = 64
"""Lines of which it is worth while to find the one that says more than its figures."""
_EPOCH = datetime(1970, 1, 1)
_STEADY, _CELLS = attrgetter("steady"), attrgetter("cells")


class Rows:
    """The pieces from `first` on with their plans, and the indices of those that wait to be read by place: `indices` of
    steady lines, `stamped` of those that give no more than their time."""

    def __init__(self, pieces: Pieces, first: int, plans: list[Plan]) -> None:
        self.pieces = pieces
        self.first = first
        self.plans = plans
        self.indices: list[int] = []
        self.stamped: list[int] = []

    def held(self, index: int) -> Held:
        """A line as it waits."""
        return Held(self.pieces.bodies[index], self.pieces.shapes[index], self.pieces.numbers[index], False)

    def are_all(self, steady: Steady) -> bool:
        """Whether all lines are steady; all of them wait then."""
        if steady is NEVER or list(map(_STEADY, self.plans)).count(steady) < len(self.plans):
            return False
        self.indices.extend(range(self.first, len(self.pieces)))
        return True

    def learnt(self, index: int, table: Table) -> Plan:
        """The plan of a piece that had none when these were looked up."""
        shape = self.pieces.shapes[index]
        plan = table.plans.get(shape) or table.learn(self.pieces.bodies[index], shape)
        self.plans[index - self.first] = plan
        return plan

    def stamps(self) -> tuple[tuple[int, datetime | None], tuple[int, datetime | None]]:
        """The first and the latest of the times that wait, each with its line; none waits any more."""
        cells: dict[tuple[str, int], tuple[bytes, int]] = {}
        earliest: tuple[int, datetime | None] | None = None
        for index in self.stamped:
            (begin, end), form = self.plans[index - self.first].stamp or ((0, 0), "")
            cell, key, line = self.pieces.bodies[index][begin:end], (form, end - begin), self.pieces.numbers[index]
            earliest = earliest or (line, time_of(cell.decode("ascii"), form))
            if key not in cells or cells[key][0] < cell:  # from the year down, so the latest is the greatest
                cells[key] = cell, line
        assert earliest is not None
        self.stamped.clear()
        known = [(time_of(cell.decode("ascii"), form), line) for (form, _), (cell, line) in cells.items()]
        at, line = max(((at, line) for at, line in known if at is not None), default=(None, earliest[0]))
        return earliest, (line, at)

    def taken(self) -> list[int]:
        """The indices that waited; none waits any more."""
        taken = self.indices[:]
        self.indices.clear()
        return taken

    def columns(self, indices: Sequence[int], steady: Steady, scribe: Scribe) -> Columns | None:
        """What the lines at these indices (`ROWS_LEAST` or more) give, but for the last, which is to be read as it stands; None
        where one of them, or that one, says more than its figures: where its step does not rise, its
        time lies before the last one's or is none, or it differs in what must be the same."""
        plans: Sequence[Plan]
        bodies: Sequence[bytes]
        lines: Sequence[int]
        first, after = indices[0], indices[-1] + 1
        if after - first == len(indices):
            plans = self.plans[first - self.first : after - self.first]
            bodies, lines = self.pieces.bodies[first:after], self.pieces.numbers[first:after]
        else:
            plans = itemgetter(*[index - self.first for index in indices])(self.plans)
            bodies, lines = itemgetter(*indices)(self.pieces.bodies), itemgetter(*indices)(self.pieces.numbers)
        width = len(steady.names) + len(steady.same) + (3 if steady.stamped else 0)
        # Cells go into one list at once: thousands of tuples that live on would set the garbage collector to work.
        cells = list(chain.from_iterable(map(call, map(_CELLS, plans), bodies)))
        texts = [cells[column::width] for column in range(width)]
        seconds: list[float] | None = None
        if steady.stamped:
            seconds = _or_none(lambda: seconds_of_columns(texts[0], texts[1], texts[2]))
            if seconds is None:
                return None
            if not all(map(le, seconds, seconds[1:])):
                return None
            del texts[:3]
        names = steady.names
        for same, column in zip(steady.same, texts[len(names) :], strict=True):
            if column.count(same.encode()) < len(column):
                return None
        counts = [Cells(column).numbers() for column in texts[: len(steady.progress)]]
        metrics = [Cells(column, *how[1:]) for column, how in zip(texts[len(counts) :], steady.metrics, strict=False)]
        steps = counts[names.index("step")]
        if not scribe.memory.get("step", steps[0]) < steps[0] or not all(map(lt, steps, steps[1:])):
            return None
        if any(column.inverse and min(column.printed()) <= 0 for column in metrics):
            return None
        if steady.unsteady is not None:
            told = {metric.name: column.numbers() for metric, column in zip(steady.metrics, metrics, strict=True)}
            if steady.unsteady(told, scribe):
                return None
        for figures in counts:
            del figures[-1]
        if seconds is not None:
            del seconds[-1]
        metrics = [Cells(column.texts[:-1], column.factor, column.inverse) for column in metrics]
        lines, indices = lines[:-1], indices[:-1]
        return Columns(
            scribe.run,
            Place(lines[0]),
            _EPOCH + timedelta(seconds=seconds[0]) if seconds is not None else None,
            lines,
            seconds,
            tuple((unit, column, total) for (unit, total), column in zip(steady.progress, counts, strict=True)),
            tuple((metric.name, column) for metric, column in zip(steady.metrics, metrics, strict=True)),
            lambda row: self._text(indices[row]),
        )

    def _text(self, index: int) -> str:
        plan = self.plans[index - self.first]
        assert plan.place is not None
        (begin, _), _, cut = plan.place
        assert cut is not None
        return self.pieces.bodies[index][begin + cut.text[0] : begin + cut.text[1]].decode("ascii")


def _or_none(read: Callable[[], list[float]]) -> list[float] | None:
    try:
        return read()
    except ValueError:
        return None
