"""Whatever is done to a directory while it is watched: in the end the runs are those of a look from scratch."""

from __future__ import annotations

import os
import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from tests.feed.test_watch import NEVER, STEP, Watcher, following
from tui.feed.filesystems import Method
from tui.feed.poll import Pace
from tui.runs.run import Run
from tui.runs.workspace import Workspace

Told = list[tuple[str, float, int, int]]


def told(runs: tuple[Run, ...]) -> Told:
    return [(run.id, (loss := run.metrics["loss"]).value, len(run.series["loss"]), loss.spot.line) for run in runs]


def from_scratch(root: Path) -> dict[str, Told]:
    workspace = Workspace([str(root)])
    workspace.read()
    return {path: told(tuple(file.runs(4e9))) for path, file in workspace.files.items()}


class Upheaval:
    """Does things to a directory, by the dice."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.dice = random.Random(seed)
        self.number = 0

    def act(self) -> None:
        self.number += 1
        line = STEP.format(step=self.number, loss=self.number)
        logs = [path for path in self.root.rglob("*.log") if path.is_file()]
        below = [path for path in self.root.rglob("*") if path.is_dir()]
        anywhere = self.dice.choice([self.root, *below])
        what = self.dice.choice(["write"] * 6 + ["new"] * 3 + ["directory", "remove", "rename", "delete", "restart", "replace", "move"])
        if what == "new":
            (anywhere / f"{self.number}.log").write_text(line)
        elif what == "directory":
            (anywhere / f"d{self.number}" / "x").mkdir(parents=True)
        elif what == "remove" and below:
            shutil.rmtree(self.dice.choice(below))
        elif what == "move" and below:
            with suppress(OSError):
                self.dice.choice(below).rename(anywhere / f"m{self.number}")
        elif logs:
            self._to_a_log(what, self.dice.choice(logs), anywhere, line)

    def _to_a_log(self, what: str, log: Path, anywhere: Path, line: str) -> None:
        if what == "write":
            with log.open("a") as file:
                file.write(line)
        elif what == "rename":
            log.rename(anywhere / f"{self.number}.log")
        elif what == "delete":
            log.unlink()
        elif what == "restart":
            log.write_text(line)
        elif what == "replace":
            (log.parent / ".aside").write_text(log.read_text() + line if self.dice.random() < 0.5 else line)
            os.replace(log.parent / ".aside", log)


@pytest.mark.parametrize(("method", "pace"), [("inotify", NEVER), ("poll", Pace(0.02, 0.05))])
@pytest.mark.parametrize("seed", range(20))
def test_in_the_end_all_is_known(tmp_path: Path, seed: int, method: Method, pace: Pace) -> None:
    """Nothing lost, nothing read twice, nothing left of what is gone; looks come at any moment."""
    upheaval = Upheaval(tmp_path, seed)

    async def scenario(watcher: Watcher) -> None:
        for _ in range(10):
            for _ in range(upheaval.dice.randint(1, 12)):
                upheaval.act()
            if upheaval.dice.random() < 0.5:
                await watcher.until(lambda: watcher.feed.caught_up)
        expected = from_scratch(tmp_path)
        await watcher.until(lambda: {path: told(runs) for path, runs in watcher.runs.items() if runs} == expected)

    following(tmp_path, scenario, method=method, pace=pace)
