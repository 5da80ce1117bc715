"""What came out: the state, and each metric with its difference from the baseline's, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.metrics import METRICS
from tui.runs.comparable import why_not
from tui.runs.compare.rows import Cell, NoiseWord, Row, figure, number_row
from tui.runs.numbers import number
from tui.runs.repeats import Noise
from tui.runs.run import Run

_WORK = frozenset({"samples"})


def outcome_rows(runs: Sequence[Run], noise: Noise) -> list[Row]:
    """The state, then every metric that one of the runs reports, in the order of the vocabulary."""
    states = tuple(Cell(run.state, run.state, spot=run.because) for run in runs)
    rows = [Row("outcome", "state", "", states, len({run.state for run in runs}) > 1, name="state")]
    names = [name for name in METRICS if name not in _WORK and any(name in run.metrics for run in runs)]
    return rows + [judged(_metric_row(name, runs), runs, noise) for name in names]


def judged(row: Row, runs: Sequence[Run], noise: Noise, *, as_metric: str | None = None) -> Row:
    """The row with each difference held against repeats; one that is no larger than theirs is neither better nor worse. A
    derived row is judged by the metric that it is made of, where both runs report that."""
    if row.better is None or row.evidence == "estimated":
        return row
    name = as_metric or row.name
    return replace(row, cells=(row.cells[0], *(
        _marked(cell, _noise(cell, name, runs[0], run, noise)) for cell, run in zip(row.cells[1:], runs[1:], strict=True)
    )))  # fmt: skip


def _marked(cell: Cell, word: NoiseWord) -> Cell:
    return replace(cell, noise=word, better=None if word == "within" else cell.better) if word else cell


def _noise(cell: Cell, name: str, base: Run, run: Run, noise: Noise) -> NoiseWord:
    """What repeats say of a difference; nothing where there is none."""
    if cell.delta is None or cell.delta == 0 or base.id == run.id:
        return ""
    if noise.together(base, run):
        return "within"
    if name not in base.metrics or name not in run.metrics:
        return ""
    widest = noise.widest(name, base, run)
    if widest is None:
        return "unknown"
    delta = abs(run.metrics[name].value - base.metrics[name].value)
    return "within" if delta <= widest[1].range * (1 + 1e-9) else "beyond"


def _stale(name: str, base: Run, run: Run) -> str:
    """Why a figure is not set against another: the log went on, and what it said then could not be read."""
    stale = [one.name for one in ((base,) if base is run else (base, run)) if name in one.metrics and one.metrics[name].stale]
    return f"stale: a later value in {' and '.join(stale)} cannot be read" if stale else ""


def _metric_row(name: str, runs: Sequence[Run]) -> Row:
    what = METRICS[name]
    figures = []
    for run in runs:
        reading = run.metrics.get(name)
        value, spot = (reading.value, reading.spot) if reading is not None else (None, None)
        stale = reading is not None and reading.stale
        reason = _stale(name, runs[0], run) or why_not(name, runs[0], run) if name in runs[0].metrics else ""
        figures.append(figure(value, number, spot, reason, "?" * stale))
    label = f"{what.label} (estimate)" if what.evidence == "estimated" else what.label
    return number_row("outcome", label, what.unit, runs, figures, name=name, better=what.better, evidence=what.evidence)
