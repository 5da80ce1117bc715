"""Repeats: which runs are, how far apart they came out, and what a difference means beside that."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs.comparable_runs import HERE, run, several
from tests.test_samples import runs as samples
from tui.runs.compare import Comparison, Row, compare
from tui.runs.compare.chance import spread_text
from tui.runs.repeats import Spread, equal_parameters, related, repeats_of, spread
from tui.runs.run import Amount, Finding, Phase, Run
from tui.runs.workspace import Workspace

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
SETTINGS = {"batch_size": 512, "lanes": 6}


def sampled(name: str, throughput: float, **params: object) -> Run:
    return run(name, params={**SETTINGS, **params}, metrics={"throughput": throughput})


def groups(runs: list[Run]) -> list[list[str]]:
    return [[run.name for run in group.runs] for group in repeats_of(runs) if len(group.runs) > 1]


def row(comparison: Comparison, name: str) -> Row:
    return next(row for row in comparison.rows if row.name == name)


def said(comparison: Comparison, code: str) -> str:
    return " ".join(finding.message for finding in comparison.findings if finding.code == code)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_a_spread_holds_its_values(values: list[float]) -> None:
    """The mean is between the lowest and the highest; one value has no deviation; equal ones have none to speak of."""
    told = spread(values)
    assert told is not None
    assert (told.n, told.low, told.high) == (len(values), min(values), max(values))
    assert told.low <= told.mean or math.isclose(told.low, told.mean)
    assert (told.deviation is None) == (len(values) == 1)
    assert told.deviation is None or told.deviation <= told.range * (1 + 1e-9)


@given(several(2, 6))
@settings(max_examples=100)
def test_related_runs_are_grouped_as_among_all(runs: list[Run]) -> None:
    """Which of many runs are repeats of two is told by those that are related to them alone, in the same order."""
    chosen = runs[-2:]

    def beside(known: list[Run]) -> list[list[str]]:
        return [[member.id for member in group.runs] for run in chosen for group in repeats_of(known) if run in group.runs]

    assert beside(related(chosen, runs)) == beside([*chosen, *runs])


def test_of_many_runs_few_are_related() -> None:
    """The sample runs know repeats of each other, and every unrelated one is left out."""
    known = list(samples().values())
    for one in known:
        kept = related([one], known)
        assert one in kept and len(kept) < len(known)
        assert all(other.testbed == one.testbed for other in kept)


@given(several(2, 5), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_every_run_is_in_one_group_whatever_the_order(runs: list[Run], random: object) -> None:
    """And within a group any two have equal parameters."""
    straight = {frozenset(run.id for run in group.runs) for group in repeats_of(runs)}
    shuffled = runs[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert straight == {frozenset(run.id for run in group.runs) for group in repeats_of(shuffled)}
    assert sorted(id for group in straight for id in group) == sorted(run.id for run in runs)
    for group in repeats_of(runs):
        assert all(equal_parameters(one, other) for one in group.runs for other in group.runs if one is not other)


def test_equal_settings_are_repeats_and_one_that_differs_is_none() -> None:
    """Whatever their names and directories."""
    assert groups([sampled("a", 1.0), sampled("b", 2.0), sampled("c", 3.0, lanes=9)]) == [["a", "b"]]


def test_where_and_when_a_run_ran_is_no_setting() -> None:
    """Directories, job labels, times of start."""
    assert groups([sampled("a", 1.0, model_dir="m1", script_started="04:26"), sampled("b", 2.0, model_dir="m2")]) == [["a", "b"]]
    commands = [f"srun -n 8 python train.py --lr 0.1 --output_dir=/home/{user}/out" for user in ("ann", "bob")]
    assert groups([sampled(name, 1.0, command=command) for name, command in zip("ab", commands, strict=True)]) == [["a", "b"]]
    assert groups([sampled(name, 1.0, command=command) for name, command in (("a", "train.py --lr 0.1"), ("b", "train.py --lr 0.2"))]) == []


def test_one_compiled_program_is_one_configuration_however_little_a_log_shows() -> None:
    """A compile hash stands for what a log that starts late does not show; another hash is another program."""
    late = run("late", params={"compile_hash": "cs_1"}, metrics={"throughput": 3.0})
    assert groups([sampled("a", 1.0, compile_hash="cs_1"), late]) == [["a", "late"]]
    assert groups([sampled("a", 1.0, compile_hash="cs_1"), sampled("b", 1.5, compile_hash="cs_2")]) == []


def test_what_one_log_leaves_out_may_have_differed() -> None:
    """A shape that only one log names; but the options of a command that the other does not print are no difference."""
    assert groups([sampled("a", 1.0), sampled("b", 2.0, input_shape="(1, 256)")]) == []
    with_command = sampled("c", 2.0, command="srun --ipus=1 python mnist.py", num_devices=1)
    assert groups([sampled("a", 1.0), with_command]) == [["a", "c"]]


def test_a_log_that_fits_two_groups_is_in_neither() -> None:
    """Nothing tells whose repeat it is."""
    two = [sampled("a", 1.0, command="train.py --lr 0.1"), sampled("b", 1.0, command="train.py --lr 0.2")]
    assert groups([*two, sampled("c", 2.0)]) == []


def test_logs_that_show_hardly_anything_are_no_repeats() -> None:
    """Two programs may both do 1 epoch, or 1,000 steps, or set one variable."""
    assert groups([run(name, progress={"epoch": Amount(1, 1)}, metrics={"loss": 1.0}) for name in "ab"]) == []
    assert groups([run(name, progress={"step": Amount(1000)}, metrics={"loss": 1.0}) for name in "ab"]) == []
    assert groups([run(name, params={"lazy_mode": 1}, metrics={"loss": 1.0}) for name in "ab"]) == []
    assert groups([run(name, progress={"epoch": Amount(10, 10)}, metrics={"loss": 1.0}) for name in "ab"]) == [["a", "b"]]


def test_other_work_is_no_repeat() -> None:
    """10 epochs and 20, or a run that is not through."""
    ten, twenty = (run(name, params=SETTINGS, progress={"epoch": Amount(count, count)}) for name, count in (("a", 10), ("b", 20)))
    assert groups([ten, twenty]) == []
    going = run("c", params=SETTINGS, progress={"epoch": Amount(3, 10)}, state="running")
    assert groups([ten, going]) == []


def test_a_claim_that_no_log_shows_parts_only_what_somebody_varied() -> None:
    """`lr0.1` and `lr0.2` beside a run that claims nothing: neither is its repeat; alone, one is, with a doubt."""
    plain, one, two = (replace(sampled(name, value), name=name) for name, value in (("mnist", 1.0), ("mnist_lr0.1", 2.0), ("mnist_lr0.2", 3.0)))
    assert groups([plain, one, two]) == []
    assert groups([plain, one]) == [["mnist", "mnist_lr0.1"]]
    assert "mnist_lr0.1 claims learning rate 0.10, its log does not say" in said(compare([plain, one]), "within-noise")


def test_one_log_under_two_names_is_no_repeat() -> None:
    """It would be a repeat without noise."""
    figures = {"throughput": 4847.18, "loss": 7.07812, "train_seconds": 211.257}
    assert groups([run(name, params=SETTINGS, metrics=figures) for name in "ab"]) == []


def test_only_figures_that_compare_make_a_spread() -> None:
    """A time that contains a compile does not widen that of runs from the cache."""
    includes = (Finding("total-includes-compile", "info", "", HERE),)
    done = {"epoch": Amount(10, 10, HERE)}
    cold = run("cold", params=SETTINGS, metrics={"train_seconds": 110.0, "accuracy": 97.69}, findings=includes, progress=done)
    warm = [
        run(name, params=SETTINGS, metrics={"train_seconds": seconds, "accuracy": 98.3}, progress=done)
        for name, seconds in (("b", 85.0), ("c", 86.0))
    ]
    (group,) = repeats_of([cold, *warm])
    assert (group.spreads["train_seconds"].n, group.spreads["train_seconds"].high) == (2, 86.0)
    assert group.spreads["accuracy"].n == 3


def test_a_difference_within_the_spread_of_repeats_is_noise() -> None:
    """Neither better nor worse, and it is said; one beyond it is judged."""
    repeats = [sampled("a", 100.0), sampled("b", 110.0)]
    near, far = sampled("near", 105.0, lanes=9), sampled("far", 150.0, lanes=11)
    comparison = compare([repeats[0], near, far], among=repeats)
    cells = row(comparison, "throughput").cells
    assert [(cell.noise, cell.better) for cell in cells[1:]] == [("within", None), ("beyond", True)]
    assert "throughput of near, against a" in said(comparison, "within-noise")
    assert [[run.name for run in group.runs] for group in comparison.repeats] == [["a", "b"]]


def test_one_against_one_says_that_nothing_is_known_of_noise() -> None:
    """The difference is shown, and how little it proves."""
    comparison = compare([sampled("a", 100.0), sampled("b", 110.0, lanes=9)])
    assert row(comparison, "throughput").cells[1].noise == "unknown"
    assert "nothing is known about noise" in said(comparison, "noise-unknown")
    (finding,) = [finding for finding in comparison.findings if finding.code == "noise-unknown"]
    assert finding.severity == "info"


def test_between_repeats_everything_is_noise() -> None:
    """With the spread in words."""
    comparison = compare([sampled("a", 100.0), sampled("b", 110.0), sampled("c", 105.0)])
    assert "throughput 105.0 ± 5.0 samples/s (100 to 110, n=3)" in said(comparison, "within-noise")
    assert {cell.noise for cell in row(comparison, "throughput").cells[1:]} == {"within"}


def test_estimates_and_settings_have_no_noise() -> None:
    """A compiler says the same each time."""
    one = run("a", params=SETTINGS, metrics={"estimated_throughput": 931.8})
    other = run("b", params={**SETTINGS, "lanes": 9}, metrics={"estimated_throughput": 950.0})
    assert row(compare([one, other]), "estimated_throughput").cells[1].noise == ""


# the runs of the report


def test_the_three_graphcore_samples_are_repeats_with_their_claims() -> None:
    """10 epochs each, whatever their names claim."""
    three = [samples()[name] for name in ("mnist_original", "mnist_epochs20", "mnist_lr0.02")]
    comparison = compare(three)
    (group,) = comparison.repeats
    assert [run.name for run in group.runs] == ["mnist_original", "mnist_epochs20", "mnist_lr0.02"]
    accuracy = group.spreads["accuracy"]
    assert (accuracy.n, accuracy.low, accuracy.high) == (3, 97.69, 98.35)
    assert round(accuracy.mean, 2) == 98.11
    assert round(accuracy.deviation or 0, 3) == 0.367
    message = said(comparison, "within-noise")
    assert "accuracy 98.11 ± 0.37 % (97.69 to 98.35, n=3)" in message
    assert "mnist_epochs20 claims 20 epochs, its log shows 10" in message
    assert "mnist_lr0.02 claims learning rate 0.02, its log does not say" in message
    assert {cell.noise for cell in row(comparison, "accuracy").cells[1:]} == {"within"}


@pytest.mark.skipif(not SEED.is_dir(), reason="the directory ../shared/seed is not here")
def test_the_three_graphcore_logs_of_the_report_are_repeats() -> None:
    """One of them begins where its screen did and shows no command."""
    workspace = Workspace([str(SEED)])
    workspace.read()
    runs = workspace.runs(4e9)
    assert groups(runs) == [["graphcore_1_original", "graphcore_2", "graphcore_3"]]


@pytest.mark.skipif(not SEED.is_dir(), reason="the directory ../shared/seed is not here")
def test_what_the_report_meant_to_change_can_be_noted_beside_its_logs(tmp_path: Path) -> None:
    """With a `bedwatch.toml`, the claim mismatch of the report is shown on its own logs."""
    for path in SEED.glob("graphcore_*.log"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "bedwatch.toml").write_text(
        '[logs."graphcore_2.log"]\nnote = "epochs 10 to 20"\n[logs."graphcore_3.log"]\nclaims = {learning_rate = 0.02}\n'
    )
    workspace = Workspace([str(tmp_path)])
    workspace.read()
    one, two, three = workspace.runs(4e9)
    assert [finding.message for finding in two.findings if finding.code == "claim-mismatch"] == ["The note says 20 epochs, the log shows 10"]
    assert "graphcore_2 claims 20 epochs, its log shows 10" in said(compare([one, two, three]), "within-noise")


def test_a_phase_of_repeats_is_neither_better_nor_worse() -> None:
    """88 s and 85 s of training."""
    done = {"epoch": Amount(10, 10, HERE)}
    one, other = (
        replace(sampled(name, 1.0 + at), phases=(Phase("train", None, 88.0 - at, None, HERE),), progress=done) for at, name in enumerate("ab")
    )
    assert (row(compare([one, other]), "phase:train").cells[1].better, row(compare([one, other]), "phase:train").cells[1].noise) == (None, "within")


def test_runs_that_claim_different_things_are_no_repeats() -> None:
    """`b8_l03` and `b8`: somebody varied what one name tells and the other does not; their difference is no noise."""
    done = {"epoch": Amount(20, 20, HERE)}
    b8_l03, b8, b4 = (
        run(name, params={"steps_per_epoch": 150, "lanes": 6}, metrics={"accuracy": value}, progress=done)
        for name, value in (("b8_l03_e_20", 98.89), ("b8_e_20", 10.1), ("b4_l03_e_20", 9.68))
    )
    assert groups([b8_l03, b8, b4]) == []


def test_what_a_doubtful_repeat_adds_is_no_noise_of_others() -> None:
    """It joins its like, but a spread that only its claim may explain does not make other differences chance."""
    done = {"epoch": Amount(10, 10, HERE)}
    two = [run(name, params=SETTINGS, metrics={"accuracy": 98.0 + at}, progress=done) for at, name in enumerate("ab")]
    doubtful = run("seed7", params=SETTINGS, metrics={"accuracy": 10.0}, progress=done)
    other = run("o", params={**SETTINGS, "batch_size": 99}, metrics={"accuracy": 90.0}, progress=done)
    cells = row(compare([other, *two, doubtful]), "accuracy").cells
    assert groups([*two, doubtful]) == [["a", "b", "seed7"]] and [cell.noise for cell in cells[1:]] == ["beyond"] * 3


def test_repeats_that_do_not_differ_have_no_rounded_mean() -> None:
    """7.14844 is not 7.15 with no deviation."""
    assert spread_text("loss", Spread(5, 7.14844, 0.0, 7.14844, 7.14844)) == "loss 7.14844 (n=5, all the same)"


def test_the_ends_of_a_range_never_look_alike() -> None:
    """As many digits as tell them apart, as in the table."""
    said = spread_text("throughput", Spread(2, 2461.073725, 0.00002, 2461.07371, 2461.07374))
    assert "(2,461.07371 to 2,461.07374, n=2)" in said
    assert "(97.69 to 98.35, n=3)" in spread_text("accuracy", Spread(3, 98.11, 0.37, 97.69, 98.35))
