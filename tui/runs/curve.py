"""A series as a curve: on which axis, smoothed how, and which part of it is looked at."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tui.runs.run import Run
from tui.runs.series import Series
from tui.runs.work import sequence_length

Axis = Literal["step", "time", "samples", "tokens", "reading"]
SMOOTHINGS = (0.0, 0.02, 0.05, 0.15)
"""Shares of the whole axis over which an older reading loses its weight, by a factor of e; 0 is not smoothed."""
ZOOM = 0.5
PAN = 0.25
LEAST_POINTS = 3
"""Points that a window shows at least: one cannot zoom into less."""
LARGEST = 1e150
"""Values beyond this are left out as infinite ones are: charts fail where a span overflows."""


@dataclass(frozen=True, slots=True)
class View:
    """How a curve is looked at: the axis where the run has it, the smoothing, the part of the axis (None: all of it), and
    the reading, by its number, that the cursor is on."""

    axis: Axis = "step"
    smoothing: float = 0.0
    window: tuple[float, float] | None = None
    cursor: int | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Points that can be drawn, in the order of the axis: x, y, the reading's number and its line. `lost` counts values that
    are not finite."""

    axis: Axis
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    numbers: tuple[int, ...]
    lines: tuple[int, ...]
    lost: int

    @property
    def whole(self) -> tuple[float, float]:
        """The range of the axis."""
        return (self.xs[0], self.xs[-1]) if self.xs else (0.0, 0.0)

    def inside(self, window: tuple[float, float] | None) -> range:
        """The points in a part of the axis; all where nothing is in it."""
        if window is None:
            return range(len(self.xs))
        first, end = bisect_left(self.xs, window[0]), bisect_right(self.xs, window[1])
        return range(first, end) if end > first else range(len(self.xs))

    def at(self, number: int) -> int | None:
        """The index of the kept reading nearest to a number, None where there is none."""
        if not self.numbers:
            return None
        if self.numbers[0] <= number <= self.numbers[-1] and len(self.numbers) == self.numbers[-1] - self.numbers[0] + 1:
            guess = number - self.numbers[0]  # where nothing is left out and the axis goes with the readings
            if self.numbers[guess] == number:
                return guess
        return min(range(len(self.numbers)), key=lambda index: abs(self.numbers[index] - number))

    def nearest(self, x: float) -> int | None:
        """The index of the point nearest to a place on the axis, None where there is none."""
        if not self.xs:
            return None
        at = bisect_left(self.xs, x)
        return min((place for place in (at - 1, at) if 0 <= place < len(self.xs)), key=lambda place: abs(self.xs[place] - x))

    def at_line(self, line: int) -> int | None:
        """The index of the reading that stands on a line, None where none that is kept does."""
        return self.lines.index(line) if line in self.lines else None


def doubtful(run: Run, metric: str) -> bool:
    """Whether the vendor's own series says something else than it seems to: Cerebras' Rate, in releases where it is one step's
    window, against time stamps and GlobalRate."""
    return metric == "rate" and any(finding.code == "rate-unreliable" for finding in run.findings)


def samples_per_step(run: Run) -> float | None:
    """Samples that a step takes, where the log proves it: the samples that it counts are its steps times its batch size."""
    samples, steps, batch = run.metrics.get("samples"), run.progress.get("step"), run.params.get("batch_size")
    if samples is None or steps is None or batch is None or not steps.done or isinstance(batch.value, str):
        return None
    return float(batch.value) if batch.value > 0 and samples.value == steps.done * batch.value else None


def axes_of(run: Run, series: Series) -> list[Axis]:
    """The axes on which every reading of a series has a place, the usual one first."""
    columns = series.columns
    count = len(columns.numbers)
    axes: list[Axis] = []
    if all(step == step for step in columns.steps[:count]):
        axes.append("step")
    if count and all(second == second for second in columns.seconds[:count]):
        axes.append("time")
    if "step" in axes and samples_per_step(run) is not None:
        axes.append("samples")
        if sequence_length(run) is not None:
            axes.append("tokens")
    return axes if "step" in axes else ["reading", *axes]


def curve_of(run: Run, series: Series, wanted: Axis) -> Curve:
    """The points of a series on an axis, or on the usual one where it has not that. Time is seconds since the run began, or
    since the first reading where the log does not say when that was; tokens are samples times the sequence length, padding
    included."""
    axes = axes_of(run, series)
    axis = wanted if wanted in axes else axes[0]
    columns = series.columns
    count = len(columns.numbers)  # the column that grows last: the reading thread may be within an append
    if axis == "time":
        zero = min(columns.seconds[:count])
        if run.started_at is not None:
            begin = (run.started_at.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
            zero = begin if begin <= zero else zero
        xs = [second - zero for second in columns.seconds[:count]]
    elif axis == "reading":
        xs = [float(number) for number in columns.numbers[:count]]
    else:
        scale = (samples_per_step(run) or 1.0) if axis in ("samples", "tokens") else 1.0
        length = sequence_length(run)
        if axis == "tokens" and length is not None:
            scale *= length.value
        xs = [step * scale for step in columns.steps[:count]]
    ys = list(columns.values[:count])
    good = [at for at in range(count) if abs(ys[at]) <= LARGEST and abs(xs[at]) <= LARGEST]
    good.sort(key=xs.__getitem__)
    return Curve(
        axis, tuple(xs[at] for at in good), tuple(ys[at] for at in good), tuple(columns.numbers[at] for at in good),
        tuple(columns.lines[at] for at in good), sum(not abs(y) <= LARGEST for y in ys),
    )


def smoothed(xs: Sequence[float], ys: Sequence[float], share: float) -> list[float]:
    """An exponential mean of what came before, each reading weighted by how far back on the axis it is, without the pull
    towards zero at the beginning. `share` is of the whole axis: uneven readings count by their distance, not their number.

    >>> smoothed([0, 1, 2], [5, 5, 5], 0.1)
    [5.0, 5.0, 5.0]
    """
    span = xs[-1] - xs[0] if xs else 0.0
    if share <= 0 or not span > 0:
        return [float(y) for y in ys]
    out: list[float] = []
    mean = weight = 0.0
    before = xs[0]
    for x, y in zip(xs, ys, strict=True):
        kept = math.exp(-(x - before) / (share * span))
        weight, before = weight * kept + 1.0, x
        mean += (y - mean) / weight
        out.append(mean)
    return out


def zoomed(curve: Curve, window: tuple[float, float] | None, into: bool, around: float | None) -> tuple[float, float] | None:
    """A window half or twice as wide around a place (its middle where None); None is the whole axis."""
    low, high = curve.whole
    left, right = window or (low, high)
    middle = around if around is not None and left <= around <= right else (left + right) / 2
    width = (right - left) * (ZOOM if into else 1 / ZOOM)
    if width >= high - low:
        return None
    share = (middle - left) / (right - left) if right > left else 0.5
    begin = max(low, min(middle - share * width, high - width))
    wanted = (begin, begin + width)
    first, end = bisect_left(curve.xs, wanted[0]), bisect_right(curve.xs, wanted[1])
    return window if into and end - first < LEAST_POINTS else wanted


def panned(curve: Curve, window: tuple[float, float] | None, by: int) -> tuple[float, float] | None:
    """The window a quarter of its width further, within the axis."""
    if window is None:
        return None
    low, high = curve.whole
    width = window[1] - window[0]
    begin = max(low, min(window[0] + by * PAN * width, high - width))
    return begin, begin + width
