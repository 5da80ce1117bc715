"""One watched log: its place in the file, its reader, and the runs that its records fold into."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from parsers import Follower, News, new_reader
from parsers.catalog import hint
from tui.runs.beginning import Beginning
from tui.runs.cache import Cache, Kept, key_of
from tui.runs.fold import RunFold
from tui.runs.glimpse import TAIL_FIRST, Glimpse, partial
from tui.runs.link import PointerFile, output_of
from tui.runs.naming import display_name
from tui.runs.notes import NotesFile
from tui.runs.places import Places
from tui.runs.reading import Reading
from tui.runs.run import Finding, Run, Spot
from tui.runs.series import POINTS_MOST

QUIET_AFTER = 30.0
"""Seconds after the last write from which a log is worth keeping what was read of it."""
MOMENT = 1e-5
"""Seconds by which a time in nanoseconds and the same as a fraction may differ."""
SETTLED_AFTER = 2.0
"""Seconds after the last write from which a last line without an end is taken as it stands."""


class LogFile:
    """Reads `path` as it grows; `name` is the path relative to the watched root, which ids and places carry; a series keeps
    at most `points_most` points, and with 0 there are none. `part` is the rotated part in which the log begins, where it
    does. What `cache` keeps of it stands for what would be read, until the log changes."""

    def __init__(
        self, path: str, name: str, points_most: int = POINTS_MOST, part: str | None = None, cache: Cache | None = None
    ) -> None:
        self._points_most = points_most
        self.path = path
        self.name = name
        self._names = frozenset({name})
        self.modified: float | None = None
        self.heard: float | None = None
        self.missing = False
        """Whether it was not there at the last look."""
        self._looked_at: float | None = None
        self._follower = Follower(path, part)
        self._notes = NotesFile(path, name)
        self._cache = cache
        self._kept: Kept | None = None
        self._begin()

    def _begin(self) -> None:
        self._reading = Reading(new_reader(self.path), self._fold)
        self._glimpse: Glimpse | None = None
        self._history_heard: float | None = None
        self._turns = [(1, 0)]  # the first line of each part, counted over all, and how many parts come before it
        self._left = 0
        self._trouble: Finding | None = None
        self._beginning = Beginning()

    def _fold(self, number: int) -> RunFold:
        return RunFold(self.name, number, display_name(self.name), self._points_most)

    def look(self, now: float | None = None) -> tuple[bool, bool]:
        """Read what is new, at `now` (seconds since 1970) by the watcher's clock; whether anything changed, and whether
        there is more to read at once. Of a long log its end is read first: it is then `behind`, see `read_on`."""
        if self._glimpse is None:
            changed, more = self.read_on(now)
            if not more or self._left <= TAIL_FIRST:
                return changed, more
            self._history_heard = self.heard
            self._glimpse = Glimpse(self.path, self._reading.reader.section or hint(self.path), self._fold)
        news = self._glimpse.look()
        changed, read = self._heed(news, now)
        if read and self._glimpse is not None:
            self._glimpse.take(news, self.heard)
        return changed, read and news.more

    def read_on(self, now: float | None = None) -> tuple[bool, bool]:
        """Read the log's next bytes in their order; whether that changed anything, and whether there is more."""
        if (rested := self._rest(now)) is not None:
            return rested, False
        news = self._follower.look()
        behind = self._glimpse is not None
        if not behind or news.change == "restarted":
            changed, read = self._heed(news, now)
        else:
            changed, read = False, news.change not in ("gone", "denied")
        if not read:
            return changed, False
        self._left = news.left
        if news.change == "rotated":
            self._turn(news)
        self._beginning.take(news.data)
        if news.data:
            self._reading.feed(news.data, self._history_heard if self.behind else self.heard)
        if self.behind and not news.more:
            self._glimpse, changed = None, True
        return changed, news.more

    def _rest(self, now: float | None) -> bool | None:
        """Whether anything changed about a log that is as it was when it was kept; None where it is to be read."""
        cache, self._cache = self._cache, None
        if cache is not None:
            self._kept = cache.find(self.path, self.name)
        if self._kept is None:
            return None
        try:
            status = os.stat(self.path)
        except OSError as error:
            self.missing = isinstance(error, FileNotFoundError)
            return False
        self.missing = False
        if not self._kept.key.fits(status):
            self._kept = None
            return None
        self._hear(status.st_mtime, now)
        noted = self._notes.look(now, log_changed=cache is not None)
        return noted or cache is not None

    def _heed(self, news: News, now: float | None) -> tuple[bool, bool]:
        """Note what a look at the log found; whether that changed anything, and whether there is something to read."""
        self.missing = news.change == "gone"
        if self.missing:
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
        noted = self._notes.look(now, log_changed=changed)
        return changed or noted, True

    def _hear(self, modified: float | None, now: float | None) -> None:
        """Note when the log was last written to. A file server's clock may be off: what was not there at the last look
        came after it, and nothing comes later than now."""
        if modified != self.modified or self.heard is None:
            self.heard = modified
            if modified is not None and now is not None:
                self.heard = min(now, modified if self._looked_at is None else max(modified, self._looked_at))
        self.modified, self._looked_at = modified, now

    def _turn(self, news: News) -> None:
        """The log goes on in another file."""
        if not news.joined:
            self._reading.end_part()
        reader = self._reading.reader
        self._turns.append((reader.line_count if reader.torn else reader.line_count + 1, news.past))

    def read_all(self, now: float | None = None) -> None:
        """Read to the end of the file as it is now."""
        more = True
        while more:
            _, more = self.read_on(now)

    def move(self, path: str, name: str) -> None:
        """The log has another name now."""
        self.path, self.name = path, name
        self._names |= {name}
        self._follower.move(path)
        self._glimpse = self._kept = None
        self._notes = NotesFile(path, name)
        for fold in self._reading.folds:
            fold.path, fold.name = name, display_name(name)

    @property
    def behind(self) -> bool:
        """Whether the log's history is still to be read, and only its end is known."""
        return self._glimpse is not None

    @property
    def bytes_read(self) -> int:
        """Bytes of the log that were read, not taken from a cache."""
        return self._follower.offset

    @property
    def unread(self) -> int:
        """Bytes of the log not read yet."""
        return self._left

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the file read last."""
        return self._follower.identity

    @property
    def parts(self) -> tuple[str, ...]:
        """The paths of the log's rotated parts."""
        return self._follower.parts

    def holds(self, path: str) -> bool:
        """Whether a file beside the log is a rotated part of it that was read before."""
        return self._follower.is_now(path)

    @property
    def gone(self) -> bool:
        """Whether the log is not there, nor was it rotated away with its successor yet to come."""
        return self._follower.is_gone()

    @property
    def rests(self) -> bool:
        """Whether the log is as a cache kept it, and was not read."""
        return self._kept is not None

    def is_quiet(self, now: float) -> bool:
        """Whether nobody has written to the log for so long that what was read of it is worth keeping."""
        return self.heard is not None and now - self.heard > QUIET_AFTER

    def settled(self, now: float) -> bool:
        """Whether nobody has written for long enough that a last line without an end is whole."""
        return self.heard is None or now - self.heard > SETTLED_AFTER

    @property
    def torn(self) -> bool:
        """Whether the file ends within a line."""
        return self._glimpse.torn if self._glimpse is not None else self._reading.reader.torn

    @property
    def pointer(self) -> PointerFile | None:
        """What the file points at, if it holds no run of its own or is a scheduler's output file."""
        if self._kept is not None:
            return self._kept.pointer
        target = self._beginning.target(self.name)
        if target is None or (self._reading.folds and output_of(self.name) is None):
            return None
        return PointerFile(self.name, target, self._reading.reader.line_count)

    def runs(self, now: float) -> list[Run]:
        """The runs in the file, in order; its torn last line counts only once nobody writes any more."""
        notes, readings = self._notes.notes, self._notes.readings
        if self._kept is None:
            return self._runs(now, modified=self.modified, heard=self.heard, notes=notes, readings=readings)
        return [
            replace(run, modified=self.modified, heard=self.heard, notes=notes, version=run.version + readings)
            for run in self._kept.runs
        ]

    def keepable(self, now: float) -> Kept | None:
        """What a cache may keep of the log: it was read to its end, and nobody has written to it for a while."""
        whole = not (self.rests or self.behind or self._left or self._trouble is not None)
        if not whole or not self.is_quiet(now) or self._follower.parts or len(self._names) > 1:
            return None
        key = key_of(self.path)
        if key is None or (key.device, key.inode) != self.identity or key.size != self._follower.offset:
            return None
        if self.modified is None or abs(key.changed / 1e9 - self.modified) > MOMENT:
            return None
        return Kept(key, self.name, tuple(self._runs(now)), self.pointer)

    def _runs(self, now: float, **beside: Any) -> list[Run]:
        """Those of the folds; `beside` is what records do not give."""
        torn = self.settled(now)
        folds = self._reading.folds_now(torn=torn and not self.behind)
        runs = [fold.snapshot(overtaken=fold is not folds[-1], **beside) for fold in folds]
        if self._glimpse is not None:
            number = max(1, len(runs))
            newest = self._glimpse.newest(number, torn=torn, **beside)
            runs[number - 1 :] = [newest or partial(self._fold(number).snapshot(**beside), number)]
        if self._trouble is not None and not runs:
            runs = [replace(self._fold(1).snapshot(**beside), findings=(self._trouble,), because=self._trouble.spot)]
        return self._placed(runs)

    def _placed(self, runs: list[Run]) -> list[Run]:
        if not self._follower.parts and len(self._names) == 1:
            return runs
        paths = [*self._follower.parts, self.path]
        names = [self.name.removesuffix(os.path.basename(self.path)) + os.path.basename(path) for path in paths]
        names[-1] = self.name
        read = [names[min(past, len(names) - 1)] for _, past in self._turns]
        places = Places(self._names, read, [first for first, _ in self._turns])
        return [places.of(run) for run in runs]
