"""Whose turn it is: a key's own frame, reading, or a drawing of what came; drawings take no more than a share of the time."""

from __future__ import annotations

import asyncio
import time
from typing import Literal

DRAWN_SHARE, REST_MOST = 0.05, 1.0
"""Share of the time that making drawings may take, so that keys seldom wait for one, and the longest rest between two, in
seconds: with 200 runs that write ten lines a second each the screen shows what came a little later."""
KEY_FRAME, KEYS_MOST = 0.05, 6
"""Seconds that a key's own frame has before a drawing goes on, and how many keys one drawing lets go before it."""
AGES, CALM_AGES = 1.0, 60.0
"""Seconds after which ages are drawn anew; and where motion is to be reduced."""
JUDGED = 3.0
"""Seconds after which it is judged anew which runs live, while any does; `CALM_AGES` where motion is to be reduced."""

Due = Literal["judged", "ages"]
"""What is to be drawn: all runs judged anew, or the ages alone."""


class Turns:
    """Gives each its turn. `still` is where motion is to be reduced."""

    def __init__(self, *, still: bool) -> None:
        self._ages, self._judged = (CALM_AGES, CALM_AGES) if still else (AGES, JUDGED)
        self._pressed_at = -KEY_FRAME
        self._judged_at = self._rests_until = 0.0
        self._began = 0.0
        self.drawn_at = 0.0
        """When something was drawn last, in seconds of the monotonic clock."""

    def begin(self) -> None:
        """The program draws from now on."""
        self._began = time.monotonic()

    @property
    def running(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._began

    def pressed(self) -> None:
        """A key was pressed: its frame comes first."""
        self._pressed_at = time.monotonic()

    @property
    def idle(self) -> float:
        """Seconds without a key."""
        return time.monotonic() - max(self._pressed_at, self._began)

    @property
    def resting(self) -> bool:
        """Whether the last drawing took so long that it is not yet time for another."""
        return time.monotonic() < self._rests_until

    def quiet(self, seconds: float) -> bool:
        """Whether nothing was judged for so long."""
        return time.monotonic() - self._judged_at >= seconds

    def due(self, *, news: bool, live: bool) -> Due | None:
        """What is to be drawn now, where something came (`news`) or runs live; it counts as drawn."""
        now = time.monotonic()
        judged = news or (live and now - self._judged_at >= self._judged)
        if not judged and now - self.drawn_at < self._ages:
            return None
        self.drawn_at = now
        return "judged" if judged else "ages"

    async def keys_first(self) -> None:
        """Wait until no key's frame is still to come."""
        for _ in range(KEYS_MOST):
            if (rest := self._pressed_at + KEY_FRAME - time.monotonic()) <= 0:
                return
            await asyncio.sleep(rest)

    def judging(self) -> None:
        """Runs are judged now."""
        self._judged_at = time.monotonic()

    def drawn(self, spent: float) -> None:
        """A drawing took so many seconds."""
        self._rests_until = time.monotonic() + min(REST_MOST, spent / DRAWN_SHARE)
