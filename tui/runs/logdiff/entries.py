"""The lines of a run as they are compared: only its own part of the log, each progress bar as it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.runs.logdiff.masks import mask
from tui.runs.logrows import bar_of, rows_of
from tui.runs.logtext import LogText
from tui.runs.run import Run

LINES_MOST = 200_000
"""Lines of a log that are compared at most; what is left out is said."""
PAGE = 2048
"""Lines that are read in one go."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line, or the last of the lines or redraws of one progress bar: its number, its text, and the text once masked."""

    line: int
    text: str
    masked: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What is compared of a run's log. `left_out` says that it has more lines."""

    path: str
    entries: tuple[Entry, ...]
    left_out: bool = False


def entries_of_run(run: Run, file: str, wanted: Callable[[], bool] = lambda: True) -> Entries:
    """Read a run's part of its log, which is the file at `file`; fewer lines once they are no longer `wanted`. OSError where
    it cannot be read."""
    text = LogText(file)
    while text.index() and wanted():
        pass
    parts = [(source.first_line, source.last_line) for source in run.sources if source.path == run.path] or [(1, text.count)]
    kept: list[Entry] = []
    known: dict[str, str] = {}  # many lines of a log are alike, and masking is what costs
    name: str | None = None
    lines = 0
    for first, last in parts:
        at = max(1, first)
        while at <= last and lines < LINES_MOST and wanted():
            read = text.lines(at, min(PAGE, last - at + 1, LINES_MOST - lines))
            for row in rows_of(at, read, fold=False):
                bar = bar_of(row.text)
                if bar is not None and bar == name:
                    kept.pop()
                name = bar
                if row.text not in known:
                    known[row.text] = mask(row.text)
                kept.append(Entry(row.last, row.text, known[row.text]))
            if not read:
                break
            at, lines = at + len(read), lines + len(read)
    return Entries(run.path, tuple(kept), lines >= LINES_MOST and lines < sum(last - first + 1 for first, last in parts))
