"""What a scheduler says of one job: its word as it gave it, what that means for a run, and when it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from parsers.frozen import frozen

SchedulerName = Literal["Slurm", "PBS", "csctl"]
JobState = Literal["queued", "running", "completing", "finished", "failed", "cancelled", "gone", "unknown"]
"""`gone`: the scheduler knew the job and no longer does; `unknown`: it never did, at least not since it was first asked."""
JOB_LIVE: frozenset[JobState] = frozenset({"queued", "running", "completing"})
JOB_ENDED: frozenset[JobState] = frozenset({"finished", "failed", "cancelled"})


@frozen
class Job:
    """One job as of `asked_at`. Moments are seconds since 1970; None where the scheduler does not say.

    `word` is the state in the scheduler's own spelling and `reason` why it is so (why a job waits, why it failed).
    `position` counts from 1 among the jobs that wait in the same partition. `time_left` is in seconds as of `asked_at`,
    until the job's limit, not until its end. `batch` is False for an interactive allocation, whose life says little about
    the programs run within it. `owner` is the user's name, `output` the file of its standard output, with `*` for what
    the scheduler does not tell of its name.
    """

    id: str
    scheduler: SchedulerName
    command: str
    state: JobState
    asked_at: float
    word: str = ""
    reason: str | None = None
    position: int | None = None
    node: str | None = None
    time_left: float | None = None
    exit_code: int | None = None
    signal: int | None = None
    submitted: float | None = None
    started: float | None = None
    ended: float | None = None
    owner: str | None = None
    output: str | None = None
    batch: bool = True

    @property
    def said(self) -> str:
        """The scheduler's word as a sentence.

        >>> Job("7", "Slurm", "squeue", "queued", 0.0, "PENDING", "Resources", position=2).said
        'job 7 is PENDING (Resources), number 2 of those that wait'
        >>> Job("7", "Slurm", "sacct", "failed", 0.0, "FAILED", exit_code=3, node="n1").said
        'job 7 is FAILED, exit code 3, on n1'
        """
        if self.state == "gone":
            return f"{self.command} no longer knows job {self.id}"
        if self.state == "unknown":
            return f"{self.command} does not know job {self.id}"
        reason = f" ({self.reason})" if self.reason else ""
        parts = [f"job {self.id} is {self.word or self.state}{reason}"]
        if self.state == "queued" and self.position is not None:
            parts.append(f"number {self.position} of those that wait")
        if self.state in JOB_ENDED and self.signal:
            parts.append(f"ended by signal {self.signal}")
        elif self.state in JOB_ENDED and self.exit_code is not None:
            parts.append(f"exit code {self.exit_code}")
        if self.node and self.state != "queued":
            parts.append(f"on {self.node}")
        return ", ".join(parts)

    def left(self, now: float) -> float | None:
        """Seconds until the job's limit as of `now` (seconds since 1970); None where there is none or the job does not run.

        >>> Job("7", "Slurm", "squeue", "running", asked_at=100.0, time_left=60.0).left(now=110.0)
        50.0
        """
        if self.state != "running" or self.time_left is None:
            return None
        return max(0.0, self.time_left - max(0.0, now - self.asked_at))


NO_JOBS: Mapping[str, Job] = MappingProxyType({})
"""What is known of jobs where nobody was asked."""
