"""Which files belong together: several files' runs made one where a scheduler's job id proves it; the face of the package."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.link.evidence import consoles, schedulers, streams, submissions
from tui.runs.link.merge import merged
from tui.runs.link.outputs import output_of
from tui.runs.link.pointers import PointerFile, with_pointers, with_told_jobs
from tui.runs.run import Run

__all__ = ["PointerFile", "linked", "output_of"]


def linked(runs: Sequence[Run], pointers: Sequence[PointerFile] = ()) -> list[Run]:
    """Runs of single files to runs with all their sources, in the order of their main logs.

    Made one are standard output and error of a job, a Cerebras `run.log` and its console, a scheduler's last word and the
    job's log, a submission and its job's log; a file that points at a log becomes a source of its job's run. The main log
    gives the id. Where a job id fits more than one run, all stay apart.
    """
    known = with_told_jobs(runs, pointers) if pointers else list(runs)
    known = merged(known, streams(known))
    known = merged(known, consoles(known))
    known = merged(known, schedulers(known, pointers))
    known = merged(known, submissions(known))
    return with_pointers(known, pointers) if pointers else known
