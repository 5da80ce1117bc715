"""A log by line: only what is seen is read; repeats folded, recognised lines tinted, with a cursor."""

from __future__ import annotations

from bisect import bisect_left

from textual import events

from tui.runs.logrows import Meaning, Row, meanings_of, rows_of
from tui.runs.logtext import LogText
from tui.runs.numbers import number
from tui.widgets.cells import BLANK, Line, broken, cut, path_rule, rule, wrapped
from tui.widgets.pane import Pane

PAGE = 256
"""Lines that are read and folded together: what is folded never crosses from one page to the next."""
PART = 32
"""Rows of a page whose meaning is made out together, with as many before them."""
PAGES = 64
"""Pages that are kept: where all of a page is folded into one row, a screen of rows is as many pages."""
_TINTS: dict[Meaning, str] = {
    "metric": "good", "phase": "violet", "progress": "blue", "parameter": "sky", "finished": "state.finished",
    "failed": "state.failed", "other": "text",
}


_OPENING: Line = (("Opening the log …", "dim"),)


class _Page:
    """Some lines of a log, as of `stamp`: their rows, and what those mean that somebody sees, for that takes longer."""

    def __init__(self, stamp: int, first: int, lines: list[bytes], fold: bool) -> None:
        self.stamp = stamp
        self.rows = rows_of(first, lines, fold)
        self._lasts = {row.last: lines[row.last - first] for row in self.rows}
        self._meanings: dict[int, dict[int, Meaning]] = {}

    def meaning(self, row: Row, format_name: str) -> Meaning | None:
        """What the row's last line means, read with some of those before it."""
        part = bisect_left(self.rows, row.last, key=lambda one: one.last) // PART
        if (known := self._meanings.get(part)) is None:
            seen = self.rows[max(0, part - 1) * PART : (part + 1) * PART]
            known = self._meanings[part] = meanings_of(format_name, {one.last: self._lasts[one.last] for one in seen})
        return known.get(row.last)


class LogView(Pane):
    """Lines of a log from `top` on, one of them chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text: LogText | None = None
        self._title = ""
        self._format = ""
        self._trouble = ""
        self._note = ""
        self._complete = False
        self._pages: dict[tuple[int, bool], _Page] = {}
        self._rows_seen: list[tuple[Row, int]] = []  # with the height of each
        self._top = 1
        self.line = 1
        self.following = False
        self.folding = True
        self.wrapping = False

    def show(
        self, text: LogText | None, title: str, format_name: str, *, complete: bool, trouble: str = "", note: str = ""
    ) -> None:
        """Draw this log; `complete` says that all its lines are counted, `note` what was looked for."""
        if text is not self._text:
            self._pages.clear()
        self._text, self._title, self._format = text, title, format_name
        self._complete, self._trouble, self._note = complete, trouble, note
        if self.following and complete and text is not None:
            self.line = max(1, text.count)
        self.touch()

    def go(self, line: int) -> None:
        """To a line, which is then in the middle where it was not seen before."""
        self.following = False
        self.line = self._clamped(line)
        if not any(row.first <= self.line <= row.last for row, _ in self._rows_seen):
            self._top = self._up(self.line, (self.size.height - 1) // 2)
        self.touch()

    def move(self, rows: int) -> None:
        """So many rows down, or up; up ends following."""
        if rows < 0:
            self.following = False
        for _ in range(abs(rows)):
            row = self._row(self.line)
            if row is None:
                break
            beside = self._row(row.last + 1 if rows > 0 else row.first - 1)
            if beside is None:
                break
            self.line = beside.first
        self.touch()

    def follow(self, follow: bool) -> None:
        """Stay at the end, or where it is."""
        self.following = follow
        if follow and self._text is not None and self._complete:
            self.line = max(1, self._text.count)
        self.touch()

    def fold(self) -> None:
        """Fold what repeats, or show every line."""
        self.folding = not self.folding
        self.touch()

    def wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.wrapping = not self.wrapping
        self.touch()

    @property
    def chosen(self) -> Row | None:
        """The row that the cursor is on."""
        return self._row(self.line)

    def _clamped(self, line: int) -> int:
        return max(1, min(line, self._text.count if self._text else 1))

    def _row(self, line: int) -> Row | None:
        """The row that a line is shown in."""
        text = self._text
        if text is None or not 1 <= line <= text.count:
            return None
        page = (line - 1) // PAGE
        known = self._pages.get((page, self.folding))
        stamp = text.indexed if (page + 1) * PAGE >= text.count else -1  # the last page grows
        if known is None or known.stamp not in (stamp, -1):
            lines = text.lines(page * PAGE + 1, PAGE)
            while len(self._pages) >= PAGES:
                self._pages.pop(next(iter(self._pages)))
            known = self._pages[(page, self.folding)] = _Page(stamp, page * PAGE + 1, lines, self.folding)
        found = next((row for row in known.rows if row.first <= line <= row.last), None)
        return found or Row(line, line, "(too long a line before it: not shown)")

    def _up(self, line: int, rows: int) -> int:
        """The first line of the row so many rows above."""
        for _ in range(rows):
            row = self._row(line)
            above = self._row(row.first - 1) if row else None
            if above is None:
                break
            line = above.first
        return line

    def build(self, width: int, height: int) -> list[Line]:
        text, room = self._text, height - 1
        if text is None or self._trouble:
            return [rule(f"log {self._title}", width), *(self._why(self._trouble, width) if self._trouble else [_OPENING])]
        try:
            rows = self._tail(room) if self.following and not self._complete else self._seen(width, room)
        except OSError as error:
            return [rule(f"log {self._title}", width), *self._why(f"{self._title}: {error.strerror}", width)]
        lines: list[Line] = []
        gutter = self._gutter
        for row in rows:
            lines += self._drawn(row, width, gutter)
        return [path_rule(f"log {self._title}", width, self._said()), *(lines or [(("Nothing in it yet", "dim"),)])]

    def _why(self, trouble: str, width: int) -> list[Line]:
        """What keeps the log from being shown, and what to do."""
        remedy = f"{self.keys.name('back')} goes back; when it can be read again, it is shown here."
        return [*(((line, "bad"),) for line in wrapped(trouble, width)), *(((line, "dim"),) for line in wrapped(remedy, width))]

    @property
    def _gutter(self) -> int:
        return len(str(self._text.count if self._text else 1)) + 1

    def _tail(self, room: int) -> list[Row]:
        """The end of a log whose lines are not all counted yet: without numbers."""
        assert self._text is not None
        rows = rows_of(0, self._text.tail(4 * room), self.folding)[-room:]
        return [Row(0, 0, row.text, row.count, row.redrawn) for row in rows]

    def _seen(self, width: int, room: int) -> list[Row]:
        self.line = self._clamped(self.line)
        here = self._row(self.line)
        if here is None:
            return []
        if here.first < self._top or self._text is None:
            self._top = here.first
        rows, used, row = [], 0, self._row(self._clamped(self._top))
        while row is not None and used < room:
            rows.append((row, self._height(row, width)))
            used += rows[-1][1]
            row = self._row(row.last + 1)
        above = self._row(rows[0][0].first - 1)
        while above is not None and used + self._height(above, width) <= room:  # the end: fill the room from above
            rows.insert(0, (above, self._height(above, width)))
            used += rows[0][1]
            above = self._row(above.first - 1)
        if here.first > rows[-1][0].first or (here == rows[-1][0] and used > room):
            rows, used, row = [], 0, here
            while row is not None and (not rows or used + self._height(row, width) <= room):
                rows.insert(0, (row, self._height(row, width)))
                used += rows[0][1]
                row = self._row(row.first - 1)
        self._top, self._rows_seen = rows[0][0].first, rows
        return [row for row, _ in rows]

    def _height(self, row: Row, width: int) -> int:
        return max(1, len(broken(row.text, self._room(row, width)))) if self.wrapping else 1

    def _room(self, row: Row, width: int) -> int:
        return max(10, width - self._gutter - 3 - len(_count(row)))

    def _drawn(self, row: Row, width: int, gutter: int) -> list[Line]:
        chosen = row.first <= self.line <= row.last and row.first > 0
        tint = self._tint(row)
        edge, label = ("▌" if chosen else " "), str(row.last).rjust(gutter) if row.first else " " * gutter
        room = self._room(row, width)
        texts = (broken(row.text, room) or [""]) if self.wrapping else [cut(row.text, room)]
        lines: list[Line] = []
        for at, text in enumerate(texts):
            head = (label if at == 0 else " " * gutter) + "  "
            count = (_count(row) if at == 0 else "", "warn")
            lines.append(((edge, "accent"), (head, "key" if chosen else "faint"), (text, tint), count))
        return lines or [BLANK]

    def _tint(self, row: Row) -> str:
        """The style of what the row's last line means."""
        page = self._pages.get(((row.first - 1) // PAGE, self.folding)) if row.first else None
        meaning = page.meaning(row, self._format) if page is not None else None
        return _TINTS[meaning] if meaning else "dim"

    def _said(self) -> str:
        assert self._text is not None
        size = max(1, self._text.size)
        counted = "" if self._complete else f"counting lines: {100 * self._text.indexed // size} %"
        where = f"line {number(self.line)} of {number(self._text.count)}" if self._complete or not self.following else ""
        parts = (self._note, where, counted, "follow" if self.following else "", "" if self.folding else "not folded")
        return " · ".join(part for part in parts if part)

    def on_click(self, event: events.Click) -> None:
        """The line under the mouse."""
        y = event.y - 1
        for row, height in self._rows_seen:
            if 0 <= y < height:
                self.following, self.line = False, row.first
                self.touch()
                return
            y -= height

    def on_mouse_scroll_down(self) -> None:
        """Some lines down."""
        self.move(3)

    def on_mouse_scroll_up(self) -> None:
        """Some lines up."""
        self.move(-3)


def _count(row: Row) -> str:
    if row.count < 2:
        return ""
    return f"  ×{row.count:,}{' redraws' if row.redrawn else ''}"
