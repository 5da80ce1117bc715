"""One stream of a log's bytes on its way to runs: a reader, when each line came, and the folds of its launches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from parsers import LogReader
from parsers.records import Notice, Place, Record, Unreadable
from tui.runs.fold import RunFold
from tui.runs.pace import Arrivals

NOWHERE = Place(0, 0)
"""Where something stands of which it is not known yet how many lines come before it."""


class Reading:
    """What was read of a log so far. `fold` makes the fold of the launch of a number; `placed` says whether the stream
    begins where the log does, so that its lines have their true numbers.

    A fault in the reader stays in its log: what was read before it stands, a finding says so, and nothing more is read."""

    def __init__(self, reader: LogReader, fold: Callable[[int], RunFold], *, placed: bool = True) -> None:
        self.reader = reader
        self.folds: list[RunFold] = []
        self._fold = fold
        self._placed = placed
        self._arrivals = Arrivals()
        self._faulty = False

    def feed(self, data: bytes, heard: float | None) -> None:
        """Take the next bytes, which came at `heard` (seconds since 1970)."""
        if self._faulty:
            return
        try:
            records = self.reader.feed(data)
            if heard is not None:
                self._arrivals.note(self.reader.line_count, heard)
            self._take(self.folds, records)
        except Exception as fault:
            self._stop(fault)

    def end_part(self) -> None:
        """The file was moved away within or after this line; what comes is another's first."""
        if self._faulty:
            return
        try:
            self._take(self.folds, self.reader.end_part())
        except Exception as fault:
            self._stop(fault)

    def folds_now(self, *, torn: bool) -> Sequence[RunFold]:
        """The folds as if the log ended here; its last line without an end only counts with `torn`."""
        if self._faulty:
            return self.folds
        try:
            glance = self.reader.glance(torn=torn)
            if not glance:
                return self.folds
            folds = [fold.fork() for fold in self.folds]
            self._take(folds, glance)
        except Exception as fault:
            self._stop(fault)
            return self.folds
        return folds

    def _stop(self, fault: Exception) -> None:
        """Keep what was read, and say that no more is."""
        self._faulty = True
        records, line = self.reader.until_fault()
        with suppress(Exception):
            self._take(self.folds, records)
        section = self.reader.section
        where = f"{section.name if section is not None else 'no format yet'}, line {line}"
        message = f"fault in bedwatch's reader ({where}): {type(fault).__name__}; what follows was not read"
        run = len(self.folds) or 1
        self._take(self.folds, [Notice(run, Place(line, 0), None, "unreadable", "error", message)])

    def _take(self, folds: list[RunFold], records: Iterable[Record]) -> None:
        for record in records:
            number = max(1, record.run) if isinstance(record, Unreadable) else record.run
            while len(folds) < number:
                folds.append(self._fold(len(folds) + 1))
            arrived = self._arrivals.of(record.place.line)
            folds[number - 1].apply(record if self._placed else replace(record, place=NOWHERE), arrived)
