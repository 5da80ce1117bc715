"""Elapsed time is from the first time stamp to the last, whatever the lines that carry them say; one alone tells none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from parsers import LogReader
from parsers.records import Metric, Place, Record, Stamped, Started
from tui.runs.fold import RunFold
from tui.runs.reading import Reading
from tui.runs.run import Run

_NOON = datetime(2025, 3, 1, 12, 0)


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else _NOON + timedelta(seconds=seconds)


class _Reader:
    """Gives the records of a log that need no text here."""

    line_count = 99
    torn = False
    section = None

    def __init__(self, records: list[Record]) -> None:
        self._records = iter([records])

    def feed(self, data: bytes) -> list[Record]:
        return next(self._records)

    def ahead(self) -> tuple[bool, list[Record]]:
        return True, []

    def torn_ahead(self, *, torn: bool) -> list[Record]:
        return []


def _runs(*told: tuple[str, int, int, float | None]) -> list[Run]:
    """The runs of records given as their kind, run, line and second of the day from noon."""

    def records() -> Iterator[Record]:
        for kind, run, line, seconds in told:
            place, at = Place(line), _at(seconds)
            if kind == "start":
                yield Started(run, place, at, "other", "generic", "x")
            elif kind == "stamp":
                yield Stamped(run, place, at)
            else:
                yield Metric(run, place, at, "loss", 2.5)

    reading = Reading(cast(LogReader, _Reader(list(records()))), lambda number: RunFold("a.log", number, "a"))
    reading.feed(b"", None)
    return [fold.snapshot() for fold in reading.folds_now(torn=True)]


def test_one_time_stamp_tells_no_elapsed_time() -> None:
    """However many records its line gives: 0 s would be a wrong number. A second line, even of the same second, tells."""
    (run,) = _runs(("start", 1, 2, 0), ("loss", 1, 2, 0), ("loss", 1, 3, None))
    assert (run.started_at, run.last_at, run.elapsed) == (_NOON, _NOON, None)
    (run,) = _runs(("start", 1, 2, 0), ("loss", 1, 3, 0))
    assert run.elapsed == 0


def test_a_time_stamp_on_a_line_that_says_nothing_else_counts() -> None:
    """Before the first figures, between them and after them; the run's own lines in the file stay what they were."""
    (run,) = _runs(("stamp", 0, 1, 0), ("stamp", 0, 2, 29), ("start", 1, 3, None), ("loss", 1, 3, None), ("stamp", 1, 5, 900))
    assert (run.started_at, run.elapsed) == (_NOON, 900)
    assert (run.sources[0].first_line, run.sources[0].last_line) == (3, 3)


def test_a_stamp_above_the_first_run_is_its_start_where_it_is_of_the_same_launch() -> None:
    """One of days before, or of a later time, is of something else; a log of stamps alone holds no run."""
    for above, elapsed in ((-600, 660), (-3 * 86400, 60), (30, 60)):
        (run,) = _runs(("stamp", 0, 1, above), ("start", 1, 3, 0), ("loss", 1, 4, 60))
        assert run.elapsed == elapsed
    assert _runs(("stamp", 0, 1, 0), ("stamp", 0, 2, 10)) == []


def test_stamps_belong_to_the_run_that_they_stand_in() -> None:
    """A second launch begins with its own."""
    first, second = _runs(("start", 1, 1, 0), ("stamp", 1, 2, 30), ("start", 2, 3, 100), ("stamp", 2, 4, 150))
    assert (first.elapsed, second.elapsed) == (30, 50)
