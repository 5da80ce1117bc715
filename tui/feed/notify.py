"""Telling somebody who looks elsewhere: the terminal's bell, its notifications, and a command of the user's own."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tui.feed.terminal import BELL, notification, to_terminal
from tui.runs.events import Chronicle, Event
from tui.runs.run import Run, State

AT_ONCE = 4
"""Commands of the user's own that run at the same time."""
TIME_OUT = 30.0
"""Seconds after which such a command is ended."""
WAITING_MOST = 1000
"""Events that wait for their command; beyond, the oldest are left out, and that is said."""
_NOTICED: frozenset[State] = frozenset({"finished", "failed", "cancelled", "stalled"})


def worth_notice(event: Event) -> bool:
    """Whether somebody would want to be fetched for this: a run that ended or stalled, or a figure that is no number."""
    if event.kind == "finding":
        return event.finding is not None and event.finding.code == "not-a-number"
    return event.kind in ("state", "ended") and event.run.state in _NOTICED


def command_of(text: str) -> list[str]:
    """The words of a command line, split as a shell splits them; no shell ever sees it. Raises ValueError with a sentence."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"{text}: {str(error).lower()}") from error
    if not words:
        raise ValueError("an empty command; name a program")
    if shutil.which(words[0]) is None:
        raise ValueError(f"{words[0]}: no such program; name one that can be run, or a path to one")
    return words


@dataclass(slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    since: float


class Notifier:
    """Passes on the events that are worth notice. `take` never waits; it is to be called every now and then, with nothing
    too, since it also starts and ends the commands.

    `bell` and `notify` write to the terminal by `write`; `command` gets each event on its standard input, as `as_json` makes
    it a line, and its output goes to the file descriptor `output`. `complain` is told what went wrong, in a sentence.
    """

    def __init__(
        self, *, bell: bool = False, notify: bool = False, command: Sequence[str] = (),
        as_json: Callable[[Event], str], complain: Callable[[str], None],
        write: Callable[[str], bool] | None = None, environ: Mapping[str, str] = os.environ,
        output: int = subprocess.DEVNULL, clock: Callable[[], float] = time.monotonic, time_out: float = TIME_OUT,
    ) -> None:  # fmt: skip
        self._bell, self._notify = bell, notify
        self._command = tuple(command)
        self._as_json = as_json
        self._complain = complain
        self._write = write or to_terminal
        self._environ = environ
        self._output = output
        self._clock = clock
        self._time_out = time_out
        self._waiting: deque[Event] = deque()
        self._running: list[_Running] = []
        self._mute = False

    def take(self, events: Sequence[Event] = ()) -> None:
        """Tell of those events that are worth it, together where there are several."""
        noticed = [event for event in events if worth_notice(event)]
        if noticed and (self._bell or self._notify) and not self._mute:
            text = (BELL if self._bell else "") + (notification(_summary(noticed), self._environ) if self._notify else "")
            self._mute = not self._write(text)
            if self._mute:
                self._complain("there is no terminal to ring or to notify; use --on-event")
        if self._command:
            self._waiting.extend(noticed)
            self._tend()

    def close(self, wait: bool = True) -> None:
        """With `wait`, start what waits and give each command its time; without, leave those that run to themselves."""
        while wait and (self._waiting or self._running):
            self._tend()
            if self._running:
                with suppress(subprocess.TimeoutExpired):
                    self._running[0].process.wait(0.05)
        if self._waiting:
            self._complain(f"{self._command[0]} was not run for {len(self._waiting)} events")
        self._waiting.clear()

    def _tend(self) -> None:
        self._running = [running for running in self._running if self._goes_on(running)]
        if (over := len(self._waiting) - WAITING_MOST) > 0:
            self._complain(f"{self._command[0]} is too slow: {over} events left out")
            for _ in range(over):
                self._waiting.popleft()
        while self._waiting and len(self._running) < AT_ONCE:
            self._start(self._waiting.popleft())

    def _goes_on(self, running: _Running) -> bool:
        status = running.process.poll()
        if status is None and self._clock() - running.since > self._time_out:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
            self._complain(f"{self._command[0]} took longer than {self._time_out:g} s and was ended")
            return False
        if status:
            how = f"was ended by signal {-status}" if status < 0 else f"ended with exit status {status}"
            self._complain(f"{self._command[0]} {how}")
        return status is None

    def _start(self, event: Event) -> None:
        try:
            with tempfile.TemporaryFile() as line:  # no pipe: nobody waits for a command that does not read
                line.write(self._as_json(event).encode() + b"\n")
                line.seek(0)
                process = subprocess.Popen(
                    self._command, stdin=line, stdout=self._output, stderr=self._output, start_new_session=True
                )
        except OSError as error:
            self._complain(f"{self._command[0]}: {error.strerror}")
            return
        self._running.append(_Running(process, self._clock()))


def _summary(events: Sequence[Event]) -> str:
    if len(events) == 1:
        (event,) = events
        what = event.finding.message if event.finding is not None else event.run.state
        reason = event.run.error.text if event.finding is None and event.run.error is not None else ""
        return f"{event.run.name}: {what}" + (f", {reason}" if reason else "")
    counts = Counter("not a number" if event.finding is not None else event.run.state for event in events)
    names = ", ".join(dict.fromkeys(event.run.name for event in events))
    return f"{', '.join(f'{count} {what}' for what, count in counts.items())}: {names}"


class Herald:
    """Has a notifier told of what happens to runs that somebody else looks at: a screen. Nothing is told before `caught_up`
    has said twice in a row that all that was there has been read: what was read last may be on its way to the screen."""

    def __init__(self, notifier: Notifier, caught_up: Callable[[], bool]) -> None:
        self._notifier = notifier
        self._caught_up = caught_up
        self._chronicle = Chronicle()
        self._calm = 0

    def take(self, runs: Sequence[Run], now: float) -> None:
        """The runs as of `now`, in seconds since 1970. Cheap where they are the same objects as before."""
        if self._calm < 2:
            self._calm = self._calm + 1 if self._caught_up() else 0
            if self._calm < 2:
                return
            self._chronicle.take(runs, now, first=True)
        self._notifier.take(self._chronicle.take(runs, now))
