"""Where a run's time went: each phase's stretches on a common axis of time, cached ones hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.records import PhaseName
from tui.runs.numbers import duration
from tui.runs.run import Phase, Run
from tui.widgets.cells import Line, fit

HATCH, FULL = "░", "▆"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the axis, from 0 to 1, that a phase took."""

    begin: float
    end: float
    cached: bool


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """All stretches of one phase; `seconds` is their sum, None where no length is known. `open` says that it still goes on,
    `cut` that the log ends within it."""

    name: PhaseName
    stretches: tuple[Stretch, ...]
    seconds: float | None
    count: int
    cached: bool
    open: bool
    cut: bool


def phase_rows(run: Run) -> list[PhaseRow]:
    """The phases in order of their first appearance, those of one name together."""
    placed = _placed(run.phases)
    rows = []
    for name in dict.fromkeys(phase.name for phase in run.phases):
        mine = [(phase, stretch) for phase, stretch in zip(run.phases, placed, strict=True) if phase.name == name]
        known = [phase.seconds for phase, _ in mine if phase.seconds is not None]
        unended = any(phase.open for phase, _ in mine)
        rows.append(PhaseRow(
            name, tuple(stretch for _, stretch in mine if stretch is not None), sum(known) if known else None,
            sum(phase.times for phase, _ in mine),
            all(phase.cached is True for phase, _ in mine), unended and run.live, unended and not run.live,
        ))
    return rows


def spans_of(phases: Sequence[Phase]) -> list[tuple[float, float] | None]:
    """From when to when each phase lasted, in seconds since the first began; None where its length is not known. By their
    times where every phase with a length has one, with the gaps between them; else one after the other."""
    known = [phase for phase in phases if phase.seconds is not None]
    starts = [phase.started_at for phase in known if phase.started_at is not None]
    spans: list[tuple[float, float] | None] = []
    if known and len(starts) == len(known):
        zero = min(starts)
        for phase in phases:
            begin = 0.0 if phase.started_at is None else (phase.started_at - zero).total_seconds()
            spans.append(None if phase.seconds is None else (begin, begin + phase.seconds))
        return spans
    at = 0.0
    for phase in phases:
        length = phase.seconds or 0.0
        spans.append(None if phase.seconds is None else (at, at + length))
        at += length
    return spans


def _placed(phases: Sequence[Phase]) -> list[Stretch | None]:
    spans = spans_of(phases)
    whole = max((span[1] for span in spans if span), default=0.0)
    return [
        Stretch(span[0] / whole if whole else 0.0, span[1] / whole if whole else 0.0, bool(phase.cached)) if span else None
        for span, phase in zip(spans, phases, strict=True)
    ]


def bar(row: PhaseRow, width: int) -> Line:
    """A row's stretches on an axis of `width` columns; what is short is still one column."""
    cells = [(" ", "track")] * width
    for stretch in row.stretches:
        first = min(width - 1, int(stretch.begin * width))
        last = max(first + 1, min(width, round(stretch.end * width)))
        for at in range(first, last):
            cells[at] = (HATCH if stretch.cached else FULL, f"phase.{row.name}")
    joined: list[tuple[str, str]] = []
    for sign, style in cells:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + sign, style)
        else:
            joined.append((sign, style))
    return tuple(joined)


def phase_lines(rows: Sequence[PhaseRow], width: int) -> list[Line]:
    """A line each: name, bar on the common axis, length, and whether it was cached or still goes on."""
    names = [row.name + (f" ×{row.count}" if row.count > 1 else "") for row in rows]
    lengths = [duration(row.seconds) if row.seconds is not None else "now" if row.open else "no time" for row in rows]
    marks = [" cached" if row.cached else _mark(row) if row.seconds is not None else "" for row in rows]
    label, length, mark = (max((len(text) for text in texts), default=0) for texts in (names, lengths, marks))
    room = max(4, width - label - length - mark - 2)
    return [
        (
            (fit(name, label + 1), f"phase.{row.name}"), *bar(row, room),
            (fit(text, length + 1, "right"), "text" if row.seconds is not None else "faint"), (said, "dim"),
        )
        for row, name, text, said in zip(rows, names, lengths, marks, strict=True)
    ]


def _mark(row: PhaseRow) -> str:
    return " so far" if row.open else " at least" if row.cut else ""


def short_phases(run: Run, rows: Sequence[PhaseRow], width: int) -> list[Line]:
    """Two lines, where there is no room for one each: all phases in a bar, and by name the one that goes on and the
    longest others, in their order."""
    known = [row for row in rows if row.seconds is not None]
    told = [(row, f"{row.name}{' cached' if row.cached else ''} {duration(row.seconds or 0.0)}") for row in known]
    while len(told) > 1 and sum(len(text) + 2 for _, text in told) - 2 > width:
        told.remove(min(told, key=lambda pair: (pair[0].open, pair[0].seconds or 0.0)))
    legend: Line = tuple((f"{text}  ", f"phase.{row.name}") for row, text in told)
    return [stacked(run, width, sum(row.seconds or 0.0 for row in known)), legend] if known else [legend]


def stacked(run: Run, width: int, scale: float) -> Line:
    """All phases of a run in one bar, `scale` seconds to the full width: for runs under each other."""
    spans: list[tuple[str, str]] = []
    used, seconds = 0, 0.0
    for phase in run.phases:
        if not phase.seconds:
            continue
        seconds += phase.seconds
        end = min(width, max(used + 1, round(seconds / scale * width))) if scale > 0 else used
        spans.append(((HATCH if phase.cached else FULL) * (end - used), f"phase.{phase.name}"))
        used = end
    return (*spans, (" " * (width - used), "track"))
