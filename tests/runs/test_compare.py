"""Runs side by side: what differs, by how much, and what may not be compared."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.metrics import METRICS
from tests.runs.comparable_runs import HERE, any_run, losses, run, several
from tui.runs.comparable import why_not
from tui.runs.compare import AXES, NOT_GIVEN, NOT_REPORTED, SECTIONS, Comparison, Row, compare
from tui.runs.run import Amount, Run
from tui.runs.work import samples_per_second, tokens_per_second

TEN = {"step": Amount(10, 10, HERE)}


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
    comparison = compare([
        run(metrics={"loss": 2.0, "throughput": 100.0}, progress=TEN), run("b", metrics={"loss": 1.0, "throughput": 50.0}, progress=TEN),
    ])  # fmt: skip
    assert row(comparison, "loss").cells[1].better is True
    throughput = row(comparison, "throughput").cells[1]
    assert (throughput.better, throughput.delta, throughput.percent) == (False, -50.0, -50.0)


def test_a_metric_missing_on_one_side_is_not_reported_never_zero() -> None:
    """No delta is made of nothing."""
    cells = row(compare([run(metrics={"loss": 2.0}), run("b")]), "loss").cells
    assert (cells[1].text, cells[1].value, cells[1].delta) == (NOT_REPORTED, None, None)


def test_no_percent_of_a_zero_baseline() -> None:
    """The delta stands alone."""
    cells = row(compare([run(metrics={"loss": 0.0}, progress=TEN), run("b", metrics={"loss": 1.0}, progress=TEN)]), "loss").cells
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
