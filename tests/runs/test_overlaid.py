"""Curves of several runs on one axis, and the names that tell the runs apart."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given

from tests.runs.comparable_runs import HERE, losses, run, several
from tui.runs.compare.named import names_of
from tui.runs.compare.overlaid import axis_warning, common_axes, common_metrics, overlaid
from tui.runs.run import Amount, Claim, Finding, Run
from tui.runs.series import Series


def _claims(name: str, value: float) -> tuple[Claim, ...]:
    return (Claim(name, value, "name", "said", HERE),)


# what runs are called


@pytest.mark.parametrize(("runs", "names"), [
    ((run("a", params={"batch_size": 512}), run("b", params={"batch_size": 1024})), ("batch 512", "batch 1,024")),
    ((run("a", params={"per_box_batch_size": 512, "lanes": 6, "compile_hash": "cs_1"}),
      run("b", params={"per_box_batch_size": 1024, "lanes": 9, "compile_hash": "cs_2"})), ("batch 512", "batch 1,024")),
    ((run("a", params={"batch_size_per_device": 256, "ntasks": 16}), run("b", params={"batch_size_per_device": 256, "ntasks": 8})),
     ("16 tasks", "8 tasks")),
    ((run("a", params={"configured_learning_rate": 0.03}), run("b", params={"configured_learning_rate": 0.02})), ("lr 0.03", "lr 0.02")),
    ((run("a", params={"batch_size": 8, "configured_learning_rate": 0.03}), run("b", params={"batch_size": 16, "configured_learning_rate": 0.02})),
     ("batch 8", "batch 16")),
    ((run("a", params={"batch_size": 8, "seed": 1}), run("b", params={"batch_size": 8, "seed": 2}), run("c", params={"batch_size": 9, "seed": 2})),
     ("batch 8, seed 1", "batch 8, seed 2", "batch 9, seed 2")),
    ((run("a", model="bert"), run("b", model="resnet50")), ("bert", "resnet50")),
    ((run("a", testbed="groq"), run("b", testbed="cerebras", params={"batch_size": 4})), ("groq", "cerebras")),
    ((run("a"), run("b", params={"input_shape": "(1, 256)"})), ("a", "shape (1, 256)")),
    ((run("a", params={"command": "python t.py --beta 1"}), run("b", params={"command": "python t.py --beta 2"})), ("--beta 1", "--beta 2")),
    ((run("a"), run("b")), ("run 1, baseline", "run 2")),
])  # fmt: skip
def test_runs_are_named_by_what_tells_them_apart(runs: tuple[Run, ...], names: tuple[str, ...]) -> None:
    """The most telling setting, a second where that is not enough, and a file's name only for what nothing else names."""
    assert names_of(runs) == names


def test_a_claimed_setting_is_named_as_a_claim() -> None:
    """What only a name says is not what was set."""
    one = replace(run("plain"), claims=())
    other = replace(run("epochs20"), claims=_claims("epochs", 20))
    assert names_of((one, other)) == ("plain", "epochs 20 claimed")


def test_a_learning_rate_that_a_schedule_may_have_lowered_names_nothing() -> None:
    """The last one that a log prints is not the one that was set."""
    one, other = run("a", params={"learning_rate": 1e-5}), run("b", params={"learning_rate": 2e-5})
    assert not any(name.startswith("lr ") for name in names_of((one, other)))


@given(runs=several(1, 6))
def test_no_two_runs_have_one_name(runs: list[Run]) -> None:
    """And none is without, whatever their logs say; the same run twice as well."""
    for some in (runs, [*runs, runs[0]]):
        names = names_of(some)
        assert len(set(names)) == len(some) and all(names)


# curves


def _with(name: str, values: list[float], batch: int | None = None, **changes: object) -> Run:
    return run(name, series={"loss": losses(values)}, params={} if batch is None else {"batch_size": batch}, **changes)


def test_curves_of_unlike_batches_are_laid_over_samples_first() -> None:
    """A step of the one is not the work of a step of the other, and on the axis of steps that is said."""
    alike, unlike = (_with("a", [3, 2, 1], 8), _with("b", [4, 3, 2], 8)), (_with("a", [3, 2, 1], 8), _with("b", [4, 3, 2], 16))
    assert common_axes(alike, "loss") == ["step", "samples", "time"]
    assert common_axes(unlike, "loss") == ["samples", "step", "time"]
    assert [each.xs for each in overlaid(unlike, "loss", "samples")] == [(800, 1600, 2400), (1600, 3200, 4800)]
    assert "8 against 16 samples" in axis_warning(unlike, "step") and not axis_warning(unlike, "samples") and not axis_warning(alike, "step")


def test_a_metric_that_one_run_lacks_is_no_curve_at_zero() -> None:
    """It has no points, and says so; two others still have a common metric."""
    runs = (_with("a", [3, 2, 1]), run("b"), _with("c", [3, 2, 1]))
    assert common_metrics(runs) == ["loss"] and not common_metrics(runs[:2])
    missing = overlaid(runs, "loss", "step")[1]
    assert missing.xs == () and missing.lacks == "not reported"


def test_a_curve_that_may_not_be_compared_says_why() -> None:
    """The reasons are those of the rows, but for the work done, which a curve shows itself."""
    base = _with("a", [3, 2, 1], 8, progress={"step": Amount(300, 300)})
    longer = _with("b", [3, 2, 1, 1], 8, progress={"step": Amount(400, 400)})
    mean = _with("c", [3, 2, 1], 8, progress={"step": Amount(300, 300)}, findings=(Finding("mean-loss", "info", "", HERE),))
    told = [each.why_not for each in overlaid((base, longer, mean), "loss", "step")]
    assert told[:2] == ["", ""] and "mean over a training" in told[2]


def test_steps_that_begin_anew_are_no_axis() -> None:
    """Of steps that count each epoch's own, one is no one place, and none gives the samples so far."""
    again = Series()
    for number, step in enumerate((1, 2, 3, 1, 2, 3)):
        again.append(3.0 - number / 10, step, None, number + 1)
    one = run("a", params={"batch_size": 8}, series={"loss": again})
    other = _with("b", [3, 2, 1], 8)
    assert overlaid((one, other), "loss", "step")[0].lacks.startswith("its steps")
    assert overlaid((one, other), "loss", "samples")[0].xs == ()
    assert common_axes((one, other), "loss") == []


@given(runs=several(2, 4))
def test_every_point_of_a_curve_can_be_drawn(runs: list[Run]) -> None:
    """Finite, in the order of the axis, no place twice; a common axis has two curves at least."""
    for metric in common_metrics(runs):
        for axis in common_axes(runs, metric):
            curves = overlaid(runs, metric, axis)
            assert sum(bool(each.xs) for each in curves) > 1
            for each in curves:
                assert list(each.xs) == sorted(set(each.xs)) and all(map(math.isfinite, (*each.xs, *each.ys)))
                assert bool(each.xs) != bool(each.lacks)
