"""What counts of a file's last line, where it has no end: not its last word."""

from __future__ import annotations

import re

from parsers.records import Job, Metric, Param, Progress, Record

_LAST_WORD = re.compile(r"[\w.+-]+$")


def whole(records: list[Record], text: str) -> list[Record]:
    """Records of a file's torn last line without those whose value is its last word: more of that may be missing."""
    found = _LAST_WORD.search(text)
    if found is None:
        return records
    word = found[0]
    try:
        cut: float | str = float(word)
    except ValueError:
        cut = word

    def touches(record: Record) -> bool:
        match record:
            case Metric(value=value):
                return value == cut
            case Progress():
                return isinstance(cut, float)  # a total may be reckoned from it
            case Param(value=str(value)):
                return value.endswith(word)
            case Param(value=value):
                return value == cut
            case Job(id=value):
                return value.endswith(word)
        return False

    return [record for record in records if not touches(record)]

