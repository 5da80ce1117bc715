"""When Python looks for garbage: not while keys are pressed, and through everything while nobody is there."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

YOUNG, YOUNG_MOST = 4_000, 50_000
"""Objects made since the last look after which the next one is due, and after which it waits for keys no more."""
OLDER = 3
"""Looks at what was made since the last one, after which what outlived those is looked through as well."""
CALM, LULL = 0.08, 3.0
"""Seconds without a key before what was made since the last look is looked through (some ms), and what outlived some such
looks (some ten ms)."""
REST, EVERY = 60.0, 300.0
"""Seconds without a key after which everything is looked through, and between two such looks, in seconds."""


class Garbage:
    """Looks for garbage in Python's stead, which does so in the middle of a key's work: 60 ms, and of a thousand runs 150. Almost
    everything here is freed without. What is not, such as a screen that was open for long, stays until nobody pressed a key
    for a while. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked_at = clock()
        self._looks = 0

    def begin(self) -> None:
        """From now on, until `end`."""
        gc.disable()

    def end(self) -> None:
        """As Python does it again."""
        gc.enable()

    def rest(self, idle: float) -> None:
        """Nobody pressed a key for so many seconds: look through as much as there is time for, if that is due. To be told
        some times a second."""
        now, young = self._clock(), gc.get_count()[0]
        if idle >= REST and now - self._looked_at >= EVERY:
            gc.collect()
            self._looked_at, self._looks = now, 0
        elif idle >= LULL and self._looks >= OLDER:
            gc.collect(1)
            self._looks = 0
        elif young >= YOUNG_MOST or (idle >= CALM and young >= YOUNG):
            gc.collect(0)
            self._looks += 1


ONCE = 200_000, 20, 20
"""Objects made between two looks, and looks between two that go further, of a command that reads once and ends."""


@contextmanager
def seldom() -> Iterator[None]:
    """Look for garbage rarely: nearly all that a command makes which reads once lives to its end, and looking through it over
    and over is a fifth of what a thousand short logs cost."""
    usual = gc.get_threshold()
    gc.set_threshold(*ONCE)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
