"""When Python looks for garbage: seldom while keys are pressed, and through everything while nobody is there."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

COLLECTED = (20_000, 5, 50)
"""Objects, and looks at younger ones, between two looks for garbage."""
REST, EVERY = 180.0, 600.0
"""Seconds without a key after which everything is looked through, and between two such looks, in seconds."""


class Garbage:
    """Looks for garbage less often than Python does by itself, and not again in what a full look once found to be in use: of a
    thousand runs each such look held up the screen for 150 ms. Almost everything here is freed without. What is not, such as a
    screen that was open at the last full look, stays until nobody pressed a key for a while. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked_at = clock()

    def begin(self) -> None:
        """From now on, until `end`."""
        gc.set_threshold(*COLLECTED)
        gc.callbacks.append(_leave_alone)

    def end(self) -> None:
        """As Python does it again."""
        gc.callbacks.remove(_leave_alone)

    def rest(self, idle: float) -> bool:
        """Nobody pressed a key for so many seconds: look through everything if that is long enough, and the last time long
        enough ago; whether that was so."""
        now = self._clock()
        if idle < REST or now - self._looked_at < EVERY:
            return False
        self._looked_at = now
        gc.unfreeze()
        gc.collect()
        return True


def _leave_alone(phase: str, about: Mapping[str, int]) -> None:
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()
