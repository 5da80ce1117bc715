"""How logs are looked at: the options and settings for watching and for the cache, and what they make."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import click

from tui.commands.asked import Refused
from tui.config import BadConfig, Config, cache_directory, config_file, read_config
from tui.runs.series import POINTS_MOST
from tui.runs.workspace import Workspace

if TYPE_CHECKING:
    from tui.feed.filesystems import Method
    from tui.feed.watch import Feed
    from tui.runs.cache import Cache

KEEP_FROM = 1 << 20
"""Bytes of logs from which what a command read once is worth keeping."""

cache_option = click.option(
    "--no-cache", "cache", is_flag=True, flag_value=False, default=True,
    help="Read every log, and keep nothing of what was read for the next start.",
)  # fmt: skip
_method_option = click.option(
    "--watch", "method", type=click.Choice(["auto", "inotify", "poll"]), help="How to watch, whatever the file systems are; "
    "auto [default] chooses for each, as bedwatch doctor says.",
)  # fmt: skip


def looking_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of commands that watch: `method`, `cache`."""
    return _method_option(cache_option(command))


def settings(method: str | None = None, cache: bool = True) -> Config:
    """The user's settings; what was asked for on the command line comes first."""
    try:
        config = read_config(config_file())
    except BadConfig as error:
        raise Refused(str(error)) from error
    if method is not None:
        config = replace(config, watch=None if method == "auto" else cast("Method", method))
    return replace(config, cache=config.cache and cache)


def cache_of(config: Config, paths: Sequence[str], *, series: bool = True) -> Cache | None:
    """What is kept of the logs under some paths, with the runs' series or without; unless nothing is to be."""
    if not config.cache:
        return None
    from tui.runs.cache import Cache

    return Cache(cache_directory(), paths, series=series)


def feed_of(paths: Sequence[str], ignore: Sequence[str], config: Config) -> Feed:
    """A feed of the logs under some paths."""
    from tui.feed.poll import Pace
    from tui.feed.watch import Feed

    pace = Pace(config.fastest, config.slowest)
    return Feed(paths, ignore=ignore, method=config.watch, pace=pace, cache=cache_of(config, paths))


def read_once(
    paths: Sequence[str], ignore: Sequence[str] = (), *, cache: bool = True, root: str | None = None,
    points_most: int = 0,
) -> Workspace:  # fmt: skip
    """The logs under some paths, read; those that are as they were kept are not read again. Without series (0 points) what is
    kept serves only those who need none either."""
    usual = root is None and points_most in (0, POINTS_MOST)
    kept = cache_of(settings(cache=cache), paths, series=points_most > 0) if usual else None
    workspace = Workspace(paths, ignore, root=root, points_most=points_most, cache=kept)
    workspace.read()
    if sum(file.bytes_read for file in workspace.files.values()) >= KEEP_FROM:
        for _ in workspace.keep(time.time()):
            pass
    workspace.close()
    return workspace
