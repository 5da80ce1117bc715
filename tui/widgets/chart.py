"""One series as a curve. The only module that knows plotext, whose single global figure is set up and read in one go.

plotext costs some 4 ms a curve of two points a column, so a picture is kept per run, version, metric and size.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.metrics import METRICS
from tui.runs.curve import LARGEST, Axis, Curve, View, curve_of, smoothed
from tui.runs.numbers import duration, number
from tui.runs.run import Run
from tui.runs.series import Series, thinned
from tui.widgets.cells import BLANK, Line, plain, rule
from tui.widgets.pane import Pane

PREFERRED = ("throughput", "tokens_per_second", "groq_ips", "ips", "steps_per_second", "loss", "accuracy", "eval_loss")
KEPT = 64
AXES = {"step": "step", "time": "wall time", "samples": "samples", "reading": "reading"}
PLAIN = View()
"""By step, not smoothed, all of it."""


def metrics_of(run: Run) -> list[str]:
    """The metrics of a run that can be charted or named, throughput first."""
    names = [name for name in tuple(run.series) if name in METRICS]
    return sorted(names, key=lambda name: (PREFERRED.index(name) if name in PREFERRED else len(PREFERRED), names.index(name)))


def chosen_metric(run: Run, wanted: str | None) -> str | None:
    """The metric to chart: the wanted one where the run has it."""
    names = metrics_of(run)
    return wanted if wanted in names else (names[0] if names else None)


class ChartPane(Pane):
    """The curve of one metric of one run, with the readings themselves where it is smoothed, and a cursor that reads them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._metric: str | None = None
        self._view = View()
        self._pictures: OrderedDict[tuple[object, ...], Picture] = OrderedDict()

    def show(self, run: Run | None, metric: str | None, view: View = PLAIN) -> None:
        """Draw this metric of this run so, or what it has where it lacks that one."""
        if run != self._run or metric != self._metric or view != self._view:
            self._run, self._metric, self._view = run, metric, view
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        run, view = self._run, self._view
        name = chosen_metric(run, self._metric) if run else None
        if run is None or name is None:
            return [rule("chart", width), *_without_series(run)]
        what = METRICS[name]
        curve = curve_of(run, run.series[name], view.axis)
        title = (f"{what.label}, {what.unit or 'no unit'}" if what.unit != what.label else what.label) + f" by {AXES[curve.axis]}"
        lost = f"{curve.lost} not finite, not drawn" if curve.lost else ""
        if len(curve.xs) < 2 or width < 24 or height < 5:
            return [rule(title, width, lost), *_few(run, name, curve.ys, curve.lost)]
        others = len(metrics_of(run)) - 1
        hint = f"m: {others} more" if others else ""
        note = cursor_note(curve, view, what.unit) or " · ".join(part for part in (*shape_of(curve, view), lost) if part) or hint
        count = len(run.series[name])
        key = (run.id, run.version, run.modified, name, count, width, height, view.axis, view.smoothing, view.window)
        if key not in self._pictures:
            self._pictures[key] = _picture(curve, view, width, height - 1)
            if len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        at = curve.at(view.cursor) if view.cursor is not None else None
        return [rule(title, width, note), *self._pictures[key].lines(None if at is None else curve.xs[at])]


def cursor_note(curve: Curve, view: View, unit: str) -> str:
    """What the cursor reads: place on the axis, value, smoothed value, line."""
    at = curve.at(view.cursor) if view.cursor is not None else None
    if at is None:
        return ""
    place = duration(curve.xs[at]) if curve.axis == "time" else number(curve.xs[at])
    mean = f"  smoothed {number(smoothed(curve.xs, curve.ys, view.smoothing)[at])}" if view.smoothing else ""
    line = f"  line {curve.lines[at]}" if curve.lines[at] else ""
    return f"{curve.axis} {place}  {number(curve.ys[at])} {unit}{line}{mean}"


def shape_of(curve: Curve, view: View) -> tuple[str, str]:
    """In words: how it is smoothed, and which part is seen."""
    mean = f"smoothed over {100 * view.smoothing:.0f} %" if view.smoothing else ""
    if view.window is None:
        return mean, ""
    low, high = curve.whole
    share = (view.window[1] - view.window[0]) / (high - low) if high > low else 1.0
    return mean, f"{100 * share:.3g} % of the axis"


def _without_series(run: Run | None) -> list[Line]:
    if run is None:
        return [(("No run selected", "dim"),)]
    speed = run.speed
    if speed is not None:
        return [
            BLANK, (("  " + number(speed.value), "strong"), (f" {speed.definition.unit}", "dim")), BLANK,
            ((f"  {speed.definition.label}: one figure, no curve", "dim"),),
        ]
    words = {
        "queued": "Waiting in the queue: nothing to chart yet", "compiling": "Compiling: no step has run yet",
        "loading": "Loading: no step has run yet", "submitted": "The log holds no training: nothing to chart",
    }
    return [BLANK, (("  " + words.get(run.state, "The log gives no series to chart"), "dim"),)]


def _few(run: Run, name: str, finite: Sequence[float], lost: int) -> list[Line]:
    reading = run.metrics.get(name)
    value = reading.value if reading else (finite[-1] if finite else math.nan)
    if len(finite) < 2:
        why = "one reading, no curve yet" if finite else "no finite value" if lost else "no reading yet"
    else:
        why = "too small for a curve"
    step = f" at step {number(reading.step)}" if reading and reading.step is not None else ""
    return [BLANK, (("  " + number(value), "strong"), (f" {METRICS[name].unit}{step}", "dim")), BLANK, (("  " + why, "dim"),)]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn curve: rows of the readings and of their mean, of the same shape; `left` and `right` are the axis' ends."""

    raw: tuple[str, ...]
    mean: tuple[str, ...]
    left: float
    right: float

    def lines(self, cursor: float | None) -> list[Line]:
        """The rows, the mean before the readings, with the cursor's column."""
        return [self._line(row, self.mean[y] if self.mean else "", cursor) for y, row in enumerate(self.raw)]

    def _line(self, row: str, mean: str, cursor: float | None) -> Line:
        at = next((at for at, sign in enumerate(row) if sign in "┤│├└"), None)
        if at is None:
            return ((row, "dim"),)
        if row[at] == "└":
            return ((row[:at], "dim"), (row[at:], "faint"))
        columns = len(row) - at - 1
        column = None
        if cursor is not None and columns > 0 and self.left <= cursor <= self.right:
            column = at + 1 + min(columns - 1, round((cursor - self.left) / (self.right - self.left) * (columns - 1)))
        spans: list[tuple[str, str]] = [(row[:at], "dim"), (row[at], "faint")]
        for x in range(at + 1, len(row)):
            top = mean[x] if x < len(mean) else " "
            sign, style = (top, "blue") if top not in " ⠀" else (row[x], "faint" if mean else "blue")
            if x == column:
                sign, style = ("│" if sign in " ⠀" else sign), "key"
            if spans[-1][1] == style:
                spans[-1] = (spans[-1][0] + sign, style)
            else:
                spans.append((sign, style))
        return tuple(spans)


def _picture(curve: Curve, view: View, width: int, height: int) -> Picture:
    part = curve.inside(view.window)
    xs, ys = curve.xs[part.start : part.stop], curve.ys[part.start : part.stop]
    left, right = view.window if view.window and len(part) < len(curve.xs) else (min(xs), max(xs))
    if left == right:
        left, right = left - 0.5, right + 0.5
    low, high = min(ys), max(ys)
    margin = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    frame = (left, right, low - margin, high + margin)
    raw = _rows(*thinned(xs, ys, 2 * width), curve.axis, frame, width, height)
    if not view.smoothing:
        return Picture(raw, (), left, right)
    mean = smoothed(curve.xs, curve.ys, view.smoothing)[part.start : part.stop]
    return Picture(raw, _rows(*thinned(xs, mean, 2 * width), curve.axis, frame, width, height), left, right)


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
    plotext.plotsize(width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.ylim(low, high)
    plotext.xlim(left, right)
    plotext.yticks(y_ticks, tick_labels(y_ticks))
    plotext.xticks(x_ticks, [duration(tick) for tick in x_ticks] if axis == "time" else tick_labels(x_ticks))
    plotext.plot(xs, ys, marker="braille")
    return tuple(plain(row) for row in plotext.build().splitlines())


_CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)


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
    """At most about `most` round numbers between two values.

    >>> round_ticks(0, 1000, 4)
    [0.0, 250.0, 500.0, 750.0, 1000.0]
    """
    raw = (high - low) / max(1, most)
    if not raw > 0 or not math.isfinite(raw):
        return [low]
    size = 10.0 ** math.floor(math.log10(raw))
    step = next((factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw), 10 * size)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


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
