"""From growing bytes to lines and redraws, each with its shape: what is left of it when every digit is the same."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.frozen import frozen
from parsers.lines import END
from parsers.patterns import late

LONGEST_LINE = 1 << 20
"""Bytes of a line without an end that are kept; what follows up to its end is passed over."""
SAME_DIGITS = bytes.maketrans(b"0123456789", b"0" * 10)
"""Makes a shape of bytes by `translate`; lengths stay, so what stands where in a shape stands there in every line of it."""
_LINE_END = late(rb"\r+\n")
_REDRAWN = late(rb"\r+(?=[^\r])")


@frozen
class Pieces:
    """A stretch of complete lines and redraws, as parallel columns: bytes without the line end, shapes, physical line numbers
    from 1, and whether a later redraw replaces the piece (empty where none is replaced)."""

    bodies: Sequence[bytes]
    shapes: Sequence[bytes]
    numbers: Sequence[int]
    transient: Sequence[bool] = ()

    def __len__(self) -> int:
        return len(self.bodies)


_NONE = Pieces((), (), ())


def pieces_of(data: bytes, number: int) -> Pieces:
    """What complete lines and redraws hold, of which the first is on this line."""
    if not data:
        return _NONE
    if b"\r" in data:
        data = _LINE_END.sub(b"\n", data)
    bodies = data.split(b"\n")
    shapes = data.translate(SAME_DIGITS).split(b"\n")
    if not bodies[-1]:
        del bodies[-1], shapes[-1]
    if b"\r" in data:
        return _redrawn(bodies, number)
    return Pieces(bodies, shapes, range(number, number + len(bodies)))


def _redrawn(lines: Sequence[bytes], number: int) -> Pieces:
    """The same where lines hold redraws; the last line may end with one that is replaced."""
    bodies: list[bytes] = []
    numbers: list[int] = []
    transient: list[bool] = []
    for at, line in enumerate(lines, number):
        parts = _REDRAWN.split(line) if b"\r" in line else [line]
        replaced = parts[-1].endswith(b"\r")
        parts[-1] = parts[-1].rstrip(b"\r")
        bodies += parts
        numbers += [at] * len(parts)
        transient += [*[True] * (len(parts) - 1), replaced]
    return Pieces(bodies, [body.translate(SAME_DIGITS) for body in bodies], numbers, transient)


class Scanner:
    """Splits fed bytes into lines and redraws, keeping count; the last, unfinished one waits in `tail`."""

    def __init__(self) -> None:
        self.number = 1
        self.tail = b""

    def feed(self, data: bytes) -> Pieces:
        """The complete lines and redraws in what has come so far."""
        known = len(self.tail.rstrip(b"\r"))  # where no end is: a line that grows for long is not searched again and again
        data = self.tail + data
        limit = data.rfind(b"\n", known) + 1
        begin = max(known, limit)
        if data.find(b"\r", begin) >= 0:
            for found in END.finditer(data, begin):
                limit = found.end()
        whole, tail = data[:limit], data[limit:]
        pieces = pieces_of(whole, self.number)
        self.number += whole.count(b"\n")
        if len(tail) > LONGEST_LINE:
            tail = tail[:LONGEST_LINE] + (tail[-1:] if tail.endswith(b"\r") else b"")
        self.tail = tail
        return pieces

    def end_part(self) -> Pieces:
        """What is left, consumed: the file ended here and goes on in another, whose first line is the next."""
        pieces = self.flush()
        if self.tail:
            self.number += 1
            self.tail = b""
        return pieces

    def flush(self) -> Pieces:
        """What is left as if the file ended here; nothing is consumed."""
        return pieces_of(self.tail, self.number)
