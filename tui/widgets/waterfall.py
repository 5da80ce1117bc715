"""Several runs' phases under each other on one scale of time: where each run's time went, and how long that was."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.numbers import duration
from tui.runs.run import Phase, Run
from tui.widgets.cells import Line, fit_line, middle_cut, plain, width_of
from tui.widgets.phases import FULL, HATCH, spans_of

GAP = "·"
"""Time between two phases that the log gives no phase for."""
_TOLD_MOST = 4
_ROOM_FOR_WORDS = 60
_Cell = tuple[str, str]


def waterfall(runs: Sequence[Run], heads: Sequence[Line], label: int, width: int) -> list[Line]:
    """A bar a run, all from the same zero to the same scale, its length behind it; with room, each phase's length under its
    own stretch; then what the colours mean. Nothing where no run's phases have a length."""
    placed = [_known(run) for run in runs]
    totals = [max((end for _, end, _ in mine), default=0.0) for mine in placed]
    scale = max(totals, default=0.0)
    if not scale > 0:
        return []
    tails = [_tail(run, total) for run, total in zip(runs, totals, strict=True)]
    room = width - label - 2 - max(map(len, tails)) - 1
    if room < 8:
        return []
    told = len(runs) <= _TOLD_MOST and room >= _ROOM_FOR_WORDS
    lines: list[Line] = []
    for head, mine, total, tail in zip(heads, placed, totals, tails, strict=True):
        bar = _bar(mine, total, scale, room)
        lines.append((*fit_line(head, label), ("  ", "text"), *bar, (tail.rjust(width - label - 2 - room), "dim")))
        if told and (words := _words(mine, scale, room)):
            lines.append(((" " * (label + 2), "text"), *words))
    return [*lines, *_meaning(runs, placed, totals, label, width)]


def head_of(run: Run, sign: str, style: str, width: int) -> Line:
    """A run's letter, in the colour of its curve, and its name."""
    return ((f"{sign} ", style), (middle_cut(plain(run.name), max(1, width - 2)), "dim"))


def _known(run: Run) -> list[tuple[float, float, Phase]]:
    """The phases that took time, from when to when."""
    spans = zip(spans_of(run.phases), run.phases, strict=True)
    return sorted(((span[0], span[1], phase) for span, phase in spans if span and phase.seconds), key=lambda one: one[:2])


def _tail(run: Run, total: float) -> str:
    so_far = " so far" if run.live and total else ""
    return f"{duration(total)}{so_far}" if total else "no times"


def _bar(spans: Sequence[tuple[float, float, Phase]], total: float, scale: float, room: int) -> Line:
    """What is short is still one column, taken from a neighbour that has more."""
    columns = max(1, min(room, round(total / scale * room))) if total else 0
    owners: list[int | None] = [None] * columns
    for at, (begin, end, _) in sorted(enumerate(spans), key=lambda one: one[1][0] - one[1][1]):  # the shortest in front
        first = min(columns - 1, int(begin / scale * room))
        for column in range(first, max(first + 1, min(columns, round(end / scale * room)))):
            owners[column] = at
    for at, (begin, _, _) in enumerate(spans):
        if at not in owners:
            near = sorted(range(columns), key=lambda column: abs(column - int(begin / scale * room)))
            free = next((column for column in near if owners[column] is None or owners.count(owners[column]) > 1), None)
            if free is not None:
                owners[free] = at
    cells: list[_Cell] = []
    for owner in owners:
        phase = None if owner is None else spans[owner][2]
        cells.append((GAP, "track") if phase is None else (HATCH if phase.cached else FULL, f"phase.{phase.name}"))
    joined: list[_Cell] = []
    for sign, style in [*cells, *[(" ", "track")] * (room - columns)]:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + sign, style)
        else:
            joined.append((sign, style))
    return tuple(joined)


def _words(spans: Sequence[tuple[float, float, Phase]], scale: float, room: int) -> Line:
    """`compile 12:16` under its stretch, where the stretches after it leave the room; the longest first."""
    taken: list[tuple[int, str, str]] = []
    for begin, end, phase in sorted(spans, key=lambda one: one[0] - one[1]):
        at = int(begin / scale * room)
        text = f"{phase.name} {duration(end - begin)}"
        if at + len(text) <= room and all(at + len(text) < other or at > other + len(said) for other, said, _ in taken):
            taken.append((at, text, f"phase.{phase.name}"))
    line: Line = ()
    for at, text, style in sorted(taken):
        line = (*line, (" " * (at - width_of(line)), "text"), (text, style))
    return line


def _meaning(
    runs: Sequence[Run], placed: Sequence[Sequence[tuple[float, float, Phase]]], totals: Sequence[float], label: int, width: int,
) -> list[Line]:  # fmt: skip
    names = dict.fromkeys(phase.name for mine in placed for _, _, phase in mine)
    cached = any(phase.cached for run in runs for phase in run.phases)
    gaps = any(_gap(mine, total) for mine, total in zip(placed, totals, strict=True))
    entries = [((("■ ", f"phase.{name}"), (f"{name}  ", "dim"))) for name in names]
    entries += [((f"{HATCH} ", "dim"), ("cached  ", "dim"))] if cached else []
    entries += [((f"{GAP} ", "dim"), ("no phase in the log  ", "dim"))] if gaps else []
    lines: list[Line] = []
    for entry in entries:
        if not lines or width_of((*lines[-1], *entry)) > width:
            lines.append(((" " * (label + 2), "text"),))
        lines[-1] = (*lines[-1], *entry)
    return lines


def _gap(spans: Sequence[tuple[float, float, Phase]], total: float) -> bool:
    """Whether a hundredth of the time or more lies between phases."""
    covered, reached = 0.0, 0.0
    for begin, end, _ in spans:
        covered += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total - covered > total / 100
