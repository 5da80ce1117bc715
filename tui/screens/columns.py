"""Columns: what a tab's table shows of its runs, chosen from all that these runs have to say."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from parsers.metrics import METRICS
from tui.keys import COLUMNS, bindings
from tui.runs.run import Run
from tui.screens.base import Board
from tui.screens.sheets import SheetScreen
from tui.widgets.cells import BLANK, Line, as_strip, fit, plain, rule, text_of
from tui.widgets.keybar import KeyBar
from tui.widgets.pane import Sheet, styles_of
from tui.widgets.table.columns import FIXED, NAME, OPTIONAL, Column, metric_column, parameter_column

_ABOUT = {
    "state": "where the run is", "name": "its name", "progress": "how far it is, in the colour of its phase",
    "left": "time left", "speed": "throughput, in the unit that the log gives", "spark": "throughput so far, as a sparkline",
    "result": "the main result", "remark": "why it failed, waits or is silent",
    "elapsed": "from its first time stamp to its last", "age": "since its log was written to", "started": "its first time stamp",
    "tags": "of bedwatch.toml", "note": "of bedwatch.toml", "job": "ids of its jobs",
}  # fmt: skip


def candidates(runs: Sequence[Run]) -> list[Column]:
    """Every column that says something of one of the runs: the usual ones, further words, metrics, parameters."""
    metrics = [metric_column(name) for name in METRICS if any(name in run.metrics for run in runs)]
    names = sorted({name for run in runs for name in run.params})
    words = [column for column in OPTIONAL if column.cell is not None and any(column.cell(run, True) for run in runs)]
    return [*FIXED, *words, *metrics, *(parameter_column(name) for name in names)]


class ColumnList(Sheet):
    """The columns with a mark at those that are shown, and one of them chosen."""

    fixed = 2

    def __init__(self, columns: Sequence[Column], shown: Sequence[str], title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = list(columns)
        self._title = title
        self.shown = set(shown)
        self.at = 0

    def build(self, width: int) -> list[Line]:
        width -= 1  # the first column shows what is chosen
        lines: list[Line] = [rule(self._title, width, f"{len(self.shown)} of {len(self._columns)}", strong=True), BLANK]
        label = min(40, max(len(_name(column)) for column in self._columns) + 2)
        for column in self._columns:
            sign = ("✓ " if column.id in self.shown else "  ", "good")
            lines.append((sign, (fit(_name(column), label), "text"), (_about(column), "dim")))
        return lines

    def strip(self, at: int, width: int) -> Strip:
        chosen = at - self.fixed == self.at
        edge: Line = (("▌" if chosen else " ", "accent"),)
        return as_strip((*edge, *self._lines[at]), width, styles_of(self), "cursor" if chosen else "base")

    def move(self, by: int) -> None:
        """Another column, so many further down."""
        before, self.at = self.at, max(0, min(len(self._columns) - 1, self.at + by))
        for row in (before, self.at):
            self._strips.pop(row + self.fixed, None)
        self.scroll_to_region(Region(0, self.at, 1, 1 + self.fixed), animate=False, immediate=True)
        self.refresh()

    def toggle(self) -> None:
        """Show the chosen column, or not; the name always stays."""
        self.shown ^= {self._columns[self.at].id} - {NAME.id}
        self.touch()

    def on_click(self, event: events.Click) -> None:
        """The column under the mouse."""
        row = event.y + self.scroll_offset.y - self.fixed
        if event.y >= self.fixed and 0 <= row < len(self._columns):
            self.move(row - self.at)
            self.toggle()

    @property
    def text(self) -> str:
        """What it says, for whoever reads it aloud."""
        return text_of(self._lines)


def _name(column: Column) -> str:
    kind, _, name = column.id.partition(":")
    if kind == "metric":
        return METRICS[name].label  # of several accuracies each has its own
    return plain(column.head.lower() if column.head else "sparkline")


def _about(column: Column) -> str:
    kind, _, name = column.id.partition(":")
    if kind == "metric":
        what = METRICS[name]
        return f"metric{f', {what.unit}' if what.unit else ''}: {what.about}"
    return "parameter" if kind == "param" else _ABOUT.get(column.id, "")


class ColumnsScreen(SheetScreen):
    """Asks which columns a tab shows. Gives their ids, none for the usual ones, or nothing where nothing changed."""

    BINDINGS = bindings(COLUMNS)

    def __init__(self, board: Board, tab: str, runs: Sequence[Run], shown: Sequence[Column]) -> None:
        super().__init__(board)
        there = candidates(runs)
        known = {column.id for column in there}
        self._columns = [*there, *(column for column in shown if column.id not in known)]  # what a filter hides stays chosen
        self._before = [column.id for column in shown]
        self._title = "columns" if tab == "all" else f"columns of {tab}"

    def content(self) -> ComposeResult:
        yield ColumnList(self._columns, self._before, self._title, id="columnlist")
        yield KeyBar(COLUMNS, id="keys")

    @property
    def _list(self) -> ColumnList:
        return self.query_one(ColumnList)

    def show(self) -> None:
        """What can be chosen is as it was when the list was opened."""
        self._list.touch()
        self.query_one(KeyBar).show("")

    def action_scroll(self, lines: int) -> None:
        """The next column."""
        self._list.move(lines)

    def action_scroll_page(self, pages: int) -> None:
        """A page of columns."""
        self._list.move(pages * max(1, self._list.size.height - 3))

    def action_scroll_to_top(self) -> None:
        """The first column."""
        self._list.move(-len(self._columns))

    def action_scroll_to_bottom(self) -> None:
        """The last column."""
        self._list.move(len(self._columns))

    def action_choose(self) -> None:
        """Show the column, or not."""
        self._list.toggle()

    def action_usual(self) -> None:
        """The usual columns again."""
        self.dismiss(())

    def action_back(self) -> None:
        """Done."""
        shown = [column.id for column in self._columns if column.id in self._list.shown]
        self.dismiss(None if set(shown) == set(self._before) else tuple(shown))
