"""From growing bytes to the physical lines worth reading: lines without any anchor are passed over undecoded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from parsers.lines import END, END_IN_WHOLE

LONGEST_LINE = 1 << 20
"""Bytes of a line without an end that are kept; what follows up to its end is passed over."""


@lru_cache(maxsize=64)
def anchor_scanner(literals: frozenset[str]) -> re.Pattern[bytes]:
    """One pattern that finds any of the literals in bytes."""
    return re.compile(_trie_pattern({literal.encode() for literal in literals}))


def _trie_pattern(words: set[bytes]) -> bytes:
    """A pattern that branches byte by byte, since `re` would try each word of a flat alternation at each position.

    >>> _trie_pattern({b"Train", b"Traceback", b"srun", b"Tra"})
    b'(?:Tra|srun)'
    """
    if b"" in words:
        return b""  # a shorter word that stands here decides: longer ones hold it
    branches: dict[bytes, set[bytes]] = {}
    for word in words:
        branches.setdefault(word[:1], set()).add(word[1:])
    parts = [re.escape(first) + _trie_pattern(rest) for first, rest in sorted(branches.items())]
    return parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")"


class Scanner:
    """Splits fed bytes into lines and redraws, keeping count; the last, unfinished one waits in `tail`."""

    def __init__(self) -> None:
        self.number = 1
        self.offset = 0
        self.tail = b""
        self._line_start = 0
        self._dropped = 0

    def feed(self, data: bytes) -> Pieces:
        """The complete lines and redraws in what has come so far."""
        data = self.tail + data
        start = self.offset
        limit = data.rfind(b"\n") + 1
        for found in END.finditer(data, limit):
            limit = found.end()
        whole, self.tail = data[:limit], data[limit:]
        if limit:
            start, dropped = self.offset, self._dropped
            self.offset += limit + dropped
            self._dropped = 0
            pieces = Pieces(whole, self.number, start, self._line_start, dropped)
            if passed := whole.count(b"\n"):
                self.number += passed
                last = whole.rfind(b"\n") + 1
                self._line_start = start + last + (dropped if last > LONGEST_LINE else 0)
        else:
            pieces = Pieces(b"", self.number, start, self._line_start)
        if len(self.tail) > LONGEST_LINE:
            cut = self.tail[-1:] if self.tail.endswith(b"\r") else b""
            self._dropped += len(self.tail) - LONGEST_LINE - len(cut)
            self.tail = self.tail[:LONGEST_LINE] + cut
        return pieces

    def end_part(self) -> Pieces:
        """What is left, consumed: the file ended here and goes on in another, whose first line is the next."""
        pieces = self.flush()
        if self.tail:
            self.offset += len(self.tail) + self._dropped
            self.number += 1
            self.tail, self._dropped, self._line_start = b"", 0, self.offset
        return pieces

    def flush(self) -> Pieces:
        """What is left as if the file ended here; nothing is consumed."""
        return Pieces(self.tail, self.number, self.offset, self._line_start, self._dropped)


class Pieces:
    """A stretch of complete lines and redraws, walked once by `next`."""

    def __init__(self, data: bytes, number: int, offset: int, line_start: int, dropped: int = 0) -> None:
        self._data = data
        self._at = 0
        self._number = number
        self._base = offset
        self._dropped = dropped
        self._line_start = line_start

    def next(self, scanner: re.Pattern[bytes] | None) -> tuple[bytes, int, int, bool] | None:
        """The next piece that the scanner finds something in (any piece if None): its bytes without the line end,
        physical line number, offset of the physical line's start, whether a redraw replaces it. None at the end."""
        data = self._data
        if self._at >= len(data):
            return None
        begin = self._at
        if scanner is not None:
            hit = scanner.search(data, begin)
            if hit is None:
                self._at = len(data)
                return None
            begin = max(data.rfind(b"\n", begin, hit.start()), data.rfind(b"\r", begin, hit.start()), begin - 1) + 1
            ending = END_IN_WHOLE.search(data, hit.end())
        else:
            ending = END_IN_WHOLE.search(data, begin)
        passed = data.count(b"\n", self._at, begin)
        if passed:
            self._number += passed
            self._line_start = self._base + data.rfind(b"\n", self._at, begin) + 1 + self._gap(begin)
        finish = ending.start() if ending else len(data)
        self._at = ending.end() if ending else len(data)
        ended = ending is not None and data[ending.end() - 1 : ending.end()] == b"\n"
        piece = data[begin:finish], self._number, self._line_start, ending is not None and not ended
        if ended:
            self._number += 1
            self._line_start = self._base + self._at + self._gap(self._at)
        return piece

    def _gap(self, at: int) -> int:
        return self._dropped if at > LONGEST_LINE else 0


def literals_of(kinds: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """All literals of some kinds; a kind without any makes the whole set empty, which means: read every line."""
    gathered: set[str] = set()
    for literals in kinds:
        if not literals:
            return frozenset()
        gathered.update(literals)
    return frozenset(gathered)


def pieces_of(pieces: Pieces) -> Iterator[tuple[bytes, int, int, bool]]:
    """Every piece, for a reader that wants all lines."""
    while (piece := pieces.next(None)) is not None:
        yield piece
