"""Where an axis has its marks, and what is written there: round numbers, round times."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tui.runs.numbers import number

_CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)

_FINEST = 16
"""Marks beyond which none closer to each other are looked for: two values that differ in their last bits."""


def time_ticks(low: float, high: float, most: int) -> list[float]:
    """At most about `most` round times, in seconds, between two.

    >>> time_ticks(0, 400, 4)
    [0.0, 120.0, 240.0, 360.0]
    """
    raw = (high - low) / max(1, most)
    step = next((step for step in _CLOCK_STEPS if step >= raw), None)
    if step is None or raw < 1:
        return round_ticks(low, high, most)
    return [float(index * step) for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most about `most` round numbers between two values, but two where there are any: one gives no scale.

    >>> round_ticks(0, 1000, 4)
    [0.0, 250.0, 500.0, 750.0, 1000.0]
    >>> round_ticks(501, 661, 3)
    [550.0, 600.0, 650.0]
    """
    raw = (high - low) / max(1, most)
    if not raw > 0 or not math.isfinite(raw):
        return [low]
    size = 10.0 ** math.floor(math.log10(raw))
    step = next((factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw), 10 * size)
    first = math.ceil(low / step - 1e-9)
    ticks = [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]
    return ticks if len(ticks) > 1 or most > _FINEST else round_ticks(low, high, 2 * most)


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Labels with as many decimals as tell the ticks apart."""
    if len(ticks) < 2:
        return [number(tick) for tick in ticks]
    step = ticks[1] - ticks[0]
    size = max(abs(tick) for tick in ticks)
    if size >= 1e7 or (0 < size < 1e-4):
        return [f"{tick:.3g}" for tick in ticks]
    decimals = max(0, min(8, -math.floor(math.log10(step) + 1e-9)))
    if decimals and any(abs(tick * 10**decimals - round(tick * 10**decimals)) > 1e-6 for tick in ticks):
        decimals += 1
    elif not decimals and step != int(step):
        decimals = 1
    return [f"{tick:,.{decimals}f}" for tick in ticks]
