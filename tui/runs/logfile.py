"""One watched log: its place in the file, its reader, and the runs that its records fold into."""

from __future__ import annotations

from dataclasses import replace

from parsers import Follower, new_reader
from parsers.records import Record, Unreadable
from parsers.scheduler import pointed_at
from tui.runs.fold import RunFold
from tui.runs.link import PointerFile
from tui.runs.naming import display_name
from tui.runs.run import Finding, Run, Spot

POINTER_MOST = 4096
"""Bytes within which a file that only points at another log must end."""
SETTLED_AFTER = 2.0
"""Seconds after the last write from which a last line without an end is taken as it stands."""


class LogFile:
    """Reads `path` as it grows; `name` is the path relative to the watched root, which ids and places carry."""

    def __init__(self, path: str, name: str) -> None:
        self.path = path
        self.name = name
        self.modified: float | None = None
        self._follower = Follower(path)
        self._begin()

    def _begin(self) -> None:
        self._reader = new_reader(self.path)
        self._folds: list[RunFold] = []
        self._trouble: Finding | None = None
        self._head = b""

    def look(self) -> tuple[bool, bool]:
        """Read on; whether anything changed, and whether there is more to read at once."""
        news = self._follower.look()
        if news.change == "gone":
            return False, False
        if news.change == "denied":
            trouble = Finding("unreadable", "error", f"{self.name} cannot be read: {news.why}", Spot(self.name, 1))
            changed, self._trouble = trouble != self._trouble, trouble
            return changed, False
        if news.change == "restarted":
            self._begin()
        changed = news.change != "same" or self.modified != news.modified or self._trouble is not None
        self._trouble = None
        self.modified = news.modified
        if len(self._head) < POINTER_MOST:
            self._head += news.data[:POINTER_MOST]
        for record in self._reader.feed(news.data) if news.data else ():
            self._take(self._folds, record)
        return changed, news.more

    def read_all(self) -> None:
        """Read to the end of the file as it is now."""
        more = True
        while more:
            _, more = self.look()

    def settled(self, now: float) -> bool:
        """Whether nobody has written for long enough that a last line without an end is whole."""
        return self.modified is None or now - self.modified > SETTLED_AFTER

    @property
    def torn(self) -> bool:
        """Whether the file ends within a line."""
        return self._reader.torn

    @property
    def pointer(self) -> PointerFile | None:
        """What the file points at, when it holds nothing but the path of another log."""
        if self._folds or not self._head or len(self._head) >= POINTER_MOST:
            return None
        target = pointed_at(self._head.decode("utf-8", "replace"))
        return None if target is None else PointerFile(self.name, target, self._reader.line_count)

    def runs(self, now: float) -> list[Run]:
        """The runs in the file, in order; its torn last line counts only once nobody writes any more."""
        folds = self._folds
        if glance := self._reader.glance(torn=self.settled(now)):
            folds = [fold.fork() for fold in folds]
            for record in glance:
                self._take(folds, record)
        runs = [replace(fold.snapshot(), modified=self.modified) for fold in folds]
        if self._trouble is not None and not runs:
            fold = RunFold(self.name, 1, display_name(self.name))
            runs = [replace(fold.snapshot(), findings=(self._trouble,), because=self._trouble.spot)]
        return runs

    def _take(self, folds: list[RunFold], record: Record) -> None:
        number = max(1, record.run) if isinstance(record, Unreadable) else record.run
        while len(folds) < number:
            folds.append(RunFold(self.name, len(folds) + 1, display_name(self.name)))
        folds[number - 1].apply(record)
