"""Reading a file that grows: offset kept, truncation and replacement noticed, each read bounded. Never writes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

READ_MOST = 4 << 20
"""Bytes of one file read in one go, so that a huge log starves neither another nor the screen."""
HEAD_BYTES = 64
"""First bytes of a file by which a rewritten one is told from a grown one."""

Change = Literal["grown", "same", "restarted", "gone", "denied"]


@dataclass(frozen=True, slots=True)
class News:
    """What a look at a file found. After `restarted` the data is the beginning of a new file under the same name."""

    change: Change
    data: bytes = b""
    more: bool = False
    modified: float | None = None
    why: str = ""


class Follower:
    """Keeps the place in one file; `look` reads what came since, at most `READ_MOST` bytes."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.offset = 0
        self._identity: tuple[int, int] | None = None
        self._head = b""

    def look(self, most: int = READ_MOST) -> News:
        """Read on. A shrunk, replaced or rewritten file is read from its beginning."""
        try:
            with open(self.path, "rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                head = file.read(HEAD_BYTES)
                identity = (status.st_dev, status.st_ino)
                fresh = self._identity is not None and (
                    identity != self._identity or status.st_size < self.offset or not head.startswith(self._head)
                )
                if fresh:
                    self.offset = 0
                self._identity, self._head = identity, head
                file.seek(self.offset)
                data = file.read(most)
        except FileNotFoundError:
            return News("gone")
        except OSError as error:
            return News("denied", why=error.strerror or str(error))
        self.offset += len(data)
        change: Change = "restarted" if fresh else "grown" if data else "same"
        return News(change, data, self.offset < status.st_size, status.st_mtime)
