"""One file's way from bytes to records: lines found, their format decided from content, their kinds applied.

A file may hold several vendors' output (a pasted session, two logs joined). Each stretch belongs to the format that
last printed a line that only it prints. Lines before the first such line, and a launch's head, are held until it is
clear whose they are. Lines are read by the plans of their shapes (see `plans`). Fed in any chunks, the same comes out, as
records or as columns. Nothing raises: a fault of our own ends the reading with a `Fault`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from typing import Protocol

from parsers.frozen import frozen
from parsers.grammar import Format, Line, Message
from parsers.held import Held, HeldLines, HeldStamp, joined
from parsers.lines import FIRST_BYTES, FIRST_END, LogLine, ends_with_bar, is_binary, logical
from parsers.plans import HELD, NOTHING, UNKNOWN, Meaning, Plan, Table, message_of, table_of, take_grant
from parsers.records import Fault, Place, Record, Stamped, Unreadable
from parsers.rows import HALVED_LEAST, ROWS_LEAST, Rows
from parsers.scanner import Pieces, Scanner
from parsers.scribe import Scribe
from parsers.steady import NEVER, Steady
from parsers.torn import whole

HELD_LINES = 2_000
"""Candidate lines that wait for a decision; beyond it the fallback format takes them."""


@frozen
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
        self._held = HeldLines()
        self._stamped = False
        self._began = False
        self.binary = False
        self.evidence: list[Ownership] = []
        self.fault: Fault | None = None
        self._line_read = 1
        self._ahead: tuple[LogReader, HeldLines] | None = None
        self._ahead_to = 0
        """The reader that has read what is held, of which lines, and how many of them."""

    def feed(self, data: bytes) -> list[Record]:
        """The records of complete lines in what has come so far; the torn last line waits."""
        if self.binary or self.fault:
            return []
        if not self._began:
            head = self._scanner.tail + data
            self._began = len(head) >= FIRST_BYTES or FIRST_END.search(head) is not None
            if is_binary(head):
                self.binary = True
                return [Unreadable(0, Place(1), None, "binary")]
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
        return self._fork().finish(torn=torn)

    def ahead(self) -> tuple[bool, list[Record]]:
        """What the lines that wait for a decision would give if none came: whether from the first of them, and the records
        since this was asked last, so that a log of two thousand such lines is not read two thousand times."""
        if self._section is not None or not self._held or self.fault:
            self._ahead = None
            return True, []
        known = self._ahead
        anew = known is None or known[1] is not self._held
        if known is None or anew:
            other, self._ahead_to = self._fork(), 0
            other._held, other._ahead = HeldLines(), None
            other._section = other._scribe.format = self._hint
            known = self._ahead = other, self._held
        other = known[0]
        held, self._ahead_to = self._held.since(self._ahead_to), self._held.size
        return anew, other._read(lambda: other._read_held(held)) if held else []

    def torn_ahead(self, *, torn: bool) -> list[Record]:
        """What `glance` gives beyond what `ahead` gave."""
        if self._ahead is None:
            return self.glance(torn=torn)
        torn = torn or ends_with_bar(self._scanner.tail)
        if not (torn and self._scanner.tail):
            return []
        other = self._ahead[0]._fork()
        other._scanner = copy.copy(self._scanner)
        return other.finish(torn=True)

    def _fork(self) -> LogReader:
        """A reader that goes on from here by itself."""
        other = copy.copy(self)
        other._observer = None
        other._scanner, other._scribe = copy.copy(self._scanner), copy.deepcopy(self._scribe)
        other._held, other.evidence = self._held.copy(), list(self.evidence)
        return other

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
            self.fault = Fault(max(1, self._scribe.run), Place(self._line_read), None, format, type(error).__name__)
            self._scribe.out.append(self.fault)
        out, self._scribe.out = self._scribe.out, []
        return out

    def _walk(self, pieces: Pieces, *, torn: bool = False, deciding: bool = False) -> None:
        """Read pieces in their order. `torn`: the last one has no end; `deciding`: they were held, and are the section's."""
        at = 0
        while at < len(pieces):
            table = table_of(self._formats, self._hint, self._section)
            shapes = pieces.shapes[at:] if at else pieces.shapes
            rows = Rows(pieces, at, list(map(table.plans.get, shapes, repeat(UNKNOWN))))
            at = self._stretch(rows, table, torn, deciding)

    def _stretch(self, rows: Rows, table: Table, torn: bool, deciding: bool) -> int:
        """Read on while the section stays; where to go on from."""
        scribe, section, last = self._scribe, self._section, len(rows.pieces) - 1
        by_columns = self._observer is None and not torn and not rows.pieces.transient
        steady = (by_columns and scribe.steady_now) or NEVER
        free = scribe.waiting is None
        wait = rows.indices.append
        if rows.are_all(steady):
            self._take(rows, steady, table, deciding)
            return len(rows.pieces)
        for index, plan in enumerate(rows.plans, rows.first):
            if plan.steady is steady:
                wait(index)
                continue
            if plan is UNKNOWN:
                plan = rows.learnt(index, table)
                if plan.steady is steady:
                    wait(index)
                    continue
            if plan.meaning is NOTHING and free:
                if plan.stamp is not None:
                    rows.stamped.append(index)
                continue
            if plan.meaning is HELD and section is None and by_columns:
                if rows.stamped:
                    self._stamp(rows)
                self._hold(rows.held(index))
                if self._section is not section:
                    return index + 1
                continue
            self._settle(rows, steady, table, deciding)
            self._piece(rows.pieces, index, plan, table, torn and index == last, deciding)
            if self._section is not section:
                return index + 1
            free = scribe.waiting is None
            steady = (by_columns and free and scribe.steady_now) or NEVER
        self._settle(rows, steady, table, deciding)
        return len(rows.pieces)

    def _settle(self, rows: Rows, steady: Steady, table: Table, deciding: bool) -> None:
        """Read what waits: times of lines that mean nothing else, and steady lines."""
        if rows.stamped:
            self._stamp(rows)
        if rows.indices:
            self._take(rows, steady, table, deciding)

    def _stamp(self, rows: Rows) -> None:
        """Note the first of these times before there is any run, and the latest of them for a run that goes on."""
        (first, at), (latest, latest_at) = rows.stamps()
        if at is not None and not self._stamped and not self._scribe.run:
            self._stamped = True
            self._scribe.out.append(Stamped(0, Place(first), at))
        if latest_at is None:
            return
        if self._held:
            self._held.stamp(Place(latest), latest_at)
        else:
            self._stamped_at(Place(latest), latest_at)

    def _stamped_at(self, place: Place, at: datetime) -> None:
        if self._scribe.open and self._scribe.ended is None:
            self._scribe.out.append(Stamped(self._scribe.run, place, at))

    def _take(self, rows: Rows, steady: Steady, table: Table, deciding: bool) -> None:
        """Read steady lines: all but the last as columns, that one as it stands, so that what follows finds all as it would
        after reading each by itself. Where one of them says more than its figures, it is looked for by halves."""
        waiting = [rows.taken()]
        while waiting:
            indices = waiting.pop()
            if len(indices) >= ROWS_LEAST and self._scribe.steady_now is steady:
                columns = rows.columns(indices, steady, self._scribe)
                if columns is None and len(indices) >= HALVED_LEAST:
                    half = len(indices) // 2
                    waiting += [indices[half:], indices[:half]]
                    continue
                if columns is not None:
                    self._scribe.out.append(columns)
                    self._scribe.seen[steady.kind.name] += len(indices) - 1
                    del indices[:-1]
            for index in indices:
                self._piece(rows.pieces, index, rows.plans[index - rows.first], table, False, deciding)

    def _piece(self, pieces: Pieces, index: int, plan: Plan, table: Table, torn: bool, deciding: bool) -> None:
        """Read one line or redraw."""
        body, number = pieces.bodies[index], pieces.numbers[index]
        transient = bool(pieces.transient) and pieces.transient[index]
        meaning, section = plan.meaning, self._section
        if plan.meaning is NOTHING and self._scribe.waiting is None:
            return
        if section is None and meaning is not None and meaning.held and not torn:
            self._hold(Held(body, pieces.shapes[index], number, transient))
        elif plan.place is None or meaning is None or section is None or meaning.owner not in (None, section) or transient:
            lines = logical(body, number, transient=transient)
            if torn and lines:
                lines[-1] = replace(lines[-1], torn=True)
            for line in lines:
                self._line(line, table if self._section is section else self._table(), deciding)
        else:
            message = message_of(plan, body, number, torn, section)
            self._line(message.line, table, deciding, meaning, message)
            if (grant := self._scribe.grant) is not None and self._section is section:
                take_grant(plan, grant, message.line.text)

    def _table(self) -> Table:
        return table_of(self._formats, self._hint, self._section)

    def _line(
        self, line: LogLine, table: Table, deciding: bool, meaning: Meaning | None = None, message: Message | None = None
    ) -> None:
        self._line_read = line.number
        section = self._section
        if section is not None and self._scribe.waiting is not None:
            ours = deciding or not self._is_foreign(section, line)
            if ours and self._block_takes(section, line):
                return
        meaning = meaning or table.meaning(line)
        owner, kind = meaning.owner, meaning.kind
        if section is None or owner not in (None, section):
            if kind is not None and owner is not None:
                self._note(owner, kind, line)
                self._switch(owner)
                self._held.add(line)  # a traceback among the held lines may wait for this very line
                self._decide(owner)
            elif meaning.held:
                self._hold(line)
            return
        if kind is None:
            return
        message = message or section.message(line)
        match = section.match_of(kind, message)
        if match is None:
            return
        if owner is not None:
            self._note(section, kind, line)
        elif not deciding and (
            (kind.role == "head" and self._scribe.begins(kind, match)) or (self._held and kind.role != "body")
        ):
            self._hold(line)  # another launch: whose, its next lines show
            return
        if not deciding:
            self._decide(section)
        self._apply(section, kind, match, message)

    def _hold(self, line: LogLine | Held) -> None:
        self._scribe.grant = None
        self._held.add(line)
        if self._held.count > HELD_LINES:
            self._decide(self._section or self._hint)

    def _switch(self, format: Format) -> None:
        if self._section is not None:
            self._scribe.close()
            self._scribe.waiting = None
        self._section = self._scribe.format = format

    def _decide(self, format: Format) -> None:
        """Read what was held as this format's."""
        self._section = self._scribe.format = format
        held, self._held = self._held, HeldLines()
        self._read_held(held.since(0))

    def _read_held(self, lines: Sequence[LogLine | Held | HeldStamp]) -> None:
        for held in joined(lines):
            if isinstance(held, LogLine):
                self._line(held, self._table(), True)
            elif isinstance(held, HeldStamp):
                self._stamped_at(held.place, held.at)
            else:
                self._walk(held, deciding=True)

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
        self._scribe.grant = None
        before = len(self._scribe.out)
        taken = self._scribe.waiting.take(self._scribe.message, self._scribe)
        if not taken:
            self._scribe.waiting = None
        if self._observer is not None and (taken or len(self._scribe.out) > before):
            self._observer.recognised(format, None, line, self._scribe.out[before:])
        return taken

    def _apply(self, format: Format, kind: Line, match: re.Match[str], message: Message) -> None:
        before = len(self._scribe.out)
        self._scribe.grant = None
        try:
            self._scribe.apply(kind, match, message)
        except Exception:
            del self._scribe.out[before:]  # half a line's meaning
            raise
        if message.line.torn:
            self._scribe.out[before:] = whole(self._scribe.out[before:], message.text)
        if self._observer is not None:
            self._observer.recognised(format, kind, message.line, self._scribe.out[before:])
        if message.at is not None and len(self._scribe.out) == before:
            self._stamped_at(Place(message.line.number), message.at)

    def _note(self, format: Format, kind: Line, line: LogLine) -> None:
        if len(self.evidence) < 8 and not any(seen.kind == kind.name for seen in self.evidence):
            self.evidence.append(Ownership(format.name, kind.name, line.number))

