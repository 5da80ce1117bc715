"""Pictures of the screens over the sample runs, the clock standing still. `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.fake import FakeFeed, app_over, sample_updates, screen_text, until, until_text
from tui.app import BedwatchApp

SIZES = [(80, 24), (120, 40)]


def settled(*keys: str, text: str, theme: str = "") -> Any:
    """Press keys once the runs are there, and wait for a text and for the log's end."""

    async def before(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, BedwatchApp)
        await until_text(pilot, "bert_large_bs1024" if app.size.height > 30 else "mnist_")
        await pilot.press(*keys)
        await until_text(pilot, text)
        await until(pilot, lambda: "\n…" not in screen_text(app), "the log's end")

    return before


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=str)
def test_overview(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    """Tabs, table, panes and log of the Cerebras runs."""
    app = app_over(FakeFeed(sample_updates(tmp_path)))
    assert snap_compare(app, terminal_size=size, run_before=settled("4", text="Processed 1024000"))


def test_overview_in_light(snap_compare: Any, tmp_path: Path) -> None:
    """The light theme."""
    app = app_over(FakeFeed(sample_updates(tmp_path)))
    assert snap_compare(app, terminal_size=(120, 40), run_before=settled("t", "4", text="Processed 1024000"))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_diff(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    """The two SambaNova submit logs: no training in either, and one compile skipped."""
    app = app_over(FakeFeed(sample_updates(tmp_path)))
    assert snap_compare(app, terminal_size=size, run_before=settled("2", "d", text="diff of 2 runs"))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_help(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    """The key table."""
    app = app_over(FakeFeed(sample_updates(tmp_path)))
    assert snap_compare(app, terminal_size=size, run_before=settled("question_mark", text="Show one testbed"))
