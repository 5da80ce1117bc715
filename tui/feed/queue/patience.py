"""How long to leave a command alone: its usual interval while it answers, longer and longer while it does not."""

from __future__ import annotations

EVERY = 30.0
"""Seconds between two questions to one scheduler, at least: its controller serves everybody."""
SLOWEST = 600.0
"""Seconds between two questions to a command that keeps failing or knows none of our jobs, at most."""


class Patience:
    """When a command may be asked again; moments are of a monotonic clock."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._wait = every
        self._asked: float | None = None

    def due(self, now: float, *, news: bool = False) -> bool:
        """Whether it may be asked now; with news, something new to ask, the wait is the usual one."""
        return self._asked is None or now - self._asked >= (self._every if news else self._wait)

    def note(self, now: float, *, good: bool) -> None:
        """It was asked and its answer was of use, or not: then the wait doubles."""
        self._wait = self._every if good else min(2 * self._wait, max(SLOWEST, self._every))
        self._asked = now
