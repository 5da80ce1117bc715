"""Real logs of many people, where they are at hand: every fact that a careful reader took from them, none wrong.

The logs are not part of the project; without the directory `../shared/corpus` these tests skip.
"""

from __future__ import annotations

import json
import math
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.mutated import each_by_itself
from tests.mutated import read as read_by_plans
from tui.report.as_json import run_object
from tui.runs.workspace import Workspace

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FORMS = CORPUS.parent / "cases" / "given"
"""Small logs of all forms of line."""
LINES_MOST = 160
LONG_AFTER = 4e9  # seconds since 1970: nobody writes to these logs any more
PROGRESS = {"step": ("step", "done"), "total_steps": ("step", "total"), "epoch": ("epoch", "done"), "total_epochs": ("epoch", "total")}
PARAMS = {"batch_size", "learning_rate", "compile_hash"}
MISSING_MOST = 0.02


@cache
def expected() -> dict[str, list[dict[str, Any]]]:
    if not (CORPUS / "expected.json").exists():
        return {}
    return {name: entry["runs"] for name, entry in json.loads((CORPUS / "expected.json").read_text()).items()}


pytestmark = pytest.mark.skipif(not expected(), reason="the directory ../shared/corpus is not here")


@cache
def read(name: str) -> list[dict[str, Any]]:
    workspace = Workspace([str(CORPUS / name)])
    workspace.read()
    return [run_object(run) for run in workspace.runs(LONG_AFTER)]


def reported(run: dict[str, Any], fact: str) -> Any:
    if fact in PROGRESS:
        unit, end = PROGRESS[fact]
        return run["progress"].get(unit, {}).get(end)
    if fact in ("model", "job_id", "error"):
        return {"model": run["model"], "job_id": run["job_ids"] or None, "error": (run["error"] or {}).get("message")}[fact]
    entry = run["params" if fact in PARAMS else "metrics"].get(fact)
    return entry["value"] if entry else None


def same(fact: str, wanted: Any, got: Any) -> bool:
    if fact == "job_id":
        return str(wanted) in map(str, got)
    if isinstance(wanted, (int, float)):
        return isinstance(got, (int, float)) and math.isclose(wanted, got, rel_tol=1e-6, abs_tol=1e-12)
    return str(wanted).strip() == str(got).strip()


@pytest.mark.parametrize("name", sorted(expected()))
def test_a_real_log_is_read_without_a_wrong_fact(name: str) -> None:
    """Run count, testbeds, kinds, states; every reported fact is the reader's."""
    wanted, got = expected()[name], read(name)
    assert len(got) == len(wanted)
    for want, run in zip(wanted, got, strict=True):
        for key in ("testbed", "kind", "state"):
            assert want[key] is None or run[key] == want[key]
        for fact, entry in want["facts"].items():
            value = reported(run, fact)
            assert value is None or same(fact, entry["value"], value), f"{fact}: {value!r}, not {entry['value']!r}"


def test_hardly_a_fact_is_missing() -> None:
    """At most one in fifty."""
    told = [
        reported(run, fact)
        for name, wanted in expected().items()
        for want, run in zip(wanted, read(name), strict=False)
        for fact in want["facts"]
    ]
    assert sum(value is None for value in told) <= MISSING_MOST * len(told)


@pytest.mark.parametrize("path", sorted([*CORPUS.rglob("*.log"), *FORMS.rglob("*.log")]), ids=lambda path: path.stem)
def test_plans_change_nothing(path: Path) -> None:
    """A real log's first and last lines, as they are and with other digits, give what each of them gives by itself."""
    name, lines = path.relative_to(CORPUS.parent).as_posix(), path.read_bytes().split(b"\n")
    log = b"\n".join([*lines[: LINES_MOST // 2], *lines[max(LINES_MOST // 2, len(lines) - LINES_MOST // 2) :]])
    chance = random.Random(name)
    for each in (log, re.sub(rb"\d", lambda _: b"%d" % chance.randrange(10), log)):
        known = read_by_plans([log], name), read_by_plans([each], name)
        assert list(map(repr, known[1])) == list(map(repr, each_by_itself(each, name)))
