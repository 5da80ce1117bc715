"""What bedwatch sees of a machine, as text: one topic after another, each with its facts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.runs.plaintext import plain

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """Facts under one heading, each with what it is about."""

    name: str
    facts: tuple[tuple[str, str], ...]


def doctor_text(topics: Sequence[Topic], width: int | None) -> str:
    """The topics one below the other; facts are broken to the width, if there is one."""
    return "\n\n".join("\n".join(_lines(topic, width)) for topic in topics)


def _lines(topic: Topic, width: int | None) -> Iterator[str]:
    yield topic.name
    column = max((len(about) for about, _ in topic.facts), default=0) + _INDENT + 2
    for about, said in topic.facts:
        head = f"{'':{_INDENT}}{plain(about)}".ljust(column)
        pieces = [plain(said)]
        if width is not None:
            pieces = textwrap.wrap(plain(said), max(20, width - column), break_long_words=False, break_on_hyphens=False)
        yield (head + (pieces[0] if pieces else "")).rstrip()
        yield from ("".ljust(column) + piece for piece in pieces[1:])
