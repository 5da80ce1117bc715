"""Where news comes from: files that appear, grow, shrink or vanish become updates, read in a thread in small slices."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

from watchfiles import Change

from tui.feed.filesystems import Method
from tui.feed.listen import Listener
from tui.feed.poll import Pace
from tui.feed.rounds import Asked, Rounds, Update
from tui.feed.status import FeedStatus, Meter
from tui.runs.cache import Cache
from tui.runs.discover import may_be_log
from tui.runs.notes import NOTES_FILE
from tui.runs.workspace import Workspace

__all__ = ["Feed", "Update"]

WAY_MOST = 0.2
"""Seconds for which reading makes way at once, where it has not for as long again before."""


class Feed:
    """Follows the logs under some paths. All files are read by one thread at a time; `clock` gives seconds since 1970.
    `method` watches in one way whatever the file systems; `pace` is how often is asked for what nothing tells of. What
    `cache` keeps of logs is not read again, and what is read is kept there."""

    def __init__(
        self, paths: Sequence[str], *, ignore: Sequence[str] = (), clock: Callable[[], float] = time.time,
        method: Method | None = None, pace: Pace | None = None, cache: Cache | None = None,
    ) -> None:  # fmt: skip
        self.paths = tuple(paths)
        self.workspace = Workspace(paths, ignore, cache=cache)
        self._first = True
        self.caught_up = False
        """Whether all that was there when it was last asked for has been read and handed on; of long logs, the end."""
        self._rounds = Rounds(self.workspace, clock, pace or Pace(), method)
        self._listener = Listener(self._hear)
        self._meter = Meter()
        self._asked = Asked()  # touched by the event loop only, handed over between slices
        self._way_left, self._way_asked = WAY_MOST, 0.0
        self._wake = asyncio.Event()
        self._closed = False

    @property
    def file_count(self) -> int:
        """Files that may be logs."""
        return len(self.workspace.files.keys() - set(self.workspace.missing))

    def status(self) -> FeedStatus:
        """How it watches, when it last looked, and what that costs."""
        rounds = self._rounds
        return FeedStatus(
            rounds.grounds.watched, rounds.looked_at, rounds.every, self._meter.sample(), rounds.unread, self.workspace.refused,
            self._first, self.workspace.missing,
        )  # fmt: skip

    def refresh(self) -> None:
        """Look at every file at once, and try to listen where that did not work."""
        self.caught_up = False
        self._asked.everything = True
        self._wake.set()

    def make_way(self, seconds: float) -> None:
        """Read nothing for so long, since a person waits for the screen; at most half of the time, however often asked.
        Any thread may ask."""
        now = time.monotonic()
        self._way_left = min(WAY_MOST, self._way_left + (now - self._way_asked) / 2)
        self._way_asked = now
        begins = max(now, self._rounds.way_until)
        granted = max(0.0, min(now + seconds - begins, self._way_left))
        self._way_left -= granted
        self._rounds.way_until = begins + granted

    def close(self) -> None:
        """End `updates` soon."""
        self._closed = self._rounds.stopped = True
        self._wake.set()

    async def updates(self) -> AsyncIterator[list[Update]]:
        """What changed, batch by batch: first every file there is, then as they change. Ends when closed."""
        try:
            while not self._closed:
                self._wake.clear()
                asked, self._asked = self._asked, Asked()
                batch = await asyncio.to_thread(self._rounds.work, asked)
                await self._listen(again=asked.everything)
                self._meter.sample()
                if batch:
                    yield batch
                self.caught_up = self._rounds.idle and self._asked == Asked()
                self._first &= not self.caught_up
                if (rest := self._rounds.wait()) > 0:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(rest):
                            await self._wake.wait()
        finally:
            await self._listener.close()
            self._rounds.close()

    async def _listen(self, *, again: bool) -> None:
        """Listen where that is true. Where it does not work everything is asked about instead."""
        rounds = self._rounds
        if again and rounds.deaf:
            rounds.deaf = ""
            self._asked.search = True
        elif self._listener.failed or not await self._listener.listen(rounds.grounds.listened):
            rounds.deaf = self._listener.trouble or "inotify ended"
            self._asked.search = True

    def _hear(self, changes: set[tuple[Change, str]]) -> None:
        """Sort what was heard: a known log is looked at, and what may be a new one is searched for."""
        files, grounds = self.workspace.files, self._rounds.grounds
        for change, heard in changes:
            path = grounds.aliases.get(heard, heard)
            if path in files:
                self._asked.paths[path] = None
                self._asked.search |= change == Change.deleted
            elif path in grounds.listened:
                self._asked.search = True
            elif os.path.basename(path) == NOTES_FILE:
                self._asked.paths.update(dict.fromkeys(grounds.beside.get(os.path.dirname(path), ())))
            elif change != Change.modified and (may_be_log(os.path.basename(path)) or os.path.isdir(path)):
                self._asked.search = True
        if self._asked != Asked():
            self._wake.set()
