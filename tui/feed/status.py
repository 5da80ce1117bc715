"""How the feed watches, as the status line and `bedwatch doctor` say it: methods and why, the last look, its own cost."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

from tui.feed.filesystems import Method

WINDOW = 60.0
"""Seconds over which the own share of a core is taken."""
SAMPLE = 1.0


@dataclass(frozen=True, slots=True)
class Watched:
    """A file system's directories and how they are watched."""

    method: Method
    why: str
    kind: str
    point: str
    directories: int


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """`looked_at` is when files were last asked about or heard of, in seconds since 1970; `every` the seconds between two
    looks as things are; `cpu` this process's share of a core over the last minute, 0 to 1; `unread` the bytes of history
    still to be read; `refused` the directories that could not be looked into; `first` says that what was there at the start
    has not all been read yet; `missing` are the given paths that are not there."""

    watched: tuple[Watched, ...] = ()
    looked_at: float | None = None
    every: float | None = None
    cpu: float | None = None
    unread: int = 0
    refused: tuple[str, ...] = ()
    first: bool = False
    missing: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """In a word or two: `inotify`, `polling every 2 s`, or both."""
        methods = {watched.method for watched in self.watched}
        polling = f"polling every {self.every:.0f} s" if self.every is not None else "polling"
        words = [word for word, method in (("inotify", "inotify"), (polling, "poll")) if method in methods]
        return " and ".join(words)


class Meter:
    """This process's share of a core."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque()

    def sample(self) -> float | None:
        """The share over the last `WINDOW` seconds, or since the first sample; None before there are two."""
        now, spent = time.monotonic(), time.process_time()
        if not self._samples or now - self._samples[-1][0] >= SAMPLE:
            self._samples.append((now, spent))
        while len(self._samples) > 2 and now - self._samples[1][0] >= WINDOW:
            self._samples.popleft()
        began, before = self._samples[0]
        return (spent - before) / (now - began) if now - began >= SAMPLE else None
