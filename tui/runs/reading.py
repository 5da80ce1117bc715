"""One stream of a log's bytes on its way to runs: a reader, when each line came, and the folds of its launches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from parsers import LogReader
from parsers.records import Columns, Place, Record, Stamped, Unreadable
from tui.runs.fold import RunFold
from tui.runs.pace import Arrivals

NOWHERE = Place(0)
"""Where something stands of which it is not known yet how many lines come before it."""


class Reading:
    """What was read of a log so far. `fold` makes the fold of the launch of a number; `placed` says whether the stream
    begins where the log does, so that its lines have their true numbers."""

    def __init__(self, reader: LogReader, fold: Callable[[int], RunFold], *, placed: bool = True) -> None:
        self.reader = reader
        self.folds: list[RunFold] = []
        self._fold = fold
        self._placed = placed
        self._arrivals = Arrivals()
        self._ahead: list[RunFold] = self.folds
        """The folds as they are with the lines that wait for a decision."""
        self._stamped: Stamped | None = None
        """The first time stamp above the first run."""

    def feed(self, data: bytes, heard: float | None) -> None:
        """Take the next bytes, which came at `heard` (seconds since 1970)."""
        records = self.reader.feed(data)
        if heard is not None:
            self._arrivals.note(self.reader.line_count, heard)
        self._take(self.folds, records)

    def end_part(self) -> None:
        """The file was moved away within or after this line; what comes is another's first."""
        self._take(self.folds, self.reader.end_part())

    def folds_now(self, *, torn: bool) -> Sequence[RunFold]:
        """The folds as if the log ended here; its last line without an end only counts with `torn`."""
        anew, records = self.reader.ahead()
        if anew:
            self._ahead = self.folds if self.reader.section is not None else [fold.fork() for fold in self.folds]
        self._take(self._ahead, records)
        glance = self.reader.torn_ahead(torn=torn)
        if not glance:
            return self._ahead
        folds = [fold.fork() for fold in self._ahead]
        self._take(folds, glance)
        return folds

    def _take(self, folds: list[RunFold], records: Iterable[Record]) -> None:
        for record in records:
            if isinstance(record, Stamped) and not record.run:
                self._stamped = self._stamped or record
                continue
            number = max(1, record.run) if isinstance(record, Unreadable) else record.run
            while len(folds) < number:
                folds.append(self._fold(len(folds) + 1))
                if len(folds) == 1 and self._stamped is not None and self._stamped.at is not None:
                    folds[0].begin_at(self._stamped.at, self._stamped.place.line)
            if isinstance(record, Columns) and not self._taken_whole(folds[number - 1], record):
                self._take(folds, record.records())
                continue
            arrived = self._arrivals.of(record.place.line)
            folds[number - 1].apply(record if self._placed else replace(record, place=NOWHERE), arrived)

    def _taken_whole(self, fold: RunFold, columns: Columns) -> bool:
        """Whether columns can be taken as they are: their lines have numbers, came all at once, and go on where the run is."""
        first, last = columns.lines[0], columns.lines[-1]
        return self._placed and self._arrivals.of(first) == self._arrivals.of(last) and fold.goes_on(columns)
