"""Which runs the table shows, and in which order: tab, filter, sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tui.runs.filter import parse
from tui.runs.run import LIVE, Run
from tui.widgets.tabs import ALL, place_of

_PLACES = ("sambanova", "graphcore", "cerebras", "groq", "gaudi", "other")


def _rank(run: Run) -> int:
    return 0 if run.state in LIVE else 1 if run.state == "failed" else 2


SORTS: dict[str, Callable[[Run], Any]] = {
    "testbed": lambda run: _PLACES.index(place_of(run)),
    "state": _rank,
    "age": lambda run: -(run.modified or 0.0),
    "throughput": lambda run: -run.speed.value if run.speed is not None and run.speed.value == run.speed.value else 0.0,
    "name": lambda run: run.name.lower(),
}
"""By name of the order; every one keeps the board's own order, by path, among equals."""


def visible(runs: Sequence[Run], testbed: str, text: str, order: str) -> list[Run]:
    """The runs of a tab that a filter asks for, in an order."""
    wanted = parse(text)
    kept = [run for run in runs if testbed in (ALL, place_of(run)) and wanted.matches(run)]
    return sorted(kept, key=SORTS[order])


def diff_partner(runs: Sequence[Run], run_id: str) -> list[str]:
    """The ids of a run and its nearest neighbour on the same testbed, the earlier in the board's order first: what a diff
    compares where nothing is marked. Alone where it has no neighbour."""
    run = next((run for run in runs if run.id == run_id), None)
    if run is None:
        return []
    mine = [other.id for other in runs if place_of(other) == place_of(run)]
    at = mine.index(run_id)
    return mine[at - 1 : at + 1] if at else mine[:2]
