"""Hive-partitioned parquet by testbed and date, for an archive that many people write to: each export has files of its own."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from tui.runs.run import Run

SCHEMA_NAME = "bedwatch-archive/1"
ROOT = os.sep
"""Where ids in an archive begin, so that a run has one id whoever exports it."""
_KEY = "bedwatch"
_NO_DATE = "__HIVE_DEFAULT_PARTITION__"


class Foreign(ValueError):
    """A file that stands in the way is not of this export."""


def date_of(run: Run) -> date | None:
    """The day of a run: of its log's first time stamp, or else of the last write to its log, by this machine's clock."""
    if run.started_at is not None:
        return run.started_at.date()
    return datetime.fromtimestamp(run.modified).date() if run.modified is not None else None


def write_archive(frame: pl.DataFrame, key: str, dates: Mapping[str, date | None], top: str, paths: Sequence[str]) -> list[str]:
    """Write the rows of `frame` below `top`, by their testbed and by the date of the run that column `key` names; the files
    written. Ids begin at `ROOT`.

    An export of the same `paths` has its files replaced: no run stands in them twice, and one whose log is gone stays.
    Raises Foreign, before anything is written, where a file of that name is of another export; OSError.
    """
    sources = sorted(os.path.realpath(path) for path in paths)
    name = hashlib.sha256("\0".join(sources).encode("utf-8", "surrogateescape")).hexdigest()[:16] + ".parquet"
    old = {str(path.parent): _own(path, sources) for path in sorted(Path(top).glob(f"testbed=*/date=*/{name}"))}
    parts = _parts(frame, key, dates, top)
    files = []
    for place, before in old.items():
        gone = [run for run in before[key].unique().to_list() if run not in dates and not _log_is_there(run)]
        kept = before.filter(pl.col(key).is_in(gone))
        if place in parts or not kept.is_empty():
            mine = [parts[place]] if place in parts else []
            parts[place] = pl.concat([*mine, kept], how="diagonal_relaxed")
    for place, part in parts.items():
        files.append(_write(part, os.path.join(place, name), sources))
    for place in old.keys() - parts.keys():
        os.unlink(os.path.join(place, name))
    return files


def _parts(frame: pl.DataFrame, key: str, dates: Mapping[str, date | None], top: str) -> dict[str, pl.DataFrame]:
    """The rows of each directory. What its name says stands in no column, as engines expect."""
    named = {run: day.isoformat() if day else _NO_DATE for run, day in dates.items()}
    days = frame[key].replace_strict(named, return_dtype=pl.String)
    parts = {}
    for (testbed, day), rows in frame.with_columns(days.alias("date")).group_by(["testbed", "date"], maintain_order=True):
        parts[os.path.join(top, f"testbed={quote(str(testbed), safe='')}", f"date={day}")] = rows.drop("testbed", "date")
    return parts


def _own(path: Path, sources: list[str]) -> pl.DataFrame:
    """The rows that an earlier export of the same paths wrote."""
    try:
        told: dict[str, Any] = json.loads(pl.read_parquet_metadata(path).get(_KEY, "{}"))
        if told.get("schema") == SCHEMA_NAME and told.get("paths") == sources:
            return pl.read_parquet(path, hive_partitioning=False)
    except (pl.exceptions.PolarsError, ValueError):
        pass
    raise Foreign(f"{path} is there and not of this export; name another directory")


def _log_is_there(run: str) -> bool:
    return os.path.exists(ROOT + run.rpartition("#")[0])


def _write(rows: pl.DataFrame, target: str, sources: list[str]) -> str:
    """All of a file or nothing: whoever reads the archive never sees a part of one."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    unfinished = f"{target}.{os.getpid()}.unfinished"
    try:
        rows.write_parquet(unfinished, metadata={_KEY: json.dumps({"schema": SCHEMA_NAME, "paths": sources})})
        os.replace(unfinished, target)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    return target
