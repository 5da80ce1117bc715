"""The view of runs that is made again and again is the one that would be made from nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs.test_scheduled import job
from tests.test_samples import runs as samples
from tui.runs.job import Job
from tui.runs.run import Run
from tui.runs.view import View, finished_view

NOW = 1_790_000_000.0


def read() -> list[Run]:
    """The sample runs as they were read, some of them going on, silent for ever longer."""
    made = []
    for number, run in enumerate(samples().values()):
        going = number % 3 == 0
        run = replace(run, modified=NOW - 150 * number, heard=None, findings=(), claims=())
        made.append(replace(run, state="running") if going else run)
    return made


CHANGES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["touch", "end", "drop", "rename", "wait", "queue", "nothing"])), max_size=12)


@given(CHANGES)
@settings(max_examples=40, deadline=None)
def test_what_was_seen_before_changes_nothing(changes: list[tuple[int, str]]) -> None:
    """However runs change, go, wait or are told of by a scheduler between two looks."""
    view, runs, now = View(), read(), NOW
    jobs: dict[str, Job] = {}
    for which, what in changes:
        at = which % len(runs)
        if what == "touch":
            runs[at] = replace(runs[at], version=runs[at].version + 1, modified=now, heard=now)
        elif what == "end":
            runs[at] = replace(runs[at], state="finished")
        elif what == "rename":
            runs[at] = replace(runs[at], name=runs[0].name)
        elif what == "drop" and len(runs) > 2:
            del runs[at]
        elif what == "wait":
            now += 1000.0
        elif what == "queue":
            jobs = {id: job("running", id=id, asked_at=now) for run in runs for id in run.job_ids}
        assert view.take(runs, now, (), jobs) == finished_view(runs, now, (), jobs)


def test_of_what_did_not_change_the_very_same_is_given() -> None:
    """A widget knows by that what need not be drawn."""
    view, runs = View(), read()
    before = {run.id: run for run in view.take(runs, NOW)}
    runs[1] = replace(runs[1], version=runs[1].version + 1)
    after = {run.id: run for run in view.take(runs, NOW)}
    assert [id for id in after if after[id] is not before[id] and not after[id].live] == [runs[1].id]
