"""Which files are one run: by a scheduler's job id, and two stay two where nothing proves it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tui.feed.replay import sample_runs
from tui.runs.link.outputs import Output, output_of
from tui.runs.run import Run
from tui.runs.workspace import Workspace

LONG_AFTER = 4e9  # seconds since 1970: nobody writes to these any more
SUBMISSION = sample_runs() / "sambanova/bertlarge_ntasks16/040424.04/BertLarge.out"  # job 30451
OUTPUT = sample_runs() / "sambanova/bertlarge_ntasks8_run/040424.05/BertLarge.out"  # job 30462
CONSOLE = sample_runs() / "cerebras/bert_large_bs512/mytest.log"
GROQ = sample_runs() / "groq/bert_tiny_default/bert_tiny.log"
POINTER = "Using /home/user/BertLarge/040424.05/BertLarge.out for output\n"
TIME_LIMIT = "slurmstepd: error: *** JOB {job} ON sn30-r1-h1 CANCELLED AT 2024-04-04T05:48:00 DUE TO TIME LIMIT ***\n"
CANCELLED = "slurmstepd: error: *** JOB {job} ON sn30-r1-h1 CANCELLED AT 2024-04-04T05:48:00 ***\n"


def put(root: Path, name: str, text: str | Path, *changes: tuple[str, str]) -> None:
    """A file with this text, or with that of another and some changes."""
    if isinstance(text, Path):
        text = text.read_bytes().decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def seen(root: Path) -> list[Run]:
    workspace = Workspace([str(root)])
    workspace.read()
    return workspace.runs(LONG_AFTER)


def only(root: Path) -> Run:
    (run,) = seen(root)
    return run


def roles(run: Run) -> dict[str, str]:
    return {source.path: source.role for source in run.sources}


def codes(run: Run) -> list[str]:
    return [finding.code for finding in run.findings]


# a submission, its job's log, and the pointer to it


def submitted_and_ran(root: Path, job: str = "30462") -> None:
    put(root, "040424.04/BertLarge.out", SUBMISSION, ("30451", job))
    put(root, "home/040424.05/BertLarge.out", OUTPUT)


def test_a_submission_and_its_job_s_log_are_one_run(tmp_path: Path) -> None:
    """The log gives the id and the state; compile and settings of the submission are kept, each with its own place."""
    submitted_and_ran(tmp_path)
    put(tmp_path, "slurm-30462.out", POINTER * 2)
    run = only(tmp_path)
    assert (run.id, run.state, run.kind) == ("home/040424.05/BertLarge.out#1", "failed", "training")
    assert roles(run) == {"home/040424.05/BertLarge.out": "log", "040424.04/BertLarge.out": "submit", "slurm-30462.out": "pointer"}
    assert (run.phases[0].name, run.phases[0].seconds) == ("compile", 780)
    assert run.metrics["compile_seconds"].spot.path == "040424.04/BertLarge.out"
    assert run.metrics["loss"].spot.path == run.path
    assert "trained-then-failed" in codes(run)


def test_a_submit_script_s_clock_never_becomes_its_job_s_time(tmp_path: Path) -> None:
    """Duration 781 is of a script in which nothing was trained; and its output is elsewhere no more."""
    submitted_and_ran(tmp_path)
    run = only(tmp_path)
    assert "duration_seconds" not in run.metrics
    assert run.elapsed == pytest.approx(135.742)
    assert run.started_at is not None and run.started_at.minute == 47
    assert "output-elsewhere" not in codes(run)


def test_another_job_s_log_stays_another_run(tmp_path: Path) -> None:
    """One hour directory, one name, one script; but not one job."""
    put(tmp_path, "a/040424.05/BertLarge.out", SUBMISSION)
    put(tmp_path, "b/040424.05/BertLarge.out", OUTPUT)
    assert [run.state for run in seen(tmp_path)] == ["submitted", "failed"]


def test_where_two_logs_have_the_job_all_stay_apart(tmp_path: Path) -> None:
    """A copy of the log: which of the two the submission belongs to, nothing says."""
    submitted_and_ran(tmp_path)
    put(tmp_path, "copy/BertLarge.out", OUTPUT)
    assert len(seen(tmp_path)) == 3


def test_a_job_id_of_another_testbed_is_another_job(tmp_path: Path) -> None:
    """Each testbed's Slurm counts for itself."""
    put(tmp_path, "sn/BertLarge.out", SUBMISSION, ("30451", "20611"))
    put(tmp_path, "gc/slurm-20611.out", sample_runs() / "graphcore/resnet50_cancelled/slurm-20611.out")
    assert {run.testbed: run.state for run in seen(tmp_path)} == {"graphcore": "cancelled", "sambanova": "submitted"}


def test_a_log_written_before_the_submission_is_another_job_s(tmp_path: Path) -> None:
    """Ids begin anew where a scheduler is set up anew."""
    put(tmp_path, "a/BertLarge.out", SUBMISSION, ("30451", "30462"), ("04/04/24", "06/04/25"))
    put(tmp_path, "b/BertLarge.out", OUTPUT)
    assert len(seen(tmp_path)) == 2


def test_a_pointer_gives_its_job_to_the_log_it_names(tmp_path: Path) -> None:
    """A log without any job id, at the path that slurm-N.out prints: then the submission of that job is its own."""
    put(tmp_path, "BertLarge/040424.05/BertLarge.out", OUTPUT, ("30462", "x"))
    put(tmp_path, "submit.out", SUBMISSION, ("30451", "30470"))
    put(tmp_path, "slurm-30470.out", POINTER)
    run = only(tmp_path)
    assert run.job_ids == ("30470",)
    assert roles(run)["slurm-30470.out"] == "pointer"


def test_a_pointer_without_its_log_is_no_run_but_its_path_is_named(tmp_path: Path) -> None:
    """All that is seen of the job is where its output goes."""
    put(tmp_path, "slurm-30470.out", POINTER * 2)
    workspace = Workspace([str(tmp_path)])
    workspace.read()
    assert workspace.runs(4e9) == []
    (pointer,) = workspace.loose_pointers([])
    assert (pointer.name, pointer.job, pointer.target) == ("slurm-30470.out", "30470", "/home/user/BertLarge/040424.05/BertLarge.out")


def test_a_pointer_among_what_the_script_printed_is_one(tmp_path: Path) -> None:
    """A module's message before it, an echo after it; in a file that no scheduler named, it is a text that quotes one."""
    text = "Lmod: loading sambaflow\n" + POINTER + "done\n"
    put(tmp_path, "slurm-30470.out", text)
    put(tmp_path, "notes.txt", text)
    workspace = Workspace([str(tmp_path)])
    workspace.read()
    assert [pointer.name for pointer in workspace.loose_pointers([])] == ["slurm-30470.out"]


# a scheduler's own word


def test_what_only_the_scheduler_knows_ends_the_job_s_run(tmp_path: Path) -> None:
    """The program's log goes elsewhere and stops midway; slurm-N.out says that the time was up."""
    whole = OUTPUT.read_text()
    put(tmp_path, "home/040424.05/BertLarge.out", whole[: whole.index("final_loss")])
    assert only(tmp_path).state == "unfinished"
    put(tmp_path, "home/slurm-30462.out", POINTER + TIME_LIMIT.format(job=30462))
    run = only(tmp_path)
    assert run.state == "cancelled"
    assert run.because is not None and run.because.path == "home/slurm-30462.out" and "TIME LIMIT" in run.because.text
    assert roles(run) == {"home/040424.05/BertLarge.out": "log", "home/slurm-30462.out": "scheduler"}
    assert run.path == "home/040424.05/BertLarge.out"


def test_a_cancellation_after_a_failure_is_its_consequence(tmp_path: Path) -> None:
    """The program's own reason is kept."""
    put(tmp_path, "040424.05/BertLarge.out", OUTPUT)
    put(tmp_path, "slurm-30462.out", POINTER + CANCELLED.format(job=30462))
    run = only(tmp_path)
    assert run.state == "failed"
    assert run.error is not None and run.error.text.startswith("AssertionError")


def test_a_job_that_never_wrote_a_log_can_end_as_well(tmp_path: Path) -> None:
    """Its submission is no longer all that is known."""
    put(tmp_path, "040424.04/BertLarge.out", SUBMISSION)
    put(tmp_path, "slurm-30451.out", POINTER + TIME_LIMIT.format(job=30451))
    run = only(tmp_path)
    assert (run.id, run.state) == ("040424.04/BertLarge.out#1", "cancelled")
    assert roles(run)["slurm-30451.out"] == "scheduler"


def test_a_scheduler_s_word_in_another_directory_is_of_another_job(tmp_path: Path) -> None:
    """The number alone could be another cluster's."""
    put(tmp_path, "a/BertLarge.out", OUTPUT)
    put(tmp_path, "b/slurm-30462.out", TIME_LIMIT.format(job=30462))
    assert [run.state for run in seen(tmp_path)] == ["failed", "cancelled"]


def test_a_scheduler_s_file_that_names_another_log_is_not_this_one_s(tmp_path: Path) -> None:
    """Even beside it."""
    put(tmp_path, "040424.06/BertLarge.out", OUTPUT)
    put(tmp_path, "slurm-30462.out", POINTER + TIME_LIMIT.format(job=30462))
    assert len(seen(tmp_path)) == 2


# standard output and standard error

TRACEBACK = 'Traceback (most recent call last):\n  File "/opt/x.py", line 3, in <module>\n    main()\nRuntimeError: no chip\n'
KILLED = "=>> PBS: job killed: walltime 7230 exceeded limit 7200\n"


def test_stdout_and_stderr_of_one_job_are_one_run(tmp_path: Path) -> None:
    """The figures of the one, the failure of the other."""
    put(tmp_path, "bert.o3084", GROQ)
    put(tmp_path, "bert.e3084", TRACEBACK + KILLED)
    run = only(tmp_path)
    assert (run.id, run.testbed, run.state) == ("bert.o3084#1", "groq", "cancelled")
    assert run.because is not None and run.because.path == "bert.e3084"
    assert run.metrics["groq_accuracy"].value == 77.47
    assert roles(run) == {"bert.o3084": "log", "bert.e3084": "log"}


def test_the_stream_that_holds_the_program_s_output_is_the_main_one(tmp_path: Path) -> None:
    """Trainers write to standard error as often."""
    put(tmp_path, "bert.e3084", GROQ)
    put(tmp_path, "bert.o3084", TRACEBACK)
    run = only(tmp_path)
    assert (run.id, run.state) == ("bert.e3084#1", "failed")


@pytest.mark.parametrize(
    ("out", "err"),
    [("bert.o3084", "bert.e3085"), ("bert.o3084", "mnist.e3084"), ("bert.o3084", "sub/bert.e3084"), ("bert.out", "bert.err"),
     ("bert-2024.out", "bert-2024.err")],
)  # fmt: skip
def test_streams_of_two_jobs_stay_two(tmp_path: Path, out: str, err: str) -> None:
    """Another number, another name, another directory; a name alone is no evidence, nor is a number that may be a year."""
    put(tmp_path, out, GROQ)
    put(tmp_path, err, TRACEBACK)
    assert len(seen(tmp_path)) == 2


def test_streams_of_several_launches_stay_apart(tmp_path: Path) -> None:
    """Nothing says which of them the failure belongs to."""
    text = GROQ.read_bytes().decode()
    put(tmp_path, "bert.o3084", text + "\n(env) user@host:~$ python bert.py\n" + text)
    put(tmp_path, "bert.e3084", TRACEBACK)
    assert len(seen(tmp_path)) == 3


# what Cerebras software writes twice


def test_run_log_and_console_of_the_same_wsjobs_are_one_run(tmp_path: Path) -> None:
    """The same events twice count once; the console's name says more than run.log does."""
    put(tmp_path, "bs512.log", CONSOLE)
    put(tmp_path, "model_dir/cerebras_logs/20240407_062442/run.log", CONSOLE)
    run = only(tmp_path)
    assert (run.path, run.name) == ("model_dir/cerebras_logs/20240407_062442/run.log", "bs512")
    assert len(run.sources) == 2 and len(run.phases) == 8
    assert run.metrics["loss"].value == 7.125


def test_a_console_that_ends_first_does_not_hide_the_end(tmp_path: Path) -> None:
    """The last figure and the end are those of the file that has them."""
    whole = CONSOLE.read_text()
    put(tmp_path, "model_dir/cerebras_logs/1/run.log", whole[: whole.index("Step=600")])
    put(tmp_path, "bs512.log", whole)
    run = only(tmp_path)
    assert (run.state, run.metrics["loss"].value, run.progress["step"].done) == ("finished", 7.125, 1000)
    assert run.metrics["loss"].spot.path == "bs512.log"


def test_a_log_pasted_under_two_names_stays_two(tmp_path: Path) -> None:
    """Two batch sizes, one log: a comparison must be able to say so."""
    put(tmp_path, "bs512.log", CONSOLE)
    put(tmp_path, "bs1024.log", CONSOLE)
    assert len(seen(tmp_path)) == 2


def test_run_logs_of_other_launches_stay_apart(tmp_path: Path) -> None:
    """Another wsjob is another run, in whatever directory."""
    put(tmp_path, "bs512.log", CONSOLE)
    put(tmp_path, "cerebras_logs/1/run.log", sample_runs() / "cerebras/bert_large_bs1024/mytest.log")
    assert len(seen(tmp_path)) == 2


def test_a_link_to_the_run_log_is_no_second_file(tmp_path: Path) -> None:
    """Release 2.3 and later link latest_run.log to it."""
    put(tmp_path, "model_dir/cerebras_logs/1/run.log", CONSOLE)
    (tmp_path / "model_dir" / "a_latest_run.log").symlink_to("cerebras_logs/1/run.log")
    assert only(tmp_path).path == "model_dir/cerebras_logs/1/run.log"


# the whole


def test_the_samples_are_as_many_as_before(tmp_path: Path) -> None:
    """Twice the same directory gives every run twice, and no pair across."""
    shutil.copytree(sample_runs(), tmp_path / "one")
    shutil.copytree(sample_runs(), tmp_path / "two")
    runs = seen(tmp_path)
    assert len(runs) == len({run.id for run in runs}) == 2 * len(seen(tmp_path / "one"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/slurm-30451.out", Output("a", "slurm-", "30451", "out", True)),
        ("train.slurm-7_3.err", Output("", "train.slurm-", "7_3", "err", True)),
        ("x.e3084", Output("", "x.", "3084", "err", True)),
        ("x.o3084.groq-r01-co-01", Output("", "x.", "3084", "out", True)),
        ("run-1024.out", Output("", "run-", "1024", "out", False)),
        ("mytest.log", None), ("foo.o", None), ("foo.out", None), ("slurm.out", None),
    ],
)  # fmt: skip
def test_names_of_output_files(name: str, expected: Output | None) -> None:
    """What schedulers call them, and what people do."""
    assert output_of(name) == expected
