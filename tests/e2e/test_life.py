"""The program in a real terminal through all that happens to one: other sizes, a shell in between, the end of it, load."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, program

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.skipif(not Path(program()).exists(), reason="the bedwatch command is not installed beside this Python"),
]

STEP = "2024-04-07 06:{minute:02}:05,703 INFO:   | Train Device=CSX, Step={step}, Loss={loss}, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec\n"
LEFT = "the shell is back"


def begun(directory: Path) -> Path:
    """A run that has begun."""
    log = directory / "cerebras" / "bert.log"
    log.parent.mkdir()
    log.write_text(STEP.format(minute=1, step=100, loss=9.39062))
    return log


def go_on(log: Path, minute: int, loss: float) -> None:
    with log.open("a") as file:
        file.write(STEP.format(minute=minute, step=100 * minute, loss=loss))


@contextmanager
def in_a_shell(directory: Path) -> Iterator[Terminal]:
    """The dashboard, started from a shell, which says something when it is left."""
    shell = ["bash", "--norc", "-ic", f"{program()} --no-queue {directory}; echo {LEFT}; read -r"]
    with Terminal(["env", "PS1=$ ", f"XDG_CACHE_HOME={directory}-cache", *shell]) as terminal:
        yield terminal


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_it_follows_its_terminal_s_size(tmp_path: Path) -> None:
    """Smaller, larger and very small while a run goes on: the tabs, the run and its newest value are there each time, also
    where the shell exported the size that it once had."""
    log = begun(tmp_path)
    with Terminal(["env", "COLUMNS=100", "LINES=50", program(), "--no-queue", str(tmp_path)], width=120, height=40) as terminal:
        terminal.until_text("9.39062")
        for minute, (width, height) in enumerate(((80, 24), (200, 60), (60, 15), (120, 40)), 2):
            terminal.resize(width, height)
            go_on(log, minute, 9 - minute / 10)

            def drawn(height: int = height, loss: str = f"{9 - minute / 10}") -> bool:
                lines = terminal.screen().splitlines()
                return len(lines) == height and lines[0].lstrip().startswith("1 All") and loss in terminal.screen() and "bert" in "".join(lines)

            terminal.until(drawn, f"the screen at {width}x{height}")


def test_a_terminal_that_is_too_small_says_so_and_recovers(tmp_path: Path) -> None:
    """40x10 says how much is needed and nothing else; with room again all is there."""
    begun(tmp_path)
    with Terminal([program(), "--no-queue", str(tmp_path)], width=40, height=10) as terminal:
        terminal.until_text("40x10 here, 60x15 needed")
        assert "All" not in terminal.screen()
        terminal.resize(80, 24)
        terminal.until_text("9.39062")
        terminal.resize(40, 10)
        terminal.until(lambda: "40x10 here, 60x15 needed" in terminal.screen() and "All" not in terminal.screen(), "the word")
        terminal.press("q")
        terminal.until(lambda: terminal.ended, "the end")


def test_it_goes_to_the_shell_and_comes_back_with_the_news(tmp_path: Path) -> None:
    """Ctrl+Z leaves the shell's own screen with its cursor; fg brings the whole picture, and what came meanwhile."""
    log = begun(tmp_path)
    with Terminal(["env", "PS1=$ ", f"XDG_CACHE_HOME={tmp_path}-cache", "bash", "--norc"]) as terminal:
        terminal.press(f"{program()} --no-queue {tmp_path}", "Enter")
        terminal.until_text("9.39062")
        terminal.press("C-z")
        terminal.until_text("Stopped")
        assert (terminal.asked("alternate_on"), terminal.asked("cursor_flag")) == ("0", "1")
        go_on(log, 2, 8.70312)
        terminal.press("fg", "Enter")
        terminal.until_text("8.70312")
        terminal.until(lambda: terminal.screen().splitlines()[0].lstrip().startswith("1 All"), "the tabs")
        terminal.press("q")
        terminal.until(lambda: terminal.asked("alternate_on") == "0", "the shell's screen")
        terminal.press(f"echo {LEFT.upper()}", "Enter")
        terminal.until_text(f"\n{LEFT.upper()}")


def test_it_ends_with_its_terminal(tmp_path: Path) -> None:
    """A window that is closed, or a connection that is lost, leaves no process behind."""
    begun(tmp_path)
    with Terminal([program(), "--no-queue", str(tmp_path)]) as terminal:
        terminal.until_text("9.39062")
        pid = int(terminal.asked("pane_pid"))
        terminal.close()
        terminal.until(lambda: is_gone(pid), "the end")


def test_it_leaves_under_load_and_the_terminal_is_as_it_was(tmp_path: Path) -> None:
    """With 60 jobs that write and 200 logs at rest: the alternate screen is left, the cursor shown, the shell answers."""
    for number in range(260):
        log = tmp_path / f"run{number:03}" / "train.log"
        log.parent.mkdir()
        log.write_text(STEP.format(minute=1, step=100, loss=9.39062))
    words = ["--write", str(tmp_path), "--jobs", "60", "--rate", "10", "--seconds", "600"]
    writer = subprocess.Popen([sys.executable, "-m", "tests.bench.fleet", *words], cwd=Path(__file__).parents[2])
    try:
        with in_a_shell(tmp_path) as terminal:
            terminal.until_text("in 260 files")
            terminal.press("q")
            terminal.until_text(LEFT)
            assert (terminal.asked("alternate_on"), terminal.asked("cursor_flag")) == ("0", "1")
    finally:
        writer.kill()
        writer.wait()
