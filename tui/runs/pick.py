"""Which runs a person means by a few words: a log's path, a run's id, a unique part of one, or its name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tui.runs.run import Run

NAMED_MOST = 5
"""Candidates that a message names."""

_NUMBERED = re.compile(r"^(?P<path>.+)#(?P<number>\d+)$", re.DOTALL)


class NoRun(LookupError):
    """A word means no run; the message says what there is instead."""


class SeveralRuns(LookupError):
    """A word means more than one run; the message names them."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The runs meant, in the order of the words, and what should be said of the choice."""

    runs: tuple[Run, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """An existing file or directory, and the number of the launch in it where one is asked for."""

    path: str
    number: int | None


def places_to_read(words: Sequence[str], root: str) -> list[str]:
    """The files and directories to read for some words: those that they name, and `root` where one is no path."""
    places = [_place(word, root) for word in words]
    named = [place.path for place in places if place is not None]
    return named if len(named) == len(places) else [root, *named]


class Picker:
    """Chooses among `runs`, which were read from `files` (a log's name as in ids, and its path); `root` is where ids begin."""

    def __init__(self, runs: Sequence[Run], files: Mapping[str, str], root: str) -> None:
        self._runs = tuple(runs)
        self._real = {name: os.path.realpath(path) for name, path in files.items()}
        self._root = root

    def pick(self, words: Sequence[str], baseline: str | None = None) -> Picked:
        """The runs that some words mean, the baseline first.

        A log of several launches means the last of them, and all of them where it is the only word; so does a directory,
        which beside others must hold a single run. A baseline that the words leave out is added. Raises NoRun, SeveralRuns.
        """
        notes: list[str] = []
        if len(words) == 1 and (everything := self._all_of(words[0])):
            runs = everything
        else:
            runs = [self._one(word, notes) for word in words]
            for run in {run.id: run for run in runs}.values():
                alike = [word for word, meant in zip(words, runs, strict=True) if meant.id == run.id]
                if len(alike) > 1:
                    notes.append(f"{' and '.join(dict.fromkeys(alike))}: one run, {run.id}, set against itself")
        if baseline is not None:
            try:
                first = Picker(runs, {}, self._root)._by_word(baseline, notes)
            except LookupError:
                first = self._one(baseline, notes)
            at = next((at for at, run in enumerate(runs) if run.id == first.id), None)
            runs = [first, *(runs if at is None else runs[:at] + runs[at + 1 :])]
        return Picked(tuple(runs), tuple(dict.fromkeys(notes)))

    def _all_of(self, word: str) -> list[Run]:
        place = _place(word, self._root)
        return self._in(place) if place is not None and place.number is None else []

    def _one(self, word: str, notes: list[str]) -> Run:
        place = _place(word, self._root)
        if place is None:
            return self._by_word(word, notes)
        found = self._in(place)
        if not found:
            raise NoRun(f"{word}: no run in it that is known; `bedwatch check LOG` says how a log is read")
        if place.number is not None:
            real = os.path.realpath(place.path)
            here = [run for run in found if self._real.get(run.path) == real]
            numbered = [run for run in here if run.number == place.number] or (found if not here else [])  # part of another's run
            if not numbered:
                raise NoRun(f"{word}: no such run; there {'is' if len(here) == 1 else 'are'} {_told(here)}")
            found = numbered
        return found[0] if os.path.isdir(place.path) and len(found) == 1 else self._last(word, found, notes)

    def _by_word(self, word: str, notes: list[str]) -> Run:
        for matches in (
            [run for run in self._runs if run.id == word],
            [run for run in self._runs if run.name == word],
            [run for run in self._runs if word.casefold() in f"{run.id}\n{run.name}".casefold()],
        ):
            if matches:
                return self._last(word, matches, notes)
        if not self._runs:
            raise NoRun(f"{word}: no run found under {self._root}; name a log, or a directory of logs with --root")
        known = list(dict.fromkeys(text for run in self._runs for text in (run.id, run.name)))
        near = get_close_matches(word, known, NAMED_MOST, 0.5)
        told = f"the nearest are {', '.join(near)}" if near else f"there are {_told(self._runs)}"
        raise NoRun(f"{word}: no such file, and no run of that id or name under {self._root}; {told}")

    def _in(self, place: _Place) -> list[Run]:
        """The runs with a line in this file, or in a file below this directory; first those that begin there."""
        real = os.path.realpath(place.path)
        names = {name for name, path in self._real.items() if path == real or path.startswith(os.path.join(real, ""))}
        own = [run for run in self._runs if run.path in names]
        return own or [run for run in self._runs if any(source.path in names for source in run.sources)]

    def _last(self, word: str, runs: Sequence[Run], notes: list[str]) -> Run:
        """The only one, or the last launch of the only log."""
        if len({run.path for run in runs}) > 1:
            raise SeveralRuns(f"{word}: may be any of {_told(runs)}; name one of them")
        if len(runs) > 1:
            notes.append(f"{word}: {len(runs)} launches in one log; the last is taken, {runs[-1].id}")
        return runs[-1]


def _place(word: str, root: str) -> _Place | None:
    """What a word names on disk, here or else below the root; a path as it stands goes before one with a number."""
    numbered = _NUMBERED.match(word)
    for start in ("", root):
        if os.path.exists(os.path.join(start, word)):
            return _Place(os.path.join(start, word), None)
        if numbered and os.path.isfile(os.path.join(start, numbered["path"])):
            return _Place(os.path.join(start, numbered["path"]), int(numbered["number"]))
    return None


def _told(runs: Sequence[Run]) -> str:
    named = ", ".join(run.id for run in runs[:NAMED_MOST])
    return named + (f" and {len(runs) - NAMED_MOST} more" if len(runs) > NAMED_MOST else "")
