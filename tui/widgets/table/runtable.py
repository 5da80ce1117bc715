"""The run table. It draws lines itself: 1,000 rows cost nothing until they are seen, a changed row is one line to draw,
and a new row in the middle needs no rebuilding, all of which a DataTable would do for every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.messages import OrderPicked, RunPicked
from tui.runs.numbers import age
from tui.runs.run import Run
from tui.widgets.cells import BLANK, Line, as_strip, fit_line, middle_cut, plain, width_of, wrapped
from tui.widgets.pane import styles_of
from tui.widgets.table.columns import AGE, RESULT, Column, usual_columns
from tui.widgets.table.figures import Figures, Laid
from tui.widgets.table.layout import AGE_WIDTH, REMARK_LEAST, Placed, gap_of, placed
from tui.widgets.table.names import told_apart

EDGE = 2
"""Columns before the first one: what is selected, and which mark a row has."""
ROOMY = 100
"""Columns from which words are spelt out."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that stands over those of a group."""

    id: str
    line: Line


@dataclass(frozen=True, slots=True)
class Shown:
    """What the table is to show: runs, with headings of groups between them, of `testbed` or of all; the columns (None: the
    usual ones), and the order with whether it is turned round."""

    rows: tuple[Run | Heading, ...] = ()
    testbed: str = "all"
    columns: tuple[Column, ...] | None = None
    order: str = ""
    reverse: bool = False


_Row = tuple[str, tuple[Line, ...]]
"""What is drawn of a row: whose it is, and its cells."""
_Known = tuple[Run, tuple[Line, ...], _Row]
"""Of a run as it was drawn: its figures as laid out beside the others', and the row."""


class RunTable(ScrollView, can_focus=False):
    """Rows of runs with one selected; the head stays. The screen's keys move the selection."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown = Shown()
        self._now = 0.0
        self._runs: list[Run] = []
        self._places: list[int] = []  # of each run its row
        self._columns: tuple[Column, ...] = ()
        self._rows: list[_Row] = []
        self._placed: tuple[Placed, ...] = ()
        self._heads: dict[str, str] = {}
        self._figures: dict[Column, Figures] = {}
        self._needs: dict[str, int] = {}
        self._known: dict[str, _Known] = {}
        self._known_for: tuple[tuple[Column, ...], bool] = ((), False)
        self._own: dict[str, tuple[Run, bool, dict[str, Line]]] = {}  # cells that depend on the run alone, by its id
        self._names: Mapping[str, str] = {}  # of those that would look like another
        self._names_of: tuple[tuple[str, ...], int] = ((), 0)
        self._marked: dict[str, int] = {}
        self._cursor = 0
        self._strips: dict[int, tuple[str, bool, Strip]] = {}
        self._theme = ""
        self._empty: tuple[str, ...] = ()

    def show(self, shown: Shown, now: float, selected: int, marked: Sequence[str], empty: Sequence[str]) -> None:
        """Draw these rows as of `now` (seconds since 1970), the run of that number selected; `empty` is said where there are
        none. Where only the time went on, only ages that are seen are made anew."""
        marks = {run_id: at for at, run_id in enumerate(marked, 1)}
        same = shown is self._shown and marks == self._marked and tuple(empty) == self._empty
        self._now = now
        if same and self._placed:
            self._tick()
        else:
            if shown.columns != self._shown.columns or shown.testbed != self._shown.testbed:
                self.forget_widths()
            self._shown, self._empty = shown, tuple(empty)
            self._lay(marks)
        self.select(selected)

    def _lay(self, marks: dict[str, int]) -> None:
        """Cells, widths and columns anew; only rows that look different are drawn."""
        shown, roomy = self._shown, self.size.width >= ROOMY
        self._runs = [row for row in shown.rows if isinstance(row, Run)]
        self._places = [at for at, row in enumerate(shown.rows) if isinstance(row, Run)]
        self._columns = shown.columns or usual_columns(shown.testbed, self._runs)
        if (self._columns, roomy) != self._known_for:
            self._known_for = (self._columns, roomy)
            self._known.clear()
        laid = {column.id: self._laid_out(column, roomy) for column in self._columns if column.reading is not None}
        rows, heads = self._rows_of(laid, roomy), self._heads
        self._heads = {column.id: self._head(column, laid.get(column.id)) for column in self._columns}
        if len(rows) != len(self._rows):
            self._needs.clear()
        self._measure(rows)
        room = self._room
        places = placed(self._columns, self._needs, room, gap_of(room))
        unlike = self._tell_apart(places) or places != self._placed or heads != self._heads
        before, known_marks = self._rows, self._marked
        self._rows, self._placed, self._marked = rows, places, marks
        if unlike or len(rows) != len(before) or not rows:
            self._strips.clear()
            self.refresh()
        else:
            unmarked, top = marks == known_marks, self.scroll_offset.y
            below = top + self.size.height
            for y, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old is new and (unmarked or known_marks.get(new[0]) == marks.get(new[0])):
                    continue
                if old != new or not top < y + 1 < below or known_marks.get(new[0]) != marks.get(new[0]):
                    self._redraw(y)
            self._tick()
        if self.virtual_size != (all_of_it := Size(room, len(rows) + 1)):  # its width too: else a narrower table scrolls sideways
            self.virtual_size = all_of_it
        if len(self._known) > 2 * len(rows) + 1000:
            self._known.clear()
            self._own.clear()
            self._figures.clear()

    def _tell_apart(self, places: Sequence[Placed]) -> bool:
        """Whether names are written otherwise than before, so that those that differ do not look the same."""
        width = next((place.width for place in places if place.column.id == "name"), 0)
        wanted = (tuple(run.name for run in self._runs), width)
        if wanted == self._names_of:
            return False
        before, self._names_of = self._names, wanted
        self._names = told_apart(map(plain, wanted[0]), width)
        return self._names != before

    def _laid_out(self, column: Column, roomy: bool) -> Laid:
        assert column.reading is not None
        if column not in self._figures:
            self._figures[column] = Figures(column.reading, labelled=column.id == RESULT.id)
        return self._figures[column].of(self._runs, roomy)

    def _rows_of(self, laid: dict[str, Laid], roomy: bool) -> list[_Row]:
        """What is drawn of each row: of one that is the very same as before, the same object."""
        figures = zip(*(one.cells for one in laid.values()), strict=True) if laid else repeat(())
        rows: list[_Row] = []
        top = self.scroll_offset.y
        below = top + self.size.height
        for row in self._shown.rows:
            if isinstance(row, Heading):
                rows.append((row.id, (row.line,)))
                continue
            own_figures = next(figures)
            known = self._known.get(row.id)
            if known is None or known[0] is not row or known[1] != own_figures:
                told = dict(zip(laid, own_figures, strict=True))
                own = self._own_cells(row, roomy, seen=top <= len(rows) < below)
                cells = tuple(told[c.id] if c.id in told else own.get(c.id, BLANK) for c in self._columns)
                known = self._known[row.id] = (row, own_figures, (row.id, cells))
            rows.append(known[2])
        return rows

    def _own_cells(self, run: Run, roomy: bool, *, seen: bool) -> dict[str, Line]:
        """The cells that depend on nothing but the run: those of one that is the very same as before are known, whatever
        other columns were shown then."""
        before = self._own.get(run.id)
        known = before[2] if before is not None and before[0] is run and before[1] == roomy else {}
        if not known:
            self._own[run.id] = (run, roomy, known)
        for column in self._columns:
            if column.cell is not None and column.id not in known:
                known[column.id] = column.cell(run, roomy) if column.room is None or seen else column.room(run)
        return known

    def _measure(self, rows: Sequence[_Row]) -> None:
        """How wide each column's cells are; while the same rows are looked at none shrinks, so that the table stands still."""
        known = dict(self._rows) if self._needs else {}
        for id in self._needs.keys() & self._heads.keys():
            self._needs[id] = max(self._needs[id], len(self._heads[id]))
        heads = [len(self._heads[column.id]) for column in self._columns]
        new = [cells for id, cells in rows if known.get(id) is not cells and len(cells) == len(self._columns)]
        needs = [max(map(width_of, set(column))) for column in zip(*new, strict=True)] or [0] * len(self._columns)
        for column, need, head in zip(self._columns, needs, heads, strict=True):
            if need and max(need, head) > self._needs.get(column.id, 0):
                self._needs[column.id] = max(need, head)
        if any(run.modified is not None for run in self._runs):
            self._needs["age"] = AGE_WIDTH

    def forget_widths(self) -> None:
        """Other rows or columns will be shown: let the columns find their widths anew."""
        self._needs.clear()
        self._rows = []

    # the ages

    def _tick(self) -> None:
        """Draw the ages that read otherwise than they did, and nothing else."""
        place = next((place for place in self._placed if place.column is AGE), None)
        if place is None:
            return
        top = self.scroll_offset.y
        for y in range(top, min(len(self._rows), top + self.size.height - 1)):
            known = self._strips.get(y)
            if known is not None and known[0] != self._age(y):
                self.refresh(Region(EDGE + place.at, y + 1 - top, place.width, 1))

    def _age(self, y: int) -> str:
        row = self._shown.rows[y]
        return age(self._now - row.modified) if isinstance(row, Run) and row.modified is not None else ""

    # the selection

    def select(self, index: int) -> None:
        """Move the selection, and scroll so that it is seen, with the heading of its group where there is room."""
        index = max(0, min(index, len(self._places) - 1))
        y = self._places[index] if self._places else 0
        if y != self._cursor:
            before, self._cursor = self._cursor, y
            self._redraw(before)
            self._redraw(y)
        self._bring_to_sight(y)

    def _bring_to_sight(self, y: int) -> None:
        rows, top = self.size.height - 1, self.scroll_offset.y
        headed = rows > 1 and 0 < y < len(self._shown.rows) and isinstance(self._shown.rows[y - 1], Heading)
        first = y - 1 if headed else y
        if rows > 0 and not top <= first <= y < top + rows:
            self.scroll_to(y=first if first < top else y - rows + 1, animate=False, immediate=True)

    @property
    def page(self) -> int:
        """Rows that are seen at once."""
        return max(1, self.size.height - 1)

    @property
    def _room(self) -> int:
        return max(0, self.scrollable_content_region.width - EDGE)

    # drawing

    def _redraw(self, row: int) -> None:
        if self._strips.pop(row, None) is None:  # it has not been seen since it was drawn for the last time
            return
        y = row + 1 - self.scroll_offset.y
        if 0 < y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def on_resize(self) -> None:
        """Which columns fit depends on the width, and whether the selected row is seen on the height."""
        self.forget_widths()
        self._strips.clear()
        self._lay(self._marked)
        self._bring_to_sight(self._cursor)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if self.app.theme != self._theme:
            self._theme = self.app.theme
            self._strips.clear()
        if not self._rows:
            return self._empty_line(y, width)
        if y == 0:
            return as_strip(self._head_line(), width, styles_of(self))
        row = y - 1 + self.scroll_offset.y
        if row >= len(self._rows):
            return as_strip((), width, styles_of(self))
        told, selected = self._age(row), row == self._cursor
        known = self._strips.get(row)
        if known is None or known[:2] != (told, selected):
            known = self._strips[row] = (told, selected, self._strip(row, width, told, selected))
        return known[2]

    def _strip(self, y: int, width: int, told: str, selected: bool) -> Strip:
        id, cells = self._rows[y]
        if isinstance(self._shown.rows[y], Heading):
            return as_strip(fit_line(cells[0], width), width, styles_of(self))
        mark = self._marked.get(id)
        sign = " " if mark is None else str(mark) if mark < 10 else "+"
        edge: Line = (("▌" if selected else " ", "accent"), (sign, "mark"))
        shown = {column.id: cell for column, cell in zip(self._columns, cells, strict=True)} | {"age": ((told, "dim"),)}
        run = self._shown.rows[y]
        for column in self._columns:
            if isinstance(run, Run) and column.room is not None and column.cell is not None and shown[column.id]:
                shown[column.id] = column.cell(run, self.size.width >= ROOMY)
        return as_strip((*edge, *self._line(shown)), width, styles_of(self), "cursor" if selected else "base")

    def _line(self, shown: dict[str, Line]) -> Line:
        spans: list[tuple[str, str]] = []
        at = 0
        for place in self._with_remark(shown):
            if place.at > at:
                spans.append((" " * (place.at - at), "text"))
            cell = shown.get(place.column.id, BLANK)
            if place.column.id == "name" and cell:
                name = cell[0][0]
                cell = ((self._names.get(name) or middle_cut(name, place.width), cell[0][1]),)
            spans += fit_line(cell, place.width, place.column.align)
            at = place.at + place.width
        return tuple(spans)

    def _with_remark(self, shown: dict[str, Line]) -> Sequence[Placed]:
        """A remark may begin further left, over cells in which its run has nothing to say; where there is no room for the
        remarks' own column, it stands there alone."""
        remark = next((column for column in self._columns if column.id == "remark"), None)
        if remark is None or not shown.get("remark"):
            return self._placed
        own = next((place for place in self._placed if place.column is remark), None)
        if own is not None and width_of(shown["remark"]) <= own.width:
            return self._placed
        stretches: list[list[Placed]] = [[]]
        for place in self._placed:
            if place is own or (place.column is not AGE and not shown.get(place.column.id)):
                stretches[-1].append(place)
            else:
                stretches.append([])
        fitting = [each for each in stretches if each and (own is None or own in each)]
        widest = max(fitting, key=lambda each: each[-1].at + each[-1].width - each[0].at, default=None)
        width = widest[-1].at + widest[-1].width - widest[0].at if widest else 0
        if widest is None or width < REMARK_LEAST:
            return self._placed
        kept = [place for place in self._placed if place not in widest]
        return sorted([*kept, Placed(remark, widest[0].at, width)], key=lambda place: place.at)

    def _head(self, column: Column, laid: Laid | None) -> str:
        """What stands over a column: the unit too where all have one, and which way it orders the table."""
        words = [column.head]
        if laid is not None and (laid.unit or column.id == "result"):
            words = [laid.label.upper() if column.id == "result" and laid.label else column.head, laid.unit]
            if column.id == "speed" and laid.unit and self.size.width < ROOMY:
                words = [laid.unit]
        if laid is not None and laid.estimated:
            words.append("est.")
        turned = "▴" if self._shown.reverse else "▾"
        return " ".join(word for word in words if word) + (turned if column.order and column.order == self._shown.order else "")

    def _head_line(self) -> Line:
        heads: dict[str, Line] = {}
        for place in self._placed:
            heads[place.column.id] = ((self._heads[place.column.id], "faint"),)
        return ((" " * EDGE, "faint"), *self._line(heads))

    def _empty_line(self, y: int, width: int) -> Strip:
        lines = [line for text in self._empty for line in (wrapped(text, max(10, width - 6)) or [""])]
        at = y - 1
        if not 0 <= at < len(lines):
            return as_strip((), width, styles_of(self))
        return as_strip((("   ", "text"), (lines[at], "strong" if at == 0 else "dim")), width, styles_of(self))

    def on_click(self, event: events.Click) -> None:
        """The run under the mouse, or the order of the head under it."""
        if event.y == 0:
            place = next((place for place in self._placed if 0 <= event.x - EDGE - place.at < place.width), None)
            if place is not None and place.column.order:
                self.post_message(OrderPicked(place.column.order))
            return
        row = event.y - 1 + self.scroll_offset.y
        if row in self._places:
            index = self._places.index(row)
            self.post_message(RunPicked(index, row == self._cursor))
