"""`bedwatch [PATH ...]`: the dashboard, or the table where there is no terminal to draw on."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tui.commands.asked import ignore_option, interactive, need, no_queue_option, print_table, runs_of
from tui.commands.looking import feed_of, looking_options, read_once, settings
from tui.commands.looks import Looks, looks_of, looks_options
from tui.commands.notices import notice_options, notifier, words_of
from tui.garbage import Garbage

if TYPE_CHECKING:
    from tui.feed.watch import Feed

SWITCH = 0.001
"""Seconds for which the thread that reads logs may keep the one that draws waiting."""


@click.command(hidden=True)
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@ignore_option
@no_queue_option
@looking_options
@notice_options
@looks_options
def watch(
    paths: tuple[str, ...], ignore: tuple[str, ...], queue: bool, method: str | None, cache: bool, bell: bool, notify: bool,
    on_event: str | None, ascii: bool, theme: str | None, reduced_motion: bool,
) -> None:  # fmt: skip
    """The dashboard over run directories or logs."""
    paths = paths or (".",)
    words = words_of(on_event)
    if not interactive():
        need(paths)
        print_table(runs_of(read_once(paths, ignore, cache=cache), queue=queue))
        return
    need(paths)
    config = settings(method, cache)
    feed = feed_of(paths, ignore, config)
    looks = looks_of(config, ascii, theme, reduced_motion)
    dashboard(paths, looks, feed=feed, queue=queue, bell=bell, notify=notify, command=words)


def dashboard(
    paths: Sequence[str], looks: Looks, where: str = "", *, feed: Feed | None = None, queue: bool = False, bell: bool = False,
    notify: bool = False, command: Sequence[str] = (),
) -> None:  # fmt: skip
    """Open the dashboard over some paths, or a feed of them, until its user leaves it; `where` stands in its title in their
    place, where they are of no lasting interest."""
    for name in ("COLUMNS", "LINES"):  # a shell may export them: they stand for a size that the terminal has no more
        os.environ.pop(name, None)
    sys.setswitchinterval(SWITCH)
    garbage = Garbage()
    garbage.begin()
    from tui.app import BedwatchApp
    from tui.feed.notify import Herald
    from tui.feed.watch import Feed
    from tui.remembered import Memory, state_directory
    from tui.theme import DARK

    feed = feed or Feed(paths)
    app = BedwatchApp(
        feed, where=where or "  ".join(paths), only_ascii=looks.only_ascii, few_colours=looks.few_colours,
        theme=looks.theme or DARK, reduced_motion=looks.reduced_motion, keys=looks.keys,
        memory=Memory(state_directory(), paths) if looks.remember and not where else None,
    )  # fmt: skip
    if bell or notify or command:
        app.herald = Herald(notifier(bell, notify, command, app.complain), lambda: feed.caught_up and app.drawn)
    app.at_rest = garbage.rest
    if queue:
        from tui.feed.queue import QueueWatch

        app.queue = QueueWatch(app.wanted_jobs)
    app.run()
    gc.freeze()  # else Python looks through all runs once more before it ends: 160 ms
