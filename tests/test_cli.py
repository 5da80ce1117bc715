"""The commands as a script meets them: data on standard output, one line on standard error, an exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tui.cli import main

STEP = "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1000, Loss=7.07812, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec\n"


def bedwatch(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run([sys.executable, "-m", "tui", *words], capture_output=True, text=True, timeout=60, cwd=cwd, env=environment)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "cerebras" / "a.log"
    path.parent.mkdir()
    path.write_text(STEP)
    os.utime(path, (1e9, 1e9))
    return path


def test_show_gives_the_contract_s_keys(log: Path) -> None:
    """Schema bedwatch/1: keys, their order of meaning and their places are fixed."""
    done = bedwatch("show", str(log.parent.parent), "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["schema"] == "bedwatch/1"
    (run,) = document["runs"]
    assert list(run) == [
        "id", "testbed", "format", "name", "model", "kind", "state", "because", "job_ids", "sources", "started_at", "ended_at",
        "updated_at", "elapsed_seconds", "progress", "eta_seconds", "remaining_seconds", "phases", "params", "metrics",
        "error", "findings", "claims", "note", "tags",
    ]  # fmt: skip
    assert run["id"] == "cerebras/a.log#1"
    assert run["state"] == "unfinished"
    assert run["because"]["line"] == 1
    assert run["metrics"]["throughput"] == {
        "value": 4847.18, "unit": "samples/s", "better": "higher", "evidence": "measured", "step": 1000,
        "path": "cerebras/a.log", "line": 1, "stale": False,
    }  # fmt: skip


def test_a_path_that_is_not_there_is_named_with_the_remedy() -> None:
    """One line on standard error, status 2, no traceback."""
    done = bedwatch("show", "/no/such/place")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "bedwatch: /no/such/place: no such file or directory; name a run directory or a log\n"


@pytest.mark.parametrize("words", [[], ["."]])
def test_without_a_terminal_the_dashboard_is_the_table(words: list[str], log: Path) -> None:
    """A pipe gets what `show` prints, without colour, ids whole."""
    done = bedwatch(*words, cwd=log.parent.parent)
    assert done.returncode == 0
    assert "cerebras/a.log#1" in done.stdout
    assert "4,847.18 samples/s" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("form", ["csv", "markdown", "table"])
def test_text_forms_hold_the_run(form: str, log: Path) -> None:
    """Each form shows the id and the figure."""
    done = bedwatch("show", str(log), "--format", form)
    assert done.returncode == 0
    assert "a.log#1" in done.stdout
    assert "7.07812" in done.stdout


def test_parquet_goes_to_a_file_and_is_read_back(log: Path, tmp_path: Path) -> None:
    """Typed, one row a run; without a file it says so."""
    import polars as pl

    refused = bedwatch("show", str(log), "--format", "parquet")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--output" in refused.stderr
    target = tmp_path / "runs.parquet"
    assert bedwatch("show", str(log), "--format", "parquet", "--output", str(target)).returncode == 0
    frame = pl.read_parquet(target)
    assert frame["loss"].to_list() == [7.07812]
    assert frame["accuracy"].to_list() == [None]


def test_a_binary_file_is_unreadable_not_a_crash(tmp_path: Path) -> None:
    """It is listed with the finding that says why."""
    path = tmp_path / "srun.txt"
    path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(100))
    done = bedwatch("show", str(tmp_path), "--format", "json")
    assert done.returncode == 0
    (run,) = json.loads(done.stdout)["runs"]
    assert run["state"] == "unknown"
    assert [finding["code"] for finding in run["findings"]] == ["unreadable"]


def test_the_demo_without_a_terminal_prints_every_sample_run() -> None:
    """It replays as fast as it can and leaves nothing behind."""
    done = bedwatch("demo")
    assert done.returncode == 0, done.stderr
    for testbed in ("sambanova/", "graphcore/", "cerebras/", "groq/"):
        assert testbed in done.stdout


def test_imports_stay_cheap() -> None:
    """`show` as JSON needs neither textual nor polars, and the parsers nothing beyond the standard library."""
    code = "import sys, tui.cli, tui.report.as_json; print(sorted({'textual', 'polars', 'plotext', 'watchfiles'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("words", ["show", "check", "follow --until-idle", "watch"])
def test_what_may_not_be_read_is_refused_in_one_line(words: str, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the remedy, and without the command's usage."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **rest: str(path) != str(log) and access(path, mode, **rest))
    done = CliRunner().invoke(main, [*words.split(), str(log)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"bedwatch: {log}: permission denied; ask its owner for read permission\n"
