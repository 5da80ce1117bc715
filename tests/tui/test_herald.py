"""The dashboard has somebody told of what happens to its runs."""

from __future__ import annotations

import asyncio

from tests.tui.fake import FakeFeed, app_over, make_run, updates_of
from tui.app import BedwatchApp
from tui.feed.notify import Herald, Notifier
from tui.report.events import event_json


def test_a_run_that_ends_beside_the_screen_is_told_of() -> None:
    """What was there at first is not; a complaint of the user's command becomes a toast."""
    feed = FakeFeed(updates_of(make_run("a"), make_run("b", state="running")))
    app = app_over(feed)
    told: list[str] = []
    notifier = Notifier(
        notify=True, as_json=event_json, complain=app.complain, write=lambda text: bool(told.append(text)) or True, environ={}
    )
    app.herald = Herald(notifier, lambda: app.drawn)

    async def scenario() -> None:
        async with app.run_test() as pilot:
            while not looked(app):
                await pilot.pause(0.02)
            assert told == []
            feed.give(*updates_of(make_run("b", state="failed", version=2)))
            while not told:
                await pilot.pause(0.02)
            app.complain("[b]not markup[/b]")
            await pilot.pause()

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert told == ["\x1b]9;bedwatch: b: failed\a"]


def looked(app: BedwatchApp) -> bool:
    """Whether the herald knows the runs that were there at first."""
    return app.herald is not None and app.herald._calm >= 2
