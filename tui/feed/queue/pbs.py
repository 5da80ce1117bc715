"""Asks PBS: `qstat` for jobs that wait, run or are held in its history."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tui.feed.queue.command import NoAnswer, answer, found, refusal
from tui.runs.job import JOB_ENDED, Job, JobState, SchedulerName

_ID = re.compile(r"\d{1,12}(?:\[\d*\])?(?:\.[A-Za-z][\w.-]*)?")
_NO_HISTORY = "job history"
_STATES: dict[str, tuple[JobState, str]] = {
    "Q": ("queued", "queued"), "H": ("queued", "held"), "W": ("queued", "waiting for its time"), "T": ("queued", "in transit"),
    "M": ("queued", "moved"), "R": ("running", "running"), "B": ("running", "array begun"), "S": ("running", "suspended"),
    "U": ("running", "suspended by the node's user"), "E": ("completing", "exiting"), "F": ("finished", "finished"),
    "X": ("finished", "finished"),
}
"""`job_state` of OpenPBS and PBS Professional, with its meaning in words."""
_LIMITS: dict[int, tuple[JobState, str]] = {
    -29: ("cancelled", "walltime limit"), -28: ("cancelled", "cput limit"), -27: ("failed", "mem limit"),
    -26: ("failed", "vmem limit"), -25: ("cancelled", "ncpus limit"), -24: ("cancelled", "ncpus limit"),
}
"""Negative `Exit_status` of jobs that PBS killed at a limit (OpenPBS `job.h`: JOB_EXEC_KILL_*)."""
_SIGNALLED = 256
"""An `Exit_status` from here on is 256 and the number of the signal that ended the job's shell."""
_DELETED = 91
"""The substate of a job that was ended by `qdel`."""


class Pbs:
    """PBS's word on jobs by ids such as `3084.groq-r01-co-01`, or by their number alone."""

    name: SchedulerName = "PBS"
    command = "qstat"

    def __init__(self, qstat: str, *, clock: Callable[[], float] = time.time) -> None:
        self._qstat = qstat
        self._clock = clock
        self._history = True

    @classmethod
    def here(cls, clock: Callable[[], float] = time.time) -> Pbs | None:
        """PBS, where its command is on PATH."""
        qstat = found("qstat")
        return None if qstat is None else cls(qstat, clock=clock)

    def owns(self, id: str) -> bool:
        """Whether an id has the shape of PBS's: a number, of an array's job with brackets, and mostly the server's name."""
        return _ID.fullmatch(id) is not None

    async def ask(self, ids: Sequence[str]) -> dict[str, Job]:
        """The jobs known among these ids. Raises NoAnswer. An unknown id fails the command, which answers for the others."""
        words = [self._qstat, *(["-x"] if self._history else []), "-f", "-F", "json", *ids]
        given = await answer(words)
        if self._history and given.status and _NO_HISTORY in given.err:
            self._history = False  # this server keeps none
            return await self.ask(ids)
        unknown = "Unknown Job Id" in given.err
        if not given.out.strip():
            if given.status and not unknown:
                raise refusal(words, given)
            return {}
        known = pbs_jobs(given.out, self._clock())
        return {id: job for id in ids if (job := known.get(id) or known.get(_short(id))) is not None}


def pbs_jobs(text: str, asked_at: float) -> dict[str, Job]:
    """Jobs by full id, by number and server's first name, and by number alone where only one has it. Raises NoAnswer for
    text that is no such document."""
    try:
        document = json.loads(text, strict=False)  # variables may hold control characters as they are
        entries: Mapping[str, Any] = document.get("Jobs", {})
        now = document.get("timestamp")
        jobs = {id: job for id, entry in entries.items() if (job := _job(id, entry, asked_at, now)) is not None}
    except (ValueError, AttributeError, TypeError) as error:
        raise NoAnswer(f"qstat: not the JSON that OpenPBS prints ({error})") from error
    numbers = [id.partition(".")[0] for id in jobs]
    alone = {number: job for number, job in zip(numbers, jobs.values(), strict=True) if numbers.count(number) == 1}
    return alone | {_short(id): job for id, job in jobs.items()} | jobs


def _job(id: str, entry: Mapping[str, Any], asked_at: float, now: Any) -> Job | None:
    state, word = _STATES.get(str(entry.get("job_state")), (None, ""))
    if state is None:
        return None
    comment = str(entry.get("comment", "")).removeprefix("Not Running: ").strip() or None
    started, code, killed = _moment(entry.get("stime")), None, None
    if state == "finished":
        state, code, killed, comment = _end(entry, comment)
        word = state
    limit = _seconds(_of(entry, "Resource_List").get("walltime"))
    used = float(now) - started if started is not None and isinstance(now, (int, float)) else None
    return Job(
        id=id, scheduler="PBS", command="qstat", state=state, asked_at=asked_at, word=word,
        reason=comment if state == "queued" or state in JOB_ENDED else None,
        node=_nodes(entry.get("exec_host")),
        time_left=max(0.0, limit - used) if state == "running" and limit is not None and used is not None else None,
        exit_code=code, signal=killed, submitted=_moment(entry.get("ctime")), started=started,
        ended=_moment(entry.get("mtime")) if state in JOB_ENDED else None,
        owner=str(entry["Job_Owner"]).partition("@")[0] if entry.get("Job_Owner") else None,
        output=_output(entry.get("Output_Path")), batch=str(entry.get("interactive", "False")) not in ("True", "1"),
    )


def _end(entry: Mapping[str, Any], comment: str | None) -> tuple[JobState, int | None, int | None, str | None]:
    """How a job in the history ended: state, exit code, signal, reason. Without `Exit_status` it never ran."""
    status = entry.get("Exit_status")
    if not isinstance(status, int):
        return "cancelled", None, None, comment
    if status < 0:
        state, why = _LIMITS.get(status, ("failed", f"PBS ended it, status {status}"))
        return state, None, None, why
    if status >= _SIGNALLED:
        deleted = entry.get("substate") == _DELETED
        return ("cancelled" if deleted else "failed"), None, status - _SIGNALLED, "deleted" if deleted else None
    return ("finished" if status == 0 else "failed"), status, None, None


def _short(id: str) -> str:
    """An id with the server's first name only: qsub prints that, qstat mostly the full one."""
    return ".".join(id.split(".")[:2])


def _of(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = entry.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _moment(stamp: Any) -> float | None:
    """Seconds since 1970 of `Wed Nov 16 14:21:26 2016`, printed in UTC."""
    try:
        return datetime.strptime(str(stamp), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _seconds(clock: Any) -> float | None:
    found = re.fullmatch(r"(\d+):(\d\d):(\d\d)", str(clock))
    return None if found is None else 3600.0 * int(found[1]) + 60.0 * int(found[2]) + int(found[3])


def _nodes(hosts: Any) -> str | None:
    """`a/0*8+b/1` is two nodes."""
    names = dict.fromkeys(part.partition("/")[0] for part in str(hosts or "").split("+"))
    return ",".join(name for name in names if name) or None


def _output(path: Any) -> str | None:
    """`host:/home/u/x.o7` is a path on a host."""
    _, _, tail = str(path or "").partition(":")
    return tail if tail.startswith("/") and not tail.endswith("/") else None
