"""One series as a curve. The only module that knows plotext, whose single global figure is set up and read in one go.

plotext costs some 4 ms a curve of two points a column, so a picture is kept per run, version, metric and size.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

from parsers.metrics import METRICS
from tui.runs.numbers import number
from tui.runs.run import Run
from tui.runs.series import Series, thinned
from tui.widgets.cells import BLANK, Line, plain, rule
from tui.widgets.pane import Pane

PREFERRED = ("throughput", "tokens_per_second", "groq_ips", "ips", "steps_per_second", "loss", "accuracy", "eval_loss")
KEPT = 64
LARGEST = 1e150
"""Values beyond this are left out as infinite ones are: plotext fails where a span overflows."""


def metrics_of(run: Run) -> list[str]:
    """The metrics of a run that can be charted or named, throughput first."""
    names = [name for name in tuple(run.series) if name in METRICS]
    return sorted(names, key=lambda name: (PREFERRED.index(name) if name in PREFERRED else len(PREFERRED), names.index(name)))


def chosen_metric(run: Run, wanted: str | None) -> str | None:
    """The metric to chart: the wanted one where the run has it."""
    names = metrics_of(run)
    return wanted if wanted in names else (names[0] if names else None)


class ChartPane(Pane):
    """The curve of one metric of one run over its steps."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._metric: str | None = None
        self._pictures: OrderedDict[tuple[object, ...], list[Line]] = OrderedDict()

    def show(self, run: Run | None, metric: str | None) -> None:
        """Draw this metric of this run, or what it has where it lacks that one."""
        if run != self._run or metric != self._metric:
            self._run, self._metric = run, metric
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        run = self._run
        name = chosen_metric(run, self._metric) if run else None
        if run is None or name is None:
            return [rule("chart", width), *_without_series(run)]
        what, series = METRICS[name], run.series[name]
        columns = series.columns
        count = len(columns.numbers)  # the column that grows last: the reading thread may be within an append
        ys = list(columns.values[:count])
        steps = list(columns.steps[:count])
        by_step = all(step == step for step in steps)
        xs = steps if by_step else [float(number) for number in columns.numbers[:count]]
        ys = [y if abs(y) <= LARGEST else math.nan for y in ys]
        lost = sum(y != y for y in ys)
        unit = what.unit or "no unit"
        title = (f"{what.label}, {unit}" if what.unit != what.label else what.label) + (" by step" if by_step else " by reading")
        others = len(metrics_of(run)) - 1
        note = f"{lost} not finite, not drawn" if lost else f"m: {others} more" if others else ""
        head = rule(title, width, note)
        if count - lost < 2 or width < 24 or height < 5:
            return [head, *_few(run, name, [y for y in ys if y == y], lost)]
        key = (run.id, run.version, run.modified, name, count, width, height)
        if key not in self._pictures:
            self._pictures[key] = _curve(*thinned(xs, ys, 2 * width), width, height - 1)
            if len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return [head, *self._pictures[key]]


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


def _curve(xs: list[float], ys: list[float], width: int, height: int) -> list[Line]:
    import plotext  # type: ignore[import-untyped]  # 35 ms: only when there is a curve to draw

    low, high = min(ys), max(ys)
    margin = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    low, high = low - margin, high + margin
    left, right = min(xs), max(xs)
    if left == right:
        left, right = left - 0.5, right + 0.5
    y_ticks = round_ticks(low, high, max(2, min(6, height // 3)))
    x_ticks = [tick for tick in round_ticks(left, right, max(2, min(7, width // 12))) if left <= tick <= right]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.ylim(low, high)
    plotext.xlim(left, right)
    plotext.yticks(y_ticks, tick_labels(y_ticks))
    plotext.xticks(x_ticks, tick_labels(x_ticks))
    plotext.plot(xs, ys, marker="braille")
    rows = [plain(row) for row in plotext.build().splitlines()]
    return [_coloured(row) for row in rows]


def _coloured(row: str) -> Line:
    """The curve in the accent colour, axes and labels quiet."""
    for at, sign in enumerate(row):
        if sign in "┤│├└":
            return ((row[:at], "dim"), (sign, "faint"), (row[at + 1 :], "faint" if sign == "└" else "blue"))
    return ((row, "dim"),)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most about `most` round numbers between two values.

    >>> round_ticks(0, 1000, 4)
    [0.0, 500.0, 1000.0]
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
