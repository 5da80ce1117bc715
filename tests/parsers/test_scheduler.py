"""What Slurm, PBS and a shell print around any vendor's program. The programs here are on a path that names SambaNova."""

from __future__ import annotations

import pytest

from parsers.scheduler import SCHEDULER, pointed_at
from tests.reading import runs_of
from tui.runs.run import Run

AT = "sambanova/x.log"
QUEUED = "srun: job 20603 queued and waiting for resources\n"
ALLOCATED = "srun: job 20603 has been allocated resources\n"
EXIT = "srun: error: n1: task 0: Exited with exit code 1\n"
CANCELLED = "slurmstepd: error: *** STEP 20603.0 ON n1 CANCELLED AT 2024-11-21T23:14:55 ***\n"


def only(text: str) -> Run:
    (run,) = runs_of(text, AT)
    return run


def test_no_scheduler_line_shows_whose_log_it_is() -> None:
    """Slurm serves several testbeds."""
    assert not any(kind.owns for kind in SCHEDULER)


def test_a_job_waits_in_the_queue_until_it_is_allocated() -> None:
    """The state of a log that holds nothing else yet."""
    assert only(QUEUED).state == "queued"
    assert only(QUEUED).job_ids == ("20603",)
    assert only(QUEUED + ALLOCATED).phase is None
    assert only(QUEUED + ALLOCATED).job_ids == ("20603",)


def test_another_job_in_the_queue_is_another_launch_once_the_first_has_said_something() -> None:
    """A head line after a body line begins a run."""
    first, second = runs_of(QUEUED + ALLOCATED + EXIT + QUEUED.replace("20603", "20604"), AT)
    assert (first.state, second.state) == ("failed", "queued")
    assert second.job_ids == ("20604",)


def test_the_first_exit_code_is_the_cause_and_what_follows_collateral() -> None:
    """srun kills the other tasks and the step is then CANCELLED."""
    text = EXIT + "srun: Terminating job step 20603.0\n" + CANCELLED
    run = only(text + "srun: error: n1: tasks 1-5,7: Killed\nsrun: Force Terminated StepId=20603.0\n")
    assert run.state == "failed"
    assert run.error is not None and run.error.text == EXIT.strip()


def test_killed_tasks_that_come_first_are_no_cause_where_an_exit_code_is_known() -> None:
    """Nodes report in any order."""
    run = only("srun: error: n2: tasks 8-15: Killed\n" + EXIT)
    assert run.error is not None and run.error.text == EXIT.strip()


def test_a_bare_cancellation_alone_is_a_cancellation() -> None:
    """As scancel leaves it."""
    run = only(CANCELLED)
    assert run.state == "cancelled"
    assert run.job_ids == ("20603",)


@pytest.mark.parametrize(
    ("why", "state"),
    [("TIME LIMIT", "cancelled"), ("PREEMPTION", "cancelled"), ("JOB REQUEUE", "cancelled"),
     ("NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS", "failed"), ("TASK FAILURE", "failed")],
)
def test_a_cancellation_with_a_reason_says_how_the_job_ended(why: str, state: str) -> None:
    """A limit cancels; a node or task that fails is a failure."""
    assert only(f"slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2024-04-04T05:00:00 DUE TO {why} ***\n").state == state


def test_a_limit_decides_wherever_it_stands() -> None:
    """Even after the exit codes that it caused."""
    limit = "slurmstepd: error: *** JOB 20603 ON n1 CANCELLED AT 2024-04-04T05:00:00 DUE TO TIME LIMIT ***\n"
    assert only(EXIT + limit).state == "cancelled"


@pytest.mark.parametrize(
    "line",
    ["slurmstepd: error: Detected 1 oom_kill event in StepId=1234.0. Some of the step tasks have been OOM Killed.",
     "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1234.batch. Some of your processes may have been killed by the "
     "cgroup out-of-memory handler.",
     "slurmstepd: error: Detected 2 oom-kill event(s) in step 1234.0 cgroup. Some of your processes may have been killed by the "
     "cgroup out-of-memory handler."],
)
def test_running_out_of_host_memory_is_the_cause_in_every_wording(line: str) -> None:
    """Three generations of Slurm say it differently, and after the exit code."""
    run = only(EXIT + line + "\n" + CANCELLED)
    assert run.state == "failed"
    assert run.error is not None and run.error.text == line


def test_a_program_that_cannot_be_started_fails_with_that_reason() -> None:
    """The exit code 2 that follows says less."""
    line = "slurmstepd: error: execve(): OPTIONS=1: No such file or directory"
    run = only(QUEUED + ALLOCATED + line + "\n" + EXIT)
    assert run.state == "failed"
    assert run.error is not None and run.error.text == line


def test_pbs_kills_at_a_limit() -> None:
    """Time is a cancellation, memory a failure."""
    assert only("=>> PBS: job killed: walltime 7230 exceeded limit 7200\n").state == "cancelled"
    assert only("=>> PBS: job killed: mem 17303452kb exceeded limit 16777216kb\n").state == "failed"


def test_an_interactive_pbs_job_waits_and_starts() -> None:
    """The whole id, server included."""
    waiting = "qsub: waiting for job 3084.groq-r01-co-01 to start\n"
    assert only(waiting).state == "queued"
    assert only(waiting + "qsub: job 3084.groq-r01-co-01 ready\n").phase is None
    assert only(waiting).job_ids == ("3084.groq-r01-co-01",)


def test_a_job_that_was_only_handed_over_is_submitted() -> None:
    """Its own output is elsewhere."""
    assert only("Submitted batch job 30451\n").state == "submitted"
    assert only("3084.groq-r01-co-01\n").state == "submitted"


@pytest.mark.parametrize(
    "text",
    ["sbatch: error: Batch job submission failed: Requested node configuration is not available\n",
     "$ squeue\n"
     "   JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)\n   43717 sambanova BertLarg u  R  1:45  1 n1\n",
     "$ qstat\nJob id            Name             User              Time Use S Queue\n----------------  ---------------- ---\n"
     "3084.groq-r01-co* run_minilmv2     user              0 R workq           \n$ \n",
     "wsjob-thjj8zticwsylhppkbmjqe  13s  1s        RUNNING  cer-cs2-01  username name=unet_pt\n",
     "Using /home/u/BertLarge/040424.04/BertLarge.out for output\n" * 2,
     "u@h:~/x$ python run.py\n[u@h x]$ \n^C\n"],
)
def test_listings_refusals_pointers_and_prompts_alone_hold_no_run(text: str) -> None:
    """They tell of other jobs, or of none."""
    assert runs_of(text, AT) == []


def test_a_prompt_ends_a_launch() -> None:
    """What the next command prints is another run."""
    for prompt in ("(env) u@h:~/x$ python a.py", "[u@h x]$ python a.py", "u@h:~/x$", "(venv) (base) [u@h x]$ ls", "$ python a"):
        assert len(runs_of(f"{EXIT}{prompt}\n{EXIT}", AT)) == 2, prompt
    assert len(runs_of(EXIT + "PS1=\\u@\\h:\\w$ x\nmail u@h:~/x was $5 long\n" + EXIT, AT)) == 1


def test_interrupting_a_view_of_a_log_cancels_nothing() -> None:
    """The ^C after `tail -f` stops tail, the one after a program the program."""
    assert runs_of("u@h:~$ tail -f x.out\n" + EXIT + "^C\nu@h:~$ ls\n", AT)[0].state == "failed"
    assert runs_of(QUEUED + "^C\nu@h:~$ ls\n", AT)[0].state == "cancelled"


def test_a_pointer_file_names_one_path() -> None:
    """Lines that say the same twice name one path; two paths, or any other line, name none."""
    line = "Using /home/u/BertLarge/040424.04/BertLarge.out for output\n"
    assert pointed_at(line * 2) == "/home/u/BertLarge/040424.04/BertLarge.out"
    assert pointed_at("") is None
    assert pointed_at(line + line.replace("040424.04", "040424.05")) is None
    assert pointed_at(line + "Iteration: 0%\n") is None
