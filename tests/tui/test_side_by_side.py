"""The diff screen: curves over each other, phases under each other, many runs beside each other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.tui.fake import FakeFeed, app_over, make_run, screen_text, until_text, updates_of
from tui.runs.compare import compare
from tui.runs.run import Parameter, Phase, Reading, Run, Spot
from tui.runs.series import Series
from tui.widgets.cells import text_of
from tui.widgets.charts.overlay import Looked, Overlay, sign_of, style_of
from tui.widgets.charts.plot import Trace, picture
from tui.widgets.diffrows import row_lines
from tui.widgets.difftable import _clear
from tui.widgets.waterfall import head_of, waterfall

SPOT = Spot("a.log", 1)
BEGIN = datetime(2026, 1, 2, 3, 0, 0)


def _batch(name: str, size: int, **changes: object) -> Run:
    return make_run(name, params={"batch_size": Parameter("batch_size", size, SPOT)}, **changes)


def _phase(name: str, after: float, seconds: float | None, cached: bool | None = None) -> Phase:
    return Phase(name, BEGIN + timedelta(seconds=after), seconds, cached, SPOT)  # type: ignore[arg-type]


# curves


def test_each_curve_carries_its_letter() -> None:
    """At its end and at a place of its own, on the curve itself, so that it is known without colour."""
    up, down = Trace([0, 50, 100], [0, 5, 10], "blue", "A"), Trace([0, 50, 100], [10, 5, 0], "warn", "B")
    made = picture([up, down], "step", None, 60, 12)
    for sign, style in (("A", "blue"), ("B", "warn")):
        mine = [mark for mark in made.marks if mark.sign == sign]
        assert len(mine) == 2 and {mark.style for mark in mine} == {style}
    ends = {mark.sign: mark.row for mark in made.marks if mark.column == max(mark.column for mark in made.marks)}
    assert ends["A"] < ends["B"]
    drawn = {(sign, style) for line in made.lines() for text, style in line for sign in text}
    assert {("A", "blue"), ("B", "warn")} <= drawn


def test_a_legend_names_runs_by_what_differs() -> None:
    """Not by their files; the letters stay with the runs' own places, whichever comes first."""
    runs = [_batch("x", 512), _batch("y", 1024)]
    text = text_of(Overlay().lines(runs, [1, 0], Looked("loss"), 100, 10))
    assert "B batch 512, baseline   A batch 1,024" in text and "loss, nat by samples" in text


def test_a_curve_that_may_not_be_compared_is_faint_and_says_why() -> None:
    """Another model's loss: drawn, without a colour, with the reason in words."""
    other = Series()
    for step in range(100, 1100, 100):
        other.append(3.0 + step / 1000, step, None, step)
    runs = [_batch("x", 8, model="bert"), _batch("y", 8, model="resnet50", series={"loss": other}), _batch("z", 8, model="bert")]
    lines = Overlay().lines(runs, [0, 1, 2], Looked("loss"), 100, 10)
    assert "↳ B not to be compared with A: different models: bert against resnet50" in text_of(lines)
    drawn = {style for line in lines[2:12] for text, style in line if any("\u2800" < sign <= "\u28ff" for sign in text)}
    assert drawn >= {"faint"} and style_of(1) not in drawn


def test_without_a_common_curve_there_is_no_chart() -> None:
    """Neither where one alone has a series, nor where there is no room."""
    runs = [_batch("x", 8), _batch("y", 8, series={})]
    assert Overlay().lines(runs, [0, 1], Looked(), 100, 10) == []
    assert Overlay().lines([_batch("x", 8), _batch("y", 8)], [0, 1], Looked(), 20, 10) == []


def test_of_very_many_runs_it_is_said_how_many_are_drawn() -> None:
    """A tangle tells nothing; those that are seen beside the baseline come first."""
    runs = [_batch(f"r{at:02}", 2**at) for at in range(12)]
    assert "8 of 12 runs" in text_of(Overlay().lines(runs, list(range(12)), Looked("loss"), 100, 10))
    assert "of 8 runs" not in text_of(Overlay().lines(runs[:8], list(range(8)), Looked("loss"), 100, 10))


def test_infinite_readings_do_not_stop_a_chart() -> None:
    """They are left out, as on a single run's chart."""
    wild = Series()
    for step, value in enumerate((1.0, float("inf"), float("nan"), 1e308, -1e308, 2.0)):
        wild.append(value, step, None, step + 1)
    assert Overlay().lines([_batch("x", 8, series={"loss": wild}), _batch("y", 8)], [0, 1], Looked(), 80, 8)


# phases


def test_bars_begin_at_one_zero_and_are_on_one_scale() -> None:
    """A run of half the time has half the bar; a gap that the log gives no phase for is a gap; what is cached is hatched."""
    one = make_run("one", phases=(_phase("compile", 0, 100), _phase("train", 100, 100)))
    two = make_run("two", phases=(_phase("compile", 0, 20, True), _phase("train", 60, 40)))
    lines = waterfall([one, two], [head_of(run, sign, "blue", 10) for run, sign in ((one, "A"), (two, "B"))], 10, 112)
    bars = ["".join(text for text, style in line if style.startswith("phase.") or style == "track") for line in (lines[0], lines[2])]
    whole, half = (len(bar.rstrip(" ")) for bar in bars)
    assert abs(whole - 2 * half) <= 1 and abs(bars[0].count("▆") - whole) <= 0
    assert abs(bars[1].count("░") - 0.1 * whole) <= 1 and abs(bars[1].count("·") - 0.2 * whole) <= 1
    text = text_of(lines)
    assert "░ cached" in text and "· no phase in the log" in text and "compile 1:40" in text and text.count("train") == 3


def test_no_phase_is_too_short_to_be_seen() -> None:
    """A second beside an hour is one column, and hides nothing."""
    run = make_run("one", phases=(_phase("queue", 0, 1), _phase("compile", 1, 3600), _phase("load", 3601, 1), _phase("train", 3602, 60)))
    (bar, *_) = waterfall([run], [head_of(run, "A", "blue", 10)], 10, 60)
    assert {style for _, style in bar} >= {"phase.queue", "phase.compile", "phase.load", "phase.train"}


def test_phases_without_lengths_draw_no_bar() -> None:
    """A waterfall of nothing would say that it took no time."""
    run = make_run("one", phases=(_phase("compile", 0, None),))
    assert waterfall([run], [head_of(run, "A", "blue", 10)], 10, 80) == []


# what may not be compared


def test_what_may_not_be_compared_is_faint_with_the_reason_of_each_run() -> None:
    """Its values stay; those of the other runs keep their differences."""
    def of(name: str, model: str) -> Run:
        return make_run(name, model=model, metrics={"loss": Reading("loss", 7.0 + len(name), SPOT)})

    comparison = compare([of("a", "bert"), of("bb", "resnet50"), of("ccc", "bert"), of("dddd", "gpt2")])
    row = next(row for row in comparison.rows if row.name == "loss")
    lines = row_lines(row, [0, 1, 2, 3], [20] * 4, [6] * 4, 12, 110)
    styles = {text.strip(): style for line in lines for text, style in line}
    assert (styles["8"], styles["9"], styles["10"], styles["11"]) == ("text", "faint", "text", "faint")
    text = text_of(lines)
    assert "bb: different models: bert against resnet50" in text and "dddd: different models: bert against gpt2" in text


# the screen


@pytest.mark.anyio
async def test_the_curves_have_their_keys() -> None:
    """m, x and s: another metric, another axis, smoothing; the chart comes into view where it was not."""
    app = app_over(FakeFeed(updates_of(_batch("one", 512), _batch("two", 1024))))
    async with app.run_test(size=(100, 24)) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d")
        await until_text(pilot, "diff of 2 runs")
        await pilot.press("m")
        await until_text(pilot, "curves: throughput, samples/s by samples")
        assert "A batch 512, baseline" in screen_text(app) and "B batch 1,024" in screen_text(app)
        await pilot.press("x")
        await until_text(pilot, "by step")
        await until_text(pilot, "a step is not the same work: 512 against 1,024 samples")
        await pilot.press("x")
        await until_text(pilot, "time since training began")
        await pilot.press("s")
        await until_text(pilot, "smoothed over 2 %")
        await pilot.press("m")
        await until_text(pilot, "curves: loss, nat")


@pytest.mark.anyio
async def test_runs_without_common_curves_say_so() -> None:
    """The keys tell why nothing happens."""
    app = app_over(FakeFeed(updates_of(_batch("one", 512, series={}), _batch("two", 1024, series={}))))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until_text(pilot, "two")
        await pilot.press("d")
        await until_text(pilot, "diff of 2 runs")
        for key in ("m", "x"):
            await pilot.press(key)
            await until_text(pilot, "No two of these runs have a curve")


@pytest.mark.anyio
@pytest.mark.parametrize("width", [80, 120])
async def test_of_many_runs_some_stand_beside_the_baseline(width: int) -> None:
    """It is pinned, the labels too; where one is stands in the head, and every run can be scrolled to, one at a time."""
    names = [f"run{number:02}" for number in range(12)]
    app = app_over(FakeFeed(updates_of(*(_batch(name, 2**at) for at, name in enumerate(names)))))
    async with app.run_test(size=(width, 40)) as pilot:
        await until_text(pilot, "run00")
        for _ in names:
            await pilot.press("space")
        await pilot.press("d")
        await until_text(pilot, "diff of 12 runs")
        seen: set[str] = set()
        for step in range(12):
            lines = screen_text(app).splitlines()
            assert "A run00" in lines[1] and "batch size" in screen_text(app)
            seen |= {name for name in names if name in lines[1]}
            if "more →" not in lines[0]:
                break
            assert "of 12" in lines[0]
            await pilot.press("right")
            await until_text(pilot, f"← {step + 1} more")
        assert seen == set(names)
        await pilot.press("left")
        await until_text(pilot, "1 more →")


@pytest.mark.anyio
async def test_another_baseline_leaves_the_others_in_their_order() -> None:
    """b goes through the runs as they were marked; each keeps its letter, and after the last the first is baseline again."""
    app = app_over(FakeFeed(updates_of(*(_batch(name, size) for name, size in (("one", 1), ("two", 2), ("six", 6))))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "six")
        for _ in range(3):
            await pilot.press("space")
        await pilot.press("d")
        for heads in (["A one", "B six", "C two"], ["B six", "A one", "C two"], ["C two", "A one", "B six"], ["A one", "B six", "C two"]):
            await until_text(pilot, heads[0])
            line = next(line for line in screen_text(app).splitlines() if heads[0] in line)
            places = [line.find(head) for head in heads]
            assert -1 not in places
            await pilot.press("b")
            await until_text(pilot, "baseline")


def test_letters_never_end() -> None:
    """More runs than letters begin anew."""
    assert [sign_of(place) for place in (0, 25, 26)] == ["A", "Z", "A"]


def test_the_room_of_curves_that_are_drawn_later_is_as_large() -> None:
    runs, overlay = [_batch("x", 8), _batch("y", 8)], Overlay()
    empty = overlay.lines(runs, [0, 1], Looked("loss"), 100, 10, later=True)
    drawn = overlay.lines(runs, [0, 1], Looked("loss"), 100, 10)
    assert len(empty) == len(drawn) == 12
    assert empty[:2] == drawn[:2]
    assert overlay.lines(runs, [0, 1], Looked("loss"), 100, 10, later=True) == drawn


def test_runs_without_a_figure_in_common_are_not_called_comparable() -> None:
    """Two that compile: that nothing warns says nothing."""
    measured = [_batch("x", 8), _batch("y", 8)]
    nothing = {"metrics": {}, "series": {}, "progress": {}, "phases": (), "params": {}}
    compiling = [make_run(name, state="compiling", **nothing) for name in ("a", "b")]
    assert _clear(compare(measured)) == "Nothing stands against comparing these runs"
    assert "nothing to compare" in _clear(compare(compiling))
