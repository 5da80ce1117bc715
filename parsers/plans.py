"""What was understood of a line's shape, kept: whose line it is, of which kind, and where its parts stand.

Lines of one shape differ in nothing but their digits. Nearly all patterns take one digit for another, so all lines of a shape
are of one kind; where a pattern does not, the shape has no plan and each of its lines is looked at anew. The tables are shared
by all logs: a directory of a thousand like logs understands each shape once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from parsers.frozen import frozen
from parsers.grammar import Cut, Format, Line, Message, Span
from parsers.lines import LogLine, logical
from parsers.patterns import late
from parsers.prefixes import RISING, SAME_DIGITS, peel
from parsers.steady import Grant, Steady
from parsers.times import stamp_spans

_PLAIN = late(r"[-+]?[\d, ]*\.?\d*(?:[eE][-+]?\d{1,2})?")
"""A number that is finite whatever its digits are."""
SHAPES_MOST = 16_384
"""Shapes of which a table knows what to do; beyond it the table starts afresh, so that a log of noise costs no memory."""
SHAPE_LONGEST = 4096
"""Bytes of a shape that is worth keeping."""


@frozen
class Meaning:
    """Whose line a text is: `owner` is the format that alone prints it, `kind` its kind there, or in the section's format.
    `held`: it means something to some format, and no line has told yet which is the log's."""

    owner: Format | None = None
    kind: Line | None = None
    held: bool = False


NOTHING = Meaning()
HELD = Meaning(held=True)


@dataclass(slots=True)
class Plan:
    """What to do with the lines of a shape. `meaning` is None where it has to be found for each line anew; `place` is None
    where the line has to be taken apart anew: where in the line its text stands, its indent, and what of it is what.
    `steady`, once such a line was steady: then `cells` takes the bytes of the time, the figures and what must be the same.
    `stamp` is where the time stands in a line that means nothing else, and its form."""

    meaning: Meaning | None = None
    place: tuple[Span, int, Cut | None] | None = None
    steady: Steady | None = None
    cells: Callable[[bytes], tuple[bytes, ...]] | None = None
    stamp: tuple[Span, str] | None = None


SKIP = Plan(NOTHING)
"""The plan of every shape that means nothing."""
UNKNOWN = Plan()
"""In place of a plan where there is none yet."""


class Table:
    """The plans for logs among these formats, of which the last stretch is `section`'s (None: not known yet)."""

    def __init__(self, formats: tuple[Format, ...], hint: Format, section: Format | None) -> None:
        self._formats = formats
        self._known = tuple({*formats, hint})
        self._section = section
        self.plans: dict[bytes, Plan] = {b"": SKIP}
        self._meanings: dict[str, Meaning | None] = {}

    def learn(self, body: bytes, shape: bytes) -> Plan:
        """The plan of a shape of which this is the first line."""
        plan = self._plan(body, logical(body, 0))
        if len(shape) <= SHAPE_LONGEST:
            if len(self.plans) >= SHAPES_MOST:
                self.plans = {b"": SKIP}
            self.plans[shape] = plan
        return plan

    def meaning(self, line: LogLine) -> Meaning:
        """Whose line this is, and of which kind."""
        shape = line.text.translate(SAME_DIGITS)
        if shape in self._meanings:
            return self._meanings[shape] or self._look(line)[0]
        meaning, sure = self._look(line)
        if len(self._meanings) >= SHAPES_MOST:
            self._meanings.clear()
        if len(shape) <= SHAPE_LONGEST:
            self._meanings[shape] = meaning if sure else None
        return meaning

    def _plan(self, body: bytes, lines: Sequence[LogLine]) -> Plan:
        looked = [self._look(line) for line in lines]
        if all(meaning == NOTHING and sure for meaning, sure in looked):
            return self._stamp(body, lines) or SKIP
        if len(lines) != 1 or not body.isascii():
            return Plan()
        (line,), ((meaning, sure),) = lines, looked
        begin = body.find(line.text.encode())
        if begin < 0 or line.rank is not None or line.side or line.comment or line.transient:
            return Plan()
        format = meaning.owner or self._section
        cut = format.cut(line.text) if format is not None else None
        return Plan(meaning if sure else None, ((begin, begin + len(line.text)), line.indent, cut))

    @staticmethod
    def _stamp(body: bytes, lines: Sequence[LogLine]) -> Plan | None:
        """The plan of a line that gives its time and nothing else; None where it gives none."""
        if len(lines) != 1 or not body.isascii():
            return None
        peeled, begin = peel(lines[0].text), body.find(lines[0].text.encode())
        if peeled.form not in RISING or peeled.span is None or begin < 0:
            return None
        first, last = peeled.span
        return Plan(NOTHING, stamp=((begin + first, begin + last), peeled.form))

    def _look(self, line: LogLine) -> tuple[Meaning, bool]:
        """What a line means, and whether every line of its shape means the same."""
        section, kind, sure = self._section, None, True
        if section is not None:
            kind, sure = section.kind_of(section.message(line))
            if kind is not None and kind.owns:
                return Meaning(section, kind), sure
        for other in self._formats:
            if other is not section:
                owned, known = other.owner_of(line)
                sure = sure and known
                if owned is not None:
                    return Meaning(other, owned), sure
        if section is None:
            return (HELD if self._says_something(line.text) else NOTHING), sure
        return (Meaning(None, kind) if kind is not None else NOTHING), sure

    def _says_something(self, text: str) -> bool:
        """Whether a line may be of some kind of some format."""
        text = text.translate(SAME_DIGITS)
        literals = _literals(self._known)
        return not literals or any(literal in text for literal in literals)


@lru_cache(maxsize=64)
def _literals(formats: tuple[Format, ...]) -> tuple[str, ...]:
    """Those of which each line holds one that is of any kind, digits all the same; empty where a kind has none."""
    found = {literal.translate(SAME_DIGITS) for format in formats for kind in format.lines for literal in kind.literals or ("",)}
    return () if "" in found else tuple(sorted(found, key=len))


@lru_cache(maxsize=256)
def table_of(formats: tuple[Format, ...], hint: Format, section: Format | None) -> Table:
    """The table that all logs share whose formats, hint and section are these."""
    return Table(formats, hint, section)


def message_of(plan: Plan, body: bytes, number: int, torn: bool, format: Format) -> Message:
    """A line whose parts are known to stand where the plan says."""
    assert plan.place is not None
    (begin, end), indent, cut = plan.place
    return format.message(LogLine(number, body[begin:end].decode("ascii"), indent, None, False, "", torn), cut)


def take_grant(plan: Plan, grant: Grant, text: str) -> None:
    """Note that lines of this shape are steady, where it is known by place what of such a line is what."""
    if plan.place is None or plan.meaning is None or plan.steady is grant.steady:
        return
    (begin, _), _, cut = plan.place
    if cut is None or len(grant.spans) < 2:
        return
    if not all(_PLAIN.fullmatch(text[first:last]) for first, last in grant.spans[: len(grant.steady.names)]):
        return
    spans = [(begin + first, begin + last) for first, last in grant.spans]
    if grant.at is not None:
        stamp = stamp_spans(text, grant.at, begin)
        if stamp is None:
            return
        spans = [*stamp, *spans]
    plan.steady = grant.steady
    plan.cells = itemgetter(*[slice(first, last) for first, last in spans])
