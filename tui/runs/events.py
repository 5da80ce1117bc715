"""What happened between two looks at the runs: an event for each thing that a person waiting for it would want to be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.records import PhaseName
from tui.runs.run import ENDED, Finding, Phase, Run, State

EventKind = Literal["appeared", "state", "phase", "progress", "finding", "ended", "gone"]
EVERY = 10.0
"""Seconds between two events on one run's progress."""
OVER: frozenset[State] = ENDED | {"unfinished"}
_NUMBERS = re.compile(r"\d[\d.,:]*(?: (?:s|min|h|d)\b)?")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, and the run as it is since then.

    `at` is when it was noticed, in seconds since 1970; `was` the state before, `phase` the phase that was entered and
    `finding` what was found, each where the kind is about it. `changed` names the metrics of a `progress` that moved.
    """

    kind: EventKind
    at: float
    run: Run
    was: State | None = None
    phase: Phase | None = None
    finding: Finding | None = None
    changed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Told:
    """What was told of a run's progress, and when."""

    at: float
    version: int
    figures: dict[str, float]


class Chronicle:
    """Compares each look at all runs with the one before. `every` is the least time in seconds between two events on the
    progress of one run."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._before: dict[str, Run] = {}
        self._told: dict[str, _Told] = {}

    def take(self, runs: Sequence[Run], now: float, *, first: bool = False) -> list[Event]:
        """What happened since the last look, as of `now` (seconds since 1970), in the order of the runs.

        With `first`, runs that have ended are not said to have done so: they had before anybody looked. Nor is what comes to
        light when the history of a long log has been read, of which only the end was known before.
        """
        present = {run.id: run for run in runs}
        glimpsed = {run.path: run for run in self._before.values() if not run.complete}
        whole = {run.path: run for run in runs if run.complete and run.path in glimpsed}  # the last launch: it was seen before
        lost = {id: run for id, run in self._before.items() if id not in present and run.path not in whole}
        former = _former([run for run in runs if run.id not in self._before], lost.values()) if lost else {}
        events: list[Event] = []
        for run in runs:
            if run.path in whole:
                before = glimpsed[run.path] if run is whole[run.path] else None
            else:
                before = self._before.get(run.id) or former.get(run.id)
            if run is not before:
                events += self._one(before, run, now, quiet=first or run.path in whole)
            events += self._progress(run, now)
        continued = {run.id for run in former.values()}
        for id, run in lost.items():
            self._told.pop(id, None)
            if id not in continued:
                events.append(Event("gone", now, run))
        self._before = present
        return events

    def _one(self, before: Run | None, run: Run, now: float, *, quiet: bool) -> list[Event]:
        if before is None or (_begun_anew(before, run) and not quiet):
            self._told[run.id] = _told(run, now)
            return _appeared(run, now, told=not quiet)
        if run.id not in self._told:
            self._told[run.id] = self._told.get(before.id) or _told(run, now)
        return happened(before, run, now)

    def _progress(self, run: Run, now: float) -> list[Event]:
        told = self._told[run.id]
        if now - told.at < self._every or run.version == told.version:
            return []
        figures = _figures(run)
        changed = tuple(name for name, value in figures.items() if told.figures.get(name) != value)
        if not changed:
            return []
        self._told[run.id] = _Told(now, run.version, figures)
        return [Event("progress", now, run, changed=changed)] if run.state not in OVER else []


def happened(before: Run, after: Run, at: float) -> list[Event]:
    """What one run did between two snapshots: phases entered, findings made, another state; the state comes last."""
    if (before.version, before.state, len(before.findings)) == (after.version, after.state, len(after.findings)):
        return []
    events = []
    if before.complete:
        events += [Event("phase", at, after, phase=phase) for phase in _entered(before, after)]
        events += [Event("finding", at, after, finding=finding) for finding in _found(before.findings, after.findings)]
    if before.state != after.state:
        events.append(Event("ended" if after.state in OVER else "state", at, after, was=before.state))
    return events


def _appeared(run: Run, now: float, *, told: bool) -> list[Event]:
    events = [Event("appeared", now, run)]
    if told:
        events += [Event("finding", now, run, finding=finding) for finding in _found((), run.findings)]
        if run.state in OVER:
            events.append(Event("ended", now, run))
    return events


def _begun_anew(before: Run, run: Run) -> bool:
    """Whether a file began again under the same name: it tells less than before, and of another start or of no end."""
    told_less = run.version < before.version and len(run.sources) >= len(before.sources)
    return told_less and (run.started_at != before.started_at or (before.state in OVER and run.state not in OVER))


def _former(fresh: Iterable[Run], lost: Iterable[Run]) -> dict[str, Run]:
    """The runs that new ones were before: a second log was found to be of the same job, and another one gives the id now."""
    parts = {(source.path, source.first_line): run for run in lost for source in run.sources}
    found = {}
    for run in fresh:
        was = [parts[part] for source in run.sources if (part := (source.path, source.first_line)) in parts]
        if was:
            found[run.id] = was[0]
    return found


def _entered(before: Run, after: Run) -> list[Phase]:
    """The phases begun since, in order. Phases are a log: of a name that came again the last ones are new, and those of a
    very long log may have been summed up meanwhile."""
    new = _times(after.phases) - _times(before.phases)
    entered = []
    for phase in reversed(after.phases):
        if new[phase.name] > 0:
            new[phase.name] -= phase.times
            entered.append(phase)
    return entered[::-1]


def _times(phases: Iterable[Phase]) -> Counter[PhaseName]:
    times: Counter[PhaseName] = Counter()
    for phase in phases:
        times[phase.name] += phase.times
    return times


def _found(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """The findings not made before. A number in one may move on without its being another."""
    known = {_gist(finding) for finding in before}
    return [finding for finding in after if _gist(finding) not in known]


def _gist(finding: Finding) -> tuple[str, str]:
    return finding.code, "" if finding.code == "stalled" else _NUMBERS.sub("#", finding.message)


def _told(run: Run, now: float) -> _Told:
    return _Told(now, run.version, _figures(run))


def _figures(run: Run) -> dict[str, float]:
    """What moves while a run goes on, by name: steps and epochs done, and the metrics; a NaN is the word for one."""
    figures = {unit: amount.done for unit, amount in run.progress.items() if amount.done is not None}
    figures.update((name, reading.value) for name, reading in run.metrics.items())
    return {name: value if value == value else _NOT_A_NUMBER for name, value in figures.items()}


_NOT_A_NUMBER = float("-inf")  # equal to itself, so that a NaN that stays is no news
