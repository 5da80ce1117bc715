"""The run table: what its columns say, what stands in their heads, and how it is grouped."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, screen_text, until, until_text, updates_of
from tui.app import BedwatchApp
from tui.remembered import Look, Memory
from tui.runs.repeats import repeats_of
from tui.runs.run import Amount, Parameter, Phase, Reading, Run, Spot
from tui.screens.listing import Listing
from tui.screens.order import visible
from tui.widgets.cells import middle_cut
from tui.widgets.table.columns import FIXED, NAME, chosen_columns, parameter_column
from tui.widgets.table.figures import Figures
from tui.widgets.table.layout import gap_of, placed
from tui.widgets.table.names import told_apart
from tui.widgets.table.runtable import Heading

pytestmark = pytest.mark.anyio

SPOT = Spot("x.log", 7)


def latency(name: str, milliseconds: float, **changes: object) -> Run:
    """A proof point of Groq."""
    readings = {"groq_latency_ms": Reading("groq_latency_ms", milliseconds, SPOT), "groq_ips": Reading("groq_ips", 16612.48, SPOT)}
    return make_run(name, "groq", metrics=readings, kind="inference", series={}, progress={}, **changes)


def accuracy(name: str, value: float) -> Run:
    """One of several equal runs."""
    epochs = {"epoch": Amount(10, 10, SPOT)}
    shared = {"batch_size": Parameter("batch_size", 8, SPOT), "device_iterations": Parameter("device_iterations", 50, SPOT)}
    return make_run(name, "graphcore", metrics={"accuracy": Reading("accuracy", value, SPOT)}, series={}, progress=epochs,
                    params=shared, model="mnist", started_at=None, phases=())  # fmt: skip


def head(app: BedwatchApp) -> str:
    """The table's head."""
    return screen_text(app).splitlines()[1]


async def test_each_testbed_has_the_columns_of_its_results() -> None:
    """Groq has latency and no loss, Cerebras loss and no latency; where testbeds are mixed, the cell names its metric."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"), latency("tiny", 0.06))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "tiny")
        assert "RESULT" in head(app) and "latency 0.06" in screen_text(app) and "loss 7.07812" in screen_text(app)
        await pilot.press("5")
        await until_text(pilot, "LATENCY ms")
        assert "LOSS" not in head(app) and "RESULT" not in head(app)
        await pilot.press("4")
        await until_text(pilot, "LOSS")
        assert "LATENCY" not in head(app)


async def test_a_unit_that_all_share_stands_in_the_head_alone() -> None:
    """Numbers stand under each other by their decimal points, and the unit over them."""
    other = make_run("beta", metrics={"throughput": Reading("throughput", 12.5, SPOT), "loss": Reading("loss", 10.25, SPOT)})
    app = app_over(FakeFeed(updates_of(make_run("alpha"), other)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "beta")
        await pilot.press("4")
        await until_text(pilot, "THROUGHPUT samples/s")
        rows = screen_text(app).splitlines()[2:4]
        assert rows[0].index("4,847.18") + 5 == rows[1].index("12.50") + 2, "decimal points are not under each other"
        assert not any("samples/s" in row for row in rows)


async def test_values_that_differ_never_look_the_same() -> None:
    """Two runs whose figures agree in six digits get as many as tell them apart; equal ones, and others, do not."""
    values = (2461.07374, 2461.07371, 2500.123456)
    runs = [make_run(f"r{at}", metrics={"throughput": Reading("throughput", value, SPOT)}) for at, value in enumerate(values)]
    app = app_over(FakeFeed(updates_of(*runs)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "2,461.07374")
        assert "2,461.07371" in screen_text(app) and "2,500.12 " in screen_text(app)


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=30), st.booleans())
def test_any_values_are_told_apart_and_stand_under_each_other(values: list[float], labelled: bool) -> None:
    """Different values have different texts, equal ones the same; and all decimal points are in one column."""
    runs = [make_run(f"r{at}", metrics={"throughput": Reading("throughput", value, SPOT)}) for at, value in enumerate(values)]
    laid = Figures(lambda run: run.metrics["throughput"], labelled=labelled).of(runs, True)
    texts = ["".join(text for text, _ in cell) for cell in laid.cells]
    assert laid.unit == "samples/s" and all("samples" not in text for text in texts)
    of: dict[str, set[float]] = {}
    for text, value in zip(texts, values, strict=True):
        of.setdefault(text.strip(), set()).add(value)
    assert all(len(same) == 1 for same in of.values())
    assert len({len(text) - (text.index(".") if "." in text else len(text.rstrip())) for text in texts}) == 1


async def test_a_run_s_phase_and_reason_stand_in_its_row() -> None:
    """A live run without a plan names its phase and its time; a failed one says why, at every width."""
    compiling = make_run("young", state="compiling", phase="compile", progress={}, metrics={}, series={},
                         phases=(Phase("compile", None, 252.0, None, SPOT, open=True),))  # fmt: skip
    error = Spot("x.log", 9, "poptorch.poptorch_core.Error: In poptorch/python/poptorch.cpp:1371: 'std::out_of_range': no such tile")
    failed = make_run("broken", "graphcore", state="failed", error=error, because=error, progress={}, metrics={}, series={})
    for size in ((80, 24), (120, 40), (200, 60)):
        app = app_over(FakeFeed(updates_of(compiling, failed)))
        async with app.run_test(size=size) as pilot:
            await until_text(pilot, "broken")
            row = next(line for line in screen_text(app).splitlines() if "✗ failed" in line and "broken" in line)
            assert "Error: no such tile" in row, size
            assert "compile 4:12" in screen_text(app)


async def test_a_click_on_a_head_orders_and_turns_round() -> None:
    """The mouse does what S and R do."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"), make_run("beta"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "beta")
        at = head(app).index("RUN")
        await pilot.click("#table", offset=(at, 0))
        await until_text(pilot, "RUN▾")
        await pilot.click("#table", offset=(at, 0))
        await until_text(pilot, "RUN▴")
        assert "beta" in screen_text(app).splitlines()[2]


async def test_runs_are_grouped_by_model_and_by_repeats() -> None:
    """v puts runs under headings; repeats tell their mean, deviation and number; the selection steps over headings."""
    runs = [accuracy("one", 97.69), accuracy("two", 98.3), accuracy("three", 98.35), make_run("bert", model="bert_large")]
    app = app_over(FakeFeed(updates_of(*runs)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "bert")
        await pilot.press("v")
        await until_text(pilot, "── mnist  3")
        assert "── bert_large  1" in screen_text(app)
        await pilot.press("v")
        await until_text(pilot, "3 repeats of batch 8")
        assert "accuracy 98.11 ± 0.37 % (97.69 to 98.35, n=3)" in screen_text(app)
        await pilot.press("g", "down", "down", "down")
        await until(pilot, lambda: any(line.startswith("▌") and "✓" in line for line in screen_text(app).splitlines()))
        await pilot.press("v")
        await until(pilot, lambda: "──  3" not in screen_text(app) and "repeats of" not in screen_text(app))


async def test_columns_are_chosen_from_what_the_runs_say() -> None:
    """C lists metrics and parameters of the tab's runs; Space shows or hides one, 0 brings the usual ones back."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("C")
        await until_text(pilot, "batch size")
        assert "groq latency" not in screen_text(app).lower(), "no run has it"
        await pilot.press("G", "space", "escape")
        await until_text(pilot, "BATCH SIZE")
        assert "1,024" in screen_text(app).splitlines()[2]
        assert "own columns" in screen_text(app)
        await pilot.press("C")
        await until_text(pilot, "✓ batch size")
        await pilot.press("0")
        await until(pilot, lambda: "BATCH SIZE" not in screen_text(app) and "alpha" in screen_text(app))


def test_a_column_that_was_asked_for_stays_longer_than_usual_ones() -> None:
    """Where there is no room for all, the time left, the sparkline and the like go before a parameter that somebody chose."""
    columns = chosen_columns([*(column.id for column in FIXED), "param:batch_size"])
    needs = {column.id: 10 for column in columns}
    shown = ([place.column.id for place in placed(columns, needs, width, 2)] for width in range(60, 160))
    ids = next(ids for ids in shown if "param:batch_size" in ids)
    assert "spark" not in ids and "left" not in ids and "state" in ids and "result" in ids


async def test_a_column_of_runs_that_are_filtered_away_stays_chosen() -> None:
    """To look at the list of columns and to leave it changes nothing, whichever runs are shown at that time."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"), make_run("beta", params={}))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "beta")
        await pilot.press("C")
        await until_text(pilot, "batch size")
        await pilot.press("G", "space", "escape")
        await until_text(pilot, "BATCH SIZE")
        await pilot.press("slash", *"beta", "enter")
        await until(pilot, lambda: "alpha" not in screen_text(app))
        await pilot.press("C")
        await until_text(pilot, "✓ batch size")
        await pilot.press("escape", "escape")
        await until_text(pilot, "BATCH SIZE")


async def test_one_pane_is_shown_alone_and_the_table_can_still_be_gone_through() -> None:
    """z shows the panes one after the other, large; Esc shows all again."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"), make_run("beta"))))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "beta")
        assert "by step" not in screen_text(app), "no room for a chart"
        await pilot.press("z", "z")
        await until_text(pilot, "throughput, samples/s by step")
        assert "findings" not in screen_text(app)
        await pilot.press("down")
        await until(pilot, lambda: any(line.startswith("▌") and "beta" in line for line in screen_text(app).splitlines()))
        for text in ("metrics", "findings", "log cerebras/beta.log"):
            await pilot.press("z")
            await until_text(pilot, f"─ {text}")
        await pilot.press("escape")
        await until(pilot, lambda: "findings" in screen_text(app) and "metrics" in screen_text(app))


async def test_how_a_directory_is_looked_at_is_remembered(tmp_path: Path) -> None:
    """Tab, order, grouping, filter and columns are there again at the next start over the same paths, and over no others."""
    state, runs = str(tmp_path / "state"), [make_run("alpha"), make_run("beta"), make_run("gamma", "graphcore")]

    def app_of(path: str) -> BedwatchApp:
        return BedwatchApp(FakeFeed(updates_of(*runs)), clock=lambda: NOW, where="runs", memory=Memory(state, [path]))

    app = app_of("here")
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "gamma")
        await pilot.press("4", "v", "S", "slash", *"alpha", "enter")
        await until(pilot, lambda: "beta" not in screen_text(app))
        await pilot.press("q")
    app = app_of("here")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_text(pilot, "is on, as when you left")
        assert "beta" not in screen_text(app) and "── no model named  1" in screen_text(app) and "STATE▾" in screen_text(app)
        await pilot.press("escape")
        await until_text(pilot, "beta")
        assert "gamma" not in screen_text(app), "the tab is that of Cerebras"
        await pilot.press("q")
    app = app_of("elsewhere")
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "gamma")
        assert "grouped" not in screen_text(app)


async def test_what_has_no_place_in_an_order_comes_last_both_ways() -> None:
    """Turned round, the worst comes first: not what has no figure, or one that is no number."""
    losses = {"low": 6.5, "high": 7.5, "lost": float("nan"), "over": float("inf")}
    runs = [make_run(name, metrics={"loss": Reading("loss", value, SPOT)}) for name, value in losses.items()]
    runs.append(make_run("silent", metrics={}, elapsed=None))

    def names(order: str, reverse: bool) -> list[str]:
        return [run.name for run in visible(runs, "all", "", order, reverse)]

    for order in ("result", "metric:loss"):
        assert names(order, reverse=False) == ["low", "high", "lost", "over", "silent"], "the lower loss is the better one"
        assert names(order, reverse=True) == ["high", "low", "lost", "over", "silent"]
    assert names("elapsed", reverse=True)[-1] == names("elapsed", reverse=False)[-1] == "silent"


def test_a_cell_of_figures_is_never_cut() -> None:
    """Where a screen is too narrow for all that should stay, whole columns go, and a sparkline with its figure."""
    needs = {"state": 12, "name": 40, "progress": 13, "speed": 19, "spark": 8, "result": 22, "age": 6}
    for width in range(40, 200):
        shown = placed([column for column in FIXED if column.id in needs], needs, width, gap_of(width))
        assert shown[-1].at + shown[-1].width <= width, width
        assert all(place.width == needs[place.column.id] for place in shown if place.column is not NAME), width
        ids = [place.column.id for place in shown]
        assert {"state", "name"} <= set(ids) and ("spark" not in ids or "speed" in ids), width


async def test_the_last_column_is_whole_beside_a_scrollbar() -> None:
    """More runs than rows: what the scrollbar takes is not taken from the ages."""
    app = app_over(FakeFeed(updates_of(*(make_run(f"run_{at}") for at in range(30)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "run_1")
        assert "AGE" in head(app) and "3 min" in screen_text(app).splitlines()[2]


async def test_spreads_are_of_what_the_runs_say_now() -> None:
    """Which runs are repeats was found out before; a figure that came since is in the heading at once, not a little later."""
    listing = Listing(Look(group="repeat"))
    before = tuple(accuracy(name, value) for name, value in (("one", 97.0), ("two", 98.0)))
    listing.take(before)
    assert listing.searching
    listing.group(repeats_of(before))
    assert not listing.searching
    listing.take((before[0], accuracy("two", 99.0)))
    heading = listing.shown.rows[0]
    assert isinstance(heading, Heading) and "98.0 ± 1.4 % (97 to 99, n=2)" in "".join(text for text, _ in heading.line)
    listing.take(before[:1])
    assert not any(isinstance(row, Heading) for row in listing.shown.rows), "one run alone repeats nothing"


def test_settings_that_differ_are_never_shown_alike() -> None:
    """A parameter has all its digits, and a long word both its ends."""
    cell = parameter_column("learning_rate").cell
    assert cell is not None

    def shown(value: float | str) -> str:
        run = make_run("a", params={"learning_rate": Parameter("learning_rate", value, SPOT)})
        return "".join(text for text, _ in cell(run, True))

    assert shown(0.00012345678) == "0.00012345678"
    assert shown(0.1) == "0.10" and shown(1024) == "1,024"
    long = "/projects/of/somebody/models/bert_large_"
    assert shown(long + "a") != shown(long + "b")


async def test_the_selected_row_is_seen_after_the_terminal_shrank() -> None:
    """In a narrower and lower terminal nothing scrolls sideways, and no bar for that hides the row."""
    runs = [make_run(f"run{number:02d}", modified=NOW - number) for number in range(30)]
    app = app_over(FakeFeed(updates_of(*runs)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "run00")
        for key, name in (("G", "run29"), ("k", "run28")):
            await pilot.resize_terminal(120, 40)
            await pilot.press(key)
            await pilot.resize_terminal(80, 24)
            await until(pilot, lambda name=name: f"▌ ✓ finished {name}" in screen_text(app), name)
            assert not app.screen.query_one("#table").show_horizontal_scrollbar


@given(st.lists(st.text(st.sampled_from("ab-訓"), max_size=40), max_size=12), st.integers(12, 30))
def test_what_is_written_for_a_name_fits_its_column(names: list[str], width: int) -> None:
    """Signs that are two columns wide among them, with its middle left out or from where it differs on."""
    told = told_apart(names, width)
    assert all(cell_len(told.get(name) or middle_cut(name, width)) <= width for name in names)


async def test_names_that_differ_do_not_look_the_same() -> None:
    """Two long names with one beginning and one end are written from where they differ."""
    names = ("seonghapark__llama2-7b-R24-start-queued", "seonghapark__vit-R24-start-queued")
    app = app_over(FakeFeed(updates_of(*(make_run(name) for name in names))))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "…llama2-7b")
        assert "…vit-R24" in screen_text(app)
        await pilot.resize_terminal(200, 60)
        await until_text(pilot, names[0])


def test_while_runs_are_read_the_first_is_selected_until_somebody_chose_one() -> None:
    """Live runs that come before it do not push the table away; once all is read it is that run, wherever it is."""
    runs = [make_run(f"run{number}", state="running") for number in range(4)]
    listing = Listing(Look(order="name"))
    listing.take(tuple(runs[2:]), reading=True)
    listing.take(tuple(runs[1:]), reading=True)
    assert listing.run is not None and (listing.run.name, listing.at) == ("run1", 0)
    listing.take(tuple(runs), reading=False)
    assert (listing.run.name, listing.at) == ("run1", 1)
    chosen = Listing(Look(order="name"))
    chosen.take(tuple(runs[2:]), reading=True)
    chosen.select(1)
    chosen.take(tuple(runs), reading=True)
    assert chosen.run is not None and (chosen.run.name, chosen.at) == ("run3", 3)
