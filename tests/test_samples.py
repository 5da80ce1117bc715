"""Every figure that a careful reader takes from the sample runs, each proven by the line that it is said to stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from tui.feed.replay import sample_runs
from tui.runs.compare import compare
from tui.runs.run import Run, Spot
from tui.runs.workspace import Workspace

LONG_AFTER = 4e9  # seconds since 1970: nobody writes to a sample any more


@cache
def runs() -> Mapping[str, Run]:
    workspace = Workspace([str(sample_runs())])
    workspace.read()
    return {run.name: run for run in workspace.runs(LONG_AFTER)}


@cache
def lines(path: str) -> list[str]:
    return (sample_runs() / path).read_bytes().decode("utf-8", "replace").split("\n")


STATES = {
    "bert_large_bs512": "finished", "bert_large_bs1024": "finished", "bert_large_bs2048": "finished",
    "gpt3_111m_unfinished": "unfinished", "mnist_original": "finished", "mnist_epochs20": "finished", "mnist_lr0.02": "finished",
    "resnet50_cancelled": "cancelled", "bertlarge_ntasks16": "submitted", "bertlarge_ntasks8": "submitted",
    "bertlarge_ntasks8_run": "failed", "bert_tiny_default": "finished", "bert_tiny_maxseq256": "finished",
    "resnet50": "failed",
}  # fmt: skip

METRICS: dict[str, dict[str, str]] = {
    "bert_large_bs1024": {"loss": "7.07812", "rate": "4853.35", "throughput": "4847.18", "samples": "1024000", "train_seconds": "211.257023485"},
    "bert_large_bs512": {"loss": "7.12500", "rate": "2914.77", "throughput": "2931.64", "samples": "512000"},
    "bert_large_bs2048": {"loss": "7.14844", "rate": "6697.23", "throughput": "6717.07", "samples": "2048000"},
    "mnist_original": {"accuracy": "97.69"},
    "mnist_epochs20": {"accuracy": "98.30"},
    "mnist_lr0.02": {"accuracy": "98.35"},
    "bertlarge_ntasks16": {"compile_seconds": "780", "duration_seconds": "781"},
    "bertlarge_ntasks8": {"duration_seconds": "1"},
    "bert_tiny_default": {
        "cpu_accuracy": "77.47", "cpu_latency_ms": "2.20", "cpu_ips": "453.89", "groq_accuracy": "77.47", "groq_latency_ms": "0.06",
        "groq_ips": "16612.48", "groq_on_chip_latency_ms": "0.03", "groq_on_chip_ips": "37576.72",
    },
    "bert_tiny_maxseq256": {
        "cpu_latency_ms": "4.15", "cpu_ips": "240.81", "groq_latency_ms": "0.08", "groq_ips": "12785.02",
        "groq_on_chip_latency_ms": "0.04", "groq_on_chip_ips": "23391.20",
    },
}  # fmt: skip


def figures() -> Iterator[tuple[str, str, str]]:
    for name, metrics in METRICS.items():
        for metric, printed in metrics.items():
            yield name, metric, printed


def test_every_run_and_its_state() -> None:
    """No run is missed, none is invented."""
    assert {name: run.state for name, run in runs().items()} == STATES


@pytest.mark.parametrize(("name", "metric", "printed"), figures())
def test_a_figure_is_what_its_line_prints(name: str, metric: str, printed: str) -> None:
    """The value is the log's, not rounded, and stands on the line that is named."""
    reading = runs()[name].metrics[metric]
    assert reading.value == float(printed)
    assert printed in lines(reading.spot.path)[reading.spot.line - 1]


def test_every_state_is_proven_by_a_line() -> None:
    """A state always has a because: file and line, quoted as it stands there."""
    for run in runs().values():
        assert run.because is not None
        assert 1 <= run.because.line <= len(lines(run.because.path))


def spots(run: Run) -> Iterator[Spot]:
    yield from (reading.spot for reading in run.metrics.values())
    yield from (param.spot for param in run.params.values())
    yield from (finding.spot for finding in run.findings)
    yield from (phase.spot for phase in run.phases)


def test_every_number_knows_its_place() -> None:
    """Metrics, parameters, findings and phases carry a line that the file has."""
    for run in runs().values():
        for spot in spots(run):
            assert 1 <= spot.line <= len(lines(spot.path)), run.id


def phases(name: str, phase: str) -> list[tuple[float | None, bool | None]]:
    return [(each.seconds, each.cached) for each in runs()[name].phases if each.name == phase]


def test_compilations_are_cold_or_cached() -> None:
    """Two graph compilations of 22 s and 14 s, then both from the cache; the .pef compiled in 780 s, then existed."""
    assert phases("mnist_original", "compile") == [(22, False), (14, False)]
    assert phases("mnist_epochs20", "compile") == [(0, True), (0, True)]
    assert [seconds for seconds, _ in phases("bertlarge_ntasks16", "compile")] == [780]
    assert all(cached for _, cached in phases("bertlarge_ntasks8", "compile"))


def test_epochs_are_the_bar_s_whatever_the_name_claims() -> None:
    """The user asked for 20; the log shows 10 of 10."""
    for name in ("mnist_original", "mnist_epochs20", "mnist_lr0.02"):
        epoch = runs()[name].progress["epoch"]
        assert (epoch.done, epoch.total) == (10, 10)
    assert "claim-mismatch" in codes(runs()["mnist_epochs20"])


def codes(run: Run) -> set[str]:
    return {finding.code for finding in run.findings}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bertlarge_ntasks16", {"duration-is-script-time", "output-elsewhere"}),
        ("bertlarge_ntasks8", {"duration-is-script-time", "output-elsewhere", "compile-skipped"}),
        ("bertlarge_ntasks8_run", {"trained-then-failed"}),
        ("bert_tiny_default", {"estimate-not-measured", "rounded"}),
        ("mnist_epochs20", {"claim-mismatch", "compile-skipped"}),
        ("gpt3_111m_unfinished", {"rate-unreliable"}),
    ],
)
def test_what_must_be_said_aloud_is_said(name: str, expected: set[str]) -> None:
    """The findings that keep a reader from a wrong conclusion."""
    assert expected <= codes(runs()[name])


def test_a_trained_run_that_failed_its_threshold_keeps_its_result() -> None:
    """Failed, with the assertion quoted, and the training's figures kept."""
    run = runs()["bertlarge_ntasks8_run"]
    assert run.error is not None
    assert run.error.text.startswith("AssertionError: Expected throughput to be at least 560000.0")
    assert {"loss", "tokens_per_second", "train_seconds"} <= set(run.metrics)


def test_the_two_submit_logs_are_contradicted_where_they_mislead() -> None:
    """With 8 tasks instead of 16, Duration fell from 781 to 1: no training, no compile, a script's clock."""
    comparison = compare([runs()["bertlarge_ntasks16"], runs()["bertlarge_ntasks8"]])
    said = " ".join(finding.message for finding in comparison.findings)
    assert "None of these logs holds training" in said
    assert {"not-comparable", "cold-against-cached"} <= {finding.code for finding in comparison.findings}
    script = next(row for row in comparison.rows if row.label == "script time")
    assert "not training time" in script.why_not


def test_batch_sizes_are_not_the_same_work() -> None:
    """1,000 steps each: 0.5, 1 and 2 million samples."""
    comparison = compare([runs()[f"bert_large_bs{size}"] for size in (512, 1024, 2048)])
    (work,) = [finding for finding in comparison.findings if finding.code == "different-work"]
    assert "512,000 against 1,024,000 against 2,048,000 samples" in work.message


def test_a_pointer_is_a_source_of_its_job_s_run() -> None:
    """slurm-30451.out holds only the path of the real log."""
    sources = {(source.path, source.role) for source in runs()["bertlarge_ntasks16"].sources}
    assert ("sambanova/bertlarge_ntasks16/slurm-30451.out", "pointer") in sources


def test_no_name_or_address_of_a_person_is_in_the_samples() -> None:
    """Users are user, hosts are examples."""
    import re

    for path in sample_runs().rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"datascientist|[\w.]+@(?!login|gc-|groq|sn|user)[\w.]+\.\w+|\b140\.221\.", text), path
