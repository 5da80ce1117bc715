"""Which files under the watched paths may be logs: names relative to their root, and what is passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
