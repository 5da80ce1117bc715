"""Reads what Slurm's commands print: squeue's fixed columns, sacct's parsable lines, their states, times and statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from tui.runs.job import JOB_ENDED, Job, JobState

JOB_COLUMNS = {
    "JobArrayID": 32, "JobID": 16, "State": 20, "Reason": 60, "UserName": 64, "exit_code": 16, "NodeList": 120, "TimeLeft": 24,
    "SubmitTime": 24, "StartTime": 24, "EndTime": 24, "BatchFlag": 12, "STDOUT": 1024,
}
"""Columns of `squeue --Format` and their widths in bytes: cut at fixed places, whatever stands in them."""
LINE_COLUMNS = {"JobArrayID": 32, "Partition": 120, "PriorityLong": 24, "Reason": 60}
SACCT_FIELDS = ("JobID", "JobIDRaw", "State", "ExitCode", "User", "NodeList", "Submit", "Start", "End")
_STATES: dict[str, JobState] = {
    "PENDING": "queued", "CONFIGURING": "queued", "REQUEUED": "queued", "REQUEUE_HOLD": "queued", "REQUEUE_FED": "queued",
    "SPECIAL_EXIT": "queued", "RESV_DEL_HOLD": "queued",
    "RUNNING": "running", "SUSPENDED": "running", "STOPPED": "running", "SIGNALING": "running", "RESIZING": "running",
    "COMPLETING": "completing", "STAGE_OUT": "completing",
    "COMPLETED": "finished",
    "FAILED": "failed", "NODE_FAIL": "failed", "OUT_OF_MEMORY": "failed", "BOOT_FAIL": "failed", "LAUNCH_FAILED": "failed",
    "RECONFIG_FAIL": "failed",
    "CANCELLED": "cancelled", "TIMEOUT": "cancelled", "DEADLINE": "cancelled", "PREEMPTED": "cancelled", "REVOKED": "cancelled",
}
"""A time limit is an end from outside, as its line in the log is."""
NO_LIMIT = 360 * 86400.0
"""Seconds left beyond which a job has no limit: Slurm counts such a job down from a year."""
_IN_LINE = frozenset({"Priority", "Resources"})
"""Reasons of the jobs that stand in line; the others wait for something else."""


def layout(columns: Mapping[str, int]) -> str:
    """Columns as `squeue --Format` takes them."""
    return ",".join(f"{name}:{width}" for name, width in columns.items())


def queue_jobs(text: str, asked_at: float, columns: Mapping[str, int] = JOB_COLUMNS) -> dict[str, Job]:
    """Jobs by id from squeue's fixed columns. A task of an array is known by both its ids; an array by its number only
    where it is one line, else its number would stand for several jobs."""
    jobs: dict[str, Job] = {}
    arrays: dict[str, list[Job]] = {}
    for line in text.split("\n"):
        row = _cut(line, columns)
        state = _STATES.get(row.get("State", ""))
        if state is None or row["JobArrayID"] in jobs:
            continue
        job = jobs[row["JobArrayID"]] = _queued_job(row, state, asked_at)
        array, _, task = job.id.partition("_")
        if task:
            arrays.setdefault(array, []).append(job)
            if row["JobID"] != array:
                jobs.setdefault(row["JobID"], job)
    return jobs | {array: tasks[0] for array, tasks in arrays.items() if len(tasks) == 1}


def _queued_job(row: Mapping[str, str], state: JobState, asked_at: float) -> Job:
    over = state in JOB_ENDED
    code, killed = _status(row.get("exit_code", "")) if over or state == "completing" else (None, None)
    return Job(
        id=row["JobArrayID"], scheduler="Slurm", command="squeue", state=state, asked_at=asked_at, word=row["State"],
        reason=_said(row.get("Reason", "")), node=_said(row.get("NodeList", "")),
        time_left=None if over else _left(row.get("TimeLeft", "")), exit_code=code, signal=killed,
        submitted=moment(row.get("SubmitTime", "")),
        started=None if state == "queued" else moment(row.get("StartTime", "")),  # of one that waits it is a guess
        ended=moment(row.get("EndTime", "")) if over else None,
        owner=_said(row.get("UserName", "")), output=_expanded(row), batch=row.get("BatchFlag") != "0",
    )


def recorded_jobs(text: str, asked_at: float) -> dict[str, Job]:
    """Ended jobs by id from sacct's `--parsable2` lines, one a job and one a step. A job without its end there proves
    nothing: the accounting may never have learned of it."""
    lines = [line.split("|") for line in text.split("\n")]
    rows = [dict(zip(SACCT_FIELDS, cells, strict=True)) for cells in lines if len(cells) == len(SACCT_FIELDS)]
    batch = {row["JobID"].removesuffix(".batch") for row in rows if row["JobID"].endswith(".batch")}
    jobs: dict[str, Job] = {}
    for row in rows:
        word = row["State"].split(" ")[0]  # "CANCELLED by 1000"
        state = _STATES.get(word)
        if state not in JOB_ENDED or state is None or "." in row["JobID"]:
            continue
        code, killed = _status(row["ExitCode"])
        job = Job(
            id=row["JobID"], scheduler="Slurm", command="sacct", state=state, asked_at=asked_at, word=word,
            node=_said(row["NodeList"]), exit_code=code, signal=killed, submitted=moment(row["Submit"]),
            started=moment(row["Start"]), ended=moment(row["End"]), owner=_said(row["User"]),
            batch=row["JobID"] in batch or moment(row["Start"]) is None,
        )
        jobs[job.id] = job
        jobs.setdefault(row["JobIDRaw"], job)
    return jobs


def waiting_places(text: str, columns: Mapping[str, int] = LINE_COLUMNS) -> dict[str, int]:
    """Each waiting job's place, from 1, by priority among those that stand in line for its partition.

    Where the first in line waits for others' priority, somebody's jobs are hidden from us, and no place is known.
    """
    lines: dict[str, list[tuple[int, int, str, str]]] = {}
    for line in text.split("\n"):
        row = _cut(line, columns)
        if row.get("Reason") in _IN_LINE and (priority := row.get("PriorityLong", "")).isdigit():
            id = row["JobArrayID"]
            lines.setdefault(row.get("Partition", ""), []).append((-int(priority), _number(id), id, row["Reason"]))
    places: dict[str, int] = {}
    for waiting in map(sorted, lines.values()):
        if waiting[0][3] != "Priority":
            places.update((id, place) for place, (_, _, id, _) in enumerate(waiting, 1))
    return places


def seconds(clock: str) -> float | None:
    """Slurm's durations, `12:34`, `2:05:13`, `364-23:59:56`; None for `UNLIMITED` and the like.

    >>> seconds("12:34"), seconds("1-00:00:01"), seconds("UNLIMITED")
    (754.0, 86401.0, None)
    """
    found = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", clock)
    if found is None:
        return None
    day, hour, minute, second = (int(part or 0) for part in found.groups())
    return float(((day * 24 + hour) * 60 + minute) * 60 + second)


def _left(clock: str) -> float | None:
    left = seconds(clock)
    return None if left is None or left > NO_LIMIT else left


def moment(stamp: str) -> float | None:
    """Seconds since 1970 of a time that Slurm printed in UTC; None for `N/A`, `Unknown` and the like."""
    try:
        return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _cut(line: str, columns: Mapping[str, int]) -> dict[str, str]:
    """A line's cells by the columns' places, which Slurm counts in bytes; nothing where it is no whole line of a job."""
    raw = line.encode("utf-8", "surrogateescape")
    if not line[:1].isdigit() or len(raw) != sum(columns.values()):
        return {}
    cells, at = {}, 0
    for name, width in columns.items():
        cells[name] = raw[at:at + width].decode("utf-8", "replace").strip()
        at += width
    return cells


def _status(raw: str) -> tuple[int | None, int | None]:
    """Exit code and signal, from `3:0` (sacct) or a wait status (squeue).

    >>> _status("3:0"), _status("768"), _status("0:15"), _status("")
    ((3, None), (3, None), (0, 15), (None, None))
    """
    found = re.fullmatch(r"(\d+):(\d+)", raw)
    if found is not None:
        return int(found[1]), int(found[2]) or None
    return (int(raw) >> 8, int(raw) & 0x7F or None) if raw.isdigit() else (None, None)


def _said(cell: str) -> str | None:
    return None if cell in ("", "None", "(null)", "N/A", "n/a", "None assigned") else cell


def _expanded(row: Mapping[str, str]) -> str | None:
    """The output file's path, its patterns filled in as far as they are known, the others as `*`."""
    array, _, task = row["JobArrayID"].partition("_")
    known = {"j": row["JobID"], "J": row["JobID"], "A": array, "a": task, "u": row.get("UserName", "*"), "%": "%"}
    path = re.sub(r"[*?\[]", "?", row.get("STDOUT", ""))
    path = re.sub(r"%\d*([A-Za-z%])", lambda found: known.get(found[1], "*"), path)
    return path if path.startswith("/") else None


def _number(id: str) -> int:
    found = re.match(r"\d+", id)
    return int(found[0]) if found else 0
