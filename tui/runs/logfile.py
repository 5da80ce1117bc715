"""One watched log: its place in the file, its reader, and the runs that its records fold into."""

from __future__ import annotations

from dataclasses import replace

from parsers import Follower, new_reader
from parsers.records import Record, Unreadable
from parsers.scheduler import pointed_at
from tui.runs.fold import RunFold
from tui.runs.link import PointerFile, output_of
from tui.runs.naming import display_name
from tui.runs.notes import NotesFile
from tui.runs.pace import Arrivals
from tui.runs.run import Finding, Run, Spot
from tui.runs.series import POINTS_MOST

POINTER_MOST = 4096
"""Bytes at a file's beginning in which the path of another log is looked for."""
SETTLED_AFTER = 2.0
"""Seconds after the last write from which a last line without an end is taken as it stands."""


class LogFile:
    """Reads `path` as it grows; `name` is the path relative to the watched root, which ids and places carry; a series keeps
    at most `points_most` points."""

    def __init__(self, path: str, name: str, points_most: int = POINTS_MOST) -> None:
        self._points_most = points_most
        self.path = path
        self.name = name
        self.modified: float | None = None
        self.heard: float | None = None
        self._looked_at: float | None = None
        self._follower = Follower(path)
        self._notes = NotesFile(path, name)
        self._begin()

    def _begin(self) -> None:
        self._reader = new_reader(self.path)
        self._folds: list[RunFold] = []
        self._trouble: Finding | None = None
        self._head = b""
        self._arrivals = Arrivals()
        self._pointed: tuple[int, str | None] = (0, None)

    def look(self, now: float | None = None) -> tuple[bool, bool]:
        """Read on, at `now` (seconds since 1970) by the watcher's clock; whether anything changed, and whether there is
        more to read at once."""
        news = self._follower.look()
        if news.change == "gone":
            return False, False
        if news.change == "denied":
            trouble = Finding("unreadable", "error", f"{self.name} cannot be read: {news.why}", Spot(self.name, 1))
            changed, self._trouble = trouble != self._trouble, trouble
            return changed, False
        if news.change == "restarted":
            self._begin()
            self.heard = self._looked_at = None
        changed = news.change != "same" or self.modified != news.modified or self._trouble is not None
        self._trouble = None
        self._hear(news.modified, now)
        if len(self._head) < POINTER_MOST:
            self._head += news.data[:POINTER_MOST]
        if news.data:
            records = self._reader.feed(news.data)
            if self.heard is not None:
                self._arrivals.note(self._reader.line_count, self.heard)
            for record in records:
                self._take(self._folds, record)
        noted = self._notes.look(now, log_changed=changed)
        return changed or noted, news.more

    def _hear(self, modified: float | None, now: float | None) -> None:
        """Note when the log was last written to. A file server's clock may be off: what was not there at the last look
        came after it, and nothing comes later than now."""
        if modified != self.modified or self.heard is None:
            self.heard = modified
            if modified is not None and now is not None:
                self.heard = min(now, modified if self._looked_at is None else max(modified, self._looked_at))
        self.modified, self._looked_at = modified, now

    def read_all(self, now: float | None = None) -> None:
        """Read to the end of the file as it is now."""
        more = True
        while more:
            _, more = self.look(now)

    def settled(self, now: float) -> bool:
        """Whether nobody has written for long enough that a last line without an end is whole."""
        return self.heard is None or now - self.heard > SETTLED_AFTER

    @property
    def torn(self) -> bool:
        """Whether the file ends within a line."""
        return self._reader.torn

    @property
    def pointer(self) -> PointerFile | None:
        """What the file points at: it holds nothing but the path of another log, or it is a scheduler's output file that
        names one near its beginning, whatever else the job's script printed there."""
        if self._pointed[0] != len(self._head):
            self._pointed = (len(self._head), self._target())
        target = self._pointed[1]
        if target is None or (self._folds and output_of(self.name) is None):
            return None
        return PointerFile(self.name, target, self._reader.line_count, self.modified)

    def _target(self) -> str | None:
        lines = self._head[:POINTER_MOST].decode("utf-8", "replace").split("\n")
        if output_of(self.name) is None:
            return pointed_at("\n".join(lines)) if len(self._head) < POINTER_MOST else None
        targets = {found for line in lines if (found := pointed_at(line)) is not None}
        return targets.pop() if len(targets) == 1 else None

    def runs(self, now: float) -> list[Run]:
        """The runs in the file, in order; its torn last line counts only once nobody writes any more."""
        folds = self._folds
        if glance := self._reader.glance(torn=self.settled(now)):
            folds = [fold.fork() for fold in folds]
            for record in glance:
                self._take(folds, record)
        runs = [
            replace(fold.snapshot(), modified=self.modified, heard=self.heard, overtaken=fold is not folds[-1]) for fold in folds
        ]
        if self._trouble is not None and not runs:
            fold = RunFold(self.name, 1, display_name(self.name))
            runs = [replace(fold.snapshot(), findings=(self._trouble,), because=self._trouble.spot)]
        if (noted := self._notes).readings:
            runs = [replace(run, notes=noted.notes, version=run.version + noted.readings) for run in runs]
        return runs

    def _take(self, folds: list[RunFold], record: Record) -> None:
        number = max(1, record.run) if isinstance(record, Unreadable) else record.run
        while len(folds) < number:
            folds.append(RunFold(self.name, len(folds) + 1, display_name(self.name), self._points_most))
        folds[number - 1].apply(record, self._arrivals.of(record.place.line))
