"""What the commands share: the refusal of wrong usage, the paths asked for and the runs under them, where data goes."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click

from tui.runs.ignore import wrong_pattern
from tui.runs.plaintext import plain
from tui.runs.run import Run
from tui.runs.scheduled import asked_for
from tui.runs.workspace import Workspace


class Refused(click.ClickException):
    """Wrong usage or unreadable input: one line that names it and the remedy, status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        complain(self.message)


no_queue_option = click.option(
    "--no-queue", "queue", is_flag=True, flag_value=False, default=True,
    help="Do not ask squeue, qstat or csctl about the jobs of runs whose end no log proves.",
)  # fmt: skip


def _patterns(_context: click.Context, _option: click.Parameter, patterns: tuple[str, ...]) -> tuple[str, ...]:
    if (wrong := wrong_pattern(patterns)) is not None:
        raise Refused(f"--ignore {wrong}: not a pattern; write it as in .gitignore")
    return patterns


ignore_option = click.option(
    "--ignore", multiple=True, metavar="PATTERN", callback=_patterns,
    help="Do not look at such files or directories; as a line of .gitignore, or of a .bedwatchignore in PATH.",
)  # fmt: skip


def interactive() -> bool:
    """Whether there is a terminal to draw on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int | None:
    """The terminal's width; None for a pipe, where nothing is cut."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None


def coloured() -> bool:
    """Whether standard output takes colour."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def complain(why: str) -> None:
    """A line on standard error."""
    click.echo(plain(f"bedwatch: {why}"), err=True)


def need(paths: Sequence[str]) -> None:
    """Refuse paths that are not there or may not be read."""
    for path in paths:
        if not os.path.exists(path):
            raise Refused(f"{path}: no such file or directory; name a run directory or a log")
        if not os.access(path, os.R_OK):
            raise Refused(f"{path}: permission denied; ask its owner for read permission")


def not_watched(output: str, paths: Sequence[str]) -> None:
    """Refuse to write to a log that is read, or into a directory that is watched: nothing is ever written there."""
    target = os.path.realpath(output)
    for path in paths:
        real = os.path.realpath(path)
        if target == real or (os.path.isdir(real) and target.startswith(os.path.join(real, ""))):
            raise Refused(f"{output}: in {path}, which is only read and never written to; name a place outside it")


def runs_under(paths: Sequence[str], *, queue: bool = False, ignore: Sequence[str] = ()) -> list[Run]:
    """The runs under some paths, read once; with `queue`, schedulers are asked about those whose end no log proves."""
    need(paths)
    workspace = Workspace(paths, ignore)
    workspace.read()
    return runs_of(workspace, queue=queue)


def runs_of(workspace: Workspace, *, queue: bool = False) -> list[Run]:
    """The runs of a workspace that was read, as of now."""
    runs = workspace.runs(time.time())
    for pointer in workspace.loose_pointers(runs):
        complain(f"{pointer.name} holds no run: it says that the output of its job is in {pointer.target}")
    wanted = asked_for(runs, {file.name: file.path for file in workspace.files.values()}) if queue else {}
    if not wanted:
        return runs
    from tui.feed.queue import ask_now

    jobs, trouble = ask_now(wanted)
    if trouble:
        complain(f"{trouble}; states are from the logs alone")
    return workspace.runs(time.time(), jobs) if jobs else runs


def print_table(runs: Sequence[Run]) -> None:
    """The table of runs, for the terminal or the pipe that is there."""
    from tui.report.table import table

    click.echo(table(runs, time.time(), width=columns(), colour=coloured()), color=sys.stdout.isatty())


def write(data: bytes, output: str | None) -> None:
    """Data to a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise Refused(f"{output}: {error.strerror}; name a file that can be written") from error
