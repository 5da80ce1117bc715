"""What a line costs grows with its length and no faster, whatever stands in it: samples of every kind, grown where they give."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from parsers import LogReader
from parsers.catalog import FORMATS
from parsers.grammar import Format

SHORT, LONG = 1 << 16, 1 << 20
EVERY = 83
"""Of the grown samples one in so many is tried, the same ones each time; a prime, so that all kinds of growth take part."""
FACTOR = 2 * LONG // SHORT
FLOOR = 0.25
"""Seconds of CPU within which a time says nothing."""
SLOWEST = 2.0
"""Seconds of CPU that a line of a megabyte may take."""
_GIVES = (r"\d+", r" +", r"[A-Za-z_]+", r"[(\[{][^()\[\]{}]*[)\]}]", r"[-=:,|/.*#]+", r"[█━]+")
_GROWN_DIGITS = 100
"""Digits in a row are grown to so many: with more a line says nothing at all."""


def _grown(sample: str) -> Iterator[tuple[str, str, str]]:
    """The sample's parts before, at and after each place where it gives."""
    yield "", f"{sample} ", ""
    for gives in _GIVES:
        for found in re.finditer(gives, sample):
            yield sample[: found.start()], found[0], sample[found.end() :]


def _all() -> Iterator[tuple[Format, str, tuple[str, str, str]]]:
    for format in FORMATS:
        for kind in format.lines:
            for sample in kind.samples[:1]:
                for parts in _grown(sample):
                    yield format, kind.name, parts


def _line(parts: tuple[str, str, str], size: int) -> bytes:
    before, middle, after = parts
    if middle.isdigit():
        middle = (middle * _GROWN_DIGITS)[:_GROWN_DIGITS] + " "
    return (before + middle * (size // len(middle.encode())) + after + "\n").encode()


def _seconds(format: Format, line: bytes) -> float:
    reader = LogReader(FORMATS, format)
    began = time.process_time()
    reader.feed(line)
    reader.finish()
    assert reader.fault is None
    return time.process_time() - began


_TRIED = list(_all())[::EVERY]


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_a_line_of_a_megabyte_takes_no_more_than_its_length(format: Format) -> None:
    """Measured in CPU time against one of a sixteenth of the length."""
    tried = [(kind, parts) for owner, kind, parts in _TRIED if owner is format]
    assert tried
    for kind, parts in tried:
        long = _seconds(format, _line(parts, LONG))
        if long > FLOOR:
            short = _seconds(format, _line(parts, SHORT))
            assert long < FACTOR * max(short, FLOOR / FACTOR) and long < SLOWEST, (kind, parts, short, long)


@pytest.mark.parametrize("size", [4_000, 30_000])
@pytest.mark.parametrize("text", ["[{}", "({}", "{{'{}", "loss {}", "{}:", "1%|{}", "[00:{}", "a={},", "step 1 | {}"])
def test_a_line_of_one_thing_repeated_is_read_at_once(text: str, size: int) -> None:
    """Below the length from which lines are shortened every pattern sees all of it."""
    for thing in ("1", ":", " ", "[", "a", "1.", "1/", "1, ", "<br>", "a=1 ", "\u2588", "ab_"):
        line = text.replace("{}", thing * (size // len(thing))).encode()
        assert _seconds(FORMATS[-1], line + b"\n") < SLOWEST, thing
