"""What lines near to readings must not be taken for: a mean, one device's share, an epoch's time, another's data."""

from __future__ import annotations

import pytest

from tests.parsers.test_reading_forms import facts, one
from tests.reading import runs_of


@pytest.mark.parametrize("rate", [
    "640 samples/s per GPU", "640 samples/s/gpu", "640 samples/s (per device)", "samples/s (per rank): 640",
])  # fmt: skip
def test_one_devices_rate_is_not_the_wholes(rate: str) -> None:
    """Wherever the line says of what it is."""
    found = facts(one(f"step 3 | loss 1.5 | {rate}\nstep 4 | loss 1.25 | {rate}\n"))
    assert found == {"step": 4, "loss": 1.25, "throughput_per_device": 640}


@pytest.mark.parametrize("time", ["dt=12.5", "seconds: 12.5", "time 12500 ms"])
def test_the_time_of_an_epoch_is_no_steps(time: str) -> None:
    """The same words beside a step tell its time."""
    assert "steps_per_second" not in facts(one(f"epoch 1 loss 0.5 {time}\nepoch 2 loss 0.25 {time}\n"))
    assert facts(one(f"step 1 loss 0.5 {time}\nstep 2 loss 0.25 {time}\n"))["steps_per_second"] == 0.08


def test_the_mean_that_sums_up_is_not_the_last_loss() -> None:
    """What was printed at a step stands; another value of its kind without a step does too."""
    steps = "step 80 loss 0.5\nstep 90 loss 0.25\n"
    assert facts(one(f"{steps}All done in 30 s, average loss: 0.75\n"))["loss"] == 0.25
    assert facts(one(f"{steps}mean loss: 0.75\n"))["loss"] == 0.25
    assert facts(one(f"{steps}loss: 0.125\n"))["loss"] == 0.125


def test_a_tracker_that_sums_up_at_the_end_adds_nothing() -> None:
    """W&B prints its last values, which may be of other steps."""
    assert facts(one("step 3 loss 0.5\nstep 4 loss 0.25\nwandb: Run summary:\nwandb:  loss 0.75\nwandb:  step 9\n")) == {
        "step": 4, "loss": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize("key", ["split", "mode", "phase"])
@pytest.mark.parametrize("split", ["val", "eval", "validation", "test"])
def test_a_dict_may_say_that_it_is_of_evaluation_data(key: str, split: str) -> None:
    """Its loss is the evaluation's, its step no progress."""
    log = f'{{"step": 8, "loss": 0.5, "{key}": "train"}}\n{{"step": 9, "loss": 0.25, "{key}": "train"}}\n'
    run = one(log + f'{{"step": 12, "loss": 0.75, "{key}": "{split}"}}\n')
    assert facts(run) == {"step": 9, "loss": 0.25, "eval_loss": 0.75}


def test_of_workers_named_with_a_hyphen_the_lowest_is_read() -> None:
    """`worker-1` is a rank as `worker 1` is."""
    log = "worker-1: step 3 loss 0.75\nworker-0: step 3 loss 0.5\nworker-0: step 4 loss 0.25\nworker-1: step 4 loss 0.625\n"
    assert facts(one(log))["loss"] == 0.25


@pytest.mark.parametrize(("left", "seconds"), [
    ("remaining: 5400s", 5400), ("time left: 90 min", 5400), ("ETA 1.5 h", 5400), ("eta (s): 5400", 5400), ("eta 1:30:00", 5400),
])  # fmt: skip
def test_time_left_has_units(left: str, seconds: float) -> None:
    """As a clock or as a number with its unit."""
    assert one(f"step 3/9 | loss 0.5 | {left}\n").remaining == seconds


@pytest.mark.parametrize("left", ["remaining: 5400 steps", "left: 12", "eta unknown", "remaining 3/9 h"])
def test_what_is_left_of_other_things_is_no_time(left: str) -> None:
    """Without a unit of time nobody knows."""
    assert one(f"step 3/9 | loss 0.5 | {left}\n").remaining is None


def test_more_may_be_said_with_the_end() -> None:
    """`Training complete` ends a run whatever it adds."""
    for end in ("Training complete! Best accuracy 91.2 at epoch 7", "Training finished in 12.5s", "Training is done, in 3 h"):
        assert one(f"step 3 loss 0.5\nstep 4 loss 0.25\n{end}\n").state == "finished"
    assert one("step 3 loss 0.5\nTraining completed 20 of 90 steps\n").state != "finished"


@pytest.mark.parametrize("text", [
    "batch = 32\n# loss: 0.5 at step 30\nlr = 0.1\n# loss: 0.25 at step 60\nepochs = 3\n",
    "import model\n\n# step 30 loss 0.5\nmodel.fit()\n# step 60 loss 0.25\nmodel.save()\n",
    "    # step 30 loss 0.5\n    net.eval()\n",
])  # fmt: skip
def test_a_comment_in_code_is_no_reading(text: str) -> None:
    """What somebody noted beside a setting was printed by another run."""
    assert runs_of(text) == []


def test_a_log_pasted_as_comments_is_read() -> None:
    """Its lines stand one below the other; within an open run a comment counts as any line."""
    assert facts(one("# step 30 loss 0.5\n# step 60 loss 0.25\n# step 90 loss 0.125\n")) == {"step": 90, "loss": 0.125}
    assert facts(one("step 30 loss 0.5\n# step 60 loss 0.25\n")) == {"step": 60, "loss": 0.25}


def test_rates_after_an_announced_inference_show_no_training() -> None:
    """A loss does, and so does training that is announced."""
    rates = "batch 10 throughput 812.5 samples/s\nbatch 20 throughput 825 samples/s\n"
    assert runs_of(f"Running inference...\n{rates}") == []
    assert one(f"Running inference...\n{rates}step 1 loss 0.5\n").kind == "training"
    assert facts(one(f"Running inference\nStarting training\n{rates}"))["throughput"] == 825


def test_min_beside_a_reading_is_the_least_and_no_minutes() -> None:
    """The least loss and the greatest are not the last."""
    for beside in ("min loss: 0.125 max loss: 0.75", "(min 0.125, max 0.75)", "min=0.125 max=0.75"):
        assert facts(one(f"step 3 loss: 0.5 {beside}\nstep 4 loss: 0.25 {beside}\n")) == {"step": 4, "loss": 0.25}


def test_what_stands_in_brackets_beside_a_rate_is_not_the_rate() -> None:
    """A mean in its own unit stands behind the value."""
    assert facts(one("step 4 loss 0.25 640 img/s (avg 512 img/s)\n"))["throughput"] == 640
