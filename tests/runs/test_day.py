"""A day of forty jobs under an injected clock, watched as the feed watches: every run's state, every few minutes and at its end."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

import pytest

from tests.runs.day import HOUR, LOOK, MINUTE, Job, the_day
from tests.runs.simulated import DAWN, Watched
from tui.runs.run import Run
from tui.runs.workspace import Workspace

AFTER = 2 * HOUR
"""Seconds for which a log is still looked at after its last line."""
JUDGED = 10 * MINUTE
"""Seconds between the moments at which every run is held against the truth."""
END = DAWN + 24 * HOUR


def moments(jobs: list[Job]) -> Iterator[float]:
    """When to judge: every few minutes, and around each moment at which something changes in a job's life."""
    around = sorted(begin + after for job in jobs for begin, _ in job.truth for after in (-2.0, 2.0))
    regular = (DAWN + index * JUDGED for index in range(int(24 * HOUR / JUDGED) + 1))
    last = 0.0
    for moment in merge(regular, around):
        if DAWN < moment <= END and moment - last > 1.0:
            yield moment
            last = moment


Day = tuple[list[Job], list[tuple[float, dict[str, Run]]], Watched]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The jobs, and what was said of them at each moment."""
    jobs = the_day()
    watched = Watched(tmp_path_factory.mktemp("day"))
    skews = {job.name: job.skew for job in jobs}
    writes = sorted((write for job in jobs for write in job.writes), key=lambda write: write.at)
    ends = {job.name: job.writes[-1].at + AFTER for job in jobs}
    said, written, looked, begun = [], 0, DAWN, set[str]()
    for moment in moments(jobs):
        for now in (*_looks(looked, moment), moment):
            while written < len(writes) and writes[written].at <= now:
                write = writes[written]
                watched.write(write.name, write.text, write.at + skews[write.name], look=False)
                begun.add(write.name)
                written += 1
            for name in begun:
                if now < ends[name]:
                    watched.look(name, now)
        looked = moment
        said.append((moment, {run.path: run for run in watched.workspace.runs(moment)}))
    return jobs, said, watched


def _looks(since: float, until: float) -> Iterator[float]:
    at = since - since % LOOK + LOOK
    while at < until:
        yield at
        at += LOOK


def test_the_day_ends_with_every_state_right(day: Day) -> None:
    """Each run is what its author knows it to be, no run is missing, and none was made up."""
    jobs, said, _ = day
    _, last = said[-1]
    wrong = {job.name: last[job.name].state for job in jobs if last[job.name].state not in (job.allowed(END) or ())}
    assert not wrong
    assert set(last) == {job.name for job in jobs}
    states = {run.state for run in last.values()}
    assert states >= {"finished", "failed", "cancelled", "submitted", "unfinished", "running", "stalled"}


def test_every_state_is_right_at_every_moment(day: Day) -> None:
    """Every ten minutes, and just before and after each change in a job's life: queue, compile, load, training, silence, end."""
    jobs, said, _ = day
    wrong = []
    for moment, runs in said:
        for job in jobs:
            allowed = job.allowed(moment)
            state = runs[job.name].state if job.name in runs else None
            if allowed is None:
                assert state is None, f"{job.name} was there before it wrote anything"
            elif state not in allowed:
                wrong.append(f"{job.name} at {(moment - DAWN) / HOUR:.2f} h: {state}, not {sorted(allowed)}")
    assert not wrong


def test_live_states_have_all_been_seen(day: Day) -> None:
    """The day holds something of everything."""
    _, said, _ = day
    assert {run.state for _, runs in said for run in runs.values()} >= {
        "queued", "compiling", "loading", "running", "stalled", "finished", "failed", "cancelled", "submitted", "unfinished",
    }  # fmt: skip


def test_every_stall_has_its_reason(day: Day) -> None:
    """A finding with the last word and its line, and none on a run that is not stalled."""
    _, said, _ = day
    for _, runs in said:
        for run in runs.values():
            reasons = [finding for finding in run.findings if finding.code == "stalled"]
            assert len(reasons) == (run.state == "stalled"), run.id
            assert all(reason.message.startswith("Silent for ") and reason.spot.line > 0 for reason in reasons)


def test_the_time_left_is_right_for_every_run_that_went_through(day: Day) -> None:
    """From a third of the steps on, when the pauses that recur have been seen: the truth is within the band, skew and all."""
    jobs, said, _ = day
    checked = 0
    for job in jobs:
        if job.steady is None:
            continue
        begin, end = job.steady
        for moment, runs in said:
            run = runs.get(job.name)
            if run is None or not begin + (end - begin) / 3 <= moment < end or run.eta is None:
                continue
            assert run.eta_low is not None and run.eta_high is not None
            left = end - moment
            where = f"{job.name} at {(moment - DAWN) / HOUR:.2f} h"
            assert run.eta_low - LOOK <= left <= run.eta_high + LOOK, where
            assert run.eta == pytest.approx(left, rel=0.12, abs=10 * MINUTE), where
            checked += 1
    assert checked > 100


def test_no_time_left_is_told_where_nothing_runs(day: Day) -> None:
    """Queued, compiling, loading, stalled, ended: none of them has a pace."""
    _, said, _ = day
    assert all(run.eta is None for _, runs in said for run in runs.values() if run.state != "running")


def test_who_opens_the_directory_at_midnight_sees_the_same(day: Day) -> None:
    """Logs whose lines carry times are judged alike when read cold; the others are at most less sure."""
    _, said, watched = day
    moment, live = said[-1]
    cold = {run.path: run for run in _cold(watched, moment)}
    for path, run in live.items():
        if run.clock == "log":
            assert cold[path].state == run.state, path
        else:
            assert cold[path].state in {run.state, "running"} if run.state == "stalled" else cold[path].state == run.state, path


def _cold(watched: Watched, now: float) -> list[Run]:
    workspace = Workspace([str(watched.root)])
    workspace.read()
    return workspace.runs(now)
