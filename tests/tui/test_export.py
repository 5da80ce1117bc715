"""Pausing, choosing columns, and writing what is seen to a file outside the watched directories."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.tui.fake import FakeFeed, app_over, make_run, sample_updates, screen_text, until, until_text, updates_of
from tui.cli import main
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


@pytest.mark.parametrize("everything", [False, True])
async def test_the_screen_writes_what_the_command_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, everything: bool) -> None:
    """Byte for byte the Markdown of `bedwatch diff`, with the baseline that b chose, with the rows that o shows."""
    updates = sample_updates(tmp_path)
    monkeypatch.chdir(tmp_path / "sample_runs")
    out = tmp_path / "d.md"
    app = app_over(FakeFeed(updates, paths=(str(tmp_path / "sample_runs"),)))
    async with app.run_test(size=(160, 40)) as pilot:
        await until_text(pilot, "bert_large_bs1024")
        await pilot.press("4")
        await until_text(pilot, "gpt3_111m_unfinished")
        await pilot.press("j", "space", "space", "space", "d", "b", *(["o"] if everything else []))
        await until_text(pilot, "diff of 3 runs")
        await until_text(pilot, "all rows" if everything else "only differences")
        await pilot.press("w")
        await until_text(pilot, "bedwatch-diff.md")
        app.screen.query_one("#file").value = str(out)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, out.exists, "the diff's file")
    logs = [f"cerebras/bert_large_bs{batch}/mytest.log" for batch in (1024, 2048, 512)]
    words = ["diff", *logs, "--baseline", logs[1], "--format", "markdown", *(["--all"] if everything else [])]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == result.stdout_bytes


async def test_paused_the_screen_stands_still() -> None:
    """p keeps what is seen until p again; news are kept, not lost."""
    feed = FakeFeed(updates_of(ONE))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "1 run in 1 file")
        await pilot.press("p")
        await until_text(pilot, "paused: p goes on")
        feed.give(*updates_of(TWO))
        await until(pilot, lambda: app.drawn and len(app._judging.files) == 2, "the news")
        assert "two" not in screen_text(app)
        await pilot.press("p")
        await until_text(pilot, "2 runs in 2 files")
        assert "paused" not in screen_text(app)
