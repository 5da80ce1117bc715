"""Durations in the spellings of programs, and what is none."""

from __future__ import annotations

import re

import pytest

from parsers.durations import DURATION, read_clock, read_duration

SPELLINGS = {
    "01:25": 85, "25:36": 1536, "1:09:59": 4199, "0:12:30": 750, "00:12:30": 750, "2 days, 10:38:57": 211137,
    "1 day, 2:03:04": 93784, "1h23m": 4980, "1h 23m 4s": 4984, "23m 4s": 1384, "45.5s": 45.5, "3d 4h": 273600,
    "10 min": 600, "1 day": 86400, "12 sec": 12, "2 hours, 5 minutes": 7500, "0:00:01.250": 1.25,
}  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), SPELLINGS.items())
def test_every_spelling_gives_its_seconds_and_is_found_whole_in_a_line(text: str, seconds: float) -> None:
    """The reader and the pattern know the same spellings."""
    assert read_duration(text) == seconds
    found = re.search(DURATION, f"eta {text} loss 2.5")
    assert found is not None and found[0] == text


@pytest.mark.parametrize("text", ["", "7", "12:", ":30", "0:21:4", "1:2:3x", "5 samples", "4 h of", "?", "-1:00"])
def test_what_is_cut_or_has_no_unit_is_no_duration(text: str) -> None:
    """A wrong number is worse than none."""
    assert read_duration(text) is None


def test_a_clock_takes_bare_seconds_and_refuses_words() -> None:
    """Some summaries print seconds without a unit where others print a clock."""
    assert (read_clock("992.65"), read_clock("1 day, 2:03:04")) == (992.65, 93784)
    with pytest.raises(ValueError, match="could not convert"):
        read_clock("soon")
