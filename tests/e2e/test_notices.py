"""A notification on its way out: from the program, through tmux, to the terminal that a person sits at."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.terminal import PATIENCE, program

STEP = "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1, Loss=9.5, Rate=1.0 samples/sec, GlobalRate=1.0 samples/sec\n"
DONE = "2024-04-07 06:12:26,089 INFO:   Training completed successfully!\n"
NOTIFICATION = re.compile(rb"\x1b\]9;bedwatch: later\d+: finished\x07")


class Outside:
    """The terminal outside: all bytes that reach it."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self.bytes = b""

    def shows(self, wanted: re.Pattern[bytes], patience: float = PATIENCE) -> bool:
        """Whether it comes, within some seconds."""
        deadline = time.monotonic() + patience
        while not wanted.search(self.bytes):
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return False
            self.bytes += os.read(self._terminal, 65536)
        return True


@contextmanager
def sitting_at(command: list[str], **environ: str) -> Iterator[Outside]:
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environ})
    try:
        yield Outside(terminal)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
@pytest.mark.parametrize("words", [["follow"], []], ids=["follow", "dashboard"])
def test_a_notification_reaches_the_terminal_outside_tmux(tmp_path: Path, words: list[str]) -> None:
    """Whole, beside whatever the screen draws; not for the run that had ended before, but for one that ends meanwhile."""
    socket = f"bedwatch-{uuid.uuid4().hex[:8]}"
    (tmp_path / "mytest.log").write_text(STEP + DONE)
    inner = [program(), *words, str(tmp_path), "--notify", "--no-queue"]
    tmux = ["tmux", "-L", socket, "-f", "/dev/null"]
    outer = [*tmux, "new-session", "-s", "t", ";", "set", "-g", "allow-passthrough", "on", ";", "new-window", *inner]
    try:
        with sitting_at(outer) as outside:
            assert outside.shows(re.compile(b"mytest"))
            for number in range(20):  # until it has looked at all that was there
                (tmp_path / f"later{number}.log").write_text(STEP + DONE)
                if outside.shows(NOTIFICATION, 1.0):
                    break
            assert NOTIFICATION.search(outside.bytes), outside.bytes[-2000:]
            assert b"bedwatch: mytest" not in outside.bytes
            subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
