"""The status line: how is watched, when was looked last, and what that costs."""

from __future__ import annotations

import asyncio

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, until_text, updates_of
from tui.feed.status import FeedStatus, Watched


class PollingFeed(FakeFeed):
    """A feed over a network file system."""

    def status(self) -> FeedStatus:
        nfs = Watched("poll", "other hosts' writes are silent there", "nfs4", "/home", 3)
        return FeedStatus((nfs,), looked_at=NOW - 3, every=2.0, cpu=0.004)


def test_method_last_look_and_own_cost_are_on_the_status_line() -> None:
    """A guest on a login node says what it does."""

    async def go() -> None:
        app = app_over(PollingFeed(updates_of(make_run("a"))))
        async with app.run_test(size=(120, 40)) as pilot:
            await until_text(pilot, "polling every 2 s, looked 3 s ago, 0.4 % CPU")

    asyncio.run(go())
