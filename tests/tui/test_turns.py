"""Keys come before drawings, and drawings take no more than a share of the time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tui.turns import AGES, CALM_AGES, DRAWN_SHARE, JUDGED, KEY_FRAME, KEYS_MOST, REST_MOST, Turns


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a test sets; waiting lets it go on."""
    now = [1000.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr("tui.turns.time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr("tui.turns.asyncio", SimpleNamespace(sleep=sleep))
    return now


@pytest.fixture
def turns(moment: list[float]) -> Turns:
    made = Turns(still=False)
    made.begin()
    return made


def test_without_news_only_ages_go_on(turns: Turns, moment: list[float]) -> None:
    """Once a second, whether or not anything lives."""
    assert turns.due(news=False, live=False) == "ages"
    moment[0] += AGES / 2
    assert turns.due(news=False, live=False) is None
    moment[0] += AGES / 2
    assert turns.due(news=False, live=False) == "ages"


def test_what_lives_is_judged_anew_now_and_then(turns: Turns, moment: list[float]) -> None:
    """Silence makes a run stall without a word of its log."""
    turns.judging()
    assert turns.due(news=False, live=True) == "ages"
    moment[0] += JUDGED
    assert turns.due(news=False, live=False) == "ages"
    assert turns.due(news=False, live=True) == "judged"


def test_news_does_not_wait_for_the_ages(turns: Turns) -> None:
    assert turns.due(news=False, live=False) == "ages"
    assert turns.due(news=True, live=False) == "judged"


def test_reduced_motion_keeps_the_ages_for_a_minute(moment: list[float]) -> None:
    still = Turns(still=True)
    assert still.due(news=False, live=True) == "judged"
    still.judging()
    moment[0] += CALM_AGES - 1
    assert still.due(news=False, live=True) is None
    assert still.due(news=True, live=True) == "judged"


def test_drawings_take_a_share_of_the_time(turns: Turns, moment: list[float]) -> None:
    """One that took long is followed by a rest, but never by a long one."""
    turns.drawn(0.01)
    moment[0] += 0.01 / DRAWN_SHARE - 0.01
    assert turns.resting
    moment[0] += 0.02
    assert not turns.resting
    turns.drawn(10.0)
    moment[0] += REST_MOST + 0.01
    assert not turns.resting


@pytest.mark.anyio
async def test_a_drawing_waits_for_the_frame_of_a_key(turns: Turns, moment: list[float]) -> None:
    turns.pressed()
    moment[0] += KEY_FRAME / 2
    await turns.keys_first()
    assert moment[0] == pytest.approx(1000.0 + KEY_FRAME)


@pytest.mark.anyio
async def test_a_key_held_down_does_not_keep_the_screen_as_it_is(monkeypatch: pytest.MonkeyPatch, turns: Turns, moment: list[float]) -> None:
    """After some keys a drawing has its turn."""

    async def another(seconds: float) -> None:
        moment[0] += seconds
        turns.pressed()

    monkeypatch.setattr("tui.turns.asyncio", SimpleNamespace(sleep=another))
    turns.pressed()
    await turns.keys_first()
    assert moment[0] == pytest.approx(1000.0 + KEYS_MOST * KEY_FRAME)


def test_idle_is_counted_from_the_start_or_the_last_key(turns: Turns, moment: list[float]) -> None:
    moment[0] += 70
    assert turns.idle == 70
    turns.pressed()
    moment[0] += 30
    assert turns.idle == 30
