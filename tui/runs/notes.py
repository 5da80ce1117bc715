"""A person's own words on the runs of a directory: the file `bedwatch.toml` beside their logs, read and never written."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from parsers.frozen import frozen

NOTES_FILE: Final = "bedwatch.toml"
BYTES_MOST = 1 << 16
"""Bytes of such a file; it is written by hand."""
LOOK_EVERY = 10.0
_KEYS = ("name", "note", "tags", "claims", "logs")
_WHERE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+)|end of document)")

ClaimValue = int | float | str | Decimal


@frozen
class Said:
    """A claim as it stands in the file: its key, its value, and the line."""

    key: str
    value: ClaimValue
    line: int


@frozen
class Notes:
    """What the file says of one log: a name for its run, a note, tags, claims; `trouble` is what in it could not be read,
    each with its line."""

    path: str
    name: str | None = None
    note: str | None = None
    note_line: int = 1
    tags: tuple[str, ...] = ()
    claims: tuple[Said, ...] = ()
    trouble: tuple[tuple[int, str], ...] = ()


class NotesFile:
    """The notes on one log, read again when their file changed; `log` is the log's path, `name` the path that places carry."""

    def __init__(self, log: str, name: str) -> None:
        self.notes: Notes | None = None
        self.readings = 0
        self._directory, self._log = os.path.split(log)
        self._shown = os.path.join(os.path.dirname(name), NOTES_FILE)
        self._state: tuple[int, int] | None = None
        self._looked_at: float | None = None

    def look(self, now: float | None, *, log_changed: bool) -> bool:
        """Read what is new, at `now` (seconds since 1970); whether that changed anything. Beside a log that nobody writes to
        the file is looked for every `LOOK_EVERY` seconds."""
        if not log_changed and now is not None and self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = now
        state = self._state_now()
        if state == self._state:
            return False
        self._state = state
        self.notes = self._read() if state is not None else None
        self.readings += 1
        return True

    def _state_now(self) -> tuple[int, int] | None:
        """When the file was changed, and its size; None where there is none that is an ordinary file."""
        try:
            found = os.stat(os.path.join(self._directory, NOTES_FILE))
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None

    def _read(self) -> Notes:
        try:
            with open(os.path.join(self._directory, NOTES_FILE), "rb") as file:
                data = file.read(BYTES_MOST + 1)
        except OSError as error:
            return Notes(self._shown, trouble=((1, f"cannot be read: {error.strerror}"),))
        if len(data) > BYTES_MOST:
            return Notes(self._shown, trouble=((1, f"is larger than {BYTES_MOST:,} bytes: nothing of it was read"),))
        return notes_in(data, self._log, self._shown)


def notes_in(data: bytes, log: str, shown: str) -> Notes:
    """The notes on a log that a notes file holds. Its keys are for every log in its directory, those of a table
    `[logs."train.log"]` for that log alone.

    >>> notes_in(b'tags = ["mnist"]\\n[claims]\\nepochs = 20\\n', "a.log", "bedwatch.toml").claims
    (Said(key='epochs', value=20, line=3),)
    """
    import tomllib  # few directories have such a file

    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        document = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        return Notes(shown, trouble=((data.count(b"\n", 0, error.start) + 1, "is not UTF-8, so nothing of it was read"),))
    except (ValueError, RecursionError) as error:  # a TOML error is a ValueError, and so is a number too long to read
        told = _WHERE.match(str(error))
        line = int(told["line"]) if told and told["line"] else text.count("\n") + 1
        what = told["what"] if told else "too deeply nested" if isinstance(error, RecursionError) else "a number too long"
        return Notes(shown, trouble=((line, f"is not TOML, so nothing of it was read: {what}"),))
    return _Reading(text, shown).notes(document, log)


class _Reading:
    """Takes a document apart, and notes what in it is not as it should be."""

    def __init__(self, text: str, shown: str) -> None:
        self._lines = text.split("\n")
        self._shown = shown
        self._trouble: list[tuple[int, str]] = []

    def notes(self, document: Mapping[str, Any], log: str) -> Notes:
        logs = document.get("logs", {})
        if not isinstance(logs, dict):
            self._wrong("logs", "must be tables, one for each log: [logs.\"train.log\"]")
            logs = {}
        own = logs.get(log, {})
        if not isinstance(own, dict):
            self._wrong(log, "must be a table")
            own = {}
        for key in (*document, *own):
            if key not in _KEYS:
                self._wrong(key, f"is not known here; known are {', '.join(_KEYS)}")
        merged = {**document, **own}
        claims = {said.key: said for said in self._claims(document.get("claims", {}), 0)}
        claims |= {said.key: said for said in self._claims(own.get("claims", {}), self._line(log) if own else 0)}
        note = self._text(merged, "note")
        return Notes(
            self._shown, self._text(merged, "name"), note, self._line("note"), self._tags(merged.get("tags", [])),
            tuple(claims.values()), tuple(self._trouble),
        )  # fmt: skip

    def _text(self, table: Mapping[str, Any], key: str) -> str | None:
        value = table.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return None if value is None else " ".join(value.split())
        self._wrong(key, "must be text")
        return None

    def _tags(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            return tuple(dict.fromkeys(value))
        self._wrong("tags", 'must be a list of words: tags = ["mnist", "baseline"]')
        return ()

    def _claims(self, table: Any, below: int) -> list[Said]:
        if not isinstance(table, dict):
            self._wrong("claims", "must be a table: [claims]")
            return []
        claims = []
        for key, value in table.items():
            if isinstance(value, (int, float, str, Decimal)) and not isinstance(value, bool):
                claims.append(Said(key, value, self._line(key, below)))
            else:
                self._wrong(key, "must be a number or text to be a claim")
        return claims

    def _wrong(self, key: str, what: str) -> None:
        self._trouble.append((self._line(key), f"{key!r} {what}"))

    def _line(self, key: str, below: int = 0) -> int:
        """The line on which a key stands, the first one below a line if there is one; 1 where its form hides it."""
        wanted = re.compile(rf"""^\s*(?:\[+[^\]]*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
        found = [number for number, line in enumerate(self._lines, 1) if wanted.match(line)]
        return next((number for number in found if number > below), found[0] if found else 1)
