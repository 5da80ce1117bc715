"""What the overview lists: which runs, in which order and groups, which of them is selected and which are marked. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tui.remembered import Look
from tui.runs.repeats import Repeats, renewed
from tui.runs.run import Run
from tui.screens.groups import GROUPS, grouped
from tui.screens.order import SORTS, visible
from tui.widgets.table.columns import Column, chosen_columns, usual_columns
from tui.widgets.table.runtable import Shown
from tui.widgets.tabs import ALL, tabs_of


class Listing:
    """Runs as the table shows them. `shown` is another object only where something about it changed."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.marked: list[str] = []
        self.runs: list[Run] = []
        self.shown = Shown()
        self.at = 0
        self._board: tuple[Run, ...] = ()
        self._listed: tuple[Look, tuple[Repeats, ...] | None] | None = None
        self._selected: str | None = None
        self._touched = self._reading = False
        self._repeats: tuple[Repeats, ...] | None = None

    def take(self, runs: tuple[Run, ...], *, reading: bool = False) -> None:
        """These are the runs there are, or while `reading` those that are read already."""
        look, self._reading = self.look, reading
        if runs is self._board and (look, self._repeats) == self._listed:
            return
        if runs is not self._board:
            there = {run.id for run in runs}
            self.marked = [id for id in self.marked if id in there]
        if self._repeats is not None and look.group == "repeat":
            self._repeats = renewed(self._repeats, runs)
        self._board, self._listed = runs, (look, self._repeats)
        kept = visible(runs, look.tab, look.filter, look.order, look.reverse)
        rows = grouped(kept, look.group, self._repeats or ())
        self.runs = [row for row in rows if isinstance(row, Run)]
        chosen = look.columns.get(look.tab)
        columns = chosen_columns(chosen) if chosen is not None else None
        self.shown = Shown(tuple(rows), look.tab, columns, look.order, look.reverse)
        self._reselect()

    def _reselect(self) -> None:
        """The same run, wherever it is now. Until somebody chose one it is the first, for as long as that one lives; while
        others are still read whichever is first, since those that come would push it down, and the table away with it."""
        ids = [run.id for run in self.runs]
        if self._selected in ids:
            at = ids.index(self._selected)
            self.at = at if self._touched or (self.runs[at].live and not self._reading) else 0
        self.at = max(0, min(self.at, len(ids) - 1))
        self._selected = ids[self.at] if ids else None

    @property
    def run(self) -> Run | None:
        """The selected run."""
        return self.runs[self.at] if self.runs else None

    def change(self, **changes: Any) -> None:
        """Look otherwise at the same runs."""
        self.look = replace(self.look, **changes)
        if "tab" in changes:
            self.at, self._selected = 0, None
        self.take(self._board, reading=self._reading)

    def group(self, repeats: tuple[Repeats, ...]) -> None:
        """These are the repeats among all runs."""
        self._repeats = repeats
        self.take(self._board, reading=self._reading)

    @property
    def searching(self) -> bool:
        """Whether it is not known yet which runs are repeats, and that is asked for."""
        return self._repeats is None and self.look.group == "repeat"

    def select(self, index: int) -> None:
        """Choose a run by its number in the table."""
        if self.runs:
            self._touched = True
            self.at = max(0, min(index, len(self.runs) - 1))
            self._selected = self.runs[self.at].id

    def mark(self) -> None:
        """Mark the selected run, or take its mark away."""
        if self._selected is None:
            return
        if self._selected in self.marked:
            self.marked.remove(self._selected)
        else:
            self.marked.append(self._selected)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown where there is room for all."""
        return self.shown.columns or usual_columns(self.look.tab, self.runs)

    def orders(self) -> list[str]:
        """The orders that can be stepped through: those that hold for any table, and those of its columns."""
        own = [column.order for column in self.columns if column.order]
        return list(dict.fromkeys(("activity", *(("testbed",) if self.look.tab == ALL else ()), *own)))

    def next_order(self, by: int = 1) -> str:
        """The order after the one in use."""
        orders = self.orders()
        return orders[(orders.index(self.look.order) + by) % len(orders)] if self.look.order in orders else orders[0]

    def next_group(self) -> str:
        """The grouping after the one in use."""
        return GROUPS[(GROUPS.index(self.look.group) + 1) % len(GROUPS)] if self.look.group in GROUPS else GROUPS[0]

    def sane(self) -> None:
        """Forget of what was remembered what there is no more: an order, a grouping, a testbed."""
        look = self.look
        if look.order not in SORTS and not look.order.startswith(("metric:", "param:")):
            look = replace(look, order="activity")
        if look.group not in GROUPS:
            look = replace(look, group="")
        if look.tab not in {tab.testbed for tab in tabs_of(self._board)}:
            look = replace(look, tab=ALL)
        self.look = look


def ids_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """Their ids, as they are remembered."""
    return tuple(column.id for column in columns)
