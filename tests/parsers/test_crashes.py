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
