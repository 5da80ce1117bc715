"""One series as a curve; a picture is kept per run, version, metric and size."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

from parsers.metrics import METRICS
from tui.runs.curve import Curve, View, curve_of, smoothed
from tui.runs.numbers import duration, number
from tui.runs.run import Run
from tui.widgets.cells import BLANK, Line, rule
from tui.widgets.charts.choice import chosen_metric, metrics_of
from tui.widgets.charts.plot import Picture, Trace, picture
from tui.widgets.pane import Pane

KEPT = 64
AXES = {"step": "step", "time": "wall time", "samples": "samples", "reading": "reading"}
PLAIN = View()
"""By step, not smoothed, all of it."""


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
        hint = f"{self.keys.name('metric')}: {others} more" if others else ""
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


def _picture(curve: Curve, view: View, width: int, height: int) -> Picture:
    part = curve.inside(view.window)
    cut = slice(part.start, part.stop)
    window = view.window if len(part) < len(curve.xs) else None
    raw = Trace(curve.xs[cut], curve.ys[cut], "faint" if view.smoothing else "blue")
    if not view.smoothing:
        return picture([raw], curve.axis, window, width, height)
    mean = Trace(curve.xs[cut], smoothed(curve.xs, curve.ys, view.smoothing)[cut], "blue")
    return picture([mean, raw], curve.axis, window, width, height)
