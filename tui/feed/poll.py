"""Seeing by sizes and times what changed, where nothing tells of writes: who is asked how often."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

FRESH = 60.0
"""Seconds since the last write within which a log is asked about as often as a live run's."""
SLOWER = 1.5
"""By how much each look that finds nothing puts off the next."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks: `fastest` at live logs where nothing tells of writes, and there at directories while
    anything is live; `slowest` at everything, also where inotify tells, since that may miss something."""

    fastest: float = 2.0
    slowest: float = 30.0


Sign = tuple[int, ...]


class Poller:
    """Keeps what files and directories were like at the last look."""

    def __init__(self) -> None:
        self._signs: dict[str, Sign] = {}

    def changed(self, paths: Iterable[str]) -> list[str]:
        """Those that are not as they were; what was never asked about counts as changed."""
        found = []
        for path in paths:
            sign = sign_of(path)
            if self._signs.get(path) != sign:
                self._signs[path] = sign
                found.append(path)
        return found

    def note(self, path: str) -> Sign:
        """Take a path as it is now, and say how it is."""
        sign = self._signs[path] = sign_of(path)
        return sign

    def doubt(self, path: str) -> None:
        """Let a path count as changed at the next look."""
        self._signs.pop(path, None)

    def __len__(self) -> int:
        return len(self._signs)

    def keep(self, paths: Iterable[str]) -> None:
        """Forget all but these."""
        self._signs = {path: self._signs[path] for path in paths if path in self._signs}


def sign_of(path: str) -> Sign:
    """Device, inode, time of the last change in nanoseconds, size; for what cannot be asked about, the error's number."""
    try:
        status = os.stat(path)
    except OSError as error:
        return (error.errno or -1,)
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size
