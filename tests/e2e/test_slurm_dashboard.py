"""The dashboard in a real terminal beside jobs of a real Slurm: each state is on the screen within seconds, the numbers stay."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.slurm import Slurm
from tests.e2e.terminal import Terminal, program
from tests.e2e.test_slurm import BERT, HALF, WITHIN, Place, slurm

__all__ = ["slurm"]  # the fixture

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.skipif(not Path(program()).exists(), reason="the bedwatch command is not installed beside this Python"),
]


def test_each_state_is_on_the_screen_within_seconds(slurm: Slurm, tmp_path: Path) -> None:
    """Two jobs at once run; one completes, one fails with its exit code; a third is cancelled."""
    place = Place(slurm, tmp_path)
    rest = f"tail -n +{HALF + 1} {BERT}"
    good = slurm.submit(place.runs, place.halfway("good", rest))
    bad = slurm.submit(place.runs, place.halfway("bad", "echo 'srun: error: node: task 0: Exited with exit code 3' >&2; exit 3"))
    environment = [f"{name}={value}" for name, value in slurm.environment.items() if os.environ.get(name) != value]
    with Terminal(["env", *environment, program(), str(place.runs)]) as terminal:

        def shows(job: str, state: str) -> bool:
            return any(f"slurm-{job}" in line and state in line for line in terminal.screen().split("\n"))

        def within(job: str, state: str) -> None:
            assert terminal.until(lambda: shows(job, state), f"{state} of job {job}") < WITHIN

        for job in (good, bad):
            place.until_slurm(job, "RUNNING")
            within(job, "running")
        place.open("good")
        within(good, "finished")
        place.open("bad")
        within(bad, "failed")
        third = slurm.submit(place.runs, place.halfway("never", "true"))
        place.until_slurm(third, "RUNNING")
        within(third, "running")
        slurm.cancel(third)
        within(third, "cancelled")
        assert "7.07812" in next(line for line in terminal.screen().split("\n") if f"slurm-{good}" in line)
        terminal.press("q")
        terminal.until(lambda: terminal.ended, "the end")
