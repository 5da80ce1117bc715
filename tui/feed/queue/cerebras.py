"""Asks a Cerebras cluster: `csctl get jobs`, for wsjobs that wait, run or ended."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tui.feed.queue.command import NoAnswer, answer, found, refusal
from tui.runs.job import JOB_ENDED, Job, JobState, SchedulerName

_ID = re.compile(r"wsjob-[\w-]{1,80}")
_HEADER = re.compile(r"^(?:[A-Z]+ +)?NAME +.*\bPHASE\b")
_STATES: dict[str, JobState] = {
    "QUEUED": "queued", "QUEUEING": "queued", "PENDING": "queued", "CREATED": "queued", "SCHEDULED": "queued",
    "INITIALIZING": "running", "RUNNING": "running", "SUCCEEDED": "finished", "FAILED": "failed", "FAILING": "failed",
    "CANCELLED": "cancelled", "CANCELED": "cancelled",
}


class Cerebras:
    """The cluster's word on wsjobs. One client's run has several of them: one to compile, one to execute, in turn."""

    name: SchedulerName = "csctl"
    command = "csctl"

    def __init__(self, csctl: str, *, clock: Callable[[], float] = time.time) -> None:
        self._csctl = csctl
        self._clock = clock
        self._json = True

    @classmethod
    def here(cls, clock: Callable[[], float] = time.time) -> Cerebras | None:
        """The cluster, where its command is on PATH."""
        csctl = found("csctl")
        return None if csctl is None else cls(csctl, clock=clock)

    def owns(self, id: str) -> bool:
        """Whether it is a wsjob's."""
        return _ID.fullmatch(id) is not None

    async def ask(self, ids: Sequence[str]) -> dict[str, Job]:
        """The jobs known among these ids. Raises NoAnswer. A csctl that prints no JSON is asked for its table from then on."""
        if self._json:
            words = [self._csctl, "get", "jobs", "-o", "json"]
            given = await answer(words)
            jobs = None if given.status else csctl_jobs(given.out, self._clock())
            if jobs is not None:
                return {id: jobs[id] for id in ids if id in jobs}
        words = [self._csctl, "get", "jobs"]
        given = await answer(words)
        if given.status:
            raise refusal(words, given)
        table = csctl_table(given.out, self._clock())
        if table is None:
            raise NoAnswer("csctl: neither JSON nor the table of jobs that is known here")
        self._json = False
        return {id: table[id] for id in ids if id in table}


def csctl_jobs(text: str, asked_at: float) -> dict[str, Job] | None:
    """Jobs by id from JSON: objects with `meta.name` and `status.phase`, as `csctl get job NAME -o yaml` prints one
    (Cerebras, csctl). None for text that is no JSON."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    jobs = (_job(entry, asked_at) for entry in _entries(document))
    return {job.id: job for job in jobs if job is not None}


def _entries(document: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(document, Mapping):
        document = next((document[key] for key in ("items", "jobs") if isinstance(document.get(key), list)), [document])
    return [entry for entry in document if isinstance(entry, Mapping)] if isinstance(document, list) else []


def _job(entry: Mapping[str, Any], asked_at: float) -> Job | None:
    meta, status = entry.get("meta") or entry.get("metadata"), entry.get("status")
    if not isinstance(meta, Mapping) or not isinstance(status, Mapping):
        return None
    systems = status.get("systems")
    return _worded(
        str(meta.get("name", "")), str(status.get("phase", "")), asked_at,
        ",".join(map(str, systems)) if isinstance(systems, list) else "", _moment(meta.get("createTime")),
    )


def csctl_table(text: str, asked_at: float) -> dict[str, Job] | None:
    """Jobs by id from the table, cut where its header's words stand: a compile job has no system, so its cell is empty.
    None for text without such a header."""
    lines = text.split("\n")
    header = next((line for line in lines if _HEADER.match(line)), None)
    if header is None:
        return None
    starts = {found[0]: found.start() for found in re.finditer(r"\S+(?: \S+)*", header)}
    ends = dict(zip(starts, [*list(starts.values())[1:], None], strict=True))
    jobs = {}
    for line in lines[lines.index(header) + 1:]:
        cells = {name: line[start:ends[name]].strip() for name, start in starts.items()}
        job = _worded(cells["NAME"], cells["PHASE"], asked_at, cells.get("SYSTEMS", ""), None)
        if job is not None:
            jobs[job.id] = job
    return jobs


def _worded(id: str, phase: str, asked_at: float, systems: str, submitted: float | None) -> Job | None:
    state = _STATES.get(phase.partition("(")[0].upper())
    if state is None or not _ID.fullmatch(id):
        return None
    reason = re.search(r"\((\w+)\)", phase)
    return Job(
        id=id, scheduler="csctl", command="csctl", state=state, asked_at=asked_at, word=phase.partition("(")[0],
        reason=reason[1] if reason and state in JOB_ENDED | {"queued"} else None, node=systems or None, submitted=submitted,
    )


def _moment(stamp: Any) -> float | None:
    """Seconds since 1970 of `2022-12-07T05:10:16Z`."""
    try:
        at = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return at.timestamp() if at.tzinfo is not None else None
