"""The reading thread's work: which files and directories are looked at when, and what was found, slice by slice."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from tui.feed.filesystems import Method
from tui.feed.grounds import Grounds, survey
from tui.feed.poll import FRESH, SLOWER, Pace, Poller
from tui.runs.discover import GivenUp
from tui.runs.link import PointerFile
from tui.runs.logfile import SETTLED_AFTER, LogFile
from tui.runs.notes import NOTES_FILE
from tui.runs.run import Run
from tui.runs.workspace import Workspace

SLICE = 0.05
"""Seconds that one slice of reading may take before what was found is handed on."""
HISTORY_SHARE = 0.5
"""Share of a core that reading long histories may take, while nothing else is to do."""
SEARCH_SHARE = 0.05
"""Share of the time that searching for files may take; a directory of 100,000 entries is searched less often."""
CLOCK_TICK = 2.0
"""Seconds that a file server's clock may take to its next tick."""
MOMENT = 0.05
"""Seconds by which two clocks on one host may differ."""
KEEP_AFTER, KEEP_EVERY = 5.0, 600.0
"""Seconds until what was read is kept in the cache for the first time, and between two times."""
WAY_STEP = 0.02
"""Seconds between two looks at whether reading still makes way."""
LIVE_FOR = 3600.0
"""Seconds of silence for which a run without a proven end is looked at as a live one."""


@dataclass(frozen=True, slots=True)
class Update:
    """The runs that a file holds now; none when it is gone."""

    path: str
    runs: tuple[Run, ...]
    pointer: PointerFile | None = None


@dataclass(slots=True)
class Asked:
    """What is to be looked at, as file events or the user ask: some files, the directories, or everything at once."""

    paths: dict[str, None] = field(default_factory=dict)
    search: bool = False
    everything: bool = False


class Rounds:
    """Looks at a workspace's files. One thread at a time calls `work`; the rest may be read by others between its calls."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float], pace: Pace, method: Method | None) -> None:
        self.workspace = workspace
        self.grounds = Grounds()
        self.deaf = ""
        """Why listening does not work, where it does not."""
        self.looked_at: float | None = None
        self.every = pace.fastest
        self.way_until = 0.0
        """Until when (of `time.monotonic`) reading makes way for the screen."""
        self.stopped = False
        """Whether what is read is of no use any more; others say so."""
        self._clock = clock
        self._pace = pace
        self._method = method
        self._poller = Poller()
        self._dirty: dict[str, None] = {}
        self._history: dict[str, None] = {}
        self._settling: dict[str, float] = {}
        self._live: set[str] = set()
        self._unkept: set[str] = set()
        self._keeping: Iterator[None] | None = None
        self._keep_at = time.monotonic() + KEEP_AFTER
        self._search = True
        self._search_from = self._tick_at = self._beat_at = self._rest_until = 0.0

    @property
    def idle(self) -> bool:
        """Whether all that there was to look at has been; long histories may still be read."""
        return not self._dirty and not self._search

    @property
    def unread(self) -> int:
        """Bytes of long histories not read yet."""
        files = self.workspace.files
        return sum(files[path].unread for path in tuple(self._history) if path in files)

    def wait(self) -> float:
        """Seconds until there is something to do unasked."""
        if self._dirty:
            return 0.0
        times = [self._tick_at, self._beat_at, *self._settling.values()]
        if self._search:
            times.append(self._search_from)
        if self._history:
            times.append(self._rest_until)
        if self._unkept or self._keeping is not None:
            times.append(self._keep_at)
        return max(0.0, min(times) - time.monotonic())

    def work(self, asked: Asked) -> list[Update]:
        """Look at what was asked for and what is due, for a slice of time; what changed. After a search that found other
        directories nothing is read, so that they are listened to before their files are."""
        now = time.monotonic()
        self._dirty.update(asked.paths)
        self._search |= asked.search or asked.everything
        if asked.everything:
            self._dirty.update(dict.fromkeys(self.workspace.files))
        self._poll(now)
        updates: list[Update] = []
        if self._search and (asked.everything or now >= self._search_from):
            before = self.grounds
            try:
                updates += self._find(now)
            except GivenUp:
                return []
            if self.grounds.listened != before.listened:
                self._beat_at = 0.0  # what came while nobody listened, or was heard by the listener before
                return updates
        changed: dict[LogFile, None] = {}
        for path in [path for path, due in self._settling.items() if due <= now]:
            del self._settling[path]
            if (file := self.workspace.files.get(path)) is not None:
                changed[file] = None
        until = now + SLICE
        self._read(changed, until)
        if not self._dirty and self._history and now >= self._rest_until:
            self._read_history(changed, until)
        if self.idle and not self._history and now >= self._keep_at:
            self._keep(until)
        return updates + self._updates(changed)

    def close(self) -> None:
        """Let go of the cache; what is not kept by now is read again at the next start."""
        self._keeping = None
        self.workspace.close()

    def _keep(self, until: float) -> None:
        """Keep what was read of logs that are at rest, some at a time."""
        wall, files = self._clock(), self.workspace.files
        if self._keeping is None:
            quiet = {path for path in self._unkept if path not in files or files[path].is_quiet(wall)}
            self._unkept -= quiet
            self._keep_at = time.monotonic() + (0.0 if quiet else KEEP_AFTER)
            self._keeping = self.workspace.keep(wall) if quiet else None
        while self._keeping is not None and time.monotonic() < until:
            if next(self._keeping, self) is self:
                self._keeping, self._keep_at = None, time.monotonic() + KEEP_EVERY

    def _poll(self, now: float) -> None:
        """Ask about what is due. A live run's log is opened rather than asked about: over NFS that brings its true size."""
        beat = now >= self._beat_at
        if not beat and now < self._tick_at:
            return
        wall, files, grounds = self._clock(), self.workspace.files, self.grounds
        self.looked_at = wall
        roots = tuple(map(os.path.abspath, self.workspace.paths))
        directories = dict.fromkeys((*roots, *grounds.polled, *(grounds.listened if beat else ())))
        found = bool(self._poller.changed(self._while_wanted(directories)))
        self._search |= found
        live = [path for path in grounds.unheard if path in files and self._lives(path, wall)]
        self._dirty.update(dict.fromkeys(live))
        if beat:
            self._beat_at = now + self._pace.slowest
            changed = self._poller.changed(self._while_wanted(set(files).difference(live)))
            noted = self._poller.changed(os.path.join(directory, NOTES_FILE) for directory in self._while_wanted(grounds.beside))
            changed += [path for notes in noted for path in grounds.beside[os.path.dirname(notes)]]
            self._dirty.update(dict.fromkeys(changed))
            found |= bool(changed)
        awaited = found or live or not all(map(os.path.exists, roots))
        self.every = self._pace.fastest if awaited else min(self._pace.slowest, self.every * SLOWER)
        self._tick_at = now + self.every

    def _wanted(self) -> bool:
        return not self.stopped

    def _while_wanted(self, paths: Iterable[str]) -> Iterator[str]:
        return takewhile(lambda _: not self.stopped, paths)

    def _lives(self, path: str, wall: float) -> bool:
        heard = self.workspace.files[path].heard
        silence = wall - heard if heard is not None else 0.0
        return silence < FRESH or (path in self._live and silence < LIVE_FOR)

    def _find(self, now: float) -> list[Update]:
        """Look for files, the ones written to last to be read first."""
        self._search = False
        before = self.workspace.files
        fresh = [file.path for file in self.workspace.discover(self._wanted)]
        created = set(fresh)
        files = self.workspace.files
        renamed = [file for path, file in files.items() if path not in before and path not in created]
        grounds = survey(self.workspace.directories, files, self._method, self.deaf, self._wanted)
        for directory in self._while_wanted(grounds.beside.keys() - self.grounds.beside.keys()):
            self._poller.note(os.path.join(directory, NOTES_FILE))
        self._note_directories(grounds)
        self.grounds = grounds
        times = {path: self._poller.note(path)[-2:] for path in self._while_wanted(fresh)}
        if self.stopped:
            raise GivenUp
        self._dirty.update(dict.fromkeys(sorted(fresh, key=lambda path: times[path], reverse=True)))
        gone = [path for path in before if path not in files]
        self._dirty.update(dict.fromkeys(file.path for file in renamed))  # what was heard of it had another name
        self._live.difference_update(gone)
        self._search_from = time.monotonic() + (time.monotonic() - now) / SEARCH_SHARE
        return [*(Update(path, ()) for path in gone), *self._updates(renamed)]

    def _note_directories(self, grounds: Grounds) -> None:
        """A directory is as it was found; one that changed just now may have changed again within the same tick of its
        clock, so it is searched again."""
        wall = self._clock()
        for directory in self._while_wanted((*grounds.polled, *grounds.listened)):
            sign = self._poller.note(directory)
            if len(sign) > 1 and abs(wall - sign[2] / 1e9) < CLOCK_TICK:
                self._poller.doubt(directory)

    def _read(self, changed: dict[LogFile, None], until: float) -> None:
        while self._dirty:
            path = next(iter(self._dirty))
            del self._dirty[path]
            file = self.workspace.files.get(path)
            if file is None:
                continue
            wall = self._clock()
            self.looked_at = wall
            news, more = file.look(wall)
            if news:
                changed[file] = None
            if more:
                self._dirty[path] = None  # at the end of the line: no file starves another
            self._search |= file.missing
            if file.behind:
                self._history[path] = None
            if file.torn and not file.settled(wall):
                self._settling[path] = time.monotonic() + SETTLED_AFTER + MOMENT
            if not self._dirty or time.monotonic() > until or self.stopped:
                return
            self._give_way()

    def _give_way(self) -> None:
        """Wait while a person waits for the screen: two threads at work would each have half of the time."""
        while not self.stopped and (rest := self.way_until - time.monotonic()) > 0:
            time.sleep(min(rest, WAY_STEP))

    def _read_history(self, changed: dict[LogFile, None], until: float) -> None:
        """Read on in a long log, in what time is left, and let the others have theirs."""
        began = time.monotonic()
        while self._history and time.monotonic() < until:
            path = next(iter(self._history))
            del self._history[path]
            file = self.workspace.files.get(path)
            if file is None:
                continue
            news, more = file.read_on(self._clock())
            if news:
                changed[file] = None
            if file.behind and more:
                self._history[path] = None
        self._rest_until = time.monotonic() + (time.monotonic() - began) * (1 / HISTORY_SHARE - 1)

    def _updates(self, changed: Iterable[LogFile]) -> list[Update]:
        wall = self._clock()
        updates: list[Update] = []
        for file in changed:
            if self.stopped:
                break
            self._give_way()
            updates.append(Update(file.path, tuple(file.runs(wall)), file.pointer))
        if self.workspace.cache is not None:
            self._unkept.update(file.path for file in changed if not file.rests)
        for update in updates:
            if any(run.live for run in update.runs):
                self._live.add(update.path)
            else:
                self._live.discard(update.path)
        return updates
