"""A screen that another covers is not drawn, and shows what came when it is seen again."""

from __future__ import annotations

import pytest

from tests.tui.fake import FakeFeed, app_over, make_run, screen_text, until, until_text, updates_of
from tui.screens.overview import OverviewScreen


@pytest.mark.anyio
async def test_news_is_drawn_on_the_screen_that_is_seen_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual would draw the covering screen anew wherever the one below changed."""
    drawn: list[int] = []
    show = OverviewScreen.show

    def counted(screen: OverviewScreen) -> None:
        drawn.append(1)
        show(screen)

    monkeypatch.setattr(OverviewScreen, "show", counted)
    feed = FakeFeed(updates_of(make_run("alpha")))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter")
        await until_text(pilot, "zoom in")
        drawn.clear()
        feed.give(*updates_of(make_run("beta")))
        await until(pilot, lambda: len(app._board.runs) == 2 and app.drawn, "the news")
        assert not drawn
        await pilot.press("escape")
        await until_text(pilot, "beta")
        assert drawn and "alpha" in screen_text(app)


@pytest.mark.anyio
async def test_news_is_drawn_below_a_screen_that_does_not_cover_it() -> None:
    """The palette lets the table be seen, so that goes on."""
    feed = FakeFeed(updates_of(make_run("alpha")))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        overview = app.screen
        await pilot.press("colon")
        await until(pilot, lambda: app.screen is not overview, "the palette")
        assert isinstance(overview, OverviewScreen)
        feed.give(*updates_of(make_run("beta")))
        await until(pilot, lambda: len(overview._listing.runs) == 2, "the news below it")
