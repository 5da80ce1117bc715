"""A metric's readings in order: columns of numbers, bounded for display; the first, the last and the extremes stay exact."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

NAN = float("nan")
POINTS_MOST = 4096
"""Points that a series keeps: more than the columns of any terminal, and 160 KiB."""
_STRETCHES = POINTS_MOST // 4
"""Stretches that a full series is thinned to, each of at most three points, so that a quarter is free again."""
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Point:
    """One reading: its number from 1, value, step, seconds of the log's clock, and source line."""

    number: int
    value: float
    step: float
    seconds: float
    line: int


class Series:
    """Readings as they come. Beyond `POINTS_MOST` they are thinned evenly over time and over readings, so that neither an
    hour with few readings nor a minute with many loses its shape; `count` is of all that came. `most` keeps more of them,
    for an export; `path` is the log that the lines are in.
    """

    __slots__ = ("_finite", "_high", "_low", "_most", "_steps_known", "_sum", "columns", "count", "path")

    def __init__(self, path: str = "", most: int = POINTS_MOST) -> None:
        self.path = path
        self._most = most
        self.columns = _empty()
        self.count = 0
        self._low: Point | None = None
        self._high: Point | None = None
        self._steps_known = True
        self._sum, self._finite = 0.0, 0  # of the readings that nothing replaces any more

    def append(self, value: float, step: float | None, at: datetime | None, line: int) -> None:
        """Add a reading; one repeated at the same step (another rank, a redraw) replaces the last."""
        columns = self.columns
        seconds = NAN if at is None else (at - _EPOCH).total_seconds()
        if step is not None and columns.steps and columns.steps[-1] == step:
            columns.values[-1], columns.seconds[-1], columns.lines[-1] = value, seconds, line
            return
        if columns.numbers:
            self._extend(columns)
            if len(columns.numbers) >= self._most:
                columns = self.columns = _thin(columns)
        self._steps_known = self._steps_known and step is not None
        self.count += 1
        columns.values.append(value)
        columns.steps.append(NAN if step is None else step)
        columns.seconds.append(seconds)
        columns.lines.append(line)
        columns.numbers.append(self.count)

    def _extend(self, columns: Columns) -> None:
        """Count the last reading, which nothing replaces any more, towards the mean and among the extremes."""
        value = columns.values[-1]
        if value - value == 0:
            self._sum, self._finite = self._sum + value, self._finite + 1
            if self._low is None or value < self._low.value:
                self._low = _point(columns, -1)
            if self._high is None or value > self._high.value:
                self._high = _point(columns, -1)

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
        """The lowest finite reading of all, the earliest of equals."""
        return min(self._extremes(self._low), key=lambda point: (point.value, point.number), default=None)

    @property
    def high(self) -> Point | None:
        """The highest finite reading of all, the earliest of equals."""
        return max(self._extremes(self._high), key=lambda point: (point.value, -point.number), default=None)

    @property
    def mean(self) -> float | None:
        """The mean of all finite readings, kept or not; None where there is none. Of readings, not over time."""
        last = self.last
        counts = last is not None and last.value - last.value == 0
        total, finite = (self._sum + last.value, self._finite + 1) if last is not None and counts else (self._sum, self._finite)
        return total / finite if finite and total - total == 0 else None

    def _extremes(self, known: Point | None) -> Iterator[Point]:
        yield from (point for point in (known, self.last) if point is not None and point.value - point.value == 0)

    def x(self) -> list[float]:
        """The horizontal axis: steps where all are known, else the reading's number from 1."""
        columns = self.columns
        return list(columns.steps) if self._steps_known else [float(number) for number in columns.numbers]


def _point(columns: Columns, at: int) -> Point:
    return Point(columns.numbers[at], columns.values[at], columns.steps[at], columns.seconds[at], columns.lines[at])


def _thin(columns: Columns) -> Columns:
    """New columns with the first and last point, and of each stretch the lowest, the highest and a value that is not finite.

    Stretches are equal in the mean of two axes, readings and time: each axis has at least half of them to itself.
    """
    values, size = columns.values, len(columns.numbers)
    places = _places(columns)
    chosen = {0, size - 1}
    begin = 0
    for stretch in range(1, _STRETCHES + 1):
        end = begin
        while end < size and (places[end] * _STRETCHES < stretch or stretch == _STRETCHES):
            end += 1
        finite = [at for at in range(begin, end) if values[at] - values[at] == 0]
        if finite:
            chosen.add(min(finite, key=values.__getitem__))
            chosen.add(max(finite, key=values.__getitem__))
        if len(finite) < end - begin:
            chosen.add(next(at for at in range(begin, end) if values[at] - values[at] != 0))
        begin = end
    kept = sorted(chosen)
    return Columns(
        array("d", [values[at] for at in kept]),
        array("d", [columns.steps[at] for at in kept]),
        array("d", [columns.seconds[at] for at in kept]),
        array("q", [columns.lines[at] for at in kept]),
        array("q", [columns.numbers[at] for at in kept]),
    )


def _places(columns: Columns) -> list[float]:
    """Where each point stands from 0 to 1, never falling: by its number, and by its time where all have one."""
    first, last = columns.numbers[0], columns.numbers[-1]
    by_number = [(number - first) / (last - first) for number in columns.numbers]
    span = columns.seconds[-1] - columns.seconds[0]
    if not span > 0 or any(second != second for second in columns.seconds):
        return by_number
    places, latest = [], 0.0
    for number, second in zip(by_number, columns.seconds, strict=True):
        latest = max(latest, min(1.0, (second - columns.seconds[0]) / span))
        places.append((number + latest) / 2)
    return places


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
