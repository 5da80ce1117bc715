"""Lines of a log as they are shown: redraws and repeats folded into one with a count, and what each line means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.catalog import FORMATS
from parsers.generic import GENERIC
from parsers.grammar import Format, Line
from parsers.lines import LogLine
from parsers.reader import LogReader
from parsers.records import Ended, Job, Metric, Param, PhaseEntered, PhaseLeft, Progress, Record
from tui.runs.plaintext import plain

Meaning = Literal["metric", "phase", "progress", "parameter", "finished", "failed", "other"]
LONGEST = 4096
"""Characters of a line that are shown."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?")
_BAR = re.compile(r"(?P<what>.*?)\s*\d{1,3}%\|")
ERRORS = re.compile(
    rb"(?i)\b(?:error|fatal|critical|exception|traceback|segfault|cancelled|killed)\b(?!\s*[:=]?\s*0\b)|\w(?-i:Error)\b"
    rb"|segmentation fault|core dumped|out of memory|oom-kill"
)
"""What the key for the next error looks for, beside the lines that findings stand on."""


@dataclass(frozen=True, slots=True)
class Row:
    """Some lines shown as one: the first and last of them, the text of the last, and how many lines or redraws it stands
    for. `redrawn` says that these are a progress bar's."""

    first: int
    last: int
    text: str
    count: int = 1
    redrawn: bool = False


def rows_of(first: int, lines: Sequence[bytes], fold: bool) -> list[Row]:
    """Lines from number `first` on; where they are folded, bars of one name and lines alike but for their times are one row."""
    rows: list[Row] = []
    known: tuple[str, str] | None = None
    for number, raw in enumerate(lines, first):
        redraws = [part for part in raw.replace(b"^M", b"\r").split(b"\r") if part.strip()]
        text = plain(redraws[-1].decode("utf-8", "replace")[:LONGEST]).rstrip() if redraws else ""
        bar = bar_of(text)
        key = None if not fold else ("bar", bar) if bar is not None else ("line", _TIME.sub("", text))
        count = max(1, len(redraws))
        if fold and rows and key == known:
            rows[-1] = Row(rows[-1].first, number, text, rows[-1].count + count, bar is not None)
        else:
            rows.append(Row(number, number, text, count, bar is not None or count > 1))
        known = key
    return rows


def bar_of(text: str) -> str | None:
    """The name of the progress bar that a line is, None where it is none."""
    found = _BAR.match(text) if "%|" in text else None
    return None if found is None else found["what"]


_MEANINGS: tuple[tuple[Meaning, tuple[type[Record], ...]], ...] = (
    ("metric", (Metric,)), ("phase", (PhaseEntered, PhaseLeft)), ("progress", (Progress,)), ("parameter", (Param, Job)),
)


class _Meanings:
    """What each recognised line gave, the weightiest where it gave several things."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self.found: dict[int, Meaning] = {}

    def recognised(self, format: Format, kind: Line | None, line: LogLine, records: Sequence[Record]) -> None:
        meaning: Meaning = "other"
        endings = [record for record in records if isinstance(record, Ended)]
        if endings:
            meaning = "failed" if any(ending.state in ("failed", "cancelled") for ending in endings) else "finished"
        else:
            wanted = (name for name, types in _MEANINGS if any(isinstance(record, types) for record in records))
            meaning = next(wanted, "other")
        number = self._numbers[line.number - 1]
        if self.found.get(number, "other") == "other":
            self.found[number] = meaning


def meanings_of(format_name: str, lines: Mapping[int, bytes]) -> dict[int, Meaning]:
    """What lines say, by their numbers, read by themselves as the run's format reads them."""
    meanings = _Meanings(list(lines))
    hint = next((format for format in FORMATS if format.name == format_name), GENERIC)
    reader = LogReader(FORMATS, hint, meanings)
    reader.feed(b"".join(line + b"\n" for line in lines.values()))
    reader.finish()
    for number, line in lines.items():
        if number not in meanings.found and ERRORS.search(line[-LONGEST:]):
            meanings.found[number] = "failed"
    return meanings.found
