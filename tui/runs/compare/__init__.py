"""N runs side by side: parameters, outcomes with deltas, where the time went, and what may not be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parsers.metrics import METRICS
from parsers.records import Value
from tui.runs.between import findings_between, unlike_work
from tui.runs.compare.rows import NOT_GIVEN, NOT_REPORTED, SECTIONS, Cell, Row, Section
from tui.runs.numbers import duration, number
from tui.runs.repeats import Repeats, Spread
from tui.runs.run import Finding, Reading, Run

__all__ = ["NOT_GIVEN", "NOT_REPORTED", "SECTIONS", "Cell", "Comparison", "Repeats", "Row", "Section", "Spread", "compare"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some runs side by side, the baseline first. `repeats` are those of them with equal parameters, two or more each."""

    runs: tuple[Run, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    repeats: tuple[Repeats, ...] = ()


def compare(runs: Sequence[Run]) -> Comparison:
    """Set runs side by side; the first is the baseline. Comparing a run with itself shows no difference."""
    rows = (*_parameters(runs), *_work(runs), *_metrics(runs), *_phases(runs))
    return Comparison(tuple(runs), rows, tuple(findings_between(runs)))


def _parameters(runs: Sequence[Run]) -> list[Row]:
    rows = [
        _text_row("testbed", [run.testbed for run in runs]),
        _text_row("kind", [run.kind for run in runs]),
        _text_row("model", [run.model for run in runs]),
    ]
    for name in dict.fromkeys(name for run in runs for name in run.params):
        rows.append(_text_row(name, [run.params[name].value if name in run.params else None for run in runs]))
    return rows


def _text_row(label: str, values: Sequence[Value | None]) -> Row:
    cells = tuple(Cell(NOT_REPORTED if value is None else str(value), value) for value in values)
    return Row("parameters", label.replace("_", " "), "", cells, len(set(values)) > 1)


def _work(runs: Sequence[Run]) -> list[Row]:
    rows = [_plain_row("state", [run.state for run in runs])]
    for unit in ("step", "epoch"):
        amounts = [run.progress.get(unit) for run in runs]
        if any(amounts):
            done = [amount.done if amount else None for amount in amounts]
            rows.append(_number_row("outcome", f"{unit}s done", "", done, None, number))
    return rows


def _plain_row(label: str, values: Sequence[str]) -> Row:
    return Row("outcome", label, "", tuple(Cell(value, value) for value in values), len(set(values)) > 1)


def _metrics(runs: Sequence[Run]) -> list[Row]:
    rows: list[Row] = []
    for name, what in METRICS.items():
        readings = [run.metrics.get(name) for run in runs]
        if not any(readings):
            continue
        values = [reading.value if reading else None for reading in readings]
        why_not = _why_not(name, runs, readings)
        label = f"{what.label} (estimate)" if what.evidence == "estimated" else what.label
        rows.append(_number_row("outcome", label, what.unit, values, what.better, number, why_not))
    rows += _per_sample(runs)
    return rows


def _per_sample(runs: Sequence[Run]) -> list[Row]:
    """What a million samples took: common ground where the runs did different work."""

    def seconds(run: Run) -> float | None:
        speed = run.metrics.get("throughput")
        return 1e6 / speed.value if speed is not None and speed.value > 0 else None

    values = [seconds(run) for run in runs]
    if sum(value is not None for value in values) < 2 or not unlike_work(runs):
        return []
    return [_number_row("outcome", "time for 1,000,000 samples (derived)", "s", values, "lower", lambda value: f"{value:.4g}")]


def _why_not(name: str, runs: Sequence[Run], readings: Sequence[Reading | None]) -> str:
    if name == "duration_seconds":
        return "the clock of the script that wrote the log (compile, submission), not training time"
    if name == "rate" and any(_has(run, "rate-unreliable") for run in runs):
        return "Rate is one step's window in these releases: compare throughput"
    if name == "train_seconds" and any(_has(run, "total-includes-compile") for run in runs):
        return "contains queue, compile and staging: compare throughput"
    if name in ("train_seconds", "loss") and (work := unlike_work(runs)):
        return f"different work: {work}"
    if name == "train_seconds" and len({run.testbed for run in runs}) > 1:
        return "each testbed's own clock covers other things"
    return ""


def _has(run: Run, code: str) -> bool:
    return any(finding.code == code for finding in run.findings)


def _phases(runs: Sequence[Run]) -> list[Row]:
    rows: list[Row] = []
    for name in dict.fromkeys(phase.name for run in runs for phase in run.phases):
        totals: list[float | None] = []
        marks: list[str] = []
        for run in runs:
            mine = [phase for phase in run.phases if phase.name == name]
            known = [phase.seconds for phase in mine if phase.seconds is not None]
            totals.append(sum(known) if known else None)
            marks.append(" cached" if mine and all(phase.cached for phase in mine) else "")
        mixed = len({mark for mark, total in zip(marks, totals, strict=True) if total is not None}) > 1
        row = _number_row("time", name, "", totals, "lower", duration, "cold against cached" if mixed else "")
        cells = tuple(
            Cell(cell.text + mark, cell.value, cell.delta, cell.percent, cell.better)
            for cell, mark in zip(row.cells, marks, strict=True)
        )
        rows.append(Row("time", name, "", cells, row.differs or mixed, row.why_not))
    rows.append(_number_row("time", "elapsed, first to last line", "", [run.elapsed for run in runs], None, duration))
    return rows


def _number_row(
    section: Section,
    label: str,
    unit: str,
    values: Sequence[float | None],
    better: str | None,
    shown: Callable[[float], str],
    why_not: str = "",
) -> Row:
    base = values[0]
    cells = []
    for index, value in enumerate(values):
        text = NOT_REPORTED if value is None else shown(value)
        if index == 0 or value is None or base is None or why_not or value != value or base != base:
            cells.append(Cell(text, value))
            continue
        delta = value - base
        percent = 100 * delta / abs(base) if base else None
        good = None if better is None or delta == 0 else (delta > 0) == (better == "higher")
        cells.append(Cell(text, value, delta, percent, good))
    return Row(section, label, unit, tuple(cells), len({repr(value) for value in values}) > 1, why_not)
