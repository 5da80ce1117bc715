"""Keys that a user changed: read, refused where they cannot be, and the same everywhere on the screen. And the mouse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, screen_text, until, until_text, updates_of
from tui.app import BedwatchApp
from tui.config import BadConfig, read_config
from tui.keynames import bound, shown
from tui.keys import DIFF, EXPORT, HELP, KEYS, LOG, OVERVIEW, RUN, USUAL, BadKeys, keys_of
from tui.screens.log import LogScreen
from tui.screens.overview import OverviewScreen
from tui.widgets.cells import width_of
from tui.widgets.keysheet import READ_MOST, KeySheet

SCREENS = (OVERVIEW, RUN, DIFF, LOG, HELP, EXPORT)


@given(st.characters(min_codepoint=33, max_codepoint=126))
def test_a_sign_is_the_key_that_the_terminal_reports(sign: str) -> None:
    """Written as itself, bound as Textual names it, shown as itself again."""
    key = bound(sign)
    assert key == _character_to_key(sign)
    assert shown(key) == sign


@pytest.mark.parametrize("key", sorted({name for key in KEYS for name in key.keys}))
def test_every_key_of_the_table_can_be_written_as_it_is_shown(key: str) -> None:
    """What the help says is what a settings file may say, and the program's own name too."""
    assert bound(shown(key)) == key and bound(key) == key


@pytest.mark.parametrize(("text", "said"), [
    ('markk = "x"', "markk is no action (mark is one)"), ('mark = "spac"', 'mark = "spac": no key has that name'),
    ('mark = "shift+?"', "no key has that name"), ('mark = ""', "no key has that name"), ('mark = "hyper+x"', "no key has that name"),
    ('mark = "d"', "mark and diff are both on d on the overview screen"), ("quit = []", "quit has no key"), ("mark = 3", "mark = 3; write a key"),
    ('back = "h"', "give it escape or a function key"), ('axis = "s"', "axis and smoothing are both on s on the run screen"),
    ("tab = [\"a\", \"B\", \"D\", \"E\", \"F\", \"H\", \"I\", \"J\", \"K\", \"L\"]", "9 at most"),
])  # fmt: skip
def test_a_mistake_in_the_keys_names_file_id_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    """One sentence, which the commands end with, status 2."""
    path = tmp_path / "config.toml"
    path.write_text(f"[keys]\n{text}\n")
    with pytest.raises(BadConfig) as caught:
        read_config(str(path))
    assert str(caught.value).startswith(f"{path}: [keys] ") and said in str(caught.value)


def test_two_actions_may_change_places() -> None:
    """What is left free is free."""
    keys = USUAL.remapped({"sort": ["m"], "metric": ["S"]})
    assert keys.name("sort") == "m" and keys.name("metric") == "S" and {key.id for key in keys.changed} == {"sort", "metric"}
    with pytest.raises(BadKeys):
        USUAL.remapped({"sort": ["m"]})


@pytest.mark.anyio
async def test_a_changed_key_is_the_same_everywhere(tmp_path: Path) -> None:
    """It acts, the old one does not; bar, help, palette, tabs and hints name it; an action without a key is in the palette."""
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nmark = ["x", "F5"]\nmetric = "S"\nsort = "m"\npause = []\nquit = "ctrl+x"\ntab = ["F1", "F2"]\nopen = "o"\n')
    feed = FakeFeed(updates_of(make_run("alpha", findings=()), make_run("beta")))
    app = BedwatchApp(feed, clock=lambda: NOW, keys=read_config(str(path)).keys)
    async with app.run_test(size=(130, 40)) as pilot:
        await until_text(pilot, "No such file")
        text = screen_text(app)
        assert "x mark" in text and "Space mark" not in text and "F1 All" in text and "Ctrl+X quit" in text and "p pause" not in text
        await pilot.press("space", "p", "q", "3")
        await pilot.pause()
        assert screen_text(app) == text
        await pilot.press("f5", "x")
        await until_text(pilot, "2 marked")
        await pilot.press("m")
        await until_text(pilot, "by testbed")
        await pilot.press("S")
        await until_text(pilot, "loss, nat by step")
        commands = {command.title: command.help for command in app.get_system_commands(app.screen)}
        assert commands["Mark"].startswith("x F5  ") and "Pause" in commands and commands["Testbed: SambaNova"].startswith("F2  ")
        await pilot.press("question_mark")
        await until_text(pilot, "x F5 ")
        await pilot.press("escape", "f2")
        await until_text(pilot, "F1 shows all testbeds")
        await pilot.press("slash", "q", "ctrl+q")
        await until_text(pilot, "No run matches “q”")
        assert not feed.closed
        await pilot.press("escape", "ctrl+x")
        await until(pilot, lambda: feed.closed)


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_bar_s_keys_are_clicked(size: tuple[int, int]) -> None:
    """Each label does what its key does, and stands out under the mouse; the palette is always there for all others."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"), make_run("beta"))))

    def at(text: str) -> tuple[int, int]:
        return screen_text(app).splitlines()[-1].index(text), 0

    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "beta")
        await pilot.hover("#keys", offset=at("mark"))
        bar = app.screen.query_one("#keys")
        await until(pilot, lambda: bar.tooltip is not None, "the tooltip")
        assert str(bar.tooltip).startswith("Space  Mark the run")
        await pilot.click("#keys", offset=at("mark"))
        await until_text(pilot, "1 " if size[1] < 30 else "1 marked")
        await pilot.click("#keys", offset=at("diff"))
        await until_text(pilot, "diff of 2 runs")
        await pilot.click("#keys", offset=at("back"))
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))
        await pilot.click("#keys", offset=at("palette"))
        await until_text(pilot, "Search for commands")


@pytest.mark.anyio
@pytest.mark.parametrize("screen", [name for name in SCREENS if name != EXPORT])
async def test_all_is_reached_by_mouse(screen: str) -> None:
    """On every screen the bar ends with the palette, at the least width too, and the palette has all that the screen's keys do."""
    from tests.tui.test_every_key import STARTS

    app = app_over(FakeFeed(updates_of(*(make_run(f"run{number}") for number in range(6)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "run5")
        await pilot.press(*STARTS[screen][0].split())
        await until(pilot, lambda: type(app.screen).__name__.lower().startswith(screen))
        await pilot.resize_terminal(60, 15)
        await until(pilot, lambda: bool(re.search(r": palette$", screen_text(app))), "the palette")
        titles = {command.title.lower() for command in app.get_system_commands(app.screen)}
        assert {key.label for key in keys_of(screen) if key.id not in ("tab", "palette")} <= titles


@pytest.mark.anyio
async def test_facts_findings_and_the_log_s_end_are_clicked(tmp_path: Path) -> None:
    """On the run screen a click chooses a fact, another opens its line; on the overview findings open the run, the log's end
    the log."""
    from tests.tui.test_every_key import runs_and_logs

    app = app_over(FakeFeed(tuple(runs_and_logs(tmp_path))))
    async with app.run_test(size=(100, 40)) as pilot:
        await until_text(pilot, "omega")
        await until(pilot, lambda: app.screen.query_one("#log").size.height > 2, "room for the log's end")
        await pilot.click("#log", offset=(5, 2))
        await until_text(pilot, "300 of 300 · follow")
        await pilot.press("escape")
        await pilot.click("#findings", offset=(5, 1))
        await until_text(pilot, "x axis")
        facts = app.screen.query_one("#facts")
        row = screen_text(app).splitlines().index(next(line for line in screen_text(app).splitlines() if "finished" in line))
        where = (6, row - facts.region.y)
        await pilot.click("#facts", offset=where)
        await until(pilot, lambda: screen_text(app).splitlines()[row].startswith("▌"), "the choice")
        await pilot.click("#facts", offset=where)
        await until(pilot, lambda: isinstance(app.screen, LogScreen))
        await until_text(pilot, "line 12 of 300")


@pytest.mark.anyio
async def test_help_begins_with_the_screen_that_it_is_asked_on() -> None:
    """Its keys first and under its own name, ids where there is room, then what the others do and where."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"), make_run("beta"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "beta")
        for keys, heading, first in (("d", "On the diff screen", "b "), ("enter", "On the run screen", "x "), ("l", "In the log", "Enter ")):
            await pilot.press(keys, "question_mark")
            await until_text(pilot, heading)
            lines = screen_text(app).splitlines()
            assert heading in lines[0] and lines[1].strip().startswith(first), lines[1]
            ids = {key.id for key in KEYS}
            assert all(line.split()[-1] in ids for line in lines[1:-1] if re.match(r" \S+  ", line) and line.rstrip().endswith(tuple(ids)))
            assert lines[1].split()[-1] in ids
            await pilot.press("escape", "escape")
            await until(pilot, lambda: isinstance(app.screen, OverviewScreen))
        await pilot.resize_terminal(80, 24)
        await pilot.press("question_mark")
        await until_text(pilot, "On the overview")
        assert "config.toml" not in screen_text(app)


def test_the_bar_does_not_say_a_key_twice() -> None:
    """`x x axis` reads like a slip: a label does not begin with its own key."""
    assert not [key.id for key in KEYS if key.bar and key.label.split()[0] in key.keys]


def test_a_wide_help_screen_keeps_ids_beside_their_keys() -> None:
    """At 200 columns an id at the far right belongs to no line."""
    lines = KeySheet("overview").build(200)
    assert max(map(width_of, lines)) <= READ_MOST
