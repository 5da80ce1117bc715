"""What Textual is told before it is imported, as the dashboard itself comes to import it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_OPEN = """
import sys
from tui.commands import watch
watch.interactive = lambda: True

def run(app):
    from textual import constants
    print(constants.ESCAPE_DELAY, constants.MAX_FPS)

def opened():
    from tui.app import BedwatchApp
    BedwatchApp.run = run

before = watch.dashboard
watch.dashboard = lambda *given, **named: (opened(), before(*given, **named))
from tui.cli import main
main(["--no-cache", "--no-queue", sys.argv[1]])
"""


@pytest.mark.parametrize(("environ", "told"), [({}, "0.025 200"), ({"ESCDELAY": "70", "TEXTUAL_FPS": "30"}, "0.07 30")])
def test_esc_is_held_back_briefly_and_frames_are_not(tmp_path: Path, environ: dict[str, str], told: str) -> None:
    """Textual reads both once, whichever module of ours imports it first; its user's own word comes before ours."""
    kept = {name: value for name, value in os.environ.items() if name not in ("ESCDELAY", "TEXTUAL_FPS")}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(tmp_path)], env={**kept, "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), **environ},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == told
