"""Which files under the watched paths may be logs: names relative to their root, and what is passed over and why."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence

from parsers.frozen import frozen
from parsers.rotation import base_of, is_packed
from tui.runs.filenames import may_be_log, no_log
from tui.runs.ignore import IGNORE_FILE, Patterns, patterns_of

__all__ = ["Candidate", "Found", "GivenUp", "Skipped", "candidates", "may_be_log", "search", "skipped"]

DEPTH_MOST = 12
"""Directories below a watched one that are looked into."""
ENTRIES_MOST = 100_000
"""Directory entries looked at below one watched path; the nearest come first, so that what is cut off lies deepest."""

_NO_RUNS = frozenset({"__pycache__", "node_modules", "site-packages"})
_ENVIRONMENTS = frozenset({"pyvenv.cfg", "conda-meta"})


@frozen
class Candidate:
    """A file that may be a log: its path, and its name relative to the root that it was found under."""

    path: str
    name: str


@frozen
class Skipped:
    """What was passed over, a file or a whole directory (then the path ends with a slash), and why."""

    path: str
    why: str


@frozen
class Found:
    """What a search came upon: the files that may be logs, the directories looked into (a file named outright stands for
    the one that holds it), those of them that could not be, and compressed parts of rotated logs."""

    candidates: tuple[Candidate, ...]
    directories: tuple[str, ...]
    refused: tuple[str, ...]
    packed: tuple[str, ...]


class GivenUp(Exception):
    """Nobody wants any more what was begun."""


def candidates(paths: Sequence[str], ignore: Sequence[str] = (), root: str | None = None) -> Iterator[Candidate]:
    """The files that `search` finds."""
    yield from search(paths, ignore, root).candidates


def search(
    paths: Sequence[str], ignore: Sequence[str] = (), root: str | None = None, wanted: Callable[[], bool] = lambda: True
) -> Found:  # fmt: skip
    """The files that may be logs under some paths, sorted; a file named outright always counts.

    With one directory, names are relative to it; with several paths, each name begins with the path's own last part, or
    with as many as tell it from the others; where a `root` is given, relative to that, and absolute outside it.
    `ignore` holds patterns as in `.gitignore`, beside those of a `.bedwatchignore` in each directory named; a directory's
    own `.gitignore` is not asked, since logs are what people keep out of git. Raises GivenUp as soon as it is no longer
    `wanted`, which is asked before each entry.
    """
    seen: set[str] = set()
    labels = _labels(paths) if root is None else _within(root, paths)
    searches = [_Search(path, label, ignore, seen, None, wanted) for path, label in labels.items()]
    files = tuple(candidate for one in searches for candidate in one.found())
    directories = dict.fromkeys(directory for one in searches for directory in one.listed)
    refused = tuple(directory for one in searches for directory in one.refused)
    return Found(files, tuple(directories), refused, tuple(part for one in searches for part in one.packed))


def skipped(paths: Sequence[str], ignore: Sequence[str] = ()) -> list[Skipped]:
    """What `candidates` passes over under the same paths, each file or directory once, sorted within each path."""
    seen: set[str] = set()
    passed_over: list[Skipped] = []
    for path in _labels(paths):
        notes: list[Skipped] = []
        _Search(path, "", ignore, seen, notes).found()
        passed_over += sorted(notes, key=lambda note: note.path.split("/"))
    return passed_over


def _labels(paths: Sequence[str]) -> dict[str, str]:
    """Each path made absolute, and what its files' names begin with, so that no two files have one name."""
    absolute = list(dict.fromkeys(map(os.path.abspath, paths)))
    if len(absolute) == 1:
        return {absolute[0]: ""}
    parts = {path: path.strip("/").split("/") for path in absolute}
    kept = dict.fromkeys(absolute, 1)
    while True:
        labels = {path: "/".join(parts[path][-kept[path] :]) for path in absolute}
        shared = Counter(labels.values())
        short = [path for path in absolute if shared[labels[path]] > 1 and kept[path] < len(parts[path])]
        if not short:
            return labels
        for path in short:
            kept[path] += 1


def _within(root: str, paths: Sequence[str]) -> dict[str, str]:
    """Each path made absolute, and what its files' names begin with when they are relative to a root."""
    top = os.path.join(os.path.abspath(root), "")
    absolute = dict.fromkeys(map(os.path.abspath, paths))
    return {path: "" if os.path.join(path, "") == top else path.removeprefix(top) for path in absolute}


@frozen
class _Directory:
    path: str
    inside: str  # its path within the root; empty for the root
    real: str
    depth: int


class _Search:
    """One search below one path. Links are looked at last, so that a file is known by its own name where it has one."""

    def __init__(
        self, path: str, label: str, ignore: Sequence[str], seen: set[str], notes: list[Skipped] | None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self.root = path
        self._wanted = wanted
        self._label = label
        self._seen = seen  # real paths of the files found, over all roots
        self._notes = notes
        self._patterns: Patterns | None = patterns_of(self.root, ignore)
        self._directories: deque[_Directory] = deque()
        self._links: deque[tuple[str, str, int]] = deque()
        self._looked_into: set[str] = set()
        self._entries = 0
        self.listed: list[str] = []
        self.refused: list[str] = []
        self.packed: list[str] = []
        self._found: list[tuple[str, Candidate]] = []

    def found(self) -> list[Candidate]:
        """The files, sorted by their directories and names."""
        if not os.path.isdir(self.root):
            self.listed.append(os.path.dirname(self.root))
            real = os.path.realpath(self.root)
            if real in self._seen:
                return []
            self._seen.add(real)
            return [Candidate(self.root, self._label or os.path.basename(self.root))]
        for line in self._patterns.wrong if self._patterns else ():
            self._pass_over(f"{IGNORE_FILE}: {line}", "not a pattern, so it ignores nothing")
        self._directories.append(_Directory(self.root, "", os.path.realpath(self.root), 0))
        while self._directories or self._links:
            while self._directories:
                self._look_into(self._directories.popleft())
            if self._links:
                self._follow(*self._links.popleft())
        return [candidate for _, candidate in sorted(self._found, key=lambda pair: pair[0].split("/"))]

    def _look_into(self, directory: _Directory) -> None:
        if directory.real in self._looked_into:
            return
        self._looked_into.add(directory.real)
        self.listed.append(directory.path)
        try:
            with os.scandir(directory.path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self.refused.append(directory.path)
            self._pass_over(directory.inside + "/", error.strerror or "cannot be read")
            return
        if directory.inside and any(entry.name in _ENVIRONMENTS for entry in entries):
            self._pass_over(directory.inside + "/", "a Python environment")
            return
        for entry in entries:
            if not self._wanted():
                raise GivenUp
            if self._entries >= ENTRIES_MOST:
                self._pass_over(directory.inside + "/", f"beyond the first {ENTRIES_MOST:,} entries")
                return
            self._entries += 1
            inside = f"{directory.inside}/{entry.name}" if directory.inside else entry.name
            try:
                self._take(entry, inside, directory)
            except OSError as error:
                self._pass_over(inside, error.strerror or "cannot be read")

    def _take(self, entry: os.DirEntry[str], inside: str, parent: _Directory) -> None:
        is_directory = entry.is_dir()
        path = inside + "/" if is_directory else inside
        if (why := self._unwanted(entry.name, path, is_directory, parent.depth)) is not None:
            if is_packed(entry.name) and base_of(entry.name) is not None:
                self.packed.append(entry.path)
            if entry.name != IGNORE_FILE:
                self._pass_over(path, why)
        elif entry.is_symlink():
            self._links.append((entry.path, inside, parent.depth))
        elif is_directory:
            self._directories.append(_Directory(entry.path, inside, f"{parent.real}/{entry.name}", parent.depth + 1))
        elif entry.is_file():
            self._add(entry.path, inside, f"{parent.real}/{entry.name}")
        else:
            self._pass_over(path, "no ordinary file")

    def _unwanted(self, name: str, path: str, is_directory: bool, depth: int) -> str | None:
        if name.startswith("."):
            return "hidden"
        if self._patterns is not None and (pattern := self._patterns.hides(path)) is not None:
            return f"ignored by {pattern}"
        if not is_directory:
            return no_log(name)
        if name in _NO_RUNS:
            return "source code"
        return f"deeper than {DEPTH_MOST} directories" if depth >= DEPTH_MOST else None

    def _follow(self, path: str, inside: str, depth: int) -> None:
        """A symbolic link: to a file not found otherwise, or to a directory not looked into and not above this one."""
        real = os.path.realpath(path)
        if os.path.isdir(path):
            if os.path.realpath(self.root).startswith(real.rstrip("/") + "/"):
                self._pass_over(inside + "/", f"a link to {real}, which is above the watched directory")
            elif real in self._looked_into:
                self._pass_over(inside + "/", f"a link to {real}, looked into already")
            else:
                self._directories.append(_Directory(path, inside, real, depth + 1))
        elif os.path.isfile(path):
            self._add(path, inside, real)
        else:
            self._pass_over(inside, "a link to nothing")

    def _add(self, path: str, inside: str, real: str) -> None:
        if real in self._seen:
            self._pass_over(inside, f"the same file as {real}")
            return
        self._seen.add(real)
        name = f"{self._label}/{inside}" if self._label else inside
        self._found.append((name, Candidate(path, name)))

    def _pass_over(self, inside: str, why: str) -> None:
        if self._notes is not None:
            self._notes.append(Skipped(os.path.join(self.root, inside.lstrip("/")), why))
