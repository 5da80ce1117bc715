"""A frame as bytes: CSV, one JSON object a line, Markdown, parquet. NaN and infinity stay; null is "not reported"."""

from __future__ import annotations

import io
import json
from typing import Literal

import polars as pl

from tui.report.as_json import json_number
from tui.report.diffed.markdown import escaped

FrameForm = Literal["csv", "ndjson", "markdown", "parquet"]


def frame_bytes(frame: pl.DataFrame, form: FrameForm) -> bytes:
    """A frame in one form."""
    match form:
        case "csv":
            return frame.write_csv().encode("utf-8", "replace")
        case "ndjson":
            return _ndjson(frame)
        case "markdown":
            return _markdown(frame)
        case "parquet":
            buffer = io.BytesIO()
            frame.write_parquet(buffer)
            return buffer.getvalue()


def _ndjson(frame: pl.DataFrame) -> bytes:
    """An object a row with every column; as in the JSON of runs, what JSON has no number for is a string."""
    texts = frame.with_columns(
        pl.col(name).dt.to_string("iso:strict") for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)
    )
    lines = (json.dumps({name: json_number(value) for name, value in row.items()}, ensure_ascii=False, allow_nan=False)
             for row in texts.iter_rows(named=True))  # fmt: skip
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _markdown(frame: pl.DataFrame) -> bytes:
    lines = [frame.columns, ["---"] * frame.width]
    lines += [["" if value is None else escaped(str(value)) for value in row] for row in frame.iter_rows()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines).encode("utf-8", "replace")
