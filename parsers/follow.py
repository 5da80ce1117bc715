"""Reading a file that grows: place kept, truncation, replacement and rotation noticed, each read bounded. Never writes."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from parsers.rotation import MARK_BYTES, Bookmark, PartReader, identity_of, newer_parts, where_now

READ_MOST = 256 << 10
"""Bytes of one file read in one go, so that a huge log starves neither another nor the screen. Dense metric lines are
read at about 3 MB/s, sparse ones at 100: this is 80 ms at worst."""
Change = Literal["grown", "same", "restarted", "rotated", "gone", "denied"]


@dataclass(frozen=True, slots=True)
class News:
    """What a look at a file found.

    After `restarted` the data is the beginning of another file under the same name. After `rotated` it is the beginning
    of the file that goes on where the one before was moved away; `joined` if a line may go across the two. `size` is the
    file's length, `left` the bytes not read yet, those of rotated parts not counted.
    """

    change: Change
    data: bytes = b""
    more: bool = False
    modified: float | None = None
    why: str = ""
    joined: bool = False
    size: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Status:
    size: int = 0
    modified: float | None = None


class Follower:
    """Keeps the place in one log; `look` reads what came since. `older` are rotated parts to read before it, in order."""

    def __init__(self, path: str, older: Sequence[str] = ()) -> None:
        self.path = path
        self._mark = Bookmark(path)
        self._begun = False
        self._modified: float | None = None
        self._parts = [PartReader(part, Bookmark(path)) for part in older]
        self._unread = len(older)  # how many of the parts, from the end, are not read to their ends
        self._turns = bool(older)  # whether the next data of the log itself comes after a part
        self._joined = False

    @property
    def offset(self) -> int:
        """How far the log itself was read."""
        return self._mark.offset

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the file read last."""
        return self._mark.identity

    @property
    def parts(self) -> tuple[str, ...]:
        """Where the rotated parts are now that were read before the log, in order."""
        return tuple(part.path for part in self._parts)

    def look(self, most: int = READ_MOST) -> News:
        """Read on, at most so many bytes."""
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe of that name must not block
        except (FileNotFoundError, NotADirectoryError):
            return self._look_without_file(most)
        except OSError as error:
            return News("denied", why=error.strerror or str(error))
        try:
            return self._look_into(file, most)
        except OSError as error:
            return News("denied", why=error.strerror or str(error))
        finally:
            os.close(file)

    def start_near_end(self, most: int) -> bool:
        """Begin at most so many bytes before the end instead of at the beginning; whether that could be done."""
        try:
            with open(self.path, "rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                self._move(file.fileno(), status, max(0, status.st_size - most))
        except OSError:
            return False
        return True

    def _look_without_file(self, most: int) -> News:
        """Moved away, its successor not there yet: its end is still to be read, and may still be written to."""
        if self._begun and not self._turns and not self._rotate():
            return News("gone")
        news = self._look_at_parts(most, _Status())
        if news is not None:
            return news
        return News("gone") if not self._turns else News("same", modified=self._modified)

    def _look_into(self, file: int, most: int) -> News:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return News("denied", why="not an ordinary file")
        begins = ""
        if self._begun and not self._mark.holds(file, status.st_size) and not self._rotate():
            begins = "restarted"
            self._forget()
        elif self._turns:
            news = self._look_at_parts(most, _Status(status.st_size, status.st_mtime))
            if news is not None:
                return news
            begins, self._turns = "rotated", False
        data = self._read(file, most, status, fresh=bool(begins))
        self._modified = status.st_mtime
        left = max(0, status.st_size - self._mark.offset)
        change: Change = "restarted" if begins == "restarted" else "rotated" if begins else "grown" if data else "same"
        return News(change, data, bool(data) and left > 0, status.st_mtime, "", self._joined, status.st_size, left)

    def _read(self, file: int, most: int, status: os.stat_result, *, fresh: bool) -> bytes:
        offset = self._mark.offset
        data = os.pread(file, most, offset)
        if fresh and data.startswith(b"\0"):  # truncated under a writer that goes on at its old place
            offset = max(offset, _first_data(file))
            raw = os.pread(file, most, offset)
            data = raw.lstrip(b"\0")
            offset += len(raw) - len(data)
        if data.endswith(b"\0") and offset + len(data) >= status.st_size:
            data = data.rstrip(b"\0")  # over NFS: what another host wrote and has not sent yet
        self._move(file, status, offset + len(data))
        return data

    def _move(self, file: int, status: os.stat_result, offset: int) -> None:
        """Set the mark, and what the file is known by."""
        begin = max(0, offset - MARK_BYTES)
        head = self._mark.head if len(self._mark.head) == MARK_BYTES else os.pread(file, min(MARK_BYTES, offset), 0)
        last = self._mark.last if offset == self._mark.offset else os.pread(file, offset - begin, begin)
        self._mark = Bookmark(self.path, offset, (status.st_dev, status.st_ino), head, last)
        self._begun = True

    def _forget(self) -> None:
        for part in self._parts:
            part.close()
        self._mark = Bookmark(self.path)
        self._parts, self._unread, self._turns = [], 0, False

    def _rotate(self) -> bool:
        """Whether what was read is in a rotated part now; then that part is finished first."""
        found = where_now(self._mark, self._modified)
        if found is None:
            return False
        for part in self._parts:
            part.moved()
        moved = identity_of(found) == self._mark.identity
        mark = self._mark if moved else replace(self._mark, identity=None)
        self._parts.append(PartReader(found, mark))
        self._unread += 1
        self._turns, self._joined = True, not moved
        self._mark = Bookmark(self.path)
        return True

    def _look_at_parts(self, most: int, status: _Status) -> News | None:
        """The next bytes of parts not finished; None when they all are and the log itself is to be read."""
        while self._unread:
            part = self._parts[-self._unread]
            try:
                data, more = part.read(most)
            except (OSError, EOFError, zlib.error):
                if part.moved():
                    continue
                data, more = b"", False
            last = self._unread == 1
            if data or more or (last and not status.size):
                modified = status.modified if status.modified is not None else self._modified
                return News("grown" if data else "same", data, more or bool(data), modified, size=status.size, left=status.size)
            part.close()
            self._unread -= 1
            if last:  # rotated again meanwhile: those parts were never read under the log's own name
                later = newer_parts(self.path, part.path)
                self._parts += [PartReader(path, Bookmark(self.path)) for path in later]
                self._unread += len(later)
        return None


def _first_data(file: int) -> int:
    try:
        return os.lseek(file, 0, os.SEEK_DATA)
    except OSError:
        return 0
