"""The options by which somebody who looks elsewhere is told: bell, notification, a command of the user's own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from tui.commands.asked import Refused

if TYPE_CHECKING:
    from tui.feed.notify import Notifier


def notice_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which somebody who looks elsewhere is told of a run that finished, failed or stalled, or of a NaN."""
    when = "when a run ends or stalls, or a figure is not a number"
    bell = click.option("--bell", is_flag=True, help=f"Ring the terminal's bell {when}.")
    notify = click.option("--notify", is_flag=True, help="And let the terminal show a notification (OSC 9 or 777, through tmux).")
    on_event = click.option(
        "--on-event", metavar="COMMAND", help="And run this, without a shell, with the event as JSON on its standard input."
    )
    return bell(notify(on_event(command)))


def words_of(on_event: str | None) -> list[str]:
    """The words of the user's own command, which must be there to be run."""
    if on_event is None:
        return []
    from tui.feed.notify import command_of

    try:
        return command_of(on_event)
    except ValueError as error:
        raise Refused(f"--on-event: {error}") from error


def notifier(
    bell: bool, notify: bool, command: Sequence[str], complain: Callable[[str], None], output: int = subprocess.DEVNULL
) -> Notifier:
    """What tells them; the command's own output goes to the file descriptor `output`."""
    from tui.feed.notify import Notifier
    from tui.report.events import event_json

    return Notifier(bell=bell, notify=notify, command=command, as_json=event_json, complain=complain, output=output)
