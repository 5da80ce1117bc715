"""Directories to runs: which files are logs, where each stands, and the runs of all of them in a stable order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.runs.checks import checked
from tui.runs.link import PointerFile, linked
from tui.runs.liveness import judged
from tui.runs.logfile import LogFile
from tui.runs.naming import named
from tui.runs.run import Run

DEPTH_MOST = 12
_NO_LOG = frozenset({
    ".py", ".pyc", ".pyx", ".so", ".a", ".o", ".c", ".cc", ".cpp", ".h", ".hpp", ".cu", ".js", ".ts", ".css", ".html", ".htm",
    ".md", ".rst", ".tex", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".json", ".jsonl", ".yaml", ".yml",
    ".toml", ".ini", ".cfg", ".csv", ".tsv", ".parquet", ".arrow", ".npy", ".npz", ".pt", ".pth", ".bin", ".ckpt", ".mdl",
    ".h5", ".hdf5", ".safetensors", ".onnx", ".pef", ".iop", ".aa", ".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".whl",
    ".lock", ".sh", ".bash", ".ipynb", ".db", ".sqlite", ".pkl", ".pickle",
})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a log: its path, and its name relative to the root that it was found under."""

    path: str
    name: str


def candidates(paths: Sequence[str]) -> Iterator[Candidate]:
    """The files that may be logs under some paths, sorted; a file named outright always counts.

    With one directory, names are relative to it; with several paths, each name begins with the path's own last part.
    """
    seen: set[str] = set()
    for path in paths:
        path = os.path.abspath(path)
        label = "" if len(paths) == 1 else os.path.basename(path)
        alone = iter([Candidate(path, os.path.basename(path))])
        for candidate in _walk(path, label, 0) if os.path.isdir(path) else alone:
            if (real := os.path.realpath(candidate.path)) not in seen:
                seen.add(real)
                yield candidate


def _walk(directory: str, label: str, depth: int) -> Iterator[Candidate]:
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = f"{label}/{entry.name}" if label else entry.name
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                if depth < DEPTH_MOST and entry.name not in ("__pycache__", "node_modules"):
                    yield from _walk(entry.path, name, depth + 1)
            elif entry.is_file() and may_be_log(entry.name):
                yield Candidate(entry.path, name)
        except OSError:
            continue


def may_be_log(name: str) -> bool:
    """Whether a file's name lets it be a log; its content decides."""
    if name.startswith(("events.out.tfevents", "core.")):
        return False
    return os.path.splitext(name)[1].lower() not in _NO_LOG


class Workspace:
    """The logs under some paths and their runs. `now` gives seconds since the epoch."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = tuple(paths)
        self.files: dict[str, LogFile] = {}

    def discover(self) -> list[LogFile]:
        """Look for files: the new ones, unread. A file that is gone is forgotten."""
        found = {candidate.path: candidate for candidate in candidates(self.paths)}
        for path in [path for path in self.files if path not in found]:
            del self.files[path]
        fresh = [path for path in found if path not in self.files]
        for path in fresh:
            self.files[path] = LogFile(path, found[path].name)
        self.files = {path: self.files[path] for path in found}
        return [self.files[path] for path in fresh]

    def read(self) -> None:
        """Discover, and read every file to its end."""
        self.discover()
        for file in self.files.values():
            file.read_all()

    def runs(self, now: float) -> list[Run]:
        """Every run, with state, findings and links between files as of `now` (seconds since the epoch)."""
        files = tuple(self.files.values())
        pointers = [pointer for file in files if (pointer := file.pointer) is not None]
        return finished_view([run for file in files for run in file.runs(now)], now, pointers)


def finished_view(runs: Sequence[Run], now: float, pointers: Sequence[PointerFile] = ()) -> list[Run]:
    """Runs as shown: linked across files, judged alive or not, with findings."""
    return [checked(judged(run, now), now) for run in named(linked(runs, pointers))]
