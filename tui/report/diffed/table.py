"""A comparison as plain text: columns are runs, the baseline first; cut to a terminal's width, whole for a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from tui.report.diffed.content import (
    Content,
    blocks,
    changes,
    is_long,
    is_number,
    label,
    left_out,
    repeated,
    says,
    text,
    told,
    verdict,
)  # fmt: skip
from tui.runs.compare import Cell, Row
from tui.runs.states import COLOURS, SYMBOLS

_GAP = 2
_NARROWEST = 18
"""Columns that a run needs for a value, and its change below it."""
_LABEL_MOST = 20
"""Columns of the labels on a terminal: with them three runs fit into 80."""
_SEVERITIES = {"error": "1;31", "warning": "33", "info": ""}


def diff_table(content: Content, *, width: int | None, colour: bool) -> str:
    """The comparison, without a closing newline. `width` in columns; None for a pipe, where nothing is cut or wrapped. Runs
    that do not fit side by side follow below, each time beside the baseline."""
    paint = _paint if colour else _bare
    runs = content.comparison.runs
    lines = [paint(f"{len(runs)} runs, the baseline first", "1"), ""]
    for sentence in content.sentences:
        head = f"{sentence.severity}: "
        pieces = _wrapped(head + told(sentence), width, "  ")
        lines += [paint(head, _SEVERITIES[sentence.severity]) + pieces[0][len(head) :], *pieces[1:]]
    if content.sentences:
        lines.append("")
    for repeats in content.comparison.repeats:
        who, spreads = repeated(repeats, content.comparison, content.heads)
        lines += _wrapped(f"repeats: {who}", width, "  ")
        lines += [line for spread in spreads for line in _wrapped(f"  {spread}", width, "    ")]
        lines.append("")
    others = max(1, (width - _label_most(width)) // (_NARROWEST + _GAP) - 1) if width is not None else max(1, len(runs) - 1)
    for shown in blocks(len(runs), others):
        lines += _block(content, shown, width, colour)
    if note := left_out(content):
        lines.append(f"{note}; --all shows them")
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _label_most(width: int) -> int:
    return min(_LABEL_MOST, width // 4)


def _block(content: Content, shown: Sequence[int], width: int | None, colour: bool) -> Iterator[str]:
    paint = _paint if colour else _bare
    rows = [row for part in content.parts for row in part.rows if says(row, shown) and not is_long(row)]
    first = max([12, *(len(label(row)) for row in rows)])
    if width is not None:
        first = min(first, _label_most(width))
    values = [max((len(text(row.cells[at])) for row in rows if is_number(row.cells[at])), default=0) for at in shown]
    widths = _widths(content, shown, values, None if width is None else width - first)
    runs = content.comparison.runs
    names = [_wrapped(content.heads[at], size, "") for at, size in zip(shown, widths, strict=True)]
    yield from _side_by_side([""], names, first, widths)
    told = [f"{SYMBOLS[runs[at].state]} {runs[at].state}{'' if at else ', baseline'}" for at in shown]
    states = [_wrapped(state, size, "") for state, size in zip(told, widths, strict=True)]
    styles = [COLOURS[runs[at].state] for at in shown] if colour else None
    yield from _side_by_side([""], states, first, widths, styles)
    yield ""
    for part in content.parts:
        mine = [row for row in part.rows if says(row, shown)]
        if not mine:
            continue
        yield paint(part.title.upper(), "1")
        for row in mine:
            if is_long(row):
                yield from _below(content, row, shown, width)
                continue
            cells = [_cell(row.cells[at], row, size, value) for at, size, value in zip(shown, widths, values, strict=True)]
            styles = [_style(row.cells[at]) for at in shown] if colour else None
            yield from _side_by_side(_wrapped(label(row), first, ""), cells, first, widths, styles)
            if row.why_not:
                yield from (paint(line, "33") for line in _wrapped(f"  not compared: {row.why_not}", width, "    "))
        yield ""


def _widths(content: Content, shown: Sequence[int], values: Sequence[int], room: int | None) -> list[int]:
    """The columns' widths: what they hold, as far as there is room; the baseline has no changes to show."""
    natural = []
    rows = [row for part in content.parts for row in part.rows if not is_long(row)]
    for at, value in zip(shown, values, strict=True):
        cells = [_line(row.cells[at], row, value) for row in rows]
        natural.append(max([len(content.heads[at]), 22 if not at else 12, *map(len, cells)]))
    if room is None or sum(natural) + _GAP * len(natural) <= room:
        return natural
    share = room // len(shown) - _GAP
    base = max(10, min(natural[0], share))
    return [base, *[(room - base - _GAP) // max(1, len(shown) - 1) - _GAP] * (len(shown) - 1)]


def _below(content: Content, row: Row, shown: Sequence[int], width: int | None) -> Iterator[str]:
    """A row of long settings: each run's on lines of its own."""
    yield label(row)
    for at in shown:
        yield from _wrapped(f"  {content.heads[at]}: {text(row.cells[at])}", width, "    ")


def _line(cell: Cell, row: Row, value_width: int) -> str:
    """A cell in one line: its value, under those of its column, then its change."""
    shown = f"{text(cell):>{value_width}}" if is_number(cell) and row.section != "parameters" else text(cell)
    return "  ".join(filter(None, [shown, _change(cell, row)]))


def _change(cell: Cell, row: Row) -> str:
    """Difference, percent and verdict: `+1,915.54 (+65.3 %) better`."""
    delta, *percent = [*changes(cell, row), ""]
    return " ".join(filter(None, [delta, *(f"({size})" for size in percent if size), verdict(cell)]))


def _cell(cell: Cell, row: Row, width: int, value_width: int) -> list[str]:
    """A cell's lines: its change beside the value, or under it where the column is narrow."""
    line = _line(cell, row, value_width)
    if len(line) <= width:
        return [line]
    if not changes(cell, row):
        return _wrapped(text(cell), width, "")
    value = f"{text(cell):>{value_width}}"
    change = _change(cell, row)
    pieces = [change] if len(change) <= width else change.replace(" (", "\n(").split("\n")
    return [*_wrapped(value, width, ""), *(line for piece in pieces for line in _wrapped(piece, width, ""))]


def _side_by_side(
    head: Sequence[str], cells: Sequence[Sequence[str]], first: int, widths: Sequence[int], styles: Sequence[str] | None = None
) -> Iterator[str]:
    for y in range(max(len(head), *map(len, cells))):
        line = f"{head[y] if y < len(head) else '':<{first}}"
        for at, (cell, size) in enumerate(zip(cells, widths, strict=True)):
            piece = cell[y] if y < len(cell) else ""
            painted = _paint(piece, styles[at]) if styles is not None else piece
            line += " " * _GAP + painted + " " * (size - len(piece))
        yield line


def _style(cell: Cell) -> str:
    if cell.noise == "within" or cell.better is None:
        return "90" if cell.value is None else ""
    return "32" if cell.better else "31"


def _wrapped(line: str, width: int | None, indent: str) -> list[str]:
    if width is None or len(line) <= width:
        return [line]
    return textwrap.wrap(line, width, subsequent_indent=indent, drop_whitespace=True, break_on_hyphens=False) or [""]


def _paint(piece: str, style: str) -> str:
    return f"\x1b[{style}m{piece}\x1b[0m" if style and piece.strip() else piece


def _bare(piece: str, _style: str) -> str:
    return piece
