"""Jobs of a real Slurm that write the sample logs: each state is shown soon after Slurm knows it, and the log's numbers stay."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.slurm import CPUS, NoSlurm, Slurm, real_slurm, until
from tests.e2e.terminal import program
from tui.feed.queue import QueueWatch
from tui.feed.queue.slurm import Slurm as SlurmQueue
from tui.feed.replay import sample_runs
from tui.runs.run import Run
from tui.runs.scheduled import asked_for
from tui.runs.workspace import Workspace

pytestmark = pytest.mark.skipif(not Path(program()).exists(), reason="the bedwatch command is not installed beside this Python")

WITHIN = 5.0
"""Seconds from when Slurm knows a state to when bedwatch shows it."""
BERT = sample_runs() / "cerebras/bert_large_bs1024/mytest.log"
MNIST = sample_runs() / "graphcore/mnist_lr0.02/mnist_poptorch.log"
SUBMISSION = sample_runs() / "sambanova/bertlarge_ntasks16/040424.04/BertLarge.out"
HALF = 83
"""Lines of the Cerebras log up to its 400th step of 1,000."""


@pytest.fixture(scope="session")
def slurm() -> Iterator[Slurm]:
    try:
        up = real_slurm()
        running = up.__enter__()
    except NoSlurm as why:
        pytest.skip(str(why))
    yield running
    up.__exit__(None, None, None)


class Place:
    """A watched directory, and gates that a job waits at, outside it."""

    def __init__(self, slurm: Slurm, directory: Path) -> None:
        self.slurm = slurm
        self.runs = directory / "runs"
        self.gates = directory / "gates"
        self.runs.mkdir()
        self.gates.mkdir()

    def halfway(self, gate: str, then: str, log: Path = BERT, lines: int = HALF) -> str:
        """A job's script: half a log, a wait for the gate, and what comes then."""
        return f"head -n {lines} {log}; until [ -e {self.gates / gate} ]; do sleep 0.1; done; {then}"

    def open(self, gate: str) -> None:
        (self.gates / gate).touch()

    def shown(self, *options: str) -> dict[str, dict[str, Any]]:
        """What `bedwatch show` says of each run, by its log's path."""
        command = [program(), "show", str(self.runs), "--format", "json", *options]
        done = subprocess.run(command, env=self.slurm.environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return {run["id"].partition("#")[0]: run for run in json.loads(done.stdout)["runs"]}

    def until_shown(self, path: str, state: str) -> dict[str, Any]:
        """Wait for a run's state, no longer than it may take; the run."""
        seen: list[dict[str, Any]] = []

        def there() -> bool:
            seen[:] = [self.shown().get(path, {})]
            return seen[0].get("state") == state

        try:
            until(there, f"{state} of {path}", WITHIN)
        except AssertionError as error:
            raise AssertionError(f"{error}, only {seen[0].get('state')} because of {seen[0].get('because')}") from None
        return seen[0]

    def until_slurm(self, job: str, word: str) -> None:
        """Wait until Slurm itself says so."""
        until(lambda: self.slurm.word(job) == word, f"job {job} {word}", 90.0)


@pytest.fixture
def place(slurm: Slurm, tmp_path: Path) -> Place:
    return Place(slurm, tmp_path)


def figures(run: dict[str, Any]) -> tuple[float, float]:
    return run["metrics"]["loss"]["value"], run["metrics"]["throughput"]["value"]


def test_a_job_killed_by_its_time_limit_is_cancelled_by_the_line_that_says_so(place: Place) -> None:
    """Slurm's real line in `slurm-N.out` is the proof; it comes up to half a minute after the limit."""
    job = place.slurm.submit(place.runs, place.halfway("never", "true"), "--time=1")
    place.until_slurm(job, "RUNNING")
    place.slurm.end_soon(job)
    place.until_slurm(job, "TIMEOUT")
    run = place.until_shown(f"slurm-{job}.out", "cancelled")
    assert run["because"]["line"] == HALF + 1
    assert "DUE TO TIME LIMIT ***" in run["because"]["text"]
    assert figures(run) == (7.54688, 4890.00)


def test_a_job_that_waits_is_queued_with_its_reason_and_place_then_runs_then_ends(place: Place) -> None:
    """The log of the submission knows only the job's number; Slurm tells the rest."""
    first = place.slurm.submit(place.gates, "sleep 300", f"--ntasks={CPUS}")
    place.until_slurm(first, "RUNNING")
    job = place.slurm.submit(place.gates, f"until [ -e {place.gates}/go ]; do sleep 0.1; done", f"--ntasks={CPUS}")
    log = place.runs / "bertlarge" / "040424.04" / "BertLarge.out"
    log.parent.mkdir(parents=True)
    log.write_text(SUBMISSION.read_text().replace("30451", job))
    name = str(log.relative_to(place.runs))
    assert place.shown("--no-queue")[name]["state"] == "submitted"

    run = place.until_shown(name, "queued")
    assert run["because"] == {"path": "squeue", "line": 0, "text": run["because"]["text"]}
    until(lambda: "PENDING (Resources), number 1 of those that wait" in place.shown()[name]["because"]["text"], "the place in line")

    place.slurm.cancel(first)
    place.until_slurm(job, "RUNNING")
    place.until_shown(name, "running")
    place.open("go")
    place.until_slurm(job, "COMPLETED")
    run = place.until_shown(name, "finished")
    assert "COMPLETED, exit code 0" in run["because"]["text"]
    assert run["metrics"]["duration_seconds"]["value"] == 781


def test_a_job_that_completes_is_finished_by_its_log(place: Place) -> None:
    """Running while its log grows, then finished by the program's own line, which weighs more than Slurm's word."""
    job = place.slurm.submit(place.runs, place.halfway("go", f"tail -n +{HALF + 1} {BERT}"))
    place.until_slurm(job, "RUNNING")
    run = place.until_shown(f"slurm-{job}.out", "running")
    assert figures(run) == (7.54688, 4890.00)
    place.open("go")
    place.until_slurm(job, "COMPLETED")
    run = place.until_shown(f"slurm-{job}.out", "finished")
    assert run["because"]["path"] == f"slurm-{job}.out"
    assert figures(run) == (7.07812, 4847.18)


def test_a_job_that_exits_without_a_word_is_failed_with_its_exit_code(place: Place) -> None:
    """The log just stops; only Slurm knows the code. The log's last numbers stay."""
    job = place.slurm.submit(place.runs, place.halfway("go", "exit 3"))
    place.until_slurm(job, "RUNNING")
    assert place.until_shown(f"slurm-{job}.out", "running")["error"] is None
    place.open("go")
    place.until_slurm(job, "FAILED")
    run = place.until_shown(f"slurm-{job}.out", "failed")
    assert "FAILED (NonZeroExitCode), exit code 3" in run["error"]["message"]
    assert figures(run) == (7.54688, 4890.00)
    assert place.shown("--no-queue")[f"slurm-{job}.out"]["state"] == "running"


def test_of_two_jobs_at_once_one_is_cancelled_and_the_other_goes_on(place: Place) -> None:
    """Each keeps its own numbers; `scancel` writes its real line into the log of the one."""
    (place.runs / "one").mkdir()
    (place.runs / "two").mkdir()
    one = place.slurm.submit(place.runs / "one", place.halfway("one", "true"))
    two = place.slurm.submit(place.runs / "two", place.halfway("two", f"tail -n +81 {MNIST}", MNIST, 80))
    for job in (one, two):
        place.until_slurm(job, "RUNNING")
    place.until_shown(f"one/slurm-{one}.out", "running")
    assert {run["state"] for run in place.shown().values()} <= {"running", "compiling", "loading"}
    place.slurm.cancel(one)
    place.until_slurm(one, "CANCELLED")
    run = place.until_shown(f"one/slurm-{one}.out", "cancelled")
    assert "CANCELLED AT" in run["because"]["text"] and run["because"]["line"] == HALF + 1
    assert figures(run) == (7.54688, 4890.00)
    assert place.shown()[f"two/slurm-{two}.out"]["state"] in ("running", "compiling", "loading")
    place.open("two")
    place.until_slurm(two, "COMPLETED")
    assert place.until_shown(f"two/slurm-{two}.out", "finished")["metrics"]["accuracy"]["value"] == 98.35


def test_the_queue_is_followed_while_it_changes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question after another, from a job's wait for its hour to its exit code."""
    for name, value in place.slurm.environment.items():
        monkeypatch.setenv(name, value)
    job = place.slurm.submit(place.gates, place.halfway("go", "exit 7"), "--begin=now+2")
    submission = place.runs / "submit.log"
    submission.write_text(SUBMISSION.read_text().replace("30451", job))
    workspace = Workspace([str(place.runs)])
    known: dict[str, Any] = {}

    def view() -> list[Run]:
        workspace.read()
        return workspace.runs(time.time(), known)

    async def follow() -> list[str]:
        def wanted() -> dict[str, str]:
            return asked_for(view(), {file.name: file.path for file in workspace.files.values()})

        queue_here = SlurmQueue.here()
        assert queue_here is not None
        queue = QueueWatch(wanted, [queue_here], every=0.5)
        states: list[str] = []
        async with asyncio.timeout(60):
            async for jobs in queue.updates():
                known.update(jobs)
                (run,) = view()
                states += [run.state] if states[-1:] != [run.state] else []
                if run.state == "running":
                    place.open("go")
                if run.state == "failed":
                    queue.close()
        assert not queue.trouble
        return states

    assert asyncio.run(follow()) == ["queued", "running", "failed"]
    assert known[job].exit_code == 7
