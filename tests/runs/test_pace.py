"""How long a run will still take, by its own pace: right within a band, and nothing where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reading import runs_of
from tests.runs.simulated import DAWN, Watched, cerebras, cerebras_step, epochs_bar
from tui.runs.liveness import judged
from tui.runs.pace import Arrivals, Beats
from tui.runs.run import Run

MINUTE = 60.0


def log(gaps: Sequence[float], total: int | None, *, each: int = 10, left: str = "") -> tuple[str, float]:
    """A Cerebras log that plans so many steps, with so many of them done after each of these seconds."""
    text = cerebras(DAWN, "Effective batch size is 1024.")
    if total is not None:
        text += cerebras(DAWN, f"Starting train loop 1 of 1, from global step 1 to {total} ({total} steps)")
    text, at = text + cerebras(DAWN, "Beginning appliance run"), DAWN
    for index, gap in enumerate(gaps):
        at += gap
        text += cerebras_step(at, (index + 1) * each, left=left)
    return text, at


def as_of(text: str, written: float, now: float) -> Run:
    """The run of a log last written to then, as judged now."""
    return judged(replace(runs_of(text)[-1], modified=written, heard=written), now)


def band(run: Run) -> tuple[float, float, float]:
    assert run.eta_low is not None and run.eta is not None and run.eta_high is not None
    assert 0 <= run.eta_low <= run.eta <= run.eta_high
    return run.eta_low, run.eta, run.eta_high


def test_a_steady_run_ends_when_its_pace_says() -> None:
    """30 of 100 stretches done at 20 s each; 7 s later, 7 s less are left. The band is as narrow as the pace is steady."""
    text, last = log([20] * 30, 1000)
    assert band(as_of(text, last, last)) == (1400, 1400, 1400)
    assert band(as_of(text, last, last + 7)) == (1393, 1393, 1393)


def test_the_vendor_s_own_estimate_stands_beside_it() -> None:
    """As printed, whatever the pace says."""
    text, last = log([20] * 30, 1000, left="0:29:00")
    run = as_of(text, last, last)
    assert (run.eta, run.remaining) == (1400, 1740)


def test_a_changed_pace_is_followed() -> None:
    """Slow for an hour, fast for the last: the trailing window decides, not the mean of the whole."""
    text, last = log([60] * 60 + [20] * 180, 4000)
    low, middle, high = band(as_of(text, last, last))
    assert middle == pytest.approx(160 * 20, rel=0.02)
    assert low <= 160 * 20 <= high


def test_uneven_steps_widen_the_band() -> None:
    """Between 10 and 30 s each: the middle is right, and the band holds what fast or slow stretches alone would give."""
    text, last = log([10, 20, 30, 20] * 10, 1000)
    low, middle, high = band(as_of(text, last, last))
    assert middle == pytest.approx(60 * 20, rel=0.05)
    assert low == pytest.approx(60 * 10, rel=0.05)
    assert high == pytest.approx(60 * 30, rel=0.05)


@pytest.mark.parametrize("pause", [2 * MINUTE, 8 * MINUTE])
def test_checkpoints_and_evaluation_do_not_fool_it(pause: float) -> None:
    """A pause every 20 stretches: the time left counts those to come, just before one, within it and just after."""
    rhythm = ([20] * 19 + [20 + pause]) * 10
    text, last = log(rhythm[:59], 2000)  # about to pause
    truth = sum(rhythm[59:])
    low, before, high = band(as_of(text, last, last))
    assert before == pytest.approx(truth, rel=0.01)
    assert low < truth < high
    within = as_of(text, last, last + 20 + pause / 2)
    assert within.state == "running"
    assert band(within)[1] == pytest.approx(before - 20, abs=1), "a pause is no work done, and no sign of slowness"
    text, last = log(rhythm[:60], 2000)
    after = band(as_of(text, last, last))[1]
    assert after == pytest.approx(before - 20 - pause, abs=1), "it does not jump"


def test_epochs_of_bars_give_a_pace_by_their_arrival(tmp_path: Path) -> None:
    """Graphcore prints no times: after a first epoch with its compile, 40 s an epoch, so ten of them take 400 s."""
    watched = Watched(tmp_path)
    at = DAWN
    watched.write("graphcore/a.log", epochs_bar(0, 20), at)
    for done, gap in enumerate([300] + [40] * 9, start=1):
        at += gap
        watched.write("graphcore/a.log", epochs_bar(done, 20), at)
    run = watched.run(at + 15)
    assert run.clock == "file"
    low, middle, high = band(run)
    assert [low, middle] == pytest.approx([385, 385])
    assert high >= middle
    assert run.remaining == 302, "the bar's own estimate stands beside it"


def test_a_log_that_is_seen_late_counts_from_its_last_arrival(tmp_path: Path) -> None:
    """Read once with five epochs in it, then one at a time: what came in one go is no pace."""
    watched = Watched(tmp_path)
    watched.write("graphcore/a.log", "".join(epochs_bar(done, 20) for done in range(6)), DAWN)
    assert watched.run(DAWN).eta is None
    for index in range(1, 5):
        watched.write("graphcore/a.log", epochs_bar(5 + index, 20), DAWN + 40 * index)
    assert band(watched.run(DAWN + 160))[1] == pytest.approx(11 * 40)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (log([20] * 30, None)[0], "how many steps are planned is not known"),
        (log([20, 20, 20], 1000)[0], "two stretches are no pace"),
        (log([20] * 100, 1000)[0], "the planned work is done: what still follows has no plan"),
        (log([], 1000)[0], "no step yet"),
        (log([20] * 30, 1000)[0] + cerebras(DAWN + 600, "Saving checkpoint at step 300") + cerebras(DAWN + 601, "Training completed successfully!"), "it ended"),
        ("".join(epochs_bar(done, 20) for done in range(10)), "nobody saw when the epochs came"),
    ],
)  # fmt: skip
def test_nothing_is_said_where_nothing_is_known(text: str, why: str) -> None:
    """None in all three, rather than a guess."""
    run = as_of(text, DAWN + 600, DAWN + 600)
    assert (run.eta_low, run.eta, run.eta_high) == (None, None, None), why


def test_a_stalled_run_has_no_time_left_to_tell() -> None:
    """It may never go on."""
    text, last = log([20] * 30, 1000)
    run = as_of(text, last, last + 400)
    assert (run.state, run.eta) == ("stalled", None)


def test_a_compile_between_steps_has_none_either() -> None:
    """Training's pace says nothing of a compile for evaluation."""
    text, last = log([20] * 30, 1000)
    run = as_of(text + cerebras(last + 1, "Compiling the model. This may take a few minutes."), last + 1, last + 1)
    assert (run.state, run.eta) == ("compiling", None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(min_value=0.5, max_value=500), min_size=1, max_size=80), st.floats(min_value=0, max_value=5000))
def test_the_band_is_in_order_whatever_the_pace(gaps: list[float], silence: float) -> None:
    """All three or none; none is negative, and the middle is within."""
    text, last = log(gaps, 5000)
    run = as_of(text, last, last + silence)
    if run.eta is None:
        assert (run.eta_low, run.eta_high) == (None, None)
    else:
        band(run)


# what the records are folded into


def test_other_ranks_do_not_turn_the_count_back() -> None:
    """A little less than before is another rank's word; much less is a count begun anew, and its pace starts afresh."""
    beats = Beats()
    for step in range(10, 40):
        beats.advance("step", step, None, DAWN + 20 * step)
        beats.advance("step", step - 1, None, DAWN + 20 * step + 0.5)
    assert set(beats.pace("train").work["step"].rates) == {20.0}
    beats.advance("step", 1, None, DAWN + 20 * 40)
    assert "step" not in beats.pace("train").work


def test_the_window_reaches_back_over_a_quarter_of_a_fast_run() -> None:
    """Ten steps a second for an hour: the window is not the last six seconds."""
    beats = Beats()
    for index in range(36_000):
        beats.advance("step", index, None, DAWN + index / 10)
    window = beats.pace("train").work["step"]
    assert len(window.rates) * window.stretch > 3600 / 5
    assert window.rates[-1] == pytest.approx(0.1)


def test_a_held_line_knows_when_it_came() -> None:
    """Lines that wait for a decision are read at once later; each keeps the look that brought it."""
    arrivals = Arrivals()
    for line, at in ((2, 10.0), (5, 20.0), (5, 30.0), (9, 40.0)):
        arrivals.note(line, at)
    assert [arrivals.of(line) for line in (1, 2, 3, 5, 6, 9, 12)] == [10.0, 10.0, 20.0, 30.0, 40.0, 40.0, 40.0]


def test_arrivals_of_a_long_run_are_forgotten_from_the_oldest() -> None:
    """A bounded memory: the newest are exact."""
    arrivals = Arrivals()
    for line in range(1, 5000):
        arrivals.note(line, float(line))
    assert [arrivals.of(line) for line in (4990, 4999)] == [4990.0, 4999.0]
    assert Arrivals().of(3) is None
