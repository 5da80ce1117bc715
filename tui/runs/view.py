"""Runs as shown, of runs as read: linked across files, named apart, judged alive or not, with schedulers' words and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui.runs.checks import checked
from tui.runs.job import NO_JOBS, Job
from tui.runs.link import PointerFile, linked
from tui.runs.liveness import judged
from tui.runs.naming import names_of
from tui.runs.run import Run
from tui.runs.scheduled import scheduled


class View:
    """Makes the view again and again, from what changed: of a run that is as it was, what was made of it before is given,
    the very same object. A thousand runs at rest then cost what comparing them costs."""

    def __init__(self) -> None:
        self._read: tuple[Run, ...] = ()
        self._pointers: tuple[PointerFile, ...] = ()
        self._linked: list[Run] = []
        self._named: dict[str, tuple[Run, Run]] = {}
        self._checked: dict[str, tuple[Run, Run]] = {}

    def take(
        self, runs: Sequence[Run], now: float, pointers: Sequence[PointerFile] = (), jobs: Mapping[str, Job] = NO_JOBS,
    ) -> list[Run]:  # fmt: skip
        """The view of these runs as of `now` (seconds since 1970); it depends on nothing that was taken before."""
        read = tuple(runs)
        if not _same(read, self._read) or tuple(pointers) != self._pointers:
            self._read, self._pointers = read, tuple(pointers)
            self._linked = self._with_names(linked(read, pointers))
        seen = scheduled([judged(run, now) for run in self._linked], jobs, now)
        made = [self._with_findings(run, now) for run in seen]
        self._checked = {run.id: (run, shown) for run, shown in zip(seen, made, strict=True)}
        return made

    def _with_names(self, runs: list[Run]) -> list[Run]:
        made = [self._with_name(run, name) for run, name in zip(runs, names_of(runs), strict=True)]
        self._named = {run.id: (run, named) for run, named in zip(runs, made, strict=True)}
        return made

    def _with_name(self, run: Run, name: str) -> Run:
        if run.name == name:
            return run
        before, named = self._named.get(run.id, (None, run))
        return named if before is run and named.name == name else replace(run, name=name)

    def _with_findings(self, run: Run, now: float) -> Run:
        """What is said of silence tells its length, so of a stalled run it is said anew."""
        before, shown = self._checked.get(run.id, (None, run))
        return shown if (before is run or before == run) and run.state != "stalled" else checked(run, now)


def finished_view(
    runs: Sequence[Run], now: float, pointers: Sequence[PointerFile] = (), jobs: Mapping[str, Job] = NO_JOBS,
) -> list[Run]:  # fmt: skip
    """Runs as shown, once."""
    return View().take(runs, now, pointers, jobs)


def _same(runs: Sequence[Run], before: Sequence[Run]) -> bool:
    """Whether these are the very same objects."""
    return len(runs) == len(before) and all(run is other for run, other in zip(runs, before, strict=True))
