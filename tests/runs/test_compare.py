"""Runs side by side: what differs, by how much, and what may not be compared."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tui.runs.compare import NOT_REPORTED, Comparison, Row, compare
from tui.runs.run import Amount, Finding, Parameter, Phase, Reading, Run, Spot

HERE = Spot("a.log", 1, "text")


def run(name: str = "a", **changes: object) -> Run:
    metrics = {key: Reading(key, value, HERE) for key, value in dict(changes.pop("metrics", {})).items()}  # type: ignore[call-overload]
    params = {key: Parameter(key, value, HERE) for key, value in dict(changes.pop("params", {})).items()}  # type: ignore[call-overload]
    base: dict[str, object] = {"id": f"{name}.log#1", "testbed": "cerebras", "format": "cerebras", "name": name, "path": f"{name}.log", "number": 1}
    return Run(**{**base, **changes, "metrics": metrics, "params": params})  # type: ignore[arg-type]


def row(comparison: Comparison, label: str) -> Row:
    return next(row for row in comparison.rows if row.label == label)


def codes(comparison: Comparison) -> set[str]:
    return {finding.code for finding in comparison.findings}


RUNS = st.builds(
    lambda loss, throughput, batch: run(metrics={"loss": loss, "throughput": throughput}, params={"batch_size": batch}),
    st.floats(0.01, 1e3), st.floats(0.01, 1e6), st.integers(1, 4096),
)  # fmt: skip


@given(RUNS)
def test_a_run_against_itself_shows_no_difference(one: Run) -> None:
    """And nothing to say."""
    comparison = compare([one, one])
    assert not any(row.differs for row in comparison.rows)
    assert comparison.findings == ()


@given(RUNS, RUNS)
def test_swapping_the_baseline_negates_deltas(one: Run, other: Run) -> None:
    """Up one way is down the other."""
    forth, back = compare([one, other]), compare([other, one])
    for there, here in zip(forth.rows, back.rows, strict=True):
        if there.cells[1].delta is not None and here.cells[1].delta is not None:
            assert there.cells[1].delta == -here.cells[1].delta


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


def test_not_a_number_has_no_delta() -> None:
    """And NaN against NaN is no difference."""
    nan = float("nan")
    comparison = compare([run(metrics={"loss": nan}), run("b", metrics={"loss": nan})])
    loss = row(comparison, "loss")
    assert (loss.differs, loss.cells[1].delta) == (False, None)


def test_different_work_is_said_and_losses_are_not_compared() -> None:
    """1,000 steps at batch 512 and at 2,048: per sample the second is faster."""
    small = run("small", params={"batch_size": 512}, progress={"step": Amount(1000, 1000)}, metrics={"loss": 7.125, "throughput": 2931.64})
    large = run("large", params={"batch_size": 2048}, progress={"step": Amount(1000, 1000)}, metrics={"loss": 7.14844, "throughput": 6717.07})
    comparison = compare([small, large])
    assert "different-work" in codes(comparison)
    assert row(comparison, "loss").why_not
    assert row(comparison, "loss").cells[1].delta is None
    per_sample = row(comparison, "time for 1,000,000 samples (derived)").cells[1]
    assert per_sample.better is True


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


def test_one_log_under_two_names_is_found() -> None:
    """The same job at the same time."""
    start = datetime(2024, 4, 7, 6, 0)
    both = [run(name, job_ids=("wsjob-x",), started_at=start) for name in "ab"]
    assert "same-log-twice" in codes(compare(both))


def test_phases_add_up_by_name_and_a_cached_compile_is_marked() -> None:
    """Two compilations of 22 s and 14 s against two from the cache."""
    cold = run("cold", phases=(Phase("compile", None, 22.0, False, HERE), Phase("compile", None, 14.0, False, HERE)))
    warm = run("warm", phases=(Phase("compile", None, 0.0, True, HERE), Phase("compile", None, 0.0, True, HERE)))
    cells = row(compare([cold, warm]), "compile").cells
    assert [cell.text for cell in cells] == ["36 s", "0 s cached"]
    assert row(compare([cold, warm]), "compile").why_not == "cold against cached"
