"""`bedwatch show`: every run, once, for people and scripts; as rows for whatever reads tables."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import click

from tui.commands.asked import (
    Refused,
    complain,
    ignore_option,
    need,
    no_queue_option,
    not_watched,
    print_table,
    runs_of,
    write,
)  # fmt: skip
from tui.commands.looking import cache_option, read_once
from tui.garbage import seldom
from tui.runs.run import Run

if TYPE_CHECKING:
    import polars as pl

    from tui.report.written import FrameForm

_FORMS = ("table", "json", "ndjson", "csv", "markdown", "parquet")
_SERIES_FORMS = ("ndjson", "csv", "parquet")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option("--format", "form", type=click.Choice(_FORMS), default="table", show_default=True, help="For people or scripts.")
@click.option("--output", type=click.Path(), help="Write there instead of to standard output; with --partition, the directory.")
@click.option("--series", is_flag=True, help="A row for each point of every curve, instead of one for each run.")
@click.option("--partition", is_flag=True, help="Parquet in directories by testbed and date, for an archive of many runs.")
@click.option("--skipped", is_flag=True, help="Say on standard error what was passed over in the search for logs, and why.")
@ignore_option
@no_queue_option
@cache_option
@seldom()
def show(
    paths: tuple[str, ...], form: str, output: str | None, series: bool, partition: bool, skipped: bool, ignore: tuple[str, ...],
    queue: bool, cache: bool,
) -> None:  # fmt: skip
    """Every run, once.

    \b
    bedwatch show RUN_DIR --format parquet --output runs.parquet
    bedwatch show RUN_DIR --format parquet --partition --output ARCHIVE
    """
    paths = paths or (".",)
    _check(form, output, series, partition)
    need(paths)
    if output is not None:
        not_watched(output, paths)
    root, points = (os.sep if partition else None), (sys.maxsize if series else 0)
    workspace = read_once(paths, ignore, cache=cache, root=root, points_most=points)
    runs = runs_of(workspace, queue=queue)
    if skipped:
        _print_skipped(paths, ignore)
    files = {file.name: file.path for file in workspace.files.values()}
    if form == "table" and output is None:
        print_table(runs)
    elif partition and output is not None:
        _archive(runs, _frame(runs, files, series), output, series, paths)
    else:
        write(_rendered(runs, files, form, series), output)
    if not runs and form == "table":
        sys.exit(1)  # for people the answer is "no"; as data an empty document is a whole answer


def _check(form: str, output: str | None, series: bool, partition: bool) -> None:
    if series and form not in _SERIES_FORMS:
        raise Refused(f"--series gives rows of points: add --format {' or '.join(_SERIES_FORMS)}")
    if partition and (form != "parquet" or output is None):
        raise Refused("--partition writes parquet into a directory: add --format parquet and --output DIRECTORY")
    if form == "parquet" and output is None:
        raise Refused("parquet is no text: name a file with --output")
    if output is not None and not partition and os.path.isdir(output):
        raise Refused(f"{output}: a directory; name a file, or add --partition")
    if output is not None and partition and os.path.lexists(output) and not os.path.isdir(output):
        raise Refused(f"{output}: not a directory; name one for the archive")


def _print_skipped(paths: Sequence[str], ignore: Sequence[str]) -> None:
    from tui.report.skipped import skipped_lines
    from tui.runs.discover import skipped

    for line in skipped_lines(skipped(paths, ignore)):
        click.echo(line, err=True)


def _rendered(runs: Sequence[Run], files: dict[str, str], form: str, series: bool) -> bytes:
    if form == "json":
        from tui.report.as_json import runs_json

        return runs_json(runs).encode("utf-8", "replace") + b"\n"
    if form == "table":
        from tui.report.table import table

        return table(runs, time.time(), width=None, colour=False).encode("utf-8", "replace") + b"\n"
    from tui.report.frame import filled, short
    from tui.report.written import frame_bytes

    frame = _frame(runs, files, series)
    if form == "markdown":
        frame = short(frame)
    elif form == "csv" and not series:
        frame = filled(frame)
    return frame_bytes(frame, cast("FrameForm", form))


def _frame(runs: Sequence[Run], files: dict[str, str], series: bool) -> pl.DataFrame:
    if series:
        from tui.report.series import series_frame

        return series_frame(runs, files)
    from tui.report.frame import runs_frame

    return runs_frame(runs, files)


def _archive(runs: Sequence[Run], frame: pl.DataFrame, directory: str, series: bool, paths: Sequence[str]) -> None:
    from tui.report.archive import Foreign, date_of, write_archive

    table, key = ("series", "run") if series else ("runs", "id")
    top = os.path.join(directory, table)
    not_watched(top, paths)
    try:
        written = write_archive(frame, key, {run.id: date_of(run) for run in runs}, top, paths)
    except Foreign as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{error.filename or top}: {error.strerror}; name a directory that can be written") from error
    complain(f"rows of {len(runs)} runs in {len(written)} files below {top}")
