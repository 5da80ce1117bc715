"""Events as they happen: from a feed that a test steers, and an injected clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from tui.feed import events
from tui.feed.events import ANSWERED_WITHIN, IDLE_AFTER, Happenings
from tui.feed.watch import Update
from tui.runs.events import Event
from tui.runs.job import Job
from tui.runs.run import Run, Source, State

PATIENCE = 20.0


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow at once."""
    monkeypatch.setattr(events, "TICK", 0.01)
    monkeypatch.setattr(events, "JUDGED", 0.02)


class Steered:
    """A feed that gives what it is told to, and a clock."""

    def __init__(self) -> None:
        self.caught_up = False
        self.now = 1_000_000.0
        self.refreshed = 0
        self._batches: asyncio.Queue[list[Update] | None] = asyncio.Queue()

    async def updates(self) -> AsyncIterator[list[Update]]:
        while (batch := await self._batches.get()) is not None:
            yield batch

    def refresh(self) -> None:
        self.refreshed += 1

    def close(self) -> None:
        self._batches.put_nowait(None)

    def holds(self, *runs: Run) -> None:
        self._batches.put_nowait([Update("/x/" + run.path, (run,)) for run in runs])

    def loses(self, path: str) -> None:
        self._batches.put_nowait([Update("/x/" + path, ())])


def run(state: State, name: str = "a", version: int = 1, modified: float | None = None) -> Run:
    path = f"{name}.log"
    return Run(f"{path}#1", "groq", "groq", name, path, 1, state=state, version=version, modified=modified, heard=modified,
               sources=(Source(path, 1, version, "log"),))  # fmt: skip


class Listener:
    """Keeps what happened, and waits for it."""

    def __init__(self, feed: Steered, *, until_idle: bool = False) -> None:
        self.happenings = Happenings(feed, every=0.0, clock=lambda: feed.now)
        self.events: list[Event] = []
        self._changed = asyncio.Condition()
        self._until_idle = until_idle

    async def listen(self) -> None:
        async for batch in self.happenings.batches(until_idle=self._until_idle):
            async with self._changed:
                self.events += batch
                self._changed.notify_all()

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(event.kind, event.run.name, event.run.state) for event in self.events]

    async def until(self, *told: tuple[str, str, str]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: self.told == list(told)), PATIENCE)


def listening(scenario: Callable[[Steered, Listener], Awaitable[None]], *, until_idle: bool = False) -> Listener:
    async def go() -> Listener:
        feed = Steered()
        listener = Listener(feed, until_idle=until_idle)
        task = asyncio.create_task(listener.listen())
        try:
            await scenario(feed, listener)
            if until_idle:
                await asyncio.wait_for(task, PATIENCE)
        finally:
            listener.happenings.close()
            await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), PATIENCE)
        return listener

    return asyncio.run(go())


def test_nothing_is_told_before_all_that_was_there_has_been_read() -> None:
    """While a long log is read, its run passes through states that it had long ago."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        feed.holds(run("compiling"), run("running", "b"))
        feed.holds(run("finished", version=9))
        while not feed._batches.empty():
            await asyncio.sleep(0)
        assert listener.told == []
        feed.caught_up = True
        await listener.until(("appeared", "a", "finished"), ("appeared", "b", "running"))
        feed.holds(run("failed", "b", version=2))
        await listener.until(("appeared", "a", "finished"), ("appeared", "b", "running"), ("ended", "b", "failed"))

    listening(scenario)


def test_silence_is_judged_though_nothing_is_read() -> None:
    """A run that is silent for long enough is given up by the clock alone."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        feed.holds(run("running", modified=feed.now))
        feed.caught_up = True
        await listener.until(("appeared", "a", "running"))
        feed.now += 100 * 3600
        await listener.until(("appeared", "a", "running"), ("ended", "a", "unfinished"))

    listening(scenario)


def test_it_is_idle_when_nothing_lives_and_the_logs_have_rested() -> None:
    """A run that ended just now may be followed by the next program of its job; and where files are polled, a last look is
    asked for."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        feed.holds(run("running", modified=feed.now))
        feed.caught_up = True
        await listener.until(("appeared", "a", "running"))
        feed.holds(run("finished", version=2, modified=feed.now))
        await listener.until(("appeared", "a", "running"), ("ended", "a", "finished"))
        assert not listener.happenings.idle
        feed.now += IDLE_AFTER
        assert listener.happenings.idle

    listener = listening(scenario, until_idle=True)
    assert listener.happenings._feed.refreshed == 1  # type: ignore[attr-defined]


def test_a_directory_of_old_runs_is_idle_at_once() -> None:
    """Nobody waits for what ended last week."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        feed.holds(run("finished", modified=feed.now - 1e6), run("submitted", "b", modified=feed.now - 1e6))
        feed.caught_up = True

    listener = listening(scenario, until_idle=True)
    assert [told[0] for told in listener.told] == ["appeared", "appeared"]


def test_a_log_that_goes_takes_its_run_along() -> None:
    """And the others stay."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        feed.holds(run("running"), run("running", "b"))
        feed.caught_up = True
        first = (("appeared", "a", "running"), ("appeared", "b", "running"))
        await listener.until(*first)
        feed.loses("a.log")
        await listener.until(*first, ("gone", "a", "running"))

    listening(scenario)


class Words:
    """A scheduler that knows one job, which waits; it answers once asked to."""

    def __init__(self, now: float) -> None:
        self._now = now
        self.closed = False
        self.answers = asyncio.Event()

    async def updates(self) -> AsyncIterator[dict[str, Job]]:
        await self.answers.wait()
        yield {"7": Job("7", "Slurm", "squeue", "queued", self._now, "PENDING")}

    def close(self) -> None:
        self.closed = True


def test_a_scheduler_s_word_is_an_event_and_is_waited_for() -> None:
    """Logs that know no more than a submission are not idle before the queue was asked; then the run is queued, so live."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        words = Words(feed.now)
        listener.happenings.queue = words
        feed.holds(replace(run("submitted", modified=feed.now - 1e6), job_ids=("7",)))
        feed.caught_up = True
        await listener.until(("appeared", "a", "submitted"))
        assert listener.happenings.wanted() == {"7": "/x/a.log"}
        assert not listener.happenings.idle
        words.answers.set()
        await listener.until(("appeared", "a", "submitted"), ("state", "a", "queued"))
        assert not listener.happenings.idle
        feed.holds(run("finished", version=5, modified=feed.now - 1e6))

    listening(scenario, until_idle=True)


def test_a_scheduler_that_never_answers_keeps_nobody() -> None:
    """Its first word is waited for, but not for ever."""

    async def scenario(feed: Steered, listener: Listener) -> None:
        listener.happenings.queue = Words(feed.now)
        feed.holds(replace(run("submitted", modified=feed.now - 1e6), job_ids=("7",)))
        feed.caught_up = True
        await listener.until(("appeared", "a", "submitted"))
        feed.now += ANSWERED_WITHIN

    listening(scenario, until_idle=True)
