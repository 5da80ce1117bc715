"""The testbeds, with how many of their runs there are, live, and failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events

from tui.messages import TabPicked
from tui.runs.run import Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import Line, width_of
from tui.widgets.pane import Pane

_VENDORS = (("sambanova", "SambaNova"), ("graphcore", "Graphcore"), ("cerebras", "Cerebras"), ("groq", "Groq"))
ALL = "all"
_SHAPES = ((9, "each", True), (9, "each", True), (5, "each", True), (5, "all", True), (5, "all", False), (3, "all", False))
"""How the tabs are written, from the roomiest on: letters of a name, whose live and failed runs are counted, and whether the
key is named. The first has wider gaps."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One testbed and its counts."""

    testbed: str
    label: str
    total: int
    live: int
    failed: int


def place_of(run: Run) -> str:
    """The testbed under whose tab a run stands."""
    return run.testbed if run.testbed in ("sambanova", "graphcore", "cerebras", "groq", "gaudi") else "other"


def tabs_of(runs: Sequence[Run]) -> tuple[Tab, ...]:
    """All, the four vendors always, Gaudi and the rest where they occur."""
    counts: dict[str, list[int]] = {}
    for run in runs:
        for place in (place_of(run), ALL):
            count = counts.setdefault(place, [0, 0, 0])
            count[0] += 1
            count[1] += run.live
            count[2] += run.state == "failed"
    extra = (pair for pair in (("gaudi", "Gaudi"), ("other", "Other")) if pair[0] in counts)
    return tuple(Tab(place, label, *counts.get(place, (0, 0, 0))) for place, label in ((ALL, "All"), *_VENDORS, *extra))


class TabBar(Pane):
    """The tabs in one line; the current one stands out. Short of room names are shortened, then the testbeds'
    counts of live and failed go, then the keys; those of all runs stay: that something failed is what a glance is for."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tabs: tuple[Tab, ...] = ()
        self._current = ALL
        self._edges: list[int] = []

    def show(self, tabs: tuple[Tab, ...], current: str) -> None:
        """Draw these tabs."""
        if (tabs, current) != (self._tabs, self._current):
            self._tabs, self._current = tabs, current
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        for shape, (letters, counted, keyed) in enumerate(_SHAPES):
            gap = " " if shape else "  "
            parts = [self._part(at if keyed else 0, tab, letters, counted, gap) for at, tab in enumerate(self._tabs, 1)]
            if sum(width_of(part) for part in parts) <= width:
                break
        self._edges, at = [], 0
        for part in parts if self._tabs else []:
            at += width_of(part)
            self._edges.append(at)
        line = tuple(span for part in parts for span in part) if self._tabs else ()
        name = "bedwatch "
        if width - width_of(line) > len(name) + 2:
            line = (*line, (" " * (width - width_of(line) - len(name)), "text"), (name, "faint"))
        return [line]

    def _part(self, at: int, tab: Tab, letters: int, counted: str, gap: str) -> Line:
        here = tab.testbed == self._current
        base = "tab" if here else "text" if tab.total else "faint"
        number = "tab" if here else "faint"
        key = f" {self.keys.tab(at)}".rstrip() + " " if at else ""
        counts: list[tuple[str, str]] = []
        if counted == "each" or (counted == "all" and tab.testbed == ALL):
            counts += [(f" {SYMBOLS['running']}{tab.live}", "state.running")] if tab.live else []
            counts += [(f" {SYMBOLS['failed']}{tab.failed}", "state.failed")] if tab.failed else []
        ends = "tab" if here and not counts else "text"
        return ((key, number), (f"{tab.label[:letters]} {tab.total}", base), *counts, (gap, ends))

    def on_click(self, event: events.Click) -> None:
        """The tab under the mouse."""
        for number, edge in enumerate(self._edges, 1):
            if event.x < edge:
                self.post_message(TabPicked(number))
                return
