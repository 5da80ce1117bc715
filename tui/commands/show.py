"""`bedwatch show`: every run, once, for people and scripts."""

from __future__ import annotations

import time
from collections.abc import Sequence

import click

from tui.commands.asked import Refused, ignore_option, no_queue_option, print_table, runs_under, write
from tui.runs.run import Run


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "markdown", "parquet"]), default="table", show_default=True,
    help="For people, or for scripts.",
)
@click.option("--output", type=click.Path(dir_okay=False), help="Write there instead of to standard output.")
@click.option("--skipped", is_flag=True, help="Say on standard error what was passed over in the search for logs, and why.")
@ignore_option
@no_queue_option
def show(paths: tuple[str, ...], form: str, output: str | None, skipped: bool, ignore: tuple[str, ...], queue: bool) -> None:
    """Every run, once."""
    runs = runs_under(paths or (".",), queue=queue, ignore=ignore)
    if skipped:
        _print_skipped(paths or (".",), ignore)
    if form == "table" and output is None:
        print_table(runs)
        return
    if form == "parquet" and output is None:
        raise Refused("parquet is no text: name a file with --output")
    write(_rendered(runs, form), output)


def _print_skipped(paths: Sequence[str], ignore: Sequence[str]) -> None:
    from tui.report.skipped import skipped_lines
    from tui.runs.discover import skipped

    for line in skipped_lines(skipped(paths, ignore)):
        click.echo(line, err=True)


def _rendered(runs: Sequence[Run], form: str) -> bytes:
    if form == "json":
        from tui.report.as_json import runs_json

        return runs_json(runs).encode() + b"\n"
    if form == "table":
        from tui.report.table import table

        return table(runs, time.time(), width=None, colour=False).encode() + b"\n"
    from tui.report.frame import as_csv, as_markdown, as_parquet

    if form == "csv":
        return as_csv(runs)
    return as_markdown(runs) if form == "markdown" else as_parquet(runs)
