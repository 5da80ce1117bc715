"""The status line: how is watched, when was looked last, and what that costs."""

from __future__ import annotations

import asyncio

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, screen_text, until, until_text, updates_of
from tui.feed.status import FeedStatus, Watched


class PollingFeed(FakeFeed):
    """A feed over a network file system."""

    looked = 3.0
    first = False
    unread = 0

    def status(self) -> FeedStatus:
        nfs = Watched("poll", "other hosts' writes are silent there", "nfs4", "/home", 3)
        return FeedStatus((nfs,), NOW - self.looked, 2.0, 0.004, self.unread, first=self.first)


def test_method_last_look_and_own_cost_are_on_the_status_line() -> None:
    """A guest on a login node says what it does; when it looked, only where that is late."""

    async def go() -> None:
        feed = PollingFeed(updates_of(make_run("a")))
        app = app_over(feed)
        async with app.run_test(size=(120, 40)) as pilot:
            await until_text(pilot, "polling every 2 s, under 1 % CPU")
            feed.looked = 600.0
            await until_text(pilot, "polling every 2 s, looked 10 min ago, under 1 % CPU")

    asyncio.run(go())


def test_that_not_all_is_read_yet_is_said_first() -> None:
    """Counts that will grow, and runs that are read half, are not taken for what there is; at every width."""

    async def go(size: tuple[int, int]) -> None:
        feed = PollingFeed(updates_of(make_run("a")))
        feed.first = True
        app = app_over(feed)
        async with app.run_test(size=size) as pilot:
            await until_text(pilot, "still reading · 1 run")
            feed.first, feed.unread = False, 12_345_678
            await until_text(pilot, "12 MB of history to read · 1 run")
            feed.unread = 0
            await until(pilot, lambda: "to read" not in screen_text(app))

    for size in ((80, 24), (120, 40)):
        asyncio.run(go(size))
