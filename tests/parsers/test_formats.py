"""Every line kind of every format is held against its own samples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from parsers import FORMATS
from parsers.generic import GENERIC
from parsers.grammar import Format, Line
from parsers.lines import logical

ALL = (*FORMATS, GENERIC)


def kinds() -> Iterator[tuple[Format, Line]]:
    for format in ALL:
        for kind in format.lines:
            yield format, kind


def named(case: object) -> str:
    return getattr(case, "name", str(case))


@pytest.mark.parametrize(("format", "kind"), kinds(), ids=named)
def test_a_kind_has_samples_and_each_is_read_as_that_kind(format: Format, kind: Line) -> None:
    """A sample is a whole line as printed; its own format gives it this kind and no other."""
    assert kind.samples
    for sample in kind.samples:
        pieces = logical(sample.encode(), 1)
        read = [found[0].name for piece in pieces if (found := format.match(format.message(piece)))]
        assert kind.name in read, f"{sample!r} is read as {read}"


@pytest.mark.parametrize(("format", "kind"), kinds(), ids=named)
def test_a_kind_has_literals_that_stand_in_each_sample(format: Format, kind: Line) -> None:
    """What is skipped undecoded is decided by these, so they must be in every sample."""
    assert kind.literals, "no literal of three characters: name some in `anchors`"
    for sample in kind.samples:
        assert any(literal in sample for literal in kind.literals)


@pytest.mark.parametrize(("format", "kind"), [case for case in kinds() if case[1].owns], ids=named)
def test_no_other_format_owns_a_line_that_one_owns(format: Format, kind: Line) -> None:
    """A line that shows whose log it is shows it of one vendor only."""
    for sample in kind.samples:
        for piece in logical(sample.encode(), 1):
            others = [other.name for other in ALL if other is not format and other.owned(piece)]
            assert others == []


def test_kind_names_are_unique_in_a_format() -> None:
    """A reading is explained by the kind's name."""
    for format in ALL:
        names = [kind.name for kind in format.lines]
        assert len(set(names)) == len(names)
