"""Directories to runs: the logs under some paths, where each stands, and the runs of all of them in a stable order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.runs.checks import checked
from tui.runs.discover import Candidate, candidates, may_be_log
from tui.runs.job import NO_JOBS, Job
from tui.runs.link import PointerFile, linked
from tui.runs.liveness import judged
from tui.runs.logfile import LogFile
from tui.runs.naming import named
from tui.runs.run import Run
from tui.runs.scheduled import scheduled
from tui.runs.series import POINTS_MOST

__all__ = ["Candidate", "Workspace", "candidates", "finished_view", "may_be_log"]


class Workspace:
    """The logs under some paths and their runs.

    `ignore` holds patterns of what not to look at; with a `root`, files are named relative to it; a series keeps at most
    `points_most` points.
    """

    def __init__(
        self, paths: Sequence[str], ignore: Sequence[str] = (), *, root: str | None = None, points_most: int = POINTS_MOST,
    ) -> None:  # fmt: skip
        self.paths = tuple(paths)
        self.ignore = tuple(ignore)
        self._root = root
        self._points_most = points_most
        self.files: dict[str, LogFile] = {}

    def discover(self) -> list[LogFile]:
        """Look for files: the new ones, unread. A file that is gone is forgotten."""
        found = {candidate.path: candidate for candidate in candidates(self.paths, self.ignore, self._root)}
        for path in [path for path in self.files if path not in found]:
            del self.files[path]
        fresh = [path for path in found if path not in self.files]
        for path in fresh:
            self.files[path] = LogFile(path, found[path].name, self._points_most)
        self.files = {path: self.files[path] for path in found}
        return [self.files[path] for path in fresh]

    def read(self, now: float | None = None) -> None:
        """Discover, and read every file to its end, at `now` (seconds since 1970) where the same logs are read again."""
        self.discover()
        for file in self.files.values():
            file.read_all(now)

    def runs(self, now: float, jobs: Mapping[str, Job] = NO_JOBS) -> list[Run]:
        """Every run, with state, findings and links between files as of `now` (seconds since the epoch); `jobs` is what
        schedulers say, by job id."""
        files = tuple(self.files.values())
        pointers = [pointer for file in files if (pointer := file.pointer) is not None]
        return finished_view([run for file in files for run in file.runs(now)], now, pointers, jobs)

    def loose_pointers(self, runs: Sequence[Run]) -> list[PointerFile]:
        """Files that only name another log, of jobs that none of these runs is."""
        sources = {source.path for run in runs for source in run.sources}
        pointers = [pointer for file in self.files.values() if (pointer := file.pointer) is not None]
        return [pointer for pointer in pointers if pointer.name not in sources]


def finished_view(
    runs: Sequence[Run], now: float, pointers: Sequence[PointerFile] = (), jobs: Mapping[str, Job] = NO_JOBS,
) -> list[Run]:
    """Runs as shown: linked across files, judged alive or not, joined with their schedulers' words, with findings."""
    view = [judged(run, now) for run in named(linked(runs, pointers))]
    return [checked(run, now) for run in scheduled(view, jobs, now)]
