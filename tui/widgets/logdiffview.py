"""Log against log on the screen: one under the other, or beside each other where there is room; only what is seen is drawn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from textual import events

from tui.runs.logdiff import Entries
from tui.runs.logdiff.rows import Piece, Row, Rows, differing, pieces_of
from tui.runs.numbers import number
from tui.widgets.cells import Line, Span, cut, fit_line, rule, width_of
from tui.widgets.pane import Pane

BESIDE = 140
"""Columns from which on the logs stand beside each other."""
_TALLEST = 40
"""Lines that one wrapped line takes at most."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the logs: the run's letter, its name, the style of its colour, and its lines."""

    sign: str
    name: str
    style: str
    entries: Entries


class LogDiffView(Pane):
    """Rows of two logs from `top` on, one of them chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sides: tuple[Side, Side] | None = None
        self._rows = Rows((), ())
        self._said = ""
        self._top = 0
        self._at = 0
        self._seen: list[tuple[int, int]] = []  # rows by their index, with the height of each
        self.wrapping = False

    def show(self, sides: tuple[Side, Side] | None, rows: Rows, said: str = "") -> None:
        """Draw these; without sides only what is `said`."""
        if sides is not self._sides or rows is not self._rows or said != self._said:
            if sides is not self._sides:
                self._top = self._at = 0
            self._sides, self._rows, self._said = sides, rows, said
            self._at = min(self._at, max(0, len(rows.rows) - 1))
            self.touch()

    @property
    def chosen(self) -> Row | None:
        """The row that the cursor is on."""
        return self._rows.rows[self._at] if self._rows.rows else None

    def to_line(self, row: Row) -> None:
        """To the row that shows the same lines, after rows were folded or unfolded."""
        key = (row.left, row.right)
        found = next((at for at, other in enumerate(self._rows.rows) if (other.left, other.right) == key), None)
        if found is None:
            lefts = [other.left for other in self._rows.rows if other.left is not None]
            found = max(0, bisect_right(lefts, row.left or 0) - 1)
        self._at = found
        self._top = max(0, found - self.size.height // 3)
        self.touch()

    def move(self, by: int) -> None:
        """So many rows down."""
        self._at = max(0, min(len(self._rows.rows) - 1, self._at + by))
        self.touch()

    def change(self, by: int) -> bool:
        """To the next change, or the one before; whether there is one."""
        changes = self._rows.changes
        at = bisect_right(changes, self._at) if by > 0 else bisect_left(changes, self._at) - 1
        if not 0 <= at < len(changes):
            return False
        self._at = changes[at]
        if not any(row == self._at for row, _ in self._seen[:-3]):
            self._top = max(0, self._at - self.size.height // 3)
        self.touch()
        return True

    def wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.wrapping = not self.wrapping
        self.touch()

    # drawing

    def build(self, width: int, height: int) -> list[Line]:
        sides = self._sides
        if sides is None:
            return [rule("log against log", width, strong=True), *([((self._said, "dim"),)] if self._said else [])]
        count = len(self._rows.changes)
        here = bisect_right(self._rows.changes, self._at)
        where = f"change {number(here) if here else '–'} of {number(count)}" if count else "no difference"
        head: list[Span] = []
        for side in sides:
            head += [(f"{side.sign} ", side.style), (f"{side.name}   ", "strong")]
        lines: list[Line] = [rule("log against log", width, where, strong=True), fit_line(tuple(head), width)]
        lines += [((cut(self._said, width), "dim"),)] if self._said else []
        room = height - len(lines)
        if self._at < self._top or not self._reaches(sides, width, room):
            self._top = self._above(sides, width, room) if self._at > self._top else self._at
        return lines + self._filled(sides, width, room)

    def _reaches(self, sides: tuple[Side, Side], width: int, room: int) -> bool:
        """Whether the chosen row is seen whole from the top row on."""
        used = 0
        for at in range(self._top, self._at + 1):
            used += self._tall(at, sides, width)
            if used > room:
                return False
        return True

    def _above(self, sides: tuple[Side, Side], width: int, room: int) -> int:
        """The top row from which the chosen one is the last that is seen."""
        top, used = self._at, self._tall(self._at, sides, width)
        while top > 0 and (used := used + self._tall(top - 1, sides, width)) <= room:
            top -= 1
        return top

    def _tall(self, at: int, sides: tuple[Side, Side], width: int) -> int:
        return len(self._row(self._rows.rows[at], sides, width, False)) if self._rows.rows else 0

    def _filled(self, sides: tuple[Side, Side], width: int, room: int) -> list[Line]:
        lines: list[Line] = []
        self._seen = []
        for at in range(self._top, len(self._rows.rows)):
            if len(lines) >= room:
                break
            made = self._row(self._rows.rows[at], sides, width, at == self._at)
            self._seen.append((at, len(made)))
            lines += made
        return lines

    def _row(self, row: Row, sides: tuple[Side, Side], width: int, chosen: bool) -> list[Line]:
        edge: Span = ("▌" if chosen else " ", "accent")
        if row.kind == "fold":
            return [(edge, (f"  ⋯ {number(row.left_count)} lines alike", "faint"))]
        if row.kind == "apart":
            told = zip((row.left_count, row.right_count), sides, strict=True)
            counts = " against ".join(f"{number(count)} lines of {side.sign}" for count, side in told)
            words = f"  ⋯ {counts}: no line in common holds so many in place, not compared line by line"
            return [(edge, (cut(words, width - 1), "warn"))]
        left = sides[0].entries.entries[row.left] if row.left is not None else None
        right = sides[1].entries.entries[row.right] if row.right is not None else None
        ours: list[Piece] | None
        theirs: list[Piece] | None
        if left is not None and right is not None:
            ours, theirs = differing(left.text, right.text) if row.kind == "changed" else (pieces_of(left.text, False), None)
        else:
            ours = pieces_of(left.text, True) if left is not None else None
            theirs = pieces_of(right.text, True) if right is not None else None
        if width >= BESIDE:
            if row.kind == "equal" and right is not None:
                theirs = pieces_of(right.text, False)
            half = (width - 2) // 2
            columns = [
                self._side(pieces, side.style, entry.line if entry else None, self._gutter(side), sign, half, row.kind)
                for pieces, side, entry, sign in ((ours, sides[0], left, "−"), (theirs, sides[1], right, "+"))
            ]
            tall = max(map(len, columns))
            return [
                (edge, *fit_line(columns[0][y] if y < len(columns[0]) else (), half), (" ", "rule"),
                 *(columns[1][y] if y < len(columns[1]) else ()))
                for y in range(tall)
            ]  # fmt: skip
        gutters = [self._gutter(side) for side in sides]
        lines: list[Line] = []
        for pieces, side, entry, sign, at in ((ours, sides[0], left, "−", 0), (theirs, sides[1], right, "+", 1)):
            if pieces is None:
                continue
            both = row.kind == "equal"
            numbers = [str(entry.line) if entry and at == 0 else "", str(right.line) if right and (at == 1 or both) else ""]
            label = " ".join(text.rjust(gutter) for text, gutter in zip(numbers, gutters, strict=True))
            mark: Span = (f" {' ' if both else sign} ", side.style if not both else "faint")
            for number_of, spans in enumerate(self._wrapped(pieces, side.style, row.kind, width - len(label) - 4)):
                lead = ((label, "faint"), mark) if number_of == 0 else ((" " * (len(label) + 3), "faint"),)
                lines.append((edge, *lead, *spans))
        return lines

    def _side(
        self, pieces: list[Piece] | None, style: str, line: int | None, gutter: int, sign: str, width: int, kind: str
    ) -> list[Line]:
        if pieces is None:
            return [()]
        mark: Span = (f" {' ' if kind == 'equal' else sign} ", style if kind != "equal" else "faint")
        label = str(line).rjust(gutter)
        return [
            ((label, "faint"), mark, *spans) if at == 0 else ((" " * (gutter + 3), "faint"), *spans)
            for at, spans in enumerate(self._wrapped(pieces, style, kind, width - gutter - 4))
        ]

    def _wrapped(self, pieces: list[Piece], style: str, kind: str, width: int) -> list[Line]:
        """The pieces in one line that is cut, or in several."""
        tones = {"same": "dim" if kind == "equal" else "text", "masked": "faint", "differs": style}
        line: Line = tuple((text, tones[kind_of]) for text, kind_of in pieces)
        width = max(10, width)
        if width_of(line) <= width:
            return [line]
        if not self.wrapping:
            return [fit_line(_from_difference(line, pieces, width) if kind == "changed" else line, width)]
        lines: list[list[Span]] = [[]]
        for text, tone in line:
            rest = text
            while rest:
                free = width - width_of(tuple(lines[-1]))
                if width_of(((rest, tone),)) <= free:
                    lines[-1].append((rest, tone))
                    break
                if free < len(rest) <= width and rest.strip():
                    lines.append([])
                    continue
                lines[-1].append((rest[:free], tone))
                rest = rest[free:]
                lines.append([])
        return [tuple(spans) for spans in lines if spans][:_TALLEST]

    def _gutter(self, side: Side) -> int:
        entries = side.entries.entries
        return len(str(entries[-1].line)) if entries else 1

    # the mouse

    def on_click(self, event: events.Click) -> None:
        """The row under the mouse."""
        y = event.y - (3 if self._said else 2)
        for at, tall in self._seen:
            if 0 <= y < tall:
                self._at = at
                self.touch()
                return
            y -= tall

    def on_mouse_scroll_down(self) -> None:
        """Some rows down."""
        self.move(3)

    def on_mouse_scroll_up(self) -> None:
        """Some rows up."""
        self.move(-3)


def _from_difference(line: Line, pieces: list[Piece], width: int) -> Line:
    """A line that is to be cut, without its beginning where all that differs would be out of sight."""
    before = 0
    for piece in pieces:
        before += width_of(((piece.text, ""),))
        if piece.kind == "differs":
            break
    left_out = before - width * 2 // 3
    if before < width or left_out <= 0:
        return line
    rest: list[Span] = [("…", "faint")]
    for text, tone in line:
        if left_out < len(text):
            rest.append((text[left_out:], tone))
        left_out = max(0, left_out - len(text))
    return tuple(rest)
