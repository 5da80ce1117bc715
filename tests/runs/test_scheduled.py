"""Runs joined with their scheduler's word: what a log cannot tell comes from it, what a log proves stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.reading import runs_of
from tui.runs.job import Job, JobState
from tui.runs.run import Amount, Run, Source, Spot, State
from tui.runs.scheduled import GONE_SILENCE, STALE, WRITTEN_LATE, asked_for, job_ids, scheduled, with_queue

NOW = 1_795_466_850.0


def run(state: State, **more: Any) -> Run:
    """A run whose job's number stands in its log, last written ten seconds ago."""
    about: dict[str, Any] = {
        "id": "a/run.log#1", "testbed": "cerebras", "format": "cerebras", "name": "a", "path": "a/run.log", "number": 1,
        "sources": (Source("a/run.log", 1, 90, "log"),), "job_ids": ("7",), "because": Spot("a/run.log", 90, "Step=400"),
        "modified": NOW - 10, "state": state,
    }
    return Run(**{**about, **more})


def job(state: JobState, **more: Any) -> Job:
    about: dict[str, Any] = {
        "id": "7", "scheduler": "Slurm", "command": "squeue", "state": state, "asked_at": NOW - 5, "word": state.upper(), "submitted": NOW - 3600,
    }
    return Job(**{**about, **more})


def joined(one: Run, word: Job) -> Run:
    return with_queue(one, {word.id: word}, NOW)


HALF = {"step": Amount(400, 1000)}
ALL = {"step": Amount(1000, 1000)}


@pytest.mark.parametrize("state", ["submitted", "queued", "unknown"])
def test_a_job_that_waits_makes_its_run_queued_and_says_why(state: State) -> None:
    """With the reason and the place in line."""
    seen = joined(run(state), job("queued", word="PENDING", reason="Priority", position=3))
    assert seen.state == "queued"
    assert seen.because == Spot("squeue", 0, "job 7 is PENDING (Priority), number 3 of those that wait")
    assert seen.scheduler is not None and seen.scheduler.position == 3


@pytest.mark.parametrize("state", ["compiling", "loading", "running", "stalled", "unfinished"])
def test_a_log_that_went_on_since_is_not_put_back_into_the_queue(state: State) -> None:
    """Whatever waits there, this log's program has begun."""
    assert joined(run(state), job("queued")).state == state


def test_a_job_that_was_put_back_into_the_queue_is_queued_again() -> None:
    """Preempted and requeued: submitted anew after its log was last written, and it will write to that very file."""
    old = run("stalled", modified=NOW - 2000)
    assert joined(old, job("queued", submitted=NOW - 600, output="/home/u/runs/a/run.log")).state == "queued"
    assert joined(old, job("queued", submitted=NOW - 600)).scheduler is None


@pytest.mark.parametrize("state", ["submitted", "queued", "unknown"])
def test_a_job_that_runs_makes_a_waiting_run_running(state: State) -> None:
    """Its own output is not seen, or has not begun."""
    seen = joined(run(state), job("running", node="n1"))
    assert (seen.state, seen.because) == ("running", Spot("squeue", 0, "job 7 is RUNNING, on n1"))


@pytest.mark.parametrize(("phase", "state"), [("compile", "stalled"), ("load", "stalled"), ("train", "running"), (None, "running")])
def test_a_silent_run_whose_job_runs_is_not_given_up(phase: Any, state: State) -> None:
    """Stalled where its phase or rhythm explains less, running where nothing tells; an allocation that lives says nothing of
    its programs, and a launch that another has followed is over."""
    silent = run("unfinished", modified=NOW - 3000, phase=phase)
    seen = joined(silent, job("running"))
    assert (seen.state, seen.because) == (state, silent.because)
    assert joined(silent, job("running", batch=False)).state == "unfinished"
    assert joined(replace(silent, overtaken=True), job("running")).state == "unfinished"


@pytest.mark.parametrize("state", ["compiling", "loading", "running", "stalled"])
@pytest.mark.parametrize("word", ["running", "completing"])
def test_what_the_log_tells_of_a_live_run_stays(state: State, word: JobState) -> None:
    """The scheduler does not know what a program is about."""
    seen = joined(run(state, eta=60.0), job(word))
    assert (seen.state, seen.because, seen.eta) == (state, Spot("a/run.log", 90, "Step=400"), 60.0)
    assert seen.scheduler is not None and seen.scheduler.state == word


def test_an_exit_code_ends_a_run_whose_log_just_stops() -> None:
    """The log's numbers stay; the reason is the scheduler's, and no time is left."""
    seen = joined(run("running", eta=60.0, progress=HALF), job("failed", word="FAILED", exit_code=3))
    assert (seen.state, seen.eta) == ("failed", None)
    assert seen.error == seen.because == Spot("squeue", 0, "job 7 is FAILED, exit code 3")
    assert seen.progress == HALF


@pytest.mark.parametrize(("progress", "state"), [({}, "finished"), (ALL, "finished"), (HALF, "unfinished")])
def test_exit_code_zero_is_success_unless_the_log_stops_midway(progress: Any, state: State) -> None:
    """A script's last command may succeed whatever its training did."""
    seen = joined(run("running", progress=progress), job("finished", word="COMPLETED", exit_code=0))
    assert seen.state == state
    assert seen.because is not None
    assert seen.because.text.endswith("exit code 0" if state == "finished" else "exit code 0; the log stops at step 400 of 1,000")


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
@pytest.mark.parametrize("word", ["queued", "running", "completing", "finished", "failed", "cancelled", "gone", "unknown"])
def test_what_a_log_proves_stands(state: State, word: JobState) -> None:
    """Whatever the scheduler says."""
    seen = joined(run(state, strength=45), job(word))
    assert (seen.state, seen.because) == (state, Spot("a/run.log", 90, "Step=400"))


def test_a_failure_after_the_log_said_done_is_remarked() -> None:
    """The training finished, the job's script did not: a careful colleague would say so."""
    (finding,) = joined(run("finished", strength=45), job("failed", word="FAILED", exit_code=1)).findings
    assert finding.code == "scheduler-disagrees"
    assert finding.message == "The log says finished, squeue says that job 7 is FAILED, exit code 1"
    assert not joined(run("failed"), job("finished")).findings


def test_output_that_usually_comes_last_proves_less_than_an_exit_code() -> None:
    """After a line that more could follow, the job failed."""
    assert joined(run("finished", strength=10), job("failed", exit_code=1)).state == "failed"
    assert joined(run("finished", strength=10), job("running")).state == "finished"


def test_a_job_that_left_the_queue_ends_its_run_once_the_log_has_stopped() -> None:
    """Not running, and nobody knows how it ended."""
    assert joined(run("running", modified=NOW - GONE_SILENCE + 1), job("gone")).state == "running"
    seen = joined(run("running", modified=NOW - GONE_SILENCE - 1), job("gone"))
    assert (seen.state, seen.because) == ("unfinished", Spot("squeue", 0, "squeue no longer knows job 7, and the log stopped 1 min ago"))


@pytest.mark.parametrize(("state", "then"), [("stalled", "unfinished"), ("compiling", "compiling"), ("running", "running"), ("submitted", "submitted")])
def test_a_job_that_was_never_known_decides_only_after_a_longer_silence_than_usual(state: State, then: State) -> None:
    """It may be another cluster's job; a stalled log and an empty queue together are an end."""
    assert joined(run(state, modified=NOW - 900), job("unknown", submitted=None)).state == then


def test_a_word_grows_stale() -> None:
    """When the scheduler no longer answers, its last word on a live job is not repeated for ever; an end stays an end."""
    assert joined(run("submitted"), job("running", asked_at=NOW - STALE - 1)).scheduler is None
    assert joined(run("running"), job("failed", asked_at=NOW - 10 * STALE)).state == "failed"


def test_a_job_submitted_after_the_log_or_ended_before_it_is_another_ones() -> None:
    """Each cluster counts its jobs from 1, and starts anew at times."""
    late = job("running", submitted=NOW + WRITTEN_LATE)
    early = job("failed", ended=NOW - 2 * WRITTEN_LATE)
    for other in (late, early):
        assert joined(run("running"), other) == run("running")
        assert joined(run("running"), replace(other, output="/elsewhere/a/run.log")).scheduler is not None


def test_the_name_of_an_output_file_tells_its_job() -> None:
    """Surely as schedulers form it, and as people do only where the scheduler confirms it."""
    def named(path: str) -> Run:
        return run("running", path=path, sources=(Source(path, 1, 9, "log"),), job_ids=("20603",))

    assert job_ids(named("slurm-7_2.out")) == {"7_2": True, "20603": True}
    assert job_ids(named("x.o3084")) == {"3084": True, "20603": True}
    habit = named("train-7.out")
    assert job_ids(habit) == {"7": False, "20603": True}
    assert joined(habit, job("failed")).scheduler is None
    assert joined(habit, job("failed", output="/home/u/*-7.out")).state == "failed"
    assert joined(habit, job("failed", output="/home/u/*-7.err")).scheduler is None


def test_a_submissions_own_file_is_not_the_job_that_it_submitted() -> None:
    """A job whose script submits another one: its file bears its own number."""
    submission = run("submitted", path="slurm-6.out", sources=(Source("slurm-6.out", 1, 9, "submit"),))
    assert set(job_ids(submission)) == {"7"}


def test_of_several_launches_in_a_log_the_last_is_what_the_job_does() -> None:
    """An earlier one that tells no end did not end with the job's exit code."""
    first, second = run("running", number=1), run("running", number=2, id="a/run.log#2")
    ended = scheduled([first, second], {"7": job("failed", exit_code=1)}, NOW)
    assert [one.state for one in ended] == ["unfinished", "failed"]
    live = scheduled([replace(first, state="unknown"), replace(second, state="unknown")], {"7": job("running")}, NOW)
    assert [one.state for one in live] == ["unknown", "running"]


def test_an_allocations_end_is_no_programs_end() -> None:
    """`salloc` ends with its shell's last status."""
    assert joined(run("running"), job("failed", batch=False, exit_code=1)).state == "unfinished"


def test_a_wsjob_is_a_step_of_its_run() -> None:
    """The compile job's success is not the run's; a wait for the cluster is; a failed wsjob ends a log that stopped."""
    def wsjob(state: JobState, id: str = "wsjob-b") -> Job:
        return Job(id, "csctl", "csctl", state, NOW - 5, state.upper())

    def seen(one: Run, *jobs: Job) -> State:
        return with_queue(replace(one, job_ids=("wsjob-a", "wsjob-b")), {job.id: job for job in jobs}, NOW).state

    done = wsjob("finished", "wsjob-a")
    assert seen(run("compiling"), done) == "compiling"
    assert seen(run("unknown"), done, wsjob("queued")) == "queued"
    assert seen(run("running"), done, wsjob("running")) == "running"
    assert seen(run("running"), done, wsjob("failed")) == "running"
    assert seen(run("running", modified=NOW - 600), done, wsjob("failed")) == "failed"
    assert seen(run("running", modified=NOW - 600), done, wsjob("finished")) == "running"


def test_only_runs_whose_end_is_open_are_asked_for() -> None:
    """By every id, with a log to tell whose it is; one whose log and scheduler have both spoken is over."""
    runs = [run("running"), run("finished", job_ids=("8",)), run("submitted", job_ids=("9",))]
    assert asked_for(runs, {"a/run.log": "/x/a/run.log"}) == {"7": "/x/a/run.log", "9": "/x/a/run.log"}


def test_nothing_is_made_of_runs_without_jobs_or_words() -> None:
    """The same objects come back."""
    (plain,) = runs_of("2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1, Loss=7.1, Rate=1.0 samples/sec, GlobalRate=1.0 samples/sec\n")
    assert with_queue(plain, {"7": job("failed")}, NOW) is plain
    assert scheduled([plain], {}, NOW)[0] is plain
