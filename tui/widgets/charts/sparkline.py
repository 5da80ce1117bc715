"""A series in a few blocks, for a table's cell or a single line."""

from __future__ import annotations

from tui.runs.curve import LARGEST
from tui.runs.series import Series

_SPARKS = "▁▂▃▄▅▆▇█"


def sparkline(series: Series | None, width: int) -> str:
    """A series in a few blocks, the highest of each stretch; empty where there are not two finite values."""
    if series is None:
        return ""
    values = [value for value in series.values[-4096:] if abs(value) <= LARGEST]
    if len(values) < 2:
        return ""
    if len(values) > width:
        size = len(values) / width
        values = [max(values[int(at * size) : max(int((at + 1) * size), int(at * size) + 1)]) for at in range(width)]
    low, high = min(values), max(values)
    if high == low:
        return _SPARKS[3] * len(values)
    return "".join(_SPARKS[round((value - low) / (high - low) * 7)] for value in values)
