"""A real terminal for end-to-end tests: tmux, its keys and its screen."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

PATIENCE = 20.0


class Terminal:
    """A tmux session of its own server that runs one command; gone at the end of the `with` block."""

    def __init__(self, command: list[str], *, width: int = 120, height: int = 40) -> None:
        self._socket = f"bedwatch-{uuid.uuid4().hex[:8]}"
        environment = ["env", "-u", "NO_COLOR", "-u", "TEXTUAL_THEME", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "TERM=xterm-256color"]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "-s", "t", *environment, *command)
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "escape-time", "0")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], check=False, capture_output=True)

    def _tmux(self, *words: str) -> str:
        return subprocess.run(["tmux", "-L", self._socket, *words], check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        """Press keys, in tmux's names."""
        self._tmux("send-keys", "-t", "t", *keys)

    def resize(self, width: int, height: int) -> None:
        """Make the window another size."""
        self._tmux("resize-window", "-t", "t", "-x", str(width), "-y", str(height))

    def close(self) -> None:
        """Take the terminal away from under the program, as a closed window or a lost connection does."""
        self._tmux("kill-session", "-t", "t")

    def asked(self, what: str) -> str:
        """What tmux knows of the terminal, such as `alternate_on`, `cursor_flag` or `pane_pid`."""
        return self._tmux("display-message", "-p", "-t", "t", f"#{{{what}}}").strip()

    def screen(self) -> str:
        """What the screen shows, as text."""
        return self._tmux("capture-pane", "-p", "-t", "t")

    @property
    def ended(self) -> bool:
        """Whether the program is gone."""
        return self._tmux("list-panes", "-t", "t", "-F", "#{pane_dead}").strip() == "1"

    def until(self, true: Callable[[], bool], what: str) -> float:
        """Wait for something; the seconds it took. Raises AssertionError with the screen when it does not come."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > PATIENCE:
                raise AssertionError(f"{what} did not come within {PATIENCE:g} s:\n{self.screen()}")
            time.sleep(0.02)
        return time.monotonic() - began

    def until_text(self, text: str) -> float:
        """Wait for the screen to show a text."""
        return self.until(lambda: text in self.screen(), repr(text))


def program() -> str:
    """The installed command, beside the interpreter that runs the tests."""
    import sys

    return str(Path(sys.executable).with_name("bedwatch" + (".exe" if os.name == "nt" else "")))
