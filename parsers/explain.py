"""Why a log is read as it is: each line with its kind and what it gave, and the shapes of what nothing recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.catalog import FORMATS, hint
from parsers.grammar import Format, Line
from parsers.lines import LogLine, logical
from parsers.patterns import late
from parsers.reader import LogReader, Ownership
from parsers.records import Fault, Record
from parsers.scanner import Scanner

_VARYING = (
    (late(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?"), "<time>"),
    (late(r"(?:~|\.{0,2})/[\w.+@~/-]{2,}"), "<path>"),
    (late(r"\b(?:0x)?[0-9a-f]{8,}\b|\b[a-z]+-[a-z0-9]{12,}\b"), "<id>"),
    (late(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?"), "0"),
    (late(r"[█▏▎▍▌▋▊▉#=>]{2,}"), "<bar>"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One logical line as it was read: its kind (None: part of a block such as a traceback) and the records it gave."""

    line: int
    text: str
    format: str
    kind: str | None
    about: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Unrecognised lines that differ only in numbers, times, paths and ids: how many, and the first of them."""

    shape: str
    count: int
    first_line: int


@dataclass
class Explanation:
    """How a log was read. `total` and `recognised` count logical lines; `by_path` says that no line showed whose log it
    is, so that the format is only what the file's path names."""

    format: Format | None = None
    evidence: tuple[Ownership, ...] = ()
    by_path: bool = False
    binary: bool = False
    fault: Fault | None = None
    total: int = 0
    recognised: int = 0
    readings: list[Reading] = field(default_factory=list)
    unrecognised: list[Shape] = field(default_factory=list)


class _Observer:
    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.seen: set[tuple[int, str]] = set()

    def recognised(self, format: Format, kind: Line | None, line: LogLine, records: Sequence[Record]) -> None:
        name, about = (kind.name, kind.about) if kind else (None, "part of the block above")
        self.readings.append(Reading(line.number, line.text, format.name, name, about, tuple(records)))
        self.seen.add((line.number, line.text))


def explain(data: bytes, path: str) -> Explanation:
    """Read a whole log and say how; `path` only serves as the hint that reading takes of it."""
    observer = _Observer()
    reader = LogReader(FORMATS, hint(path), observer)
    reader.feed(data)
    reader.finish()
    if reader.binary:
        return Explanation(binary=True)
    shapes: Counter[str] = Counter()
    first: dict[str, int] = {}
    total = 0
    scanner = Scanner()
    for pieces in (scanner.feed(data), scanner.flush()):
        for raw, number in zip(pieces.bodies, pieces.numbers, strict=True):
            for line in logical(raw, number):
                total += 1
                if (line.number, line.text) not in observer.seen:
                    what = shape(line.text)
                    shapes[what] += 1
                    first.setdefault(what, line.number)
    return Explanation(
        format=reader.section,
        evidence=tuple(reader.evidence),
        by_path=not reader.evidence,
        fault=reader.fault,
        total=total,
        recognised=total - sum(shapes.values()),
        readings=observer.readings,
        unrecognised=[Shape(what, count, first[what]) for what, count in shapes.most_common()],
    )


def shape(text: str) -> str:
    """A line without what varies: times, paths, ids, numbers.

    >>> shape("2024-04-07 06:11:05,703 INFO: step 12 of 500 in /home/user/run")
    '<time> INFO: step 0 of 0 in <path>'
    """
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text
