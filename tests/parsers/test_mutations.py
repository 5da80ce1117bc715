"""Damaged logs: nothing raises, and every figure that is read stands in the line that it is said to be of."""

from __future__ import annotations

import random
from functools import cache

import pytest

from parsers.records import Metric, Place, Progress
from tests.mutated import ONE_LINE, Page, Printed, mutated, wrongs
from tui.feed.replay import sample_runs

EACH = 12_000
"""Bytes of each log's beginning and end that are damaged."""
ROUNDS = 6


@cache
def logs() -> tuple[tuple[str, bytes], ...]:
    """The sample logs, the long middle of big ones left out."""
    found = []
    for path in sorted(sample_runs().rglob("*")):
        if path.suffix in (".log", ".out"):
            data = path.read_bytes()
            found.append((path.relative_to(sample_runs()).as_posix(), data if len(data) <= 2 * EACH else data[:EACH] + data[-EACH:]))
    return tuple(found)


@pytest.mark.parametrize("which", range(len(logs())), ids=lambda which: logs()[which][0])
def test_damage_gives_no_figure_that_is_not_printed(which: int) -> None:
    """Digits changed; characters deleted, doubled, swapped, put in; lines cut, joined, doubled; numbers too large; brackets
    nested. However the log is cut into chunks and whatever was understood before, the same comes out."""
    path, log = logs()[which]
    for seed in range(ROUNDS):
        chance = random.Random(100 * which + seed)
        damaged, _ = mutated(log, chance)
        assert [(wrong.why, wrong.text) for wrong in wrongs(damaged, path, chance)] == []


def test_a_few_thousand_lines_are_damaged() -> None:
    """In each run of the tests."""
    assert sum(mutated(log, random.Random(which))[1] for which, (_, log) in enumerate(logs())) * ROUNDS > 4000


@pytest.mark.parametrize("mutation", ONE_LINE, ids=lambda mutation: mutation.__name__)
def test_each_kind_of_damage_does_some(mutation: object) -> None:
    line = b"2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=100, Loss=7.50000, Rate=3004.70 samples/sec"
    assert len({mutation(line, random.Random(seed)) for seed in range(20)} - {line}) > 5  # type: ignore[operator]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"loss 12,34", 12.0), (b"loss 0..25", 0.0), (b"loss 1.2.3", 1.2), (b"loss -5", 5.0), (b"loss 2.5e-", 2.5), (b"x2 loss x", 2.0),
        (b"INFO loss 1e400", float("inf")),
    ],
)  # fmt: skip
def test_a_part_of_a_number_is_not_printed(line: bytes, value: float) -> None:
    """What these tests are held against."""
    assert not Printed(line).holds(value)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"loss 1,234.5", 1234.5), (b"loss=2.5e-05,", 2.5e-5), (b"12.5 k tokens", 12500.0), (b"loss -5", -5.0), (b"7 ms", 0.007),
        (b"took 1:09:59", 4199.0), (b"loss nan", float("nan")), ("１２ steps".encode(), 12.0),
    ],
)  # fmt: skip
def test_a_whole_number_is_printed(line: bytes, value: float) -> None:
    """Thousands separators, units, clocks, digits of another script."""
    assert Printed(line).holds(value)


def test_a_figure_is_looked_for_in_its_line() -> None:
    """Not in another; the inverse of one counts only where the record says that it is derived."""
    page = Page(b"step 10\n0.25 s a step\n")
    assert page.strange(Progress(1, Place(1), None, "step", 10.0, None)) == []
    assert page.strange(Metric(1, Place(1), None, "steps_per_second", 4.0))
    assert page.strange(Metric(1, Place(2), None, "steps_per_second", 4.0))
    assert page.strange(Metric(1, Place(2), None, "steps_per_second", 4.0, derived=True)) == []
