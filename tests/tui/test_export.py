"""Pausing, choosing columns, and writing what is seen to a file outside the watched directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.fake import FakeFeed, app_over, make_run, screen_text, until, until_text, updates_of
from tui.runs.run import Reading, Spot
from tui.screens.export import ExportScreen, suggested, watched

pytestmark = pytest.mark.anyio
ONE = make_run("one")
TWO = make_run("two", metrics={"throughput": Reading("throughput", 6717.07, Spot("two", 9), 1000)})


def test_a_watched_directory_is_never_suggested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by another name of it, nor beside a watched log; where here and home are watched the user must say."""
    runs, home = tmp_path / "runs", tmp_path / "home"
    for directory in (runs, home):
        directory.mkdir()
    (runs / "a.log").write_text("")
    (tmp_path / "link").symlink_to(runs)
    assert watched(str(tmp_path / "link" / "x.md"), [str(runs)]) and watched(str(runs / "x.md"), [str(runs / "a.log")])
    assert not watched(str(tmp_path / "runs.md"), [str(runs)])
    monkeypatch.chdir(runs)
    monkeypatch.setenv("HOME", str(home))
    assert suggested("x.md", [str(runs)]) == str(home / "x.md")
    assert suggested("x.md", [str(tmp_path)]) == "x.md"


async def test_the_table_and_the_diff_are_written_as_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """w asks for the file; a watched directory is refused, a file that is there is replaced only when asked twice."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    app = app_over(FakeFeed(updates_of(ONE, TWO), paths=(str(tmp_path / "runs"),)))
    async with app.run_test(size=(160, 40)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("w")
        await until_text(pilot, "bedwatch-runs.md")
        await pilot.press("enter")
        table = tmp_path / "out" / "bedwatch-runs.md"
        await until(pilot, table.exists, "the table's file")
        assert "| one" in table.read_text() or "one" in table.read_text().split("|", 3)[-1]
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        await pilot.press("enter")
        await until_text(pilot, "Enter again replaces it")
        await pilot.press("escape", "d")
        await until_text(pilot, "diff of 2 runs")
        await pilot.press("w")
        await until_text(pilot, "bedwatch-diff.md")
        screen = app.screen
        entry = screen.query_one("#file")
        entry.value = str(tmp_path / "runs" / "x.md")  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until_text(pilot, "which is only read")
        entry.value = str(tmp_path / "out" / "d.md")  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, (tmp_path / "out" / "d.md").exists, "the diff's file")
        assert "6,717.07" in (tmp_path / "out" / "d.md").read_text() and not list((tmp_path / "runs").iterdir())


async def test_paused_the_screen_stands_still() -> None:
    """p keeps what is seen until p again; news are kept, not lost."""
    feed = FakeFeed(updates_of(ONE))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "1 run in 1 file")
        await pilot.press("p")
        await until_text(pilot, "paused: p goes on")
        feed.give(*updates_of(TWO))
        await until(pilot, lambda: app.drawn and len(app._files) == 2, "the news")
        assert "two" not in screen_text(app)
        await pilot.press("p")
        await until_text(pilot, "2 runs in 2 files")
        assert "paused" not in screen_text(app)
