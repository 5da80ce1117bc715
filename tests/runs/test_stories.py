"""Every wrong conclusion that a person once drew from these runs is contradicted by what is said of them, figures and all."""

from __future__ import annotations

from tests.test_samples import runs
from tui.runs.compare import Comparison, Row, compare
from tui.runs.run import Finding, Run


def of(*names: str) -> list[Run]:
    return [runs()[name] for name in names]


def said(comparison: Comparison) -> dict[str, str]:
    """What stands first in a comparison, by code: findings between the runs, and those on one that are no mere information."""
    found: list[Finding] = [*comparison.findings]
    found += [finding for run in comparison.runs for finding in run.findings if finding.severity != "info"]
    texts: dict[str, str] = {}
    for finding in found:
        texts[finding.code] = f"{texts.get(finding.code, '')} {finding.message}"
    return texts


def row(comparison: Comparison, name: str) -> Row:
    return next(row for row in comparison.rows if row.name == name)


def texts(comparison: Comparison, name: str) -> list[str]:
    return [cell.text for cell in row(comparison, name).cells]


def test_1_a_duration_of_781_and_of_1_is_no_speed_of_training() -> None:
    """They wrote: with 8 tasks instead of 16, "a dramatic reduction in Duration, a model that trained much faster"."""
    comparison = compare(of("bertlarge_ntasks16", "bertlarge_ntasks8"))
    first = said(comparison)
    assert "None of these logs holds training" in first["not-comparable"]
    assert "bertlarge_ntasks16: 781 s with a compile, bertlarge_ntasks8: 1 s without a compile" in first["not-comparable"]
    assert "bertlarge_ntasks16 compiled (780 s), bertlarge_ntasks8 did not" in first["cold-against-cached"]
    assert "The compile was skipped" in first["compile-skipped"]
    assert "output goes to a file BertLarge.out" in first["output-elsewhere"]
    assert texts(comparison, "state") == ["submitted", "submitted"]
    duration = row(comparison, "duration_seconds")
    assert (duration.label, duration.cells[1].delta, duration.cells[1].better) == ("script time", None, None)
    assert "not training time" in duration.why_not
    assert "not training time" in row(comparison, "elapsed_seconds").why_not
    assert all(row.name not in ("throughput", "loss", "train_seconds", "phase:train") for row in comparison.rows)


def test_2_the_path_of_the_training_log_is_named() -> None:
    """They wrote: "could not find a separate training log"."""
    (run,) = of("bertlarge_ntasks16")
    told = [finding.message for finding in run.findings if finding.code == "output-elsewhere"]
    assert any("/home/user/BertLarge/040424.04/BertLarge.out" in message and "slurm-30451.out says so" in message for message in told)
    assert ("sambanova/bertlarge_ntasks16/slurm-30451.out", "pointer") in {(source.path, source.role) for source in run.sources}


def test_3_ten_epochs_are_not_twenty_and_took_less_time() -> None:
    """They wrote: "20 epochs increased accuracy, and took significantly longer"."""
    comparison = compare(of("mnist_original", "mnist_epochs20", "mnist_lr0.02"))
    first = said(comparison)
    assert "The name says 20 epochs, the log shows 10" in first["claim-mismatch"]
    assert "mnist_original compiled (36 s), mnist_epochs20 did not" in first["cold-against-cached"]
    assert "Total times (1:50 against 1:25) do not compare" in first["cold-against-cached"]
    assert "training alone took 1:28 (mnist_original) against 1:25 (mnist_epochs20)" in first["cold-against-cached"]
    assert "mnist_original, mnist_epochs20 and mnist_lr0.02 are repeats" in first["within-noise"]
    assert "accuracy 98.11 ± 0.37 % (97.69 to 98.35, n=3)" in first["within-noise"]
    accuracy = row(comparison, "accuracy")
    assert [cell.text for cell in accuracy.cells] == ["97.69", "98.30", "98.35"]
    assert {(cell.noise, cell.better) for cell in accuracy.cells[1:]} == {("within", None)}
    assert texts(comparison, "phase:compile") == ["36 s", "0 s cached", "0 s cached"]
    assert texts(comparison, "claim:epochs") == ["no claim", "20: the log shows 10", "no claim"]
    assert texts(comparison, "epochs_done") == ["10", "10", "10"]


def test_4_a_smaller_batch_did_less_work_in_less_time() -> None:
    """They wrote: "smaller batch sizes resulted in shorter total run times", and that 1024 is best for its loss."""
    comparison = compare(of("bert_large_bs512", "bert_large_bs1024", "bert_large_bs2048"))
    work = said(comparison)["different-work"]
    assert "512,000 against 1,024,000 against 2,048,000 samples" in work
    assert "per sample bert_large_bs2048 is 2.3 times as fast as bert_large_bs512" in work
    assert "loss at 512,000 samples: 7.125 (bert_large_bs512), 7.46875 (bert_large_bs1024)" in work
    for name in ("train_seconds", "loss", "phase:train", "elapsed_seconds", "steps_done", "seconds_per_step"):
        assert row(comparison, name).why_not, name
        assert all(cell.delta is None for cell in row(comparison, name).cells), name
    assert texts(comparison, "seconds_per_step") == ["0.174646", "0.211257", "0.304895"]
    per_sample = row(comparison, "seconds_per_million_samples")
    assert [cell.text for cell in per_sample.cells] == ["341.106", "206.306", "148.874"]
    assert all(cell.better for cell in per_sample.cells[1:])


def test_5_most_of_the_wall_clock_was_compilation() -> None:
    """They compared 25, 24 and 27 minutes; a quarter of an hour of each was the compile."""
    comparison = compare(of("bert_large_bs1024", "bert_large_bs512", "bert_large_bs2048"))
    assert texts(comparison, "elapsed_seconds") == ["24:56", "24:11", "26:48"]
    assert texts(comparison, "phase:compile") == ["14:41", "14:33", "14:22"]
    assert texts(comparison, "phase:train") == ["3:31", "2:54", "5:04"]
    assert [round(value) for value in (211.257, 174.646, 304.895)] == [
        round(float(cell.value or 0)) for cell in row(comparison, "train_seconds").cells
    ]


def test_6_on_chip_figures_are_estimates_of_another_shape() -> None:
    """They wrote: "altered the latency and IPS"."""
    comparison = compare(of("bert_tiny_default", "bert_tiny_maxseq256"))
    assert "bert_tiny_maxseq256 was built for (1, 256)" in said(comparison)["different-work"]
    assert texts(comparison, "input_shape") == ["not reported", "(1, 256)"]
    on_chip = row(comparison, "groq_on_chip_ips")
    assert (on_chip.label, on_chip.evidence) == ("on-chip inferences/s (estimate)", "estimated")
    assert [cell.text for cell in row(comparison, "cpu_ips").cells] == ["453.89", "240.81"]  # the host's row changed as well
    assert "compare the rates" in row(comparison, "groq_latency_ms").why_not
    for run in comparison.runs:
        assert {"estimate-not-measured", "not-comparable", "rounded"} <= {finding.code for finding in run.findings}


def test_7_a_run_that_trained_and_failed_its_threshold_did_both() -> None:
    """They wrote "failed" or "succeeded", depending on who did."""
    (run,) = of("bertlarge_ntasks8_run")
    assert run.state == "failed"
    assert run.error is not None
    assert "Expected throughput to be at least 560000.0" in run.error.text
    (told,) = [finding.message for finding in run.findings if finding.code == "trained-then-failed"]
    assert told.startswith("Trained, failed acceptance threshold")
    assert (run.metrics["loss"].value, run.metrics["throughput"].value) == (10.389877319335938, 1656.7674037772515)


def test_a_submission_beside_its_kind_of_run_gives_no_speed() -> None:
    """The log with a Duration of 1 s against the run that trained for 111 s."""
    comparison = compare(of("bertlarge_ntasks8", "bertlarge_ntasks8_run"))
    assert "No training is in the log of bertlarge_ntasks8" in said(comparison)["not-comparable"]
    assert texts(comparison, "throughput")[0] == "not reported"


def test_testbeds_are_set_side_by_side_with_a_reason_for_each_gap() -> None:
    """Training and inference, of models that not every log names."""
    comparison = compare(of("bertlarge_ntasks8_run", "bert_large_bs2048", "bert_tiny_default"))
    first = said(comparison)
    assert "is training and" in first["not-comparable"]
    assert "no log names the model of bert_large_bs2048" in row(comparison, "throughput").why_not
    for each in comparison.rows:
        if each.section in ("outcome", "efficiency"):
            assert all(cell.delta is None for cell in each.cells), each.name
