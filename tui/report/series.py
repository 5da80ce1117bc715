"""Series as a polars frame, one row a point, typed; docs/data.md documents every column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl

from parsers.metrics import METRICS
from tui.runs.plaintext import plain
from tui.runs.run import Run
from tui.runs.series import Series
from tui.runs.work import SAME_WORK, global_batch, samples_seen

SCHEMA: dict[str, Any] = {
    "run": pl.String, "testbed": pl.String, "metric": pl.String, "number": pl.Int64, "step": pl.Float64,
    "time": pl.Datetime("us"), "samples": pl.Float64, "value": pl.Float64,
    "unit": pl.String, "path": pl.String, "line": pl.Int64, "file": pl.String,
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1)


def series_frame(runs: Sequence[Run], files: Mapping[str, str] | None = None) -> pl.DataFrame:
    """One row a reading, in the order of the log; what a log does not say is null. `files` gives the path of each log on
    this machine, by its name in ids and places. Whole only where the series were kept whole."""
    frames = [_points(run, name, series, files or {}) for run in runs for name, series in run.series.items() if name in METRICS]
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def _points(run: Run, name: str, series: Series, files: Mapping[str, str]) -> pl.DataFrame:
    path = series.path or run.path
    same = {
        "run": run.id, "testbed": run.testbed, "metric": name, "unit": METRICS[name].unit, "path": path, "file": files.get(path),
    }  # fmt: skip
    columns = series.columns
    return pl.DataFrame(
        {
            **{key: [plain(text) if text is not None else None] * len(series) for key, text in same.items()},
            "number": list(columns.numbers), "step": _known(columns.steps), "value": list(columns.values),
            "time": [None if second != second else _EPOCH + timedelta(seconds=second) for second in columns.seconds],
            "samples": _samples(run, series), "line": list(columns.lines),
        },
        schema=SCHEMA,
    )  # fmt: skip


def _known(values: Sequence[float]) -> list[float | None]:
    return [None if value != value else value for value in values]


def _samples(run: Run, series: Series) -> list[float | None]:
    """Steps times the global batch, where that agrees with what the whole run saw.

    What a log calls a step may be an epoch, may count anew in each, and may go on from a checkpoint: then the last point is
    off by more than one stretch between points, and nothing is said.
    """
    none: list[float | None] = [None] * len(series)
    batch, seen = global_batch(run), samples_seen(run)
    steps = [step for step in series.steps if step == step]
    if batch is None or seen is None or not steps or not math.isfinite(batch.value * seen.value):
        return none
    stretch = steps[-1] - steps[-2] if len(steps) > 1 else 0
    behind = seen.value - steps[-1] * batch.value
    slack = SAME_WORK * seen.value
    if any(later < earlier for earlier, later in pairwise(steps)) or not -slack <= behind <= stretch * batch.value + slack:
        return none
    return [None if step != step else step * batch.value for step in series.steps]
