"""Files that hold no run but the path of another log: whose job's they are, and where that job's output is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from parsers.frozen import frozen
from tui.runs.link.outputs import job_key, output_of
from tui.runs.run import Finding, Run, Source, Spot


@frozen
class PointerFile:
    """A file that holds no run, only the path of another log: its name, that path, and how many lines it has."""

    name: str
    target: str
    lines: int

    @property
    def job(self) -> str | None:
        """The scheduler's id in the file's name (`slurm-30451.out`), if it has one; of an array's task, the array's."""
        output = output_of(self.name)
        return output.job.partition("_")[0] if output is not None else None


def with_told_jobs(runs: Sequence[Run], pointers: Sequence[PointerFile]) -> list[Run]:
    """Runs whose logs say no job but that a pointer names by their whole path below the watched root: the pointer's job."""
    files = {pointer.name for pointer in pointers}
    told_of = {job_key(job) for run in runs if run.path not in files and run.state != "submitted" for job in run.job_ids}
    told: dict[str, str] = {}
    jobless = [run for run in runs if not run.job_ids and "/" in run.path]
    for pointer in pointers:
        if pointer.job is not None and pointer.job not in told_of:
            named = [run for run in jobless if run.path != pointer.name and _ends_with(pointer.target, run.path)]
            if len(named) == 1:
                told[named[0].id] = pointer.job
    return [replace(run, job_ids=(told[run.id],)) if run.id in told else run for run in runs] if told else list(runs)


def with_pointers(runs: Sequence[Run], pointers: Sequence[PointerFile]) -> list[Run]:
    """Runs with the pointers of their jobs as sources, and where the output is of a job that has no log here. A pointer of
    a job that no log here tells of makes no run: see `Workspace.loose_pointers`."""
    wanted = {pointer.job for pointer in pointers}
    own = {pointer.name: pointer.job for pointer in pointers}
    by_job: dict[str | None, list[Run]] = {}
    for run in runs:
        for job in {job_key(job) for job in run.job_ids} | {own.get(run.path)}:
            if job is not None and job in wanted:
                by_job.setdefault(job, []).append(run)
    found = {run.id: run for run in runs}
    for pointer in pointers:
        if pointer.job is None:
            continue
        for run in _owners(pointer, by_job.get(pointer.job, [])):
            found[run.id] = _pointed(found[run.id], pointer)
    return list(found.values())


def _owners(pointer: PointerFile, runs: Sequence[Run]) -> Sequence[Run]:
    """The runs that a pointer belongs to; where runs of several testbeds bear its job's number, only those beside or below it,
    or at the path that it names."""
    if len({run.testbed for run in runs}) < 2:
        return runs
    directory = os.path.dirname(pointer.name)
    near = [run for run in runs if names_file(pointer.target, run.path) or (directory and run.path.startswith(directory + "/"))]
    return near if len({run.testbed for run in near}) == 1 else []


def _pointed(run: Run, pointer: PointerFile) -> Run:
    sources = run.sources
    if all(source.path != pointer.name for source in sources):
        sources += (Source(pointer.name, 1, pointer.lines, "pointer"),)
    if not _output_unseen(run):
        return replace(run, sources=sources)
    return replace(run, sources=sources, findings=(*run.findings, _elsewhere(pointer)))


def _output_unseen(run: Run) -> bool:
    """Whether nothing of what the job itself printed is known: a submission, or no more than a scheduler's last word."""
    nothing = not (run.phases or run.metrics or run.progress)
    return run.complete and (nothing or all(source.role != "log" for source in run.sources))


def _elsewhere(pointer: PointerFile) -> Finding:
    message = (
        f"Job {pointer.job} writes to {pointer.target} ({pointer.name} says so): "
        "no log of that job is among the watched files"
    )
    return Finding("output-elsewhere", "info", message, Spot(pointer.name, 1, pointer.target))


def names_file(target: str, path: str) -> bool:
    """Whether a path printed on another machine can mean this file: the same last two parts, since homes differ."""
    wanted, have = target.split("/")[-2:], path.split("/")[-2:]
    return len(wanted) == len(have) == 2 and wanted == have


def _ends_with(target: str, path: str) -> bool:
    return target == path or target.endswith("/" + path)
