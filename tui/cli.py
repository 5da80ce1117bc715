"""The commands. Textual and polars are imported only by the command that needs them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from tui.runs.ignore import wrong_pattern
from tui.runs.run import Run
from tui.runs.scheduled import asked_for
from tui.runs.workspace import Workspace

if TYPE_CHECKING:
    from tui.feed.notify import Notifier


class _PathsOrCommand(click.Group):
    """A group whose first word, when it names no command, is a path for the dashboard."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = ["watch", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_PathsOrCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bedwatch", message="bedwatch %(version)s")
def main() -> None:
    """Watch a run directory of an AI testbed: SambaNova, Graphcore, Cerebras, Groq.

    \b
    bedwatch [PATH ...]   the dashboard over run directories or logs (default: here);
                          without a terminal, the table of `bedwatch show`
    """


_no_queue = click.option(
    "--no-queue", "queue", is_flag=True, flag_value=False, default=True,
    help="Do not ask squeue, qstat or csctl about the jobs of runs whose end no log proves.",
)


def _patterns(_context: click.Context, _option: click.Parameter, patterns: tuple[str, ...]) -> tuple[str, ...]:
    if (wrong := wrong_pattern(patterns)) is not None:
        raise _Refused(f"--ignore {wrong}: not a pattern; write it as in .gitignore")
    return patterns


_ignore = click.option(
    "--ignore", multiple=True, metavar="PATTERN", callback=_patterns,
    help="Do not look at such files or directories; as a line of .gitignore, or of a .bedwatchignore in PATH.",
)


def _notices(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which somebody who looks elsewhere is told of a run that finished, failed or stalled, or of a NaN."""
    when = "when a run ends or stalls, or a figure is not a number"
    bell = click.option("--bell", is_flag=True, help=f"Ring the terminal's bell {when}.")
    notify = click.option("--notify", is_flag=True, help="And let the terminal show a notification (OSC 9 or 777, through tmux).")
    on_event = click.option(
        "--on-event", metavar="COMMAND", help="And run this, without a shell, with the event as JSON on its standard input."
    )
    return bell(notify(on_event(command)))


@main.command(hidden=True)
@click.argument("paths", nargs=-1, type=click.Path())
@_ignore
@_no_queue
@_notices
def watch(paths: tuple[str, ...], ignore: tuple[str, ...], queue: bool, bell: bool, notify: bool, on_event: str | None) -> None:
    """The dashboard over run directories or logs."""
    paths = paths or (".",)
    words = _command(on_event)
    if not interactive():
        _print_table(_runs(paths, queue=queue, ignore=ignore))
        return
    _need(paths)
    _dashboard(paths, ignore=ignore, bell=bell, notify=notify, command=words)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
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
@_ignore
@_no_queue
@_notices
def follow(
    paths: tuple[str, ...], form: str, until_idle: bool, every: float, ignore: tuple[str, ...], queue: bool,
    bell: bool, notify: bool, on_event: str | None,
) -> None:
    """Live events as lines: runs that appear, change state, enter a phase, progress and end; findings.

    \b
    bedwatch follow . --until-idle && next-step
    """
    from tui.feed.events import Happenings
    from tui.feed.watch import Feed
    from tui.follow import follow as follow_lines
    from tui.report.events import event_json, event_line

    paths = paths or (".",)
    words = _command(on_event)
    _need(paths)
    notifier = _notifier(bell, notify, words, _complain, output=sys.__stderr__.fileno() if sys.__stderr__ else subprocess.DEVNULL)
    happenings = Happenings(Feed(paths, ignore=ignore), every=every)
    if queue:
        from tui.feed.queue import QueueWatch

        happenings.queue = QueueWatch(happenings.wanted)
    sys.exit(follow_lines(happenings, notifier, event_line if form == "text" else event_json, until_idle=until_idle))


def _command(on_event: str | None) -> list[str]:
    """The words of the user's own command, which must be there to be run."""
    if on_event is None:
        return []
    from tui.feed.notify import command_of

    try:
        return command_of(on_event)
    except ValueError as error:
        raise _Refused(f"--on-event: {error}") from error


def _notifier(
    bell: bool, notify: bool, command: Sequence[str], complain: Callable[[str], None], output: int = subprocess.DEVNULL
) -> Notifier:
    from tui.feed.notify import Notifier
    from tui.report.events import event_json

    return Notifier(bell=bell, notify=notify, command=command, as_json=event_json, complain=complain, output=output)


def _complain(why: str) -> None:
    click.echo(f"bedwatch: {why}", err=True)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "markdown", "parquet"]), default="table", show_default=True,
    help="For people, or for scripts.",
)
@click.option("--output", type=click.Path(dir_okay=False), help="Write there instead of to standard output.")
@click.option("--skipped", is_flag=True, help="Say on standard error what was passed over in the search for logs, and why.")
@_ignore
@_no_queue
def show(paths: tuple[str, ...], form: str, output: str | None, skipped: bool, ignore: tuple[str, ...], queue: bool) -> None:
    """Every run, once."""
    runs = _runs(paths or (".",), queue=queue, ignore=ignore)
    if skipped:
        _print_skipped(paths or (".",), ignore)
    if form == "table" and output is None:
        _print_table(runs)
        return
    if form == "parquet" and output is None:
        raise _Refused("parquet is no text: name a file with --output")
    _write(_rendered(runs, form), output)


@main.command()
@click.argument("log", type=click.Path())
def check(log: str) -> None:
    """How a log is read: the format and why, what each line meant, and what was not recognised."""
    from parsers.explain import explain
    from tui.report.checked import check_text

    _need((log,))
    try:
        data = Path(log).read_bytes()
    except OSError as error:
        raise _Refused(f"{log}: {error.strerror}; name a log file") from error
    width = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None
    click.echo(check_text(log, explain(data, log), width))


@main.command()
@click.option("--test", "tested", is_flag=True, help="Hold every line kind against its own samples.")
def formats(tested: bool) -> None:
    """The known formats: versions, line kinds, samples."""
    from tui.report.formats import formats_text, samples_text

    text, good = samples_text() if tested else (formats_text(), True)
    click.echo(text)
    if not good:
        sys.exit(1)


@main.command()
@click.option(
    "--speed", type=click.FloatRange(min=0.01),
    help="Times faster than the logs' own clock [default: the tour takes two minutes].",
)
def demo(speed: float | None) -> None:
    """A tour: the sample runs, replayed as live jobs into a temporary directory, in the dashboard."""
    from tui.feed.replay import play, sample_runs, schedule

    try:
        writes = schedule(sample_runs())
    except FileNotFoundError as error:
        raise _Refused(f"{error}; install bedwatch anew") from error
    with _temporary_directory() as directory:
        if not interactive():
            play(writes, Path(directory), None)
            _print_table(_runs((directory,)))
            return
        pace = ["--speed", str(speed)] if speed else []
        command = [sys.executable, "-m", "tui.feed.replay", directory, str(os.getpid()), *pace]
        none = subprocess.DEVNULL
        # in a session of its own, since a closed terminal must not end it before it tidied up
        writer = subprocess.Popen(command, stdin=none, stdout=none, stderr=none, start_new_session=True)
        try:
            _dashboard((directory,), where="demo: sample runs, replayed")
        finally:
            writer.terminate()
            writer.wait()


class _Refused(click.ClickException):
    """Wrong usage or unreadable input: one line that names it and the remedy, status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"bedwatch: {self.message}", err=True)


def interactive() -> bool:
    """Whether there is a terminal to draw on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _need(paths: Sequence[str]) -> None:
    for path in paths:
        if not os.path.exists(path):
            raise _Refused(f"{path}: no such file or directory; name a run directory or a log")
        if not os.access(path, os.R_OK):
            raise _Refused(f"{path}: permission denied; ask its owner for read permission")


def _runs(paths: Sequence[str], *, queue: bool = False, ignore: Sequence[str] = ()) -> list[Run]:
    """The runs under some paths, read once; with `queue`, schedulers are asked about those whose end no log proves."""
    _need(paths)
    workspace = Workspace(paths, ignore)
    workspace.read()
    runs = workspace.runs(time.time())
    wanted = asked_for(runs, {file.name: file.path for file in workspace.files.values()}) if queue else {}
    if not wanted:
        return runs
    from tui.feed.queue import ask_now

    jobs, trouble = ask_now(wanted)
    if trouble:
        click.echo(f"bedwatch: {trouble}; states are from the logs alone", err=True)
    return workspace.runs(time.time(), jobs) if jobs else runs


def _print_skipped(paths: Sequence[str], ignore: Sequence[str]) -> None:
    from tui.report.skipped import skipped_lines
    from tui.runs.discover import skipped

    for line in skipped_lines(skipped(paths, ignore)):
        click.echo(line, err=True)


def _print_table(runs: Sequence[Run]) -> None:
    from tui.report.table import table

    on_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((80, 24)).columns if on_terminal else None
    click.echo(table(runs, time.time(), width=width, colour=on_terminal and "NO_COLOR" not in os.environ), color=on_terminal)


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


def _write(data: bytes, output: str | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise _Refused(f"{output}: {error.strerror}; name a file that can be written") from error


def _dashboard(
    paths: Sequence[str], where: str = "", *, ignore: Sequence[str] = (), bell: bool = False, notify: bool = False,
    command: Sequence[str] = (),
) -> None:
    from tui.app import BedwatchApp
    from tui.feed.notify import Herald
    from tui.feed.watch import Feed

    feed = Feed(paths, ignore=ignore)
    app = BedwatchApp(feed, where=where or "  ".join(paths))
    if bell or notify or command:
        app.herald = Herald(_notifier(bell, notify, command, app.complain), lambda: feed.caught_up and app.drawn)
    app.run()


@contextlib.contextmanager
def _temporary_directory() -> Iterator[str]:
    directory = tempfile.mkdtemp(prefix="bedwatch-demo-")
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
