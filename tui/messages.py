"""What is posted to the event loop: news from the feed, text of a log's end, what was picked by mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.message import Message

from tui.feed.watch import Update
from tui.runs.job import Job
from tui.runs.repeats import Repeats


class FilesChanged(Message):
    """The feed read something. Carries data, so it is never coalesced away."""

    def __init__(self, updates: Sequence[Update]) -> None:
        super().__init__()
        self.updates = tuple(updates)


class JobsTold(Message):
    """What schedulers say of the jobs that were asked for, by job id, and why one found no answer (empty while all is well)."""

    def __init__(self, jobs: Mapping[str, Job], trouble: str) -> None:
        super().__init__()
        self.jobs = jobs
        self.trouble = trouble


class FeedStopped(Message):
    """The feed ended by an error; what is on the screen stays, but nothing new will come."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class TailRead(Message):
    """The last lines of a run's log, as plain text; `trouble` says why there are none."""

    def __init__(self, run_id: str, lines: Sequence[str], trouble: str = "") -> None:
        super().__init__()
        self.run_id = run_id
        self.lines = tuple(lines)
        self.trouble = trouble


class RepeatsFound(Message):
    """The groups of repeats among all runs, those of one run too."""

    def __init__(self, repeats: Sequence[Repeats]) -> None:
        super().__init__()
        self.repeats = tuple(repeats)


class RunPicked(Message):
    """A row of the run table was clicked; `again` where it was the selected one already."""

    def __init__(self, index: int, again: bool) -> None:
        super().__init__()
        self.index = index
        self.again = again


class FactPicked(Message):
    """A fact of a run was clicked; `again` where it was the chosen one already."""

    def __init__(self, again: bool) -> None:
        super().__init__()
        self.again = again


class TabPicked(Message):
    """A testbed's tab was clicked."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class PlacePicked(Message):
    """A place on a chart's axis was clicked; `metric` is the one that the chart was asked to show."""

    def __init__(self, metric: str | None, place: float) -> None:
        super().__init__()
        self.metric = metric
        self.place = place


class RoomChanged(Message):
    """A part of the screen that is shared out has another size."""


class OrderPicked(Message):
    """A column's head was clicked, which asks for an order of the table."""

    def __init__(self, order: str) -> None:
        super().__init__()
        self.order = order
