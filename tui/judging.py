"""All runs as a board has them, judged anew on a thread from what was read of each file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.aside import aside
from tui.feed.watch import Update
from tui.runs.job import Job
from tui.runs.run import Run
from tui.runs.view import View
from tui.widgets.tabs import place_of

_PLACES = ("sambanova", "graphcore", "cerebras", "groq", "gaudi", "other")


class Judging:
    """What is known of each file, and of jobs; touched by the event loop only."""

    def __init__(self) -> None:
        self.files: dict[str, Update] = {}
        self.jobs: Mapping[str, Job] = {}
        self._view = View()

    def take(self, updates: Iterable[Update]) -> None:
        """Files that changed, or are gone."""
        for update in updates:
            if update.runs or update.pointer is not None:
                self.files[update.path] = update
            else:
                self.files.pop(update.path, None)

    async def runs(self, now: float, before: Sequence[Run]) -> tuple[tuple[Run, ...], dict[str, str]]:
        """Links, liveness and findings as of `now` (seconds since 1970): the runs in order, those that are as they were
        `before` the very same; and the file of each run's path."""
        files, jobs = tuple(self.files.items()), self.jobs
        return await aside(lambda: _judged(self._view, files, now, jobs, before))


def _judged(
    view: View, files: Sequence[tuple[str, Update]], now: float, jobs: Mapping[str, Job], before: Sequence[Run]
) -> tuple[tuple[Run, ...], dict[str, str]]:  # fmt: skip
    ordered = sorted(files)
    runs = [run for _, update in ordered for run in update.runs]
    pointers = [update.pointer for _, update in ordered if update.pointer is not None]
    logs = {run.path: path for path, update in ordered for run in update.runs}
    logs |= {update.pointer.name: path for path, update in ordered if update.pointer is not None}
    shown = sorted(view.take(runs, now, pointers, jobs), key=lambda run: _PLACES.index(place_of(run)))
    known = {run.id: run for run in before}
    return tuple(_same_as(known.get(run.id), run) for run in shown), logs  # widgets know what is the very same


def _same_as(before: Run | None, run: Run) -> Run:
    return before if before is not None and (before is run or before == run) else run
