"""What belongs to one launch and what begins another: the rules that Cerebras' line kinds share."""

from __future__ import annotations

import re

from parsers.records import Value
from parsers.scribe import Scribe

EARLY = frozenset(
    {
        "launch command", "running command", "fit summary", "trainer plan", "planned steps", "log cadence", "checkpoint cadence",
        "checkpoint search", "checkpoint choice", "global batch", "train loop", "checkpoint begun", "checkpoint done",
    }
)
"""Kinds printed while a launch is set up: they alone do not show a launch to be under way."""
CLOCK_SLACK = 120.0
"""Seconds by which a log's clock may step back within a launch."""


def underway(found: re.Match[str], scribe: Scribe) -> bool:
    """Whether a line of a launch's set-up comes after a launch that did more than set itself up: then it is another's."""
    return scribe.ended is not None or backwards(scribe) or any(kind not in EARLY for kind in scribe.seen)


def anew(found: re.Match[str], scribe: Scribe) -> bool:
    """Whether a line of the middle of a launch stands after another launch's very end, or is older than what came before."""
    if scribe.memory.get("over") or backwards(scribe):
        return True
    at = getattr(getattr(scribe, "message", None), "at", None)
    if at is not None:
        scribe.memory["at"] = at
    return False


def backwards(scribe: Scribe) -> bool:
    """Whether this line's time lies before the last one's: then it was pasted from another log."""
    last, at = scribe.memory.get("at"), getattr(getattr(scribe, "message", None), "at", None)
    return bool(last and at and (last - at).total_seconds() > CLOCK_SLACK)


def goes_on(scribe: Scribe) -> None:
    """The program does something more, so its success before was that of a part."""
    if scribe.ended == "finished":
        scribe.resume()


def once(scribe: Scribe, name: str, value: Value) -> None:
    """Set a parameter that the launch's first part names; what a later evaluation says of itself is passed over."""
    if not scribe.memory.get(f"param {name}"):
        scribe.memory[f"param {name}"] = True
        scribe.param(name, value)
