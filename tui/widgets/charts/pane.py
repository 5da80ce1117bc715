"""One series as a curve; a picture is kept per run, version, metric and size."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

from textual import events

from parsers.metrics import METRICS
from tui.messages import PlacePicked
from tui.runs.curve import Curve, View, curve_of, doubtful, smoothed
from tui.runs.numbers import duration, number
from tui.runs.run import Run
from tui.runs.whole import Whole
from tui.widgets.cells import BLANK, Line, cut, rule
from tui.widgets.charts.choice import chosen_metric, metrics_of
from tui.widgets.charts.plot import Picture, Trace, picture
from tui.widgets.pane import Pane

KEPT = 64
TALL = 10
"""Rows from which what is said of a curve has one of them, where it has no room beside the title."""
AXES = {"step": "step", "time": "wall time", "samples": "samples", "tokens": "tokens", "reading": "reading"}
PLAIN = View()
"""By step, not smoothed, all of it."""


class ChartPane(Pane):
    """The curve of one metric of one run, with the readings themselves where it is smoothed, and a cursor that reads them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._metric: str | None = None
        self._view = View()
        self._place: float | None = None
        self._whole: Whole | None = None
        self._pictures: OrderedDict[tuple[object, ...], Picture] = OrderedDict()
        self._drawn: Picture | None = None
        self._head = 1  # rows over the picture

    def show(
        self, run: Run | None, metric: str | None, view: View = PLAIN, *, place: float | None = None, whole: Whole | None = None
    ) -> None:
        """Draw this metric of this run so, or what it has where it lacks that one. The cursor is on the view's reading, or on
        the one nearest to a `place` on the axis; `whole` is the curve with all of its points, where it was read."""
        if (
            run != self._run or metric != self._metric or view != self._view or place != self._place or whole is not self._whole
        ):
            self._run, self._metric, self._view, self._place, self._whole = run, metric, view, place, whole
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        run, view, self._drawn = self._run, self._view, None
        name = chosen_metric(run, self._metric) if run else None
        if run is None or name is None:
            return [rule("chart", width), *_without_series(run)]
        what, whole = METRICS[name], self._whole
        curve = whole.curve if whole is not None else curve_of(run, run.series[name], view.axis)
        title = (f"{what.label}, {what.unit or 'no unit'}" if what.unit != what.label else what.label) + f" by {AXES[curve.axis]}"
        lost = f"{curve.lost} not finite, not drawn" if curve.lost else ""
        if len(curve.xs) < 2 or width < 24 or height < 5:
            return [rule(title, width, lost), *_few(run, name, curve.ys, curve.lost)]
        at = curve.at(view.cursor) if view.cursor is not None else None
        at = curve.nearest(self._place) if self._place is not None else at
        doubt = "not to be relied on, see the finding" if doubtful(run, name) else ""
        told = [part for part in (*shape_of(curve, view), doubt, lost) if part]
        figures, others = _summary(run, name), len(metrics_of(run)) - 1
        room = width - len(title) - 8
        below = height >= TALL and len(" · ".join([*told, *figures])) > room  # a row of its own, whether a cursor reads or not
        room = width - 2 if below else room
        said = [*told, *figures, *([f"{self.keys.name('metric')}: {others} more"] if others else [])]
        note = cursor_note(curve, at, what.unit, self._mean(curve), room) if at is not None else fitted(said, room, len(told))
        head = [rule(title, width), ((f"  {cut(note, room)}", "dim"),)] if below else [rule(title, width, note)]
        count = len(run.series[name])
        key = (
            run.id, run.version, run.modified, name, count, width, height, view.axis, view.smoothing, view.window,
            None if whole is None else whole.count,
        )  # fmt: skip
        if key not in self._pictures:
            style = "faint" if doubt else "blue"
            self._pictures[key] = _picture(curve, view, self._mean(curve), style, width, height - len(head))
            if len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        self._drawn = self._pictures[key]
        self._head = len(head)
        return [*head, *self._drawn.lines(None if at is None else curve.xs[at])]

    def _mean(self, curve: Curve) -> Sequence[float]:
        if not self._view.smoothing:
            return ()
        return self._whole.mean if self._whole is not None else smoothed(curve.xs, curve.ys, self._view.smoothing)

    def on_click(self, event: events.Click) -> None:
        """The cursor goes where the mouse is."""
        place = self._drawn.place(event.x, event.y - self._head) if self._drawn is not None else None
        if place is not None and self._run is not None:
            self.post_message(PlacePicked(self._metric, place))


def cursor_note(curve: Curve, at: int, unit: str, mean: Sequence[float], room: int) -> str:
    """What the cursor reads: place on the axis, value, smoothed value, line; short of room, first without the unit."""
    place = duration(curve.xs[at]) if curve.axis == "time" else number(curve.xs[at])
    smooth = f"  smoothed {number(mean[at])}" if mean else ""
    line = f"  line {curve.lines[at]}" if curve.lines[at] else ""
    told = f"{curve.axis} {place}  {number(curve.ys[at])}"
    notes = (f"{told} {unit}{line}{smooth}", f"{told}{line}{smooth}", f"{told}{line}")
    return next((note for note in notes if len(note) <= room), f"{place}  {number(curve.ys[at])}")


def _summary(run: Run, name: str) -> list[str]:
    """The last value and, of a rate, the mean of its readings."""
    series, what = run.series[name], METRICS[name]
    last = f"last {number(series.last.value)}" if series.last is not None else ""
    mean = series.mean if what.unit.endswith("/s") and series.count > 1 else None
    return [part for part in (last, f"mean {number(float(f'{mean:.6g}'))}" if mean is not None else "") if part]


def fitted(said: Sequence[str], room: int, least: int) -> str:
    """As many of these as there is room for, the first before the others; `least` of them whatever the room is."""
    count = len(said)
    while count > least and len(" · ".join(said[:count])) > room:
        count -= 1
    return " · ".join(said[:count])


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


def _picture(curve: Curve, view: View, mean: Sequence[float], style: str, width: int, height: int) -> Picture:
    part = curve.inside(view.window)
    cut = slice(part.start, part.stop)
    window = view.window if len(part) < len(curve.xs) else None
    raw = Trace(curve.xs[cut], curve.ys[cut], "faint" if mean else style)
    traces = [Trace(curve.xs[cut], mean[cut], style), raw] if mean else [raw]
    return picture(traces, curve.axis, window, width, height)
