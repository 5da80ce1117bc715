"""Events as they happen: a feed's updates and the schedulers' words, made into runs and compared look by look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from tui.feed.watch import Update
from tui.runs.events import EVERY, Chronicle, Event
from tui.runs.job import NO_JOBS, Job
from tui.runs.run import Run
from tui.runs.scheduled import asked_for
from tui.runs.view import View

TICK = 0.25
"""Seconds between two looks at most when something changed."""
JUDGED = 2.0
"""Seconds after which silence is judged anew, changed or not."""
IDLE_AFTER = 10.0
"""Seconds since the last write to any log after which nothing is on its way: one program of a job follows another."""
ANSWERED_WITHIN = 15.0
"""Seconds for which a scheduler's first word is waited for before nothing counts as live."""


class News(Protocol):
    """Where updates come from: `tui.feed.watch.Feed`, or a test's own."""

    caught_up: bool

    def refresh(self) -> None:
        """Look at every file at once."""

    def updates(self) -> AsyncIterator[list[Update]]:
        """What changed, batch by batch."""

    def close(self) -> None:
        """End `updates` soon."""


class Queue(Protocol):
    """Where the schedulers' words come from: `tui.feed.queue.QueueWatch`, or a test's own."""

    def updates(self) -> AsyncIterator[Mapping[str, Job]]:
        """Everything known by job id, after each answer."""

    def close(self) -> None:
        """End `updates` soon."""


class Happenings:
    """The runs under a feed, and what happens to them. `clock` gives seconds since 1970; `every` is the least time in
    seconds between two events on one run's progress."""

    def __init__(self, feed: News, *, every: float = EVERY, clock: Callable[[], float] = time.time) -> None:
        self.runs: Sequence[Run] = ()
        self.queue: Queue | None = None
        self._feed = feed
        self._clock = clock
        self._view = View()
        self._chronicle = Chronicle(every)
        self._files: dict[str, Update] = {}
        self._jobs: Mapping[str, Job] = NO_JOBS
        self._changed = asyncio.Event()
        self._looked_at: float | None = None
        self._answered = False

    def wanted(self) -> Mapping[str, str]:
        """The job ids worth asking a scheduler for, each with its log's path."""
        return asked_for(self.runs, {run.path: path for path, update in self._files.items() for run in update.runs})

    def close(self) -> None:
        """End `batches` soon."""
        self._feed.close()
        if self.queue is not None:
            self.queue.close()
        self._changed.set()

    async def batches(self, *, until_idle: bool = False) -> AsyncIterator[list[Event]]:
        """Events as they come, those of one look together, perhaps none. First every run that there is; runs that ended
        before are not said to have ended. With `until_idle`, ends when no run is live and no log is written to."""
        tasks = [asyncio.create_task(self._read())]
        if self.queue is not None:
            tasks.append(asyncio.create_task(self._ask(self.queue)))
        asked_again = False
        try:
            while not tasks[0].done():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), TICK if asked_again or self._looked_at is None else JUDGED)
                if self._feed.caught_up or self._looked_at is not None:
                    self._changed.clear()
                    yield self._look()
                    if not (until_idle and self.idle):
                        asked_again = False
                    elif asked_again:
                        return
                    else:
                        self._feed.refresh()  # where files are polled, the last look may be half a minute old
                        asked_again = True
                await asyncio.sleep(TICK)
            tasks[0].result()
            yield self._look()
        finally:
            self.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def idle(self) -> bool:
        """Whether nothing is live, by the logs and by what schedulers say, and nobody has written to any log lately."""
        now = self._clock()
        if not self._answered and self.queue is not None and self.wanted() and now - (self._looked_at or now) < ANSWERED_WITHIN:
            return False
        heard = [now - when for run in self.runs if (when := run.modified if run.heard is None else run.heard) is not None]
        busy = any(run.live or not run.complete for run in self.runs)
        return self._feed.caught_up and not busy and min(heard, default=IDLE_AFTER) >= IDLE_AFTER

    def _look(self) -> list[Event]:
        now = self._clock()
        ordered = [update for _, update in sorted(self._files.items())]
        pointers = [update.pointer for update in ordered if update.pointer is not None]
        self.runs = self._view.take([run for update in ordered for run in update.runs], now, pointers, self._jobs)
        first = self._looked_at is None
        self._looked_at = now if self._looked_at is None else self._looked_at
        return self._chronicle.take(self.runs, now, first=first)

    async def _read(self) -> None:
        try:
            async for batch in self._feed.updates():
                for update in batch:
                    if update.runs or update.pointer is not None:
                        self._files[update.path] = update
                    else:
                        self._files.pop(update.path, None)
                self._changed.set()
        finally:
            self._changed.set()

    async def _ask(self, queue: Queue) -> None:
        async for jobs in queue.updates():
            self._jobs, self._answered = jobs, True
            self._changed.set()
        self._answered = True
