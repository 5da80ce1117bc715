"""The rows of log against log: what differs, some lines around it, and the count of what is alike and folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from tui.runs.logdiff.align import Kind, Stretch
from tui.runs.logdiff.masks import masked_spans

AROUND = 2
"""Lines alike that are shown before and after a change."""
_WORDS = re.compile(r"\w+(?:\.\w+)*|\s+|.")
_WORDS_MOST = 400
"""Words of a line up to which it is said which of them differ."""


class Row(NamedTuple):
    """A line of each log, or of one of them, by its index; `fold` and `apart` stand for several, of which these are the first."""

    kind: Kind | Literal["fold"]
    left: int | None
    right: int | None
    left_count: int = 1
    right_count: int = 1


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows, and where each change begins among them."""

    rows: tuple[Row, ...]
    changes: tuple[int, ...]


def rows_of_difference(stretches: Sequence[Stretch], fold: bool = True) -> Rows:
    """The stretches row by row, those alike folded but for some lines around a change."""
    rows: list[Row] = []
    changes: list[int] = []
    alike = True
    for at, one in enumerate(stretches):
        if one.kind == "equal":
            before = AROUND if at else 0
            after = AROUND if at + 1 < len(stretches) else 0
            hidden = one.left_count - before - after
            for by in range(one.left_count):
                if fold and hidden > 1 and before <= by < before + hidden:
                    if by == before:
                        rows.append(Row("fold", one.left + by, one.right + by, hidden, hidden))
                else:
                    rows.append(Row("equal", one.left + by, one.right + by))
            alike = True
            continue
        if alike:
            changes.append(len(rows))
        alike = False
        if one.kind == "apart":
            rows.append(Row("apart", one.left, one.right, one.left_count, one.right_count))
            continue
        for by in range(max(one.left_count, one.right_count)):
            left, right = one.left + by if one.left_count else None, one.right + by if one.right_count else None
            rows.append(Row(one.kind, left, right))
    return Rows(tuple(rows), tuple(changes))


# within a line


class Piece(NamedTuple):
    """A part of a line: the same in the other log, masked, or different."""

    text: str
    kind: Literal["same", "masked", "differs"]


def pieces_of(text: str, differs: bool) -> list[Piece]:
    """A line by itself, with what is masked of it."""
    return [Piece(word, "masked" if masked else "differs" if differs else "same") for word, masked in _words(text)]


def differing(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Two lines of a pair, word by word; as a whole where they are very long."""
    ours, theirs = _words(left), _words(right)
    if max(len(ours), len(theirs)) > _WORDS_MOST:
        return pieces_of(left, True), pieces_of(right, True)
    keys = [["\0" if masked else word for word, masked in words] for words in (ours, theirs)]
    same: tuple[set[int], set[int]] = (set(), set())
    for one, two, count in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks():
        same[0].update(range(one, one + count))
        same[1].update(range(two, two + count))
    return _told(ours, same[0]), _told(theirs, same[1])


def _told(words: Sequence[tuple[str, bool]], same: set[int]) -> list[Piece]:
    return [Piece(word, "masked" if masked else "same" if at in same else "differs") for at, (word, masked) in enumerate(words)]


def _words(text: str) -> list[tuple[str, bool]]:
    words: list[tuple[str, bool]] = []
    at = 0
    for begin, end in [*masked_spans(text), (len(text), len(text))]:
        words += [(word, False) for word in _WORDS.findall(text[at:begin])]
        if end > begin:
            words.append((text[begin:end], True))
        at = end
    return words
