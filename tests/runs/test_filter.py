"""The filter asks for the runs that a person means, and never invents a value."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake import make_run
from tui.runs.filter import objection, parse
from tui.runs.run import Parameter, Reading, Spot

ONE = Spot("a", 1)
RUN = make_run("mytest_1024", model="bert_large", state="failed", elapsed=1400.0, job_ids=("wsjob-7",),
               params={"batch_size": Parameter("batch_size", 1024, ONE), "precision": Parameter("precision", "FP16", ONE)},
               metrics={"loss": Reading("loss", 7.07812, ONE), "accuracy": Reading("accuracy", math.nan, ONE)})


@pytest.mark.parametrize("text", [
    "", "mytest", "MYTEST 1024", "testbed:cerebras", "testbed:groq,cerebras", "state:failed loss<7.2 model~bert", "loss>=7.07812",
    "loss=7.07812", "batch_size:1024", "batch-size>1000", "precision:fp16", "elapsed>20m elapsed<1h", "job:wsjob-7", "-testbed:groq",
    "!groq", "state!=running", "state:ended", "step:1000", "-accuracy:5", 'name:"mytest_1024"', "loss<", "testbed:",
])  # fmt: skip
def test_it_is_asked_for(text: str) -> None:
    """Words anywhere, equality without case, alternatives by comma, comparisons, turned round; unfinished terms ask nothing."""
    assert parse(text).matches(RUN)


@pytest.mark.parametrize("text", [
    "mytest groq", "testbed:groq", "loss<7", "loss>7.07812", "model~gpt", "-testbed:cerebras", "!mytest", "eval_loss<100",
    "-eval_loss<100", "accuracy<100", "accuracy>0", "loss<abc", "state:live", "nothing:1", "elapsed<20m", "eval_loss!=3", "testbed!=cerebras",
])  # fmt: skip
def test_it_is_not_asked_for(text: str) -> None:
    """What a run does not say, or says is not a number, satisfies no comparison."""
    assert not parse(text).matches(RUN)


def test_what_makes_no_sense_is_said() -> None:
    """A word in place of a number, a comparison of words."""
    assert parse("loss<abc").wrong == "abc is not a number"
    assert parse("state<failed").wrong == "state is a word: state:failed"
    assert parse("loss<7 state:failed").wrong == ""


@given(st.text())
def test_whatever_is_typed_is_a_filter(text: str) -> None:
    """Half a term, quotes, signs: never an error."""
    parse(text).matches(RUN)


@pytest.mark.parametrize(("text", "said"), [
    ("state:faild", "No run has the state faild, but ended, failed"), ("stat:failed", "No run says stat, but state"),
    ("testbed:grok", "No run has the testbed grok, but cerebras"), ("batchsize>7", "No run says batchsize, but batch_size"),
    ("loss<abc", "abc is not a number"), ("left<5m", "No run says left"), ("zzz:1", "No run says zzz"),
    ("loss<7.2 state:failed", ""), ("-state:faild", ""), ("faild", ""), ("model~gpt", ""),
])  # fmt: skip
def test_a_term_that_can_hold_of_no_run_is_named(text: str, said: str) -> None:
    """A name or a word that there is not, with what there is; not where only the runs are others."""
    assert objection(parse(text), (RUN,)) == said
