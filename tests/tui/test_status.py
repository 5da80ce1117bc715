"""The status line: how is watched, when was looked last, and what that costs."""

from __future__ import annotations

import asyncio

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, until_text, updates_of
from tui.feed.status import FeedStatus, Watched


class PollingFeed(FakeFeed):
    """A feed over a network file system."""

    looked = 3.0

    def status(self) -> FeedStatus:
        nfs = Watched("poll", "other hosts' writes are silent there", "nfs4", "/home", 3)
        return FeedStatus((nfs,), looked_at=NOW - self.looked, every=2.0, cpu=0.004)


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
