"""Runs as a table of plain text: for an 80-column terminal, and for a pipe without colour and with ids whole."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.numbers import age, duration, number
from tui.runs.run import Reading, Run
from tui.runs.states import COLOURS, SYMBOLS

_HEADS = ("RUN", "STATE", "PROGRESS", "THROUGHPUT", "RESULT", "TIME", "LAST")
_RIGHT = frozenset({"PROGRESS", "THROUGHPUT", "TIME", "LAST"})
_GIVEN_UP = ("LAST", "TIME", "PROGRESS")  # what goes first where the terminal is narrow
_SHORTEST_ID = 18


def table(runs: Sequence[Run], now: float, *, width: int | None, colour: bool) -> str:
    """The table, without a closing newline. `width` in columns, None for a pipe: then nothing is cut. `now` in seconds
    since 1970, for the age of each log."""
    if not runs:
        return "No runs found: no log here is of a format that bedwatch knows."
    rows = [_row(run, now) for run in runs]
    columns = list(range(len(_HEADS)))
    sizes = [max(len(head), *(len(row[i]) for row in rows)) for i, head in enumerate(_HEADS)]
    if width is not None:
        for head in _GIVEN_UP:
            if _total(columns, sizes) - sizes[0] + min(sizes[0], _SHORTEST_ID) > width:
                columns.remove(_HEADS.index(head))
        sizes[0] = max(8, min(sizes[0], width - (_total(columns, sizes) - sizes[0])))
    lines = [_line(_HEADS, columns, sizes, None)]
    for run, row in zip(runs, rows, strict=True):
        lines.append(_line(row, columns, sizes, COLOURS[run.state] if colour else None))
        if run.error is not None:
            reason = f"  {run.error.text} ({run.error.path}, line {run.error.line})"
            lines.append(_cut(reason, width) if width else reason)
        for finding in run.findings:
            text = f"  {finding.severity}: {finding.message}"
            lines.append(_cut(text, width) if width else text)
    return "\n".join(lines)


def _row(run: Run, now: float) -> tuple[str, ...]:
    return (
        run.id,
        f"{SYMBOLS[run.state]} {run.state}",
        _progress(run),
        with_unit(run.speed),
        f"{run.headline.definition.label} {with_unit(run.headline)}" if run.headline else "",
        "" if run.elapsed is None else duration(run.elapsed),
        "" if run.modified is None else age(now - run.modified),
    )


def _progress(run: Run) -> str:
    for unit, mark in (("step", ""), ("epoch", " ep")):
        amount = run.progress.get(unit)
        if amount is not None and amount.done is not None:
            total = f"/{number(amount.total)}" if amount.total is not None else ""
            return f"{number(amount.done)}{total}{mark}"
    return ""


def with_unit(reading: Reading | None) -> str:
    """A value with its unit, empty for none; nats go without saying. A stale one has a `?` behind it."""
    if reading is None:
        return ""
    unit = reading.definition.unit
    return number(reading.value) + "?" * reading.stale + ("" if unit in ("", "nat") else unit if unit == "%" else f" {unit}")


def _total(columns: Sequence[int], sizes: Sequence[int]) -> int:
    return sum(sizes[i] for i in columns) + 2 * (len(columns) - 1)


def _line(row: Sequence[str], columns: Sequence[int], sizes: Sequence[int], colour: str | None) -> str:
    cells = []
    for i in columns:
        text = _middle_cut(row[i], sizes[i]) if i == 0 else row[i]
        text = text.rjust(sizes[i]) if _HEADS[i] in _RIGHT else text.ljust(sizes[i])
        if colour is not None and _HEADS[i] == "STATE":
            text = f"\x1b[{colour}m{text}\x1b[0m"
        cells.append(text)
    return "  ".join(cells).rstrip()


def _middle_cut(text: str, size: int) -> str:
    if len(text) <= size:
        return text
    keep = size - 1
    return text[: keep // 3] + "…" + text[len(text) - (keep - keep // 3) :]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
