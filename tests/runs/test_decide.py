"""The cause of an end, by rank of evidence."""

from __future__ import annotations

import pytest

from parsers.evidence import (
    BARE_CANCEL,
    EXCEPTION,
    EXIT_CODE,
    INTERRUPT,
    KILLED_BY_LIMIT,
    OUT_OF_MEMORY,
    SUBMITTED,
    SUCCESS,
    WEAK_SUCCESS,
)  # fmt: skip
from parsers.records import Ended, EndState, Place
from tui.runs.fold import decide

KINDS: dict[str, tuple[EndState, int]] = {
    "weak": ("finished", WEAK_SUCCESS), "done": ("finished", SUCCESS), "submitted": ("submitted", SUBMITTED),
    "exit 1": ("failed", EXIT_CODE), "exception": ("failed", EXCEPTION), "oom": ("failed", OUT_OF_MEMORY),
    "scancel": ("cancelled", BARE_CANCEL), "^C": ("cancelled", INTERRUPT), "time limit": ("cancelled", KILLED_BY_LIMIT),
}  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        (["weak", "done"], "done"),
        (["done", "exit 1"], "exit 1"),
        (["exit 1", "scancel"], "exit 1"),
        (["scancel", "exit 1"], "scancel"),
        (["scancel", "exception"], "scancel"),
        (["exception", "exit 1", "scancel"], "exception"),
        (["exit 1", "exception"], "exception"),
        (["exception", "oom"], "oom"),
        (["exit 1", "scancel", "time limit"], "time limit"),
        (["time limit", "oom"], "oom"),
        (["exception", "^C"], "exception"),
        (["submitted", "done"], "done"),
        (["submitted"], "submitted"),
    ],
)
def test_the_cause_is_the_strongest_evidence_and_no_collateral(lines: list[str], cause: str) -> None:
    """In the order in which the log prints them."""
    endings = [Ended(1, Place(number), None, *KINDS[name], name) for number, name in enumerate(lines, 1)]
    decided = decide(endings)
    assert decided is not None
    assert decided.text == cause


def test_of_equal_failures_the_first_is_the_cause() -> None:
    """The other ranks die of it."""
    endings = [Ended(1, Place(line), None, "failed", EXCEPTION, f"line {line}") for line in (3, 9)]
    decided = decide(endings)
    assert decided is not None
    assert decided.place.line == 3


def test_no_evidence_decides_nothing() -> None:
    """A log that just stops."""
    assert decide([]) is None
