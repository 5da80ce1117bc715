"""The overview does what its keys say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, remark, screen_text, until, until_text, updates_of
from tui.feed.watch import Update
from tui.runs.run import Amount, Reading, Spot

pytestmark = pytest.mark.anyio

RUNS = (
    make_run("alpha"), make_run("beta", state="failed", metrics={"loss": Reading("loss", 6.5, Spot("b", 1), 10)}),
    make_run("gamma", "graphcore"), make_run("delta", "sambanova", state="running", progress={"step": Amount(250, 1000)}, eta=90.0),
)


def selected(text: str) -> str:
    """The row of the table that the cursor is on."""
    return next((line for line in text.splitlines() if line.startswith("▌")), "")


async def test_tabs_count_runs_and_show_one_testbed() -> None:
    """All and the four vendors are there always, with live and failed counts; digits, brackets and arrows switch."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "delta")
        tabs = screen_text(app).splitlines()[0]
        for part in ("1 All 4 ●1 ✗1", "2 SambaNova 1 ●1", "3 Graphcore 1", "4 Cerebras 2 ✗1", "5 Groq 0"):
            assert part in tabs
        await pilot.press("3")
        await until(pilot, lambda: "alpha" not in screen_text(app))
        assert "gamma" in selected(screen_text(app))
        await pilot.press("right")
        await until_text(pilot, "alpha")
        await pilot.press("left_square_bracket", "left")
        await until(pilot, lambda: "delta" in selected(screen_text(app)))
        await pilot.press("8")
        assert "delta" in selected(screen_text(app)), "there is no eighth tab"


async def test_runs_are_selected_by_arrows_and_letters() -> None:
    """Down j, up k, first g, last G; the panes follow."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "delta")
        for keys, name in ((("j",), "gamma"), (("down",), "alpha"), (("k",), "gamma"), (("G",), "beta"), (("g",), "delta"), (("up",), "delta")):
            await pilot.press(*keys)
            await until(pilot, lambda name=name: name in selected(screen_text(app)), name)
            assert f"─ {name} " in screen_text(app)


async def test_panes_say_what_came_out_and_what_to_remark() -> None:
    """Phases, the curve's axis, metrics with units and findings stand at all three sizes."""
    run = make_run("alpha", findings=(remark("The compile was skipped"),))
    for size in ((80, 24), (120, 40), (200, 60)):
        app = app_over(FakeFeed(updates_of(run)))
        async with app.run_test(size=size) as pilot:
            await until_text(pilot, "The compile was skipped")
            text = screen_text(app)
            for part in ("compile", "14:41", "7.07812", "4,847.18", "samples/s", "✓ finished", "3 min"):
                assert part in text, (size, part)


async def test_marked_runs_are_compared_and_escape_takes_marks_away() -> None:
    """Space marks, d opens the marked runs in the order of marking, Esc comes back."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "delta")
        await pilot.press("G", "space", "g", "space", "d")
        await until_text(pilot, "diff of 2 runs")
        head = screen_text(app).splitlines()[1]
        assert head.index("beta") < head.index("delta")
        await pilot.press("escape")
        await until_text(pilot, "2 marked")
        await pilot.press("escape")
        await until(pilot, lambda: "marked" not in screen_text(app))


async def test_with_none_marked_a_run_is_compared_with_the_one_before_it() -> None:
    """The neighbour is of the same testbed; a run alone on its testbed says so."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_text(pilot, "delta")
        await pilot.press("d")
        await until_text(pilot, "There is no other run")
        await pilot.press("G", "d")
        await until_text(pilot, "diff of 2 runs on cerebras")
        head = screen_text(app).splitlines()[1]
        assert head.index("alpha") < head.index("beta")


async def test_the_filter_keeps_what_contains_the_text() -> None:
    """By name, testbed or state; Enter keeps it, Esc clears it; letters that are keys are typed."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "delta")
        await pilot.press("slash", *"grap")
        await until_text(pilot, "1 of 4 runs")
        assert "gamma" in selected(screen_text(app))
        await pilot.press("enter", "escape")
        await until_text(pilot, "4 runs in 4 files")
        await pilot.press("slash", *"qd")
        await until_text(pilot, "No run matches “qd”")
        await pilot.press("escape", "slash", *"state:failed loss<7")
        await until_text(pilot, "1 of 4 runs")
        assert "beta" in selected(screen_text(app))


async def test_what_lives_comes_first_and_then_what_ended_last() -> None:
    """The usual order answers what is going on: stalled, live, then by recency whatever it is that ended."""
    runs = (
        make_run("old", modified=NOW - 9000), make_run("fresh", modified=NOW - 50), make_run("live", "groq", state="running"),
        make_run("stuck", state="stalled"),
    )  # fmt: skip
    app = app_over(FakeFeed(updates_of(*runs)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "fresh")
        rows = screen_text(app).splitlines()[2:6]
        assert [name for row in rows for name in ("stuck", "live", "fresh", "old") if name in row] == ["stuck", "live", "fresh", "old"]


async def test_sorting_goes_through_the_orders() -> None:
    """S goes on to the orders of the columns and comes round; R turns one round; the head says which."""
    app = app_over(FakeFeed(updates_of(make_run("zeta"), make_run("eta", "groq", state="running"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "zeta")

        def first() -> str:
            return screen_text(app).splitlines()[2]

        for _ in range(20):
            await pilot.press("S")
            await pilot.pause()
            if "by name" in screen_text(app):
                break
        await until_text(pilot, "RUN▾")
        assert "eta" in first() and "zeta" not in first()
        await pilot.press("R")
        await until_text(pilot, "by name, turned round")
        assert "zeta" in first() and "RUN▴" in screen_text(app)
        for _ in range(20):
            await pilot.press("S")
            await pilot.pause()
            if " by " not in screen_text(app).splitlines()[-2]:
                return
        raise AssertionError("it never came round")


async def test_the_chart_goes_through_the_metrics() -> None:
    """m charts the next series of the run."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "throughput, samples/s by step")
        await pilot.press("m")
        await until_text(pilot, "loss, nat by step")
        await pilot.press("m")
        await until_text(pilot, "throughput, samples/s by step")


async def test_the_log_s_end_is_followed(tmp_path: Path) -> None:
    """The last lines of the selected run's file, as it grows."""
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {number}\n" for number in range(1, 101)))
    run = make_run("alpha", path="a.log")
    feed = FakeFeed([Update(str(log), (run,))])
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "line 100")
        assert "line 80\n" not in screen_text(app)
        with log.open("a") as file:
            file.write("line 101\n")
        feed.give(Update(str(log), (replace(run, version=2),)))
        await until_text(pilot, "line 101")


async def test_files_that_appear_grow_and_vanish_are_followed() -> None:
    """The table is what the feed last said, and the selection stays with its run."""
    feed = FakeFeed(updates_of(*RUNS[:2]))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "2 runs in 2 files")
        await pilot.press("j")
        feed.give(*updates_of(make_run("aaa"), replace(RUNS[0], version=2, name="grown")))
        await until_text(pilot, "3 runs in 3 files")
        text = screen_text(app)
        assert "grown" in text and "beta" in selected(text)
        feed.give(Update("/nowhere/cerebras/beta.log", ()))
        await until_text(pilot, "2 runs in 2 files")
        assert "beta" not in screen_text(app)


async def test_an_empty_directory_says_what_to_do() -> None:
    """What was looked at, and what next."""
    feed = FakeFeed()
    feed.give()
    app = app_over(feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "No runs yet")
        assert "Looked at runs" in screen_text(app) and "bedwatch demo" in screen_text(app)


async def test_a_small_terminal_is_told_so() -> None:
    """Below 60x15 there is a sentence instead of a torn picture, and it goes when there is room again."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(50, 12)) as pilot:
        await until_text(pilot, "50x12 here, 60x15 needed")
        await pilot.resize_terminal(60, 15)
        await until_text(pilot, "delta")


async def test_where_the_log_has_no_room_its_rows_are_the_findings() -> None:
    """A title with nothing under it says nothing: at 60x15 the findings have that row."""
    app = app_over(FakeFeed(updates_of(make_run("alpha", findings=(remark("One two three four five six seven. " * 9),)))))
    async with app.run_test(size=(60, 15)) as pilot:
        await until_text(pilot, "seven")
        await until(pilot, lambda: "─ log" not in screen_text(app), "the findings' third row")
        await pilot.resize_terminal(80, 24)
        await until_text(pilot, "─ log")


@pytest.mark.parametrize("width", [60, 70, 80, 120])
async def test_the_first_tab_counts_what_lives_and_what_failed_at_every_width(width: int) -> None:
    """With six testbeds too, and three digits."""
    runs = [make_run(f"{testbed}{number}", testbed, state="failed" if number % 5 == 0 else "finished")
            for testbed in ("sambanova", "graphcore", "cerebras", "groq", "gaudi") for number in range(11)]  # fmt: skip
    app = app_over(FakeFeed(updates_of(*runs)))
    async with app.run_test(size=(width, 24)) as pilot:
        await until_text(pilot, "All 55 ✗15")
        assert "Gaudi 11" in screen_text(app).splitlines()[0]


async def test_theme_refresh_and_quit() -> None:
    """t changes between dark and light, r asks the feed, q closes the feed and leaves."""
    feed = FakeFeed(updates_of(*RUNS))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "delta")
        assert app.current_theme.dark
        await pilot.press("t")
        assert not app.current_theme.dark
        await pilot.press("t", "r")
        assert app.current_theme.dark and feed.refreshed == 1
        await pilot.press("q")
        await until(pilot, lambda: feed.closed)
    assert app.return_code == 0


async def test_without_a_shell_behind_it_there_is_nowhere_to_go() -> None:
    """Ctrl+Z where the screen is no terminal of a shell: it goes on. With one, see the end-to-end tests."""
    app = app_over(FakeFeed(updates_of(*RUNS)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "delta")
        await pilot.press("ctrl+z", "3")
        await until(pilot, lambda: "gamma" in selected(screen_text(app)))


async def test_a_broken_feed_leaves_the_screen_and_says_so() -> None:
    """One bad file must not end the program."""

    class Broken(FakeFeed):
        async def updates(self):  # type: ignore[no-untyped-def]
            yield updates_of(*RUNS)
            raise OSError("no more handles")

    app = app_over(Broken())
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "no longer followed: OSError: no more handles")
        await until_text(pilot, "delta")


async def test_a_changed_age_draws_no_other_row() -> None:
    """What did not change is not drawn: a row whose cells are the same keeps its strip."""
    from tui.widgets.table.runtable import RunTable

    runs = [make_run("old", modified=NOW - 7200), make_run("young", modified=NOW - 10)]
    app = app_over(FakeFeed(updates_of(*runs)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "young")
        table = app.screen.query_one(RunTable)
        old, young = (next(y for y in (1, 2) if name in table.render_line(y).text) for name in ("old", "young"))
        before = table.render_line(old)
        table.show(table._shown, NOW + 1, 0, (), ())
        assert table.render_line(old) is before
        assert "11 s" in table.render_line(young).text


async def test_the_first_picture_is_whole() -> None:
    """Nothing is drawn of the runs until the first reading comes to rest: a key pressed at sight finds its runs."""
    feed = FakeFeed()
    for run in RUNS:
        feed.give(*updates_of(run))
    app = app_over(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "Graphcore")
        await pilot.press("4", "d")
        await until_text(pilot, "diff of 2 runs on cerebras")
