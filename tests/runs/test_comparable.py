"""What may be compared with what, and what is said where it may not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from tests.runs.comparable_runs import HERE, START, losses, run
from tests.runs.test_compare import codes, row
from tui.runs.comparable import why_not
from tui.runs.compare import compare
from tui.runs.run import Amount, Finding, Phase, Run, Spot

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


def test_losses_after_no_known_work_are_not_compared() -> None:
    """Neither is a time of training that did nobody knows how much; a rate is."""
    one, other = (run(name, metrics={"loss": 2.0 + at, "train_seconds": 90.0 + at, "throughput": 5.0 + at}) for at, name in enumerate("ab"))
    rows = {row.name: row for row in compare([one, other]).rows}
    assert rows["loss"].why_not == "no log says after how much training" and rows["loss"].cells[1].delta is None
    assert rows["train_seconds"].why_not == "no log says how much was trained"
    assert rows["throughput"].cells[1].delta == 1.0


def test_claimed_batches_that_differ_are_not_known_to_be_equal_work() -> None:
    """As many steps of 512 as of 2048 are not the same training, also where only the names tell of the batches."""
    one, other = (run(f"bs{size}", metrics={"loss": 7.0}, progress={"step": Amount(1000, 1000, HERE)}) for size in (512, 2048))
    assert why_not("loss", one, other) == "different work: batches of 512 against 2,048 samples, as claimed and not in a log"
    same = run("again_bs512", metrics={"loss": 7.5}, progress={"step": Amount(1000, 1000, HERE)})
    assert why_not("loss", one, same) == ""


def test_models_whose_logs_list_other_layers_are_other_models() -> None:
    """On whichever device each layer is; then neither rates nor accuracies compare."""
    def of(name: str, layers: str) -> Run:
        return run(name, testbed="graphcore", params={"ipu_of_layer": layers}, metrics={"throughput": 5.0, "accuracy": 90.0})

    gpt, bert, elsewhere = of("a", "Embedding: 0, LM_head: 1"), of("b", "Embedding: 0, Pooler: 0"), of("c", "Embedding: 1, LM_head: 0")
    assert why_not("throughput", gpt, bert) == "different models: their logs list other layers"
    assert "no log says that they were tested on the same data" in why_not("accuracy", gpt, bert)
    assert why_not("throughput", gpt, elsewhere) == why_not("accuracy", gpt, elsewhere) == ""
    assert [finding.message for finding in compare([gpt, bert]).findings if finding.code == "different-model"] == [
        "Different models: the logs list different layers"
    ]


def test_rates_and_accuracies_of_other_models_are_not_better_or_worse() -> None:
    """A small model's inferences a second are no regression of a large one's; on one data set their accuracies are compared."""
    figures = {"groq_ips": 17147.76, "groq_on_chip_ips": 32358.97, "cpu_ips": 436.88, "groq_accuracy": 77.47}
    one, other = run("a", testbed="groq", model="bert_tiny", metrics=figures), run("b", testbed="groq", model="resnet50", metrics=figures)
    assert all(why_not(name, one, other).startswith("different models: bert_tiny against resnet50") for name in figures)
    data = {"dataset": "sst"}
    ours, theirs = (run(name, model=name, params=data, metrics={"accuracy": 90.0}) for name in ("bert", "gpt"))
    assert why_not("accuracy", ours, theirs) == ""


def test_of_many_runs_a_sentence_names_a_few() -> None:
    """And says how many more there are."""
    many = [run(f"r{at:02}", metrics={"throughput": 5.0 + at}, params={"batch_size": 2**at}) for at in range(12)]
    (message,) = [finding.message for finding in compare(many).findings if finding.code == "noise-unknown"]
    assert message.startswith("r00 against r01, r02, r03 and 8 more: one run each")


def test_little_training_in_a_long_run_is_said() -> None:
    """Wall clocks of compiles are no speed of training."""
    def of(name: str, trained: float, elapsed: float) -> Run:
        return run(name, elapsed=elapsed, phases=(Phase("compile", None, 600.0, None, HERE), Phase("train", None, trained, None, HERE)))

    (message,) = [finding.message for finding in compare([of("a", 200.0, 900.0), of("b", 300.0, 1000.0)]).findings if finding.code == "little-training"]
    assert message == "Little of the time was training: a 3:20 of 15:00 (compile 10:00) and b 5:00 of 16:40 (compile 10:00). Compare phase by phase"
    assert "little-training" not in {finding.code for finding in compare([of("a", 200.0, 900.0), of("b", 800.0, 1000.0)]).findings}


def test_how_much_faster_is_said_with_a_doubt_where_nothing_shows_one_model() -> None:
    """Cerebras' logs name none; a model's directory that both share is enough to leave the doubt out."""
    def of(name: str, batch: int, **params: object) -> Run:
        return run(name, metrics={"throughput": float(batch)}, params={"batch_size": batch, **params}, progress={"step": Amount(9, 9, HERE)})

    (unnamed,) = [finding.message for finding in compare([of("a", 8), of("b", 16)]).findings if finding.code == "different-work"]
    shared = {"model_dir": "model_dir_bert"}
    (named,) = [finding.message for finding in compare([of("a", 8, **shared), of("b", 16, **shared)]).findings if finding.code == "different-work"]
    assert unnamed.endswith("per sample b is 2 times as fast as a (if they are of one model: nothing in the logs shows that)")
    assert named.endswith("per sample b is 2 times as fast as a")
