"""Lines that wait until it is known whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from parsers.records import Place


class Held(NamedTuple):
    """A line or redraw that waits as it stands in the file."""

    body: bytes
    shape: bytes
    number: int
    transient: bool


class HeldStamp(NamedTuple):
    """The time of a line that means nothing else, among lines that wait."""

    place: Place
    at: datetime
