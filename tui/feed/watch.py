"""Where news comes from: files that appear, grow, shrink or vanish become updates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from tui.runs.run import Run


@dataclass(frozen=True, slots=True)
class Update:
    """The runs that a file holds now; none when it is gone."""

    path: str
    runs: tuple[Run, ...]


class Feed:
    """Follows the logs under some paths."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = tuple(paths)

    async def updates(self) -> AsyncIterator[list[Update]]:
        """What changed, batch by batch: first every file there is, then as they change. Ends when closed."""
        yield []

    def refresh(self) -> None:
        """Look at every file at once."""

    def close(self) -> None:
        """End `updates` soon."""
