"""What the name of a scheduler's output file tells: the job, and whether it is standard output or standard error."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from parsers.frozen import frozen

Stream = Literal["out", "err"]

# slurm-30451.out, slurm-30451_3.out, train.slurm-7.err; NAME.o3084 and NAME.e3084, and with the server: NAME.o3084.pbs01
_SLURM = re.compile(r"^(?P<name>(?:.*[-_.])?slurm[-_.])(?P<job>\d+(?:_\d+)?)(?:\.(?P<end>out|err|log))?$")
_PBS = re.compile(r"^(?P<name>.+\.)(?P<stream>[oe])(?P<job>\d+(?:[\[_]\d+\]?)?)(?:\.[a-z][\w.-]*)?$")
# NAME-30451.out and NAME-30451.err: a habit, so the number counts as a job's only where a log of the two has that job
_HABIT = re.compile(r"^(?P<name>.*[-_.])(?P<job>\d+(?:_\d+)?)\.(?P<end>out|err)$")


@frozen
class Output:
    """A scheduler's output file by its name: directory, what comes before the job's id, the id, the stream.

    `sure` is False where only habit, and no scheduler, forms such a name.
    """

    directory: str
    name: str
    job: str
    stream: Stream
    sure: bool


@lru_cache(maxsize=8192)
def output_of(path: str) -> Output | None:
    """What the name of a file tells of a job's output; None for any other name.

    >>> output_of("a/bert.e3084")
    Output(directory='a', name='bert.', job='3084', stream='err', sure=True)
    """
    directory, _, base = path.rpartition("/")
    if found := _SLURM.match(base):
        return Output(directory, found["name"], found["job"], "err" if found["end"] == "err" else "out", True)
    if found := _PBS.match(base):
        return Output(directory, found["name"], found["job"], "err" if found["stream"] == "e" else "out", True)
    if found := _HABIT.match(base):
        return Output(directory, found["name"], found["job"], "err" if found["end"] == "err" else "out", False)
    return None


def same_job(one: str, other: str) -> bool:
    """Whether two ids mean one job; PBS adds its server's name where there is room.

    >>> same_job("3084", "3084.groq-r01-co-01"), same_job("30451", "30451_3")
    (True, False)
    """
    return job_key(one) == job_key(other)


def job_key(job: str) -> str:
    """A job's id without the server that PBS names behind it."""
    return job.partition(".")[0] if job[:1].isdigit() else job
