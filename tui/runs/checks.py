"""Findings on one run: what a careful colleague would say aloud about it."""

from __future__ import annotations

from tui.runs.run import Run


def checked(run: Run) -> Run:
    """The run with what can be said of it beyond what its log's lines already gave."""
    return run
