"""Lines of styled plain text: the one way by which text, and so a log's text, comes to the terminal.

A line is spans of (text, name of a style). No markup is ever read, and what could steer a terminal is taken out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.runs.plaintext import plain as plain

Span = tuple[str, str]
Line = tuple[Span, ...]
BLANK: Line = ()


def width_of(line: Line) -> int:
    """Columns that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def cut(text: str, width: int) -> str:
    """Text in at most `width` columns, its end replaced by an ellipsis where it is too long."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def middle_cut(text: str, width: int) -> str:
    """Text in at most `width` columns with its middle left out: names differ at their ends.

    >>> middle_cut("bert_large_batch_1024", 12)
    'bert…ch_1024'
    >>> middle_cut("訓練実験の名前はとても長い", 12)
    '訓練…も長い'
    """
    if cell_len(text) <= width:
        return text
    if width < 5:
        return cut(text, width)
    keep = width - 1
    end = text[len(text) - keep * 2 // 3 :]
    while cell_len(end) > keep * 2 // 3:  # signs that are two columns wide
        end = end[1:]
    return set_cell_size(text, keep - keep * 2 // 3).rstrip() + "…" + end


def fit(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """Text in exactly `width` columns."""
    text = cut(text, width)
    pad = " " * max(0, width - cell_len(text))
    return pad + text if align == "right" else text + pad


def fit_line(line: Line, width: int, align: Literal["left", "right"] = "left", pad: str = "text") -> Line:
    """A line in exactly `width` columns, filled up in the style `pad`."""
    free = width - width_of(line)
    if free < 0:
        out: list[Span] = []
        left = width
        for text, style in line:
            if left <= 0:
                break
            out.append((cut(text, left), style))
            left -= cell_len(out[-1][0])
        line, free = tuple(out), left
    blanks = (" " * max(0, free), pad)
    return (blanks, *line) if align == "right" else (*line, blanks)


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` columns, broken at blanks, and within a word only where it is longer than a line."""
    lines: list[str] = []
    now = ""
    for word in text.split():
        while cell_len(word) > width > 0:
            room = width - (cell_len(now) + 1 if now else 0)
            if room < 8:
                lines.append(now)
                now, room = "", width
            head = set_cell_size(word, room).rstrip()
            if not head:
                break
            lines.append(f"{now} {head}" if now else head)
            now, word = "", word[len(head) :]
        if not now:
            now = word
        elif cell_len(now) + 1 + cell_len(word) <= width:
            now += " " + word
        else:
            lines.append(now)
            now = word
    return [*lines, now] if now else lines


def broken(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` columns with every blank where it was, so that what is indented or in columns stays so;
    broken after a blank where one stands in a line's second half. A line takes time as it is long.

    >>> broken("  File x,  line 12, in main", 14)
    ['  File x,', 'line 12, in', 'main']
    """
    lines: list[str] = []
    at = 0
    while at < len(text):
        piece = text[at : at + width]
        while len(piece) > 1 and cell_len(piece) > width:
            piece = piece[:-1]
        if at + len(piece) < len(text) and text[at + len(piece)] != " ":
            piece = piece[: piece.rfind(" ", len(piece) // 2) + 1] or piece
        lines.append(piece.rstrip())
        at += len(piece)
        while lines and text[at : at + 1] == " ":
            at += 1
    return lines


def rule(title: str, width: int, note: str = "", *, strong: bool = False) -> Line:
    """A pane's first line: its title in a thin rule, with a note at the right where there is room."""
    title = cut(title, max(0, width - 4))
    note = cut(note, width - cell_len(title) - 8) if width - cell_len(title) > 14 else ""
    dashes = width - cell_len(title) - cell_len(note) - 4 - (3 if note else 0)
    tail: Line = ((f" {note} ", "dim"), ("─", "rule")) if note else ()
    return (("─ ", "rule"), (title, "title" if strong else "strong"), (" " + "─" * max(0, dashes + 1), "rule"), *tail)


def path_rule(title: str, width: int, note: str) -> Line:
    """A pane's first line for a path: its middle is left out before anything of the note is."""
    return rule(middle_cut(title, max(14, width - cell_len(note) - 8)), width, note)


def as_strip(line: Line, width: int, styles: Mapping[str, Style], ground: str = "base") -> Strip:
    """The line as Textual draws it, in exactly `width` columns, with an ellipsis where it is longer; `ground` names the style
    under all others. Blanks take the look of what stands before them, so that fewer changes of colour go over the wire."""
    base = styles["base"] + styles[ground]
    segments: list[Segment] = []
    for text, style in line:
        look = base + styles[style]
        shown = plain(text)
        words = shown.lstrip(" ")
        if segments and len(words) < len(shown) and _blank_alike(segments[-1].style, look):
            before = segments.pop()
            segments.append(Segment(before.text + " " * (len(shown) - len(words)), before.style))
            shown = words
        if shown:
            segments.append(Segment(shown, look))
    strip = Strip(segments)
    if strip.cell_length > width > 0 and cell_len(strip.text.rstrip()) > width:
        shorter = strip.crop(0, width - 1)
        look = next((segment.style for segment in reversed(list(shorter)) if segment.style is not None), base)
        strip = Strip([*shorter, Segment("…", look)])
    return strip.adjust_cell_length(width, base)


def _blank_alike(one: Style | None, other: Style) -> bool:
    """Whether a blank looks the same in both styles."""
    if one is None or one.bgcolor != other.bgcolor:
        return False
    return not any((one.reverse, other.reverse, one.underline, other.underline, one.strike, other.strike))


def as_strips(lines: Iterable[Line], width: int, styles: Mapping[str, Style]) -> list[Strip]:
    """Lines as Textual draws them."""
    return [as_strip(line, width, styles) for line in lines]


def text_of(lines: Sequence[Line]) -> str:
    """Lines without their styles, for messages and tests."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)
