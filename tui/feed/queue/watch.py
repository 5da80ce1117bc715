"""When schedulers are asked, and what is remembered of their answers: one question for all jobs, failures backed off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from tui.feed.queue.cerebras import Cerebras
from tui.feed.queue.command import NoAnswer
from tui.feed.queue.patience import EVERY, Patience
from tui.feed.queue.pbs import Pbs
from tui.feed.queue.slurm import Slurm
from tui.runs.job import JOB_ENDED, JOB_LIVE, Job, SchedulerName

NOTICE = 1.0
"""Seconds between two looks at whether there is something to ask."""
IDS_MOST = 400
"""Jobs in one question, so that its command line stays short; the latest count."""


class Scheduler(Protocol):
    """One kind of scheduler: `tui.feed.queue.slurm.Slurm` and its like, or a test's own."""

    @property
    def name(self) -> SchedulerName:
        """Its name for people."""

    @property
    def command(self) -> str:
        """The command that is asked."""

    def owns(self, id: str) -> bool:
        """Whether an id has the shape of its jobs' ids, so that it may be put on the command's line."""

    async def ask(self, ids: Sequence[str]) -> Mapping[str, Job]:
        """The jobs known among these ids. Raises NoAnswer."""


def schedulers_here(clock: Callable[[], float] = time.time) -> list[Scheduler]:
    """The schedulers whose commands are on this machine."""
    kinds = (Slurm.here(clock), Pbs.here(clock), Cerebras.here(clock))
    return [scheduler for scheduler in kinds if scheduler is not None]


class QueueWatch:
    """Asks schedulers about jobs while they matter. `wanted` gives the ids to ask for, each with the path of a log of that
    job ('' where there is none); `clock` gives seconds since 1970; `every` is the least time between two questions."""

    def __init__(
        self, wanted: Callable[[], Mapping[str, str]], schedulers: Sequence[Scheduler] | None = None, *,
        every: float = EVERY, clock: Callable[[], float] = time.time,
    ) -> None:
        self._wanted = wanted
        self._schedulers = tuple(schedulers_here(clock) if schedulers is None else schedulers)
        self._clock = clock
        self._every = every
        self._patience = {scheduler.name: Patience(every) for scheduler in self._schedulers}
        self._asked: dict[SchedulerName, frozenset[str]] = {}
        self._troubles: dict[SchedulerName, str] = {}
        self._jobs: dict[str, Job] = {}
        self._closed = asyncio.Event()

    @property
    def names(self) -> tuple[SchedulerName, ...]:
        """The schedulers that can be asked here."""
        return tuple(scheduler.name for scheduler in self._schedulers)

    @property
    def trouble(self) -> str:
        """Why the last questions found no answer, for people; empty while all is well."""
        return "; ".join(self._troubles.values())

    def close(self) -> None:
        """End `updates` soon."""
        self._closed.set()

    @property
    def jobs(self) -> Mapping[str, Job]:
        """Everything known by id."""
        return MappingProxyType(dict(self._jobs))

    async def updates(self) -> AsyncIterator[Mapping[str, Job]]:
        """Everything known by id, after each answer. Ends when closed, or at once where there is no scheduler."""
        while self._schedulers and not self._closed.is_set():
            if await self._round():
                yield self.jobs
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), min(NOTICE, self._every))

    async def ask(self) -> Mapping[str, Job]:
        """Ask each scheduler that is due once; everything known by id."""
        await self._round()
        return self.jobs

    async def _round(self) -> bool:
        """Put the questions that are due, all at the same time; whether any was put."""
        now = time.monotonic()
        if not any(patience.due(now, news=True) for patience in self._patience.values()):
            return False
        wanted = dict(self._wanted())
        questions = [(scheduler, ids) for scheduler in self._schedulers if (ids := self._due(scheduler, wanted, now))]
        await asyncio.gather(*(self._put(scheduler, ids, wanted) for scheduler, ids in questions))
        return bool(questions)

    def _due(self, scheduler: Scheduler, wanted: Mapping[str, str], now: float) -> list[str]:
        """The ids to ask this scheduler for now: none while it is not due, or every job's end is known."""
        ids = [id for id in wanted if scheduler.owns(id) and (id not in self._jobs or self._jobs[id].state not in JOB_ENDED)]
        news = not self._asked.get(scheduler.name, frozenset()).issuperset(ids) and scheduler.name not in self._troubles
        return ids if self._patience[scheduler.name].due(now, news=news) else []

    async def _put(self, scheduler: Scheduler, ids: list[str], wanted: Mapping[str, str]) -> None:
        self._asked[scheduler.name] = frozenset(ids)
        asked, known = ids[-IDS_MOST:], {}
        try:
            known = dict(await scheduler.ask(asked))
            strange = await asyncio.to_thread(_strange, known, wanted)
        except NoAnswer as why:
            self._troubles[scheduler.name] = str(why)
        else:
            self._troubles.pop(scheduler.name, None)
            self._jobs.update({id: known.get(id) or self._missing(scheduler, id) for id in asked})
            for id in strange:
                del self._jobs[id]
        self._patience[scheduler.name].note(time.monotonic(), good=bool(known))

    def _missing(self, scheduler: Scheduler, id: str) -> Job:
        """What is known of a job that its scheduler, asked for it, did not name."""
        before = self._jobs.get(id)
        if before is not None and before.scheduler != scheduler.name and before.state not in ("gone", "unknown"):
            return before  # another scheduler's
        now = self._clock()
        if before is not None and (before.state in JOB_LIVE or before.state == "gone"):
            return replace(before, state="gone", asked_at=now, position=None, time_left=None)
        return Job(id, scheduler.name, scheduler.command, "unknown", now)


def ask_now(wanted: Mapping[str, str], schedulers: Sequence[Scheduler] | None = None) -> tuple[Mapping[str, Job], str]:
    """Ask once and wait for the answers, for a command that prints and ends: the jobs by id, and why there is no answer
    where there is none."""

    async def go() -> tuple[Mapping[str, Job], str]:
        queue = QueueWatch(lambda: wanted, schedulers)
        return await queue.ask(), queue.trouble

    return asyncio.run(go())


def _strange(known: Mapping[str, Job], wanted: Mapping[str, str]) -> list[str]:
    """The ids that are not those of the logs that they are asked for: home directories are shared by several clusters, and
    each counts its jobs from 1, so that a job of another user than the log's is another cluster's."""
    return [id for id, job in known.items() if job.owner is not None and _owner(wanted.get(id, "")) not in (None, job.owner)]


def _owner(path: str) -> str | None:
    """The name of the user whose file it is; None where that cannot be told."""
    try:
        return Path(path).owner() if path else None
    except (OSError, KeyError, NotImplementedError):
        return None
