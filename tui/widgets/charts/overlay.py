"""The curves of several runs in one chart, with a legend that names each by what tells it apart."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.metrics import METRICS
from tui.runs.compare.joined import Axis
from tui.runs.compare.named import names_of, settings_told
from tui.runs.compare.overlaid import Overlaid, axis_warning, common_axes, common_metrics, overlaid
from tui.runs.curve import smoothed
from tui.runs.run import Run
from tui.widgets.cells import BLANK, Line, middle_cut, plain, rule, width_of, wrapped
from tui.widgets.charts.plot import Picture, Trace, picture

CURVES = ("blue", "warn", "good", "violet", "sky", "bad", "accent", "text")
"""Styles of the runs' curves, by the place that a run was marked at; after the last they begin anew."""
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST = 8
"""Curves in one chart: more are a tangle."""
LEAST_WIDTH = 30
_AXES: dict[Axis, str] = {"step": "step", "samples": "samples", "time": "time since training began"}
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Looked:
    """How curves are looked at: the metric and the axis asked for, where the runs have them, and the smoothing."""

    metric: str | None = None
    axis: Axis | None = None
    smoothing: float = 0.0


def chosen(runs: Sequence[Run], looked: Looked) -> tuple[str, Axis] | None:
    """The metric and the axis to draw: those asked for where two of the runs have them, else the first; None for nothing."""
    metrics = common_metrics(runs)
    if looked.metric in metrics:
        metrics = [looked.metric, *metrics]
    for metric in metrics:
        if axes := common_axes(runs, metric):
            return metric, looked.axis if looked.axis in axes else axes[0]
    return None


class Overlay:
    """Draws curves of runs, and keeps the pictures."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[tuple[object, ...], Picture] = OrderedDict()

    def lines(
        self, runs: Sequence[Run], places: Sequence[int], looked: Looked, width: int, height: int, *, later: bool = False
    ) -> list[Line]:  # fmt: skip
        """The chart of the first runs with their legend, the baseline first; nothing where no two have a curve in common.

        `places` are the runs' own, from 0: they give each its letter and its colour, whichever is the baseline. `height` is
        of the chart without its legend. `later` leaves its room empty where it would have to be drawn first.
        """
        count, runs, places = len(runs), runs[:MOST], places[:MOST]
        found = chosen(runs, looked)
        if found is None or width < LEAST_WIDTH:
            return []
        metric, axis = found
        what = METRICS[metric]
        curves = overlaid(runs, metric, axis)
        title = f"curves: {what.label}" + (f", {what.unit}" if what.unit not in ("", what.label) else "") + f" by {_AXES[axis]}"
        versions = tuple((run.id, run.version, run.modified) for run in runs)
        key = (versions, tuple(places), metric, axis, looked.smoothing, width, height)
        head = [rule(title, width, _note(runs, metric, looked, count)), *_legend(runs, places, curves, width)]
        reasons = _reasons(places, curves, axis_warning(runs, axis), width)
        if later and key not in self._pictures:
            return [*head, *[BLANK] * height, *reasons]
        if key not in self._pictures:
            traces = _traces(curves, places, looked.smoothing)
            self._pictures[key] = picture(traces, axis, None, width, height)
            if len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return [*head, *self._pictures[key].lines(), *reasons]


def sign_of(place: int) -> str:
    """The letter of the run at a place, from 0: A, B, …"""
    return SIGNS[place % len(SIGNS)]


def style_of(place: int) -> str:
    """The style of its curve."""
    return CURVES[place % len(CURVES)]


def _traces(curves: Sequence[Overlaid], places: Sequence[int], smoothing: float) -> list[Trace]:
    """Those that compare in front, with the readings themselves behind where they are smoothed."""
    lines: list[Trace] = []
    behind: list[Trace] = []
    for curve, place in zip(curves, places, strict=True):
        if not curve.xs:
            continue
        style = "faint" if curve.why_not else style_of(place)
        trace = Trace(curve.xs, smoothed(curve.xs, curve.ys, smoothing), style, sign_of(place))
        (behind if curve.why_not else lines).append(trace)
        if smoothing and not curve.why_not:
            behind.append(Trace(curve.xs, curve.ys, "faint"))
    return [*lines, *behind]


def _note(runs: Sequence[Run], metric: str, looked: Looked, count: int) -> str:
    others = len(common_metrics(runs)) - 1
    axes = len(common_axes(runs, metric))
    mean = f"smoothed over {100 * looked.smoothing:.0f} %" if looked.smoothing else ""
    seen = f"{MOST} of {count} runs" if count > MOST else ""
    keys = [seen, mean, f"m: {others} more" if others else "", "x: axis" if axes > 1 else ""]
    return " · ".join(filter(None, keys))


def _legend(runs: Sequence[Run], places: Sequence[int], curves: Sequence[Overlaid], width: int) -> list[Line]:
    """Letter and name of every run, as many on a line as fit."""
    signs = [sign_of(place) for place in places]
    told = settings_told(runs)  # repeats are told apart by their letters
    names = [words or name for words, name in zip(told, names_of(runs, signs), strict=True)]
    lines: list[Line] = [()]
    for at, (name, place, curve) in enumerate(zip(names, places, curves, strict=True)):
        sign, tone = sign_of(place), style_of(place) if curve.xs and not curve.why_not else "faint"
        word = plain(name).removeprefix(f"run {sign}").removeprefix(", ")
        base = ", baseline" if at == 0 and "baseline" not in word else ""
        text = f"{middle_cut(word, 40)}{base}".removeprefix(", ")
        said = f" ({curve.lacks})" if curve.lacks else ""
        entry: Line = ((f"{sign} ", tone), (text, "text" if curve.xs else "dim"), (f"{said}   ", "faint"))
        if lines[-1] and width_of((*lines[-1], *entry)) - 3 > width:
            lines.append(())
        lines[-1] = (*lines[-1], *entry)
    return lines


def _reasons(places: Sequence[int], curves: Sequence[Overlaid], warning: str, width: int) -> list[Line]:
    """Why some curves are faint, and what the axis does not mean."""
    told: dict[str, list[str]] = {}
    for place, curve in zip(places, curves, strict=True):
        if curve.why_not:
            told.setdefault(curve.why_not, []).append(sign_of(place))
    sentences = [f"{', '.join(signs)} not to be compared with {sign_of(places[0])}: {reason}" for reason, signs in told.items()]
    sentences += [warning] if warning else []
    return [
        (("  ↳ " if at == 0 else "    ", "warn"), (line, "dim"))
        for sentence in sentences for at, line in enumerate(wrapped(plain(sentence), width - 4))
    ]  # fmt: skip
