"""A user's settings: `config.toml` in their configuration directory, read and never written; where the cache is."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any, Literal

from parsers.frozen import frozen
from tui.keys import USUAL, BadKeys, Keys

BYTES_MOST = 1 << 16
"""Bytes of such a file; it is written by hand."""
SECONDS_LEAST, SECONDS_MOST = 0.5, 3600.0
"""Bounds of a pace: nobody is asked more often, and nothing is left unseen for longer."""


_SETTINGS = ("watch", "poll_seconds", "cache", "theme", "reduced_motion", "remember", "keys")


class BadConfig(ValueError):
    """The file cannot be used; says which, what is wrong with it and what to do."""


@frozen
class Config:
    """`watch` forces one way of watching; `fastest` and `slowest` are the seconds between two looks where files are polled,
    at live runs and when all is idle; `cache` says whether to keep what was read of logs; `keys` are the keys of the dashboard,
    `theme` names its colours, whether there are such or not; `reduced_motion` says that nothing may move by itself;
    `remember` says whether to remember how a directory was looked at."""

    watch: Literal["inotify", "poll"] | None = None
    fastest: float = 2.0
    slowest: float = 30.0
    cache: bool = True
    keys: Keys = USUAL
    theme: str | None = None
    reduced_motion: bool = False
    remember: bool = True


def config_file() -> str:
    """Where a user's settings are, if they have any."""
    import platformdirs

    return os.path.join(platformdirs.user_config_dir("bedwatch"), "config.toml")


def cache_directory() -> str:
    """Where what was read is kept."""
    import platformdirs

    return platformdirs.user_cache_dir("bedwatch")


def read_config(path: str) -> Config:
    """The settings in that file; the defaults where there is none. Raises BadConfig."""
    import tomllib

    try:
        with open(path, "rb") as file:
            text = file.read(BYTES_MOST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}; make it readable, or move it away") from error
    if len(text) > BYTES_MOST:
        raise BadConfig(f"{path}: larger than {BYTES_MOST:,} bytes; keep settings alone in it")
    try:
        return _config(tomllib.loads(text.decode()), path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadConfig(f"{path}: not TOML ({error}); correct it, or move it away") from error


def _config(document: Mapping[str, Any], path: str) -> Config:
    unknown = document.keys() - set(_SETTINGS)
    if unknown:
        known = f"{', '.join(_SETTINGS[:-1])} and {_SETTINGS[-1]}"
        raise BadConfig(f"{path}: {min(unknown)} is no setting; those are {known}")
    watch = document.get("watch", "auto")
    if watch not in ("auto", "inotify", "poll"):
        raise BadConfig(f'{path}: watch = {watch!r}; write "auto", "inotify" or "poll"')
    pace = document.get("poll_seconds", [2, 30])
    if not (isinstance(pace, list) and len(pace) == 2 and all(map(_is_pace, pace)) and pace[0] <= pace[1]):
        raise BadConfig(
            f"{path}: poll_seconds = {pace!r}; write two numbers from {SECONDS_LEAST} to {SECONDS_MOST:.0f}, the faster one first"
        )
    theme = document.get("theme")
    if not isinstance(theme, str | None):
        raise BadConfig(f'{path}: theme = {theme!r}; write a name such as "nord"')
    return Config(
        None if watch == "auto" else watch, float(pace[0]), float(pace[1]), _switch(document, "cache", True, path),
        _keys(document.get("keys", {}), path), theme, _switch(document, "reduced_motion", False, path),
        _switch(document, "remember", True, path),
    )  # fmt: skip


def _switch(document: Mapping[str, Any], name: str, usual: bool, path: str) -> bool:
    value = document.get(name, usual)
    if not isinstance(value, bool):
        raise BadConfig(f"{path}: {name} = {value!r}; write true or false")
    return value


def _keys(wanted: object, path: str) -> Keys:
    if not isinstance(wanted, dict):
        raise BadConfig(f'{path}: keys = {wanted!r}; write a table [keys] with lines such as quit = "Q"')
    named = {id: [names] if isinstance(names, str) else names for id, names in wanted.items()}
    for id, names in named.items():
        if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
            raise BadConfig(f'{path}: [keys] {id} = {names!r}; write a key such as "x", or several: ["x", "f5"]')
    try:
        return USUAL.remapped(named)
    except BadKeys as error:
        raise BadConfig(f"{path}: [keys] {error}") from error


def _is_pace(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and SECONDS_LEAST <= value <= SECONDS_MOST
