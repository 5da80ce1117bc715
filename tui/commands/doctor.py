"""`bedwatch doctor`: what bedwatch sees of this machine, and what it chose because of it."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from tui.commands.asked import columns, ignore_option, interactive, need
from tui.commands.looking import looking_options, settings
from tui.commands.looks import few_colours, only_ascii
from tui.config import Config, cache_directory, config_file
from tui.remembered import state_directory
from tui.report.doctor import Topic, doctor_text

_COMMANDS = {
    "Slurm": ("squeue", "sacct"), "PBS": ("qstat",), "Cerebras": ("csctl",),
}  # fmt: skip


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@ignore_option
@looking_options
def doctor(paths: tuple[str, ...], ignore: tuple[str, ...], method: str | None, cache: bool) -> None:
    """What bedwatch sees of this machine: how each file system is watched and why, terminal, schedulers, cache, settings."""
    paths = paths or (".",)
    config = settings(method, cache)
    need(paths)
    topics = (
        Topic("bedwatch", tuple(_versions())),
        Topic("Watching", tuple(_watching(paths, ignore, config))),
        Topic("Terminal", tuple(_terminal())),
        Topic("Schedulers", tuple(_schedulers())),
        Topic("Cache", tuple(_cache(config))),
        Topic("Settings", tuple(_settings(config))),
    )
    click.echo(doctor_text(topics, columns()))


def _versions() -> Iterator[tuple[str, str]]:
    for name in ("bedwatch", "textual", "watchfiles", "polars"):
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"
    yield "Python", f"{platform.python_version()} on {platform.system()} {platform.release()} ({platform.machine()})"


def _watching(paths: Sequence[str], ignore: Sequence[str], config: Config) -> Iterator[tuple[str, str]]:
    from tui.feed.grounds import survey
    from tui.runs.discover import search

    for path in paths:
        begun = time.monotonic()
        found = search((path,), ignore)
        took = time.monotonic() - begun
        files = [candidate.path for candidate in found.candidates]
        directories = _count(len(found.directories), "directory")
        yield path, f"{_count(len(files), 'file')} by name a log, in {directories}; the search took {took:.2f} s"
        grounds = survey(found.directories, files, config.watch, "")
        deaf = asyncio.run(_deaf(grounds.listened)) if grounds.listened else ""
        for watched in survey(found.directories, files, config.watch, deaf).watched if deaf else grounds.watched:
            how = "inotify" if watched.method == "inotify" else f"asked about every {config.fastest:g} s while a run lives there"
            where = f"{_count(watched.directories, 'directory')} on {watched.kind or 'an unknown file system'}"
            yield "", f"{where} (mounted at {watched.point or '?'}): {how} ({watched.why})"
    yield "also", f"everything is looked at every {config.slowest:g} s, and at once on r"
    for name in ("max_user_watches", "max_user_instances"):
        if (limit := _number(f"/proc/sys/fs/inotify/{name}")) is not None:
            yield name, f"{limit:,} (fs.inotify.{name}; all of a user's programs share it)"


async def _deaf(directories: Mapping[str, object]) -> str:
    """Why listening to these does not work, if it does not."""
    from tui.feed.listen import Listener

    listener = Listener(lambda changes: None)
    try:
        return "" if await listener.listen(directories) else listener.trouble or "inotify does not work"
    finally:
        await listener.close()


def _terminal() -> Iterator[tuple[str, str]]:
    yield "kind", f"{os.environ.get('TERM') or 'TERM is not set'}{_within()}"
    size = shutil.get_terminal_size((0, 0))
    yield "output", f"a terminal of {size.columns}x{size.lines}" if interactive() else "no terminal: bedwatch prints the table"
    colours = "the terminal's own sixteen" if few_colours() else "true or 256"
    yield "colours", colours + (" (NO_COLOR is set)" if os.environ.get("NO_COLOR") else "")
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "not set")
    yield "signs", f"{'ASCII only' if only_ascii() else 'Unicode'} (locale {locale}, output in {sys.stdout.encoding})"


def _within() -> str:
    signs = (("tmux", "TMUX"), ("screen", "STY"), ("ssh", "SSH_CONNECTION"))
    inside = [name for name, variable in signs if os.environ.get(variable)]
    return f", within {' and '.join(inside)}" if inside else ""


def _schedulers() -> Iterator[tuple[str, str]]:
    for scheduler, commands in _COMMANDS.items():
        found = [path for command in commands if (path := shutil.which(command))]
        yield scheduler, ", ".join(found) or f"no {' or '.join(commands)} on the PATH: its jobs are known from logs alone"


def _cache(config: Config) -> Iterator[tuple[str, str]]:
    directory = cache_directory()
    yield "directory", directory
    if not config.cache:
        yield "use", "none, as asked for"
        return
    files = list(Path(directory).glob("*.runs"))
    size = sum(file.stat().st_size for file in files)
    what = f"{_count(len(files), 'watched place')}, {size / 1e6:,.1f} MB" if files else "nothing yet"
    yield "holds", what
    if os.path.isdir(directory) and os.stat(directory).st_mode & 0o077:
        yield "use", "none, since others may look into it: chmod 700 it"


def _settings(config: Config) -> Iterator[tuple[str, str]]:
    path = config_file()
    yield "file", path if os.path.exists(path) else f"{path} (there is none, so all is as usual)"
    yield "watch", config.watch or "auto"
    yield "poll_seconds", f"{config.fastest:g} to {config.slowest:g}"
    yield "cache", "true" if config.cache else "false"
    yield "theme", _theme(config.theme)
    yield "reduced_motion", "true" if config.reduced_motion else "false"
    yield "remember", f"true: {state_directory()}" if config.remember else "false"
    moved = [f"{key.id} on {key.shown or 'no key'}" for key in config.keys.changed]
    yield "keys", ", ".join(moved) or "as usual"


def _theme(name: str | None) -> str:
    from tui.theme import CHOICES

    if name is None:
        return "bedwatch-dark, as usual"
    return name if name in CHOICES else f"{name}, which there is not; those are {', '.join(CHOICES)}"


def _count(number: int, what: str) -> str:
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number:,} {what if number == 1 else plural}"


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None
