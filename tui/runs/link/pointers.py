"""Which files belong together: a scheduler's output file that only points at a log, and the run of that job."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.runs.run import Finding, Run, Source, Spot

_JOB = re.compile(r"(?:slurm-|\.[oe])(\d+)(?:_\d+)?(?:\.out|\.err)?$")


@dataclass(frozen=True, slots=True)
class PointerFile:
    """A file that holds no run, only the path of another log: its name, the job in that name, and the path."""

    name: str
    target: str
    lines: int

    @property
    def job(self) -> str | None:
        """The scheduler's id in the file's name (`slurm-30451.out`), if it has one."""
        found = _JOB.search(self.name)
        return found[1] if found else None


def linked(runs: Sequence[Run], pointers: Sequence[PointerFile]) -> list[Run]:
    """Runs with the pointers of their jobs as sources, and where a job's own output is: its watched run, or the path."""
    return [_with_pointers(run, runs, pointers) for run in runs]


def _with_pointers(run: Run, runs: Sequence[Run], pointers: Sequence[PointerFile]) -> Run:
    mine = [pointer for pointer in pointers if pointer.job in run.job_ids]
    if not mine:
        return run
    sources = run.sources + tuple(Source(pointer.name, 1, pointer.lines, "pointer") for pointer in mine)
    pointer = mine[0]
    if run.state != "submitted":
        return replace(run, sources=sources)
    target = next((other for other in runs if other is not run and _same_file(pointer.target, other.path)), None)
    where = f"it is run {target.id} here" if target else "that file is not among the watched ones"
    message = f"Job {pointer.job} writes to {pointer.target} ({pointer.name} says so): {where}"
    finding = Finding("output-elsewhere", "info", message, Spot(pointer.name, 1, pointer.target))
    return replace(run, sources=sources, findings=(*run.findings, finding))


def _same_file(target: str, path: str) -> bool:
    """Whether a path printed on another machine means this file: the same last two parts, since homes differ."""
    wanted, have = target.split("/")[-2:], path.replace(os.sep, "/").split("/")[-2:]
    return len(wanted) == len(have) == 2 and wanted == have
