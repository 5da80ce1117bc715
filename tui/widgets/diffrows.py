"""The rows of a comparison as lines: values, differences in words, reasons why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.compare import Cell, Row
from tui.runs.numbers import difference, duration
from tui.widgets.cells import BLANK, Line, fit_line, plain, wrapped

_TALLEST = 3


def label_of(row: Row) -> str:
    """A row's label with its unit."""
    return f"{plain(row.label)}, {row.unit}" if row.unit not in ("", row.label) else plain(row.label)


def value_width(rows: Sequence[Row], at: int) -> int:
    """The columns that the numbers of a run take, so that they stand under each other."""
    sizes = [len(row.cells[at].text) for row in rows if isinstance(row.cells[at].value, (int, float))]
    return min(max(sizes, default=0), 14)


def row_lines(row: Row, shown: Sequence[int], widths: Sequence[int], values: Sequence[int], label: int, width: int) -> list[Line]:
    """A row over the shown runs, then why its values may not be compared; those that may not are faint."""
    heads = wrapped(label_of(row), label) or [""]
    faint = _alone(row)
    columns = [
        _cell(row.cells[at], row, size, value, faint=bool(row.cells[at].why_not) or (at == 0 and faint))
        for at, size, value in zip(shown, widths, values, strict=True)
    ]
    lines: list[Line] = []
    for y in range(max(len(heads), *(len(column) for column in columns))):
        line: Line = fit_line((((heads[y] if y < len(heads) else ""), "dim"),), label)
        for column, size in zip(columns, widths, strict=True):
            line = (*line, ("  ", "text"), *fit_line(column[y] if y < len(column) else BLANK, size))
        lines.append(line)
    for at, text in enumerate(wrapped(plain(row.why_not), width - 4)):
        lines.append((("  ↳ " if at == 0 else "    ", "warn"), (text, "dim")))
    return lines


def _alone(row: Row) -> bool:
    """Whether no other run's number may be held against the baseline's."""
    others = [cell for cell in row.cells[1:] if cell.value is not None]
    return bool(others) and all(cell.why_not for cell in others)


def _cell(cell: Cell, row: Row, width: int, value_width: int, *, faint: bool) -> list[Line]:
    """A value, and its difference beside it, or under it where the column is narrow. A setting is words, also where it is a
    number: what is said of it must not be cut off."""
    text = plain(cell.text)
    if row.section == "parameters" or not isinstance(cell.value, (int, float)):
        pieces = wrapped(text, width) or [""]
        if len(pieces) > _TALLEST:
            pieces = [*pieces[: _TALLEST - 1], pieces[_TALLEST - 1][: width - 1] + "…"]
        style = "faint" if cell.value is None else "text"
        return [((piece, style),) for piece in pieces]
    value: Line = ((f"{text:>{value_width}}", "faint" if faint else "text"),)
    change = _change(cell, row)
    if not change:
        return [value]
    if len(value[0][0]) + 2 + sum(len(part) for part, _ in change) <= width:
        return [(*value, ("  ", "text"), *change)]
    if sum(len(part) for part, _ in change) > width and cell.percent is not None:
        change = _change(cell, row, brief=True)
    if sum(len(part) for part, _ in change) > width:  # the word is what must be read
        return [value, *(((part.strip(), style),) for part, style in change if part)]
    return [value, change]


def _change(cell: Cell, row: Row, *, brief: bool = False) -> Line:
    """Difference, percent, and in a word whether that is good; `brief` leaves out the difference."""
    if cell.delta is None:
        return BLANK
    if cell.delta == 0:
        return (("same", "faint"),)
    sign = "+" if cell.delta > 0 else "−"
    size = duration(abs(cell.delta)) if row.section == "time" else difference(cell.delta)
    percent = ""
    if cell.percent is not None:
        percent = f" ({cell.percent:+.{1 if abs(cell.percent) >= 0.1 else 2}f} %)".replace("-", "−")
    verdict = {True: " better", False: " worse", None: ""}[cell.better]
    style = {True: "good", False: "bad", None: "info"}[cell.better]
    if cell.noise == "within":
        verdict, style = " within noise", "info"
    return ((percent.strip(" ()") if brief else sign + size + percent, style), (verdict, style))
