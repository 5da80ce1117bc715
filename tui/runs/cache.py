"""What was read of logs, kept between two starts in the user's cache directory. Whatever is wrong with it, it is made anew."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from parsers.frozen import frozen
from tui.runs.link import PointerFile
from tui.runs.run import Run
from tui.runs.storage import Damaged, restored, stored

BYTES_MOST = 256 << 20
"""Of one cache file."""
KEPT_DAYS = 60
"""Days after which a cache file that nobody used is removed."""
HEAD_BYTES = 4096
"""A log's first bytes, by which it is known beside its inode, size and time."""
_FORM = 2
_ENDING = ".runs"
_LINE_MOST = 1 << 16


@frozen
class Key:
    """What tells a log as it was from any other: device, inode, size, time of the last change, digest of its first bytes."""

    device: int
    inode: int
    size: int
    changed: int
    head: str

    def fits(self, status: os.stat_result) -> bool:
        """Whether a file of that status may be it."""
        return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns) == (
            self.device, self.inode, self.size, self.changed,
        )  # fmt: skip


@frozen
class Kept:
    """What a log of that name held when it was read to its end. The runs have no series where none were asked for."""

    key: Key
    name: str
    runs: tuple[Run, ...]
    pointer: PointerFile | None


@frozen
class _Entry:
    key: Key
    name: str
    at: int
    runs: tuple[int, int]  # length and checksum
    series: tuple[int, int]  # the same of what follows the runs; of length 0 where they were not asked for


def key_of(path: str) -> Key | None:
    """A log's key as it is now; None where it cannot be read."""
    try:
        with open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return None
            head = hashlib.blake2b(file.read(HEAD_BYTES), digest_size=16).hexdigest()
    except OSError:
        return None
    return Key(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, head)


@lru_cache(maxsize=1)
def readers_digest() -> str:
    """Of all that reads logs and makes runs of them: what another version read is not believed."""
    digest = hashlib.blake2b(digest_size=16)
    here = Path(__file__).resolve().parent
    for source in sorted((*here.glob("**/*.py"), *(here.parents[1] / "parsers").glob("**/*.py"))):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


class Cache:
    """What is kept of the logs under some paths, in a file of its own in `directory`. Without `series` the runs come without
    theirs, which takes a fifth of the time, and runs are kept without."""

    def __init__(self, directory: str, paths: Sequence[str], *, series: bool = True) -> None:
        self.directory = directory
        self._series = series
        self._roots = [os.path.realpath(path) for path in paths]
        name = hashlib.blake2b("\0".join(self._roots).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        self.path = os.path.join(directory, name + _ENDING)
        self._file: BinaryIO | None = None
        self._entries: dict[str, _Entry] = {}
        self._open()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, path: str, name: str) -> Kept | None:
        """What is kept of the log at `path`, if it is as it was."""
        entry = self._entries.get(path)
        if entry is None or entry.name != name or entry.key != key_of(path) or (self._series and not entry.series[0]):
            return None
        try:
            runs, pointer = restored(self._packed(entry, series=False))
            every = restored(self._packed(entry, series=True)) if self._series else ({},) * len(runs)
            whole = isinstance(runs, tuple) and all(isinstance(run, Run) for run in runs)
            if not whole or not isinstance(pointer, PointerFile | None):
                return None
            runs = tuple(replace(run, series=series) for run, series in zip(runs, every, strict=True)) if self._series else runs
        except (Damaged, ValueError, TypeError):
            return None
        return Kept(entry.key, name, runs, pointer)

    def keep(self, logs: Iterable[tuple[str, Kept | None]], now: float) -> Iterator[None]:
        """Write the cache anew, a step for each log: the log's path with what to keep of it, or None for what is kept
        already. Replaces the old one after the last step, and removes those that nobody used for long as of `now`; not at
        all where that may not be done. Stop early, and the old one stays."""
        if self._is_watched() or not self._is_ours(make=True):
            return
        aside = f"{self.path}.{os.getpid()}"
        try:
            with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
                file.write(_header())
                for path, kept in logs:
                    if file.tell() < BYTES_MOST:
                        file.write(self._entry(path, kept))
                    yield
            os.replace(aside, self.path)
        except OSError:
            return  # no room, or no permission: the next start reads the logs
        finally:
            with suppress(OSError):
                os.unlink(aside)
        self._open()
        self._tidy(now)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file, self._entries = None, {}

    def _entry(self, path: str, kept: Kept | None) -> bytes:
        try:
            if kept is not None:
                key, name = kept.key, kept.name
                packed = stored((tuple(replace(run, series={}) for run in kept.runs), kept.pointer))
                series = stored(tuple(run.series for run in kept.runs)) if self._series else b""
            elif (old := self._entries.get(path)) is not None:
                key, name = old.key, old.name
                packed, series = self._packed(old, series=False), self._packed(old, series=True)
            else:
                return b""
        except (Damaged, TypeError):
            return b""
        parts = [(len(part), zlib.crc32(part)) for part in (packed, series)]
        return json.dumps([path, name, astuple(key), *parts]).encode() + b"\n" + packed + series

    def _packed(self, entry: _Entry, *, series: bool) -> bytes:
        """The runs of an entry as they are stored, or their series. Raises Damaged."""
        (length, check), at = (entry.series, entry.at + entry.runs[0]) if series else (entry.runs, entry.at)
        try:
            data = os.pread(self._file.fileno(), length, at) if self._file is not None else b""
        except (OSError, ValueError):  # closed meanwhile
            data = b""
        if len(data) != length or zlib.crc32(data) != check:
            raise Damaged(f"{entry.name} of the cache")
        return data

    def _open(self) -> None:
        self.close()
        if not self._is_ours(make=False):
            return
        with suppress(OSError):
            self._file = open(self.path, "rb")  # noqa: SIM115
            os.utime(self.path)
            with suppress(ValueError, TypeError, KeyError, RecursionError):
                self._read(self._file)

    def _read(self, file: BinaryIO) -> None:
        """Take in where the entries are; of a damaged file, those before the damage."""
        if file.readline(_LINE_MOST) != _header():
            return
        while line := file.readline(_LINE_MOST):
            path, name, key, (length, check), (further, second_check) = json.loads(line)
            if not (0 <= length <= BYTES_MOST and 0 <= further <= BYTES_MOST):
                return
            self._entries[str(path)] = _Entry(Key(*key), str(name), file.tell(), (length, check), (further, second_check))
            file.seek(length + further, os.SEEK_CUR)

    def _is_ours(self, *, make: bool) -> bool:
        """Whether the directory is the user's own and closed to others."""
        try:
            if make:
                os.makedirs(self.directory, mode=0o700, exist_ok=True)
            status = os.stat(self.directory)
        except OSError:
            return False
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077

    def _is_watched(self) -> bool:
        """Whether the directory is one that is looked into: nothing is ever written there."""
        here = os.path.realpath(self.directory)
        inside = [os.path.relpath(here, root).split(os.sep) for root in self._roots]
        return any(parts[0] != os.pardir and not any(part.startswith(".") and part != "." for part in parts) for parts in inside)

    def _tidy(self, now: float) -> None:
        for path in Path(self.directory).glob(f"*{_ENDING}*"):
            with suppress(OSError):
                if str(path) != self.path and path.stat().st_mtime < now - KEPT_DAYS * 86400:
                    path.unlink()


def _header() -> bytes:
    return json.dumps({"bedwatch cache": _FORM, "readers": readers_digest()}).encode() + b"\n"
