"""Runs side by side: what differs, by how much, and what may not be compared."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.metrics import METRICS
from tests.runs.comparable_runs import HERE, START, any_run, losses, run, several
from tui.runs.comparable import why_not
from tui.runs.compare import AXES, NOT_GIVEN, NOT_REPORTED, SECTIONS, Comparison, Row, compare
from tui.runs.run import Amount, Finding, Phase, Run, Spot
from tui.runs.work import samples_per_second, tokens_per_second


def row(comparison: Comparison, label: str) -> Row:
    return next(row for row in comparison.rows if label in (row.label, row.name))


def codes(comparison: Comparison) -> set[str]:
    return {finding.code for finding in comparison.findings}


# what holds of any runs


@given(any_run("a"))
@settings(max_examples=60)
def test_a_run_against_itself_shows_no_difference(one: Run) -> None:
    """And nothing to say; no delta but of nothing."""
    comparison = compare([one, one])
    assert [row for row in comparison.rows if row.differs] == []
    assert comparison.findings == ()
    assert all(not cell.delta for row in comparison.rows for cell in row.cells)


@given(several(2, 2))
@settings(max_examples=100)
def test_swapping_the_baseline_negates_deltas(pair: list[Run]) -> None:
    """Up one way is down the other, and better one way is worse the other; what does not compare does not either way."""
    forth, back = compare(pair), compare(pair[::-1])
    ours, theirs = ({(row.section, row.name): row for row in each.rows} for each in (forth, back))
    assert ours.keys() == theirs.keys()
    for key, there in ours.items():
        here = theirs[key]
        assert (there.cells[1].delta is None, bool(there.why_not)) == (here.cells[1].delta is None, bool(here.why_not))
        if there.cells[1].delta is not None and here.cells[1].delta is not None:
            assert there.cells[1].delta == -here.cells[1].delta
            better = here.cells[1].better
            assert there.cells[1].better == (None if better is None else not better)
            assert there.cells[1].noise == here.cells[1].noise


@given(several(3, 4), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_others_does_not_matter(runs: list[Run], random: object) -> None:
    """Each run's cells are the same wherever it stands, and the same things are said."""
    others = runs[1:]
    random.shuffle(others)  # type: ignore[attr-defined]
    straight, mixed = compare(runs), compare([runs[0], *others])
    ours, theirs = ({(row.section, row.name): row for row in each.rows} for each in (straight, mixed))
    assert ours.keys() == theirs.keys()
    for key, row_ in ours.items():
        at = {run.id: repr(cell) for run, cell in zip(straight.runs, row_.cells, strict=True)}
        assert at == {run.id: repr(cell) for run, cell in zip(mixed.runs, theirs[key].cells, strict=True)}
        assert row_.differs == theirs[key].differs
    assert sorted(f.code for f in straight.findings) == sorted(f.code for f in mixed.findings)
    assert {frozenset(r.id for r in group.runs) for group in straight.repeats} == {frozenset(r.id for r in g.runs) for g in mixed.repeats}


@given(several(2, 4))
@settings(max_examples=60)
def test_what_is_missing_is_not_reported_never_zero(runs: list[Run]) -> None:
    """No value, no delta, and words in its place; a number shown is one that the log or its parts gave."""
    for row_ in compare(runs).rows:
        assert len(row_.cells) == len(runs)
        for run_, cell in zip(runs, row_.cells, strict=True):
            if cell.value is None:
                assert cell.text in (NOT_REPORTED, NOT_GIVEN, "no claim")
                assert (cell.delta, cell.percent, cell.better, cell.noise) == (None, None, None, "")
            if row_.name in METRICS and row_.section == "outcome":
                assert (cell.value is None) == (row_.name not in run_.metrics)


@given(several(2, 4))
@settings(max_examples=100)
def test_no_comparison_mixes_kinds_of_figure(runs: list[Run]) -> None:
    """Training rates against others, other models, caches, testbeds, unlike work: no delta, and the reason in words."""
    for row_ in compare(runs).rows:
        for other, cell in zip(runs[1:], row_.cells[1:], strict=True):
            if cell.delta is None:
                continue
            assert not cell.why_not
            assert row_.name != "duration_seconds"
            if row_.name in ("throughput", "tokens_per_second", "rate", "ips", "latency_ms", "seconds_per_million_samples"):
                assert runs[0].kind == other.kind or "training" not in (runs[0].kind, other.kind) or "inference" not in (runs[0].kind, other.kind)
                assert None in (runs[0].model, other.model) or runs[0].model.lower() == other.model.lower()  # type: ignore[union-attr]
                assert runs[0].testbed == other.testbed or None not in (runs[0].model, other.model)
            if row_.name in ("loss", "seconds_to_loss", "loss_at_samples"):
                assert runs[0].testbed == other.testbed
        for base, cell in ((row_.cells[0], cell) for cell in row_.cells[1:]):
            if row_.section != "parameters" and isinstance(cell.value, (int, float)) and isinstance(base.value, (int, float)):
                finite = math.isfinite(cell.value) and math.isfinite(base.value)
                assert cell.delta is not None or cell.why_not or not finite  # never silently dropped
                assert not cell.why_not or row_.why_not


@given(several(2, 2), st.sampled_from(sorted(METRICS)))
@settings(max_examples=60)
def test_whether_two_runs_compare_does_not_depend_on_which_is_first(pair: list[Run], name: str) -> None:
    """A reason against is a reason against both ways; and a run compares with itself, but for a script's clock."""
    one, other = pair
    assert bool(why_not(name, one, other)) == bool(why_not(name, other, one))


@given(st.floats(0.01, 1e6), st.sampled_from([128, 256, 2048]))
def test_samples_and_tokens_convert_both_ways(rate: float, length: int) -> None:
    """By the sequence length, and back to what it was."""
    in_tokens = run(params={"max_seq_length": length}, metrics={"tokens_per_second": rate})
    samples = samples_per_second(in_tokens)
    assert samples is not None
    back = tokens_per_second(run(params={"max_seq_length": length}, metrics={"throughput": samples.value}))
    assert back is not None
    assert math.isclose(back.value, rate, rel_tol=1e-12)


@given(several(2, 3), st.sampled_from(AXES))
@settings(max_examples=30)
def test_joined_series_hold_every_point_of_each_run(runs: list[Run], on: str) -> None:
    """A column for each, in its order; the axis rises; a run without the axis is null throughout."""
    frame = compare(runs).series("loss", on)  # type: ignore[arg-type]
    assert frame.columns == [on, *(run.id for run in runs)]
    assert frame[on].is_sorted()
    assert frame[on].n_unique() == frame.height
    for run_ in runs:
        series = run_.series.get("loss")
        count = frame.height - frame[run_.id].null_count()
        assert count in (0, len(series) if series is not None else 0)


def test_series_join_on_steps_samples_and_seconds() -> None:
    """At batch 8 and 16 the same step is other samples."""
    small = run("small", params={"batch_size": 8}, series={"loss": losses([5, 4, 3])})
    large = run("large", params={"batch_size": 16}, series={"loss": losses([6, 5], seconds=20)})
    both = compare([small, large])
    assert both.series("loss", "step").rows() == [(100, 5, 6), (200, 4, 5), (300, 3, None)]
    assert both.series("loss", "samples").rows() == [(800, 5, None), (1600, 4, 6), (2400, 3, None), (3200, None, 5)]
    assert both.series("loss", "time").rows() == [(0, 5, 6), (10, 4, None), (20, 3, 5)]
    assert compare([small, small]).series("loss").columns == ["step", "small.log#1", "small.log#1 (2)"]


# rows


def test_better_and_worse_follow_the_metric_s_direction() -> None:
    """A lower loss is better, a higher throughput is."""
    comparison = compare([run(metrics={"loss": 2.0, "throughput": 100.0}), run("b", metrics={"loss": 1.0, "throughput": 50.0})])
    assert row(comparison, "loss").cells[1].better is True
    throughput = row(comparison, "throughput").cells[1]
    assert (throughput.better, throughput.delta, throughput.percent) == (False, -50.0, -50.0)


def test_a_metric_missing_on_one_side_is_not_reported_never_zero() -> None:
    """No delta is made of nothing."""
    cells = row(compare([run(metrics={"loss": 2.0}), run("b")]), "loss").cells
    assert (cells[1].text, cells[1].value, cells[1].delta) == (NOT_REPORTED, None, None)


def test_no_percent_of_a_zero_baseline() -> None:
    """The delta stands alone."""
    cells = row(compare([run(metrics={"loss": 0.0}), run("b", metrics={"loss": 1.0})]), "loss").cells
    assert (cells[1].delta, cells[1].percent) == (1.0, None)


def test_nan_gives_no_delta() -> None:
    """And NaN against NaN is no difference."""
    nan = float("nan")
    comparison = compare([run(metrics={"loss": nan}), run("b", metrics={"loss": nan})])
    loss = row(comparison, "loss")
    assert (loss.differs, loss.cells[1].delta) == (False, None)


def test_every_number_holds_its_line() -> None:
    """A cell knows the line that it rests on."""
    comparison = compare([run(metrics={"loss": 2.0}, params={"batch_size": 8}), run("b", metrics={"loss": 1.0})])
    for name, path in (("loss", "a.log"), ("batch_size", "a.log")):
        spot = row(comparison, name).cells[0].spot
        assert spot is not None
        assert spot.path == path


def test_sections_are_those_that_are_drawn_in_their_order() -> None:
    """No row is in a section that nobody shows."""
    rows = compare([run(metrics={"loss": 2.0, "throughput": 8.0}, progress={"step": Amount(8, 8, HERE)}, elapsed=3.0)] * 2).rows
    order = [name for name, _ in SECTIONS]
    assert [row.section for row in rows] == sorted((row.section for row in rows), key=order.index)


def test_a_command_line_is_compared_option_by_option() -> None:
    """What one command lacks is not given; what a log does not print is not reported."""
    command = "LAZY=1 srun -n 8 python train.py fit --lr 0.1 -b 256 --bf16 |& tee train.log"
    one = run(params={"command": command, "batch_size": 8})
    other = run("b", params={"command": command.replace("0.1", "0.2").replace(" --bf16", "")})
    third = run("c")
    comparison = compare([one, other, third])
    texts = {row.label: [cell.text for cell in row.cells] for row in comparison.rows if row.group in ("command line", "environment")}
    assert texts["--lr"] == ["0.1", "0.2", NOT_REPORTED]
    assert texts["--bf16"] == ["given", NOT_GIVEN, NOT_REPORTED]
    assert texts["srun -n"] == ["8", "8", NOT_REPORTED]
    assert texts["$LAZY"] == ["1", "1", NOT_REPORTED]
    assert "tee" not in str(texts)


def test_a_command_line_that_only_one_log_prints_stays_whole() -> None:
    """Its options have nothing to be held against."""
    comparison = compare([run(params={"command": "python train.py --lr 0.1"}), run("b")])
    assert row(comparison, "command").cells[0].text == "python train.py --lr 0.1"


def test_an_option_that_a_parameter_repeats_is_told_once() -> None:
    """Formats read some options themselves."""
    command = "python train.py --weight_decay 0.01"
    runs = [run(name, params={"command": command, "weight_decay": 0.01}) for name in "ab"]
    assert [row.label for row in compare(runs).rows if "weight" in row.label] == ["weight decay"]


# what compares


def test_different_work_is_said_and_losses_are_not_compared() -> None:
    """1,000 steps at batch 512 and at 2,048: per sample the second is faster."""
    small = run("small", params={"batch_size": 512}, progress={"step": Amount(1000, 1000)}, metrics={"loss": 7.125, "throughput": 2931.64})
    large = run("large", params={"batch_size": 2048}, progress={"step": Amount(1000, 1000)}, metrics={"loss": 7.14844, "throughput": 6717.07})
    comparison = compare([small, large])
    (work,) = [finding for finding in comparison.findings if finding.code == "different-work"]
    assert "per sample large is 2.3 times as fast as small" in work.message
    assert row(comparison, "loss").why_not
    assert row(comparison, "loss").cells[1].delta is None
    assert row(comparison, "time for 1,000,000 samples (derived)").cells[1].better is True
    assert row(comparison, "time for a step (derived)").why_not == "a step is not the same work: 512 against 2,048 samples"
    assert row(comparison, "samples").cells[1].text == "2,048,000 (derived)"


def test_losses_are_compared_at_equal_samples_and_the_time_to_a_loss() -> None:
    """The worst of the last losses is one that all reached."""
    small = run("small", params={"batch_size": 8}, metrics={"loss": 3.0}, progress={"step": Amount(300)}, series={"loss": losses([5, 4, 3])})
    large = run("large", params={"batch_size": 16}, metrics={"loss": 3.5}, progress={"step": Amount(300)}, series={"loss": losses([6, 4, 3.5], seconds=20)})
    comparison = compare([small, large])
    assert [cell.value for cell in row(comparison, "loss at 2,400 samples (interpolated)").cells] == [3.0, 5.0]
    assert [cell.value for cell in row(comparison, "time to loss 3.50 (derived)").cells] == [20.0, 40.0]
    assert [cell.value for cell in row(comparison, "samples to loss 3.50 (derived)").cells] == [2400.0, 4800.0]


def test_a_log_without_a_clock_gives_no_time_to_a_loss() -> None:
    """Not reported; the samples are."""
    runs = [run(name, params={"batch_size": 8}, metrics={"loss": 3.0}, series={"loss": losses([5, 3], seconds=None)}) for name in "ab"]
    comparison = compare(runs)
    assert all(row.name != "seconds_to_loss" for row in comparison.rows)
    assert row(comparison, "samples_to_loss").cells[0].value == 1600


def test_the_rate_of_a_device_and_of_all() -> None:
    """Twice the devices at less than twice the rate."""
    one = run(params={"num_devices": 1}, metrics={"throughput": 100.0})
    four = run("b", params={"num_devices": 4}, metrics={"throughput": 320.0})
    each = row(compare([one, four]), "throughput per device (derived)")
    assert ([cell.value for cell in each.cells], each.cells[1].better) == ([100.0, 80.0], False)
    slow = run("c", params={"num_devices": 4}, metrics={"throughput": 90.0}, findings=(Finding("per-device-rate", "warning", "", HERE),))
    assert row(compare([one, slow]), "throughput_per_device").cells[1].value == 90.0


def test_submit_logs_hold_no_training() -> None:
    """781 s with a compile and 1 s without say nothing of how fast a model trained."""
    phase = Phase("compile", None, 780.0, False, HERE)
    cold = run("cold", state="submitted", metrics={"duration_seconds": 781.0}, phases=(phase,))
    warm = run("warm", state="submitted", metrics={"duration_seconds": 1.0}, findings=(Finding("compile-skipped", "info", "skipped", HERE),))
    comparison = compare([cold, warm])
    assert {"not-comparable", "cold-against-cached"} <= codes(comparison)
    duration = row(comparison, "script time")
    assert duration.why_not
    assert duration.cells[1].better is None
    trained = run("trained", state="finished", metrics={"throughput": 5.0})
    assert "not-comparable" in codes(compare([trained, warm]))


def test_one_log_under_two_names_is_found() -> None:
    """The same job at the same time."""
    both = [run(name, job_ids=("wsjob-x",), started_at=START) for name in "ab"]
    assert "same-log-twice" in codes(compare(both))


def test_a_copy_of_a_log_without_a_clock_is_found_by_its_figures() -> None:
    """No two measurements agree in every digit."""
    figures = {"groq_ips": 16612.48, "cpu_ips": 453.89, "groq_accuracy": 77.47}
    both = [run(name, testbed="groq", kind="inference", metrics=figures) for name in "ab"]
    assert "same-log-twice" in codes(compare(both))
    other = run("c", testbed="groq", kind="inference", metrics={**figures, "groq_ips": 16612.49})
    assert "same-log-twice" not in codes(compare([both[0], other]))


def test_the_end_of_a_log_is_the_log() -> None:
    """A copy of a screen begins where the screen did."""
    figures = {"throughput": 4847.18, "loss": 7.07812, "train_seconds": 211.257}
    whole = run("whole", started_at=START, last_at=datetime(2024, 4, 7, 7), job_ids=("w1", "w2"), metrics=figures)
    screen = run("screen", started_at=START + timedelta(minutes=6), last_at=datetime(2024, 4, 7, 7), job_ids=("w2",), metrics=figures)
    assert "same-log-twice" in codes(compare([whole, screen]))


def test_phases_add_up_by_name_and_a_cached_compile_is_marked() -> None:
    """Two compilations of 22 s and 14 s against two from the cache."""
    cold = run("cold", phases=(Phase("compile", None, 22.0, False, HERE), Phase("compile", None, 14.0, False, HERE)))
    warm = run("warm", phases=(Phase("compile", None, 0.0, True, HERE), Phase("compile", None, 0.0, True, HERE)))
    cells = row(compare([cold, warm]), "compile").cells
    assert [cell.text for cell in cells] == ["36 s", "0 s cached"]
    assert row(compare([cold, warm]), "compile").why_not == "cold against cached"


def test_a_reason_is_of_the_runs_that_it_holds_for() -> None:
    """Of three compiles two are cold and compare; the row says which does not."""
    cold = [run(name, phases=(Phase("compile", None, seconds, False, HERE),)) for name, seconds in (("a", 20.0), ("b", 25.0))]
    warm = run("warm", phases=(Phase("compile", None, 0.0, True, HERE),))
    compile_row = row(compare([*cold, warm]), "compile")
    assert [cell.delta for cell in compile_row.cells] == [None, 5.0, None]
    assert compile_row.why_not == "warm: cold against cached"


SPEED = {"throughput": 100.0, "tokens_per_second": 100.0, "steps_per_second": 1.0}


@pytest.mark.parametrize(
    ("name", "one", "other", "words"),
    [
        ("throughput", run(model="bert"), run("b", model="gpt"), "different models"),
        ("throughput", run(kind="training"), run("b", kind="inference"), "another kind of figure"),
        ("throughput", run(), run("b", testbed="graphcore"), "no log names the model"),
        ("throughput", run(params={"max_seq_length": 128}), run("b", params={"max_seq_length": 512}), "a sample is not the same work"),
        ("throughput", run(), run("b", findings=(Finding("warm-up-excluded", "info", "", HERE),)), "without warm-up steps"),
        ("throughput", run(), run("b", metrics=SPEED, findings=(Finding("warm-up-included", "info", "", Spot("b.log", 1)),)), "the compilation or the warm-up"),
        ("throughput", run(), run("b", findings=(Finding("per-device-rate", "info", "", HERE),)), "one process's rate"),
        ("steps_per_second", run(params={"batch_size": 8}), run("b", params={"batch_size": 16}), "a step is not the same work"),
        ("rate", run(params={"version": "2.5.1-2025"}), run("b", params={"version": "2.5.1-2025"}), "one step's window"),
        ("rate", run(), run("b", findings=(Finding("rate-unreliable", "info", "", HERE),)), "one step's window"),
        ("train_seconds", run(), run("b", findings=(Finding("total-includes-compile", "info", "", HERE),)), "contains queue, compile and staging"),
        ("train_seconds", run(), run("b", state="failed"), "after a failure too"),
        ("train_seconds", run(progress={"epoch": Amount(10)}), run("b", progress={"epoch": Amount(20)}), "10 against 20 epochs"),
        ("loss", run(params={"batch_size": 8}, progress={"step": Amount(10)}), run("b", params={"batch_size": 16}, progress={"step": Amount(10)}), "80 against 160 samples"),
        ("loss", run(model="bert"), run("b", testbed="graphcore", model="bert"), "the same loss"),
        ("loss", run(), run("b", findings=(Finding("mean-loss", "info", "", HERE),)), "the mean over a training"),
        ("seconds_per_epoch", run(testbed="graphcore"), run("b", testbed="graphcore"), "contains the compilation"),
        ("compile_seconds", run(findings=(Finding("compile-skipped", "info", "", HERE),)), run("b", phases=(Phase("compile", None, 9.0, False, HERE),)), "cold against cached"),
        ("groq_latency_ms", run(), run("b", findings=(Finding("rounded", "info", "", HERE),)), "compare the rates"),
        ("duration_seconds", run(), run("b"), "the clock of the script"),
    ],
)  # fmt: skip
def test_what_does_not_compare_says_why(name: str, one: Run, other: Run, words: str) -> None:
    """As each vendor's logs make it so."""
    assert words in why_not(name, one, other)
    assert words in why_not(name, other, one) or "against" in words
    known = [replace(each, metrics={**each.metrics, **run(each.name, metrics={name: 100.0}).metrics}) for each in (one, other)]
    figures = row(compare(known), name)
    assert (figures.cells[1].delta, figures.cells[1].value) == (None, 100.0)
    assert words in figures.why_not


def test_a_model_that_notes_name_lets_testbeds_compare() -> None:
    """A Cerebras log names no model; its owner may."""
    from tui.runs.claims import with_claims
    from tui.runs.notes import notes_in

    noted = with_claims(replace(run(metrics=SPEED), notes=notes_in(b'[claims]\nmodel = "bert-large"\n', "a.log", "bedwatch.toml")))
    other = run("b", testbed="sambanova", model="BertLarge", metrics=SPEED)
    assert why_not("throughput", noted, other) == ""
    assert why_not("throughput", run(metrics=SPEED), other) != ""


def test_rates_of_training_and_inference_are_said_not_to_compare() -> None:
    """They stand in rows of their own, and a sentence says why."""
    comparison = compare([run(metrics={"throughput": 9.0}), run("b", testbed="groq", kind="inference", metrics={"groq_ips": 9.0})])
    assert "a is training and b is inference: a rate of the one is no rate of the other" in [f.message for f in comparison.findings]


def test_tokens_and_samples_are_said_not_to_compare_or_converted() -> None:
    """By the sequence length, where a log gives it."""
    tokens, samples = run(metrics={"tokens_per_second": 1280.0}), run("b", metrics={"throughput": 5.0})
    assert "not-comparable" in codes(compare([tokens, samples]))
    known = run("c", params={"max_seq_length": 128}, metrics={"tokens_per_second": 1280.0})
    assert [cell.value for cell in row(compare([known, samples]), "seconds_per_million_samples").cells] == [1e5, 2e5]
    assert "not-comparable" not in codes(compare([known, samples]))


def test_an_estimate_is_said_not_to_be_a_measurement() -> None:
    """931.8 samples/s expected by a compiler, 651 measured."""
    comparison = compare([run(metrics={"estimated_throughput": 931.8}), run("b", metrics={"throughput": 651.54})])
    assert any("has only an estimate" in finding.message for finding in comparison.findings if finding.code == "not-comparable")


def test_different_models_are_said_and_spellings_are_one() -> None:
    """BertLarge is bert-large."""
    assert "different-model" in codes(compare([run(model="bert"), run("b", model="gpt")]))
    assert "different-model" not in codes(compare([run(model="BertLarge"), run("b", model="bert-large")]))


def test_programs_that_differ_for_no_reason_shown_may_be_other_models() -> None:
    """A Cerebras log names no model; at another batch size another program is no wonder."""
    one, same, other = (
        run(name, params={"batch_size": size, "compile_hash": f"cs_{name}"}, metrics=SPEED) for name, size in (("a", 8), ("b", 8), ("c", 16))
    )
    assert row(compare([one, same]), "throughput").cells[1].delta is None
    assert row(compare([one, other]), "throughput").cells[1].delta == 0
    assert "different compiled programs at one batch size" in " ".join(f.message for f in compare([one, same]).findings)
    assert "different-model" not in codes(compare([one, other]))


def test_builds_for_other_inputs_are_different_work() -> None:
    """Also where one log does not say what it was built for."""
    built = run(testbed="groq", kind="inference", params={"input_shape": "(1, 256)"})
    assert "different-work" in codes(compare([run("b", testbed="groq", kind="inference"), built]))
    same = run("c", testbed="groq", kind="inference", params={"input_shape": "(1, 256)"})
    assert "different-work" not in codes(compare([built, same]))


def test_every_pair_of_findings_has_its_line() -> None:
    """A finding between runs rests on a line as well."""
    runs = [run(name, metrics={"throughput": value}, model=name) for name, value in (("a", 1.0), ("b", 2.0), ("c", 4.0))]
    for pair in combinations(runs, 2):
        assert all(finding.spot.path and finding.spot.line >= 0 for finding in compare(pair).findings)


def test_a_comparison_imports_no_polars_until_a_frame_is_asked_for() -> None:
    """It costs 170 ms, and most comparisons need none."""
    code = (
        "import sys; from tui.runs.compare import compare; from tui.runs.workspace import Workspace;"
        "compare([]); sys.exit('polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
