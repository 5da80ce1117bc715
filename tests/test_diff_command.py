"""`bedwatch diff` and the exports of `show` as a script meets them: which runs, what on which stream, which exit status."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tests.report.test_archive import STEP
from tui.cli import main
from tui.feed.replay import sample_runs

CEREBRAS = ("bert_large_bs512", "bert_large_bs1024", "bert_large_bs2048")


def bedwatch(*words: str) -> Result:
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def diffed(*words: str) -> dict[str, object]:
    result = bedwatch("diff", *words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def ids(*words: str) -> list[str]:
    return [run["id"] for run in diffed(*words)["runs"]]  # type: ignore[attr-defined]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample runs as the current directory."""
    monkeypatch.chdir(sample_runs())
    return sample_runs()


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two logs of one launch, and one of three, in a directory of their own."""
    monkeypatch.chdir(tmp_path)
    for name, rates in (("before", [100.0]), ("after", [90.0]), ("many", [1.0, 2.0, 3.0])):
        lines = ""
        for hour, rate in enumerate(rates, 6):
            lines += f"2024-04-07 {hour:02}:00:00,000 INFO:   Effective batch size is 8.\n"
            lines += f'2024-04-07 {hour:02}:00:01,000 INFO:   Checkpoint autoloading is enabled. Looking for latest checkpoint in "m"\n'
            lines += STEP.format(2024, 7.5, rate).replace(" 06:", f" {hour:02}:")
            lines += f"2024-04-07 {hour:02}:12:26,089 INFO:   Training completed successfully!\n"
        path = tmp_path / "runs" / f"{name}.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text(lines)
        os.utime(path, (1e9, 1e9))
    return tmp_path / "runs"


# which runs


@pytest.mark.parametrize(
    "words",
    [
        [f"cerebras/{name}/mytest.log" for name in CEREBRAS],
        [f"cerebras/{name}/mytest.log#1" for name in CEREBRAS],
        [f"cerebras/{name}" for name in CEREBRAS],
        list(CEREBRAS),
        ["BS512", "bs1024", "bs2048/"],
    ],
)
@pytest.mark.usefixtures("here")
def test_a_run_is_named_by_path_id_name_or_a_unique_part(words: list[str]) -> None:
    """All give the same comparison, in the order of the words."""
    assert ids(*words) == [f"cerebras/{name}/mytest.log#1" for name in CEREBRAS]


def test_ids_and_parts_are_looked_for_below_root(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And begin there; a log outside keeps its whole path."""
    monkeypatch.chdir(tmp_path)
    root = str(here / "cerebras")
    expected = ["bert_large_bs512/mytest.log#1", "bert_large_bs1024/mytest.log#1"]
    assert ids("bs512", expected[1], "--root", root) == expected
    outside = here / "groq" / "bert_tiny_default" / "bert_tiny.log"
    assert ids("bs512", str(outside), "--root", root) == [expected[0], f"{outside}#1"]


@pytest.mark.usefixtures("here")
def test_the_baseline_may_be_any_and_need_not_be_named_twice() -> None:
    """It comes first; the others keep their order."""
    first, second, third = (f"cerebras/{name}/mytest.log#1" for name in CEREBRAS)
    assert ids("bs512", "bs1024", "bs2048", "--baseline", "bs1024") == [second, first, third]
    assert ids("bs512", "bs2048", "--baseline", "cerebras/bert_large_bs1024/mytest.log") == [second, first, third]
    assert ids("bs512", "--baseline", "bs1024") == [second, first]


@pytest.mark.usefixtures("logs")
def test_a_log_of_several_launches_means_its_last_or_all() -> None:
    """The last beside others, which is said; all of them alone, and so a directory."""
    result = bedwatch("diff", "runs/before.log", "runs/many.log", "--format", "json")
    assert [run["id"] for run in json.loads(result.stdout)["runs"]] == ["runs/before.log#1", "runs/many.log#3"]
    assert "3 launches in one log; the last is taken, runs/many.log#3" in result.stderr
    assert ids("runs/many.log") == [f"runs/many.log#{number}" for number in (1, 2, 3)]
    assert ids("runs/many.log#1", "runs/many.log#2") == ["runs/many.log#1", "runs/many.log#2"]
    assert len(ids("runs")) == 5


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["bs512", "bs9"], 1, "bs9: no such file, and no run of that id or name under .; "),
        (["bs512", "mytest.log#7"], 1, "no such file"),
        (["bs512", "cerebras/bert_large_bs1024/mytest.log#7"], 1, "#7: no such run; there is cerebras/bert_large_bs1024/mytest.log#1"),
        (["bs512", "bert_tiny"], 2, "bert_tiny: may be any of groq/bert_tiny_default/bert_tiny.log#1, "),
        (["bs512", "groq"], 2, "groq: may be any of "),
        (["bs512"], 2, "is a single run; name another"),
        (["bs512", "PROVENANCE.md"], 1, "PROVENANCE.md: no run in it"),
        (["a", "b", "--root", "nowhere"], 2, "nowhere: no such file or directory"),
        (["a", "b", "--root", "PROVENANCE.md"], 2, "not a directory"),
        (["bs512", "bs1024", "--fail-on", "loss"], 2, "--fail-on loss: not a condition; write it as"),
        (["bs512", "bs1024", "--fail-on", "los>+1"], 2, "--fail-on los: no such metric; the nearest are loss"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_word_is_told_in_one_line_with_the_remedy(words: list[str], status: int, told: str) -> None:
    """1 where there is no such run, 2 where the usage is wrong; nothing on standard output."""
    result = bedwatch("diff", *words)
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr.startswith("bedwatch: ") and result.stderr.count("\n") == 1
    assert told in result.stderr


# what is printed


@pytest.mark.usefixtures("here")
def test_each_form_goes_to_standard_output_alone() -> None:
    """And names every run."""
    for form in ("table", "json", "markdown", "latex"):
        result = bedwatch("diff", *CEREBRAS, "--format", form)
        assert (result.exit_code, result.stderr) == (0, "")
        text = result.stdout.replace("\\_\\allowbreak{}", "_")
        assert all(name in text for name in CEREBRAS)


@pytest.mark.usefixtures("here")
def test_equal_rows_are_folded_with_their_count() -> None:
    """`--all` shows them."""
    short, whole = diffed("bs512", "bs1024"), diffed("bs512", "bs1024", "--all")
    assert len(short["rows"]) + short["equal_rows_left_out"] == len(whole["rows"])  # type: ignore[arg-type, operator]
    assert short["equal_rows_left_out"] > whole["equal_rows_left_out"] == 0  # type: ignore[operator]
    assert f"{short['equal_rows_left_out']} rows are equal in all runs and left out" in bedwatch("diff", "bs512", "bs1024").stdout


@pytest.mark.usefixtures("here")
def test_what_a_report_once_said_is_contradicted_at_the_top() -> None:
    """Smaller batches are no shorter runs: the work differs, and so it says before any figure."""
    text = bedwatch("diff", *CEREBRAS, "--format", "markdown").stdout
    assert "Not the same work: 512,000 against 1,024,000 against 2,048,000 samples" in text.split("|", 1)[0]


# conditions


def test_a_regression_exits_with_1_and_the_reason(logs: Path) -> None:
    """The comparison is printed all the same; the reason names run, values, change and line."""
    result = bedwatch("diff", "runs/before.log", "runs/after.log", "--fail-on", "throughput<-5%", "--fail-on", "loss>+0.01")
    assert result.exit_code == 1
    assert "after" in result.stdout
    assert result.stderr == (
        "bedwatch: failed: --fail-on throughput<-5%: throughput of after is 90 samples/s, -10 % against 100 of before (runs/after.log:3)\n"
    )


@pytest.mark.usefixtures("logs")
def test_what_holds_exits_with_0_and_says_nothing() -> None:
    """So that a script can go on."""
    result = bedwatch("diff", "runs/before.log", "runs/after.log", "--fail-on", "throughput<-15%")
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.usefixtures("here")
def test_what_cannot_be_judged_exits_with_1_and_says_why() -> None:
    """Not reported, or not to be compared."""
    result = bedwatch("diff", "bs512", "bs1024", "--fail-on", "loss>+0.01", "--fail-on", "accuracy<-1")
    assert result.exit_code == 1
    assert "bedwatch: not judged: --fail-on loss>+0.01: loss of bert_large_bs1024 and bert_large_bs512 may not be compared: " in result.stderr
    assert "bedwatch: not judged: --fail-on accuracy<-1: accuracy of bert_large_bs512 is not reported\n" in result.stderr
    judged = json.loads(bedwatch("diff", "bs512", "bs1024", "--fail-on", "loss>+0.01", "--format", "json").stdout)["fail_on"]
    assert [(each["condition"], each["verdict"]) for each in judged] == [("loss>+0.01", "not judged")]


def test_figures_of_a_live_run_are_judged_as_they_stand_and_that_is_said(logs: Path) -> None:
    """They may still change."""
    (logs / "after.log").write_text((logs / "before.log").read_text().rpartition("2024-04-07 06:12")[0])
    result = bedwatch("diff", "runs/before.log", "runs/after.log", "--fail-on", "throughput<-5%")
    assert result.exit_code == 0
    assert result.stderr == "bedwatch: after is running: its figures may still change\n"


# rows


def test_rows_go_to_files_and_to_standard_output(logs: Path, tmp_path: Path) -> None:
    """One a run, or with --series one a point."""
    lines = bedwatch("show", "runs", "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["throughput"] for line in lines] == [90, 100, 1, 2, 3]
    result = bedwatch("show", "runs", "--series", "--format", "parquet", "--output", "points.parquet")
    assert (result.exit_code, result.output) == (0, "")
    points = pl.read_parquet(tmp_path / "points.parquet").filter(pl.col("metric") == "throughput")
    assert points["value"].to_list() == [90, 100, 1, 2, 3]
    assert points["samples"].to_list() == [8000] * 5


def test_an_archive_is_written_by_testbed_and_date(logs: Path, tmp_path: Path) -> None:
    """Runs and points in trees of their own, which join on the run's id; standard output stays empty."""
    for words in ([], ["--series"], []):
        result = bedwatch("show", "runs", "--format", "parquet", "--partition", "--output", "out", *words)
        assert (result.exit_code, result.stdout) == (0, "")
    runs, points = (pl.read_parquet(tmp_path / "out" / table, hive_partitioning=True) for table in ("runs", "series"))
    assert runs["id"].n_unique() == len(runs) == 5
    assert set(points["run"]) == set(runs["id"])
    assert [str(day) for day in runs["date"].unique()] == ["2024-04-07"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "csv", "--output", "runs/x.csv"], "runs/x.csv: in runs, which is only read and never written to"),
        (["--format", "parquet", "--partition", "--output", "runs/archive"], "which is only read"),
        (["--format", "parquet", "--partition", "--output", "."], "which is only read"),
        (["--format", "csv", "--output", "."], "a directory; name a file, or add --partition"),
        (["--format", "parquet", "--partition", "--output", "runs.txt"], "not a directory"),
        (["--format", "csv", "--partition", "--output", "out"], "add --format parquet"),
        (["--format", "parquet", "--partition"], "--output DIRECTORY"),
        (["--series"], "add --format ndjson or csv or parquet"),
        (["--format", "parquet"], "name a file with --output"),
        (["--format", "csv", "--output", "no/such/place.csv"], "name a file that can be written"),
    ],
)
def test_where_nothing_may_be_written_nothing_is(words: list[str], told: str, logs: Path, tmp_path: Path) -> None:
    """A watched directory above all: by its own name, by another, or where an archive's tree would fall into it."""
    (tmp_path / "runs.txt").write_text("mine")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    result = bedwatch("show", "runs", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr and result.stderr.count("\n") == 1
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before
    assert (tmp_path / "runs.txt").read_text() == "mine"


def test_a_log_is_never_written_over(logs: Path) -> None:
    """Named outright or through a link."""
    (logs.parent / "link.csv").symlink_to(logs / "before.log")
    for output in ("runs/before.log", "link.csv"):
        result = bedwatch("show", "runs/before.log", "--format", "csv", "--output", output)
        assert (result.exit_code, "only read" in result.stderr) == (2, True)


def test_no_run_is_a_no_for_people_and_an_empty_document_for_scripts(tmp_path: Path) -> None:
    """A table of none ends with status 1; data with no rows is a whole answer."""
    assert bedwatch("show", str(tmp_path)).exit_code == 1
    result = bedwatch("show", str(tmp_path), "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["runs"]) == (0, [])
