"""The series of several runs in one frame, joined on step, samples or time; polars is imported where a frame is asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from tui.runs.compare.curves import begins_anew, samples_axis, training_began
from tui.runs.run import Run

if TYPE_CHECKING:
    import polars as pl

Axis = Literal["step", "samples", "time"]
AXES: tuple[Axis, ...] = ("step", "samples", "time")


def joined_series(runs: Sequence[Run], metric: str, on: Axis) -> pl.DataFrame:
    """A row for each place on the axis that any run has a reading at: the axis first, then a column for each run, by its id.

    `step` is as the log counts them, but where it counts those of each epoch anew, which are no one place; `samples` steps
    times the global batch, `time` seconds since the training began. A run without a reading there is null, and so is all of
    one whose log lacks the axis; of two readings at one place the last counts.
    """
    import polars as pl

    columns = column_names(runs)
    joined = pl.DataFrame(schema={on: pl.Float64})
    for run, column in zip(runs, columns, strict=True):
        xs, ys = points_of(run, metric, on)
        frame = pl.DataFrame({on: xs, column: ys}, schema={on: pl.Float64, column: pl.Float64})
        frame = frame.filter(pl.col(on).is_not_nan()).unique(on, keep="last", maintain_order=True)
        joined = joined.join(frame, on=on, how="full", coalesce=True)
    return joined.sort(on).select(on, *columns)


def column_names(runs: Sequence[Run]) -> list[str]:
    """The runs' ids; a run that is there twice has its place behind the second."""
    names: list[str] = []
    for place, run in enumerate(runs, 1):
        names.append(run.id if run.id not in names else f"{run.id} ({place})")
    return names


def points_of(run: Run, metric: str, on: Axis) -> tuple[list[float], list[float]]:
    """A metric's places on an axis, NaN where not known, and its values, in the order of the log."""
    series = run.series.get(metric)
    if series is None:
        return [], []
    columns = series.columns
    count = len(columns.numbers)  # the column that grows last: the reading thread may be within an append
    values, steps, seconds = list(columns.values[:count]), list(columns.steps[:count]), list(columns.seconds[:count])
    if on == "step":
        return ([math.nan] * count if begins_anew(steps) else steps), values
    if on == "samples":
        return samples_axis(run, steps), values
    began = training_began(run, seconds)
    return ([second - began for second in seconds] if began is not None else [math.nan] * count), values
