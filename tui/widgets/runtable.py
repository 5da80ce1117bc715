"""The run table. It draws lines itself: 1,000 rows cost nothing until they are seen, a changed row is one line to draw,
and a new row in the middle needs no rebuilding, all of which a DataTable would do for every cell."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.messages import RunPicked
from tui.runs.run import Run
from tui.widgets.cells import Line, as_strip, fit_line, middle_cut, wrapped
from tui.widgets.columns import CHOICES, COLUMNS, Placed, gap_of, placed
from tui.widgets.pane import styles_of

Cells = tuple[Line, ...]


class RunTable(ScrollView, can_focus=False):
    """Rows of runs with one selected; the head stays. The screen's keys move the selection."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ids: list[str] = []
        self._cells: list[Cells] = []
        self._marked: dict[str, int] = {}
        self._cursor = 0
        self._columns: list[Placed] = []
        self._widths: dict[str, int] = {}
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._chosen = CHOICES["all"]
        self._theme = ""
        self._empty: tuple[str, ...] = ()
        self._runs: tuple[Run, ...] = ()
        self._now = 0.0
        self._known: dict[str, tuple[Run, bool, Cells]] = {}

    def show(self, runs: Sequence[Run], now: float, selected: int, marked: Sequence[str], empty: Sequence[str]) -> None:
        """Draw these rows as of `now` (seconds since 1970), one of them selected; `empty` is said where there are none."""
        self._runs, self._now = tuple(runs), now
        if len(self._known) > 2 * len(runs) + 1000:
            self._known.clear()
        marks = {run_id: at for at, run_id in enumerate(marked, 1)}
        roomy = self.size.width >= 100
        cells = [self._cells_of(run, now, roomy) for run in runs]
        ids = [run.id for run in runs]
        columns = placed(self._unmeasured(cells), self._room, self._widths, self._chosen)
        if columns != self._columns or len(ids) != len(self._ids) or (not ids and tuple(empty) != self._empty):
            self._strips.clear()
            self.refresh()
        else:
            for y, (old, new) in enumerate(zip(self._cells, cells, strict=True)):
                if old != new or ids[y] != self._ids[y] or marks.get(ids[y]) != self._marked.get(ids[y]):
                    self._redraw(y)
        self._ids, self._cells, self._marked, self._columns, self._empty = ids, cells, marks, columns, tuple(empty)
        if self.virtual_size.height != len(ids) + 1:
            self.virtual_size = Size(self._room, len(ids) + 1)
        self.select(selected)

    def _unmeasured(self, cells: list[Cells]) -> list[Cells]:
        """The rows whose widths are not known yet: of a table that stands, those that changed."""
        if not self._widths or len(cells) != len(self._cells):
            return cells
        return [row for row, before in zip(cells, self._cells, strict=True) if row != before]

    def _cells_of(self, run: Run, now: float, roomy: bool) -> Cells:
        """Of a run that is the very same as before only the age is made anew: it is most of what a quiet second costs."""
        known = self._known.get(run.id)
        if known is not None and known[0] is run and known[1] == roomy:
            cells: Cells = (*known[2][:-1], COLUMNS[-1].cell(run, now, roomy))
        else:
            cells = tuple(column.cell(run, now, roomy) for column in COLUMNS)
        self._known[run.id] = (run, roomy, cells)
        return cells

    def choose_columns(self, chosen: frozenset[str]) -> None:
        """Show these columns only, where they fit."""
        self._chosen = chosen
        self.forget_widths()

    def forget_widths(self) -> None:
        """Other rows will be shown: let the columns find their widths anew."""
        self._widths.clear()

    def select(self, index: int) -> None:
        """Move the selection, and scroll so that it is seen."""
        index = max(0, min(index, len(self._ids) - 1))
        if index != self._cursor:
            self._redraw(self._cursor)
            self._redraw(index)
            self._cursor = index
        rows, top = self.size.height - 1, self.scroll_offset.y
        if rows > 0 and not top <= index < top + rows:
            self.scroll_to(y=index if index < top else index - rows + 1, animate=False, immediate=True)

    @property
    def page(self) -> int:
        """Rows that are seen at once."""
        return max(1, self.size.height - 1)

    @property
    def _room(self) -> int:
        return max(0, self.scrollable_content_region.width - 2)

    def _redraw(self, row: int) -> None:
        self._strips.pop((row, True), None)
        self._strips.pop((row, False), None)
        self.refresh(Region(0, row + 1 - self.scroll_offset.y, self.size.width, 1))

    def on_resize(self) -> None:
        """Which columns fit depends on the width."""
        self.forget_widths()
        self._strips.clear()
        self.show(self._runs, self._now, self._cursor, list(self._marked), self._empty)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if self.app.theme != self._theme:
            self._theme = self.app.theme
            self._strips.clear()
        if not self._ids:
            return self._empty_line(y, width)
        if y == 0:
            heads: Cells = tuple(((column.head, "faint"),) for column in COLUMNS)
            return as_strip(self._line(heads, (("  ", "faint"),)), width, styles_of(self))
        row = y - 1 + self.scroll_offset.y
        if row >= len(self._ids):
            return self._blank(width)
        key = (row, row == self._cursor)
        if key not in self._strips:
            self._strips[key] = self._row(row, width)
        return self._strips[key]

    def _row(self, row: int, width: int) -> Strip:
        selected = row == self._cursor
        mark = self._marked.get(self._ids[row])
        sign = "" if mark is None else str(mark) if mark < 10 else "+"
        edge: Line = (("▌" if selected else " ", "accent"), (sign or " ", "mark"))
        return as_strip(self._line(self._cells[row], edge), width, styles_of(self), "cursor" if selected else "base")

    def _line(self, cells: Cells, edge: Line) -> Line:
        spans = [*edge]
        gap = " " * gap_of(self._room)
        shown = {column.id: cell for column, cell in zip(COLUMNS, cells, strict=True)}
        for at, place in enumerate(self._columns):
            cell = shown[place.column.id]
            if place.column.id == "name" and cell:
                cell = ((middle_cut(cell[0][0], place.width), cell[0][1]),)
            spans += [(gap, "text")] if at else []
            spans += fit_line(cell, place.width, place.column.align)
        return tuple(spans)

    def _blank(self, width: int) -> Strip:
        return as_strip((), width, styles_of(self))

    def _empty_line(self, y: int, width: int) -> Strip:
        lines = [("", line) for text in self._empty for line in (wrapped(text, max(10, width - 6)) or [""])]
        at = y - 1
        if not 0 <= at < len(lines):
            return self._blank(width)
        return as_strip((("   ", "text"), (lines[at][1], "strong" if at == 0 else "dim")), width, styles_of(self))

    def on_click(self, event: events.Click) -> None:
        """The run under the mouse."""
        row = event.y - 1 + self.scroll_offset.y
        if event.y > 0 and row < len(self._ids):
            self.post_message(RunPicked(row, row == self._cursor))
