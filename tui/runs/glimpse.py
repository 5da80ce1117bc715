"""The newest state of a huge log while its history is not read yet: its last lines, read at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from parsers import FORMATS, Follower, LogReader, News
from parsers.grammar import Format
from tui.runs.fold import RunFold
from tui.runs.reading import Reading
from tui.runs.run import Finding, Run, Spot

TAIL_FIRST = 1 << 20
"""Bytes not read yet from which a log's end is read before them: a third of a second of dense metric lines."""
TAIL_BYTES = 64 << 10
"""Bytes at a log's end that its newest state is read from."""


class Glimpse:
    """Follows a log from near its end. What it says is true of these lines, and of nothing before them."""

    def __init__(self, path: str, format: Format, fold: Callable[[int], RunFold]) -> None:
        self._follower = Follower(path)
        self._cut = self._follower.start_near_end(TAIL_BYTES)
        self._reading = Reading(LogReader(FORMATS, format), fold, placed=False)

    def look(self) -> News:
        """What is new in the log."""
        return self._follower.look()

    def take(self, news: News, heard: float | None) -> None:
        """Read it; `heard` is when it came, in seconds since 1970."""
        if news.change == "rotated" and not news.joined:
            self._reading.end_part()
        data = news.data
        if self._cut and data:  # within a line
            _, end, data = data.partition(b"\n")
            self._cut = not end
        if data:
            self._reading.feed(data, heard)

    @property
    def torn(self) -> bool:
        """Whether the log ends within a line."""
        return self._reading.reader.torn

    def newest(self, number: int, *, torn: bool, **beside: Any) -> Run | None:
        """The launch that the last lines are of, as far as they tell, under the number that it has as far as is known; `beside`
        is what no line gives (see `RunFold.snapshot`)."""
        folds = self._reading.folds_now(torn=torn)
        return partial(folds[-1].snapshot(**beside), number) if folds else None


def partial(run: Run, number: int) -> Run:
    """A run of which only the last lines are known: when it began, what was set and what it went through are not."""
    message = "Only the end of this long log is read yet; what came before it follows"
    unread = Finding("history-unread", "info", message, Spot(run.path, 0))
    return replace(
        run, id=f"{run.path}#{number}", number=number, complete=False, started_at=None, elapsed=None, phases=(), sources=(),
        findings=(*run.findings, unread),
    )  # fmt: skip
