"""`bedwatch check` and `bedwatch formats`: how logs are read, and what is known of them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.commands.asked import Refused, columns, need


@click.command()
@click.argument("log", type=click.Path(readable=False))
def check(log: str) -> None:
    """How a log is read: the format and why, what each line meant, and what was not recognised."""
    from parsers.explain import explain
    from tui.report.checked import check_text

    need((log,))
    try:
        data = Path(log).read_bytes()
    except OSError as error:
        raise Refused(f"{log}: {error.strerror}; name a log file") from error
    click.echo(check_text(log, explain(data, log), columns()))


@click.command()
@click.option("--test", "tested", is_flag=True, help="Hold every line kind against its own samples.")
def formats(tested: bool) -> None:
    """The known formats: versions, line kinds, samples."""
    from tui.report.formats import formats_text, samples_text

    text, good = samples_text() if tested else (formats_text(), True)
    click.echo(text)
    if not good:
        sys.exit(1)
