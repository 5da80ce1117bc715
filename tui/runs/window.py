"""How fast a run's work goes: the stretches between marks of progress, over a trailing window, and the pauses in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from parsers.frozen import frozen
from tui.runs.middle import median

TICK = 1.0
"""Seconds within which progress counts as made at once."""
WINDOW = 64
"""Marks of progress that the trailing window holds."""
WINDOW_SHARE = 4
"""The window reaches back over at least this part of the work so far: a quarter."""
PAUSE = 2.5
"""How many times the usual pace a stretch of work takes when it held a pause, such as a checkpoint."""
USUAL_OF = 15
"""Stretches after which it is known, and known anew, what a stretch usually takes."""


@frozen
class Pauses:
    """What of a run's stretches of work was no work: how many held a pause, the seconds that these added, in all and at most,
    and how much work was done when the first and the last of them began."""

    count: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    first: float = 0.0
    last: float = 0.0

    def before(self, done: float, total: float) -> float:
        """How many more are to be expected from here to the end, if they recur: they come after so much work each, and one
        may begin right now, or when all is done."""
        every = (self.last - self.first) / (self.count - 1) if self.count > 1 else 0.0
        return max(0.0, (total - self.last) // every + 1 + (self.last - done) // every) if every > 0 else 0.0


NO_PAUSES = Pauses()


@frozen
class Window:
    """The work of the trailing window: seconds a unit of it takes, stretch by stretch, seconds a stretch takes, the moment
    of the last progress, and the pauses in all work so far."""

    rates: tuple[float, ...]
    stretch: float
    at: float
    pauses: Pauses


class _Stretch(NamedTuple):
    seconds: float
    work: float
    begin: float  # work done before it


class Marks:
    """Progress of one unit: when how much was done."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._began = 0.0
        self._latest: tuple[float, float] | None = None
        self._rates: deque[float] = deque(maxlen=WINDOW - 1)  # of the stretches that nothing changes any more
        self._usual: float | None = None
        self._settled = 0
        self._pauses = Pauses()
        self._told: tuple[tuple[float, ...], float, Pauses] | None = None
        """What the stretches tell, while they are the same."""

    def began_anew(self, at: float, done: float) -> bool:
        """Whether this is another count: much less is done than before (a little less is another rank's word), or earlier."""
        return self._latest is not None and (done < self._latest[1] / 2 or at < self._latest[0] - TICK)

    def is_further(self, done: float) -> bool:
        """Whether this is more than was done before."""
        return self._latest is None or done > self._latest[1]

    def add(self, at: float, done: float) -> None:
        """At this moment this much was done."""
        if not self.is_further(done):
            return
        self._latest = at, done
        if not self._recent:
            self._began = at
            self._recent.append((at, done))
        elif at <= self._recent[-1][0]:
            self._recent[-1] = self._recent[-1][0], done
            self._told = None
        elif self._is_due(at):
            self._settle()
            self._recent.append((at, done))
            self._told = None

    def add_all(self, moments: Sequence[float], counts: Sequence[float]) -> None:
        """The same as adding each in turn; neither column falls, and counts rise."""
        row, size, recent, share = 0, len(moments), self._recent, WINDOW * WINDOW_SHARE
        if not recent:
            self.add(moments[0], counts[0])
            row = 1
        while row < size:
            begin = recent[-1][0]
            if moments[row] <= begin:
                row = bisect_right(moments, begin, row)
                self.add(moments[row - 1], counts[row - 1])
                continue
            since = moments[row] - begin
            soon = since >= TICK and since >= (moments[row] - self._began) / share  # as `_is_due`, without a call
            due = row if soon else self._first_due(moments, row)
            if due < size:
                self._settle()
                recent.append((moments[due], counts[due]))
                self._told = None
            row = due + 1
        self._latest = moments[-1], counts[-1]

    def _first_due(self, moments: Sequence[float], row: int) -> int:
        """The first row from this one on that makes another mark, or the end."""
        share, begin = WINDOW * WINDOW_SHARE, self._recent[-1][0]
        due = bisect_left(moments, max(begin + TICK, (share * begin - self._began) / (share - 1)), row)
        while due > row and self._is_due(moments[due - 1]):  # to the last bit
            due -= 1
        while due < len(moments) and not self._is_due(moments[due]):
            due += 1
        return due

    def _is_due(self, at: float) -> bool:
        """Whether progress at this moment makes another mark."""
        since = at - self._recent[-1][0]
        return since >= TICK and since >= (at - self._began) / (WINDOW * WINDOW_SHARE)

    def _settle(self) -> None:
        """See whether the last stretch, which nothing changes any more, held a pause, once it is known what is usual."""
        self._settled += 1
        if len(self._recent) < 2:
            return
        begin, end = self._recent[-2], self._recent[-1]
        seconds, work = end[0] - begin[0], end[1] - begin[1]
        self._rates.append(seconds / work)
        if self._settled % USUAL_OF == 1 and len(self._recent) > USUAL_OF:
            known, self._usual = self._usual, median(self._rates)
            if known is None:
                self._pauses = _pauses_of(self._stretches()[:-1], self._usual)
        if self._usual is not None and seconds > PAUSE * self._usual * work:
            self._pauses = _pauses_of((_stretch(begin, end),), self._usual, self._pauses)

    def _stretches(self) -> list[_Stretch]:
        """The stretches between the marks in the window."""
        return [_stretch(begin, end) for begin, end in pairwise(self._recent)]

    def window(self) -> Window | None:
        """What the marks tell; None before the first stretch. It is asked for with every word."""
        if len(self._recent) < 2 or self._latest is None:
            return None
        if self._told is None:
            stretches, pauses = self._stretches(), self._pauses
            if self._usual is None:
                pauses = _pauses_of(stretches, _usual(stretches))
            rates = tuple([stretch.seconds / stretch.work for stretch in stretches])
            self._told = rates, median(stretch.seconds for stretch in stretches), pauses
        rates, stretch, pauses = self._told
        return Window(rates, stretch, self._latest[0], pauses)


def _stretch(begin: tuple[float, float], end: tuple[float, float]) -> _Stretch:
    return _Stretch(end[0] - begin[0], end[1] - begin[1], begin[1])


def _usual(stretches: Sequence[_Stretch]) -> float:
    """Seconds that a unit of work usually takes."""
    return median(stretch.seconds / stretch.work for stretch in stretches)


def _pauses_of(stretches: Sequence[_Stretch], usual: float, known: Pauses = NO_PAUSES) -> Pauses:
    """The pauses known and those of these stretches: a stretch that takes `PAUSE` times the usual holds one."""
    for seconds, work, begin in stretches:
        if seconds > PAUSE * usual * work:
            pause, first = seconds - usual * work, known.first if known.count else begin
            known = Pauses(known.count + 1, known.seconds + pause, max(known.longest, pause), first, begin)
    return known
