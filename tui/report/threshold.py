"""`--fail-on`: conditions on a change against the baseline, parsed and judged; what cannot be judged has not passed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from parsers.metrics import METRICS
from tui.report.diffed.content import is_clock
from tui.runs.compare import Cell, Comparison, Row
from tui.runs.numbers import number
from tui.runs.run import Run, Spot, State

Verdict = Literal["passed", "failed", "not judged"]
ENDED_BADLY: frozenset[State] = frozenset({"failed", "cancelled", "unfinished"})
_FORM = "write it as 'throughput<-5%' or 'loss>+0.01', in quotes, since a shell takes < and > for itself"
_CONDITION = re.compile(
    r"(?P<metric>[^<>=]+?)\s*(?P<than>[<>]=?)\s*(?P<limit>[+-]?\s*(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(?P<percent>%?)",
    re.IGNORECASE,
)
_ROUNDING = 1e-12
"""Of the larger of two values: what binary fractions add to the difference of two printed decimals."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Fails a run whose change of `metric` against the baseline lies beyond `limit`: above it or below, or there already
    where that is `included`; in percent of the baseline's value, or else in the metric's unit."""

    text: str
    metric: str
    above: bool
    included: bool
    limit: float
    percent: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a condition for one run, in a sentence with the line it rests on; no condition is asked for by how the
    run ended."""

    condition: Condition | None
    run: Run
    verdict: Verdict
    reason: str
    spot: Spot | None = None


def parse_condition(text: str) -> Condition:
    """A condition from its text; ValueError with a sentence where it is none.

    The limit is a change, so it has a sign: an unsigned one might be meant as the value itself, and would then pass.

    >>> parse_condition("throughput < -5 %")
    Condition(text='throughput < -5 %', metric='throughput', above=False, included=False, limit=-5.0, percent=True)
    """
    found = _CONDITION.fullmatch(text.replace("\u2212", "-").strip())
    if found is None:
        raise ValueError(f"{text}: not a condition; {_FORM}")
    limit = found["limit"].replace(" ", "")
    if limit[0] not in "+-" and float(limit):
        one, other = (f"{found['metric']}{found['than']}{sign}{limit}{found['percent']}" for sign in "+-")
        raise ValueError(f"{text}: a limit is a change against the baseline: write '{one}' or '{other}'")
    than = found["than"]
    return Condition(text, found["metric"], than[0] == ">", than.endswith("="), float(limit), bool(found["percent"]))


def judged(comparison: Comparison, conditions: Sequence[Condition]) -> list[Judgement]:
    """Each condition for each run but the baseline, after how that run ended. ValueError where nothing has such a name."""
    rows = [(condition, _row(comparison, condition.metric)) for condition in conditions]
    baseline = comparison.runs[0]
    judgements: list[Judgement] = []
    for at, run in enumerate(comparison.runs[1:], start=1):
        judgements += _ending(run, baseline)
        judgements += [_judge(condition, row, at, run, baseline) for condition, row in rows]
    return judgements


def _row(comparison: Comparison, metric: str) -> Row | None:
    """The row of that name, or else of that label; None where no run reports that metric."""
    results = [row for row in comparison.rows if row.section != "parameters"]
    wanted = _plain(metric)
    for row in results:
        if wanted == _plain(row.name):
            return row
    for row in results:
        if wanted == _plain(row.label):
            return row
    if any(wanted in (_plain(name), _plain(what.label)) for name, what in METRICS.items()):
        return None
    names = list(dict.fromkeys([*(row.name for row in results if row.name), *METRICS]))
    near = get_close_matches(wanted, names, 3, 0.5) or names[:5]
    raise ValueError(f"{metric}: no such metric; the nearest are {', '.join(near)}")


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _ending(run: Run, baseline: Run) -> Iterator[Judgement]:
    """A run that ended worse than the baseline is a regression whatever its figures are."""
    if run.state in ENDED_BADLY and baseline.state not in ENDED_BADLY:
        spot = run.error or run.because
        why = f": {spot.text}" if spot is not None and spot.text else ""
        yield Judgement(None, run, "failed", f"{run.name} {run.state}, {baseline.name} {baseline.state}{why}", spot)


def _judge(condition: Condition, row: Row | None, at: int, run: Run, baseline: Run) -> Judgement:
    cell, base = (row.cells[at], row.cells[0]) if row is not None else (None, None)
    label = row.label if row is not None else condition.metric
    for who, side in ((baseline, base), (run, cell)):
        if side is None or side.value is None:
            return Judgement(condition, run, "not judged", f"{label} of {who.name} is not reported")
        if isinstance(side.value, float) and not math.isfinite(side.value):
            return Judgement(condition, run, "not judged", f"{label} of {who.name} is {number(side.value)}", side.spot)
    assert row is not None and cell is not None and base is not None  # else it is not reported
    if cell.delta is None:
        why = cell.why_not or row.why_not or "not a number in both"
        message = f"{label} of {run.name} and {baseline.name} may not be compared: {why}"
        return Judgement(condition, run, "not judged", message, cell.spot)
    if condition.percent and cell.percent is None:
        message = f"{label} of {baseline.name} is {base.text}, of which there is no percent; give a limit without %"
        return Judgement(condition, run, "not judged", message, base.spot)
    unit = f" {row.unit}" if row.unit not in ("", "nat") else ""
    change = f"{cell.percent:+.4g} %" if condition.percent else f"{cell.delta:+.6g}{' s' if is_clock(row) else unit}"
    noise = ", which repeats differ by as well" if cell.noise == "within" else ""
    message = f"{label} of {run.name} is {cell.text}{unit}, {change} against {base.text} of {baseline.name}{noise}"
    return Judgement(condition, run, "failed" if _beyond(condition, cell, base) else "passed", message, cell.spot)


def _beyond(condition: Condition, cell: Cell, base: Cell) -> bool:
    change = cell.percent if condition.percent else cell.delta
    assert change is not None and isinstance(cell.value, (int, float)) and isinstance(base.value, (int, float))
    slack = _ROUNDING * (max(abs(cell.value), abs(base.value)) if not condition.percent else 100 + abs(change))
    past = (change - condition.limit) * (1 if condition.above else -1)
    return past >= -slack if condition.included else past > slack
