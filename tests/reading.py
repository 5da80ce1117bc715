"""Runs from text, as the program would read them from a file of that name."""

from __future__ import annotations

from collections.abc import Iterable

from parsers import new_reader
from parsers.records import Columns, Param, Record, Remaining, Stamped
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
    """Columns as a record each; of times left and of a setting only the last, which alone counts, and no time by itself."""
    found = [each for record in records for each in (record.records() if isinstance(record, Columns) else [record])]
    found = [record for record in found if not isinstance(record, Stamped)]
    last = {key: record for record in found if (key := _overtaken(record)) is not None}
    return [record for record in found if (key := _overtaken(record)) is None or last[key] is record]


def _overtaken(record: Record) -> tuple[object, ...] | None:
    """What a later record of the same takes the place of; None where each counts."""
    match record:
        case Remaining():
            return "remaining", record.run
        case Param():
            return "param", record.run, record.name
    return None


def runs_of(text: str | bytes, path: str = "x.log") -> list[Run]:
    """The runs in a log, as its lines alone tell (not judged by any clock)."""
    reading = Reading(new_reader(path), lambda number: RunFold(path, number, path))
    reading.feed(text.encode() if isinstance(text, str) else text, None)
    return [fold.snapshot() for fold in reading.folds_now(torn=True)]
