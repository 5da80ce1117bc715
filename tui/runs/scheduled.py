"""Joins runs with their scheduler's word: it fills in what a log cannot tell, and never overrules what a log proves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from parsers.evidence import SUCCESS
from tui.runs.job import JOB_ENDED, JOB_LIVE, Job
from tui.runs.link import output_of
from tui.runs.liveness import patience, silence
from tui.runs.numbers import age, number
from tui.runs.run import ENDED, LIVE, Finding, Run, Spot, State

WRITTEN_LATE = 120.0
"""Seconds by which a log's time of writing may differ from the scheduler's clock: skew between nodes, cached attributes."""
GONE_SILENCE = 60.0
"""Seconds without a write after which the log of a job that left the queue has stopped; NFS shows a last write that late."""
STALE = 300.0
"""Seconds after which the word that a job lives says nothing any more."""


def job_ids(run: Run) -> dict[str, bool]:
    """The scheduler's ids of a run, the surest first: of its output file's name (`slurm-30451.out`, `x.o3084`), then of
    the log's lines, the last first; False where only a habit gives such a name (`x-30451.out`). A submission's log is the
    script's own, so its file's name tells nothing."""
    outputs = [output for source in run.sources if (output := output_of(source.path))] if run.state != "submitted" else []
    sure = [*(output.job for output in outputs if output.sure), *reversed(run.job_ids)]
    return dict.fromkeys((output.job for output in outputs if not output.sure), False) | dict.fromkeys(sure, True)


def asked_for(runs: Sequence[Run], logs: Mapping[str, str]) -> dict[str, str]:
    """The ids worth asking a scheduler for, each with its log's path: of runs whose end no log proves. `logs` gives the
    path of a run's log where it can be opened."""
    open_runs = [run for run in runs if run.state not in ENDED or run.scheduler is not None]
    return {id: logs.get(run.path, run.path) for run in open_runs for id in job_ids(run)}


def scheduled(runs: Sequence[Run], jobs: Mapping[str, Job], now: float) -> list[Run]:
    """Runs with their schedulers' words; of several launches in one log the last is what the job does now."""
    last = {run.path: run.number for run in runs}
    return [with_queue(run, jobs, now, last=run.number == last[run.path]) for run in runs] if jobs else list(runs)


def with_queue(run: Run, jobs: Mapping[str, Job], now: float, *, last: bool = True) -> Run:
    """The run with its scheduler's word as of `now` (seconds since 1970), and its state where the log proves none.

    A job that waits makes its run queued; one that runs keeps a silent run from being given up; its end decides where no
    line of the log does. A job that the scheduler does not know decides only once the log has stopped.
    """
    job = _word(run, jobs, now)
    if job is None:
        return run
    joined = replace(run, scheduler=job)
    whole = last and job.batch and job.scheduler != "csctl"
    if run.state in ENDED and not (whole and _outweighs(job, run)):
        return _disagreeing(joined, job) if whole else joined
    if job.state in JOB_ENDED:
        return _ended(joined, job, now, last=last)
    if job.state in ("gone", "unknown"):
        return _left(joined, job, now)
    return _live(joined, job) if last else joined


def _word(run: Run, jobs: Mapping[str, Job], now: float) -> Job | None:
    """The word on the job that the run is in now: one that lives, else the surest id's."""
    found = [(job, sure) for id, sure in job_ids(run).items() if (job := jobs.get(id)) is not None and not _stale(job, now)]
    known = [job for job, sure in found if _is_of(run, job, sure=sure)]
    return next((job for job in known if job.state in JOB_LIVE), known[0] if known else None)


def _stale(job: Job, now: float) -> bool:
    return job.state in JOB_LIVE and now - job.asked_at > STALE


def _is_of(run: Run, job: Job, *, sure: bool) -> bool:
    """Whether the job can be the log's: another cluster's job may bear the same number. A log that was last written
    before the job was submitted or after it ended is another job's, unless the job writes to this very file."""
    if job.output is not None and any(_same_file(job, source.path) for source in run.sources):
        return True
    if not sure or run.modified is None:
        return sure
    early = job.submitted is not None and run.modified < job.submitted - WRITTEN_LATE
    late = job.ended is not None and run.modified > job.ended + WRITTEN_LATE
    return not early and not late


def _same_file(job: Job, path: str) -> bool:
    """Whether the job's output is this file, as far as the watched root lets it be seen: the same last two parts, or one
    that bears the job's number."""
    ours = path.replace(os.sep, "/").split("/")
    theirs = (job.output or "").split("/")[-len(ours):]
    alike = len(ours) == len(theirs) and all(fnmatchcase(our, their) for our, their in zip(ours, theirs, strict=True))
    return alike and (len(ours) > 1 or job.id.partition(".")[0] in ours[-1])


def _live(run: Run, job: Job) -> Run:
    if job.state == "queued":
        waits = run.state in ("submitted", "queued", "unknown")
        again = run.modified is not None and job.submitted is not None and run.modified < job.submitted  # put back in the queue
        return _as(run, "queued", job) if waits or again else run
    if job.scheduler == "csctl":
        return run  # a step of the program that writes the log: that program's lines say more
    if run.state in ("submitted", "queued", "unknown"):
        return _as(run, "running", job)
    if run.state == "unfinished" and job.batch and not run.overtaken:
        return replace(run, state="running" if patience(run).stalled is None else "stalled")
    return run


def _ended(run: Run, job: Job, now: float, *, last: bool) -> Run:
    if job.scheduler == "csctl" and (job.state == "finished" or (silence(run, now) or 0.0) <= GONE_SILENCE):
        return run
    short = run.fraction is not None and run.fraction < 1.0
    if not last or not (job.batch or (job.state == "finished" and run.fraction == 1.0)):
        return _as(run, "unfinished", job)
    if job.state == "finished" and short:
        return _as(run, "unfinished", job, f"; the log stops {_where(run)}")
    return _as(run, job.state, job)  # type: ignore[arg-type]  # ended job states are run states


def _left(run: Run, job: Job, now: float) -> Run:
    """A job that the scheduler no longer knows has ended, once its log has stopped; one that it never knew may be another
    scheduler's, so there the silence must be longer than the run's own rhythm explains."""
    silent = silence(run, now)
    if run.state not in LIVE or silent is None or silent <= GONE_SILENCE:
        return run
    if job.state == "unknown" and run.state != "stalled":
        return run
    return _as(run, "unfinished", job, f", and the log stopped {age(silent)} ago")


def _where(run: Run) -> str:
    for unit in ("step", "epoch"):
        amount = run.progress.get(unit)
        if amount and amount.total and amount.done is not None:
            return f"at {unit} {number(amount.done)} of {number(amount.total)}"
    return "midway"


def _as(run: Run, state: State, job: Job, more: str = "") -> Run:
    """The run in this state because of the scheduler's word, which is of no line: its place is the command, line 0."""
    spot = Spot(job.command, 0, job.said + more)
    error = spot if state == "failed" else run.error
    return replace(run, state=state, because=spot, error=error, eta=None, eta_low=None, eta_high=None)


def _outweighs(job: Job, run: Run) -> bool:
    """Whether the job failed, and the log has only output that usually comes last, after which more could follow."""
    return run.state == "finished" and 0 < run.strength < SUCCESS and job.state in ("failed", "cancelled")


def _disagreeing(run: Run, job: Job) -> Run:
    """A log that says done while the job failed is worth a word; the log's own proof stands."""
    if run.state != "finished" or job.state not in ("failed", "cancelled"):
        return run
    message = f"The log says finished, {job.command} says that {job.said}"
    finding = Finding("scheduler-disagrees", "warning", message, run.because or Spot(run.path, 1))
    return replace(run, findings=(*run.findings, finding))
