"""Logs that were damaged at random, and whether every figure that is read of them stands in them."""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parsers import new_reader, plans
from parsers.catalog import FORMATS, hint
from parsers.durations import DURATION, read_duration
from parsers.grammar import Format, Line
from parsers.lines import LogLine, clean
from parsers.reader import LogReader
from parsers.readings import engine
from parsers.records import Fault, Metric, Param, PhaseEntered, PhaseLeft, Progress, Record, Remaining
from tests.reading import spread

Mutation = Callable[[bytes, random.Random], bytes]

_DIGIT = re.compile(rb"\d")
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_ODD = (
    b"\x00", b"\xff", b"\xc3", b"\x1b[0m", b"\x1b[", b"\r", b"^M", b"\t", "\u0663".encode(), "\u00b2".encode(), "\uff15".encode(),
    "\u202e".encode(), "\u00a0".encode(), b",", b".", b"-", b"+", b"e", b"E", b"/", b":", b"=", b"%", b"k", b"[", b"]", b"(", b"{",
    b"'", b'"', b"|", b"<", b"nan", b"inf", b"None", b"null", b"_",
)  # fmt: skip
_HUGE = (b"1e999", b"9" * 40, b"9" * 400, b"0" * 30, b"1e-320", b"-0", b"1_000", b"0x10", b"1,2,3", b"1.2.3", b"12,34", b"1,234,567.5")


def _at(line: bytes, chance: random.Random) -> int:
    return chance.randrange(len(line) + 1)


def _digits(line: bytes, chance: random.Random) -> bytes:
    return _DIGIT.sub(lambda digit: b"%d" % chance.randrange(10) if chance.random() < 0.5 else digit[0], line)


def _deleted(line: bytes, chance: random.Random) -> bytes:
    at = _at(line, chance)
    return line[:at] + line[at + chance.choice((1, 1, 1, 2, 5)) :]


def _doubled(line: bytes, chance: random.Random) -> bytes:
    at = _at(line, chance)
    return line[: at + 1] + line[at : at + 1] * chance.choice((1, 1, 3)) + line[at + 1 :]


def _swapped(line: bytes, chance: random.Random) -> bytes:
    at = _at(line, chance)
    return line[:at] + line[at + 1 : at + 2] + line[at : at + 1] + line[at + 2 :]


def _inserted(line: bytes, chance: random.Random) -> bytes:
    at = _at(line, chance)
    return line[:at] + chance.choice(_ODD) + line[at:]


def _beside_digit(line: bytes, chance: random.Random) -> bytes:
    """Where it does most harm: in a number or at its edge."""
    places = [found.start() + chance.randrange(2) for found in _DIGIT.finditer(line)]
    at = chance.choice(places or [0])
    return line[:at] + chance.choice(_ODD) + line[at:]


def _huge(line: bytes, chance: random.Random) -> bytes:
    found = [*_NUMBER.finditer(line)]
    if not found:
        return line
    number = chance.choice(found)
    return line[: number.start()] + chance.choice(_HUGE) + line[number.end() :]


def _cut(line: bytes, chance: random.Random) -> bytes:
    return line[: _at(line, chance)]


def _beheaded(line: bytes, chance: random.Random) -> bytes:
    return line[_at(line, chance) :]


def _nested(line: bytes, chance: random.Random) -> bytes:
    at, depth = _at(line, chance), chance.choice((1, 3, 50))
    opening, closing = chance.choice((b"[]", b"()", b"{}")).decode()
    return line[:at] + opening.encode() * depth + line[at:] + closing.encode() * chance.choice((depth, depth - 1))


def _whole_digits(line: bytes, chance: random.Random) -> bytes:
    """Digits of another script."""
    zero = chance.choice((0x660, 0x966, 0xFF10))
    return _DIGIT.sub(lambda digit: chr(zero + int(digit[0])).encode() if chance.random() < 0.3 else digit[0], line)


ONE_LINE: tuple[Mutation, ...] = (
    _digits, _digits, _deleted, _doubled, _swapped, _inserted, _beside_digit, _beside_digit, _huge, _cut, _beheaded, _nested,
    _whole_digits,
)  # fmt: skip


def mutated(log: bytes, chance: random.Random) -> tuple[bytes, int]:
    """The log with about every second line damaged, cut, doubled or joined to the next; and how many lines were."""
    out, count, joined = [], 0, b""
    for line in log.split(b"\n"):
        line, joined = joined + line, b""
        what = chance.random()
        if what < 0.5:
            out.append(line)
            continue
        count += 1
        if what < 0.94:
            out.append(chance.choice(ONE_LINE)(line, chance))
        elif what < 0.96:
            out += [line, line]
        elif what < 0.98:
            joined = line[: _at(line, chance)]
        else:
            at = _at(line, chance)
            out += [line[:at], line[at:]]
    return b"\n".join([*out, joined]), count


@dataclass(frozen=True, slots=True)
class Wrong:
    """What should not be: a fault, or a figure that does not stand where it is said to."""

    why: str
    line: int
    log: bytes

    @property
    def text(self) -> str:
        """The line."""
        return self.log.split(b"\n")[self.line - 1].decode("utf-8", "backslashreplace") if self.line else ""


def wrongs(log: bytes, path: str, chance: random.Random) -> Iterator[Wrong]:
    """Reads the log whole and in pieces, and looks for each figure of its records in the line that they name."""
    whole = read([log], path)
    cuts = sorted(chance.randrange(len(log) + 1) for _ in range(8))
    pieces = [log[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(log)], strict=True)]
    if repr(apart := read(pieces, path)) != repr(whole):  # as text: one that is no number is not equal to itself
        first = next((pair for pair in zip(whole, apart, strict=False) if repr(pair[0]) != repr(pair[1])), None)
        yield Wrong(f"chunks matter: {first}", first[0].place.line if first else 0, log)
    if repr(apart := each_by_itself(log, path)) != repr(whole):
        first = next((pair for pair in zip(whole, apart, strict=False) if repr(pair[0]) != repr(pair[1])), None)
        yield Wrong(f"plans matter: {first}", first[0].place.line if first else 0, log)
    page = Page(log)
    for record in whole:
        if isinstance(record, Fault):
            yield Wrong(record.message, record.place.line, log)
            continue
        for name, value in page.strange(record):
            yield Wrong(f"{type(record).__name__} {name} = {value!r} is not printed", record.place.line, log)


def read(pieces: Sequence[bytes], path: str) -> list[Record]:
    """The records of a log that comes in these pieces, but for those that change nothing."""
    reader = new_reader(path)
    records: list[Record] = []
    for piece in pieces:
        records += reader.feed(piece)
    return list(_telling(spread(records + reader.finish())))


class _Nobody:
    """Is told of each line, so that none is read in columns."""

    def recognised(self, format: Format, kind: Line | None, line: LogLine, records: Sequence[Record]) -> None:
        pass


def each_by_itself(log: bytes, path: str) -> list[Record]:
    """The records of a log whose every line is looked at as if none of its shape had come before."""
    reader = LogReader(FORMATS, hint(path), _Nobody())
    records: list[Record] = []
    for line in log.splitlines(keepends=True):
        plans.table_of.cache_clear()
        engine._understood.clear()
        records += reader.feed(line)
    return list(_telling(spread(records + reader.finish())))


def _telling(records: list[Record]) -> Iterator[Record]:
    """All but those that enter the phase that their run is in, which changes nothing."""
    phases: dict[int, str] = {}
    for record in records:
        if isinstance(record, PhaseEntered):
            before, phases[record.run] = phases.get(record.run), record.name
            if before == record.name and record.cached is None:
                continue
        elif isinstance(record, PhaseLeft):
            phases.pop(record.run, None)
        yield record


COUNTED = ("num_instances", "num_replicas", "ntasks")
"""Settings that are counts of what is listed on a line, or of the ranks that have spoken."""


class Page:
    """A log as a person reads it: the numbers printed on each of its lines."""

    def __init__(self, log: bytes) -> None:
        self._lines = log.split(b"\n")
        self._known: dict[int, Printed] = {}

    def printed(self, number: int) -> Printed:
        """What is printed on a line."""
        if number not in self._known:
            self._known[number] = Printed(self._lines[number - 1])
        return self._known[number]

    def before(self, number: int) -> set[float]:
        """The numbers printed down to a line."""
        return {figure for line in range(1, number + 1) for figure in self.printed(line).numbers}

    def strange(self, record: Record) -> list[tuple[str, float]]:
        """Names and values of a record's figures that are not printed in its line."""
        here = self.printed(record.place.line)
        match record:
            case Metric(name=name, value=value, derived=derived):
                if here.holds(value) or (derived and (here.holds_inverse(value) or self._difference(record.place.line, value))):
                    return []
                return [(name, value)]
            case Progress(unit=unit, done=done, total=total):
                given = [] if done is None else [(unit, done, 1.0)]
                given += [] if total is None else [(f"{unit}s planned", total, 0.0)]
                # Of an epoch that begins one less is done than its number, of one that ends and is counted from 0 one more; a
                # total may be repeated from a line before, or be the first step plus the steps of this launch.
                return [
                    (name, value)
                    for name, value, one in given
                    if not (here.holds(value) or here.holds(value + one) or here.holds(value - one))
                    and value not in (before := self.before(record.place.line))
                    and not (not one and any(value - first + minus in before for first in before for minus in (0, 1)))
                ]
            case Param(name=name, value=float() | int() as value):
                return [] if name in COUNTED or here.holds(value) else [(name, value)]
            case Remaining(seconds=value):
                return [] if here.holds(value) else [("seconds left", value)]
        return []

    def _difference(self, line: int, value: float) -> bool:
        """From the clock of one line to that of another."""
        here = self.printed(line).numbers
        return any(_close(end - start, value) for start in self.before(line) for end in here)


_TOKEN = re.compile(r"[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?:\.\d+)?(?![\d.])")
_CLOCK = re.compile(rf"(?<![\w:.]){DURATION}")
_NO_NUMBER = re.compile(r"(?<![a-z])(?:nan|inf(?:inity)?)(?![a-z])", re.IGNORECASE)
_FACTORS = (1.0, 1e3, 1e6, 1e9, 1e12, 1e-3, 1e-6, 1e-9, 100.0, 0.01, 60.0, 3600.0)
"""k, M, G, T, milliseconds and shorter, per cent and fractions, minutes and hours."""


class Printed:
    """The numbers printed on a line, as a person would read them: whole, not parts of longer ones."""

    def __init__(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").replace("^M", "\r")
        self.text = "".join(map(_ascii, clean(text)))
        self.numbers = _numbers(self.text)

    def holds(self, value: float) -> bool:
        """Whether the value is one of them, converted, or the words for what is no number stand there."""
        if not math.isfinite(value):
            return _NO_NUMBER.search(self.text) is not None
        return any(_close(number * factor, value) for number in self.numbers for factor in _FACTORS)

    def holds_inverse(self, value: float) -> bool:
        """The same for its inverse."""
        return value != 0 and self.holds(1 / value)


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-300)


def _numbers(text: str) -> set[float]:
    found: set[float] = set()
    for token in _TOKEN.finditer(text):
        begin, end = token.span()
        before, after = text[begin - 1 : begin], text[end : end + 1]
        number = token[0]
        bare = number.rstrip(".,")
        if (before.isalpha() and before != "v") or before == "_" or _is_digit(before) or _is_digit(after):
            continue
        if before == "." and not text[begin - 2 : begin - 1].isalnum():
            bare = "0." + bare  # `.5`
        if after in ("e", "E", "_") and bare == number and not text[end + 1 : end + 2].isalpha():
            continue  # `2.5e-`: cut
        value: float | None = None
        if _THOUSANDS.fullmatch(bare):
            value = float(bare.replace(",", ""))
        elif bare.count(",") == 0 and bare.count(".") <= 1:
            value = float(bare)
        if value is None:
            continue
        sign = before == "-"
        if not sign or text[begin - 2 : begin - 1].isalnum() or text[begin - 2 : begin - 1] == "-":
            found.add(value)
        if sign:
            found.add(-value)
    for spaced in _SPACED.finditer(text):
        found.add(float(spaced[0].replace(" ", "")))
    for clock in _CLOCK.finditer(text):
        if (seconds := read_duration(clock[0])) is not None:
            found.add(seconds)
    return found


def _ascii(char: str) -> str:
    """A digit of any script as people and Python read it; a superscript is none."""
    return str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char


def _is_digit(char: str) -> bool:
    return char != "" and unicodedata.category(char) == "Nd"


def shrunk(wrong: Wrong, path: str) -> Wrong:
    """The same with as few lines before it as still show it."""
    lines = wrong.log.split(b"\n")
    last, kept = lines[wrong.line - 1], lines[: wrong.line - 1]

    def still(before: list[bytes]) -> Wrong | None:
        log = b"\n".join([*before, last]) + b"\n"
        return next((found for found in wrongs(log, path, random.Random(0)) if found.line == len(before) + 1), None)

    best = still(kept)
    if best is None:
        return wrong
    size = max(1, len(kept) // 2)
    tries = 0
    while kept and tries < 200:
        at = 0
        while at < len(kept) and tries < 200:
            tries += 1
            fewer = kept[:at] + kept[at + size :]
            if (found := still(fewer)) is not None:
                kept, best = fewer, found
            else:
                at += size
        if size == 1:
            break
        size = max(1, size // 2)
    return best
