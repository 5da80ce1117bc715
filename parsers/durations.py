"""Durations as programs print them, in seconds: `25:36`, `1:09:59`, `2 days, 10:38:57`, `1h23m`, `45.5s`."""

from __future__ import annotations

import re

_CLOCK = r"\d{1,6}:\d\d(?::\d\d)?(?:\.\d{1,9})?"
_UNITS = r"(?:\d{1,6} ?d(?:ays?)?,? ?)?(?:\d{1,6} ?h(?:(?:ou)?rs?)?,? ?)?(?:\d{1,6} ?m(?:in(?:ute)?s?)?,? ?)?"
_SECONDS = r"\d{1,9}(?:\.\d{1,9})? ?s(?:ec(?:ond)?s?)?"
DURATION = rf"(?:\d{{1,6}} days?, {_CLOCK}|{_CLOCK}|(?=\d)(?:{_UNITS}{_SECONDS}|{_UNITS}(?<=[a-z,])))(?![\w:.]*\d|[A-Za-z:])"
"""A duration with a unit or a colon in it: a bare number may be anything. A cut one matches nowhere within it."""

_DAYS = re.compile(r"(?P<days>\d{1,6}) ?d(?:ays?)?(?:, ?| |$|(?=\d))")
_PARTS = re.compile(
    r"(?:(?P<h>\d{1,6}) ?h(?:(?:ou)?rs?)?(?:, ?| |$|(?=\d)))?"
    r"(?:(?P<m>\d{1,6}) ?m(?:in(?:ute)?s?)?(?:, ?| |$|(?=\d)))?"
    r"(?:(?P<s>\d{1,9}(?:\.\d{1,9})?) ?s(?:ec(?:ond)?s?)?)?"
)
_WHOLE_CLOCK = re.compile(_CLOCK)


def read_duration(text: str) -> float | None:
    """Seconds of a clock (`25:36` is minutes and seconds) or of numbers with units, days before either; None of anything else.

    >>> read_duration("2 days, 10:38:57"), read_duration("1:09:59"), read_duration("25:36"), read_duration("1h 23m 4s")
    (211137.0, 4199.0, 1536.0, 4984.0)
    >>> read_duration("1h23m"), read_duration("3d 4h"), read_duration("12.5 sec"), read_duration("0:21:4x"), read_duration("7")
    (4980.0, 273600.0, 12.5, None, None)
    """
    text, seconds = text.strip(), 0.0
    if days := _DAYS.match(text):
        seconds, text = int(days["days"]) * 86400.0, text[days.end() :]
        if not text:
            return seconds
    if _WHOLE_CLOCK.fullmatch(text):
        return seconds + _clock(text)
    parts = _PARTS.fullmatch(text)
    if parts is None or not text:
        return None
    return seconds + 3600 * int(parts["h"] or 0) + 60 * int(parts["m"] or 0) + float(parts["s"] or 0)


def read_clock(text: str) -> float:
    """Seconds of a tqdm or timedelta clock: `01:25`, `1:09:59`, `1 day, 2:03:04`, or of bare seconds; raises ValueError on
    anything else."""
    days = 0.0
    if "day" in text:
        head, _, text = text.partition(",")
        days = float(head.split()[0])
    return days * 86400 + _clock(text.strip())


def _clock(text: str) -> float:
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
