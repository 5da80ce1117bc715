"""`bedwatch demo`: the sample runs replayed as live jobs."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from tui.commands.asked import Refused, interactive, print_table, runs_under
from tui.commands.looking import settings
from tui.commands.looks import looks_of, looks_options
from tui.commands.watch import dashboard


@click.command()
@click.option(
    "--speed", type=click.FloatRange(min=0.01),
    help="Times faster than the logs' own clock [default: the tour takes two minutes].",
)  # fmt: skip
@looks_options
def demo(speed: float | None, ascii: bool, theme: str | None, reduced_motion: bool) -> None:
    """A tour: the sample runs, replayed as live jobs into a temporary directory, in the dashboard."""
    from tui.feed.replay import play, sample_runs, schedule

    try:
        writes = schedule(sample_runs())
    except FileNotFoundError as error:
        raise Refused(f"{error}; install bedwatch anew") from error
    looks = looks_of(settings(), ascii, theme, reduced_motion) if interactive() else None
    with _temporary_directory() as directory:
        if looks is None:
            play(writes, Path(directory), None)
            print_table(runs_under((directory,)))
            return
        pace = ["--speed", str(speed)] if speed else []
        command = [sys.executable, "-m", "tui.feed.replay", directory, str(os.getpid()), *pace]
        none = subprocess.DEVNULL
        # in a session of its own, since a closed terminal must not end it before it tidied up
        writer = subprocess.Popen(command, stdin=none, stdout=none, stderr=none, start_new_session=True)
        try:
            dashboard((directory,), looks, where="demo: sample runs, replayed")
        finally:
            writer.terminate()
            writer.wait()


@contextlib.contextmanager
def _temporary_directory() -> Iterator[str]:
    directory = tempfile.mkdtemp(prefix="bedwatch-demo-")
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
