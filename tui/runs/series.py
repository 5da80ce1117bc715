"""A metric's readings in order: columns of numbers, bounded for display; the first, the last and the extremes stay exact."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from math import inf, isfinite
from operator import itemgetter

from parsers.frozen import frozen

NAN = float("nan")
POINTS_MOST = 4096
"""Points that a series keeps: more than the columns of any terminal, and 160 KiB."""
BLOCK = POINTS_MOST // 4
"""Readings that are thinned at once."""
PARTS_MOST = 256
"""Parts of the whole time so far of which each keeps readings of its own, where there is room for so many."""
_EPOCH = datetime(1970, 1, 1)


@frozen
class Columns:
    """Columns of equal length: value, step, seconds (of the log's clock, since 1970), source line, and the reading's number
    from 1; NaN where unknown. `numbers` grows last: while the reading thread is within an append, cut the others to it."""

    values: array[float]
    steps: array[float]
    seconds: array[float]
    lines: array[int]
    numbers: array[int]


def _empty() -> Columns:
    return Columns(array("d"), array("d"), array("d"), array("q"), array("q"))


@frozen
class Point:
    """One reading: its number from 1, value, step, seconds of the log's clock, and source line."""

    number: int
    value: float
    step: float
    seconds: float
    line: int


class Series:
    """Readings as they come. Beyond `most` they are thinned evenly over time and over readings, so that neither an hour with
    few readings nor a minute with many loses its shape; `count` is of all that came. With a greater `most` more are kept, for
    an export; `path` is the log that the lines are in.

    Thinning goes by blocks of `BLOCK` readings, counted from the first, so that it does not matter how readings came: a block
    is settled when a reading follows it, which nothing can replace any more.
    """

    __slots__ = (
        "_finite", "_most", "_parts", "_settled", "_settled_points", "_size", "_steps_known", "_sum", "columns", "count", "path",
    )  # fmt: skip

    def __init__(self, path: str = "", most: int = POINTS_MOST) -> None:
        self.path = path
        self._most = most
        self.columns = _empty()
        self.count = 0
        self._size = 1  # readings of a stretch, of which the lowest and the highest are kept
        self._parts = PARTS_MOST
        self._settled = self._settled_points = 0  # readings in settled blocks, and the points that are left of them
        self._steps_known = True
        self._sum, self._finite = 0.0, 0  # of the readings in settled blocks

    def append(self, value: float, step: float | None, at: datetime | None, line: int) -> None:
        """Add a reading; one repeated at the same step (another rank, a redraw) replaces the last."""
        columns = self.columns
        seconds = NAN if at is None else (at - _EPOCH).total_seconds()
        if step is not None and columns.steps and columns.steps[-1] == step:
            columns.values[-1], columns.seconds[-1], columns.lines[-1] = value, seconds, line
            return
        if self.count - self._settled >= BLOCK:
            columns = self._settle()
        self._steps_known = self._steps_known and step is not None
        self.count += 1
        columns.values.append(value)
        columns.steps.append(NAN if step is None else step)
        columns.seconds.append(seconds)
        columns.lines.append(line)
        columns.numbers.append(self.count)

    def extend(
        self, values: array[float], steps: array[float], seconds: array[float], lines: array[int]
    ) -> None:
        """The same as appending each in turn; steps are known and rise, seconds are NaN where no time is printed."""
        row, size = 0, len(values)
        if size and self.columns.steps and self.columns.steps[-1] == steps[0]:
            columns = self.columns
            columns.values[-1], columns.seconds[-1], columns.lines[-1] = values[0], seconds[0], lines[0]
            row = 1
        while row < size:
            columns = self._settle() if self.count - self._settled >= BLOCK else self.columns
            end = min(size, row + BLOCK - (self.count - self._settled))
            columns.values.extend(values[row:end])
            columns.steps.extend(steps[row:end])
            columns.seconds.extend(seconds[row:end])
            columns.lines.extend(lines[row:end])
            columns.numbers.extend(range(self.count + 1, self.count + 1 + end - row))
            self.count += end - row
            row = end

    def _settle(self) -> Columns:
        """Count the last block towards the mean, and keep of it what is worth keeping."""
        columns, begin = self.columns, self._settled_points
        total, finite = _total(columns.values[begin:])
        self._sum, self._finite = self._sum + total, self._finite + finite
        self._settled = self.count
        if self._size > 1:
            columns = _picked(columns, begin, thinned_rows(columns, self._size, self._parts, begin))
        while len(columns.numbers) + BLOCK > self._most:
            if self._size * BLOCK // 2 < self.count:
                self._size = max(4, self._size * 2)
            else:
                self._parts //= 2
            columns = _picked(columns, 0, thinned_rows(columns, self._size, self._parts))
        self._settled_points = len(columns.numbers)
        self.columns = columns
        return columns

    def __len__(self) -> int:
        return len(self.columns.numbers)

    @property
    def values(self) -> array[float]:
        """The values of the points kept."""
        return self.columns.values

    @property
    def steps(self) -> array[float]:
        """Their steps; NaN where the log gives none."""
        return self.columns.steps

    @property
    def seconds(self) -> array[float]:
        """Their times by the log's clock, in seconds since 1970; NaN where it prints none."""
        return self.columns.seconds

    @property
    def lines(self) -> array[int]:
        """The lines that they come from."""
        return self.columns.lines

    @property
    def first(self) -> Point | None:
        """The first reading of all."""
        return _point(self.columns, 0) if len(self) else None

    @property
    def last(self) -> Point | None:
        """The last reading of all."""
        return _point(self.columns, -1) if len(self) else None

    @property
    def low(self) -> Point | None:
        """The lowest finite reading of all, the earliest of equals: thinning keeps it."""
        return self._extreme(min)

    @property
    def high(self) -> Point | None:
        """The highest finite reading of all, the earliest of equals."""
        return self._extreme(max)

    @property
    def mean(self) -> float | None:
        """The mean of all finite readings, kept or not; None where there is none. Of readings, not over time."""
        total, finite = _total(self.columns.values[self._settled_points :])
        total, finite = self._sum + total, self._finite + finite
        return total / finite if finite and total - total == 0 else None

    def _extreme(self, of: Callable[[Iterable[float]], float]) -> Point | None:
        columns = self.columns
        finite = [value for value in columns.values[: len(columns.numbers)] if value - value == 0]
        return _point(columns, columns.values.index(of(finite))) if finite else None

    def x(self) -> list[float]:
        """The horizontal axis: steps where all are known, else the reading's number from 1."""
        columns = self.columns
        return list(columns.steps) if self._steps_known else [float(number) for number in columns.numbers]


def _point(columns: Columns, at: int) -> Point:
    return Point(columns.numbers[at], columns.values[at], columns.steps[at], columns.seconds[at], columns.lines[at])


def _total(values: Sequence[float]) -> tuple[float, int]:
    """The sum of the finite ones, and how many they are."""
    total = sum(values)
    if isfinite(total):
        return total, len(values)
    finite = [value for value in values if value - value == 0]
    return sum(finite), len(finite)


def _picked(columns: Columns, begin: int, rows: Sequence[int]) -> Columns:
    """New columns: all before a row, and those rows of what follows."""
    pick = itemgetter(*rows) if len(rows) > 1 else lambda column: tuple(column[row] for row in rows)
    return Columns(
        columns.values[:begin] + array("d", pick(columns.values)),
        columns.steps[:begin] + array("d", pick(columns.steps)),
        columns.seconds[:begin] + array("d", pick(columns.seconds)),
        columns.lines[:begin] + array("q", pick(columns.lines)),
        columns.numbers[:begin] + array("q", pick(columns.numbers)),
    )


def thinned_rows(columns: Columns, size: int, parts: int, begin: int = 0) -> list[int]:
    """The rows from `begin` on that are worth keeping: the first and the last reading, and of each stretch of so many readings
    the lowest, the highest and a value that is not finite. A stretch that takes longer than one of so many parts of all the
    time so far is halved, and halved again."""
    numbers, seconds = columns.numbers, columns.seconds
    end = len(numbers)
    times = [second for second in (seconds[0], seconds[-1]) if second == second]
    longest = (times[-1] - times[0]) / parts if parts and len(times) == 2 and times[-1] > times[0] else inf
    chosen = {begin, end - 1}
    row = begin
    while row < end:
        after = bisect_left(numbers, (numbers[row] - 1) // size * size + size + 1, row, end)
        _choose(columns, row, after, size, longest, chosen)
        row = after
    return sorted(chosen)


def _choose(columns: Columns, first: int, after: int, size: int, longest: float, chosen: set[int]) -> None:
    """Choose among the rows of a stretch of `size` readings."""
    if after - first <= 2:
        chosen.update(range(first, after))
        return
    seconds = columns.seconds
    if size > 1 and seconds[after - 1] - seconds[first] > longest:
        half = size // 2
        middle = bisect_left(columns.numbers, (columns.numbers[first] - 1) // size * size + half + 1, first, after)
        for begin, end in ((first, middle), (middle, after)):
            if begin < end:
                _choose(columns, begin, end, half, longest, chosen)
        return
    stretch = columns.values[first:after]
    if isfinite(sum(stretch)):
        chosen.update((first + stretch.index(min(stretch)), first + stretch.index(max(stretch))))
        return
    finite = [value for value in stretch if value - value == 0]
    chosen.update(first + stretch.index(of(finite)) for of in (min, max) if finite)
    chosen.update([first + row for row, value in enumerate(stretch) if value - value != 0][:1])


def thinned(xs: Sequence[float], ys: Sequence[float], most: int) -> tuple[list[float], list[float]]:
    """At most about `most` points for display: the lowest and highest of each stretch, first and last kept; values that
    are not finite are left out, since no chart can place them."""
    pairs = [(x, y) for x, y in zip(xs, ys, strict=True) if y - y == 0 and x - x == 0]
    if len(pairs) > most > 3:
        size = len(pairs) / (most // 2)
        chosen: set[int] = {0, len(pairs) - 1}
        for bucket in range(most // 2):
            stretch = range(int(bucket * size), min(len(pairs), int((bucket + 1) * size)))
            if stretch:
                chosen.add(min(stretch, key=lambda index: pairs[index][1]))
                chosen.add(max(stretch, key=lambda index: pairs[index][1]))
        pairs = [pairs[index] for index in sorted(chosen)]
    return [x for x, _ in pairs], [y for _, y in pairs]
