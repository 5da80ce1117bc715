"""Conditions on a comparison: what they mean, when they are met, and that what cannot be judged never passes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.comparable_runs import run
from tui.report.threshold import Judgement, judged, parse_condition
from tui.runs.compare import compare
from tui.runs.run import Amount, Run, Spot

BASE = run("base", metrics={"loss": 7.0, "throughput": 1000.0}, progress={"step": Amount(10, 10)}, params={"batch_size": 8}, state="finished")


def other(**metrics: float) -> Run:
    return replace(
        run("other", metrics={"loss": 7.0, "throughput": 1000.0, **metrics}, progress=BASE.progress, params={"batch_size": 8}), state="finished"
    )


def verdicts(one: Run, two: Run, *texts: str) -> list[str]:
    return [judgement.verdict for judgement in judgements(one, two, *texts)]


def judgements(one: Run, two: Run, *texts: str) -> list[Judgement]:
    return judged(compare([one, two]), [parse_condition(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "value", "verdict"),
    [
        ("throughput<-5%", 949.0, "failed"),
        ("throughput<-5%", 951.0, "passed"),
        ("throughput < -5 %", 949.0, "failed"),
        ("throughput<−5%", 949.0, "failed"),  # the sign of the table on the screen
        ("throughput<=-5%", 950.0, "failed"),
        ("throughput<-5%", 950.0, "passed"),
        ("throughput<-50", 949.0, "failed"),
        ("throughput>+0", 1000.5, "failed"),
        ("throughput>0", 1000.0, "passed"),
        ("Throughput<-1e1%", 899.0, "failed"),
    ],
)
def test_a_condition_means_a_change_against_the_baseline(text: str, value: float, verdict: str) -> None:
    """In percent of the baseline's value, or in the metric's unit; the limit itself counts only where it is included."""
    assert verdicts(BASE, other(throughput=value), text) == [verdict]


@pytest.mark.parametrize("text", ["loss", "loss>", ">+0.01", "loss=+1", "loss>+x", "loss>+1%%", "loss>>+1", "", "a<+1<+2"])
def test_what_is_no_condition_is_refused_with_the_form(text: str) -> None:
    """An unquoted one reaches us as its first word, since the shell took the rest."""
    with pytest.raises(ValueError, match="quotes"):
        parse_condition(text)


@pytest.mark.parametrize("text", ["throughput<5%", "loss>0.01"])
def test_a_limit_without_a_sign_is_refused(text: str) -> None:
    """It may be meant as the value itself, and would then pass unseen."""
    with pytest.raises(ValueError, match="change against the baseline"):
        parse_condition(text)


def test_an_unknown_metric_is_refused_with_the_nearest() -> None:
    """A misspelt one must not pass; one that no run reports is known all the same."""
    with pytest.raises(ValueError, match="throughput"):
        judgements(BASE, other(), "thruput<-5%")
    with pytest.raises(ValueError, match="no such metric"):
        judgements(BASE, other(), "batch size>+1")
    assert verdicts(BASE, other(), "accuracy<-1%") == ["not judged"]


def test_what_one_run_does_not_report_is_not_judged() -> None:
    """Either side: the sentence names which."""
    bare = replace(other(), metrics={"loss": other().metrics["loss"]})
    (ours,) = judgements(BASE, bare, "throughput<-5%")
    (theirs,) = judgements(bare, BASE, "throughput<-5%")
    assert {ours.verdict, theirs.verdict} == {"not judged"}
    assert ours.reason == theirs.reason == "throughput of other is not reported"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_judged(value: float) -> None:
    """A diverged loss is no improvement, and none that passes."""
    assert verdicts(BASE, other(loss=value), "loss>+0.01", "loss<-1%") == ["not judged"] * 2


def test_what_may_not_be_compared_is_not_judged_with_the_reason() -> None:
    """The loss after other work."""
    more = replace(other(loss=1.0), progress={"step": Amount(20, 20)})
    (judgement,) = judgements(BASE, more, "loss>+0.01")
    assert judgement.verdict == "not judged"
    assert "different work" in judgement.reason


def test_of_zero_there_is_no_percent() -> None:
    """The difference itself can still be judged."""
    zero = replace(BASE, metrics=run("z", metrics={"loss": 0.0}).metrics)
    assert verdicts(zero, other(), "loss>+5%", "loss>+5") == ["not judged", "failed"]


def test_a_run_that_ended_worse_fails_whatever_its_figures_are() -> None:
    """With the line that says why; where the baseline failed as well, figures alone decide."""
    failed = replace(other(), state="failed", error=Spot("other.log", 9, "AssertionError: slow"))
    ending, figure = judgements(BASE, failed, "throughput<-5%")
    assert (ending.verdict, figure.verdict, ending.condition) == ("failed", "passed", None)
    assert "AssertionError: slow" in ending.reason
    assert verdicts(failed, replace(failed, id="x#1"), "throughput<-5%") == ["passed"]


def test_every_run_but_the_baseline_is_judged() -> None:
    """And each sentence names its run, both values and the change."""
    slow = replace(other(throughput=500.0), id="slow#1", name="slow")
    found = judged(compare([BASE, other(), slow]), [parse_condition("throughput<-5%")])
    assert [(judgement.run.name, judgement.verdict) for judgement in found] == [("other", "passed"), ("slow", "failed")]
    assert found[1].reason == "throughput of slow is 500 samples/s, -50 % against 1,000 of base"


@given(st.integers(-10_000, 10_000), st.integers(1, 10_000), st.integers(0, 6))
def test_printed_decimals_are_compared_as_printed(change: int, value: int, digits: int) -> None:
    """A difference of exactly the limit never lies beyond it: binary fractions add nothing."""
    scale = 10**digits
    one = replace(BASE, metrics=run("a", metrics={"loss": value / scale}).metrics)
    two = replace(other(), metrics=run("b", metrics={"loss": (value + change) / scale}).metrics)
    limit = f"{'+' if change >= 0 else '-'}{abs(change) / scale:.{digits}f}"
    assert verdicts(one, two, f"loss>{limit}", f"loss<{limit}") == ["passed", "passed"]
    assert verdicts(one, two, f"loss>={limit}", f"loss<={limit}") == ["failed", "failed"]


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(-99, 300))
def test_one_side_of_a_limit_fails(base: float, value: float, limit: float) -> None:
    """A value is above a limit, below it, or at it."""
    one = replace(BASE, metrics=run("a", metrics={"throughput": base}).metrics)
    two = replace(other(), metrics=run("b", metrics={"throughput": value}).metrics)
    above, below = verdicts(one, two, f"throughput>{limit:+f}%", f"throughput<{limit:+f}%")
    assert not (above == below == "failed")
    assert above == "failed" or below == "failed" or abs(100 * (value - base) / base - float(f"{limit:f}")) < 1e-6
