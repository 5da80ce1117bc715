"""Many lines of steady shapes, read by place: columns of numbers instead of a record each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from math import isfinite
from operator import itemgetter, le, lt

from parsers.plans import Plan
from parsers.records import Columns, Place
from parsers.scanner import Pieces
from parsers.scribe import Scribe
from parsers.steady import Steady
from parsers.times import seconds_of_columns

ROWS_LEAST = 4
"""Lines that are worth a column."""
_EPOCH = datetime(1970, 1, 1)


class Rows:
    """The pieces from `first` on with their plans, and the indices of those that wait to be read by place."""

    def __init__(self, pieces: Pieces, first: int, plans: Sequence[Plan]) -> None:
        self.pieces = pieces
        self.first = first
        self.plans = plans
        self.indices: list[int] = []

    def taken(self) -> list[int]:
        """The indices that waited; none waits any more."""
        taken = self.indices[:]
        self.indices.clear()
        return taken

    def columns(self, indices: Sequence[int], steady: Steady, scribe: Scribe) -> Columns | None:
        """What the lines at these indices (two or more) give; None where one of them says more than its figures: where its step
        does not rise, a value is not finite, its time lies before the last one's or is none, or it differs in what must be the
        same."""
        plans = itemgetter(*[index - self.first for index in indices])(self.plans)
        cuts: list[Callable[[bytes], tuple[bytes, ...]]] = [plan.cells for plan in plans]
        bodies: tuple[bytes, ...] = itemgetter(*indices)(self.pieces.bodies)
        width = len(steady.names) + len(steady.same) + (3 if steady.stamped else 0)
        # Cells go into one list at once: thousands of tuples that live on would set the garbage collector to work.
        cells = list(chain.from_iterable(cut(body) for cut, body in zip(cuts, bodies, strict=True)))
        texts = [cells[column::width] for column in range(width)]
        seconds: list[float] | None = None
        if steady.stamped:
            try:
                seconds = seconds_of_columns(texts[0], texts[1], texts[2])
            except ValueError:
                return None
            if not all(map(le, seconds, seconds[1:])):
                return None
            del texts[:3]
        names = steady.names
        for same, column in zip(steady.same, texts[len(names) :], strict=True):
            if column.count(same.encode()) < len(column):
                return None
        values = [list(map(float, column)) for column in texts[: len(names)]]
        steps = values[names.index("step")]
        if not scribe.memory.get("step", steps[0]) < steps[0] or not all(map(lt, steps, steps[1:])):
            return None
        if not all(isfinite(sum(column)) for column in values):
            return None
        if steady.unsteady is not None and steady.unsteady(dict(zip(names, values, strict=True)), scribe):
            return None
        counts = len(steady.progress)
        numbers = self.pieces.numbers
        return Columns(
            scribe.run,
            Place(numbers[indices[0]]),
            _EPOCH + timedelta(seconds=seconds[0]) if seconds is not None else None,
            itemgetter(*indices)(numbers),
            seconds,
            tuple((unit, column, total) for (unit, total), column in zip(steady.progress, values[:counts], strict=True)),
            tuple(zip(steady.metrics, values[counts:], strict=True)),
            lambda row: self._text(indices[row]),
        )

    def _text(self, index: int) -> str:
        plan = self.plans[index - self.first]
        assert plan.place is not None
        (begin, _), _, cut = plan.place
        assert cut is not None
        return self.pieces.bodies[index][begin + cut.text[0] : begin + cut.text[1]].decode("ascii")

