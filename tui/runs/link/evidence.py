"""Which runs are one run seen in several files: by the scheduler's job id, never by a name alone; in doubt, two stay two."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from parsers.frozen import frozen
from parsers.records import SourceRole
from tui.runs.link.outputs import Output, job_key, output_of
from tui.runs.link.pointers import PointerFile, names_file
from tui.runs.run import Run

QUEUED_MOST = timedelta(days=60)
"""Longest time between a submission and the start of its job; ids are given anew where a scheduler is set up anew."""
MEANWHILE = timedelta(hours=12)
"""How far apart the times of two files of one job may be: clocks of two nodes, in two time zones."""
NO_VENDOR = frozenset({"other", "unknown"})


@frozen
class Pair:
    """Two runs that are one: the one that keeps its id, the other, what the other's file is to it, and the name of both
    where it is not the first one's."""

    main: Run
    other: Run
    role: SourceRole
    name: str | None = None


def streams(runs: Sequence[Run]) -> list[Pair]:
    """Standard output and standard error of one job: `NAME.o3084` and `NAME.e3084`, one launch in each."""
    files: dict[tuple[str, str, str], dict[str, list[Run]]] = {}
    for run in runs:
        if (output := output_of(run.path)) is not None:
            files.setdefault((output.directory, output.name, output.job), {}).setdefault(output.stream, []).append(run)
    pairs = []
    for streams_of_job in files.values():
        match streams_of_job:
            case {"out": [out], "err": [err]} if out.complete and err.complete and _alike(out, err) and _named_surely(out, err):
                main, other = (err, out) if _tells_less(out, err) else (out, err)
                pairs.append(Pair(main, other, "log"))
    return pairs


def _named_surely(out: Run, err: Run) -> bool:
    output = output_of(out.path)
    assert output is not None
    jobs = {job_key(job) for run in (out, err) for job in run.job_ids}
    return output.job in jobs or (output.sure and not (_jobs(out) and _jobs(err) and not _jobs(out) & _jobs(err)))


def _tells_less(one: Run, other: Run) -> bool:
    """Whether one run holds no program's output that counts and the other does: a traceback alone, a bar."""
    return one.testbed in NO_VENDOR and (other.testbed not in NO_VENDOR or (_bare(one) and not _bare(other)))


def consoles(runs: Sequence[Run]) -> list[Pair]:
    """A Cerebras `run.log` and what the same launch printed on the terminal: the same wsjobs at the same time.

    Two copies of one terminal's text are not such a pair: they stay two, and a comparison says that they are one log.
    """
    return [
        Pair(run_log, console, "log", console.name)
        for run_log, console in _unique(
            [run for run in runs if run.testbed == "cerebras" and _is_run_log(run.path)],
            [run for run in runs if run.testbed == "cerebras" and not _is_run_log(run.path)],
            lambda one, other: _at_once(one, other) and (_jobs(one) <= _jobs(other) or _jobs(other) <= _jobs(one)),
        )
    ]


def _is_run_log(path: str) -> bool:
    """Cerebras software writes `<model_dir>/cerebras_logs/<time>/run.log` itself, and links `latest_run.log` to it."""
    parts = path.split("/")
    return parts[-1] in ("run.log", "latest_run.log") or "cerebras_logs" in parts[:-1]


def schedulers(runs: Sequence[Run], pointers: Sequence[PointerFile]) -> list[Pair]:
    """A scheduler's output file that holds its own lines alone, with how the job ended, and the job's log: the log that the
    file names, or one in its directory or below."""
    targets = {pointer.name: pointer.target for pointer in pointers}
    files = [run for run in runs if _bare(run) and output_of(run.path) is not None]
    logs = [run for run in runs if not _bare(run)] if files else []

    def is_of(file: Run, log: Run) -> bool:
        if not _alike(file, log):
            return False
        target = targets.get(file.path)
        if target is not None and log.state != "submitted":
            return names_file(target, log.path)
        return _is_below(log, file)

    ran = [log for log in logs if log.state != "submitted"]
    pairs = _unique(ran, files, lambda log, file: is_of(file, log), jobs_of_other=_file_jobs)
    taken = {file.id for _, file in pairs}
    waiting = [log for log in logs if log.state == "submitted"]
    left = [file for file in files if file.id not in taken]
    pairs += _unique(waiting, left, lambda log, file: is_of(file, log), jobs_of_other=_file_jobs)
    return [Pair(log, file, "scheduler") for log, file in pairs]


def _bare(run: Run) -> bool:
    """Whether a run is nothing but an ending: no phase, no figure, no progress."""
    return run.complete and not (run.phases or run.metrics or run.progress or run.state == "submitted")


def _file_jobs(run: Run) -> set[str]:
    output = output_of(run.path)
    named = {output.job} if output is not None else set()
    return named if not run.job_ids or named & _jobs(run) else set()


def _is_below(log: Run, file: Run) -> bool:
    directory = os.path.dirname(file.path)
    return not directory or log.path.startswith(directory + "/")


def submissions(runs: Sequence[Run]) -> list[Pair]:
    """The log of a submission and the log of the job that it handed over."""
    handed = [run for run in runs if run.state == "submitted" and run.job_ids]
    if not handed:
        return []
    ran = [run for run in runs if run.state != "submitted"]
    pairs = _unique(ran, handed, _follows, jobs_of_main=_own_jobs)
    return [Pair(run, submission, "submit") for run, submission in pairs]


def _follows(run: Run, submission: Run) -> bool:
    began, submitted = run.started_at, submission.started_at
    if not _one_testbed(run, submission):
        return False
    return began is None or submitted is None or -MEANWHILE <= began - submitted <= QUEUED_MOST


def _own_jobs(run: Run) -> set[str]:
    """The jobs of a log by its lines, or by its file's name where a scheduler gave that."""
    output: Output | None = output_of(run.path)
    return _jobs(run) or ({output.job} if output is not None and output.sure else set())


# what all have in common


def _jobs(run: Run) -> set[str]:
    return {job_key(job) for job in run.job_ids}


def _unique(
    mains: Iterable[Run],
    others: Iterable[Run],
    fits: Callable[[Run, Run], bool],
    *,
    jobs_of_main: Callable[[Run], set[str]] = _jobs,
    jobs_of_other: Callable[[Run], set[str]] = _jobs,
) -> list[tuple[Run, Run]]:
    """The pairs from different files that share a job, where neither fits anything else as well."""
    by_job: dict[str, list[Run]] = {}
    for other in others:
        for job in jobs_of_other(other):
            by_job.setdefault(job, []).append(other)
    if not by_job:
        return []
    found: list[tuple[Run, Run]] = []
    for main in mains:
        partners = {other.id: other for job in jobs_of_main(main) for other in by_job.get(job, ())}
        found += [(main, other) for other in partners.values() if other.path != main.path and fits(main, other)]
    return list(_alone(found))


def _alone(pairs: Sequence[tuple[Run, Run]]) -> Iterator[tuple[Run, Run]]:
    mains = Counter(main.id for main, _ in pairs)
    others = Counter(other.id for _, other in pairs)
    for main, other in pairs:
        if mains[main.id] == others[other.id] == 1:
            yield main, other


def _one_testbed(one: Run, other: Run) -> bool:
    return one.testbed == other.testbed or one.testbed in NO_VENDOR or other.testbed in NO_VENDOR


def _alike(one: Run, other: Run) -> bool:
    """Whether two files can be of one job: one testbed, and about the same time as far as they say."""
    return _one_testbed(one, other) and _distance(one, other) <= MEANWHILE


def _at_once(one: Run, other: Run) -> bool:
    return None not in (one.started_at, other.started_at) and _distance(one, other) <= timedelta(0)


def _distance(one: Run, other: Run) -> timedelta:
    """The time between the two; nothing where they overlap, or where one has no clock."""
    if one.started_at is None or other.started_at is None:
        return timedelta(0)
    return max(_gap(one.last_at, other.started_at), _gap(other.last_at, one.started_at), timedelta(0))


def _gap(ended: datetime | None, began: datetime) -> timedelta:
    return timedelta(0) if ended is None else began - ended
