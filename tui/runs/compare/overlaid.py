"""The runs' curves of one metric on one axis: which can be drawn, which may be compared, and in words why not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.metrics import METRICS
from tui.runs.comparable import LOSSES, why_not
from tui.runs.compare.joined import AXES, Axis, points_of
from tui.runs.curve import LARGEST
from tui.runs.run import Run
from tui.runs.work import unlike_batches, unlike_lengths

_FIRST = (
    "loss", "throughput", "tokens_per_second", "accuracy", "eval_loss", "train_accuracy", "groq_ips", "ips",
    "steps_per_second", "rate",
)  # fmt: skip
"""Metrics as they are asked for: first how good, then how fast."""

_LACKS: dict[Axis, str] = {
    "step": "its steps are not known, or begin anew", "samples": "its samples are not known", "time": "its log has no clock",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overlaid:
    """One run's curve in the order of the axis; without points where `lacks` says in words what it has not. `why_not` says
    why it may not be held against the baseline's."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    lacks: str = ""
    why_not: str = ""


def common_metrics(runs: Sequence[Run]) -> list[str]:
    """The metrics of which at least two of the runs have a curve, the most telling first."""
    counts: dict[str, set[str]] = {}
    for run in runs:
        for name, series in run.series.items():
            if name in METRICS and sum(abs(value) <= LARGEST for value in series.values) > 1:
                counts.setdefault(name, set()).add(run.id)
    names = [name for name, ids in counts.items() if len(ids) > 1]
    return sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))


def common_axes(runs: Sequence[Run], metric: str) -> list[Axis]:
    """The axes on which at least two runs' readings have a place, the fairest first: samples where a step of one is not the
    work of a step of the other."""
    axes = [axis for axis in AXES if sum(bool(each.xs) for each in _drawn(runs, metric, axis)) > 1]
    unlike = any(unlike_batches(runs[0], run) for run in runs[1:] if metric in run.series)
    return sorted(axes, key=("samples", "step", "time").index) if unlike else axes


def overlaid(runs: Sequence[Run], metric: str, axis: Axis) -> tuple[Overlaid, ...]:
    """The curve of each run, the first being the baseline; of two readings at one place the last counts."""
    curves = _drawn(runs, metric, axis)
    base = runs[0]
    return tuple(
        replace(each, why_not=_why_not(metric, base, run) if each.xs and metric in base.series and run.id != base.id else "")
        for run, each in zip(runs, curves, strict=True)
    )


def axis_warning(runs: Sequence[Run], axis: Axis) -> str:
    """What places on the axis do not mean, in words: steps of unlike batches."""
    if axis != "step":
        return ""
    told = next((words for run in runs[1:] if (words := unlike_batches(runs[0], run))), "")
    return f"a step is not the same work: {told}" if told else ""


def _drawn(runs: Sequence[Run], metric: str, axis: Axis) -> list[Overlaid]:
    return [_curve(run, metric, axis) for run in runs]


def _curve(run: Run, metric: str, axis: Axis) -> Overlaid:
    if metric not in run.series:
        return Overlaid((), (), "not reported")
    xs, ys = points_of(run, metric, axis)
    known = {x: y for x, y in zip(xs, ys, strict=True) if abs(x) <= LARGEST and abs(y) <= LARGEST}
    if len(known) < 2:
        placed = any(math.isfinite(x) for x in xs)
        return Overlaid((), (), "no two finite readings" if placed else _LACKS[axis])
    ordered = sorted(known.items())
    return Overlaid(tuple(x for x, _ in ordered), tuple(y for _, y in ordered))


def _why_not(metric: str, one: Run, other: Run) -> str:
    """As for the last readings, but for the work done: where it ends is for all to see on the axis."""
    reason = why_not(metric, one, other)
    return "" if metric in LOSSES and reason.startswith("different work: ") and not unlike_lengths(one, other) else reason
