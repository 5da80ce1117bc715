"""Runs with equal parameters are repeats: how far apart their results are, and so what a difference can mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from tui.runs.run import Run


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric over repeats: how many, their mean, their sample standard deviation (None of one), lowest and highest."""

    n: int
    mean: float
    deviation: float | None
    low: float
    high: float

    @property
    def range(self) -> float:
        """From the lowest to the highest."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Repeats:
    """Runs that their logs show to have equal parameters, and the spread of each metric that may be compared among them."""

    runs: tuple[Run, ...]
    spreads: Mapping[str, Spread]


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of some finite values; None of none.

    >>> round(spread([97.69, 98.3, 98.35]).deviation, 3)
    0.367
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    deviation = stdev(finite) if len(finite) > 1 else None
    return Spread(len(finite), fmean(finite), deviation, min(finite), max(finite))
