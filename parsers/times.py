"""Time stamps: one read as it stands, or a column of them by place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from operator import add, truediv
from typing import TYPE_CHECKING

from parsers.patterns import late

if TYPE_CHECKING:
    from parsers.grammar import Span

_MONTH_FIRST = late(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d:\d\d)")
_DAY_FIRST = late(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?")
_MINUTE = len("2024-04-07 06:11")
_SECOND = len("2024-04-07 06:11:05")
_LONGEST = len("2024-04-07 06:11:05,703123")
PARTS_MOST = 1 << 17
"""Parts of time stamps that are remembered."""
_EPOCH = datetime(1970, 1, 1)


def read_time(text: str | None) -> datetime | None:
    """An ISO date and time (comma or point before the fraction; a zone is dropped), or an American one as Hugging Face's
    examples print it (`11/14/2024 05:39:16`); None when it is none."""
    if text and (found := _MONTH_FIRST.match(text)):
        text = f"{found[3]}-{found[1]}-{found[2]} {found[4]}"
    if not text or not (found := _DAY_FIRST.match(text)):
        return None
    try:
        return datetime.fromisoformat(found[0].replace(",", ".")[:_LONGEST])
    except ValueError:
        return None


def stamp_spans(text: str, at: Span | None, shift: int) -> tuple[Span, Span, Span] | None:
    """Where the minute, the seconds and the fraction of the stamp at that place in a text stand, `shift` characters further on;
    None unless it is an ISO one."""
    found = _DAY_FIRST.match(text[at[0] : at[1]]) if at else None
    if at is None or found is None:
        return None
    begin = at[0] + shift
    end = begin + min(found.end(), _LONGEST)
    return (begin, begin + _MINUTE), (begin + _MINUTE + 1, begin + _SECOND), (begin + _SECOND, end)


class _Parts(dict[bytes, float]):
    """Microseconds, a whole number, of each part of a time stamp asked for; raises ValueError where there is no such time."""

    def __init__(self, read: Callable[[str], timedelta]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, part: bytes) -> float:
        if len(self) >= PARTS_MOST:
            self.clear()
        found = self[part] = float(self._read(part.decode("ascii").replace(",", ".")) // timedelta(microseconds=1))
        return found


_minutes = _Parts(lambda text: datetime.fromisoformat(text) - _EPOCH)
_seconds = _Parts(lambda text: datetime.fromisoformat(f"1970-01-01T00:00:{text}") - _EPOCH)
_fractions = _Parts(lambda text: timedelta(microseconds=int(text[1:].ljust(6, "0") or "0")))


def seconds_of_columns(minutes: Sequence[bytes], seconds: Sequence[bytes], fractions: Sequence[bytes]) -> list[float]:
    """Seconds since 1970 of the stamps whose parts these are: what `read_time` gives for each, to the last bit. Raises
    ValueError where one of them is no time."""
    whole = map(add, map(_minutes.__getitem__, minutes), map(_seconds.__getitem__, seconds))
    return list(map(truediv, map(add, whole, map(_fractions.__getitem__, fractions)), repeat(1e6)))
