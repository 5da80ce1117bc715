"""Where news comes from: files that appear, grow, shrink or vanish become updates, read in a thread in small slices."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from watchfiles import awatch

from tui.runs.link import PointerFile
from tui.runs.logfile import SETTLED_AFTER, LogFile
from tui.runs.run import Run
from tui.runs.workspace import Workspace

SLICE = 0.05
"""Seconds that one slice of reading may take before what was found is handed on."""
HEARTBEAT = 2.0
"""Seconds between looks at every file that file events did not ask for."""
DEBOUNCE_MS = 50
STEP_MS = 20


@dataclass(frozen=True, slots=True)
class Update:
    """The runs that a file holds now; none when it is gone."""

    path: str
    runs: tuple[Run, ...]
    pointer: PointerFile | None = None


class Feed:
    """Follows the logs under some paths. All files are read by one thread at a time; `clock` gives seconds since 1970."""

    def __init__(self, paths: Sequence[str], *, ignore: Sequence[str] = (), clock: Callable[[], float] = time.time) -> None:
        self.paths = tuple(paths)
        self.workspace = Workspace(paths, ignore)
        self.caught_up = False
        """Whether all that was there when it was last asked for has been read and handed on."""
        self._clock = clock
        self._dirty: dict[str, None] = {}  # touched by the reading thread only
        self._discover = True
        self._asked: dict[str, None] = {}  # touched by the event loop only, handed over between slices
        self._asked_discovery = False
        self._wake = asyncio.Event()
        self._closed = asyncio.Event()

    @property
    def file_count(self) -> int:
        """Files that may be logs."""
        return len(self.workspace.files)

    def refresh(self) -> None:
        """Look at every file at once."""
        self.caught_up = False
        self._asked_discovery = True
        self._asked.update(dict.fromkeys(tuple(self.workspace.files)))
        self._wake.set()

    def close(self) -> None:
        """End `updates` soon."""
        self._closed.set()
        self._wake.set()

    async def updates(self) -> AsyncIterator[list[Update]]:
        """What changed, batch by batch: first every file there is, then as they change. Ends when closed."""
        watchers = [asyncio.create_task(self._listen(root, recursive)) for root, recursive in _roots(self.paths)]
        beat = asyncio.create_task(self._beat())
        try:
            while not self._closed.is_set():
                self._wake.clear()
                self._dirty.update(self._asked)
                self._discover = self._discover or self._asked_discovery
                self._asked, self._asked_discovery = {}, False
                batch = await asyncio.to_thread(self._work)
                if batch:
                    yield batch
                self.caught_up = not (self._dirty or self._discover or self._asked_discovery or self._asked)
                if not self._dirty and not self._discover:
                    await self._wake.wait()
        finally:
            for task in (*watchers, beat):
                task.cancel()
            await asyncio.gather(*watchers, beat, return_exceptions=True)

    async def _listen(self, root: str, recursive: bool) -> None:
        with suppress(OSError, RuntimeError):
            async for changes in awatch(
                root, recursive=recursive, watch_filter=None, debounce=DEBOUNCE_MS, step=STEP_MS, stop_event=self._closed
            ):
                for _, changed in changes:
                    path = os.path.abspath(changed)
                    if path in self.workspace.files:
                        self._asked[path] = None
                    else:
                        self._asked_discovery = True
                self._wake.set()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            self.refresh()

    def _work(self) -> list[Update]:
        """Read dirty files for a slice of time (in a thread)."""
        until = time.monotonic() + SLICE
        gone: list[Update] = []
        if self._discover:
            self._discover = False
            before = set(self.workspace.files)
            self._dirty.update(dict.fromkeys(file.path for file in self.workspace.discover()))
            gone = [Update(path, ()) for path in before - set(self.workspace.files)]
        changed: list[LogFile] = []
        while self._dirty:
            path = next(iter(self._dirty))
            del self._dirty[path]
            file = self.workspace.files.get(path)
            if file is None:
                continue
            news, more = file.look(self._clock())
            if more:
                self._dirty[path] = None  # at the end of the line: no file starves another
            if news or self._newly_settled(file):
                changed.append(file)
            if time.monotonic() > until:
                break
        now = self._clock()
        return gone + [Update(file.path, tuple(file.runs(now)), file.pointer) for file in dict.fromkeys(changed)]

    def _newly_settled(self, file: LogFile) -> bool:
        if not file.torn or file.modified is None:
            return False
        return SETTLED_AFTER < self._clock() - file.modified < SETTLED_AFTER + 2 * HEARTBEAT


def _roots(paths: Sequence[str]) -> list[tuple[str, bool]]:
    """What to listen to: each directory with all below it, and for a file the directory that holds it."""
    roots: dict[str, bool] = {}
    for path in paths:
        if os.path.isdir(path):
            roots[path] = True
        else:
            roots.setdefault(os.path.dirname(path) or ".", False)
    return list(roots.items())
