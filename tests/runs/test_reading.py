"""A log that grows line by line shows at each line what a log that ends there does, though it is not read anew each time."""

from __future__ import annotations

import pytest

from parsers import new_reader
from parsers.reader import HELD_LINES
from tests.reading import runs_of
from tui.runs.fold import RunFold
from tui.runs.reading import Reading
from tui.runs.run import Run

LOOP = "".join(
    f"2024-04-07 06:11:{second:02} step {second} loss {2 - second / 100:.3f}\n2024-04-07 06:11:{second:02} saved nothing\n"
    for second in range(1, 30)
)
BARE = "".join(f"loss: 0.{count}\nsome other words\n" for count in range(1, 30))
TAKEN = "step 1 loss 2.5\nstep 2 loss 2.4\n" + "Beginning appliance run\n" + "".join(
    f"| Train Device=CSX, Step={step}, Loss=6.31000, Rate=6180.85 samples/sec, GlobalRate=8299.74 samples/sec\n" for step in range(1, 9)
)


def _told(run: Run) -> object:
    figures = {name: (reading.value, reading.step, reading.spot.line) for name, reading in run.metrics.items()}
    curves = {name: (list(series.values), list(series.lines)) for name, series in run.series.items()}
    return run.number, run.testbed, run.state, run.kind, run.progress, figures, curves, run.started_at, run.last_at, run.params


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("log", [LOOP, BARE, TAKEN], ids=["a loop", "bare losses", "another vendor's after all"])
def test_each_line_of_a_growing_log_shows_what_a_log_that_ends_there_does(log: str, torn: bool) -> None:
    """With a torn line after it or without."""
    reading, fed = Reading(new_reader("x.log"), lambda number: RunFold("x.log", number, "x.log")), ""
    for line in log.splitlines(keepends=True):
        for part in (line[:9], line[9:]):
            reading.feed(part.encode(), None)
            fed += part
            if torn or fed.endswith("\n"):
                told = [_told(fold.snapshot()) for fold in reading.folds_now(torn=torn)]
                assert told == [_told(run) for run in runs_of(fed)]


def test_lines_that_wait_are_taken_once_they_are_many() -> None:
    """What was read of them ahead is not counted twice."""
    reading, count = Reading(new_reader("x.log"), lambda number: RunFold("x.log", number, "x.log")), HELD_LINES + 10
    for step in range(1, count):
        reading.feed(b"step %d loss 2.5\n" % step, None)
        (fold,) = reading.folds_now(torn=False)
    assert (fold.progress["step"].done, fold.series["loss"].count) == (count - 1, count - 1)
