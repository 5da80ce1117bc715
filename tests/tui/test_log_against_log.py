"""The screen of two logs against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.fake import FakeFeed, app_over, make_run, screen_text, until, until_text
from tui.app import BedwatchApp
from tui.feed.watch import Update
from tui.runs.run import Source
from tui.screens.diff import DiffScreen
from tui.screens.log import LogScreen
from tui.screens.logdiff import LogDiffScreen

pytestmark = pytest.mark.anyio


def _log(batch: int, loss: float, day: int, tail: str = "") -> str:
    lines = [f"2024-04-{day:02} 05:47:{at % 60:02},123 INFO: line {at} of the beginning" for at in range(60)]
    lines += [f"2024-04-{day:02} 06:00:00,000 INFO: batch_size={batch}"]
    lines += [f"2024-04-{day:02} 06:01:{at % 60:02},000 INFO: the same all the while {at}" for at in range(40)]
    lines += [f"2024-04-{day:02} 06:02:00,000 INFO: Step=100, Loss={loss}, Rate={batch}.5 samples/sec [@click=app.quit]x[/]", "wsjob-a1b2 ended" + tail]
    return "\n".join(lines) + "\n"


def _app(directory: Path, *logs: str) -> BedwatchApp:
    updates = []
    for name, text in zip(("one", "two", "zen"), logs, strict=False):
        path = directory / f"{name}.log"
        path.write_text(text)
        sources = (Source(f"{name}.log", 1, text.count("\n"), "log"),)
        updates.append(Update(str(path), (make_run(name, path=f"{name}.log", sources=sources, elapsed=len(updates)),)))
    return app_over(FakeFeed(updates))


async def test_only_what_really_differs_is_shown(tmp_path: Path) -> None:
    """The batch and the loss; not the times. n and N go from change to change, z shows every line, W wraps, Enter opens the log."""
    app = _app(tmp_path, _log(512, 7.5, 7), _log(1024, 7.25, 9))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d")
        await until_text(pilot, "diff of 2 runs")
        await pilot.press("l")
        await until_text(pilot, "change 1 of 2")
        text = screen_text(app)
        for part in ("A one", "B two", "− 2024-04-07 06:00:00,000 INFO: batch_size=512", "+ 2024-04-09 06:00:00,000 INFO: batch_size=1024",
                     "⋯ 58 lines alike", "⋯ 36 lines alike", "Loss=7.5,", "Loss=7.25,", "101 alike, 2 changed", "[@click=app.quit"):  # fmt: skip
            assert part in text, part
        assert "line 5 of the beginning" not in text
        await pilot.press("n")
        await until_text(pilot, "change 2 of 2")
        await pilot.press("n")
        await until_text(pilot, "No change further down")
        await pilot.press("N")
        await until_text(pilot, "change 1 of 2")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LogScreen))
        await until_text(pilot, "line 61 of 103")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, LogDiffScreen))
        await pilot.press("z")
        await until_text(pilot, "line 55 of the beginning")
        await pilot.press("z", "W", "j", "k", "pagedown", "pageup", "G", "g")
        await until_text(pilot, "⋯ 58 lines alike")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))


async def test_logs_stand_beside_each_other_where_there_is_room(tmp_path: Path) -> None:
    """The pair of a changed line is one row, with the numbers of both logs."""
    app = _app(tmp_path, _log(512, 7.5, 7), "a line more\n" + _log(1024, 7.25, 9))
    async with app.run_test(size=(160, 40)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d", "l")
        await until_text(pilot, "of 3")
        await until_text(pilot, "batch_size=1024")
        row = next(line for line in screen_text(app).splitlines() if "batch_size=512" in line)
        assert "61 − " in row and "62 + " in row and "batch_size=1024" in row


async def test_l_goes_to_the_next_pair(tmp_path: Path) -> None:
    """The baseline's log against each of the others, in turn."""
    app = _app(tmp_path, _log(512, 7.5, 7), _log(1024, 7.25, 9), _log(512, 7.5, 8, " otherwise"))
    async with app.run_test(size=(100, 30)) as pilot:
        await until_text(pilot, "zen")
        await pilot.press("space", "space", "space", "d")
        await until_text(pilot, "diff of 3 runs")
        await pilot.press("l")
        await until_text(pilot, "of 2")
        await pilot.press("l")
        await until_text(pilot, "change 1 of 1")
        assert "ended otherwise" in screen_text(app) and "batch_size=1024" not in screen_text(app)
        await pilot.press("l")
        await until_text(pilot, "of 2")


async def test_logs_that_do_not_differ_say_so(tmp_path: Path) -> None:
    """Two runs of the same on two days."""
    app = _app(tmp_path, _log(512, 7.5, 7), _log(512, 7.5, 9))
    async with app.run_test(size=(100, 30)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d", "l")
        await until_text(pilot, "no difference")
        await until_text(pilot, "⋯ 103 lines alike")


async def test_a_log_that_is_gone_is_named(tmp_path: Path) -> None:
    """With what is wrong with it; nothing else breaks."""
    app = _app(tmp_path, _log(512, 7.5, 7), _log(512, 7.5, 9))
    (tmp_path / "two.log").unlink()
    async with app.run_test(size=(100, 30)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d", "l")
        await until_text(pilot, "No such file")
        await pilot.press("j", "n", "z", "enter", "escape")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))


async def test_leaving_while_logs_are_read_ends_the_reading(tmp_path: Path) -> None:
    """What was asked for is no longer wanted, and nothing is drawn of it."""
    app = _app(tmp_path, _log(512, 7.5, 7) * 200, _log(1024, 7.25, 9) * 200)
    async with app.run_test(size=(100, 30)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d", "l", "escape")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await until_text(pilot, "diff of 2 runs")
