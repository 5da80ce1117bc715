"""What is no longer used does not stay for ever, and is looked for when nobody waits."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.tui.fake import FakeFeed, app_over, make_run, until_text, updates_of
from tui.garbage import EVERY, REST, Garbage


class _Screen:
    def __init__(self) -> None:
        self.widget: object = [self]


@pytest.fixture
def moment() -> Iterator[list[float]]:
    """A clock that a test sets; what Python knew of garbage before is as it was afterwards."""
    threshold = gc.get_threshold()
    yield [1000.0]
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.fixture
def garbage(moment: list[float]) -> Iterator[Garbage]:
    """In use, by that clock."""
    made = Garbage(clock=lambda: moment[0])
    made.begin()
    yield made
    made.end()


def left_behind() -> weakref.ref[_Screen]:
    """A screen that was open at a full look, and is used no more."""
    screen = _Screen()
    gc.collect()
    return weakref.ref(screen)


def test_what_lived_through_a_full_look_is_freed_when_nobody_presses_keys(garbage: Garbage, moment: list[float]) -> None:
    """Another full look alone leaves it alone; one after some minutes without a key does not."""
    screen = left_behind()
    gc.collect()
    assert screen() is not None and gc.get_freeze_count() > 0
    moment[0] += EVERY
    assert garbage.rest(REST)
    assert screen() is None and gc.get_freeze_count() > 0


def test_nobody_at_the_keys_is_held_up(garbage: Garbage, moment: list[float]) -> None:
    """However long ago the last look was, none comes soon after a key."""
    screen = left_behind()
    moment[0] += 10 * EVERY
    assert not garbage.rest(REST - 1)
    assert screen() is not None


def test_everything_is_looked_through_every_ten_minutes_at_most(garbage: Garbage, moment: list[float]) -> None:
    """A screen that nobody touches all day is still drawn."""
    moment[0] += EVERY
    assert garbage.rest(REST)
    moment[0] += EVERY - 1
    assert not garbage.rest(2 * REST)
    moment[0] += 1
    assert garbage.rest(2 * REST)


@pytest.mark.anyio
async def test_the_dashboard_says_how_long_no_key_was_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a minute, and from its start where there was no key yet."""
    now, told = [1000.0], list[float]()
    monkeypatch.setattr("tui.app.time", SimpleNamespace(monotonic=lambda: now[0]))
    app = app_over(FakeFeed(updates_of(make_run("a"))))
    app.at_rest = told.append
    async with app.run_test() as pilot:
        await until_text(pilot, "finished")
        now[0] += 70
        app.tell_rest()
        await pilot.press("down")
        now[0] += 30
        app.tell_rest()
    assert told[0] == 70 and told[-1] == 30
