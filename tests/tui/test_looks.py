"""Terminals with less: ASCII, sixteen colours, none. Themes that can be read, and screens that stand still."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorType
from textual.color import Color
from textual.widget import Widget
from textual.widgets import Input, OptionList

from tests.tui.fake import NOW, FakeFeed, make_run, sample_updates, screen_text, until, until_text, updates_of
from tui.app import BedwatchApp
from tui.commands.looks import few_colours, only_ascii
from tui.hues import FAINT_LEAST, GROUNDS, TEXT_LEAST, contrast
from tui.theme import CHOICES, DARK, LIGHT, SIXTEEN, hues, styles
from tui.turns import CALM_AGES
from tui.widgets.ascii import ascii_of
from tui.widgets.cells import cut, plain


@given(st.text())
def test_ascii_moves_nothing(text: str) -> None:
    """Every text becomes ASCII of the same width."""
    text = plain(text)
    shown = ascii_of(text)
    assert shown.isascii() and cell_len(shown) == cell_len(text)


def test_a_number_that_is_cut_never_looks_whole_in_ascii() -> None:
    """`6.158.` would read as a number at the end of a sentence; a mark of an axis is told from the axis."""
    assert ascii_of(cut("Loss=6.15822", 11)) == "Loss=6.158~"
    assert ascii_of("600┤ │") == "600+ |"


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


@pytest.mark.parametrize("theme", CHOICES)
def test_every_theme_can_be_read(theme: str) -> None:
    """Text, states and figures stand out from every ground by 4.5 to 1, and 3 to 1 on the row that is chosen; what only goes
    with them by 3 to 1. Rules and tracks are no text."""
    colours = {name: Color.parse(value) for name, value in hues(theme).items()}
    for name in colours.keys() - {*GROUNDS, "rule", "track"}:
        for ground in ("background", "surface", "cursor"):
            strict = name in ("text", "dim") or (ground != "cursor" and name != "faint")
            found = contrast(colours[name], colours[ground])
            assert found >= (TEXT_LEAST if strict else FAINT_LEAST), (name, ground, round(found, 2))
    assert set(styles(theme)) == set(styles(DARK))


@pytest.mark.anyio
async def test_themes_are_chosen_in_the_palette_and_t_comes_back_to_ours() -> None:
    """Each is a command; what is drawn takes its colours; the key goes on with dark and light of our own."""
    app = BedwatchApp(FakeFeed(updates_of(make_run("a"))), clock=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "finished")
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        assert {f"Theme: {name}" for name in CHOICES} <= commands.keys()
        commands["Theme: nord"].callback()
        await pilot.pause()
        assert app.theme == "nord"
        row = app.screen.query_one("#status").render_line(0)
        assert {segment.style.bgcolor.name for segment in row if segment.style and segment.style.bgcolor} == {"#2e3440"}
        await pilot.press("t")
        assert app.theme == DARK
        await pilot.press("t")
        assert app.theme == LIGHT


@pytest.mark.anyio
async def test_with_reduced_motion_nothing_moves_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ages stand for a minute, the cursor of an entry does not blink, nothing is animated; what is new is drawn at once."""
    now = [NOW]
    moment = [1000.0]
    for room in ("app", "turns"):
        monkeypatch.setattr(f"tui.{room}.time", SimpleNamespace(monotonic=lambda: moment[0]))
    feed = FakeFeed(updates_of(make_run("a", modified=NOW - 10)))
    app = BedwatchApp(feed, clock=lambda: now[0], reduced_motion=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "finished")
        assert app.animation_level == "none" and "10 s" in screen_text(app)
        now[0], moment[0] = NOW + 30, moment[0] + 30
        await app._draw()
        await pilot.pause()
        assert "10 s" in screen_text(app)
        now[0], moment[0] = NOW + CALM_AGES, moment[0] + CALM_AGES
        await app._draw()
        await until_text(pilot, "1 min")
        feed.give(*updates_of(make_run("b", modified=NOW)))
        await until_text(pilot, "2 runs")
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        assert isinstance(app.focused, Input) and not app.focused.cursor_blink


@pytest.mark.anyio
async def test_nothing_is_pushed_off_the_screen() -> None:
    """At every height that is not too small the key bar and an open entry are seen, and the screen itself does not scroll."""
    app = BedwatchApp(FakeFeed(updates_of(*(make_run(f"run{number}") for number in range(20)))), clock=lambda: NOW)
    async with app.run_test(size=(100, 52)) as pilot:
        await until_text(pilot, "run10")
        await pilot.press("slash")
        for height in (15, 16, 19, 20, 21, 22, 24, 29, 30, 31, 33, 34, 40, 49, 50, 60):
            await pilot.resize_terminal(100, height)
            await until(pilot, lambda height=height: app.screen.query_one("#keys").region.bottom == height, f"the bar at {height}")
            assert app.screen.max_scroll_y == 0 and app.screen.query_one("#filter").region.height == 1, height
            assert app.screen.query_one("#table").region.height >= 4


@pytest.mark.anyio
async def test_without_colours_what_is_chosen_is_still_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR the chosen row and tab, and the place in an entry, are reversed; the chosen command is underlined."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = BedwatchApp(FakeFeed(updates_of(make_run("a"))), clock=lambda: NOW, few_colours=True)

    def swapped(widget: Widget, text: str, how: str = "reverse") -> bool:
        segments = (segment for y in range(widget.size.height) for segment in widget.render_line(y))
        return any(text in segment.text and bool(getattr(segment.style, how)) for segment in segments)

    async with app.run_test(size=(100, 40)) as pilot:
        await until_text(pilot, "finished")
        assert app.no_color
        assert swapped(app.screen.query_one("#tabs"), "All") and swapped(app.screen.query_one("#table"), "finished")
        await pilot.press("colon")
        await until_text(pilot, "Columns")
        commands = app.screen.query_one(OptionList)
        await pilot.press("down", "down")
        await until(pilot, lambda: swapped(commands, "Diff", "underline") and not swapped(commands, "Columns", "underline"), "the chosen command")
        assert swapped(app.screen.query_one(Input), "S")
