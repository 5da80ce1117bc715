"""Where the bytes that were read are after a rotation: `log.1`, `log-20240407`, `log.1.gz`. Never writes."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.frozen import frozen
from parsers.patterns import late

if TYPE_CHECKING:
    import gzip

MARK_BYTES = 512
"""Bytes at a file's beginning, and before the place read up to, by which the file is known again."""
SKIP_MOST = 32 << 20
"""Bytes of a compressed part that are unpacked and passed over in one go."""

_SUFFIX = late(
    r"(?:\.(?P<number>\d{1,3})|[-.](?P<date>\d{4}-?\d\d-?\d\d(?:[-_.T]?\d\d){0,3}))(?P<packed>\.gz)?$"
)

Identity = tuple[int, int]


@frozen
class Bookmark:
    """A place in a file: how far it was read, device and inode, its first bytes and the last ones that were read."""

    path: str
    offset: int = 0
    identity: Identity | None = None
    head: bytes = b""
    last: bytes = b""

    def holds(self, file: int) -> bool:
        """Whether the open file is still the one that was read up to here: by what stands in it, or by its inode where
        nothing was read yet."""
        status = os.fstat(file)
        if not self.offset:
            return self.identity in (None, _identity(status))
        if status.st_size < self.offset or os.pread(file, len(self.head), 0) != self.head:
            return False
        return os.pread(file, len(self.last), self.offset - len(self.last)) == self.last

    def moved(self, file: int, offset: int) -> Bookmark:
        """The bookmark at another place of the open file."""
        status = os.fstat(file)
        head, last = self.head, self.last
        if len(head) < MARK_BYTES:
            head = os.pread(file, min(MARK_BYTES, offset), 0)
        if offset != self.offset or not last:
            begin = max(0, offset - MARK_BYTES)
            last = os.pread(file, offset - begin, begin)
        return Bookmark(self.path, offset, _identity(status), head, last)


def base_of(path: str) -> str | None:
    """The log that a rotated part belongs to by its name; None for any other name.

    >>> base_of("run/train.log.1"), base_of("train.log-20240407.gz"), base_of("job.o30451"), base_of("model-2024")
    ('run/train.log', 'train.log', None, None)
    """
    directory, name = os.path.split(path)
    found = _SUFFIX.search(name)
    return os.path.join(directory, name[: found.start()]) if found and found.start() else None


def is_packed(path: str) -> bool:
    """Whether a rotated part is compressed."""
    return path.endswith(".gz")


def in_order(parts: Iterable[str]) -> list[str]:
    """Rotated parts of one log, oldest first: by their dates, then by falling numbers.

    >>> in_order(["a.1", "a.10", "a.2.gz", "a-20240407"])
    ['a-20240407', 'a.10', 'a.2.gz', 'a.1']
    """

    def age(path: str) -> tuple[int, str]:
        found = _SUFFIX.search(path)
        if found is None or found["number"] is None:
            return -1000, found["date"] if found else ""
        return -int(found["number"]), ""

    return sorted(parts, key=age)


def parts_beside(path: str) -> list[str]:
    """The rotated parts in a log's directory, oldest first; one listing."""
    directory = os.path.dirname(path)
    try:
        names = os.listdir(directory or ".")
    except OSError:
        return []
    stem = os.path.basename(path)
    return in_order(os.path.join(directory, name) for name in names if name.startswith(stem) and base_of(name) == stem)


def where_now(mark: Bookmark, log: str, modified: float | None = None) -> str | None:
    """The rotated part of a log that holds what was read up to the mark: the file moved there, was copied there before it
    was truncated, or was packed. `modified` is when it was last seen to be written. None where there is no such part."""
    parts = parts_beside(log)[::-1]
    plain = [part for part in parts if not is_packed(part) and _holds(mark, part)]
    packed = [part for part in parts if is_packed(part) and _holds_packed(mark, part, modified)]
    for part in packed if is_packed(mark.path) else plain:  # an inode alone is no proof: it may be another file's by now
        if mark.identity is not None and identity_of(part) == mark.identity:
            return part
    return next(iter(plain + packed), None) if mark.offset else None


def is_elsewhere(mark: Bookmark, file: int, log: str, modified: float | None = None, past: Iterable[Bookmark] = ()) -> bool:
    """Whether a rotated part holds what was read up to the mark although the open file, which has the mark's name, begins with
    the same bytes: few bytes may be the same by chance (`line 10`, of `line 100` and of `line 101`).

    Such a part has the inode that was read, and the file has another one; or, of a mark with few bytes, it was written to after
    `modified`, when the log was last seen, goes on in other words than the file, and is none of the parts read before, `past`."""
    if not mark.offset or mark.identity is None:
        return False
    replaced, few = _identity(os.fstat(file)) != mark.identity, mark.offset < MARK_BYTES
    if not (replaced or few):
        return False
    parts = [part for part in parts_beside(log) if part != mark.path]
    if replaced and any(identity_of(part) == mark.identity and _holds(mark, part) for part in parts):
        return True
    if not few or modified is None:
        return False
    later = [part for part in parts if _goes_on_otherwise(mark, file, part, modified)]
    return any(not any(_is_of(read, part) for read in past) for part in later)


def _is_of(mark: Bookmark, part: str) -> bool:
    return _holds_packed(mark, part, None) if is_packed(part) else _holds(mark, part)


def _goes_on_otherwise(mark: Bookmark, file: int, part: str, modified: float) -> bool:
    import gzip  # few logs are compressed

    size = mark.offset + MARK_BYTES
    try:
        if os.stat(part).st_mtime < modified - 1:
            return False
        with gzip.open(part) if is_packed(part) else open(part, "rb") as opened:
            theirs, ours = opened.read(size), os.pread(file, size, 0)
    except (OSError, EOFError, zlib.error):
        return False
    common = min(len(theirs), len(ours))
    return theirs.startswith(mark.head) and mark.offset < common and theirs[:common] != ours[:common]


def identity_of(path: str) -> Identity | None:
    """Device and inode; None for what is not there."""
    try:
        return _identity(os.stat(path))
    except OSError:
        return None


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino


def _holds(mark: Bookmark, part: str) -> bool:
    try:
        file = os.open(part, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return mark.holds(file)
    except OSError:
        return False
    finally:
        os.close(file)


def _holds_packed(mark: Bookmark, part: str, modified: float | None) -> bool:
    """By its first bytes, its length and its time, which gzip keeps; the bytes before the mark would cost unpacking."""
    import gzip  # few logs are compressed

    try:
        if modified is not None and os.stat(part).st_mtime < modified - 1:
            return False
        with gzip.open(part) as file:
            return file.read(len(mark.head)) == mark.head and _length(part) >= mark.offset % (1 << 32)
    except (OSError, EOFError, zlib.error):
        return False


def _length(part: str) -> int:
    """The length of a compressed part's content, less any whole 4 GB; raises OSError."""
    with open(part, "rb") as file:
        file.seek(-4, os.SEEK_END)
        return int.from_bytes(file.read(4), "little")


class PartReader:
    """Reads a rotated part from a mark on, in bounded steps; keeps a compressed one open while it does."""

    def __init__(self) -> None:
        self._packed: gzip.GzipFile | None = None
        self._path = ""

    def read(self, mark: Bookmark, most: int) -> tuple[bytes, bool, Bookmark] | None:
        """What follows, whether there may be more, and the place after it; None when the part is not at that path (any
        more), or broken. Nothing and perhaps more: what was read before is passed over."""
        try:
            return self._unpack(mark, most) if is_packed(mark.path) else self._plain(mark, most)
        except (OSError, EOFError, zlib.error):
            self.close()
            return None

    def close(self) -> None:
        """Let go of a compressed part."""
        if self._packed is not None:
            self._packed.close()
            self._packed = None

    def _plain(self, mark: Bookmark, most: int) -> tuple[bytes, bool, Bookmark] | None:
        file = os.open(mark.path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            if not mark.holds(file) or is_elsewhere(mark, file, base_of(mark.path) or mark.path):
                return None
            data = os.pread(file, most, mark.offset)
            return data, bool(data), mark.moved(file, mark.offset + len(data))
        finally:
            os.close(file)

    def _unpack(self, mark: Bookmark, most: int) -> tuple[bytes, bool, Bookmark] | None:
        import gzip

        identity = identity_of(mark.path)
        if self._packed is None or self._path != mark.path:
            self.close()
            if not _holds_packed(mark, mark.path, None):
                return None
            if mark.offset and _length(mark.path) == mark.offset % (1 << 32):
                return b"", False, replace(mark, identity=identity)
            self._packed, self._path = gzip.GzipFile(mark.path), mark.path
        elif identity != _identity(os.fstat(self._packed.fileno())):
            self.close()
            return None  # moved on
        at = self._packed.tell()
        if at > mark.offset:
            self._packed.seek(0)
            at = 0
        if at < mark.offset:
            passed = self._packed.read(min(mark.offset - at, SKIP_MOST))
            return b"", bool(passed), replace(mark, identity=identity)
        data = self._packed.read(most)
        head = mark.head if len(mark.head) == MARK_BYTES else (mark.head + data)[:MARK_BYTES]
        return data, bool(data), Bookmark(mark.path, mark.offset + len(data), identity, head, (mark.last + data)[-MARK_BYTES:])
