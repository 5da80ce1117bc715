"""Asks Slurm: `squeue` for jobs that wait, run or just ended, and `sacct` for those that it has forgotten."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from tui.feed.queue.command import Answer, NoAnswer, answer, found, refusal
from tui.feed.queue.patience import Patience
from tui.feed.queue.slurmtext import JOB_COLUMNS, LINE_COLUMNS, SACCT_FIELDS, layout, queue_jobs, recorded_jobs, waiting_places
from tui.runs.job import Job, SchedulerName

_ID = re.compile(r"\d{1,12}(?:_\d{1,9})?")
_REFUSED_COLUMN = re.compile(r"Invalid job format specification: (\w+)")


class Slurm:
    """Slurm's word on jobs by their numbers. `squeue` and `sacct` are the commands' paths, None where there is none."""

    name: SchedulerName = "Slurm"
    command = "squeue"

    def __init__(self, squeue: str, sacct: str | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._squeue, self._sacct = squeue, sacct
        self._clock = clock
        self._records = Patience()
        self._recorded_for: frozenset[str] = frozenset()

    @classmethod
    def here(cls, clock: Callable[[], float] = time.time) -> Slurm | None:
        """Slurm, where its commands are on PATH."""
        squeue = found("squeue")
        return None if squeue is None else cls(squeue, found("sacct"), clock=clock)

    def owns(self, id: str) -> bool:
        """Whether an id has the shape of Slurm's: `30451`, or `30451_7` of an array."""
        return _ID.fullmatch(id) is not None

    async def ask(self, ids: Sequence[str]) -> dict[str, Job]:
        """The jobs known among these ids. Raises NoAnswer."""
        words = [self._squeue, "--noheader", "--states=all", f"--jobs={','.join(ids)}", f"--Format={layout(JOB_COLUMNS)}"]
        given = await answer(words)
        if given.status and "Invalid job id" not in given.err:  # what squeue says of a single id that it does not know
            raise refusal(words, given)
        known = queue_jobs(given.out, self._clock(), _printed(JOB_COLUMNS, given))
        jobs = {id: known[id] for id in ids if id in known}
        if any(job.state == "queued" for job in jobs.values()):
            places = await self._places()
            jobs = {id: replace(job, position=places.get(job.id)) for id, job in jobs.items()}
        forgotten = [id for id in ids if id not in jobs]
        news = not self._recorded_for.issuperset(forgotten)
        if forgotten and self._sacct is not None and self._records.due(time.monotonic(), news=news):
            jobs.update(await self._recorded(self._sacct, forgotten))
        return jobs

    async def _places(self) -> dict[str, int]:
        """Where the waiting jobs stand; nothing where Slurm does not say, since the jobs themselves are known."""
        words = [self._squeue, "--noheader", "--states=PENDING", f"--Format={layout(LINE_COLUMNS)}"]
        try:
            given = await answer(words)
        except NoAnswer:
            return {}
        return {} if given.status else waiting_places(given.out, _printed(LINE_COLUMNS, given))

    async def _recorded(self, sacct: str, ids: Sequence[str]) -> dict[str, Job]:
        """The accounting's word; asked less and less often while it knows nothing, or is not kept."""
        words = [sacct, "--noheader", "--parsable2", f"--jobs={','.join(ids)}", f"--format={','.join(SACCT_FIELDS)}"]
        try:
            given = await answer(words)
        except NoAnswer:
            known: dict[str, Job] = {}
        else:
            known = {} if given.status else recorded_jobs(given.out, self._clock())
        jobs = {id: known[id] for id in ids if id in known}
        self._recorded_for = frozenset(ids)
        self._records.note(time.monotonic(), good=bool(jobs))
        return jobs


def _printed(columns: dict[str, int], given: Answer) -> dict[str, int]:
    """The columns that are in the answer: squeue leaves out those that its version does not know, and says so."""
    refused = {name.lower() for name in _REFUSED_COLUMN.findall(given.err)}
    return {name: width for name, width in columns.items() if name.lower() not in refused}
