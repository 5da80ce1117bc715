"""The other screens: diff, run, help, palette; and that each key does something."""

from __future__ import annotations

import pytest
from textual.app import App

from tests.tui.fake import FakeFeed, app_over, make_run, remark, screen_text, until, until_text, updates_of
from tui.app import BedwatchApp
from tui.keys import DIFF, EXPORT, HELP, KEYS, LOG, LOGDIFF, OVERVIEW, RUN, bindings, keys_of
from tui.runs.run import Parameter, Reading, Spot
from tui.screens.diff import DiffScreen
from tui.screens.export import ExportScreen
from tui.screens.help import HelpScreen
from tui.screens.log import LogScreen
from tui.screens.logdiff import LogDiffScreen
from tui.screens.overview import OverviewScreen
from tui.screens.run import RunScreen

pytestmark = pytest.mark.anyio

ONE = make_run("one", findings=(remark("One was compiled anew"),))
TWO = make_run(
    "two",
    params={"batch_size": Parameter("batch_size", 2048, Spot("two", 1))},
    metrics={"throughput": Reading("throughput", 6717.07, Spot("two", 9), 1000), "loss": Reading("loss", 7.07812, Spot("two", 9))},
)


async def test_a_diff_says_findings_then_what_differs() -> None:
    """Findings first, delta and percent with a word for the direction, equal rows folded until o; b moves the baseline."""
    app = app_over(FakeFeed(updates_of(ONE, TWO)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d")
        await until_text(pilot, "diff of 2 runs")
        text = screen_text(app)
        assert text.index("One was compiled anew") < text.index("batch size")
        assert "+1,869.89 (+38.6 %) better" in text
        assert "7.07812" not in text and "equal: o shows" in text
        await pilot.press("o")
        await until_text(pilot, "7.07812")
        await pilot.press("b")
        await until_text(pilot, "(−27.8 %) worse")
        await pilot.press("j", "k", "pagedown", "pageup", "G", "g", "left", "right", "escape")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))


async def test_many_runs_are_reached_sideways() -> None:
    """The baseline stays, arrows move the others."""
    app = app_over(FakeFeed(updates_of(*(make_run(f"run{number}", elapsed=number) for number in range(6)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "run5")
        await pilot.press(*["space"] * 6, "d")
        await until_text(pilot, "diff of 6 runs")
        assert "run5" not in screen_text(app).splitlines()[1]
        await pilot.press(*["right"] * 4)
        await until(pilot, lambda: "run5" in screen_text(app).splitlines()[1])
        assert "run0" in screen_text(app).splitlines()[1]


async def test_a_run_opens_large() -> None:
    """Enter shows parameters, phases, metrics and findings with their lines; m charts another series; Esc goes back."""
    app = app_over(FakeFeed(updates_of(ONE)))
    async with app.run_test(size=(120, 60)) as pilot:
        await until_text(pilot, "one")
        await pilot.press("enter")
        await until_text(pilot, "parameters")
        text = screen_text(app)
        for part in ("batch size", "1024", "One was compiled anew", "(x.log:3)", "14:41", "7.07812", "throughput, samples/s by step"):
            assert part in text, part
        await pilot.press("m")
        await until_text(pilot, "loss, nat by step")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))


async def test_help_lists_every_key() -> None:
    """Each sentence of the key table stands in the help screen."""
    app = app_over(FakeFeed(updates_of(ONE)))
    async with app.run_test(size=(150, 110)) as pilot:
        await until_text(pilot, "one")
        await pilot.press("question_mark")
        await until_text(pilot, "Leave at once")
        text = screen_text(app)
        assert [key.id for key in KEYS if key.help not in text] == []
        await pilot.press("question_mark", "escape")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))


async def test_the_palette_has_every_action() -> None:
    """Each key of the screen is a command there, and choosing one does it."""
    app = app_over(FakeFeed(updates_of(ONE, TWO)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "two")
        named = [command.title.lower() for command in app.get_system_commands(app.screen)]
        assert [key.label for key in keys_of(OVERVIEW) if key.id not in ("tab", "palette") and key.label not in named] == []
        assert "testbed: graphcore" in named
        await pilot.press("ctrl+p")
        await until_text(pilot, "Search for commands")
        await pilot.press(*"diff")
        await until_text(pilot, "side by side")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))


def test_every_key_has_an_action_on_its_screens() -> None:
    """No key is bound to nothing."""
    owners = {
        OVERVIEW: OverviewScreen, RUN: RunScreen, DIFF: DiffScreen, LOG: LogScreen, LOGDIFF: LogDiffScreen, HELP: HelpScreen,
        EXPORT: ExportScreen,
    }  # fmt: skip
    for screen, owner in owners.items():
        for key in keys_of(screen):
            name = key.action.split("(")[0]
            target: type = BedwatchApp if name.startswith("app.") else owner
            method = "action_" + name.removeprefix("app.")
            own = key.id == "palette" or getattr(target, method, None) is not getattr(App, method, None)
            assert hasattr(target, method) and own, (screen, key.id)


def test_no_key_is_bound_twice_on_a_screen() -> None:
    """One key, one action; an id is that of one action."""
    for screen in {name for key in KEYS for name in key.screens}:
        made = bindings(screen)
        assert len({binding.key for binding in made}) == len(made)  # type: ignore[union-attr]
        assert len({binding.id for binding in made}) == len({binding.action for binding in made})  # type: ignore[union-attr]
