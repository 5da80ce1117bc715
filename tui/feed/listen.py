"""Hearing of writes at once, where the kernel tells of them: inotify on directories, through watchfiles."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping

from watchfiles import Change, awatch

DEBOUNCE_MS = 20
STEP_MS = 20
"""How long changes are gathered, and how often it is asked for them: 50 times a second costs 0.2 % of a core."""
DIRECTORIES_MOST = 8192
"""Directories listened to; a user's processes share a limited number of watches, which other programs need as well."""

_TRIES = 3

Heard = Callable[[set[tuple[Change, str]]], None]


class Listener:
    """Listens to directories, each without those below it, and hands on what it hears. `trouble` says why it does not."""

    def __init__(self, heard: Heard) -> None:
        self.trouble = ""
        self._heard = heard
        self._given: Mapping[str, object] | None = None
        self._watched: Mapping[str, object] = {}
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def listen(self, directories: Mapping[str, object]) -> bool:
        """Listen to these from now on; whether that works. Each comes with what it is known by (device and inode), since a
        directory made anew under an old name must be listened to anew. Nothing is missed between the old and the new."""
        if directories is self._given or (directories == self._watched and not self.failed):
            self._given = directories
            return not self.failed
        self._given = directories
        before, stop = self._task, self._stop
        self._watched, self._task, self.trouble = dict(directories), None, ""
        if len(directories) > DIRECTORIES_MOST:
            self.trouble = f"more than {DIRECTORIES_MOST:,} directories"
        elif directories:
            self._stop = asyncio.Event()
            self._task = asyncio.create_task(self._run(tuple(directories), self._stop))
            await asyncio.sleep(0)  # its first step sets up the watches, or ends it
        if before is not None:
            stop.set()
            await asyncio.gather(before, return_exceptions=True)
        return not (self.trouble or self.failed)

    @property
    def failed(self) -> bool:
        """Whether it ended by itself."""
        return bool(self._watched) and (self._task is None or self._task.done())

    async def close(self) -> None:
        """Listen to nothing."""
        await self.listen({})

    async def _run(self, directories: tuple[str, ...], stop: asyncio.Event) -> None:
        for _ in range(_TRIES):
            self.trouble = ""
            try:
                async for changes in awatch(
                    *filter(os.path.isdir, directories), recursive=False, watch_filter=None, debounce=DEBOUNCE_MS, step=STEP_MS,
                    stop_event=stop, ignore_permission_denied=True,
                ):  # fmt: skip
                    self._heard(changes)
                return
            except FileNotFoundError as error:  # gone between two glances; it is searched for anew when its parent says so
                self.trouble = _words(error)
            except (OSError, RuntimeError) as error:
                self.trouble = _words(error)
                return


def _words(error: Exception) -> str:
    text = str(error)
    if "limit" in text.lower() or "too many open files" in text.lower() or "no space left" in text.lower():
        return "inotify's limit is reached (fs.inotify.max_user_watches, max_user_instances)"
    return f"inotify failed: {text}"
