"""A feed under a test's control, runs made by hand, and what an app's screen says as plain text."""

from __future__ import annotations

import asyncio
import html
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tui.app import BedwatchApp
from tui.feed.watch import Update
from tui.runs.run import Amount, Finding, Parameter, Phase, Reading, Run, Spot
from tui.runs.series import Series
from tui.runs.workspace import Workspace

NOW = 1_790_000_000.0
SAMPLES = Path(__file__).parents[2] / "sample_runs"


class FakeFeed:
    """Hands on what a test gives it."""

    def __init__(self, updates: Sequence[Update] = (), paths: Sequence[str] = ("runs",)) -> None:
        self.paths = tuple(paths)
        self.refreshed = 0
        self.closed = False
        self._batches: asyncio.Queue[list[Update] | None] = asyncio.Queue()
        if updates:
            self.give(*updates)

    def give(self, *updates: Update) -> None:
        """A batch of news."""
        self._batches.put_nowait(list(updates))

    async def updates(self) -> AsyncIterator[list[Update]]:
        """The batches given, until closed."""
        while (batch := await self._batches.get()) is not None:
            yield batch

    def refresh(self) -> None:
        """Counted."""
        self.refreshed += 1

    def close(self) -> None:
        """Ends the updates."""
        self.closed = True
        self._batches.put_nowait(None)


def make_run(name: str, testbed: str = "cerebras", *, path: str = "", **changes: Any) -> Run:
    """A finished training run of three phases with a curve of ten readings."""
    path = path or f"{testbed}/{name}.log"
    series = {"throughput": Series(), "loss": Series()}
    begin = datetime(2026, 1, 2, 3, 4, 5)
    for step in range(100, 1100, 100):
        series["throughput"].append(4800.25 + step / 10, step, begin + timedelta(seconds=step), step)
        series["loss"].append(7.5 - step / 1000, step, begin + timedelta(seconds=step), step)
    spot = Spot(path, 12, "Training completed successfully!")
    fields: dict[str, Any] = {
        "id": f"{path}#1", "testbed": testbed, "format": testbed, "name": name, "path": path, "number": 1, "kind": "training",
        "state": "finished", "because": spot, "started_at": begin, "modified": NOW - 200, "elapsed": 1400.0,
        "progress": {"step": Amount(1000, 1000)},
        "phases": (
            Phase("compile", begin, 881.0, None, spot), Phase("load", begin + timedelta(seconds=881), 57.0, None, spot),
            Phase("train", begin + timedelta(seconds=938), 211.257, None, spot),
        ),
        "params": {"batch_size": Parameter("batch_size", 1024, spot)},
        "metrics": {"throughput": Reading("throughput", 4847.18, spot, 1000), "loss": Reading("loss", 7.07812, spot, 1000)},
        "series": series, "version": 1,
    }
    return Run(**(fields | changes))


def remark(message: str, severity: Any = "warning", code: str = "remark") -> Finding:
    """A finding."""
    return Finding(code, severity, message, Spot("x.log", 3))


def updates_of(*runs: Run) -> list[Update]:
    """One file a run."""
    return [Update(f"/nowhere/{run.path}", (run,)) for run in runs]


def sample_updates(directory: Path) -> list[Update]:
    """The sample runs, copied there so that their times can be fixed, as a feed would give them."""
    root = directory / "sample_runs"
    shutil.copytree(SAMPLES, root)
    for file in root.rglob("*"):
        os.utime(file, (NOW - 600, NOW - 600))
    workspace = Workspace([str(root)])
    workspace.read()
    return [Update(file.path, tuple(file.runs(NOW)), file.pointer) for file in workspace.files.values()]


def app_over(feed: FakeFeed) -> BedwatchApp:
    """The dashboard over a feed, its clock standing still."""
    return BedwatchApp(feed, clock=lambda: NOW, where="runs")


def screen_text(app: BedwatchApp) -> str:
    """What is on the screen, line by line."""
    rows: dict[int, dict[float, str]] = {}
    found = re.findall(r'<text[^>]* x="([\d.]+)"[^>]*line-(\d+)\)">(.*?)</text>', app.export_screenshot(), re.DOTALL)
    for x, row, text in found:
        rows.setdefault(int(row), {})[float(x)] = html.unescape(text).replace("\xa0", " ")
    lines = []
    for row in range(max(rows, default=0) + 1):
        line = ""
        for x, text in sorted(rows.get(row, {}).items()):
            line = line.ljust(round(x / 12.2)) + text
        lines.append(line.rstrip())
    return "\n".join(lines)


async def until(pilot: Pilot[None], true: Callable[[], bool], what: str = "it") -> None:
    """Wait for something to become so; fails with the screen when it does not."""
    for _ in range(400):
        if true():
            return
        await pilot.pause(0.01)
    assert isinstance(pilot.app, BedwatchApp)
    raise AssertionError(f"{what} did not come:\n{screen_text(pilot.app)}")


async def until_text(pilot: Pilot[None], text: str) -> None:
    """Wait for the screen to say something."""
    app = pilot.app
    assert isinstance(app, BedwatchApp)
    await until(pilot, lambda: text in screen_text(app), repr(text))
