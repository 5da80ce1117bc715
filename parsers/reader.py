"""One file's way from bytes to records: lines found, their format decided from content, their kinds applied.

A file may hold several vendors' output (a pasted session, two logs joined). Each stretch belongs to the format that
last printed a line that only it prints. Lines before the first such line, and a launch's head, are held until it is
clear whose they are. Fed in any chunks, the same records come out. Nothing raises: a fault of our own ends the reading
with a `Fault`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from parsers.grammar import Format, Line, Message
from parsers.lines import LogLine, ends_with_bar, is_binary, logical
from parsers.records import Fault, Job, Metric, Param, Place, Progress, Record, Unreadable
from parsers.scanner import Pieces, Scanner, anchor_scanner, literals_of
from parsers.scribe import Scribe

HELD_LINES = 2_000
"""Candidate lines that wait for a decision; beyond it the fallback format takes them."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """A line that showed whose log this is."""

    format: str
    kind: str
    line: int


class Observer(Protocol):
    """Is told of each line that was recognised, in the order in which the lines are read."""

    def recognised(self, format: Format, kind: Line | None, line: LogLine, records: Sequence[Record]) -> None:
        """The line is of that kind (None: part of a block such as a traceback) and gave these records."""


class LogReader:
    """Reads one log as it grows. `hint` is the format that takes what no line's content decides."""

    def __init__(self, formats: Sequence[Format], hint: Format, observer: Observer | None = None) -> None:
        self._observer = observer
        self._formats = tuple(formats)
        self._hint = hint
        self._scanner = Scanner()
        self._scribe = Scribe()
        self._section: Format | None = None
        self._held: list[LogLine] = []
        self._began = False
        self.binary = False
        self.evidence: list[Ownership] = []
        self.fault: Fault | None = None
        self._line_read = 1

    def feed(self, data: bytes) -> list[Record]:
        """The records of complete lines in what has come so far; the torn last line waits."""
        if self.binary or self.fault:
            return []
        if not self._began:
            head = self._scanner.tail + data
            self._began = len(head) >= 4096 or b"\n" in head
            if is_binary(head):
                self.binary = True
                return [Unreadable(0, Place(1, 0), None, "binary")]
        pieces = self._scanner.feed(data)
        return self._read(lambda: self._walk(pieces))

    def finish(self, *, torn: bool = True) -> list[Record]:
        """The records of what is left, as if the file ended here, its torn last line as it stands unless `torn` is False.
        Feed nothing afterwards: see `glance`."""
        if self.binary or self.fault:
            return []
        return self._read(lambda: self._finish(torn))

    def _finish(self, torn: bool) -> None:
        if torn:
            self._walk(self._scanner.flush(), torn=True)
        if self._held:
            self._decide(self._section or self._hint)

    def glance(self, *, torn: bool) -> list[Record]:
        """What `finish` would give, without ending this reader. While a file is being written its last line may be half
        a number, so `torn` is for files at rest; a bar has no line end while it is drawn anew, and counts once
        its bracket is closed."""
        torn = torn or ends_with_bar(self._scanner.tail)
        if not self._held and not (torn and self._scanner.tail):
            return []
        return copy.deepcopy(self).finish(torn=torn)

    def end_part(self) -> list[Record]:
        """The records of the torn last line: the file was moved away here, and another goes on at the line after it."""
        if self.binary or self.fault:
            return []
        pieces = self._scanner.end_part()
        return self._read(lambda: self._walk(pieces, torn=True))

    @property
    def torn(self) -> bool:
        """Whether a line without an end waits."""
        return bool(self._scanner.tail)

    @property
    def section(self) -> Format | None:
        """The format that the file's last stretch belongs to, once decided."""
        return self._section

    @property
    def line_count(self) -> int:
        """Physical lines seen, a torn last one included."""
        return self._scanner.number if self._scanner.tail else self._scanner.number - 1

    def _read(self, read: Callable[[], None]) -> list[Record]:
        """The records that this gives, up to a fault."""
        try:
            read()
        except Exception as error:  # whatever it is, it must not silence other logs
            format = self._section.name if self._section is not None else self._hint.name
            self.fault = Fault(max(1, self._scribe.run), Place(self._line_read, 0), None, format, type(error).__name__)
            self._scribe.out.append(self.fault)
        out, self._scribe.out = self._scribe.out, []
        return out

    def _walk(self, pieces: Pieces, *, torn: bool = False) -> None:
        while True:
            anchors = None if self._scribe.waiting else _scanner_for(self._formats, self._hint, self._section)
            piece = pieces.next(anchors)
            if piece is None:
                return
            raw, number, offset, transient = piece
            lines = logical(raw, number, offset, transient=transient)
            if torn and lines:
                lines[-1] = replace(lines[-1], torn=True)
            for line in lines:
                self._line(line)

    def _line(self, line: LogLine) -> None:
        self._line_read = line.number
        section = self._section
        own = None
        if section is not None:
            if not self._is_foreign(section, line) and self._block_takes(section, line):
                return
            message = section.message(line)
            own = section.match(message)
            if own is not None and own[0].owns:
                self._note(section, own[0], line)
                self._decide(section)
                self._apply(section, *own, message)
                return
        for other in self._formats:
            if other is not section and (found := other.owned(line)) is not None:
                self._note(other, found, line)
                self._switch(other)
                self._held.append(line)  # a traceback among the held lines may wait for this very line
                self._decide(other)
                return
        if section is None:
            self._held.append(line)
            if len(self._held) > HELD_LINES:
                self._decide(self._hint)
        elif own is not None:
            kind, match = own
            if (kind.role == "head" and self._scribe.begins(kind, match)) or (self._held and kind.role != "body"):
                self._held.append(line)  # another launch: whose, its next lines show
            else:
                self._decide(section)
                self._apply(section, kind, match, message)

    def _switch(self, format: Format) -> None:
        if self._section is not None:
            self._scribe.close()
            self._scribe.waiting = None
        self._section = self._scribe.format = format

    def _decide(self, format: Format) -> None:
        """Read what was held as this format's."""
        self._section = self._scribe.format = format
        held, self._held = self._held, []
        for line in held:
            self._line_read = line.number
            if self._block_takes(format, line):
                continue
            message = format.message(line)
            if (own := format.match(message)) is not None:
                self._apply(format, *own, message)

    def _is_foreign(self, section: Format, line: LogLine) -> bool:
        """Whether a block waits and the line is one that only another format prints: the log before it has ended."""
        if self._scribe.waiting is None or section.owned(line) is not None:
            return False
        return any(other.owned(line) is not None for other in self._formats if other is not section)

    def _block_takes(self, format: Format, line: LogLine) -> bool:
        """Offer the line to a block that waits; whether it used it."""
        if self._scribe.waiting is None:
            return False
        self._scribe.message = format.message(line)
        before = len(self._scribe.out)
        taken = self._scribe.waiting.take(self._scribe.message, self._scribe)
        if not taken:
            self._scribe.waiting = None
        if self._observer is not None and (taken or len(self._scribe.out) > before):
            self._observer.recognised(format, None, line, self._scribe.out[before:])
        return taken

    def _apply(self, format: Format, kind: Line, match: re.Match[str], message: Message) -> None:
        before = len(self._scribe.out)
        try:
            self._scribe.apply(kind, match, message)
        except Exception:
            del self._scribe.out[before:]  # half a line's meaning
            raise
        if message.line.torn:
            self._scribe.out[before:] = _whole(self._scribe.out[before:], message.text)
        if self._observer is not None:
            self._observer.recognised(format, kind, message.line, self._scribe.out[before:])

    def _note(self, format: Format, kind: Line, line: LogLine) -> None:
        if len(self.evidence) < 8 and not any(seen.kind == kind.name for seen in self.evidence):
            self.evidence.append(Ownership(format.name, kind.name, line.number))


_LAST_WORD = re.compile(r"[\w.+-]+$")


def _whole(records: list[Record], text: str) -> list[Record]:
    """Records of a file's torn last line without those whose value is its last word: more of that may be missing."""
    found = _LAST_WORD.search(text)
    if found is None:
        return records
    word = found[0]
    try:
        cut: float | str = float(word)
    except ValueError:
        cut = word

    def touches(record: Record) -> bool:
        match record:
            case Metric(value=value):
                return value == cut
            case Progress():
                return isinstance(cut, float)  # a total may be reckoned from it
            case Param(value=str(value)):
                return value.endswith(word)
            case Param(value=value):
                return value == cut
            case Job(id=value):
                return value.endswith(word)
        return False

    return [record for record in records if not touches(record)]


@lru_cache(maxsize=256)
def _scanner_for(formats: tuple[Format, ...], hint: Format, section: Format | None) -> re.Pattern[bytes] | None:
    """What finds the lines worth decoding: all kinds while undecided, else the section's and what others own."""
    literals = literals_of(
        kind.literals
        for format in {*formats, hint}
        for kind in (format.lines if section is None or format is section else format.owning)
    )
    return anchor_scanner(literals) if literals else None
