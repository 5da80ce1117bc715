"""Lines that wait until it is clear whose they are, as they stand in the file; packed, since a thousand logs may wait at once."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from parsers.lines import LogLine
from parsers.records import Place
from parsers.scanner import Pieces, pieces_of

PACKED_LINES = 128
"""Lines that are packed at once."""


class Held(NamedTuple):
    """A line or redraw."""

    body: bytes
    shape: bytes
    number: int
    transient: bool


class HeldPack(NamedTuple):
    """Many lines in one piece."""

    bodies: bytes
    numbers: array[int]

    def lines(self) -> Iterator[Held]:
        """The lines again."""
        pieces = pieces_of(self.bodies, 1)
        return (Held(*each, False) for each in zip(pieces.bodies, pieces.shapes, self.numbers, strict=True))


class HeldStamp(NamedTuple):
    """The time of a line that means nothing else, among lines that wait: the latest of several."""

    place: Place
    at: datetime


class HeldLines:
    """What waits, in the order in which it came. `count` is of lines, `size` of lines and times."""

    def __init__(self) -> None:
        self._settled: list[LogLine | HeldPack | Held | HeldStamp] = []
        self._loose: list[Held] = []  # the last ones
        self._changed: int | None = None  # where a later time took the place of another
        self.count = self.size = 0

    def __bool__(self) -> bool:
        return self.count > 0

    def copy(self) -> HeldLines:
        """The same, to go on from by itself."""
        other = copy.copy(self)
        other._settled, other._loose = self._settled[:], self._loose[:]
        return other

    def add(self, line: LogLine | Held) -> None:
        """Hold a line."""
        self.count += 1
        self.size += 1
        if isinstance(line, LogLine) or line.transient:
            self._settle()
            self._settled.append(line)
            return
        self._loose.append(line)
        if len(self._loose) >= PACKED_LINES:
            numbers = array("q", [each.number for each in self._loose])
            self._settled.append(HeldPack(b"".join(each.body + b"\n" for each in self._loose), numbers))
            self._loose = []

    def stamp(self, place: Place, at: datetime) -> None:
        """Hold the time of a line that means nothing else."""
        self._settle()
        before = self._settled[-1] if self._settled else None
        if not isinstance(before, HeldStamp):
            self.size += 1
            self._settled.append(HeldStamp(place, at))
        elif before.at < at:
            self._settled[-1] = HeldStamp(place, at)
            self._changed = self.size - 1

    def since(self, begin: int) -> list[LogLine | Held | HeldStamp]:
        """What came after so many lines and times, and a time that has changed since this was asked last."""
        if self._changed is not None:
            begin, self._changed = min(begin, self._changed), None
        wanted = self.size - begin
        found: list[list[LogLine | Held | HeldStamp]] = [[*self._loose]]
        known = len(self._loose)
        for each in reversed(self._settled):
            if known >= wanted:
                break
            found.append([*each.lines()] if isinstance(each, HeldPack) else [each])
            known += len(found[-1])
        return [line for part in reversed(found) for line in part][known - wanted :]

    def _settle(self) -> None:
        self._settled += self._loose
        self._loose = []


def joined(held: Iterable[LogLine | Held | HeldStamp]) -> Iterator[Pieces | LogLine | HeldStamp]:
    """The same with lines that stand in the file as pieces, as many at once as there are."""
    for kind, lines in groupby(held, key=type):
        if kind is Held:
            bodies, shapes, numbers, transient = zip(*lines, strict=True)
            yield Pieces(bodies, shapes, numbers, transient if any(transient) else ())
        else:
            yield from (line for line in lines if not isinstance(line, Held))
