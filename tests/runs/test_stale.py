"""A figure that the log went on to print, and that could not be read there, is marked wherever it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from parsers import new_reader
from parsers.records import Metric, Place, Remaining, Stale, Started
from tests.runs.comparable_runs import run as made
from tui.report.as_json import run_object
from tui.report.events import event_line
from tui.report.table import with_unit
from tui.report.threshold import judged, parse_condition
from tui.runs.compare import compare
from tui.runs.events import Event
from tui.runs.fold import RunFold
from tui.runs.reading import Reading
from tui.runs.run import Run
from tui.widgets.metrics import metric_lines
from tui.widgets.table.figures import Figures

_AT = Place(1)


def _folded(*records: object) -> Run:
    fold = RunFold("a.log", 1, "a")
    for record in (Started(1, _AT, None, "other", "generic", "x"), *records):
        fold.apply(record)  # type: ignore[arg-type]
    return fold.snapshot()


def _loss(line: int, value: float) -> Metric:
    return Metric(1, Place(line), None, "loss", value, line * 10.0)


def test_a_value_that_cannot_be_read_marks_the_last_reading_until_a_new_one_comes() -> None:
    """The number stays, with its place; only its word is in doubt."""
    stale = _folded(_loss(2, 2.5), Stale(1, Place(3), None, "loss")).metrics["loss"]
    assert (stale.value, stale.spot.line, stale.stale) == (2.5, 2, True)
    assert not _folded(_loss(2, 2.5), Stale(1, Place(3), None, "loss"), _loss(4, 2.25)).metrics["loss"].stale
    assert "loss" not in _folded(Stale(1, Place(3), None, "loss")).metrics, "no number before, none now"


def test_every_place_that_shows_a_stale_figure_says_so() -> None:
    """JSON by a key, all others by a question mark behind the value."""
    run = _folded(_loss(2, 2.5), Stale(1, Place(3), None, "loss"))
    fresh = _folded(_loss(2, 2.5))
    assert (run_object(run)["metrics"]["loss"]["stale"], run_object(fresh)["metrics"]["loss"]["stale"]) == (True, False)
    assert (with_unit(run.metrics["loss"]), with_unit(fresh.metrics["loss"])) == ("2.50?", "2.50")
    assert "loss 2.50?" in event_line(Event("progress", 0.0, run, changed=("loss",)))
    (line,) = metric_lines(run, 60)
    assert "2.50?" in "".join(text for text, _ in line)
    cells = Figures(lambda one: one.headline, labelled=False).of([run, fresh], roomy=True).cells
    assert ["?" in "".join(text for text, _ in cell) for cell in cells] == [True, False]


def test_a_stale_figure_is_set_against_none() -> None:
    """A difference to a figure that is not the last one misleads, whichever side is stale; a limit on it is not judged."""
    old, new = made("a", metrics={"loss": 2.5}), made("b", metrics={"loss": 2.25})
    for runs in ((old, new), (new, old)):
        marked = [replace(one, metrics={"loss": replace(one.metrics["loss"], stale=one is old)}) for one in runs]
        comparison = compare(marked)
        row = next(row for row in comparison.rows if row.name == "loss")
        assert row.cells[1].delta is None and "stale" in row.cells[1].why_not
        assert [cell.text for cell in row.cells] == ["2.50?" if one is old else "2.25" for one in runs]
        (judgement,) = judged(comparison, [parse_condition("loss>+5%")])
        assert judgement.verdict == "not judged" and "stale" in judgement.reason


def test_a_bar_that_is_being_drawn_counts_once_it_is_whole() -> None:
    """It gets its line end with the last of its redraws; half a bar may end in half a number."""
    bar = b"Epochs:  30%|###       | 3/10 [00:30<01:10, 10.00s/it]"
    for end, told in ((b"\rEpochs:  40%|####      | 4/10 [00:40<01:00, 10.00s/it]", 60), (b"\rEpochs:  40%|####      | 4/10 [00:4", 70)):
        reading = Reading(new_reader("a.log"), lambda number: RunFold("a.log", number, "a"))
        reading.feed(bar + end, None)
        (fold,) = reading.folds_now(torn=False)
        assert fold.snapshot().remaining == told


@pytest.mark.parametrize(("state", "told"), [("running", 930.0), ("compiling", 930.0), ("stalled", None), ("failed", None)])
def test_the_log_s_own_time_left_is_told_of_a_run_that_goes_on(state: str, told: float | None) -> None:
    """What was printed long ago, or before the end, is no time left."""
    run = replace(_folded(_loss(2, 2.5), Remaining(1, Place(2), datetime(2024, 1, 1), 930.0)), state=state)  # type: ignore[arg-type]
    assert run_object(run)["remaining_seconds"] == told
