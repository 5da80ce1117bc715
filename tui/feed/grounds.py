"""What is watched how: directories sorted by their file systems into those listened to and those asked about."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from parsers.rotation import Identity
from tui.feed.filesystems import Choice, Method, choose, mounts
from tui.feed.status import Watched
from tui.runs.discover import GivenUp


@dataclass(frozen=True, slots=True)
class Grounds:
    """`listened` are directories where inotify is true, with what each is known by; `polled` all others, and `unheard` the
    logs whose bytes are there. `aliases` leads from a file to the symbolic link by which it was found, `beside` from a
    directory to the logs in it."""

    listened: Mapping[str, Identity] = field(default_factory=dict)
    polled: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def survey(
    directories: Iterable[str], files: Iterable[str], forced: Method | None, deaf: str, wanted: Callable[[], bool] = lambda: True
) -> Grounds:  # fmt: skip
    """How these directories, and those of links' targets, are watched: as their mounts tell, or in the one way `forced`.
    `deaf` says why listening does not work, if it does not. Raises GivenUp as soon as it is no longer `wanted`."""
    beside: dict[str, list[str]] = {}
    aliases: dict[str, str] = {}
    for path in files:
        if not wanted():
            raise GivenUp
        beside.setdefault(os.path.dirname(path), []).append(path)
        if os.path.islink(path):
            aliases[os.path.realpath(path)] = path
    table, choices = mounts(), dict[int, Choice]()
    listened: dict[str, Identity] = {}
    polled: list[str] = []
    counts: Counter[Choice] = Counter()
    for directory in dict.fromkeys((*directories, *map(os.path.dirname, aliases))):
        if not wanted():
            raise GivenUp
        try:
            status = os.stat(directory)
        except OSError:
            polled.append(directory)  # not there yet, or refused: asked about until it is
            continue
        choice = choices.get(status.st_dev)
        if choice is None:
            choice = choose(directory, table, forced)
            if choice.method == "inotify" and deaf:
                choice = Choice("poll", deaf, choice.mount)
            choices[status.st_dev] = choice
        counts[choice] += 1
        if choice.method == "inotify":
            listened[directory] = status.st_dev, status.st_ino
        else:
            polled.append(directory)
    real = {link: target for target, link in aliases.items()}
    unheard = [path for logs in beside.values() for path in logs if os.path.dirname(real.get(path, path)) not in listened]
    watched = [_told(choice, count) for choice, count in counts.items()]
    logs_in = {directory: tuple(logs) for directory, logs in beside.items()}
    return Grounds(listened, tuple(polled), tuple(unheard), tuple(watched), aliases, logs_in)


def _told(choice: Choice, directories: int) -> Watched:
    mount = choice.mount
    return Watched(choice.method, choice.why, mount.kind if mount else "", mount.point if mount else "", directories)
