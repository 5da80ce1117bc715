"""Terminals with less: ASCII, sixteen colours, none. And that every key has a test that presses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorType

from tests.tui.fake import NOW, FakeFeed, make_run, sample_updates, screen_text, until_text, updates_of
from tui.app import BedwatchApp
from tui.commands.looks import few_colours, only_ascii
from tui.keys import KEYS
from tui.theme import DARK, SIXTEEN, styles
from tui.widgets.ascii import ascii_of
from tui.widgets.cells import plain


@given(st.text())
def test_ascii_moves_nothing(text: str) -> None:
    """Every text becomes ASCII of the same width."""
    text = plain(text)
    shown = ascii_of(text)
    assert shown.isascii() and cell_len(shown) == cell_len(text)


@pytest.mark.parametrize(("environ", "ascii"), [
    ({}, False), ({"LANG": "en_US.UTF-8"}, False), ({"LANG": "C.utf8"}, False), ({"LC_ALL": "C"}, True), ({"LANG": "de_DE.ISO-8859-1"}, True),
    ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True), ({"LC_CTYPE": "C.UTF-8"}, False), ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
])  # fmt: skip
def test_the_locale_says_whether_there_are_other_signs(environ: dict[str, str], ascii: bool) -> None:
    """A locale that is set and has no Unicode, or a console without the signs."""
    assert only_ascii(environ) is ascii


@pytest.mark.parametrize(("environ", "few"), [
    ({"TERM": "xterm-256color"}, False), ({"TERM": "xterm", "COLORTERM": "truecolor"}, False), ({"TERM": "linux"}, True),
    ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True), ({"TERM": "xterm-256color", "NO_COLOR": ""}, False),
])  # fmt: skip
def test_the_terminal_says_how_many_colours_there_are(environ: dict[str, str], few: bool) -> None:
    """Sixteen, or none wanted."""
    assert few_colours(environ) is few


def test_sixteen_colours_are_the_terminal_s_own() -> None:
    """Every style that there is otherwise, and none with a colour beyond."""
    own = styles(SIXTEEN)
    assert set(styles(DARK)) <= set(own)
    for name, style in own.items():
        for colour in (style.color, style.bgcolor):
            assert colour is None or colour.type in (ColorType.DEFAULT, ColorType.STANDARD), name


@pytest.mark.anyio
async def test_every_screen_is_drawn_in_ascii(tmp_path: Path) -> None:
    """Table, chart, bars, log, help and diff, the scrollbars too; states are words still."""
    app = BedwatchApp(FakeFeed(sample_updates(tmp_path)), clock=lambda: NOW, where="runs", only_ascii=True, few_colours=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "bert_large_bs1024")
        assert app.theme == SIXTEEN
        await pilot.press("4")
        for key, text in (("m", "+ finished"), ("enter", "x axis"), ("l", "log cerebras"), ("escape", "x axis"), ("d", "diff of"),
                          ("question_mark", "Testbeds")):
            await pilot.press(key)
            await until_text(pilot, text)
            await pilot.pause()
            shown = screen_text(app)
            assert shown.isascii(), {sign for sign in shown if not sign.isascii()}


@pytest.mark.anyio
async def test_the_theme_key_leaves_the_terminal_s_colours(tmp_path: Path) -> None:
    """There is no dark or light to choose: it says so."""
    app = BedwatchApp(FakeFeed(updates_of(make_run("a"))), clock=lambda: NOW, few_colours=True)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_text(pilot, "finished")
        await pilot.press("t")
        await until_text(pilot, "terminal's own")
        assert app.theme == SIXTEEN


def test_every_key_has_a_test_that_presses_it() -> None:
    """A key of the table that no test of the screens names is a key that nobody tried."""
    here = Path(__file__).parent
    pressed = set()
    for file in here.glob("test_*.py"):
        for names in re.findall(r"press\(([^)]*)\)|for keys?, .* in \((.*?)\):\n", file.read_text(), re.DOTALL):
            pressed |= set(re.findall(r'"([^"]+)"', " ".join(names)))
    missing = [key.id for key in KEYS if not any(name in pressed for name in key.keys)]
    assert missing == []
