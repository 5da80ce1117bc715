"""A run's own rhythm: how long it is silent between its words, phase by phase; by its log's clock, or its file's.

Two clocks serve. Where lines carry times, the log's own: it is exact, and the same however late a file is read. Where
they carry none (Graphcore, Groq), the time at which the log was seen to grow stands in.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, compress
from operator import sub
from typing import Literal

from parsers.frozen import frozen
from parsers.records import PhaseName, ProgressUnit
from tui.runs.middle import median
from tui.runs.window import Marks, Window

Clock = Literal["log", "file"]

BEAT = 1.0
"""Seconds within which words count as one: a step prints several lines."""
RHYTHM_LEAST = 3
"""Silences that make a rhythm."""
RECENT = 15
"""Silences of which the usual one is the median."""
DUE = 3.0
"""How many of its usual intervals a pause may stay away before it is no part of the rhythm any more."""
ARRIVALS_MOST = 512
"""Looks at a log of which it is known how far it had come."""

_EPOCH = datetime(1970, 1, 1)


@dataclass(slots=True)
class _Level:
    count: int = 0
    first: float = math.inf
    last: float = -math.inf
    longest: float = 0.0


class Silences:
    """The silences of one phase, by size: each doubling of seconds is a level, so a day of them takes a few numbers. Time
    is that spent in the phase, the sum of its silences."""

    def __init__(self) -> None:
        self._levels: dict[int, _Level] = {}
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._spent = 0.0

    def add(self, seconds: float) -> None:
        """A silence that has just ended."""
        self._spent += seconds
        level = self._levels.setdefault(math.frexp(seconds)[1], _Level())
        level.count += 1
        level.first, level.last = min(level.first, self._spent), self._spent
        level.longest = max(level.longest, seconds)
        self._recent.append(seconds)

    def add_all(self, silences: Sequence[float]) -> None:
        """The same as adding each in turn; none is shorter than a beat."""
        spent = list(accumulate(silences, initial=self._spent))
        sizes = list(map(int.bit_length, map(int, silences)))  # of a second or more: what frexp gives
        for size in set(sizes):
            level = self._levels.setdefault(size, _Level())
            level.count += sizes.count(size)
            level.first = min(level.first, spent[sizes.index(size) + 1])
            level.last = spent[len(sizes) - sizes[::-1].index(size)]
            level.longest = max(level.longest, max(compress(silences, map(size.__eq__, sizes))))
        self._spent = spent[-1]
        self._recent.extend(silences[-RECENT:])

    @property
    def usual(self) -> float | None:
        """The median of the last ones; None with fewer than `RHYTHM_LEAST`."""
        return median(self._recent) if len(self._recent) >= RHYTHM_LEAST else None

    @property
    def recurring(self) -> float | None:
        """The longest silence that belongs to the rhythm: one that came at least twice and has not stayed away since.

        A checkpoint every three hours counts for the nine that follow; two slow first steps soon do not.
        """
        count, first, last = 0, math.inf, -math.inf
        for _, level in sorted(self._levels.items(), reverse=True) if len(self._recent) >= RHYTHM_LEAST else ():
            count += level.count
            first, last = min(first, level.first), max(last, level.last)
            if count > 1 and self._spent - last <= DUE * (last - first) / (count - 1):
                return level.longest
        return None


@frozen
class Pace:
    """The rhythm as of the last word at `at` (seconds of its clock): the usual silence in the present phase, the longest
    that recurs in it, and the work done in each unit."""

    clock: Clock = "file"
    at: float | None = None
    usual: float | None = None
    longest: float | None = None
    work: Mapping[ProgressUnit, Window] = field(default_factory=dict)


class Arrivals:
    """When each line of a log came, as far back as `ARRIVALS_MOST` looks at it: lines whose format is not clear yet are
    read later, and all at once."""

    def __init__(self) -> None:
        self._lines: list[int] = []
        self._moments: list[float] = []

    def note(self, line: int, at: float) -> None:
        """All lines up to this one had come at this moment."""
        if self._moments and self._moments[-1] == at:
            self._lines[-1] = line
            return
        if len(self._lines) >= ARRIVALS_MOST:
            del self._lines[: ARRIVALS_MOST // 2], self._moments[: ARRIVALS_MOST // 2]
        self._lines.append(line)
        self._moments.append(at)

    def of(self, line: int) -> float | None:
        """When a line came; of one that is written piece by piece, as bars are, the last piece."""
        if len(self._lines) < 2:
            return self._moments[0] if self._moments else None
        after = bisect_right(self._lines, line)
        return self._moments[after - 1 if after and (self._lines[after - 1] == line or after == len(self._lines)) else after]


class Beats:
    """Hears a run's words as they come, by both clocks."""

    def __init__(self) -> None:
        self._silences: dict[tuple[Clock, PhaseName | None], Silences] = {}
        self._heard: dict[Clock, float] = {}
        self._latest: dict[Clock, float] = {}
        self._marks: dict[tuple[Clock, ProgressUnit], Marks] = {}
        self._clock: Clock = "file"

    def hear(self, clock: Clock, at: float, phase: PhaseName | None) -> None:
        """A word at this moment; the silence before it was in that phase."""
        heard = self._heard.get(clock)
        if heard is None or at < heard - BEAT:
            self._heard[clock] = self._latest[clock] = at
            return
        self._latest[clock] = max(self._latest[clock], at)
        if at - heard >= BEAT:
            key = clock, phase
            if key not in self._silences:
                self._silences[key] = Silences()
            self._silences[key].add(at - heard)
            self._heard[clock] = at

    def goes_on(self, at: float) -> bool:
        """Whether a word at this moment of the log's clock comes no earlier than the last one."""
        return at >= self._latest.get("log", at)

    def hear_all(self, clock: Clock, moments: Sequence[float], phase: PhaseName | None) -> None:
        """The same as hearing each in turn; they never fall, and the first is no earlier than the last one heard."""
        if clock not in self._heard:
            self.hear(clock, moments[0], phase)
        heard, silences = self._heard[clock], []
        gaps = list(map(sub, moments[1:], moments))
        if moments[0] - heard >= BEAT and min(gaps, default=BEAT) >= BEAT:
            silences, heard = [moments[0] - heard, *gaps], moments[-1]
        else:
            for at in moments:
                if at - heard >= BEAT:
                    silences.append(at - heard)
                    heard = at
        self._heard[clock] = heard
        self._latest[clock] = max(self._latest[clock], moments[-1])
        if silences:
            self._silences.setdefault((clock, phase), Silences()).add_all(silences)

    def advance_all(
        self, unit: ProgressUnit, counts: Sequence[float], moments: Sequence[float] | None, arrived: float | None
    ) -> None:
        """The same as advancing by each in turn; counts rise, and moments never fall."""
        self._clock = "file" if moments is None else "log"
        if moments is None:
            if arrived is None:
                return
            moments = [arrived] * len(counts)
        key = self._clock, unit
        if key not in self._marks or self._marks[key].began_anew(moments[0], counts[0]):
            self._marks[key] = Marks()
        marks = self._marks[key]
        row = next((row for row, count in enumerate(counts) if marks.is_further(count)), len(counts))
        marks.add_all(moments[row:], counts[row:])

    def advance(self, unit: ProgressUnit, done: float, at: datetime | None, arrived: float | None) -> None:
        """Progress, at a moment of the log's clock where the line has one, else when it arrived."""
        self._clock = "file" if at is None else "log"
        moment = arrived if at is None else seconds_of(at)
        if moment is None:
            return
        key = self._clock, unit
        if key not in self._marks or self._marks[key].began_anew(moment, done):
            self._marks[key] = Marks()
        self._marks[key].add(moment, done)

    def pace(self, phase: PhaseName | None) -> Pace:
        """The rhythm of a run that is in this phase, by the clock of its progress, or the log's where there is none yet.

        The file's silences always count: a program that writes its output in blocks is silent for longer than its lines tell.
        """
        clock: Clock = self._clock if self._marks else "log" if "log" in self._latest else "file"
        own = self._silences.get((clock, phase))
        longest = [
            seconds
            for each in dict.fromkeys((clock, "file"))
            if (silences := self._silences.get((each, phase))) and (seconds := silences.recurring) is not None
        ]
        work = {
            unit: window
            for (each, unit), marks in self._marks.items()
            if each == clock and (window := marks.window()) is not None
        }
        return Pace(clock, self._latest.get(clock), own.usual if own else None, max(longest, default=None), work)


def seconds_of(at: datetime) -> float:
    """A log's time as seconds since 1970, as if its zone were UTC."""
    return (at - _EPOCH).total_seconds()
