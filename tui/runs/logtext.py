"""A log of any size, read only, by line: newlines are counted in slices, and only lines that are asked for are read."""

from __future__ import annotations

import os
import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from itertools import islice
from threading import Lock

BLOCK = 256 * 1024
"""Bytes of which it is known how many lines they hold; one of them is read to find a line."""
SLICE = 32 * 1024 * 1024
"""Bytes that are counted in one go: some 30 ms."""
COUNTED = 4 * 1024 * 1024
"""Bytes that are read at once to be counted: after each the thread may have to wait for others."""
READ_MOST = 4 * 1024 * 1024
"""Bytes that are read at most for some lines, however long these are."""
CHUNK, OVERLAP = 1024 * 1024, 4096
"""Bytes that are searched in one go, and how many of them again, for what stands across two."""
TAIL = 64 * 1024


class LogText:
    """The file at `path` as it was when first looked at, and what was appended since; `replaced` says that it is another.
    `index` may run on a thread beside the one that reads lines. OSError where the file cannot be read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._marks = array("q", [0])  # newlines before each whole block
        self._indexed = 0
        self._newlines = 0
        self._torn = False
        self._counting = Lock()  # a search counts on as well
        self._inode = os.stat(path).st_ino

    @property
    def size(self) -> int:
        """Bytes of the file now."""
        return os.stat(self.path).st_size

    @property
    def replaced(self) -> bool:
        """Whether another file is there now, or this one was cut off."""
        found = os.stat(self.path)
        return found.st_ino != self._inode or found.st_size < self._indexed

    @property
    def indexed(self) -> int:
        """Bytes whose lines are counted."""
        return self._indexed

    @property
    def count(self) -> int:
        """Lines in what is counted so far, a torn last one included."""
        return self._newlines + self._torn

    def index(self, most: int = SLICE) -> bool:
        """Count on; whether there is more to count at once."""
        with self._counting, open(self.path, "rb", buffering=0) as file:
            stop = self._indexed + most
            while self._indexed < stop:
                data = os.pread(file.fileno(), min(COUNTED, stop - self._indexed), self._indexed)
                if not data:
                    return False
                self._take(data)
        return True

    def _take(self, data: bytes) -> None:
        """Count the next bytes, and note where each block ends."""
        begin = 0
        while begin < len(data):
            end = min(len(data), begin + BLOCK - self._indexed % BLOCK)
            self._newlines += data.count(b"\n", begin, end)
            self._indexed += end - begin
            if self._indexed % BLOCK == 0:
                self._marks.append(self._newlines)
            begin = end
        self._torn = not data.endswith(b"\n")

    def offset_of(self, line: int) -> int | None:
        """Where a line (from 1) begins; None where it is not counted yet, or not there."""
        before = line - 1
        if before <= 0:
            return 0
        if before > self._newlines:
            return None
        block = bisect_left(self._marks, before) - 1
        data = self._read(block * BLOCK, BLOCK)
        found = next(islice(re.finditer(b"\n", data), before - self._marks[block] - 1, None), None)
        return None if found is None else block * BLOCK + found.end()

    def line_of(self, offset: int) -> int:
        """The line that a counted byte belongs to."""
        block = min(offset // BLOCK, len(self._marks) - 1)
        return self._marks[block] + self._read(block * BLOCK, offset - block * BLOCK).count(b"\n") + 1

    def lines(self, first: int, most: int) -> list[bytes]:
        """At most so many lines from `first` on, without their ends; fewer where they are very long. Beyond `READ_MOST`
        bytes the last one is cut off."""
        start = self.offset_of(first)
        if start is None or start >= self._indexed:
            return []
        after = self.offset_of(first + most)
        end = self._indexed if after is None else after
        data = self._read(start, min(end - start, READ_MOST))
        parts = data.split(b"\n")
        if not parts[-1]:
            del parts[-1]
        return parts[:most]

    def tail(self, most: int) -> list[bytes]:
        """The last lines, found from the end; their numbers are not known."""
        size = self.size
        begin = max(0, size - TAIL)
        parts = self._read(begin, TAIL).split(b"\n")
        if begin and len(parts) > 1:
            del parts[0]
        if not parts[-1]:
            del parts[-1]
        return parts[-most:]

    def find(self, pattern: re.Pattern[bytes], line: int, forward: bool, wanted: Callable[[], bool]) -> int | None:
        """The next line with a match after (before) a line, round the end; `wanted` is asked between chunks, and False ends
        the search. None where there is no other."""
        while self.index() and wanted():
            pass
        size = self._indexed
        here, after = self.offset_of(line) or 0, self.offset_of(line + 1)
        after = size if after is None else after
        spans = [(after, size), (0, after)] if forward else [(0, here), (here, size)]
        for begin, end in spans:
            at = self._search(pattern, begin, end, forward, wanted)
            if at is not None:
                return self.line_of(at)
        return None

    def _search(self, pattern: re.Pattern[bytes], begin: int, end: int, forward: bool, wanted: Callable[[], bool]) -> int | None:
        at = begin if forward else end
        while begin <= at <= end and begin < end and wanted():
            low = at if forward else max(begin, at - CHUNK)
            high = min(end, at + CHUNK) if forward else at
            data = self._read(low, min(end, high + OVERLAP) - low)
            matches = pattern.finditer(data)
            found = next(matches, None) if forward else next(iter(deque(matches, 1)), None)
            if found is not None:
                return low + found.start()
            if (high >= end) if forward else (low <= begin):
                return None
            at = high if forward else low
        return None

    def _read(self, offset: int, most: int) -> bytes:
        with open(self.path, "rb", buffering=0) as file:
            parts = []
            while most > 0 and (data := os.pread(file.fileno(), most, offset)):
                parts.append(data)
                offset, most = offset + len(data), most - len(data)
        return b"".join(parts)
