"""When schedulers are asked, and what is kept of their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.feed.test_queue import ASKED
from tui.feed.queue import QueueWatch, ask_now
from tui.feed.queue.command import NoAnswer
from tui.feed.queue.patience import SLOWEST, Patience
from tui.runs.job import Job, JobState, SchedulerName

# when they are asked


class Fake:
    """A scheduler under a test's control: what it knows now, or why it does not answer."""

    command = "squeue"

    def __init__(self, name: SchedulerName = "Slurm") -> None:
        self.name = name
        self.known: dict[str, Job] = {}
        self.trouble: str | None = None
        self.questions: list[list[str]] = []

    def owns(self, id: str) -> bool:
        return id.isdigit()

    async def ask(self, ids: Sequence[str]) -> Mapping[str, Job]:
        self.questions.append(list(ids))
        if self.trouble is not None:
            raise NoAnswer(self.trouble)
        return {id: self.known[id] for id in ids if id in self.known}


def job(id: str, state: JobState, **more: Any) -> Job:
    return Job(id, "Slurm", "squeue", state, ASKED, state.upper(), **more)


def following(fake: Fake, steps: Sequence[Callable[[Mapping[str, Job]], object]], wanted: Mapping[str, str]) -> Mapping[str, Job]:
    """Take one answer for each step, then the last."""

    async def go() -> Mapping[str, Job]:
        queue = QueueWatch(lambda: wanted, [fake], every=0.01, clock=lambda: ASKED)
        left = list(steps)
        async with asyncio.timeout(20):
            async for jobs in queue.updates():
                if not left:
                    queue.close()
                else:
                    left.pop(0)(jobs)
        return queue.jobs

    return asyncio.run(go())


def test_a_job_that_the_queue_knew_and_no_longer_does_is_gone() -> None:
    """With what was known of it, and no time left."""
    fake = Fake()
    fake.known["7"] = job("7", "running", node="vm", time_left=60.0)
    jobs = following(fake, [lambda jobs: fake.known.clear()], {"7": "", "8": ""})
    assert (jobs["7"].state, jobs["7"].node, jobs["7"].time_left) == ("gone", "vm", None)
    assert jobs["8"].state == "unknown"


def test_an_end_is_remembered_and_not_asked_for_again() -> None:
    """Slurm forgets after minutes; the dashboard stays open for days."""
    fake = Fake()
    fake.known = {"7": job("7", "failed", exit_code=3), "8": job("8", "running")}
    jobs = following(fake, [lambda jobs: fake.known.pop("7")], {"7": "", "8": ""})
    assert (jobs["7"].state, jobs["7"].exit_code) == ("failed", 3)
    assert fake.questions[:2] == [["7", "8"], ["8"]]


def test_a_failure_is_told_and_what_was_known_stays() -> None:
    """The controller is away for a while; then all is well again."""
    fake = Fake()
    fake.known["7"] = job("7", "running")

    async def go() -> None:
        queue = QueueWatch(lambda: {"7": ""}, [fake], every=0.0)
        await queue.ask()
        fake.trouble = "squeue gave no answer within 10 s"
        assert (await queue.ask())["7"].state == "running"
        assert queue.trouble == "squeue gave no answer within 10 s"
        fake.trouble = None
        await queue.ask()
        assert queue.trouble == ""

    asyncio.run(go())


def test_nothing_is_asked_while_nothing_is_wanted_and_nothing_twice_within_the_interval() -> None:
    """A scheduler serves everybody."""
    fake = Fake()
    wanted: dict[str, str] = {}

    async def go() -> None:
        queue = QueueWatch(lambda: wanted, [fake], every=3600.0)
        await queue.ask()
        assert fake.questions == []
        wanted["7"] = wanted["wsjob-1"] = ""
        await queue.ask()
        wanted["8"] = ""
        await queue.ask()
        assert fake.questions == [["7"]]

    asyncio.run(go())


def test_a_job_of_somebody_else_than_the_log_is_another_clusters(tmp_path: Path) -> None:
    """Homes are shared by clusters that each count from 1: nothing is said rather than a stranger's state."""
    log = tmp_path / "slurm-7.out"
    log.touch()
    fake = Fake()
    fake.known = {"7": job("7", "running", owner="nobody-we-know"), "8": job("8", "running", owner=log.owner())}
    jobs = following(fake, [], {"7": str(log), "8": str(log)})
    assert set(jobs) == {"8"}


def test_two_schedulers_with_the_same_numbers_do_not_contradict_each_other() -> None:
    """A number in a file's name may be Slurm's or PBS's: the one that knows it is believed."""
    slurm, pbs = Fake("Slurm"), Fake("PBS")
    pbs.known["7"] = Job("7", "PBS", "qstat", "running", ASKED)

    async def go(order: Sequence[Fake]) -> JobState:
        return (await QueueWatch(lambda: {"7": ""}, order).ask())["7"].state

    assert asyncio.run(go([slurm, pbs])) == asyncio.run(go([pbs, slurm])) == "running"


def test_a_question_asked_once_gives_jobs_and_trouble() -> None:
    """For a command that prints and ends."""
    fake = Fake()
    fake.trouble = "squeue: no"
    assert ask_now({"7": ""}, [fake]) == ({}, "squeue: no")
    assert ask_now({"7": ""}, []) == ({}, "")


def test_patience_doubles_while_there_is_no_use_in_asking_and_news_shortens_it() -> None:
    """30 s, then 60, at most ten minutes; a new job waits no longer than usual."""
    patience, now, waits = Patience(30.0), 0.0, []
    assert patience.due(now)
    for good in (True, *[False] * 6):
        patience.note(now, good=good)
        waits.append(next(wait for wait in range(0, 1000, 30) if patience.due(now + wait)))
    assert waits == [30, 60, 120, 240, 480, SLOWEST, SLOWEST]
    assert patience.due(now + 30, news=True) and not patience.due(now + 29, news=True)
    patience.note(now, good=True)
    assert patience.due(now + 30)
