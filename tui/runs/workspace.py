"""Directories to runs: the logs under some paths, where each stands, and the runs of all of them in a stable order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from parsers.rotation import base_of, identity_of
from tui.runs.cache import Cache, Kept
from tui.runs.discover import Candidate, GivenUp, candidates, may_be_log, search
from tui.runs.job import NO_JOBS, Job
from tui.runs.link import PointerFile
from tui.runs.logfile import LogFile
from tui.runs.rotated import parts_of
from tui.runs.run import Run
from tui.runs.series import POINTS_MOST
from tui.runs.view import finished_view

__all__ = ["Candidate", "Workspace", "candidates", "may_be_log"]


class Workspace:
    """The logs under some paths and their runs.

    `ignore` holds patterns of what not to look at; with a `root`, files are named relative to it; a series keeps at most
    `points_most` points, and with 0 there are none. What `cache` keeps of logs is not read again.
    """

    def __init__(
        self, paths: Sequence[str], ignore: Sequence[str] = (), *, root: str | None = None, points_most: int = POINTS_MOST,
        cache: Cache | None = None,
    ) -> None:  # fmt: skip
        self.paths = tuple(paths)
        self.ignore = tuple(ignore)
        self._root = root
        self._points_most = points_most
        self.cache = cache
        self.files: dict[str, LogFile] = {}
        self.directories: tuple[str, ...] = ()
        """Those looked into at the last search."""
        self.refused: tuple[str, ...] = ()
        """Those of them that could not be."""
        self.missing: tuple[str, ...] = ()
        """The paths that were not there at the last search."""

    def discover(self, wanted: Callable[[], bool] = lambda: True) -> list[LogFile]:
        """Look for files: the new ones, unread. A file that is gone is forgotten, one that cannot be looked for is not. Raises
        GivenUp, with all as it was before, as soon as it is no longer `wanted`."""
        found = search(self.paths, self.ignore, self._root, wanted)
        names = {candidate.path: candidate.name for candidate in found.candidates}
        for path in [path for path in names if path not in self.files and self._is_read_part(path)]:
            del names[path]
        kept = {path: file for path, file in self.files.items() if path in names or _may_return(file, found.refused)}
        fresh = {path: name for path, name in names.items() if path not in kept}
        gone = [file for path, file in self.files.items() if path not in kept]
        for file in gone if fresh else ():
            if (new := _renamed(file, fresh)) is not None:
                file.move(new, fresh.pop(new))
                kept[new] = file
        created: list[LogFile] = []
        for path, part in self._logs(fresh, found.packed):
            if not wanted():
                raise GivenUp
            created.append(LogFile(path, fresh[path], self._points_most, part, self.cache if part is None else None))
        kept |= {file.path: file for file in created}
        self.directories, self.refused = found.directories, found.refused
        self.missing = tuple(path for path in self.paths if not os.path.lexists(path))
        self.files = {path: kept[path] for path in dict.fromkeys((*names, *kept)) if path in kept}
        return created

    def _is_read_part(self, path: str) -> bool:
        """Whether a file is the rotated part of a known log that was read under the log's own name."""
        log = base_of(path)
        return log is not None and log in self.files and self.files[log].holds(path)

    def _logs(self, fresh: Mapping[str, str], packed: Sequence[str]) -> Iterator[tuple[str, str | None]]:
        """New logs, each with the rotated part in which it begins, if that is proven."""
        parts: dict[str, list[str]] = {}
        for path in (*fresh, *packed):
            if (log := base_of(path)) is not None and log in fresh:
                parts.setdefault(log, []).append(path)
        proven = {log: parts_of(log, files) for log, files in parts.items()}
        taken = {part for files in proven.values() for part in files}
        for path in fresh:
            if path not in taken:
                yield path, next(iter(proven.get(path, ())), None)

    def read(self, now: float | None = None) -> None:
        """Discover, and read every file to its end, at `now` (seconds since 1970) where the same logs are read again."""
        self.discover()
        for file in self.files.values():
            file.read_all(now)

    def keep(self, now: float) -> Iterator[None]:
        """Keep in the cache what was read of logs that nobody writes to as of `now`, a step for each."""

        def logs() -> Iterator[tuple[str, Kept | None]]:
            for path, file in self.files.items():
                if file.rests:
                    yield path, None
                elif (kept := file.keepable(now)) is not None:
                    yield path, kept

        if self.cache is not None:
            yield from self.cache.keep(logs(), now)

    def close(self) -> None:
        """Let go of the cache."""
        if self.cache is not None:
            self.cache.close()

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


def _may_return(file: LogFile, refused: Sequence[str]) -> bool:
    """Whether a file that was not found is only out of reach: its directory is refused, its server's handle is stale, or
    it was rotated and its successor has no line yet."""
    try:
        os.stat(file.path)
    except (FileNotFoundError, NotADirectoryError):
        return not file.gone
    except OSError:
        return True
    return any(file.path.startswith(directory + "/") for directory in refused)


def _renamed(file: LogFile, fresh: Mapping[str, str]) -> str | None:
    """The new file that a log which is gone has become."""
    if file.identity is None or file.parts:
        return None
    return next((path for path in fresh if identity_of(path) == file.identity), None)
