"""Runs and points as rows: typed, whole, and read back as they were by engines that know nothing of bedwatch."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from parsers.metrics import METRICS
from tests.reading import runs_of
from tests.runs.comparable_runs import losses, run
from tui.feed.replay import sample_runs
from tui.report import frame, series
from tui.report.written import FrameForm, frame_bytes
from tui.runs.run import Amount, Finding, Run, Spot
from tui.runs.series import POINTS_MOST
from tui.runs.workspace import Workspace

DATA_PAGE = Path(__file__).parents[2] / "docs" / "data.md"
STEP = "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step={}, Loss={}, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec\n"


@pytest.fixture(scope="module")
def samples() -> tuple[list[Run], dict[str, str]]:
    workspace = Workspace([str(sample_runs())])
    workspace.read()
    return workspace.runs(2e9), {file.name: file.path for file in workspace.files.values()}


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_every_column_is_documented_with_its_type() -> None:
    """docs/data.md names each column of both tables, and no metric that is not one."""
    told = DATA_PAGE.read_text(encoding="utf-8")
    runs, points = told.split("## A row for each point")
    columns = {name for name in frame.SCHEMA if not name.endswith("_source") and name not in METRICS}
    assert {name for name in columns if f"`{name}`" not in runs} == set()
    assert set(re.findall(r"^\| `(\w+)` \| .* \| (?:measured|estimated|derived) \|", runs, re.MULTILINE)) == set(METRICS)
    assert {name for name in series.SCHEMA if f"`{name}`" not in points.split("##")[0]} == set()


def test_columns_and_types_are_the_same_whatever_the_runs_are(samples: tuple[list[Run], dict[str, str]]) -> None:
    """So that files of different days fit together; a metric that a log does not report is null, never zero."""
    rows = frame.runs_frame(*samples)
    assert rows.schema == frame.runs_frame([]).schema == pl.Schema(frame.SCHEMA)
    bert = rows.row(by_predicate=pl.col("name") == "bert_large_bs1024", named=True)
    assert (bert["throughput"], bert["loss"], bert["accuracy"], bert["batch_size"]) == (4847.18, 7.07812, None, 1024.0)
    assert bert["started_at"] == datetime(2024, 4, 7, 5, 47, 29, 418000)
    path, _, line = bert["throughput_source"].rpartition(":")
    assert b"GlobalRate=4847.18" in (sample_runs() / path).read_bytes().split(b"\n")[int(line) - 1]
    assert Path(bert["file"]).samefile(sample_runs() / path)


def test_points_stand_with_step_time_samples_and_line(samples: tuple[list[Run], dict[str, str]]) -> None:
    """Each value is on its line of its file."""
    points = series.series_frame(*samples)
    assert points.schema == series.series_frame([]).schema == pl.Schema(series.SCHEMA)
    last = points.filter(pl.col("run").str.contains("bs512"), pl.col("metric") == "loss").row(-1, named=True)
    assert (last["step"], last["samples"], last["value"], last["unit"], last["testbed"]) == (1000, 512000, 7.125, "nat", "cerebras")
    assert last["time"].year == 2024
    lines = {path: Path(path).read_bytes().decode(errors="replace").split("\n") for path in points["file"].unique()}
    for point in points.filter(pl.col("testbed") == "cerebras").iter_rows(named=True):
        assert f"{point['value']:g}"[:4] in lines[point["file"]][point["line"] - 1]


def test_samples_are_left_out_where_steps_do_not_agree_with_them() -> None:
    """A program may call an epoch a step, count anew in each, or go on from a checkpoint."""
    base = {"params": {"batch_size": 8}, "series": {"loss": losses([3, 2, 1])}}
    agreeing = run("a", progress={"step": Amount(300, 300)}, **base)
    assert series.series_frame([agreeing])["samples"].to_list() == [800, 1600, 2400]
    for steps in (30_000, 150):
        assert series.series_frame([run("a", progress={"step": Amount(steps, steps)}, **base)])["samples"].to_list() == [None] * 3
    resumed = run("a", progress={"step": Amount(300, 300)}, metrics={"samples": 800.0}, **base)
    assert series.series_frame([resumed])["samples"].to_list() == [None] * 3


def test_series_are_whole_where_they_are_asked_for_whole(tmp_path: Path) -> None:
    """What the screen thins out, an export keeps."""
    count = POINTS_MOST + 500
    (tmp_path / "a.log").write_text("".join(STEP.format(step, 7.5) for step in range(1, count + 1)))
    for most, expected in ((POINTS_MOST, lambda rows: rows < count), (10**9, lambda rows: rows == count)):
        workspace = Workspace([str(tmp_path)], points_most=most)
        workspace.read()
        points = series.series_frame(workspace.runs(2e9)).filter(pl.col("metric") == "loss")
        assert expected(len(points))
        assert points["number"][-1] == count


def test_not_a_number_is_not_null() -> None:
    """A diverged loss stays NaN in every form; null says "not reported"."""
    diverged = run("a", metrics={"loss": float("nan"), "throughput": float("inf")})
    rows = frame.runs_frame([diverged])
    assert pl.read_csv(io.BytesIO(frame_bytes(rows, "csv")))["loss"].is_nan().to_list() == [True]
    document = json.loads(frame_bytes(rows, "ndjson"))
    assert (document["loss"], document["throughput"], document["accuracy"]) == ("NaN", "Infinity", None)
    assert pl.read_parquet(io.BytesIO(frame_bytes(rows, "parquet")))["loss"].is_nan().to_list() == [True]


@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson"])
@pytest.mark.parametrize("table", ["runs", "series"])
def test_polars_and_duckdb_read_the_same_rows(
    form: FrameForm, table: str, samples: tuple[list[Run], dict[str, str]], tmp_path: Path, engine: duckdb.DuckDBPyConnection,
) -> None:  # fmt: skip
    """Values, steps and time stamps come back as they went, by either engine, from a file with its usual ending."""
    rows = frame.runs_frame(*samples) if table == "runs" else series.series_frame(*samples)
    path = tmp_path / f"rows.{form}"
    path.write_bytes(frame_bytes(rows, form))
    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "ndjson": pl.read_ndjson}[form](path)
    number, when = ("throughput", "started_at") if table == "runs" else ("value", "time")
    assert read[number].to_list() == rows[number].to_list()
    assert engine.sql(f"SELECT {number} FROM '{path}'").fetchall() == [(value,) for value in rows[number]]
    assert engine.sql(f"SELECT {when}::TIMESTAMP FROM '{path}'").fetchall() == [(value,) for value in rows[when]]
    if form == "parquet":
        assert read.schema == rows.schema
        assert read.equals(rows)


def test_a_table_for_people_has_no_column_that_nothing_fills() -> None:
    """And none of the places, which are in the forms for programs."""
    short = frame.short(frame.runs_frame([run("a", metrics={"loss": 1.0})]))
    assert "loss" in short.columns
    assert not {"accuracy", "loss_source", "file", "params"} & set(short.columns)


def test_hostile_text_is_harmless_in_every_form() -> None:
    """No escape sequence, and no bar that ends a cell."""
    hostile = run("\x1b[31mred\u202e|x", findings=(Finding("a", "info", "b", Spot("c", 1)),), params={"command": "\x9b5n"})
    rows = frame.runs_frame([hostile])
    for form in ("csv", "ndjson", "markdown"):
        text = frame_bytes(rows if form != "markdown" else frame.short(rows), form).decode()  # type: ignore[arg-type]
        assert not set("\x1b\u202e\x9b") & set(text)
    assert rows["name"].to_list() == ["red|x"]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in frame_bytes(frame.short(rows), "markdown").decode().strip().split("\n")}) == 1


def test_a_log_s_text_becomes_a_row() -> None:
    """From the lines of a log, without a file."""
    (one,) = runs_of(STEP.format(1000, 7.07812))
    assert frame.runs_frame([one])["loss"].to_list() == [7.07812]
