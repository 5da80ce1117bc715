"""Curves drawn in signs. The only module that knows plotext, whose single global figure is set up and read in one go.

plotext costs some 4 ms a curve of two points a column: whoever draws keeps the picture.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from tui.runs.curve import Axis
from tui.runs.numbers import duration
from tui.runs.series import thinned
from tui.widgets.cells import Line, plain
from tui.widgets.charts.ticks import round_ticks, tick_labels, time_ticks

_NOTHING = " \u2800"


@dataclass(frozen=True, slots=True)
class Trace:
    """A curve to draw, in the order of its axis, the name of its style, and a sign that marks it without colour."""

    xs: Sequence[float]
    ys: Sequence[float]
    style: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign on the picture: its row, its column from the axis on, and its style."""

    row: int
    column: int
    sign: str
    style: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Drawn curves: for each its rows, all of one shape, the one in front first, and its style; `left` and `right` are the
    axis' ends, and `marks` stand before every curve."""

    layers: tuple[tuple[tuple[str, ...], str], ...]
    left: float
    right: float
    marks: tuple[Mark, ...] = ()

    def lines(self, cursor: float | None = None) -> list[Line]:
        """The rows, with the cursor's column."""
        return [self._line(y, cursor) for y in range(len(self.layers[0][0]))]

    def place(self, x: int, y: int) -> float | None:
        """What place on the axis a column stands for; None beside the axes."""
        row = self.layers[0][0][y] if 0 <= y < len(self.layers[0][0]) else ""
        at = next((at for at, sign in enumerate(row) if sign in "┤│├"), None)
        columns = len(row) - at - 1 if at is not None else 0
        if at is None or not at < x < len(row):
            return None
        return self.left + (self.right - self.left) * (x - at - 1) / max(1, columns - 1)

    def _line(self, y: int, cursor: float | None) -> Line:
        row = self.layers[0][0][y]
        at = next((at for at, sign in enumerate(row) if sign in "┤│├└"), None)
        if at is None:
            return ((row, "dim"),)
        if row[at] == "└":
            return ((row[:at], "dim"), (row[at:], "faint"))
        columns = len(row) - at - 1
        column = None
        if cursor is not None and columns > 0 and self.left <= cursor <= self.right:
            column = at + 1 + min(columns - 1, round((cursor - self.left) / (self.right - self.left) * (columns - 1)))
        marks = {at + 1 + mark.column: (mark.sign, mark.style) for mark in self.marks if mark.row == y}
        spans: list[tuple[str, str]] = [(row[:at], "dim"), (row[at], "faint")]
        for x in range(at + 1, len(row)):
            drawn = ((rows[y][x], style) for rows, style in self.layers if x < len(rows[y]) and rows[y][x] not in _NOTHING)
            sign, style = marks.get(x) or next(drawn, (" ", "text"))
            if x == column:
                sign, style = ("│" if sign in _NOTHING else sign), "key"
            if spans[-1][1] == style:
                spans[-1] = (spans[-1][0] + sign, style)
            else:
                spans.append((sign, style))
        return tuple(spans)


def picture(traces: Sequence[Trace], axis: Axis, window: tuple[float, float] | None, width: int, height: int) -> Picture:
    """Traces on common axes, the first in front. `window` is the part of the axis that they were cut to; None where they
    are whole. At least one trace has a point."""
    drawn = [trace for trace in traces if trace.xs]
    left, right = window or (min(trace.xs[0] for trace in drawn), max(trace.xs[-1] for trace in drawn))
    if left == right:
        left, right = left - 0.5, right + 0.5
    low, high = min(min(trace.ys) for trace in drawn), max(max(trace.ys) for trace in drawn)
    margin = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    frame = (left, right, low - margin, high + margin)
    layers = [(_rows(*thinned(trace.xs, trace.ys, 2 * width), axis, frame, width, height), trace.style) for trace in drawn]
    return Picture(tuple(layers), left, right, _marks(drawn, frame, [rows for rows, _ in layers]))


def _marks(
    traces: Sequence[Trace], frame: tuple[float, float, float, float], layers: Sequence[Sequence[str]]
) -> tuple[Mark, ...]:
    """Each curve's sign at its end, and at a place of its own along the axis, where curves that meet at their ends are apart."""
    left, right, low, high = frame
    axis = max(layers[0][0].find("┤"), layers[0][0].find("│"))
    height = sum(row[axis : axis + 1] in ("┤", "│") for row in layers[0])
    columns = max(map(len, layers[0])) - axis - 1
    if axis < 0 or columns < 1:
        return ()
    made: dict[tuple[int, int], Mark] = {}
    for number, (trace, rows) in enumerate(zip(traces, layers, strict=True), 1):
        own = left + (right - left) * number / (len(traces) + 1)
        ends = [(trace.xs[-1], trace.ys[-1])] if trace.sign else []
        if trace.sign and trace.xs[0] < own < trace.xs[-1]:
            ends.append(_on(trace, own))
        for x, y in ends:
            column = min(columns - 1, max(0, round((x - left) / (right - left) * (columns - 1))))
            about = (high - y) / (high - low) * (height - 1)
            drawn = [at for at in range(height) if rows[at][axis + 1 + column : axis + 2 + column] not in _NOTHING]
            row = min(drawn or [round(about)], key=lambda at: abs(at - about))
            beside = (column + sign * by for by in range(columns) for sign in (-1, 1))
            place = next(((row, at) for at in beside if 0 <= at < columns and (row, at) not in made), None)
            if place is not None:
                made[place] = Mark(*place, trace.sign, trace.style)
    return tuple(made.values())


def _on(trace: Trace, x: float) -> tuple[float, float]:
    """The point of a curve at a place between its ends, in a straight line between its neighbours."""
    at = bisect_left(trace.xs, x)
    before, after = trace.xs[at - 1], trace.xs[at]
    share = (x - before) / (after - before) if after > before else 0.0
    return x, trace.ys[at - 1] + share * (trace.ys[at] - trace.ys[at - 1])


def _rows(
    xs: list[float], ys: list[float], axis: Axis, frame: tuple[float, float, float, float], width: int, height: int
) -> tuple[str, ...]:
    import plotext  # type: ignore[import-untyped]  # 35 ms: only when there is a curve to draw

    left, right, low, high = frame
    y_ticks = round_ticks(low, high, max(2, min(6, height // 3)))
    ticks = time_ticks if axis == "time" else round_ticks
    x_ticks = [tick for tick in ticks(left, right, max(2, min(7, width // 12))) if left <= tick <= right]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limitsize(False, False)  # of a terminal that it asks for itself: the pane knows its size
    plotext.plotsize(width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.ylim(low, high)
    plotext.xlim(left, right)
    plotext.yticks(y_ticks, tick_labels(y_ticks))
    plotext.xticks(x_ticks, [duration(tick) for tick in x_ticks] if axis == "time" else tick_labels(x_ticks))
    plotext.plot(xs, ys, marker="braille")
    return tuple(plain(row) for row in plotext.build().splitlines())
