"""Runs from text, as the program would read them from a file of that name."""

from __future__ import annotations

from collections.abc import Iterable

from parsers import new_reader
from parsers.records import Columns, Record, Remaining, Stamped
from tui.runs.fold import RunFold
from tui.runs.reading import Reading
from tui.runs.run import Run


def records_of(pieces: Iterable[bytes], path: str = "x.log") -> list[Record]:
    """The records of a log fed in pieces."""
    reader = new_reader(path)
    records: list[Record] = []
    for piece in pieces:
        records += reader.feed(piece)
    return spread(records + reader.finish())


def spread(records: Iterable[Record]) -> list[Record]:
    """Columns as a record each; of the times left only the last, which alone counts, and no time by itself."""
    found = [each for record in records for each in (record.records() if isinstance(record, Columns) else [record])]
    left = {record.run: record for record in found if isinstance(record, Remaining)}
    found = [record for record in found if not isinstance(record, Stamped)]
    return [record for record in found if not isinstance(record, Remaining) or record is left[record.run]]


def runs_of(text: str | bytes, path: str = "x.log") -> list[Run]:
    """The runs in a log, as its lines alone tell (not judged by any clock)."""
    reading = Reading(new_reader(path), lambda number: RunFold(path, number, path))
    reading.feed(text.encode() if isinstance(text, str) else text, None)
    return [fold.snapshot() for fold in reading.folds_now(torn=True)]
