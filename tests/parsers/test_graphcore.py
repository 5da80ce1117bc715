"""Graphcore: the life of a run in its logs, and the traps in its bars."""

from __future__ import annotations

import pytest

from tests.parsers.graphcore_logs import (
    BERT,
    CNN,
    KERAS,
    PROMPT,
    WARNING,
    bar,
    codes,
    compiled,
    gpt2,
    mnist,
    only,
    queued,
    values,
)
from tests.reading import runs_of

# MNIST with PopTorch


def test_mnist_is_read_from_its_bars() -> None:
    """The bar over epochs says how many there were; a run compiles twice, and the test's accuracy is its end."""
    run = only(queued(20602) + mnist())
    assert (run.kind, run.state, run.job_ids) == ("training", "finished", ("20602",))
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (10, 10)
    assert values(run) == {"compile_seconds": 22, "train_seconds": 110, "seconds_per_epoch": 11.06, "accuracy": 97.69}
    assert [(phase.name, phase.seconds, phase.cached) for phase in run.phases if phase.name != "queue"] == [
        ("compile", 22, False), ("train", 88, None), ("compile", 14, False), ("evaluate", None, None),
    ]
    assert codes(run) == {"total-includes-compile"}


def test_a_compilation_complete_at_once_came_from_the_cache() -> None:
    """[00:00] at 100 % is no fast compiler."""
    run = only(mnist("00:00", "00:00", "01:25", "8.55", "98.30"))
    assert [phase.cached for phase in run.phases if phase.name == "compile"] == [True, True]
    assert codes(run) == {"compile-skipped"}
    assert values(run)["compile_seconds"] == 0


@pytest.mark.parametrize("repaint", ["Graph compilation:  97%|█████████▋| 97/100 [00:22<00:01]", compiled("00:22").strip()])
def test_a_repaint_of_a_full_bar_is_no_other_compilation(repaint: str) -> None:
    """97 % after 100 % is the screen's lag."""
    text = mnist().replace(compiled("00:22"), compiled("00:22") + repaint + "\n")
    assert [phase.seconds for phase in only(text).phases if phase.name == "compile"] == [22, 14]


def test_redraws_and_cursor_moves_are_read_through() -> None:
    """A pseudo-terminal's bars give the same figures, and the last batch's loss."""
    text = (
        queued(20925)
        + "\rEpochs:   0%|          | 0/20 [00:00<?, ?it/s]\n"
        + f"\r  0%|          | 0/150 [00:00<?, ?it/s]\x1b[A{WARNING}\n\n\n"
        + "\rGraph compilation:   4%|▍         | 4/100 [00:00<00:05]\x1b[A\x1b[A\n\n"
        + "\rGraph compilation:  98%|█████████▊| 98/100 [00:24<00:01]\x1b[A\x1b[A\rGraph compilation: 100%|██████████| 100/100 "
        "[00:24<00:00]\n\n"
        + "\rLoss: 2.3012 | Accuracy: 12.75% :   1%|          | 1/150 [00:25<1:03:12, 25.46s/it]\x1b[A\n"
        + "\rLoss: 1.4758 | Accuracy: 98.50% : 100%|██████████| 150/150 [00:08<00:00, 17.57it/s]\x1b[A\n"
        + "\r          \x1b[A\rEpochs: 100%|██████████| 20/20 [03:18<00:00,  8.51s/it]\rEpochs: 100%|██████████| 20/20 [03:18<00:00,"
        "  9.93s/it]\n"
        + "\r  0%|          | 0/125 [00:00<?, ?it/s]\n"
        + "Accuracy on test set: 98.89%\n███| 125/125 [00:17<00:00, 19.84it/s]\r       \r"
    )
    run = only(text)
    assert values(run) == {
        "compile_seconds": 24, "loss": 1.4758, "train_accuracy": 98.5, "train_seconds": 198, "seconds_per_epoch": 9.93,
        "accuracy": 98.89,
    }
    assert run.state == "finished"
    assert run.phase is None
    assert run.params["steps_per_epoch"].value == 150


def test_remnants_after_the_accuracy_are_no_part_of_it() -> None:
    """The rest of a bar may stand behind a shorter line."""
    assert values(only(compiled("00:12") + "Accuracy on test set: 96.85%██████| 100/100 [00:00<00:00]\n"))["accuracy"] == 96.85


def test_bars_printed_after_the_accuracy_are_of_the_same_run() -> None:
    """Two streams in one file keep no order; a compile bar after the epochs is the test's."""
    run = only("TrainingModelWithLoss(\nAccuracy on test set: 98.49%\n\n" + bar("Epochs", 10, 10, "01:27<00:00", ",  8.78s/it")
               + "\n" + compiled("00:15"))
    assert run.state == "finished"
    assert run.progress["epoch"].done == 10
    assert "compile_seconds" not in run.metrics
    assert run.phase is None


def test_bars_pasted_onto_one_line_are_two() -> None:
    """A terminal's blank columns do not end a line."""
    run = only(bar("Epochs", 10, 10, "01:48<00:00", ", 10.81s/it") + " " * 20 + compiled("00:14") + "Accuracy on test set: 98.72%\n")
    assert run.progress["epoch"].total == 10
    assert [phase.name for phase in run.phases] == ["train", "compile", "evaluate"]


@pytest.mark.parametrize("between", ["", PROMPT + "vim mnist_poptorch.py\n", queued(2)])
def test_another_launch_is_another_run(between: str) -> None:
    """A new bar over epochs after the accuracy is enough."""
    runs = runs_of(mnist() + between + mnist("00:00", "00:00", "01:25", "8.55", "98.30"))
    assert [run.metrics["accuracy"].value for run in runs] == [97.69, 98.30]
    assert [run.metrics["compile_seconds"].value for run in runs] == [22, 0]


def test_a_command_at_a_prompt_says_what_was_launched() -> None:
    """The command belongs to the run whose output follows."""
    run = only(PROMPT + "/opt/slurm/bin/srun --ipus=1 python mnist_poptorch.py\n" + queued(20602) + mnist())
    assert run.params["command"].value == "/opt/slurm/bin/srun --ipus=1 python mnist_poptorch.py"
    assert run.params["num_devices"].value == 1


def test_a_command_over_several_lines_is_one() -> None:
    """The shell's second prompt stands before the rest."""
    run = only(PROMPT + "  srun --ipus=4 python3 run_pretraining.py \\\n>   --config demo_tiny_128  \\\n>   --seed 1\n" + queued(3) + BERT)
    assert run.params["command"].value == "srun --ipus=4 python3 run_pretraining.py --config demo_tiny_128 --seed 1"
    assert run.params["num_devices"].value == 4


def test_commands_alone_are_no_runs() -> None:
    """Prose and sessions that show no output hold nothing."""
    assert runs_of(PROMPT + "srun --ipus=1 python mnist_poptorch.py\n" + PROMPT + "squeue\n", "graphcore/notes.txt") == []
    assert runs_of("Then type\nsrun --ipus=1 python mnist_poptorch.py\nand wait.\n", "graphcore/README.md") == []


@pytest.mark.parametrize(("lines", "phase", "state"), [
    (2, "compile", "compiling"), (3, "train", "running"), (5, "evaluate", "running"),
])
def test_a_growing_log_shows_where_the_run_is(lines: int, phase: str, state: str) -> None:
    """What is under way is known from the bars so far."""
    text = mnist().replace(compiled("00:22"), "Graph compilation:   4%|▍         | 4/100 [00:00<00:03]\n" + compiled("00:22"))
    run = only("".join(text.splitlines(keepends=True)[:lines]))
    assert (run.phase, run.state) == (phase, state)


def test_a_live_run_knows_its_epochs_and_what_is_left() -> None:
    """The bar's own estimate is taken, and a stop by hand ends the run."""
    text = mnist().split("Epochs: 100%")[0] + bar("Epochs", 4, 10, "01:00<01:44", ", 17.37s/it") + "\n"
    run = only(text)
    assert (run.progress["epoch"].done, run.remaining, run.phase, run.state) == (4, 104, "train", "running")
    assert "train_seconds" not in run.metrics
    assert only(text + "^CTraceback (most recent call last):\n" + '  File "mnist_poptorch.py", line 279, in <module>\n    x()\n'
                "KeyboardInterrupt\n").state == "cancelled"


def test_epochs_that_begin_again_are_another_run() -> None:
    """A run that died in its third epoch and was launched again is two."""
    text = compiled("00:22") + bar("Epochs", 3, 10, "00:51<02:27", ", 21.08s/it") + "\n"
    runs = runs_of(text + f"Epochs:   0%|          | 0/10 [00:00<?,{WARNING}\n" + compiled("00:00"))
    assert [run.progress["epoch"].done for run in runs] == [3, 0]


# failures

CRITICAL = "poptorch.poptorch_core.Error: In poptorch/popart_compiler/source/CompilerImpl.cpp:725: 'poptorch_cpp_error': Failed to " \
    "acquire 1 IPU(s)"


def test_no_ipu_is_told_with_its_reason() -> None:
    """The exception is quoted, not the log's line before it; the frames show what the program was."""
    run = only(
        f"[09:01:59.258] [poptorch::python] [critical] {CRITICAL}\nNo IPU detected in the system.\nError raised in:\n"
        "  [0] Compiler::initSession\n\nTraceback (most recent call last):\n"
        '  File "mnist_poptorch.py", line 279, in <module>\n    preds, losses = training_model(data, labels)\n'
        f"{CRITICAL}\nNo IPU detected in the system.\n"
    )
    assert (run.kind, run.state) == ("training", "failed")
    assert run.error is not None and (run.error.text, run.error.line) == (CRITICAL, 9)
    assert codes(run) == {"no-device"}


def test_a_logged_error_fails_the_run_where_no_exception_is_shown() -> None:
    """What PopTorch calls critical ends the program."""
    run = only(f"[09:01:59.258] [poptorch::python] [critical] {CRITICAL}\n")
    assert run.error is not None and run.error.text == CRITICAL


@pytest.mark.parametrize("error", [
    CRITICAL, "ModuleNotFoundError: No module named 'poptorch'",
    "Error: In include/poptorch_err/ExceptionHandling.hpp:76: 'poplar_stream_memory_allocation_error': x.cpp:3516 Out of memory.",
])
def test_an_error_that_only_graphcore_prints_shows_whose_log_it_is(error: str) -> None:
    """Even when the traceback before it could be anybody's."""
    run = only(f'Traceback (most recent call last):\n  File "a/train.py", line 3, in <module>\n    import x\n{error}\n')
    assert (run.kind, run.state) == ("training", "failed")
    assert run.error is not None and run.error.text == error


def test_a_launch_that_slurm_could_not_start_is_a_failed_run() -> None:
    """The launch after it is another run."""
    runs = runs_of(
        PROMPT + "srun --ipus=1 A='{}' python mnist_poptorch.py\n" + queued(1)
        + "slurmstepd: error: execve(): A={}: No such file or directory\nsrun: error: gc-poplar-03: task 0: Exited with exit code 2\n"
        + PROMPT + "A='{}' srun --ipus=1 python mnist_poptorch.py\n" + queued(2) + mnist()
    )
    assert [(run.state, run.kind, run.job_ids) for run in runs] == [
        ("failed", "training", ("1",)), ("finished", "training", ("2",)),
    ]


# damage


@pytest.mark.parametrize("text", [mnist(), BERT, CNN, KERAS, gpt2(3)], ids=["mnist", "bert", "cnn", "keras", "gpt2"])
def test_no_cut_makes_another_number(text: str) -> None:
    """Cut anywhere, a log gives figures that the whole one gives on its way, or none."""
    lines = text.encode().splitlines(keepends=True)
    known: dict[str, set[float]] = {}
    for count in range(1, len(lines) + 1):
        for run in runs_of(b"".join(lines[:count])):
            for name, value in values(run).items():
                known.setdefault(name, set()).add(value)
    whole = text.encode()
    for cut in range(0, len(whole), 3):
        for run in runs_of(whole[:cut]):
            for name, value in values(run).items():
                assert value in known[name], (name, value, whole[:cut][-80:])


@pytest.mark.parametrize("text", [mnist(), BERT, CNN, KERAS], ids=["mnist", "bert", "cnn", "keras"])
@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "\r\n"), lambda text: "".join(f"# {line}\n" for line in text.splitlines()),
    lambda text: "".join(f"0: {line}\n" for line in text.splitlines()), lambda text: text.replace("\n", "<br/>\n"),
], ids=["crlf", "paste", "rank", "html"])
def test_capture_does_not_change_the_figures(text: str, change: object) -> None:
    """Line ends of a pseudo-terminal, paste marks and launcher tags are none of the run's."""
    assert callable(change)
    assert values(only(change(text))) == values(only(text))
