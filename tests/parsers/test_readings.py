"""Lines of readings that any program prints: what is training's, what is evaluation's, and whose steps count."""

from __future__ import annotations

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

VENDORS = {
    "generic": "",
    "graphcore": "Graph compilation: 100%|██████████| 100/100 [00:40<00:00]\n",
    "sambanova": "2024-07-01T10:00:00 : [INFO][LIB][123]: sn_create_session: PEF File: out/cnn/cnn.pef\n",
}


def one(text: str) -> Run:
    (run,) = runs_of(text)
    return run


def figures(run: Run) -> dict[str, float]:
    return {name: reading.value for name, reading in run.metrics.items() if name != "compile_seconds"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_programs_own_loop_is_read_on_every_device(vendor: str) -> None:
    """The vendor's software says nothing of it."""
    run = one(VENDORS[vendor] + """Epoch 1/3 - train loss: 1.92, train accuracy: 31.2%, throughput: 1210.4 samples/sec
Epoch 1/3 - val loss: 1.72, val accuracy: 39.1%
Epoch 2/3 - train loss: 1.51, train accuracy: 45.2%, throughput: 3510.9 samples/sec
Epoch 2/3 - val loss: 1.44, val accuracy: 48.1%
""")
    assert (run.kind, run.state) == ("training", "running")
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (2, 3)
    assert figures(run) == {"loss": 1.51, "train_accuracy": 45.2, "throughput": 3510.9, "eval_loss": 1.44, "accuracy": 48.1}


@pytest.mark.parametrize("text", [
    "2024-01-01 10:00:00 INFO train: epoch 1 loss 2.0\n2024-01-01 10:01:00 INFO valid: epoch 1 loss 1.9\n",
    "2024-01-01 10:00:00,000 - train - INFO - epoch 1 loss 2.0\n2024-01-01 10:00:00,000 - evaluator - INFO - epoch 1 loss 1.9\n",
    "INFO:train:epoch 1 loss 2.0\nINFO:eval:epoch 1 loss 1.9\n",
    "Epoch 1 | Train | loss: 2.0\nEpoch 1 | Valid | loss: 1.9\n",
    "[Train] epoch 1 loss 2.0\n[Eval] epoch 1 loss 1.9\n",
    "Step 100 | Loss 2.0\nValidation step 20 | Loss 1.9\n",
    "step 100 loss 2.0\n[Validation] step 100 loss: 1.9\n",
    "Epoch 1 loss 2.0\nEpoch 1 Val   loss: 1.9\n",
    "Epoch 1 loss 2.0\nEpoch 1 - Valid - loss: 1.9\n",
])
def test_the_loss_of_evaluation_is_never_that_of_training(text: str) -> None:
    """Whether a tag, a logger's name or a word in the line tells them apart."""
    run = one(text)
    assert figures(run) == {"loss": 2.0, "eval_loss": 1.9}
    assert all(amount.done in (1, 100) for amount in run.progress.values())


def test_batches_of_an_announced_evaluation_are_not_steps_of_the_training() -> None:
    """They count from the start, and end with a result, another epoch or a further step."""
    text = "step 10 loss: 2.0\nstep 20 loss: 1.5\nEvaluating...\nstep 10 loss: 1.9\nstep 20 loss: 1.8\n"
    assert figures(one(text)) == {"loss": 1.5}
    assert figures(one(text + "step 30 loss: 1.4\n")) == {"loss": 1.4}
    assert figures(one(text + "val loss: 1.7\nloss: 1.3\n")) == {"loss": 1.3, "eval_loss": 1.7}
    assert figures(one(text + "===== Training =====\nstep 15 loss: 1.2\n")) == {"loss": 1.2}


@pytest.mark.parametrize(("line", "expected"), [
    ("Test Accuracy: 98.1, Loss: 0.0612", {"loss": 2.0, "accuracy": 98.1, "eval_loss": 0.0612}),
    ("Test accuracy: 0.981 loss: 0.0612", {"loss": 2.0, "eval_accuracy": 0.981, "eval_loss": 0.0612}),
    ("Val acc: 98.1%", {"loss": 2.0, "accuracy": 98.1}),
    ("Epoch 2 loss 1.5 test accuracy = 71.2%", {"loss": 1.5, "accuracy": 71.2}),
])
def test_a_loss_beside_a_test_accuracy_is_the_tests_and_above_1_it_is_percent(line: str, expected: dict[str, float]) -> None:
    """Unless it stands first, as the training's."""
    assert figures(one("Epoch 1 loss 2.0\n" + line + "\n")) == expected


@pytest.mark.parametrize(("line", "expected"), [
    ("step 100 loss 2.1 tokens/s 1200", {"loss": 2.1, "tokens_per_second": 1200}),
    ("step 10: loss 2.3, 120 ms/step, 800 samples/sec/gpu", {"loss": 2.3, "steps_per_second": 1000 / 120, "throughput_per_device": 800}),
    ("step 10 loss 2.3 throughput per device: 100 samples/s", {"loss": 2.3, "throughput_per_device": 100}),
    ("epoch=1 loss=1.2e+01 time=00:12", {"loss": 12.0}),
    ("Epoch: 3, Step: 120, Loss: 2.31, ETA: 0:12:31, throughput: 812 tokens/sec", {"loss": 2.31, "tokens_per_second": 812}),
    ("step 10 loss 2.3 throughput 812 samples/s", {"loss": 2.3, "throughput": 812}),
])
def test_a_rate_is_read_with_its_unit_and_one_of_a_device_is_not_the_whole(line: str, expected: dict[str, float]) -> None:
    """A unit may stand before its number as the key."""
    assert figures(one(line + "\n")) == expected


def test_of_several_ranks_one_is_read_and_its_rate_is_not_that_of_all() -> None:
    """Each rank prints its own."""
    run = one("".join(f"[rank{rank}]: step {step} loss {step + rank}.0 samples/s 100.0\n" for step in (1, 2) for rank in (0, 1)))
    assert figures(run) == {"loss": 2.0} and run.progress["step"].done == 2


def test_a_rate_of_what_does_not_train_is_no_training_throughput() -> None:
    """An inference prints the same words."""
    assert figures(one(VENDORS["graphcore"] + "Throughput: 102.1 samples/sec\n")) == {}
    assert figures(one("step 1 loss 2.0\nTraining complete.\nThroughput: 102.1 samples/sec\n"))["throughput"] == 102.1


def test_steps_from_the_beginning_after_an_end_are_another_launch() -> None:
    """Two launches wrote to one file."""
    launch = "step 10 loss 2.0\nstep 20 loss 1.9\nTraining complete.\n"
    assert [(run.state, run.progress["step"].done) for run in runs_of(launch * 2)] == [("finished", 20)] * 2
    assert one(launch + "step 30 loss 1.8\n").state == "running"


def test_a_keras_bar_after_an_epochs_own_is_an_evaluation() -> None:
    """`evaluate` draws the same bar as `fit`."""
    fit = "Epoch 1/1\n1875/1875 [==============================] - 3s 2ms/step - loss: 0.2912 - accuracy: 0.9153\n"
    run = one(fit + "313/313 [==============================] - 1s 2ms/step - loss: 0.0712 - accuracy: 0.9771\n")
    assert figures(run) == {"loss": 0.2912, "eval_loss": 0.0712, "eval_accuracy": 0.9771}
    assert run.progress["epoch"].done == 1
