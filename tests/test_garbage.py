"""What is no longer used does not stay for ever, and is looked for when nobody waits."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from textual.strip import Strip

from tests.tui.fake import FakeFeed, app_over, make_run, until_text, updates_of
from tui.garbage import CALM, EVERY, LULL, OLDER, REST, YOUNG, YOUNG_MOST, Garbage


class _Screen:
    def __init__(self) -> None:
        self.widget: object = [self]


@pytest.fixture
def garbage(moment: list[float]) -> Iterator[Garbage]:
    """In use, by a clock that the test sets."""
    gc.collect()
    made = Garbage(clock=lambda: moment[0])
    made.begin()
    yield made
    made.end()
    assert gc.isenabled()


@pytest.fixture
def moment() -> list[float]:
    return [1000.0]


def left_behind(generation: int | None = None) -> weakref.ref[_Screen]:
    """A screen that was open when that generation was looked through, and is used no more."""
    screen = _Screen()
    if generation is not None:
        gc.collect(generation)
    return weakref.ref(screen)


def many(count: int) -> list[list[int]]:
    """As many objects."""
    return [[number] for number in range(count)]


def test_python_does_not_look_by_itself(garbage: Garbage) -> None:
    """However much is made."""
    screen = left_behind()
    assert many(3 * YOUNG_MOST) and screen() is not None


def test_young_garbage_is_looked_for_when_no_key_was_pressed_for_a_moment(garbage: Garbage) -> None:
    screen = left_behind()
    made = many(YOUNG)
    garbage.rest(CALM - 0.01)
    assert made and screen() is not None
    garbage.rest(CALM)
    assert screen() is None


def test_so_much_of_it_that_it_does_not_wait(garbage: Garbage) -> None:
    """Somebody who never lets go of a key does not fill the memory."""
    screen = left_behind()
    made = many(YOUNG_MOST)
    garbage.rest(0.0)
    assert made and screen() is None


def test_little_of_it_is_left_alone(garbage: Garbage) -> None:
    """An idle dashboard looks through nothing."""
    gc.collect()
    before = gc.get_stats()[0]["collections"]
    garbage.rest(LULL)
    assert gc.get_stats()[0]["collections"] == before


def test_what_outlived_such_looks_is_freed_in_a_lull(garbage: Garbage) -> None:
    screen = left_behind(generation=0)
    kept = []
    for _ in range(OLDER):
        kept.append(many(YOUNG))
        garbage.rest(CALM)
        assert screen() is not None
    garbage.rest(LULL - 0.01)
    assert screen() is not None
    garbage.rest(LULL)
    assert screen() is None


def test_what_lived_through_a_full_look_is_freed_when_nobody_presses_keys(garbage: Garbage, moment: list[float]) -> None:
    """However long ago the last look was, none comes soon after a key."""
    screen = left_behind(generation=2)
    moment[0] += EVERY
    garbage.rest(REST - 1)
    assert screen() is not None
    garbage.rest(REST)
    assert screen() is None


def test_everything_is_looked_through_every_five_minutes_at_most(garbage: Garbage, moment: list[float]) -> None:
    """A screen that nobody touches all day is still drawn."""
    moment[0] += EVERY
    garbage.rest(REST)
    screen = left_behind(generation=2)
    moment[0] += EVERY - 1
    garbage.rest(2 * REST)
    assert screen() is not None
    moment[0] += 1
    garbage.rest(2 * REST)
    assert screen() is None


@pytest.mark.anyio
async def test_the_dashboard_says_how_long_no_key_was_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Again and again, and from its start where there was no key yet."""
    now, told = [1000.0], list[float]()
    monkeypatch.setattr("tui.turns.time", SimpleNamespace(monotonic=lambda: now[0]))
    app = app_over(FakeFeed(updates_of(make_run("a"))))
    app.at_rest = told.append
    async with app.run_test() as pilot:
        await until_text(pilot, "finished")
        now[0] += 70
        app.tell_rest()
        await pilot.press("down")
        now[0] += 30
        app.tell_rest()
    assert 70 in told and told[-1] == 30


@pytest.mark.anyio
async def test_screens_that_were_left_leave_no_lines_behind() -> None:
    """However often one is opened: Textual alone would remember the lines of its last thousand widgets."""
    app = app_over(FakeFeed(updates_of(make_run("a"), make_run("b"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "2 runs")
        counts = []
        for _ in range(2):
            for _ in range(5):
                await pilot.press("enter", "escape", "question_mark", "escape")
            gc.collect()
            counts.append(sum(isinstance(found, Strip) for found in gc.get_objects()))
    assert counts[1] - counts[0] < 5 * 40  # one screen of lines for each opening
