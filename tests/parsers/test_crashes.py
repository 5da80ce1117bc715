"""A program that a signal or an exit code ended has failed, though it had no time for a traceback."""

from __future__ import annotations

import pytest

from tests.reading import runs_of

STEPS = "step 10 loss 2.3\nstep 20 loss 2.2\n"
KILLED = "/var/spool/slurmd/job1/slurm_script: line 12: 41231 Killed                  python train.py --epochs 3"


@pytest.mark.parametrize(
    "line",
    [
        KILLED,
        "./run.sh: line 7: 12345 Segmentation fault      (core dumped) python train.py",
        "Segmentation fault (core dumped)",
        "Aborted (core dumped)",
        "Killed",
        "Fatal Python error: Bus error",
        "Command exited with non-zero status 1",
        "command terminated with exit code 137",
        "mpirun noticed that process rank 3 with PID 41231 on node n1 exited on signal 9 (Killed).",
        "wandb: Waiting for W&B process to finish... (failed 1). Press Control-C to abort syncing.",
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        STEPS,
        "Epoch [1/10], Step [59/590], Loss: 0.4792\nEpoch [2/10], Step [118/590], Loss: 0.2792\nTest Accuracy: 91.40  Loss: 0.3014\n",
        "2024-05-01 10:00:10,000 INFO:   | Train Device=CSX, Step=50, Loss=3.10000, Rate=9.00 samples/sec, GlobalRate=9.00 samples/sec\n",
        "Graph compilation: 100%|██████████| 100/100 [00:20<00:00]\n",
        'Building "bert_tiny"\n    ✓ Exporting PyTorch to ONNX\n',
    ],
)
def test_what_a_shell_or_launcher_says_of_a_death_is_the_failure_of_the_run_before_it(before: str, line: str) -> None:
    """On every testbed, and the line is the reason."""
    (run,) = runs_of(before + line + "\n")
    assert run.state == "failed"
    assert run.error is not None and run.error.text == line


def test_the_exception_is_the_cause_and_the_exit_code_its_consequence() -> None:
    """Whichever stands first."""
    traceback = "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nValueError: bad\n"
    for text in (traceback + "Command exited with non-zero status 1\n", "Killed\n" + traceback):
        (run,) = runs_of(STEPS + text)
        assert run.error is not None and run.error.text == "ValueError: bad"


def test_a_program_that_was_told_to_end_was_cancelled() -> None:
    """As scancel and a time limit do it."""
    (run,) = runs_of(STEPS + KILLED.replace("Killed    ", "Terminated"))
    assert run.state == "cancelled"


@pytest.mark.parametrize("line", [KILLED, "Killed", "Command exited with non-zero status 0", "Fatal Python error: Aborted"])
def test_a_death_without_a_run_shows_none(line: str) -> None:
    """Any program dies so."""
    assert runs_of(line + "\n") == []


@pytest.mark.parametrize("line", ["Command exited with non-zero status 0", "Killed 3 stale workers", "Aborted by user request: no",
                                  "wandb: Waiting for W&B process to finish... (success)."])
def test_words_that_only_resemble_a_death_end_nothing(line: str) -> None:
    """The run goes on."""
    (run,) = runs_of(STEPS + line + "\nstep 30 loss 2.1\n")
    assert run.state == "running"


# exceptions that ended nothing

CAUGHT = 'Traceback (most recent call last):\n  File "a.py", line 1, in emit\n    self.flush()\nOSError: [Errno 116] Stale file handle\n'


def _cerebras(step: int) -> str:
    return (
        f"2024-05-01 10:{step // 100:02d}:00,000 INFO:   | Train Device=CSX, Step={step}, Loss=7.50000, Rate=9.00 samples/sec, "
        "GlobalRate=9.00 samples/sec\n"
    )


def test_an_exception_that_the_program_survived_to_its_end_is_no_failure() -> None:
    """Steps went further, and then it said that it is done."""
    end = "2024-05-01 10:04:00,000 INFO:   Training completed successfully!\n"
    (run,) = runs_of(_cerebras(100) + CAUGHT + _cerebras(200) + _cerebras(300) + end)
    assert (run.state, run.error) == ("finished", None)
    (run,) = runs_of(STEPS + CAUGHT + "step 30 loss 2.1\nstep 40 loss 2.0\nTraining complete.\n")
    assert run.state == "finished"


def test_an_exception_that_many_steps_follow_was_caught() -> None:
    """A live run that goes on for hours is no failed one."""
    (run,) = runs_of(STEPS + CAUGHT + "".join(f"step {step} loss 2.1\n" for step in range(30, 90, 10)))
    assert run.state == "running"


def test_an_exception_is_the_end_where_little_follows_it() -> None:
    """Another rank's last step, the same steps again, a summary that was in a buffer."""
    for after in ("", "step 30 loss 2.1\n", "step 20 loss 2.2\n" * 9, "Training complete.\n", "step 30 loss 2.1\nTraining complete.\n"):
        (run,) = runs_of(STEPS + CAUGHT + after)
        assert run.state == "failed", after


def test_an_exception_in_a_log_handler_or_a_destructor_is_no_failure() -> None:
    """Python prints them and goes on."""
    logging = "--- Logging error ---\n" + CAUGHT + 'Call stack:\n  File "run.py", line 2, in <module>\nMessage: \'x\'\nArguments: ()\n'
    ignored = "Exception ignored in: <function Iter.__del__ at 0x7f>\n" + CAUGHT
    for harmless in (logging, ignored):
        (run,) = runs_of(STEPS + harmless + "step 30 loss 2.1\n")
        assert run.state == "running"
        assert run.progress["step"].done == 30
        (run,) = runs_of(STEPS + "Training complete.\n" + harmless)
        assert run.state == "finished"
        (run,) = runs_of(STEPS + harmless + CAUGHT)
        assert run.state == "failed"


def test_a_thread_that_dies_after_the_end_is_no_failure_and_before_it_is_one() -> None:
    """A monitor that outlives the training loses nothing."""
    thread = "Exception in thread Thread-3:\n" + CAUGHT
    (run,) = runs_of(STEPS + "Training complete.\n" + thread)
    assert (run.state, run.error) == ("finished", None)
    (run,) = runs_of(STEPS + thread)
    assert run.state == "failed"
