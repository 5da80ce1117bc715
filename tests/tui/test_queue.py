"""The scheduler's word on the screen: joined with a run's log, and a queue that fails changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, screen_text, until, until_text, updates_of
from tui.runs.job import Job


class FakeQueue:
    """Says once what it was given, or fails."""

    def __init__(self, jobs: Mapping[str, Job] | None) -> None:
        self.jobs = jobs
        self.trouble = ""
        self.closed = False

    async def updates(self) -> AsyncIterator[Mapping[str, Job]]:
        if self.jobs is None:
            raise OSError("no squeue")
        yield self.jobs

    def close(self) -> None:
        self.closed = True


def shown(queue: FakeQueue, wanted: str) -> str:
    """The screen with a submitted job, once it shows a text."""

    async def go() -> str:
        run = make_run("waits", "sambanova", state="submitted", job_ids=("7",), progress={}, phases=(), metrics={}, series={})
        app = app_over(FakeFeed(updates_of(run)))
        app.queue = queue
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until_text(pilot, "waits")
            await until_text(pilot, wanted)
            screen = screen_text(app)
            await pilot.press("q")
            await until(pilot, lambda: queue.closed, "the end of asking")
            return screen

    return asyncio.run(go())


def test_a_pending_job_is_queued_with_the_scheduler_s_reason() -> None:
    """The log only hands the job over; the queue knows why it waits."""
    job = Job("7", "Slurm", "squeue", "queued", NOW, "PENDING", "Resources", position=2)
    screen = shown(FakeQueue({"7": job}), "queued")
    assert "job 7 is PENDING (Resources)" in screen


def test_a_queue_that_fails_leaves_the_logs_word() -> None:
    """Said once, and nothing else changes."""
    screen = shown(FakeQueue(None), "no squeue")
    assert "submitted" in screen
