"""Which runs the table shows, and in which order: tab, filter, sort."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from tui.runs.filter import parse
from tui.runs.run import Reading, Run, State
from tui.widgets.tabs import ALL, place_of

_PLACES = ("sambanova", "graphcore", "cerebras", "groq", "gaudi", "other")
_RANKS: dict[State, int] = {
    "stalled": 0, "running": 1, "loading": 2, "compiling": 3, "queued": 4, "failed": 5, "unfinished": 6, "cancelled": 7,
    "finished": 8, "submitted": 9, "unknown": 10,
}  # fmt: skip


def _activity(run: Run) -> tuple[float, float]:
    """What lives first, what is stalled before all; then what ended last."""
    if run.live:
        return (0.0 if run.state == "stalled" else 1.0, 0.0)
    return (2.0, -(run.modified or 0.0))


def _figure(reading: Reading | None) -> tuple[str, float] | None:
    """Figures of one metric together, the best first; none where a run does not report it, or reports what is no number."""
    if reading is None or not math.isfinite(reading.value):
        return None
    return (reading.name, -reading.value if reading.definition.better != "lower" else reading.value)


SORTS: dict[str, Callable[[Run], Any]] = {
    "activity": _activity,
    "testbed": lambda run: _PLACES.index(place_of(run)),
    "state": lambda run: _RANKS[run.state],
    "name": lambda run: run.name.lower(),
    "progress": lambda run: -run.fraction if run.fraction is not None else None,
    "throughput": lambda run: _figure(run.speed),
    "result": lambda run: _figure(run.headline),
    "elapsed": lambda run: -run.elapsed if run.elapsed is not None else None,
    "age": lambda run: -run.modified if run.modified is not None else None,
}
"""By name of the order; every one keeps the board's own order, by path, among equals. A run of which one gives None comes
last, and last as well where the order is turned round."""


def key_of(order: str) -> Callable[[Run], Any]:
    """What an order sorts by: one of `SORTS`, or `metric:NAME` or `param:NAME`; that of `activity` where it is none."""
    kind, _, name = order.partition(":")
    if kind == "metric":
        return lambda run: _figure(run.metrics.get(name))
    if kind == "param":
        return lambda run: _parameter(run, name)
    return SORTS.get(order, _activity)


def _parameter(run: Run, name: str) -> tuple[int, float, str] | None:
    found = run.params.get(name)
    if found is None or found.value != found.value:
        return None
    return (1, 0.0, found.value) if isinstance(found.value, str) else (0, float(found.value), "")


def words_of(order: str) -> str:
    """An order's name as people read it."""
    return order.partition(":")[2].replace("_", " ") or order


def visible(runs: Sequence[Run], testbed: str, text: str, order: str, reverse: bool = False) -> list[Run]:
    """The runs of a tab that a filter asks for, in an order, or that turned round; at the end of either those that have no
    place in it."""
    wanted, key = parse(text), key_of(order)
    kept = [(key(run), run) for run in runs if testbed in (ALL, place_of(run)) and wanted.matches(run)]
    placed = sorted([pair for pair in kept if pair[0] is not None], key=lambda pair: pair[0], reverse=reverse)
    return [run for _, run in (*placed, *(pair for pair in kept if pair[0] is None))]


def diff_partner(runs: Sequence[Run], run_id: str) -> list[str]:
    """The ids of a run and its nearest neighbour on the same testbed, the earlier in the board's order first: what a diff
    compares where nothing is marked. Alone where it has no neighbour."""
    run = next((run for run in runs if run.id == run_id), None)
    if run is None:
        return []
    mine = [other.id for other in runs if place_of(other) == place_of(run)]
    at = mine.index(run_id)
    return mine[at - 1 : at + 1] if at else mine[:2]
