"""How a format is declared: its line kinds, each with pattern, samples and meaning; and how a line finds its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from parsers.anchors import required_literals
from parsers.digits import blurred
from parsers.frozen import frozen
from parsers.lines import LogLine
from parsers.records import EndState, PhaseName, ProgressUnit, RunKind
from parsers.times import read_time

if TYPE_CHECKING:
    from parsers.scribe import Scribe

Read = Callable[["re.Match[str]", "Scribe"], None]
Begins = Callable[["re.Match[str]", "Scribe"], bool]
Role = Literal["head", "body", "noise"]
"""head: printed when a launch begins, so after a body line it begins another run; noise: says nothing of a run."""

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?(?![.,]*\d)|\.\d+|inf|nan|Infinity|NaN)"
"""A float as Python prints one, infinite and not-a-number included; never the beginning of a longer number, as of `12,34`."""
COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?![.,]*\d)"
"""A count, with thousands separators or without: `1,2,3` is none."""


@dataclass(frozen=True, eq=False)
class Line:
    """A line kind. The pattern is searched in a logical line's text, after the format's prefix is taken off.

    What a match means is declared where it can be: a mapping names the pattern's groups. `read` is for what one
    mapping cannot say, and runs after the declared meaning; `begins` says whether this line begins another run (the
    default: a head line does after a body line). `owns`: one such line shows whose log this is.
    `anchors`: literals of which every matching line holds one; derived from the pattern when left empty.
    `whole`: the pattern is searched in the whole line, prefix included, and after all others.
    """

    name: str
    pattern: str
    samples: tuple[str, ...]
    about: str = ""
    owns: bool = False
    role: Role = "body"
    kind: RunKind | None = None
    enters: PhaseName | None = None
    leaves: PhaseName | None = None
    metrics: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    progress: Mapping[ProgressUnit, tuple[str, str | None]] = field(default_factory=dict)
    job: str | None = None
    ends: EndState | None = None
    strength: int = 0
    begins: Begins | None = None
    read: Read | None = None
    anchors: tuple[str, ...] = ()
    versions: str = ""
    whole: bool = False

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern)

    @cached_property
    def blurred(self) -> re.Pattern[str] | None:
        """What every line matches that the pattern could match with other digits; None where it looks at none of them."""
        found = blurred(self.pattern)
        return self.regex if found is None and re.search(r"\d", "".join(self.anchors)) else found

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Literals of which every matching line holds at least one; empty when there is none to be had."""
        return self.anchors or required_literals(self.pattern)


@dataclass(frozen=True)
class Prefix:
    """What a logger puts before each message. The pattern is matched at the start of the text and its end is where
    the message begins; groups it may have: `at` (ISO date and time), `level`, `rank`, `msg` (else the rest)."""

    pattern: str

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern)


STAMPED = Prefix(
    r"^(?P<open>\[)?(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?(open)(?:[.,]\d+)?))(?:[-+]\d\d:?\d\d)?(?(open)\]) "
)
"""The time that a wrapper (`ts`, a service's log) puts before each line of a program that prints none; comes last."""


Span = tuple[int, int]


class Cut(NamedTuple):
    """Where the parts of a line's text stand: the message, and of the logger's prefix the time, level and rank, where there
    are such."""

    text: Span
    at: Span | None = None
    level: Span | None = None
    rank: Span | None = None


@frozen
class Message:
    """A logical line without its logger's prefix; `cut` says what of the line is what."""

    line: LogLine
    text: str
    at: datetime | None = None
    level: str = ""
    rank: str | None = None
    cut: Cut | None = None


@dataclass(frozen=True, eq=False)
class Format:
    """What one vendor's software prints. `lines` are tried in order and the first that matches is the line's kind."""

    name: str
    testbed: str
    title: str
    lines: tuple[Line, ...]
    prefixes: tuple[Prefix, ...] = ()
    versions: str = ""

    def __deepcopy__(self, memo: object) -> Format:
        return self

    def cut(self, text: str) -> Cut:
        """Where in a line's text its logger's prefix ends, and what it holds. The digits do not matter."""
        for prefix in self.prefixes:
            if found := prefix.regex.match(text):
                groups = prefix.regex.groupindex
                spans = {name: found.span(name) for name in groups if found.start(name) >= 0}
                begin, end = spans.get("msg", (found.end(), len(text)))
                message = text[begin:end]
                begin += len(message) - len(message.lstrip())
                return Cut((begin, begin + len(message.strip())), spans.get("at"), spans.get("level"), spans.get("rank"))
        return Cut((0, len(text)))

    def message(self, line: LogLine, cut: Cut | None = None) -> Message:
        """The line with its logger's prefix split off; where that is known already, `cut` says so."""
        text = line.text
        cut = cut or self.cut(text)
        (begin, end), at, level, rank = cut
        return Message(
            line,
            text[begin:end],
            read_time(text[at[0] : at[1]]) if at else None,
            text[level[0] : level[1]].upper() if level else "",
            (text[rank[0] : rank[1]] if rank else None) or line.rank,
            cut,
        )

    def match_of(self, kind: Line, message: Message) -> re.Match[str] | None:
        """The match of that kind's pattern; None where the line is not of it."""
        return kind.regex.search(message.line.text if kind.whole else message.text)

    def match(self, message: Message) -> tuple[Line, re.Match[str]] | None:
        """The kind of a line and the pattern's match, or None when this format does not know it."""
        return _first(self._table, message.text) or _first(self._whole_table, message.line.text)

    @cached_property
    def _table(self) -> _Table:
        return _table_of(tuple(kind for kind in self.lines if not kind.whole))

    @cached_property
    def _whole_table(self) -> _Table:
        return _table_of(tuple(kind for kind in self.lines if kind.whole))

    def kind_of(self, message: Message) -> tuple[Line | None, bool]:
        """The kind of a line, and whether it is that of every line that differs from it in digits alone."""
        kind, sure = _kind_of(self._table, message.text)
        if kind is not None:
            return kind, sure
        kind, sure_of_whole = _kind_of(self._whole_table, message.line.text)
        return kind, sure and sure_of_whole

    def owner_of(self, line: LogLine) -> tuple[Line | None, bool]:
        """The same for `owned`."""
        return _kind_of(self._owning_table, self.message(line).text)

    @cached_property
    def owning(self) -> tuple[Line, ...]:
        """The kinds that show whose log it is."""
        return tuple(kind for kind in self.lines if kind.owns)

    def owned(self, line: LogLine) -> Line | None:
        """The kind by which a line shows itself to be this format's alone, if it does."""
        text = line.text
        for literal in self._owning_literals:
            if literal in text:
                break
        else:
            return None
        found = _first(self._owning_table, self.message(line).text)
        return found[0] if found else None

    @cached_property
    def _owning_table(self) -> _Table:
        return _table_of(self.owning)

    @cached_property
    def _owning_literals(self) -> tuple[str, ...]:
        return tuple({literal for kind in self.owning for literal in kind.literals})


_Table = tuple[tuple[tuple[str, ...], Line], ...]
"""Each kind with the literals of which its lines hold one. Most patterns are never compiled: no line holds theirs."""


def _table_of(kinds: tuple[Line, ...]) -> _Table:
    return tuple((kind.literals or ("",), kind) for kind in kinds)


def _first(table: _Table, text: str) -> tuple[Line, re.Match[str]] | None:
    # The inner loop runs some fifty times a line: a generator in it would cost more than all the patterns.
    for literals, kind in table:
        for literal in literals:
            if literal in text:
                if found := kind.regex.search(text):
                    return kind, found
                break
    return None


def _kind_of(table: _Table, text: str) -> tuple[Line | None, bool]:
    found = _first(table, text)
    kind = found[0] if found else None
    for _, other in table:
        if (blur := other.blurred) is not None and blur.search(text):
            return kind, False
        if other is kind:
            break
    return kind, True
