"""The archive: many people write to it, any engine reads it, and nobody's files are touched but one's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tui.report.archive import ROOT, Foreign, date_of, write_archive
from tui.report.frame import runs_frame
from tui.runs.workspace import Workspace

STEP = "{}-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1000, Loss={}, Rate=4853.35 samples/sec, GlobalRate={} samples/sec\n"


class Place:
    """Logs of some people, and an archive beside them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = root / "archive" / "runs"

    def log(self, name: str, year: int = 2024, loss: float = 7.5, rate: float = 4847.18) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STEP.format(year, loss, rate))
        return path

    def export(self, *names: str) -> list[str]:
        paths = [str(self.root / name) for name in names]
        workspace = Workspace(paths, root=ROOT)
        workspace.read()
        runs = workspace.runs(2e9)
        return write_archive(runs_frame(runs), "id", {run.id: date_of(run) for run in runs}, str(self.top), paths)

    def files(self) -> set[str]:
        return {str(path.relative_to(self.top)) for path in self.top.rglob("*") if path.is_file()}

    def rows(self) -> pl.DataFrame:
        return pl.scan_parquet(self.top, hive_partitioning=True).sort("id").collect()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_runs_lie_by_testbed_and_date_and_every_engine_reads_them(place: Place, engine: duckdb.DuckDBPyConnection) -> None:
    """Partition columns come from the directories, with a date's type; ids are whole paths."""
    place.log("ada/a.log", 2024)
    place.log("ada/b.log", 2025, rate=99.5)
    files = place.export("ada")
    assert {str(Path(file).parent.relative_to(place.top)) for file in files} == {
        "testbed=cerebras/date=2024-04-07", "testbed=cerebras/date=2025-04-07",
    }  # fmt: skip
    rows = place.rows()
    assert rows.schema["date"] == pl.Date
    assert rows["id"].to_list() == [f"{place.root / 'ada' / name}#1".removeprefix("/") for name in ("a.log", "b.log")]
    query = "SELECT testbed, year(date), throughput FROM read_parquet(?) ORDER BY date"
    assert engine.execute(query, [f"{place.top}/**/*.parquet"]).fetchall() == [("cerebras", 2024, 4847.18), ("cerebras", 2025, 99.5)]


def test_the_same_export_again_replaces_its_rows(place: Place) -> None:
    """A run stands once, with its newest figures, even where its date has changed."""
    place.log("ada/a.log", 2024, loss=9.0)
    place.log("ada/b.log", 2024)
    place.export("ada")
    place.log("ada/a.log", 2025, loss=3.0)
    place.export("ada")
    rows = place.rows()
    assert rows["loss"].to_list() == [3.0, 7.5]
    assert [day.year for day in rows["date"]] == [2025, 2024]
    place.log("ada/b.log", 2025)
    place.export("ada")
    assert len(place.files()) == 1, "a partition that is empty has no file"


def test_runs_whose_logs_are_gone_stay(place: Place) -> None:
    """An archive outlives the run directory; a run that is no run of its own any more does not stay beside the new one."""
    place.log("ada/a.log")
    gone = place.log("ada/b.log", loss=1.5)
    place.export("ada")
    gone.unlink()
    place.export("ada")
    assert place.rows()["loss"].to_list() == [7.5, 1.5]
    (place.root / "ada" / "a.log").write_text("prose\n")
    place.export("ada")
    assert place.rows()["loss"].to_list() == [1.5]


def test_two_people_write_side_by_side(place: Place) -> None:
    """Each export has files of its own, and leaves the others' as they are."""
    place.log("ada/a.log")
    place.log("bob/a.log")
    (mine,) = place.export("ada")
    before = Path(mine).read_bytes()
    place.export("bob")
    assert Path(mine).read_bytes() == before
    assert len(place.rows()) == len(place.files()) == 2


@pytest.mark.parametrize("content", [b"", b"not parquet", None])
def test_a_foreign_file_is_never_overwritten(place: Place, content: bytes | None) -> None:
    """Not even one of the very name; nothing at all is written then."""
    place.log("ada/a.log")
    place.log("ada/b.log", 2025)
    (mine, other) = sorted(place.export("ada"))
    if content is None:
        pl.DataFrame({"x": [1]}).write_parquet(mine)
    else:
        Path(mine).write_bytes(content)
    before = {name: (place.top / name).read_bytes() for name in place.files()}
    place.log("ada/c.log", 2026)
    with pytest.raises(Foreign, match="not of this export"):
        place.export("ada")
    assert {name: (place.top / name).read_bytes() for name in place.files()} == before
    assert other


def test_a_failed_write_leaves_no_part_of_a_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the archive sees whole files only."""
    place.log("ada/a.log")

    def full(_one: str, _other: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        place.export("ada")
    assert place.files() == set()


def test_a_run_without_time_stamps_lies_by_its_log_s_date(place: Place) -> None:
    """Of the last write; so that nothing is left without a date where one is known."""
    path = place.root / "ada" / "x.log"
    path.parent.mkdir()
    path.write_text("Epochs: 100%|##########| 10/10 [01:25<00:00,  8.55s/it]\nAccuracy on test set: 98.30%\n")
    os.utime(path, (1e9, 1e9))
    (file,) = place.export("ada")
    assert "date=2001-09-0" in file
