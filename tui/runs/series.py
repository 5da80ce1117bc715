"""A metric's readings in order: growing columns of numbers while live, thinned for display with extremes kept."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime

NAN = float("nan")
_EPOCH = datetime(1970, 1, 1)


class Series:
    """Columns of equal length: value, step, seconds (of the log's clock, since 1970), source line; NaN where unknown."""

    __slots__ = ("lines", "seconds", "steps", "values")

    def __init__(self) -> None:
        self.values = array("d")
        self.steps = array("d")
        self.seconds = array("d")
        self.lines = array("q")

    def append(self, value: float, step: float | None, at: datetime | None, line: int) -> None:
        """Add a reading; one repeated at the same step (another rank, a redraw) replaces the last."""
        if step is not None and self.steps and self.steps[-1] == step:
            self.values[-1] = value
            return
        self.values.append(value)
        self.steps.append(NAN if step is None else step)
        self.seconds.append(NAN if at is None else (at - _EPOCH).total_seconds())
        self.lines.append(line)

    def __len__(self) -> int:
        return len(self.values)

    def x(self) -> list[float]:
        """The horizontal axis: steps where all are known, else the reading's number from 1."""
        if all(step == step for step in self.steps):
            return list(self.steps)
        return [float(index) for index in range(1, len(self.values) + 1)]


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
