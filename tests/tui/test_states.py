"""Where there is nothing to show, a sentence says what happened and what to do next, at 80x24 too."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.fake import SAMPLES, FakeFeed, app_over, make_run, screen_text, until, until_text
from tui.app import BedwatchApp
from tui.feed.watch import Feed, Update
from tui.screens.log import LogScreen
from tui.screens.overview import OverviewScreen

pytestmark = pytest.mark.anyio
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)


def scene(directory: Path, names: str = "alpha beta gamma") -> tuple[BedwatchApp, FakeFeed, Callable[[str], None]]:
    """Runs with a log each, and how one is deleted: from the disk and from the feed."""
    feed = FakeFeed()
    logs = {name: directory / f"{name}.log" for name in names.split()}
    for name, log in logs.items():
        log.write_text("".join(f"line {number}\n" for number in range(1, 101)))
        feed.give(Update(str(log), (make_run(name, path=log.name),)))

    def delete(name: str) -> None:
        logs[name].unlink()
        feed.give(Update(str(logs[name]), ()))

    return app_over(feed), feed, delete


async def said(pilot: Pilot[None], *texts: str) -> None:
    """All of these, wherever lines are broken."""
    app = pilot.app
    assert isinstance(app, BedwatchApp)
    for text in texts:
        await until(pilot, lambda text=text: text in " ".join(screen_text(app).split()), repr(text))


@SIZES
async def test_a_run_whose_log_was_deleted(tmp_path: Path, size: tuple[int, int]) -> None:
    """The run screen says so and how to leave; nothing speaks of a run that was not selected. It comes back with its log."""
    app, feed, delete = scene(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter")
        await until_text(pilot, "x axis")
        delete("alpha")
        await said(pilot, "log is gone", "Esc goes back")
        assert "No run selected" not in screen_text(app)
        await pilot.press("x", "s", "plus", "left", "enter", "l", "down")
        feed.give(Update(str(tmp_path / "alpha.log"), (make_run("alpha", path="alpha.log"),)))
        await said(pilot, "by step", "finished")


@SIZES
async def test_a_log_that_vanished_under_its_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    """It is named, with how to leave; searching says so too."""
    app, _, delete = scene(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("l")
        await until_text(pilot, "line 100")
        delete("alpha")
        await said(pilot, "alpha.log", "No such file", "Esc goes back")
        await pilot.press("slash", "x", "enter", "e")
        await pilot.pause()
        assert isinstance(app.screen, LogScreen)


@SIZES
async def test_a_search_that_finds_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    """What was looked for, and the key for another search."""
    app, _, _ = scene(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("l", "slash", *"needle", "enter")
        await said(pilot, "“needle”: none in this log; / for another")


@SIZES
async def test_a_diff_whose_runs_go(tmp_path: Path, size: tuple[int, int]) -> None:
    """The others stay; where none is left it says so and how to leave."""
    app, _, delete = scene(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "gamma")
        await pilot.press("space", "space", "d")
        await until_text(pilot, "diff of 2 runs")
        delete("beta")
        await said(pilot, "1 of the runs gone", "alpha")
        delete("alpha")
        await said(pilot, "logs of these runs are gone", "Esc goes back")
        await pilot.press("o", "b", "right", "w", "escape", "escape")
        await until_text(pilot, "gamma")


@SIZES
async def test_a_tab_and_a_filter_without_runs(tmp_path: Path, size: tuple[int, int]) -> None:
    """Which key shows runs again; a term that is wrong is named."""
    app, _, _ = scene(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "gamma")
        await pilot.press("2")
        await said(pilot, "No runs on this testbed", "1 shows all testbeds")
        await pilot.press("enter", "d", "l", "m", "space", "w", "escape", "1", "slash", *"loss<x")
        await said(pilot, "No run matches “loss<x”", "Esc clears the filter")


@SIZES
async def test_a_log_that_cannot_be_read(tmp_path: Path, size: tuple[int, int]) -> None:
    """Its place and the reason stand where its lines would, on both screens."""
    app, feed, _ = scene(tmp_path, "alpha")
    directory = tmp_path / "a directory"
    directory.mkdir()
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "line 100")
        feed.give(Update(str(tmp_path / "alpha.log"), ()), Update(str(directory), (replace(make_run("beta", path="b.log"), version=3),)))
        await said(pilot, "Is a directory")
        await pilot.press("l")
        await said(pilot, "b.log", "Is a directory", "Esc goes back")
        await pilot.press("escape")
        assert isinstance(app.screen, OverviewScreen)


@SIZES
async def test_while_nothing_was_read_it_says_what_is_looked_at(size: tuple[int, int]) -> None:
    """And the keys do no harm."""
    app = app_over(FakeFeed())
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "Looking at runs")
        await pilot.press("enter", "d", "l", "m", "space", "S", "C", "j", "G", "pagedown", "escape")
        await until_text(pilot, "No runs yet")


@SIZES
async def test_a_directory_that_may_not_be_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    """It is named: that no log was found there says nothing."""
    (tmp_path / "locked").mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("tui.runs.discover.os.scandir", refuse)
    feed = Feed([str(tmp_path)], method="poll")
    app = BedwatchApp(feed, where="runs")
    async with app.run_test(size=size) as pilot:
        await said(pilot, "No runs yet", "locked cannot be looked into: ask its owner")
        await pilot.press("q")


@SIZES
async def test_a_directory_that_vanished(tmp_path: Path, size: tuple[int, int]) -> None:
    """It is not taken for a log of no known format, and what comes back is shown again."""
    runs = tmp_path / "runs"
    shutil.copytree(SAMPLES / "groq", runs)
    app = BedwatchApp(Feed([str(runs)], method="poll"), where="runs")
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "bert_tiny_default")
        runs.rename(tmp_path / "away")
        await pilot.press("r")
        await said(pilot, "No runs yet", "no file that could be a log", "is not there: deleted, moved or not mounted")
        assert "0 runs in 0 files" in screen_text(app) or size == (80, 24)
        (tmp_path / "away").rename(runs)
        await pilot.press("r")
        await until_text(pilot, "bert_tiny_default")
        await pilot.press("q")


@pytest.mark.parametrize("keys", ["", "enter", "enter y", "l", "d", "d l", "question_mark", "C", "w", "slash", "l slash"])
async def test_a_terminal_that_is_too_small_shows_nothing_but_that(tmp_path: Path, keys: str) -> None:
    """On every screen, and what was there is there again when it is large enough."""
    app, _, _ = scene(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press(*keys.split())
        await pilot.pause()
        await pilot.resize_terminal(40, 10)
        alone = ["Too", "small", "40x10", "here,", "60x15", "needed", "q", "quits"]
        await until(pilot, lambda: screen_text(app).split() == alone, "that alone")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "Too small" not in screen_text(app), "the screen again")
