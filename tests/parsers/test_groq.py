"""Groq's logs: builds, proof points, the compiler's own log, benchit, and what its figures really are."""

from __future__ import annotations

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

BUILD = """Building "tiny"
    ✓ Exporting PyTorch to ONNX
    ✓ Optimizing ONNX file
    ✓ Checking for Op support
    ✓ Converting to FP16
    ✓ Compiling model
    ✓ Assembling model

Woohoo! Saved to ~/.cache/groqflow/tiny
"""
REBUILD = """Warning: build_model() discovered a cached build of tiny, but decided to rebuild for the following reasons:

         - Input shape of model "tiny" changed from {'mask': (1, 128), 'ids': (1, 128)} to {'mask': (1, 256), 'ids': (1, 256)} since \
the last time it was built.

         build_model() will now rebuild your model to ensure correctness.

"""
INFERENCE = """Preprocessing data.

Info: No inputs received for benchmark. Using the inputs provided during model compilation.
Running inference on GroqChip.
Running inference using PyTorch model (CPU).
100%|██████████| 2210/2210 [00:04<00:00, 449.47it/s]
"""
HEAD = "| Source | Accuracy | end-to-end latency (ms) | end-to-end IPS | on-chip latency (ms) | on-chip IPS |\n"
CPU = "|  cpu   |  77.47%  |           2.21          |     453.45     |          --          |      --     |\n"
CHIP = "|  groq  |  77.47%  |           0.05          |    19253.91    |         0.03         |   37576.72  |\n"
RULE = "+--------+----------+-------------------------+----------------+----------------------+-------------+\n"
TABLE = RULE + HEAD + RULE + CPU + CHIP + RULE
PROOF = "Proof point /home/me/groqflow/proof_points/bert/tiny.py finished!\n"
FIGURES = {
    "cpu_accuracy": 77.47, "cpu_latency_ms": 2.21, "cpu_ips": 453.45, "groq_accuracy": 77.47, "groq_latency_ms": 0.05,
    "groq_ips": 19253.91, "groq_on_chip_latency_ms": 0.03, "groq_on_chip_ips": 37576.72,
}


def one(text: str | bytes) -> Run:
    """The only run of a text."""
    runs = runs_of(text)
    assert len(runs) == 1, [run.state for run in runs]
    return runs[0]


def codes(run: Run) -> set[str]:
    return {finding.code for finding in run.findings}


def figures(run: Run) -> dict[str, float]:
    return {name: reading.value for name, reading in run.metrics.items()}


def test_a_proof_point_is_one_finished_inference_with_the_figures_as_printed() -> None:
    """Build, inference and table are one launch; nothing is recomputed."""
    run = one(BUILD + INFERENCE + TABLE + PROOF)
    assert (run.testbed, run.kind, run.state, run.model) == ("groq", "inference", "finished", "tiny")
    assert figures(run) == FIGURES
    assert [phase.name for phase in run.phases] == ["compile", "load", "infer"]


def test_the_table_alone_ends_the_run() -> None:
    """The line after the table is missing in official examples."""
    assert one(BUILD + INFERENCE + TABLE).state == "finished"
    assert one(BUILD + INFERENCE + RULE + HEAD + RULE + CPU).state == "running"


def test_a_build_alone_is_a_finished_compile() -> None:
    """`Woohoo!` says that the build is done; without inference that is all there is."""
    run = one(BUILD)
    assert (run.kind, run.state, run.metrics) == ("compile", "finished", {})


@pytest.mark.parametrize("lines", range(1, 8))
def test_a_build_under_way_is_compiling(lines: int) -> None:
    """From its first line to the last stage."""
    assert one("\n".join(BUILD.split("\n")[:lines]) + "\n").state == "compiling"


def test_what_runs_after_the_build_is_not_finished() -> None:
    """The build's success is not the run's."""
    for lines in range(1, 6):
        assert one(BUILD + "\n".join(INFERENCE.split("\n")[:lines]) + "\n").state in ("loading", "running")


def test_a_raw_capture_with_its_spinner_reads_like_a_clean_one() -> None:
    """Stage names come first and are drawn over with cursor movements; only ticks count."""
    stages = ["Exporting PyTorch to ONNX", "Optimizing ONNX file", "Checking for Op support"]
    raw = 'Building "tiny"\n' + "".join(f"      {stage}   \n" for stage in stages) + "\x1b[1A" * 3
    raw += "".join(f"      {stages[0]}{'.' * dots}{' ' * (3 - dots)}\r" for dots in range(4)) * 3
    assert one(raw).state == "compiling"
    raw += f"\x1b[2K    ✓ {stages[0]}   \n      {stages[1]}.. \r"
    run = one(raw)
    assert (run.state, len(run.phases), run.metrics) == ("compiling", 1, {})


def test_a_cached_build_is_said_to_have_been_skipped() -> None:
    """It prints no stages, so the log holds no compile time."""
    run = one('Woohoo! Build "tiny_b" (build_name auto-selected) found in cache. Loading it!\n' + INFERENCE + TABLE)
    assert run.model == "tiny_b" and run.phases[0].cached is True
    assert "compile-skipped" in codes(run)
    assert "compile-skipped" not in codes(one(BUILD + INFERENCE + TABLE))


def test_the_input_shape_comes_from_the_warning_of_a_rebuild() -> None:
    """The only place where batch and sequence length stand; the new shape, not the old one."""
    run = one(REBUILD + BUILD + INFERENCE + TABLE)
    assert run.params["input_shape"].value == "(1, 256)"


def test_inputs_of_different_shapes_are_given_as_printed() -> None:
    """No single shape is picked among several."""
    run = one(REBUILD.replace("'ids': (1, 256)", "'ids': (1, 512)") + BUILD)
    assert run.params["input_shape"].value == "{'mask': (1, 256), 'ids': (1, 512)}"


def test_on_chip_figures_are_called_estimates_and_rounding_is_told() -> None:
    """The compiler counted cycles; 0.05 ms is 0.0519 ms printed with two decimals."""
    run = one(BUILD + INFERENCE + TABLE)
    assert {"estimate-not-measured", "rounded"} <= codes(run)
    assert any("0.0519" in finding.message for finding in run.findings)
    assert run.metrics["groq_on_chip_ips"].definition.evidence == "estimated"


def test_a_latency_of_many_digits_is_not_called_rounded() -> None:
    """Two decimals are enough for 102.76 ms."""
    slow = "|  groq  |  77.47%  |          102.76         |      9.73      |         99.10        |    10.09    |\n"
    assert "rounded" not in codes(one(RULE + HEAD + RULE + CPU + slow + RULE))


def test_another_score_than_accuracy_is_no_accuracy() -> None:
    """The second column is the task's own measure."""
    head = HEAD.replace("Accuracy", "Spearman Rank Correlation Coefficient")
    run = one(BUILD + INFERENCE + head + CPU.replace("77.47%", "0.8204") + CHIP.replace("77.47%", "0.8204"))
    assert "groq_accuracy" not in run.metrics and run.metrics["groq_ips"].value == 19253.91
    wer = HEAD.replace("Accuracy", "Word Error Rate")
    assert "groq_accuracy" not in one(wer + CPU + CHIP).metrics


def test_an_excerpt_takes_its_model_from_the_proof_point() -> None:
    """Where the build's line is cut off, the script's name is what there is."""
    run = one(INFERENCE + TABLE + PROOF)
    assert (run.model, run.state) == ("tiny", "finished")


def test_a_cut_row_gives_no_number() -> None:
    """A row that is torn inside a number is left out whole."""
    for cut in range(10, len(CHIP) - 2):
        assert "groq_ips" not in one(BUILD + INFERENCE + RULE + HEAD + RULE + CPU + CHIP[:cut]).metrics


def test_a_session_of_two_launches_gives_two_runs() -> None:
    """The second rebuilds for another shape; each keeps its own figures."""
    second = TABLE.replace("19253.91", "12853.07")
    runs = runs_of(BUILD + INFERENCE + TABLE + PROOF + REBUILD + BUILD + INFERENCE + second + PROOF)
    assert [run.metrics["groq_ips"].value for run in runs] == [19253.91, 12853.07]
    assert "input_shape" not in runs[0].params and runs[1].params["input_shape"].value == "(1, 256)"


def test_excerpts_of_two_launches_are_two_runs() -> None:
    """Inference after a table of results is another launch's, with or without its build."""
    assert [run.metrics["groq_ips"].value for run in runs_of((INFERENCE + TABLE) * 2)] == [19253.91, 19253.91]


def test_two_models_built_by_one_program_are_one_run() -> None:
    """An encoder and a decoder are built before either runs."""
    run = one(BUILD + BUILD.replace("tiny", "decoder") + INFERENCE + TABLE + PROOF)
    assert (run.model, run.state) == ("tiny", "finished")


def test_a_failed_build_quotes_the_error_and_not_the_bare_exception() -> None:
    """GroqFlow's exceptions carry no message; a whale is drawn after the reason."""
    failed = BUILD.split("    ✓ Compiling")[0] + """    × Compiling model

Error: Attempted use Groq Compiler to compile your model's ONNX file into Groq Alan Assembly (.aa)
       files. However, this operation did not succeed.

▄██████████████▄▐█▄▄▄▄█▌
██████▌▄▌▄▐▐▌███▌▀▀██▀▀
Traceback (most recent call last):
  File "tiny.py", line 10, in <module>
    gmodel = groqit(model, inputs)
groqflow.common.exceptions.StageError
"""
    run = one(failed)
    assert run.state == "failed" and run.error is not None
    assert run.error.text.startswith("Error: Attempted use Groq Compiler")
    runs = runs_of(failed + BUILD)
    assert [run.state for run in runs] == ["failed", "finished"]


def test_the_compilers_own_log_gives_its_time_and_estimate() -> None:
    """`log_compile.txt` holds what the console never shows."""
    run = one("""Running Groq Compiler...
[2024-01-08 15:51:15] [info]	Timer: "Groq Compiler" started!
[2024-01-08 15:51:18] [info]	Scheduled 1683 (5%) operations (0 cycles)
[2024-01-08 15:51:21] [info]	Woohoo! This is pretty much done. Just wrapping things up now.
[2024-01-08 15:51:23] [info]	Timer: "Groq Compiler" finished in 8.606s

Compilation statistics:
  On-chip compute latency: 0.042751 milliseconds
  Throughput ignoring IO: 23391.204907 executions/sec
Groq Compiler exited
""")
    assert (run.kind, run.state) == ("compile", "finished")
    assert figures(run) == {"compile_seconds": 8.606, "groq_on_chip_latency_ms": 0.042751, "groq_on_chip_ips": 23391.204907}
    assert run.phases[0].seconds == 8.606 and "estimate-not-measured" in codes(run)


def test_a_compiler_that_exits_early_is_not_finished() -> None:
    """`exited` alone does not say how."""
    assert one("Running Groq Compiler...\nGroq Compiler exited\n").state == "compiling"


def test_benchit_seconds_under_a_milliseconds_label_are_no_latency() -> None:
    """0.000 is 0.00006 s; the throughput is right."""
    run = one(BUILD + "\tMean Latency: 0.000 milliseconds (ms)\n\tThroughput: 16612.5 inferences per second (IPS)\n")
    assert figures(run) == {"groq_ips": 16612.5}
    assert "unit-mislabelled" in codes(run)


def test_benchit_on_the_host_is_in_milliseconds() -> None:
    """Latency and throughput agree there, and are no figures of the chip."""
    run = one(
        BUILD + "   Status:  Successfully benchmarked on Some(R) CPU @ 2.20GHz (ort v1.14.1)\n"
        "   Mean Latency:	44.168	milliseconds (ms)\n   Throughput:	22.6	inferences per second (IPS)\n"
    )
    assert figures(run) == {"latency_ms": 44.168, "ips": 22.6}


@pytest.mark.parametrize("text", [
    "build_status: successful_build\ncompiler_success: true\nestimated_throughput: 15922.397771571974\nmeasured_latency: 8.1e-05\n",
    "Checking unsupported ops...\n\t\tDONE\n\t17/17 ops supported\nModel has 0 unsupported ops\n",
    "\tSuccess exporting model to ONNX\n\tSuccessfully checked onnx file\n",
    "  ╰─> [3 lines of output]\n      Traceback (most recent call last):\n        File \"<string>\", line 3, in <module>\n"
    "      PermissionError: [Errno 13] Permission denied: 'groqflow/version.py'\n      [end of output]\n",
    "× Getting requirements to build wheel did not run successfully.\n│ exit code: 1\n",
])
def test_what_is_no_launch_gives_no_run(text: str) -> None:
    """GroqFlow's state file, checks of a model, and pip's trouble, even in a directory that names Groq."""
    assert runs_of(text, "groq/x.log") == []
