"""`bedwatch [PATH ...]`: the dashboard, or the table where there is no terminal to draw on."""

from __future__ import annotations

from collections.abc import Sequence

import click

from tui.commands.asked import ignore_option, interactive, need, no_queue_option, print_table, runs_under
from tui.commands.looks import few_colours, only_ascii
from tui.commands.notices import notice_options, notifier, words_of


@click.command(hidden=True)
@click.argument("paths", nargs=-1, type=click.Path())
@ignore_option
@no_queue_option
@notice_options
@click.option("--ascii", is_flag=True, help="Draw with signs of ASCII only, as where the locale has no others.")
def watch(
    paths: tuple[str, ...], ignore: tuple[str, ...], queue: bool, bell: bool, notify: bool, on_event: str | None, ascii: bool
) -> None:
    """The dashboard over run directories or logs."""
    paths = paths or (".",)
    words = words_of(on_event)
    if not interactive():
        print_table(runs_under(paths, queue=queue, ignore=ignore))
        return
    need(paths)
    dashboard(paths, ignore=ignore, queue=queue, bell=bell, notify=notify, command=words, ascii=ascii)


def dashboard(
    paths: Sequence[str], where: str = "", *, ignore: Sequence[str] = (), queue: bool = False, bell: bool = False,
    notify: bool = False, command: Sequence[str] = (), ascii: bool = False,
) -> None:  # fmt: skip
    """Open the dashboard over some paths until its user leaves it; `where` stands in its title in their place."""
    from tui.app import BedwatchApp
    from tui.feed.notify import Herald
    from tui.feed.watch import Feed

    feed = Feed(paths, ignore=ignore)
    signs, colours = ascii or only_ascii(), few_colours()
    app = BedwatchApp(feed, where=where or "  ".join(paths), only_ascii=signs, few_colours=colours)
    if bell or notify or command:
        app.herald = Herald(notifier(bell, notify, command, app.complain), lambda: feed.caught_up and app.drawn)
    if queue:
        from tui.feed.queue import QueueWatch

        app.queue = QueueWatch(app.wanted_jobs)
    app.run()
