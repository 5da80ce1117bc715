"""Reading a file that grows: place kept, truncation, replacement and rotation noticed, each read bounded. Never writes."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import Literal

from parsers.frozen import frozen
from parsers.rotation import Bookmark, PartReader, identity_of, is_elsewhere, is_packed, parts_beside, where_now

READ_MOST = 256 << 10
"""Bytes of one file read in one go, so that a huge log starves neither another nor the screen. Metric lines of known
shapes are read at about 10 MB/s; where each line has to be looked at by itself, as of ranks that take turns, it takes 0.3 s."""
_HOPS_MOST = 1000  # rotated parts passed in one look: more than any log has

Change = Literal["grown", "same", "restarted", "rotated", "gone", "denied"]


@frozen
class News:
    """What a look at a file found.

    After `restarted` the data is the beginning of another file under the same name. After `rotated` it is the beginning
    of the file that goes on where the one before was moved away; `joined` if a line may go across the two. `past` counts
    the parts read before this one. `size` is the length of the log, `left` its bytes not read yet; rotated parts do not count.
    """

    change: Change
    data: bytes = b""
    more: bool = False
    modified: float | None = None
    why: str = ""
    joined: bool = False
    size: int = 0
    left: int = 0
    past: int = 0


class Follower:
    """Keeps the place in one log; `look` reads what came since. It begins with `part`, an older part, where one is given."""

    def __init__(self, path: str, part: str | None = None) -> None:
        self.path = path
        self._here = Bookmark(part or path)
        self._past: list[Bookmark] = []
        self._parts = PartReader()
        self._modified: float | None = None
        self._turned = self._joined = False

    @property
    def offset(self) -> int:
        """How far the file read now was read: the log, or one of its rotated parts."""
        return self._here.offset

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the file read last."""
        return self._here.identity

    @property
    def parts(self) -> tuple[str, ...]:
        """Where the rotated parts are now that were read before the log, in order."""
        reading = () if self._here.path == self.path else (self._here.path,)
        return tuple(mark.path for mark in self._past) + reading

    def look(self, most: int = READ_MOST) -> News:
        """Read on, at most so many bytes."""
        for _ in range(_HOPS_MOST):
            news = self._look_at_log(most) if self._here.path == self.path else self._look_at_part(most)
            if news is not None:
                return news
        return News("same", modified=self._modified)

    def start_near_end(self, most: int) -> bool:
        """Begin at most so many bytes before the end instead of at the beginning; whether that could be done."""
        try:
            with open(self.path, "rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                self._here = Bookmark(self.path).moved(file.fileno(), max(0, size - most))
        except OSError:
            return False
        return True

    def is_now(self, path: str) -> bool:
        """Whether a file beside the log is a part that something of what was read is in."""
        return path in self.parts or any(where_now(mark, self.path) == path for mark in (self._here, *self._past))

    def is_gone(self) -> bool:
        """Whether neither the log nor the part that was read of it is there."""
        return identity_of(self.path) is None and where_now(self._here, self.path, self._modified) is None

    def move(self, path: str) -> None:
        """The log has another name now; what it holds is looked at as ever."""
        if self._here.path == self.path:
            self._here = replace(self._here, path=path)
        self.path = path

    def _look_at_log(self, most: int) -> News | None:
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe of that name must not block
        except (FileNotFoundError, NotADirectoryError):
            return None if self._moved() else News("gone")
        except OSError as error:
            return News("denied", why=error.strerror or str(error))
        try:
            return self._read(file, most)
        except OSError as error:
            return News("denied", why=error.strerror or str(error))
        finally:
            os.close(file)

    def _read(self, file: int, most: int) -> News | None:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return News("denied", why="not an ordinary file")
        restarted = False
        holds = self._here.holds(file)
        grown = status.st_size > self._here.offset
        if not holds or (grown and is_elsewhere(self._here, file, self.path, self._modified, self._past)):
            if self._moved():
                return None
            if not holds:
                restarted = self._here.offset > 0
                self._here, self._past, self._turned = Bookmark(self.path), [], False
        offset = self._here.offset
        data = os.pread(file, min(most, max(0, status.st_size - offset)), offset)  # no room is made for more than there is
        if (restarted or self._turned) and data.startswith(b"\0"):  # truncated under a writer that goes on at its old place
            offset = _first_data(file)
            raw = os.pread(file, most, offset)
            data = raw.lstrip(b"\0")
            offset += len(raw) - len(data)
        more = offset + len(data) < status.st_size
        if not more:
            data = data.rstrip(b"\0")  # over NFS: what another host wrote and has not sent yet
        self._here = self._here.moved(file, offset + len(data))
        self._modified = status.st_mtime
        change: Change = "restarted" if restarted else "rotated" if self._turned else "grown" if data else "same"
        self._turned = False
        left = max(0, status.st_size - self._here.offset)
        return News(change, data, more and bool(data), status.st_mtime, "", self._joined, status.st_size, left, len(self._past))

    def _moved(self) -> bool:
        """Whether what was read is in a rotated part now; that part is read to its end first."""
        found = where_now(self._here, self.path, self._modified)
        if found is None:
            return False
        self._joined = not is_packed(found) and identity_of(found) != self._here.identity  # copied, and cut off anywhere
        self._here = replace(self._here, path=found)
        self._find_past()
        return True

    def _look_at_part(self, most: int) -> News | None:
        step = self._parts.read(self._here, most)
        lost = step is None
        if step is None:
            found = where_now(self._here, self.path)
            if found is not None and found != self._here.path:
                self._here = replace(self._here, path=found)
                return None
            step = b"", False, self._here  # what of it was not read is nowhere
        data, more, self._here = step
        size, modified = _size_and_time(self.path)
        if not (data or more):
            later = self._later(size, lost)
            if later is not None:
                self._parts.close()
                self._past.append(self._here)
                self._find_past()
                self._here, self._turned = Bookmark(later), True
                return None
        if modified is not None:
            self._modified = modified
        change: Change = "same" if not data else "rotated" if self._turned else "grown"
        self._turned = self._turned and not data
        return News(change, data, more, self._modified, "", self._joined, size, size, len(self._past))

    def _later(self, size: int, lost: bool) -> str | None:
        """What comes after the part read now: the next one, or the log; None while there is nothing yet, since a program
        keeps its open file through a rename. After a lost part: what was written after the last that was read."""
        parts = parts_beside(self.path)
        if lost:
            parts = [part for part in parts if part != self._here.path or not is_packed(part)]
            parts = [part for part in parts if (_size_and_time(part)[1] or 0.0) > (self._modified or 0.0)]
        elif self._here.path in parts:
            parts = parts[parts.index(self._here.path) + 1 :]
        return parts[0] if parts else self.path if size else None

    def _find_past(self) -> None:
        """Rotation renames older parts as well."""
        self._past = [replace(mark, path=where_now(mark, self.path) or mark.path) for mark in self._past]


def _size_and_time(path: str) -> tuple[int, float | None]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, None
    return status.st_size, status.st_mtime


def _first_data(file: int) -> int:
    try:
        return os.lseek(file, 0, os.SEEK_DATA)
    except OSError:
        return 0
