"""The run screen's curve: axes, smoothing, zoom, and the cursor that reads it."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake import NOW, FakeFeed, app_over, make_run, remark, screen_text, until, until_text, updates_of
from tui.feed.watch import Update
from tui.runs.curve import View, axes_of, curve_of, panned, smoothed, zoomed
from tui.runs.run import Amount, Parameter, Reading, Run, Spot
from tui.runs.series import POINTS_MOST, Series
from tui.runs.workspace import Workspace
from tui.screens.run import RunScreen
from tui.widgets.cells import text_of
from tui.widgets.charts.pane import ChartPane


def run_of(values: list[float], **changes: object) -> Run:
    series = Series()
    for step, value in enumerate(values, 1):
        series.append(value, step, None, 10 * step)
    return make_run("a", series={"throughput": series}, **changes)


def drawn(run: Run, view: View, width: int = 60, height: int = 14) -> str:
    pane = ChartPane()
    pane._run, pane._view = run, view
    return text_of(pane.build(width, height))


def test_samples_are_an_axis_only_where_the_log_proves_them() -> None:
    """Steps times batch size must be the samples that the log counts: a micro batch would draw a wrong axis."""
    one = Spot("a", 1)
    batch = {"batch_size": Parameter("batch_size", 1024, one)}
    done = {"step": Amount(1000, 1000)}
    counted = make_run("a", params=batch, progress=done, metrics={"samples": Reading("samples", 1_024_000, one)})
    other = make_run("a", params=batch, progress=done, metrics={"samples": Reading("samples", 4_096_000, one)})
    assert axes_of(counted, counted.series["loss"]) == ["step", "time", "samples"]
    assert curve_of(counted, counted.series["loss"], "samples").whole == (102_400, 1_024_000)
    assert axes_of(other, other.series["loss"]) == ["step", "time"]


def test_tokens_are_an_axis_where_samples_and_their_length_are_known() -> None:
    """Samples times the sequence length, padding included."""
    one = Spot("a", 1)
    params = {"batch_size": Parameter("batch_size", 1024, one), "max_seq_length": Parameter("max_seq_length", 128, one)}
    run = make_run("a", params=params, metrics={"samples": Reading("samples", 1_024_000, one)})
    assert axes_of(run, run.series["loss"]) == ["step", "time", "samples", "tokens"]
    assert curve_of(run, run.series["loss"], "tokens").whole == (102_400 * 128, 1_024_000 * 128)


def test_the_last_value_and_a_rate_s_mean_stand_over_the_curve() -> None:
    """A loss has no mean that means anything."""
    run = make_run("a")
    assert "last 4,900.25 · mean 4,855.25" in drawn(run, View(), 90)
    pane = ChartPane()
    pane._run, pane._metric = run, "loss"
    assert "last 6.50" in text_of(pane.build(90, 14)) and "mean" not in text_of(pane.build(90, 14))


def test_a_series_not_to_be_relied_on_is_faint_and_says_so() -> None:
    """Cerebras' Rate of one step's window is there for who asks, but does not look like a measurement."""
    series = Series()
    for step in range(1, 30):
        series.append(4000.0 + 900 * (step % 2), step, None, step)
    doubt = remark("Rate says 1.3 to 5 times what GlobalRate and the time stamps do", code="rate-unreliable")
    pane = ChartPane()
    pane._run = make_run("a", series={"rate": series}, findings=(doubt,))
    lines = pane.build(100, 14)
    assert "not to be relied on, see the finding" in text_of(lines)
    assert {style for line in lines[1:-2] for text, style in line if any("⠀" < sign <= "⣿" for sign in text)} == {"faint"}


def test_time_counts_from_the_run_s_beginning() -> None:
    """The compile before the first step is part of it."""
    run = make_run("a")
    assert curve_of(run, run.series["loss"], "time").whole == (100.0, 1000.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.sampled_from((0.02, 0.05, 0.15)))
def test_smoothing_stays_between_the_extremes_and_begins_at_the_first(values: list[float], share: float) -> None:
    """It is a mean of readings, without a pull towards zero."""
    out = smoothed(range(len(values)), values, share)
    assert out[0] == values[0]
    assert all(min(values) - 1e-6 <= y <= max(values) + 1e-6 for y in out)


def test_smoothing_weighs_by_distance_not_by_number() -> None:
    """A hundred readings within a moment are worth no more than their moment."""
    gap = smoothed([0, 1, 1000], [0, 0, 10], 0.02)
    assert gap[2] == pytest.approx(10, abs=1e-6)
    near = smoothed([0, 999, 1000], [0, 0, 10], 0.02)
    assert 4 < near[2] < 6


def test_extremes_survive_however_many_readings() -> None:
    """One spike of 4,000 readings is on the picture's axis and drawn."""
    values = [1.0 + 0.001 * math.sin(at) for at in range(4000)]
    values[1234] = 9.0
    picture = drawn(run_of(values), View())
    top = next(line for line in picture.splitlines()[1:] if any("⠀" < sign <= "⣿" for sign in line))
    assert "7.5┤" in picture and 1 <= len([sign for sign in top if "⠀" < sign <= "⣿"]) <= 2


def test_zooming_shows_more_and_ends_at_single_readings() -> None:
    """The window is resampled from the series: what one column hid comes apart; a window of two readings is refused."""
    run = run_of([float(at % 2) for at in range(1000)])
    curve = curve_of(run, run.series["throughput"], "step")
    window: tuple[float, float] | None = None
    seen = []
    for _ in range(20):
        window = zoomed(curve, window, True, 500.0)
        seen.append(len(curve.inside(window)))
    assert seen[0] == 500 and seen[-1] == seen[-2] >= 3 and all(a >= b for a, b in pairwise(seen))
    assert drawn(run, View(window=window)) != drawn(run, View())
    assert zoomed(curve, (1.0, 600.0), False, None) is None


def test_panning_stops_at_the_ends() -> None:
    """The window keeps its width."""
    run = run_of([1.0, 2.0] * 50)
    curve = curve_of(run, run.series["throughput"], "step")
    assert panned(curve, (1.0, 21.0), -1) == (1.0, 21.0)
    assert panned(curve, (70.0, 90.0), 9) == (80.0, 100.0)
    assert panned(curve, None, 1) is None


def test_smoothed_curves_keep_their_readings_visible() -> None:
    """Two layers: the readings stay where they were."""
    run = run_of([float(at % 2) for at in range(40)])
    pane = ChartPane()
    pane._run, pane._view = run, View(smoothing=0.15)
    styles = {style for line in pane.build(60, 14)[1:-2] for text, style in line if any("⠀" < sign <= "⣿" for sign in text)}
    assert styles == {"blue", "faint"}


@pytest.mark.anyio
async def test_the_curve_s_keys() -> None:
    """x changes the axis, s smooths, + - , . 0 move the window, left and right read values, m changes the metric."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter")
        await until_text(pilot, "throughput, samples/s by step")
        await pilot.press("right")
        await until_text(pilot, "step 1,000  4,900.25 samples/s  line 1000")
        await pilot.press("left")
        await until_text(pilot, "step 900  4,890.25 samples/s  line 900")
        await pilot.press("s")
        await until_text(pilot, "smoothed 4,89")
        await pilot.press("x")
        await until_text(pilot, "by wall time")
        await until_text(pilot, "time 15:00")
        await pilot.press("0", "plus")
        await until_text(pilot, "50 % of the axis")
        before = screen_text(app)
        await pilot.press("comma")
        await until(pilot, lambda: screen_text(app) != before, "another part")
        await pilot.press("full_stop")
        await until(pilot, lambda: screen_text(app) == before, "the first part again")
        await pilot.press("minus")
        await until(pilot, lambda: "of the axis" not in screen_text(app), "the whole axis")
        await pilot.press("equals_sign", "0")
        await until(pilot, lambda: "of the axis" not in screen_text(app), "the whole axis")
        await pilot.press("m")
        await until_text(pilot, "loss, nat by wall time")


@pytest.mark.anyio
async def test_several_series_share_an_axis_and_a_cursor() -> None:
    """y puts a second chart beside the first; each reads its own value where the cursor is; y at last leaves one."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))
    async with app.run_test(size=(200, 60)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter")
        await until_text(pilot, "throughput, samples/s by step")
        assert "loss, nat by step" not in screen_text(app)
        await pilot.press("y")
        await until_text(pilot, "loss, nat by step")
        await pilot.press("left", "left")
        await until_text(pilot, "step 900  4,890.25 samples/s")
        assert "step 900  6.60 nat  line 900" in screen_text(app)
        await pilot.press("x")
        await until_text(pilot, "loss, nat by wall time")
        await pilot.press("y")
        await until(pilot, lambda: "nat by wall time" not in screen_text(app))


@pytest.mark.anyio
async def test_a_click_on_a_curve_reads_it() -> None:
    """The cursor goes to the reading nearest to the mouse; on another chart that one's metric is read."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))
    async with app.run_test(size=(200, 60)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter", "y")
        await until_text(pilot, "loss, nat by step")
        await pilot.click("#chart0", offset=(7, 5))
        await until_text(pilot, "step 100  4,810.25 samples/s  line 100")
        await pilot.click("#chart1", offset=(98, 5))
        await until_text(pilot, "step 1,000  6.50 nat  line 1000")
        assert screen_text(app).splitlines()[1].startswith("─ loss, nat by step")


@pytest.mark.anyio
async def test_looking_closely_reads_every_point_of_a_long_log(tmp_path: Path) -> None:
    """A series is thinned for display; in a zoomed window each reading of the log is there, with its value and its line."""
    log = tmp_path / "long.log"
    step = "2026-01-02 {hour:02}:{minute:02}:{second:02},000 INFO:   | Train Device=CSX, Step={at}, Loss={loss:.5f}, Rate=1.00 samples/sec, GlobalRate=1.00 samples/sec\n"
    losses = [5 + ((at * 7919) % 1000) / 1000 for at in range(1, 3 * POINTS_MOST)]
    with log.open("w") as file:
        for at, loss in enumerate(losses, 1):
            file.write(step.format(hour=at // 3600, minute=at // 60 % 60, second=at % 60, at=at, loss=loss))
    workspace = Workspace([str(tmp_path)])
    workspace.read()
    (known,) = workspace.files.values()
    (run,) = known.runs(NOW)
    assert len(run.series["loss"]) < len(losses), "the test wants a series that was thinned"
    app = app_over(FakeFeed([Update(str(log), (run,))]))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "long")
        await pilot.press("m", "enter")
        await until_text(pilot, "loss, nat by step")
        await pilot.press(*["plus"] * 9)
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "loss" in app.screen._closer.wholes, "every point")
        seen = []
        for _ in range(6):
            await pilot.press("left")
            found = re.search(r"step ([\d,]+)  ([\d.]+) nat  line (\d+)", screen_text(app))
            assert found is not None
            seen.append(int(found[1].replace(",", "")))
            assert float(found[2]) == pytest.approx(losses[seen[-1] - 1], abs=1e-5) and int(found[3]) == seen[-1]
        assert seen == list(range(seen[0], seen[0] - 6, -1)), "no reading is left out"


@pytest.mark.anyio
async def test_facts_are_chosen_one_by_one() -> None:
    """Down, up, pages and ends move the cursor over the facts that stand on a line of the log."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))

    def chosen() -> str:
        return next((line for line in screen_text(app).splitlines() if line.startswith("▌")), "")

    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter")
        await until_text(pilot, "parameters")
        for key, text in (("down", "finished"), ("j", "compile"), ("down", "load"), ("k", "compile"), ("G", "batch size"),
                          ("g", "finished"), ("pagedown", "batch size"), ("pageup", "finished")):
            await pilot.press(key)
            await until(pilot, lambda text=text: text in chosen(), text)


@pytest.mark.anyio
async def test_a_run_without_a_series_offers_no_keys_of_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar names what can be done here; a key that can do nothing says why."""
    app = app_over(FakeFeed(updates_of(make_run("alpha", series={}, metrics={}))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "alpha")
        await pilot.press("enter")
        await until_text(pilot, "line in log")
        bar = screen_text(app).splitlines()[-1]
        assert "smooth" not in bar and "axis" not in bar and "zoom in" not in bar and "d diff" in bar
        said: list[str] = []
        monkeypatch.setattr(RunScreen, "notify", lambda screen, message, **how: said.append(message))
        keys = ("x", "s", "m", "plus", "comma", "0", "left")
        await pilot.press(*keys)
        await until(pilot, lambda: said == ["The log gives no series to chart"] * len(keys), "a word for each")


@pytest.mark.anyio
async def test_a_click_on_the_overview_s_chart_reads_it_on_the_run_screen() -> None:
    """As a click on its other panes opens the run, with the cursor where the mouse was."""
    app = app_over(FakeFeed(updates_of(make_run("alpha"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "mean")
        await pilot.click("#chart", offset=(24, 6))
        await until(pilot, lambda: isinstance(app.screen, RunScreen), "the run")
        await until_text(pilot, "step 500  4,850.25 samples/s  line 500")
