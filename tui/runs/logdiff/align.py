"""Which line of one log belongs to which of another: lines that are there once in both hold the others in place.

That is patience sorting, linear but for a logarithm, in three rounds: by whole masked lines, then without figures, then without
any number, so that a line that differs in a figure is paired with its like. What no line holds in place is compared line with
line where it is short, and given up where it is long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from tui.runs.logdiff.masks import without_fractions, without_numbers

Kind = Literal["equal", "changed", "left", "right", "apart"]
COMPARED = 60_000
"""Products of the lengths of two stretches up to which each line is held against each: some 20 ms."""
COMPARED_IN_ALL = 6_000_000
"""The same over a whole pair of logs."""
_ROUNDS = 3
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of the left log and of the right one, by their first indices and counts: `equal` once masked, `changed` line by
    line, only `left`, only `right`, or `apart`: different, and too long to say line by line in what."""

    kind: Kind
    left: int
    left_count: int
    right: int
    right_count: int


def align(left: Sequence[str], right: Sequence[str]) -> list[Stretch]:
    """Masked lines of two logs, stretch by stretch in their order. Swapping the logs swaps the sides and changes nothing else;
    a log against itself is one equal stretch."""
    swapped = (len(left), list(left)) > (len(right), list(right))
    work = _Alignment(*((right, left) if swapped else (left, right)))
    pairs = [(two, one) for one, two in work.pairs] if swapped else work.pairs
    given_up = {(two, one) for one, two in work.given_up} if swapped else work.given_up
    return list(_stretches(left, right, pairs, given_up))


class _Alignment:
    """The pairs of two logs, both rising, and where stretches begin that are given up."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        self._keys: list[tuple[list[int], list[int]]] = []
        self._lines = left, right
        self._spent = 0
        self.given_up: set[tuple[int, int]] = set()
        found: list[tuple[int, int]] = []
        todo = [(0, len(left), 0, len(right), 0, 0)]
        while todo:
            todo += self._step(*todo.pop(), found)
        self.pairs = sorted(found)

    def _keyed(self, round: int) -> tuple[list[int], list[int]]:
        while len(self._keys) <= round:
            made = (str, without_fractions, without_numbers)[len(self._keys)]
            numbers: dict[str, int] = {}
            left, right = ([numbers.setdefault(made(line), len(numbers)) for line in lines] for lines in self._lines)
            self._keys.append((left, right))
        return self._keys[round]

    def _step(
        self, a: int, a_end: int, b: int, b_end: int, round: int, depth: int, found: list[tuple[int, int]],
    ) -> list[tuple[int, int, int, int, int, int]]:  # fmt: skip
        left, right = self._keyed(round)
        while a < a_end and b < b_end and left[a] == right[b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and left[a_end - 1] == right[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found.append((a_end, b_end))
        if a == a_end or b == b_end:
            return []
        anchors = _anchors(left, right, a, a_end, b, b_end) if depth < _DEEPEST else []
        if anchors:
            found += anchors
            ends = [*anchors, (a_end, b_end)]
            starts = [(a, b), *((one + 1, two + 1) for one, two in anchors)]
            return [(*_range(start, end), round, depth + 1) for start, end in zip(starts, ends, strict=True)]
        if round + 1 < _ROUNDS:
            return [(a, a_end, b, b_end, round + 1, 0)]
        size = (a_end - a) * (b_end - b)
        if size > COMPARED or self._spent + size > COMPARED_IN_ALL:
            self.given_up.add((a, b))
            return []
        self._spent += size
        matcher = SequenceMatcher(None, left[a:a_end], right[b:b_end], autojunk=False)
        for one, two, count in matcher.get_matching_blocks():
            found += [(a + one + at, b + two + at) for at in range(count)]
        return []


def _range(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int, int, int]:
    return start[0], end[0], start[1], end[1]


def _anchors(left: Sequence[int], right: Sequence[int], a: int, a_end: int, b: int, b_end: int) -> list[tuple[int, int]]:
    """The longest run of lines, rising in both, that are there once in both."""
    ours, theirs = Counter(left[a:a_end]), Counter(right[b:b_end])
    places = {right[at]: at for at in range(b, b_end) if theirs[right[at]] == 1}
    pairs = [(at, places[left[at]]) for at in range(a, a_end) if ours[left[at]] == 1 and left[at] in places]
    ends: list[int] = []  # the least end of a rising run of each length
    last: list[int] = []  # and which pair that is
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _stretches(
    left: Sequence[str], right: Sequence[str], pairs: Sequence[tuple[int, int]], given_up: set[tuple[int, int]],
) -> Iterator[Stretch]:  # fmt: skip
    a = b = 0
    open_: Stretch | None = None
    for one, two in [*pairs, (len(left), len(right))]:
        if one > a or two > b:
            if open_ is not None:
                yield open_
                open_ = None
            yield from _unpaired(a, one, b, two, (a, b) in given_up)
        if one == len(left):
            break
        kind: Kind = "equal" if left[one] == right[two] else "changed"
        if open_ is not None and open_.kind == kind:
            open_ = Stretch(kind, open_.left, open_.left_count + 1, open_.right, open_.right_count + 1)
        else:
            if open_ is not None:
                yield open_
            open_ = Stretch(kind, one, 1, two, 1)
        a, b = one + 1, two + 1
    if open_ is not None:
        yield open_


def _unpaired(a: int, a_end: int, b: int, b_end: int, apart: bool) -> Iterator[Stretch]:
    if apart:
        yield Stretch("apart", a, a_end - a, b, b_end - b)
        return
    if a_end > a:
        yield Stretch("left", a, a_end - a, b, 0)
    if b_end > b:
        yield Stretch("right", a_end, 0, b, b_end - b)
