"""A pseudo-terminal that a bench holds the other end of: keys in, bytes out, each with its time."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

PATIENCE = 20.0
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
BEDWATCH = str(Path(sys.executable).with_name("bedwatch"))
EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    BINDINGS = [("q", "quit", ""), ("down", "next", "")]
    presses = 0

    def compose(self):
        yield Static("pressed 0 times")

    def action_next(self):
        self.presses += 1
        self.query_one(Static).update(f"pressed {self.presses} times")

Empty().run()
"""
"""The least that Textual can be asked for: what this program's figures are held against."""


class Pty:
    """A program in a terminal of its own; ended at the end of the `with` block, however that comes."""

    def __init__(self, command: list[str], *, width: int = 120, height: int = 40, **environment: str) -> None:
        self.output = b""
        pid, self._end = os.forkpty()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "COLUMNS": "", "LINES": "", **environment}
            kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TEXTUAL_THEME")} | own
            os.execvpe(command[0], command, {name: value for name, value in kept.items() if value})
        self.pid = pid
        self._ended = False

    def __enter__(self) -> Pty:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._end)

    def press(self, keys: str) -> float:
        """Send these bytes; when."""
        now = time.perf_counter()
        os.write(self._end, keys.encode())
        return now

    def read(self, seconds: float) -> bytes:
        """What is written within so many seconds, or up to the end of the program."""
        until, parts = time.perf_counter() + seconds, []
        while (rest := until - time.perf_counter()) > 0:
            if not (part := self._read(rest)) and self._ended:
                break
            parts.append(part)
        return b"".join(parts)

    def until(self, text: str, *, patience: float = PATIENCE) -> float:
        """When a text came that was not there before. Raises AssertionError with the last output where it does not."""
        wanted, self.output = text.encode(), b""
        until = time.perf_counter() + patience
        while wanted not in self.output:
            if self._ended or time.perf_counter() > until:
                raise AssertionError(f"{text!r} did not come; the last output was: {_ESCAPES.sub('', self.output[-9000:].decode(errors='replace'))[-1500:]}")
            self.output += self._read(0.5)
        return time.perf_counter()

    def ended(self, *, patience: float = PATIENCE) -> float:
        """When the program was gone; what it wrote at its end is in `output`."""
        self.output, until = b"", time.perf_counter() + patience
        while time.perf_counter() < until:
            self.output += self._read(0.002)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                self._ended = True
                return time.perf_counter()
        raise AssertionError(f"it did not end within {patience:g} s")

    def seconds_of_cpu(self) -> float:
        """What the program has taken of all cores so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Bytes of the program in memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def _read(self, most: float) -> bytes:
        if not select.select([self._end], [], [], most)[0]:
            return b""
        try:
            return os.read(self._end, 1 << 16)
        except OSError:  # the other end is closed
            time.sleep(0.001)
            return b""


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not pass."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def say(text: str) -> None:
    """A line of what was measured, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
