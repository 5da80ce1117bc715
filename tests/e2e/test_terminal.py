"""The program in a real terminal: it starts, follows a growing log, and quits at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, program

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.skipif(not Path(program()).exists(), reason="the bedwatch command is not installed beside this Python"),
]

STEP = "2024-04-07 06:{minute:02}:05,703 INFO:   | Train Device=CSX, Step={step}, Loss={loss}, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec\n"


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_a_growing_log_shows_its_new_number_and_q_quits(tmp_path: Path, width: int, height: int) -> None:
    """Start, a log grows, the new number appears, q ends it with the screen restored."""
    log = tmp_path / "cerebras" / "bert.log"
    log.parent.mkdir()
    log.write_text(STEP.format(minute=1, step=100, loss=9.39062))
    with Terminal([program(), str(tmp_path)], width=width, height=height) as terminal:
        terminal.until_text("9.39062")
        with log.open("a") as file:
            file.write(STEP.format(minute=2, step=200, loss=8.70312))
        terminal.until_text("8.70312")
        terminal.press("q")
        terminal.until(lambda: terminal.ended, "the end")


def test_the_demo_moves_and_cleans_up() -> None:
    """The tour starts by itself: a testbed's run appears, then q ends it."""
    with Terminal([program(), "demo", "--speed", "60"]) as terminal:
        terminal.until_text("Graphcore")
        terminal.until_text("running")
        terminal.press("q")
        terminal.until(lambda: terminal.ended, "the end")
