"""A file's first bytes, and the other log that they may point at."""

from __future__ import annotations

from parsers.scheduler import pointed_at
from tui.runs.link import output_of

POINTER_MOST = 4096
"""Bytes at a file's beginning in which the path of another log is looked for."""


class Beginning:
    """Keeps a file's first bytes as they come."""

    def __init__(self) -> None:
        self._data = b""
        self._told: tuple[int, str, str | None] = (0, "", None)

    def take(self, data: bytes) -> None:
        """The file's next bytes."""
        if len(self._data) < POINTER_MOST:
            self._data += data[:POINTER_MOST]

    def target(self, name: str) -> str | None:
        """What the file of that name points at: it holds nothing but the path of another log, or it is a scheduler's output
        file that names one near its beginning, whatever else the job's script printed there."""
        if self._told[:2] != (len(self._data), name):
            self._told = len(self._data), name, self._target(name)
        return self._told[2]

    def _target(self, name: str) -> str | None:
        lines = self._data[:POINTER_MOST].decode("utf-8", "replace").split("\n")
        if output_of(name) is None:
            return pointed_at("\n".join(lines)) if len(self._data) < POINTER_MOST else None
        targets = {found for line in lines if (found := pointed_at(line)) is not None}
        return targets.pop() if len(targets) == 1 else None
