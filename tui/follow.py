"""`bedwatch follow`: events as lines, until interrupted, until nobody reads them, or until nothing is live."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import click

from tui.feed.events import Happenings
from tui.feed.notify import Notifier
from tui.runs.events import Event
from tui.runs.plaintext import plain
from tui.runs.run import Run, State

INTERRUPTED = 130
"""Exit status after Ctrl+C, as shells have it."""
UNREAD = 141
"""Exit status when nobody reads any more, as shells have it for SIGPIPE."""
_BAD: tuple[State, ...] = ("failed", "cancelled", "unfinished")


def follow(happenings: Happenings, notifier: Notifier, line: Callable[[Event], str], *, until_idle: bool) -> int:
    """Print events as they come; the exit status. Ends with `until_idle` once nothing is live: 0 where every run ended well,
    else 1 with a sentence on standard error that says why."""
    try:
        asyncio.run(_print(happenings, notifier, line, until_idle))
    except KeyboardInterrupt:
        notifier.close(wait=False)
        return INTERRUPTED
    except BrokenPipeError:
        notifier.close(wait=False)
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to flush goes nowhere
        return UNREAD
    notifier.close()
    trouble = _trouble(happenings.runs)
    if trouble:
        click.echo(f"bedwatch: {trouble}", err=True)
    return 1 if trouble else 0


async def _print(happenings: Happenings, notifier: Notifier, line: Callable[[Event], str], until_idle: bool) -> None:
    async for events in happenings.batches(until_idle=until_idle):
        if events:
            sys.stdout.buffer.write("".join(f"{line(event)}\n" for event in events).encode("utf-8", "replace"))
            sys.stdout.buffer.flush()
        elif _unread():
            raise BrokenPipeError
        notifier.take(events)


def _unread() -> bool:
    """Whether standard output is a pipe that nobody reads any more."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except (OSError, ValueError):
        return False


def _trouble(runs: Sequence[Run]) -> str:
    """Why somebody who waited should not go on, in words; empty where all went well."""
    if not runs:
        return "no run was seen; name the directory of a job's logs, or a log"
    counts = Counter(run.state for run in runs if run.state in _BAD)
    if not counts:
        return ""
    named = next(run.id for run in runs if run.state in _BAD)
    told = ", ".join(f"{counts[state]} {state}" for state in _BAD if counts[state])
    return plain(f"of {len(runs)} {'run' if len(runs) == 1 else 'runs'} {told}: {named}{', ...' if counts.total() > 1 else ''}")
