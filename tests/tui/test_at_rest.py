"""Nothing is drawn that did not change: what goes to the terminal when only the time goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

import tui.app
from tests.tui.fake import NOW, FakeFeed, make_run, sample_updates, screen_text, until, until_text, updates_of
from tui.app import BedwatchApp
from tui.feed.watch import Update
from tui.narrow import Narrow

SIZE = (120, 40)


class Watched(BedwatchApp):
    """Counts every frame: the parts of rows that it draws, or the whole screen where it is of another kind."""

    CSS_PATH = Path(tui.app.__file__).with_name("app.tcss")

    def __init__(self, feed: FakeFeed) -> None:
        self.now = NOW
        self.parts: list[Region] = []
        super().__init__(feed, clock=lambda: self.now, where="runs")

    def _display(self, screen: Screen[object], renderable: object) -> None:
        if renderable is not None:
            spans = getattr(renderable, "spans", [(0, 0, screen.size.width)])
            self.parts += [Region(begin, y, end - begin, 1) for y, begin, end in spans]
        super()._display(screen, renderable)  # type: ignore[arg-type]


async def next_board(pilot: Pilot[None], app: Watched) -> None:
    """Until the board of the next second was drawn, with all that follows from it."""
    drawn = app.turns.drawn_at
    await until(pilot, lambda: app.turns.drawn_at > drawn and app.drawn, "the next board")
    await pilot.pause()


async def at_rest(pilot: Pilot[None], app: Watched) -> None:
    """Until a board at the same moment draws nothing any more."""
    await until_text(pilot, "finished")
    for _ in range(9):
        app.parts.clear()
        await next_board(pilot, app)
        if not app.parts:
            return
    raise AssertionError(f"drawn without end: {app.parts}")


async def a_second_later(pilot: Pilot[None], app: Watched) -> None:
    """The clock goes on, and the board of that moment is drawn."""
    app.now += 1
    await next_board(pilot, app)


def young_and_old() -> list[Update]:
    """Three runs of just now, two of hours ago."""
    runs = [make_run(f"young{number}", modified=NOW - 10 - number) for number in range(3)]
    return updates_of(*runs, *(make_run(f"old{number}", modified=NOW - 20_000) for number in range(2)))


@pytest.mark.anyio
async def test_only_ages_that_changed_are_drawn_a_second_later() -> None:
    """Three cells, each as wide as its column; all else on the screen stays as it is, and is not drawn."""
    app = Watched(FakeFeed(young_and_old()))
    async with app.run_test(size=SIZE) as pilot:
        await at_rest(pilot, app)
        before = screen_text(app).splitlines()
        await a_second_later(pilot, app)
        after = screen_text(app).splitlines()
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert len(changed) == 3 and [part.y for part in sorted(app.parts, key=lambda part: part.y)] == changed
        for part in app.parts:
            assert part.width <= 6
            old, new = before[part.y], after[part.y]
            assert old[: part.x] == new[: part.x] and old[part.right :] == new[part.right :]
            assert new[part.x : part.right].strip().endswith(" s")


@pytest.mark.anyio
async def test_nothing_at_all_is_drawn_where_no_age_tells_seconds(tmp_path: Path) -> None:
    """Of runs that are hours old, samples of all testbeds among them."""
    updates = [*sample_updates(tmp_path), *updates_of(make_run("old"))]
    app = Watched(FakeFeed(updates))
    async with app.run_test(size=SIZE) as pilot:
        app.now += 40_000
        await at_rest(pilot, app)
        for _ in range(3):
            await a_second_later(pilot, app)
        assert app.parts == []


@pytest.mark.parametrize(("span", "written"), [
    ((0, 10), "\x1b[1;1Habcde\x1b[1;6HFGHIJ"), ((2, 4), "\x1b[1;3Hcd"), ((4, 7), "\x1b[1;5He\x1b[1;6HFG"), ((5, 10), "\x1b[1;6HFGHIJ"),
])
def test_a_part_of_a_row_is_drawn_from_where_it_begins(span: tuple[int, int], written: str) -> None:
    """And ends where it ends, also across two widgets."""
    row = {0: Strip([Segment("abcde")]), 5: Strip([Segment("FGHIJ")])}
    assert Narrow([row], [(0, *span)], [[5, 10]]).render_segments(Console(color_system=None)) == written
