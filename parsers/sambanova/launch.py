"""Which lines belong to one launch: a submit log and the run log that its job may append to the same file.

Both scripts print the same header, so a header after a submission is kept back until it is clear whose it is: another
submission's, or that of the job that was handed over.
"""

from __future__ import annotations

from typing import Any

from parsers.records import PhaseName
from parsers.scheduler import viewed_job
from parsers.scribe import Scribe


def handed_over(scribe: Scribe) -> bool:
    """Whether the open run is a submit log that has handed its job over, and nothing of that job was seen."""
    return scribe.open and bool(scribe.memory.get("handed over"))


def keep_back(scribe: Scribe, part: str, say: str, *args: Any) -> None:
    """Keep what a line says (`say` is a method of the scribe) until it is clear which run it is said of."""
    scribe.file.setdefault(part, []).append((scribe.message, say, args))


def give_back(scribe: Scribe, part: str) -> None:
    """Say what was kept, of the run that is open now, with the place of each line."""
    now = scribe.message
    for message, say, args in scribe.file.pop(part, ()):
        scribe.message = message
        getattr(scribe, say)(*args)
        if part == "header":
            scribe.memory["header"] = True
        if args[0] in ("model", "ntasks"):
            scribe.memory[args[0]] = args[1]
    scribe.message = now


def job_speaks(scribe: Scribe) -> None:
    """The job's own output is seen: what its header and environment said belongs to this run."""
    scribe.memory["handed over"] = False
    scribe.memory["job part"] = True
    give_back(scribe, "header")
    give_back(scribe, "environment")
    if job := viewed_job(scribe):
        scribe.job(job)


def enter(scribe: Scribe, phase: PhaseName) -> None:
    """Enter a phase unless the run is in it; a program that goes on had not ended."""
    if scribe.ended is not None:
        scribe.resume()
    if scribe.phase != phase:
        scribe.enter(phase)
