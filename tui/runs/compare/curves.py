"""A series on the axes of a comparison: its values over steps, over samples, over seconds since training began."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tui.runs.run import Run, Spot
from tui.runs.work import global_batch

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Curve:
    """Values in the order of the log, each finite, with their seconds since the training began and their samples; empty where
    the log has no clock, or no steps or no batch size. `spot` is where the last one stands."""

    values: tuple[float, ...]
    seconds: tuple[float, ...]
    samples: tuple[float, ...]
    spot: Spot

    @property
    def last(self) -> float:
        """The last value."""
        return self.values[-1]

    def reached(self, level: float) -> tuple[float | None, float | None]:
        """The seconds and the samples after which the value was first no higher than `level`; None where not known."""
        at = next((at for at, value in enumerate(self.values) if value <= level), None)
        if at is None:
            return None, None
        return self.seconds[at] if self.seconds else None, self.samples[at] if self.samples else None

    def at_samples(self, samples: float) -> float | None:
        """The value at so many samples, in a straight line between its neighbours; None beyond them."""
        if not self.samples or not self.samples[0] <= samples <= self.samples[-1]:
            return None
        at = bisect_left(self.samples, samples)
        if self.samples[at] == samples:
            return self.values[at]
        before, after = self.samples[at - 1], self.samples[at]
        share = (samples - before) / (after - before)
        return self.values[at - 1] + share * (self.values[at] - self.values[at - 1])


def curve(run: Run, metric: str) -> Curve | None:
    """A metric's series, where it has two finite values at least."""
    series = run.series.get(metric)
    if series is None:
        return None
    kept = [at for at, value in enumerate(series.values) if math.isfinite(value)]
    if len(kept) < 2:
        return None
    seconds = [series.seconds[at] for at in kept]
    samples = samples_axis(run, [series.steps[at] for at in kept])
    began = training_began(run, series.seconds)
    return Curve(
        tuple(series.values[at] for at in kept),
        tuple(second - began for second in seconds) if began is not None and _rises(seconds) else (),
        tuple(samples) if _rises(samples) else (),
        Spot(run.path, series.lines[kept[-1]]),
    )


def samples_axis(run: Run, steps: Sequence[float]) -> list[float]:
    """Steps times the global batch; NaN where either is not known, or where each epoch's steps are counted anew."""
    batch = None if begins_anew(steps) else global_batch(run)
    return [math.nan if batch is None else step * batch.value for step in steps]


def begins_anew(steps: Sequence[float]) -> bool:
    """Whether the steps of a series begin anew within it, so that one of them is no one place."""
    return any(step <= steps[0] for step in steps[1:])


def training_began(run: Run, seconds: Sequence[float]) -> float | None:
    """When the training began, in seconds of the log's clock: its phase's start, or else the first reading's time."""
    first = next((second for second in seconds if second == second), None)
    if first is None:
        return None
    starts = [(phase.started_at - _EPOCH).total_seconds() for phase in run.phases if phase.name == "train" and phase.started_at]
    return min(starts[0], first) if starts else first


def _rises(values: Sequence[float]) -> bool:
    """Whether all are known and none is less than the one before."""
    return all(value == value for value in values) and all(one <= other for one, other in pairwise(values))
