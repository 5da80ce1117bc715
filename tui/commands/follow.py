"""`bedwatch follow`: live events as lines."""

from __future__ import annotations

import subprocess
import sys

import click

from tui.commands.asked import complain, ignore_option, need, no_queue_option
from tui.commands.looking import feed_of, looking_options, settings
from tui.commands.notices import notice_options, notifier, words_of


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option(
    "--format", "form", type=click.Choice(["text", "ndjson"]), default="text", show_default=True,
    help="For people, or for programs.",
)
@click.option(
    "--until-idle", is_flag=True,
    help="End when no run is live; the exit status is then 1 if a run here failed, was cancelled or stopped midway.",
)
@click.option(
    "--every", type=click.FloatRange(min=0), default=10.0, show_default=True, metavar="SECONDS",
    help="Least time between two lines on one run's progress.",
)
@ignore_option
@no_queue_option
@looking_options
@notice_options
def follow(
    paths: tuple[str, ...], form: str, until_idle: bool, every: float, ignore: tuple[str, ...], queue: bool,
    method: str | None, cache: bool, bell: bool, notify: bool, on_event: str | None,
) -> None:  # fmt: skip
    """Live events as lines: runs that appear, change state, enter a phase, progress and end; findings.

    \b
    bedwatch follow . --until-idle && next-step
    """
    from tui.feed.events import Happenings
    from tui.follow import follow as follow_lines
    from tui.report.events import event_json, event_line

    paths = paths or (".",)
    words = words_of(on_event)
    need(paths)
    output = sys.__stderr__.fileno() if sys.__stderr__ else subprocess.DEVNULL
    teller = notifier(bell, notify, words, complain, output=output)
    happenings = Happenings(feed_of(paths, ignore, settings(method, cache)), every=every)
    if queue:
        from tui.feed.queue import QueueWatch

        happenings.queue = QueueWatch(happenings.wanted)
    sys.exit(follow_lines(happenings, teller, event_line if form == "text" else event_json, until_idle=until_idle))
