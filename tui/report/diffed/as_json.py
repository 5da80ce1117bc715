"""A comparison as JSON, schema "bedwatch-diff/1": keys and their meaning are a contract, written down in docs/data.md."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from parsers.records import Value
from tui.report.as_json import json_number, run_object
from tui.report.diffed.content import Content, unit_of
from tui.report.threshold import Judgement
from tui.runs.compare import Cell, Repeats, Row, Spread
from tui.runs.run import Finding, Spot

SCHEMA = "bedwatch-diff/1"


def diff_json(content: Content, judgements: Sequence[Judgement] = ()) -> str:
    """The document, indented, ending without a newline."""
    return json.dumps(diff_object(content, judgements), indent=1, ensure_ascii=False, allow_nan=False)


def diff_object(content: Content, judgements: Sequence[Judgement] = ()) -> dict[str, Any]:
    """A comparison as plain JSON values, with what became of the conditions asked for."""
    comparison = content.comparison
    return {
        "schema": SCHEMA,
        "baseline": comparison.runs[0].id,
        "runs": [run_object(run) for run in comparison.runs],
        "rows": [_row(content, row) for part in content.parts for row in part.rows],
        "equal_rows_left_out": content.left_out,
        "repeats": [_repeats(repeats) for repeats in comparison.repeats],
        "findings": [_finding(finding) for finding in comparison.findings],
        "fail_on": [_judgement(judgement) for judgement in judgements],
    }


def _row(content: Content, row: Row) -> dict[str, Any]:
    return {
        "section": row.section, "name": row.name or re.sub(r"\W+", "_", row.label).strip("_"), "label": row.label,
        "group": row.group or None, "unit": unit_of(row), "better": row.better, "evidence": row.evidence,
        "differs": row.differs, "why_not": row.why_not or None,
        "cells": [_cell(run.id, cell) for run, cell in zip(content.comparison.runs, row.cells, strict=True)],
    }  # fmt: skip


def _cell(run: str, cell: Cell) -> dict[str, Any]:
    return {
        "run": run, "value": _value(cell.value), "text": cell.text, "delta": json_number(cell.delta),
        "percent": json_number(cell.percent), "better": cell.better, "noise": cell.noise or None, "why_not": cell.why_not or None,
        **_place(cell.spot),
    }  # fmt: skip


def _value(value: Value | None) -> Any:
    return value if isinstance(value, str) else json_number(value)


def _place(spot: Spot | None) -> dict[str, Any]:
    return {"path": spot.path if spot else None, "line": spot.line if spot and spot.line else None}


def _repeats(repeats: Repeats) -> dict[str, Any]:
    metrics = {name: _spread(spread) for name, spread in repeats.spreads.items()}
    return {"runs": [run.id for run in repeats.runs], "metrics": metrics}


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "n": spread.n, "mean": json_number(spread.mean), "deviation": json_number(spread.deviation),
        "low": json_number(spread.low), "high": json_number(spread.high),
    }  # fmt: skip


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "condition": judgement.condition.text if judgement.condition else None, "run": judgement.run.id,
        "verdict": judgement.verdict, "reason": judgement.reason, **_place(judgement.spot),
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "severity": finding.severity, "message": finding.message, **_place(finding.spot)}
