"""Every key of the table is pressed on each of its screens, and does there what `PROOFS` says. A new key needs a line there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Input

from tests.tui.fake import FakeFeed, app_over, make_run, screen_text, until, until_text
from tui.app import BedwatchApp
from tui.feed.watch import Update
from tui.keys import COLUMNS, DIFF, EXPORT, HELP, KEYS, LOG, LOGDIFF, OVERVIEW, RUN, bindings, keys_of
from tui.runs.run import Parameter, Reading, Run, Spot
from tui.screens.columns import ColumnsScreen
from tui.screens.diff import DiffScreen
from tui.screens.log import LogScreen
from tui.screens.logdiff import LogDiffScreen
from tui.screens.overview import OverviewScreen
from tui.screens.run import RunScreen

Seen = Callable[[BedwatchApp, FakeFeed, str], bool]
"""What is to be so afterwards, given the app, its feed, and the screen's text before."""


@dataclass(frozen=True)
class Proof:
    """Press `before` on the screen, wait for `ready`; then the key makes `seen` so, which was not so before."""

    seen: Seen
    before: tuple[str, ...] = ()
    ready: str = ""


def _keys(keys: str) -> tuple[str, ...]:
    return tuple(keys.split())


def shows(text: str, before: str = "", ready: str = "") -> Proof:
    """The text comes."""
    return Proof(lambda app, feed, was: text in screen_text(app), _keys(before), ready)


def hides(text: str, before: str = "") -> Proof:
    """The text, there before, goes."""
    return Proof(lambda app, feed, was: text not in screen_text(app), _keys(before), text)


def chosen(text: str, before: str = "", ready: str = "") -> Proof:
    """A line with the text is the chosen one."""
    return Proof(lambda app, feed, was: any(line.startswith("▌") and text in line for line in screen_text(app).splitlines()),
                 _keys(before), ready)  # fmt: skip


def changes(before: str = "", ready: str = "") -> Proof:
    """Something else is drawn: nothing but a key changes the screen, the clock stands still."""
    return Proof(lambda app, feed, was: screen_text(app) != was, _keys(before), ready)


def leads_to(screen: type[Screen[object]], before: str = "", ready: str = "") -> Proof:
    """Another screen is in front."""
    return Proof(lambda app, feed, was: type(app.screen) is screen, _keys(before), ready)


ENTRY = Proof(lambda app, feed, was: isinstance(app.focused, Input))
EVERYWHERE: dict[str, Proof] = {
    "theme": Proof(lambda app, feed, was: not app.current_theme.dark),
    "refresh": Proof(lambda app, feed, was: feed.refreshed == 1),
    "pause": shows("paused: p goes on"),
    "palette": leads_to(CommandPalette),
    "back": leads_to(OverviewScreen),
    "suspend": Proof(lambda app, feed, was: getattr(app, "went_to_the_shell", False)),
    "quit": Proof(lambda app, feed, was: feed.closed),
}
CURVE = "step 1,000"
MATCH = "slash n e e d l e enter"
PROOFS: dict[str, dict[str, Proof]] = {
    OVERVIEW: {
        "tab": hides("No runs on this testbed", "2"),
        "tab-before": hides("alpha"),
        "tab-after": shows("No runs on this testbed"),
        "next": chosen("beta"),
        "before": chosen("alpha", "j"),
        "first": chosen("alpha", "G"),
        "last": chosen("omega"),
        "page-down": chosen("omega"),
        "page-up": chosen("alpha", "G"),
        "open": leads_to(RunScreen),
        "filter": ENTRY,
        "sort": shows("by testbed"),
        "reverse": shows("turned round"),
        "group": shows("grouped by model"),
        "zoom-pane": hides("─ metrics"),
        "mark": shows("1 marked"),
        "diff": shows("diff of 2 runs"),
        "metric": shows("loss, nat by step"),
        "log": shows("line 300 of 300"),
        "columns": leads_to(ColumnsScreen),
        "write": shows("bedwatch-runs.md"),
        "help": shows("On the overview"),
        "back": hides("1 marked", "space"),
    },
    RUN: {
        "diff": shows("diff of 2 runs"),
        "metric": shows("loss, nat by step"),
        "several": shows("loss, nat by step"),
        "axis": shows("by wall time"),
        "smoothing": shows("smoothed over 2 %"),
        "zoom-in": shows("50 % of the axis"),
        "zoom-out": hides("50 % of the axis", "plus"),
        "pan-left": changes("plus", "50 % of the axis"),
        "pan-right": changes("plus", "50 % of the axis"),
        "reset": hides("50 % of the axis", "plus"),
        "cursor-left": shows(CURVE),
        "cursor-right": shows(CURVE, "left left", "step 900"),
        "jump": shows("line 12 of 300", "down"),
        "log": shows("line 300 of 300"),
        "down": chosen("finished"),
        "up": chosen("finished", "down down"),
        "scroll-page-down": chosen("batch size"),
        "scroll-page-up": chosen("finished", "G"),
        "top": chosen("finished", "G"),
        "bottom": chosen("batch size"),
        "help": shows("On the run screen"),
    },
    DIFF: {
        "baseline": changes(),
        "only-differences": hides("equal: o shows"),
        "metric": shows("throughput, samples/s by samples"),
        "axis": shows("loss, nat by step"),
        "smoothing": shows("smoothed over 2 %"),
        "log": leads_to(LogDiffScreen),
        "columns-left": changes("right right"),
        "columns-right": changes(),
        "down": changes("o"),
        "up": changes("o j"),
        "scroll-page-down": changes("o"),
        "scroll-page-up": changes("o G"),
        "top": changes("o G"),
        "bottom": changes("o"),
        "write": shows("bedwatch-diff.md"),
        "help": shows("On the diff screen"),
    },
    LOG: {
        "reading": leads_to(RunScreen, f"{MATCH} n", "line 200 of 300"),
        "follow": shows("300 · follow"),
        "search": ENTRY,
        "match": shows("line 200 of 300", MATCH, "line 50 of 300"),
        "match-before": shows("line 200 of 300", MATCH, "line 50 of 300"),
        "error": shows("line 120 of 300"),
        "fold": shows("not folded"),
        "wrap": shows("END", "slash w w w enter", "line 240 of 300"),
        "down": shows("line 2 of 300"),
        "up": shows("line 1 of 300", "down", "line 2 of 300"),
        "scroll-page-down": hides("line 1 of 300"),
        "scroll-page-up": hides("line 300 of 300", "G"),
        "top": shows("line 1 of 300", "G", "line 300 of 300"),
        "bottom": shows("line 300 of 300"),
        "help": shows("In the log"),
    },
    HELP: {
        "down": changes(),
        "up": changes("j"),
        "scroll-page-down": changes(),
        "scroll-page-up": changes("G"),
        "top": changes("G"),
        "bottom": changes(),
    },
    EXPORT: {},
    COLUMNS: {
        "toggle": shows("✓ testbed", "j j j j j j j j j j"),
        "usual": leads_to(OverviewScreen),
        "help": shows("In the list of columns"),
        "down": chosen("its name"),
        "up": chosen("state", "j"),
        "scroll-page-down": chosen("batch size"),
        "scroll-page-up": chosen("state", "G"),
        "top": chosen("state", "G"),
        "bottom": chosen("batch size"),
    },
    LOGDIFF: {
        "log": changes(),
        "fold": hides("lines alike"),
        "wrap": shows("END", "n"),
        "help": shows("Log against log"),
        "change": changes(),
        "change-before": changes("n n"),
        "open-line": leads_to(LogScreen),
        "down": changes(),
        "up": changes("j"),
        "scroll-page-down": changes(),
        "scroll-page-up": changes("G"),
        "top": changes("G"),
        "bottom": changes(),
        "back": leads_to(DiffScreen),
    },
}
STARTS: dict[str, tuple[str, str]] = {
    OVERVIEW: ("", "alpha"), RUN: ("enter", "x axis"), DIFF: ("space space space space space space d", "diff of 6 runs"),
    LOG: ("l g", "line 1 of 300"), HELP: ("question_mark", "On the overview"), EXPORT: ("w", "bedwatch-runs.md"),
    COLUMNS: ("C", "batch size"), LOGDIFF: ("space space space d l", "quite another line"),
}  # fmt: skip
"""From the overview to a screen, and what is seen there."""


def runs_and_logs(directory: Path) -> Iterable[Update]:
    """Six runs of one testbed and one of another; the first has a log of 300 lines, and two have others much like it."""
    lines = [f"line {number} of the log" for number in range(1, 301)]
    lines[119] = "RuntimeError: out of memory"
    lines[49] = lines[199] = "here is the needle"
    lines[239] = "w" * 150 + " END"
    log = directory / "a.log"
    log.write_text("".join(f"{line}\n" for line in lines))
    logs = {"alpha": log}
    for name, at in (("beta", 20), ("gamma", 30)):
        other = [*lines]
        for place in range(at, 290, 40):
            other[place] = f"quite another line, in {name}, " + "w" * 90 + " END"
        logs[name] = directory / f"{name[0]}.log"
        logs[name].write_text("".join(f"{line}\n" for line in other))
    for number, name in enumerate(("alpha", "beta", "gamma", "delta", "epsilon", "zeta")):
        run = _run(name, number)
        yield Update(str(logs.get(name, f"/zzz/{run.path}")), (run,))
    yield Update("/zzz/omega.log", (make_run("omega", "groq", path="omega.log"),))


def _run(name: str, number: int) -> Run:
    path = f"{'abcdef'[number]}.log"
    size = Parameter("batch_size", 512 + number, Spot(path, 3))
    loss = Reading("loss", 6.5 + number / 10, Spot(path, 200), 200)
    return make_run(name, path=path, params={"batch_size": size}, because=Spot(path, 12, "done"), metrics={"loss": loss})


@pytest.mark.anyio
@pytest.mark.parametrize(("screen", "id"), [(screen, key.id) for screen in PROOFS for key in keys_of(screen)])
async def test_a_key_does_on_its_screen_what_it_is_there_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: str, id: str
) -> None:
    """Its first key is pressed; what is to come was not there before, and comes."""
    # without a terminal there is no shell to go to: tests/e2e goes there, and comes back
    monkeypatch.setattr(BedwatchApp, "action_suspend_process", lambda app: setattr(app, "went_to_the_shell", True))
    proof = PROOFS[screen].get(id) or EVERYWHERE.get(id)
    assert proof is not None, f"no test of {id} on the {screen} screen: say in PROOFS what it does there"
    feed = FakeFeed(tuple(runs_and_logs(tmp_path)))
    app = app_over(feed)
    async with app.run_test(size=(100, 36)) as pilot:
        await until_text(pilot, "omega")
        keys, there = STARTS[screen]
        await pilot.press(*keys.split())
        await until_text(pilot, there)
        await pilot.press(*proof.before)
        if proof.ready:
            await until_text(pilot, proof.ready)
        await pilot.pause()
        was = screen_text(app)
        assert not proof.seen(app, feed, was), f"that is so without the key:\n{was}"
        await pilot.press(next(key.keys[0] for key in KEYS if key.id == id))
        await until(pilot, lambda: proof.seen(app, feed, was), f"what {id} does")


@pytest.mark.parametrize("screen", PROOFS)
def test_all_keys_of_an_entry_do_the_same(screen: str) -> None:
    """So that one of them speaks for the others; digits are each their own tab."""
    made = {binding.key: binding.action for binding in bindings(screen)}  # type: ignore[union-attr]
    for key in keys_of(screen):
        actions = [made[name] for name in key.keys]
        assert actions == ([f"tab({name})" for name in key.keys] if key.id == "tab" else [key.action] * len(key.keys))


def test_every_screen_of_the_table_is_tested() -> None:
    """A new screen needs a way to it here; and no line here is of a key that is gone."""
    assert {screen for key in KEYS for screen in key.screens} == set(PROOFS) == set(STARTS)
    for screen, proofs in PROOFS.items():
        assert proofs.keys() <= {key.id for key in keys_of(screen)}
