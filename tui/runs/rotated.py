"""Which files are parts of one rotated log: `train.log.1` may be its beginning, or somebody's other run."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from parsers import FORMATS
from parsers.catalog import hint
from parsers.grammar import Format, Line
from parsers.lines import LogLine
from parsers.reader import LogReader
from parsers.records import Ended, Progress, Record
from parsers.rotation import base_of, in_order, is_packed

EVIDENCE_BYTES = 64 << 10
"""Bytes at the end of one file and the beginning of the next that show whether it goes on there."""
UNPACKED_MOST = 64 << 20
"""Bytes unpacked to come to a compressed part's end."""


def parts_of(log: str, files: Sequence[str]) -> list[str]:
    """The rotated parts of a log among some files, oldest first, that it provably continues.

    The evidence: one format; the earlier file does not end its run, the later does not begin one; and times or steps go
    on from one to the other. Without it they are two logs.
    """
    proven: list[str] = []
    later = log
    for part in reversed(in_order(file for file in files if base_of(file) == log)):
        if not goes_on(part, later):
            break
        proven.insert(0, part)
        later = part
    return proven


@dataclass
class _Heard:
    """What one end of a file says."""

    records: list[Record] = field(default_factory=list)
    format: Format | None = None
    heads: bool = False
    """Whether a line that begins launches stands before any other of the format's own."""

    def recognised(self, format: Format, kind: Line | None, line: LogLine, records: Sequence[Record]) -> None:
        if kind is not None and kind.role == "head" and self.format is None:
            self.heads = True
        if kind is not None and kind.role == "body":
            self.format = self.format or format

    def times(self) -> list[float]:
        return [(record.at - datetime.min).total_seconds() for record in self.records if record.at is not None]

    def steps(self) -> list[float]:
        return [record.done for record in self.records if isinstance(record, Progress) and record.done is not None]


def goes_on(part: str, later: str) -> bool:
    """Whether the run that the first file breaks off in goes on in the second."""
    try:
        if os.stat(part).st_mtime > os.stat(later).st_mtime:
            return False
        before, after = _heard(part, _end(part)), _heard(later, _beginning(later))
    except (OSError, EOFError, zlib.error):
        return False
    if before.format is None or before.format is not after.format or after.heads:
        return False
    if any(isinstance(record, Ended) for record in before.records):
        return False
    ordered = [
        max(old) <= min(new) for old, new in ((before.times(), after.times()), (before.steps(), after.steps())) if old and new
    ]
    return bool(ordered) and all(ordered)


def _heard(path: str, data: bytes) -> _Heard:
    heard = _Heard()
    reader = LogReader(FORMATS, hint(path), heard)
    heard.records = reader.feed(data) + reader.finish(torn=False)
    return heard


def _beginning(path: str) -> bytes:
    import gzip  # few logs are compressed

    with gzip.open(path) if is_packed(path) else open(path, "rb") as file:
        return file.read(EVIDENCE_BYTES)


def _end(path: str) -> bytes:
    if not is_packed(path):
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - EVIDENCE_BYTES))
            data = file.read(EVIDENCE_BYTES)
    else:
        import gzip

        data, unpacked = b"", 0
        with gzip.open(path) as packed:
            while unpacked < UNPACKED_MOST and (piece := packed.read(1 << 20)):
                data, unpacked = (data + piece)[-EVIDENCE_BYTES:], unpacked + len(piece)
            if packed.read(1):
                raise EOFError(path)  # too long to come to its end
    return data.partition(b"\n")[2] if len(data) == EVIDENCE_BYTES else data
