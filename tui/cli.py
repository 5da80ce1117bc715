"""The commands. Textual and polars are imported only by the command that needs them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

import click

from tui.runs.workspace import Workspace


@click.group()
def main() -> None:
    """bedwatch"""


def read_workspace(paths: Sequence[str]) -> Workspace:
    """The runs under some paths, read once; ends the program with status 2 when a path cannot be read."""
    for path in paths:
        if not os.path.exists(path):
            click.echo(f"bedwatch: {path}: no such file or directory; name a run directory or a log", err=True)
            sys.exit(2)
    workspace = Workspace(paths)
    workspace.read()
    return workspace


@main.command()
@click.argument("paths", nargs=-1)
@click.option("--format", "form", default="table")
def show(paths: tuple[str, ...], form: str) -> None:
    """Every run, once."""
    from tui.report.as_json import runs_json

    workspace = read_workspace(paths or (".",))
    click.echo(runs_json(workspace.runs(time.time())))
