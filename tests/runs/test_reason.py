"""Why a run is where it is, in one phrase."""

from __future__ import annotations

import pytest

from tests.tui.fake import make_run, remark
from tui.runs.reason import reason_of
from tui.runs.run import Spot


@pytest.mark.parametrize(("line", "phrase"), [
    ("huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-67358d26-45cf)", "GatedRepoError: 401 Client Error."),
    ("poptorch.poptorch_core.Error: In poptorch/popart_compiler/source/CompilerImpl.cpp:725: 'poptorch_cpp_error': Failed to acquire 1 IPU(s)",
     "Error: Failed to acquire 1 IPU(s)"),
    ("ModuleNotFoundError: No module named 'cerebras.appliance.storage'", "ModuleNotFoundError: No module named 'cerebras.appliance.storage'"),
    ("sbatch: error: Batch job submission failed: Requested node configuration is not available",
     "sbatch: error: Batch job submission failed: Requested node configuration is not available"),
    ("RuntimeError: In short, no: 3", "RuntimeError: In short, no: 3"),
])  # fmt: skip
def test_an_error_speaks_its_own_words(line: str, phrase: str) -> None:
    """Modules, request ids and places in a vendor's sources are left out; everything else stays."""
    assert reason_of(make_run("a", state="failed", error=Spot("a.log", 3, line))) == phrase


def test_a_result_that_came_before_the_failure_is_said_first() -> None:
    """Trained, then failed: who reads the row must not take the result for none."""
    finding = remark("Trained, failed acceptance threshold: training completed, then", code="trained-then-failed")
    run = make_run("a", state="failed", error=Spot("a.log", 3, "AssertionError: Expected throughput"), findings=(finding,))
    assert reason_of(run) == "trained, failed acceptance threshold: AssertionError: Expected throughput"


def test_a_run_without_trouble_gives_no_reason() -> None:
    """Nothing to explain, nothing said."""
    assert reason_of(make_run("a")) == reason_of(make_run("a", state="running")) == ""
