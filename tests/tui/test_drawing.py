"""Charts, bars and figures say what the numbers are."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake import make_run
from tui.runs.run import Phase, Reading, Spot
from tui.runs.series import Series
from tui.theme import DARK, styles
from tui.widgets.cells import as_strip, broken, path_rule, text_of, width_of
from tui.widgets.charts.pane import ChartPane
from tui.widgets.charts.sparkline import sparkline
from tui.widgets.charts.ticks import round_ticks
from tui.widgets.metrics import figure, metric_lines
from tui.widgets.phases import phase_lines, phase_rows
from tui.widgets.progress import ProgressPane, left_line, state_lines


def drawn(values: list[float], width: int = 60, height: int = 14) -> str:
    series = Series()
    for step, value in enumerate(values, 1):
        series.append(value, step, None, step)
    pane = ChartPane()
    pane._run = make_run("a", series={"throughput": series})
    lines = pane.build(width, height)
    assert len(lines) <= height and all(width_of(line) <= width for line in lines)
    return text_of(lines)


def test_what_is_cut_off_ends_in_an_ellipsis() -> None:
    """A line longer than its pane says so, also where a wide sign would be cut in two; blanks are no loss."""
    known = styles(DARK)
    assert as_strip((("left 8:57 ", "text"), ("by its own pace", "dim")), 16, known).text == "left 8:57 by it…"
    assert as_strip((("ab訓練", "text"),), 5, known).text == "ab訓…"
    assert as_strip((("ab訓練x", "text"),), 4, known).text.rstrip() == "ab …", "half of a sign is none"
    assert as_strip((("abc   ", "text"),), 3, known).text == "abc"


def test_names_are_set_off_from_their_figures() -> None:
    """However narrow the metrics are, a blank stands between a name and its value, and units are shortened before names."""
    spot = Spot("x.log", 1)
    values = {"groq_latency_ms": 0.06, "groq_ips": 15945.43, "groq_on_chip_ips": 37576.72}
    run = make_run("a", "groq", metrics={name: Reading(name, value, spot) for name, value in values.items()})
    for width in range(30, 70):
        for line in metric_lines(run, width):
            assert line[0][0].endswith("  "), width
    assert "37,576.72 inf/s est." in text_of(metric_lines(run, 39))
    assert "37,576.72 inferences/s  estimate" in text_of(metric_lines(run, 60))


@given(st.lists(st.floats(), max_size=300))
def test_any_values_can_be_charted(values: list[float]) -> None:
    """Not a number, infinite, enormous or all the same: there is a picture or a sentence, never an error."""
    assert drawn(values).startswith("─ throughput")


def test_what_cannot_be_drawn_is_said() -> None:
    """One value stands as a number; values that are not finite are counted."""
    assert "4,847.18" in drawn([4847.18]) and "no curve yet" in drawn([4847.18])
    assert "2 not finite" in drawn([1, 2, math.nan, math.inf, 3])


def test_a_picture_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at the same run again draws nothing anew."""
    import plotext

    pane = ChartPane()
    first, second = make_run("a"), make_run("b")
    builds = []
    build = plotext.build
    monkeypatch.setattr(plotext, "build", lambda: builds.append(1) or build())
    for run in (first, second, first, second, first):
        pane._run = run
        pane.build(60, 14)
    assert len(builds) == 2
    pane._run = replace(first, version=2)
    pane.build(60, 14)
    assert len(builds) == 3


def test_ticks_are_round() -> None:
    """People read 4,850, not 4,847.2."""
    assert round_ticks(4840, 4990, 4) == [4850.0, 4900.0, 4950.0]


def test_a_sparkline_keeps_peaks() -> None:
    """A spike among many readings is seen."""
    series = Series()
    for step in range(1000):
        series.append(9.0 if step == 500 else 1.0, step, None, step)
    assert "█" in sparkline(series, 10)


def test_cached_phases_are_hatched_and_short_ones_seen() -> None:
    """A skipped compile is no block; one second of two hours is one column."""
    spot = Spot("a", 1)
    run = make_run("a", phases=(
        Phase("compile", None, 0.0, True, spot), Phase("load", None, 1.0, None, spot), Phase("train", None, 7200.0, None, spot)))
    text = text_of(phase_lines(phase_rows(run), 60))
    compile_line, load_line, train_line = text.splitlines()
    assert "░" in compile_line and "cached" in compile_line
    assert load_line.count("▆") == 1 and train_line.count("▆") > 20 and "2:00:00" in train_line


@pytest.mark.parametrize(("name", "value", "shown"), [
    ("accuracy", 98.3, "98.30"), ("groq_latency_ms", 0.06, "0.06"), ("throughput", 16612.48, "16,612.48"), ("loss", 7.07812, "7.07812"),
    ("accuracy", math.nan, "NaN"),
])
def test_figures_keep_the_digits_of_the_log(name: str, value: float, shown: str) -> None:
    """What the log printed is what is read."""
    assert figure(Reading(name, value, Spot("a", 1))) == shown


@pytest.mark.parametrize(
    ("state", "seconds", "said"),
    [("running", None, "now"), ("running", 60.0, "1:00 so far"), ("finished", None, "no time"), ("failed", 60.0, "1:00 at least")],
)
def test_only_a_phase_of_a_run_that_lives_goes_on(state: str, seconds: float | None, said: str) -> None:
    """A log that ends within a phase says no more than how long it lasted at least."""
    run = make_run("a", state=state, phases=(Phase("train", None, seconds, None, Spot("a.log", 3), open=True),))
    assert text_of(phase_lines(phase_rows(run), 60)).rstrip().endswith(said)


def test_both_times_left_stay_at_every_width() -> None:
    """The run's own and the log's: short of room words go, then the band, and neither figure is cut."""
    run = make_run("a", state="running", eta=537.0, eta_low=459.0, eta_high=627.0, remaining=524.0, remaining_at_least=True)
    assert text_of([left_line(run, 80)]) == "8:57 (7:39 to 10:27) by its own pace, at least 8:44 says the log"
    assert text_of([left_line(run, 30)]) == "8:57 (7:39–10:27), log ≥ 8:44"
    for width in range(17, 100):
        line = left_line(run, width)
        assert width_of(line) <= width and "8:57" in text_of([line]) and "8:44" in text_of([line])
    assert text_of([left_line(replace(run, remaining=None), 20)]) == "8:57 (7:39–10:27)"
    assert left_line(replace(run, state="stalled"), 80) == ()


def test_the_line_that_proves_a_state_is_said_once() -> None:
    """Beside the state where it has the room, else below it: never cut at one place and whole at the next."""
    line = "| Train Device=CSX, Step=300, Loss=6.15822, Rate=3057.98 samples/sec, GlobalRate=651.54 samples/sec"
    run = make_run("a", state="running", because=Spot("x.log", 119, line))
    for width in (60, 80, 118, 198):
        said = " ".join(text_of(state_lines(run, width, below=4)).split())
        assert said.count("Loss=6.15822") == 1 and "…" not in said and "line 119" in said
    assert "…" in text_of(state_lines(run, 30, below=2))


def test_a_low_pane_keeps_the_time_left_and_the_phase_that_goes_on() -> None:
    """Five rows of a terminal of 60x15: state, step, phases and what is left, whatever was longer than the present phase."""
    spot = Spot("x.log", 1)
    phases = (Phase("compile", None, 267.0, None, spot), Phase("load", None, 238.0, None, spot),
              Phase("train", None, 235.0, None, spot, open=True))  # fmt: skip
    run = make_run("a", state="running", eta=537.0, remaining=524.0, phases=phases)
    pane = ProgressPane()
    pane.show(run, None, True)
    for height in (5, 6, 7):
        said = text_of(pane.build(29, height)[:height])
        assert "step" in said and "8:57" in said and "8:44" in said and "train 3:55" in said, height


def test_the_smallest_terminal_still_says_what_nobody_measured() -> None:
    """The metrics' pane of a terminal of 60x15: names give way before `est.` does."""
    readings = {name: Reading(name, value, Spot("x.log", 1)) for name, value in
                (("throughput", 651.54), ("estimated_throughput", 931.8), ("rate", 3057.98))}  # fmt: skip
    lines = metric_lines(make_run("a", metrics=readings), 29)
    assert all(width_of(line) <= 29 for line in lines) and "931.80 samp/s est." in text_of(lines)


def test_a_chart_beside_others_says_its_last_value_and_its_mean() -> None:
    """In a third of 120 columns too, in a row of its own; low, the picture keeps its rows. Its axis has two marks at least."""
    values = [500.0 + 150 * (1 - 0.8**step) for step in range(40)]
    said = drawn(values, 42, 12)
    assert "last 649.975 · mean" in said and said.count("┤") > 1
    assert "last" in drawn(values, 120, 12).splitlines()[0] and "mean" not in drawn(values, 42, 9)


def test_a_long_path_leaves_room_for_where_in_the_log_one_is() -> None:
    """At 60 columns too: the line and whether it is followed matter more than the path's middle."""
    note = "line 1,119 of 2,119 · follow"
    for width in (60, 80, 120):
        line = path_rule("log cerebras/gpt3_111m_unfinished/with/many/directories/mytest.log", width, note)
        assert width_of(line) == width and note in text_of([line]) and "mytest.log" in text_of([line])


@given(st.text(st.sampled_from("ab |訓"), max_size=80), st.integers(10, 30))
def test_a_wrapped_line_of_a_log_keeps_its_blanks(text: str, width: int) -> None:
    """What is indented stays indented, tables stay tables, nothing but blanks at a break is lost, and every line fits."""
    lines = broken(text, width)
    assert all(width_of(((line, ""),)) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if width_of(((text, ""),)) <= width:
        assert lines in ([text.rstrip()], [])
    assert not lines or lines[0] == text[: len(lines[0])]
