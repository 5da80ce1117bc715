"""Which files are looked at, and what is passed over and why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.runs import discover
from tui.runs.discover import GivenUp, candidates, may_be_log, skipped
from tui.runs.ignore import wrong_pattern
from tui.runs.workspace import Workspace


def made(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")


def names(*roots: Path, ignore: tuple[str, ...] = ()) -> list[str]:
    return [candidate.name for candidate in candidates([str(root) for root in roots], ignore)]


def why(root: Path, ignore: tuple[str, ...] = ()) -> dict[str, str]:
    notes = skipped([str(root)], ignore)
    return {note.path.removeprefix(f"{root}/"): note.why for note in notes}


def test_files_come_in_the_order_of_a_listing(tmp_path: Path) -> None:
    """A directory's files stand where its name stands; the order never depends on the file system."""
    made(tmp_path, "b.log", "a/2.log", "a/1.log", "c/deep/x.out", "a.log")
    assert names(tmp_path) == ["a/1.log", "a/2.log", "a.log", "b.log", "c/deep/x.out"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mytest.log", True), ("slurm-30451.out", True), ("groq.e3084", True), ("groq.o3084", True), ("console", True), ("Run.TXT", True),
        ("core.log", True), ("checkpoint.log", True), ("log.1", True),
        ("events.out.tfevents.1712469447.host.1.0", False), ("checkpoint_1000.mdl", False), ("model.ckpt-1000.index", False),
        ("model.ckpt-1000.data-00000-of-00001", False), ("checkpoint", False), ("pytorch_model.BIN", False), ("core.4711", False),
        ("train-images-idx3-ubyte", False), ("data_batch_1", False), ("train.py", False), ("params.yaml", False), ("log.swp", False),
        ("part-r-00000.tfrecord-00001-of-00099", False), ("performance.json", False),
    ],
)  # fmt: skip
def test_a_name_tells_checkpoints_source_and_data_from_logs(name: str, expected: bool) -> None:
    """What certainly is no log is never opened."""
    assert may_be_log(name) is expected


def test_what_is_hidden_and_what_is_installed_is_not_searched(tmp_path: Path) -> None:
    """Hidden directories, Python's own and environments hold no runs."""
    made(tmp_path, ".git/x.log", ".hidden.log", "__pycache__/x.log", "venv/pyvenv.cfg", "venv/lib/x.log", "conda/conda-meta/history", "a.log")
    assert names(tmp_path) == ["a.log"]
    assert why(tmp_path) == {
        ".git/": "hidden", ".hidden.log": "hidden", "__pycache__/": "source code",
        "venv/": "a Python environment", "conda/": "a Python environment",
    }  # fmt: skip


def test_patterns_work_as_in_git(tmp_path: Path) -> None:
    """Anchored and floating, directories alone, negation, and the last that matches decides."""
    made(tmp_path, "old/a.log", "keep/old/b.log", "keep/c.tmp", "keep/wanted.tmp", "d.log", "sub/d.log")
    (tmp_path / ".bedwatchignore").write_text("# nothing of last year\n/old/\n*.tmp\n!wanted.tmp\n")
    assert names(tmp_path) == ["d.log", "keep/old/b.log", "keep/wanted.tmp", "sub/d.log"]
    assert names(tmp_path, ignore=("/d.log", "!*.tmp")) == ["keep/c.tmp", "keep/old/b.log", "keep/wanted.tmp", "sub/d.log"]


def test_what_git_ignores_is_looked_at(tmp_path: Path) -> None:
    """Logs are what people keep out of git."""
    made(tmp_path, "a.log")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert names(tmp_path) == ["a.log"]


def test_what_was_skipped_is_said_with_the_reason(tmp_path: Path) -> None:
    """The pattern that hid it, or what its name says that it is; the ignore file itself is not worth a word."""
    made(tmp_path, "old/a.log", "model.ckpt", "a.log", "note.log")
    (tmp_path / ".bedwatchignore").write_text("old/\n!\n")
    assert why(tmp_path, ("note*",)) == {
        ".bedwatchignore: !": "not a pattern, so it ignores nothing", "old/": "ignored by old/",
        "model.ckpt": "a checkpoint or a model", "note.log": "ignored by note*",
    }  # fmt: skip


@pytest.mark.parametrize(("pattern", "wrong"), [("*.log", False), ("!", True), ("a\\", True), ("[z-a]", True), ("**", False)])
def test_a_pattern_that_is_none_is_found_out(pattern: str, wrong: bool) -> None:
    """So that a command can refuse it."""
    assert (wrong_pattern(["*.tmp", pattern]) == pattern) is wrong


def test_a_file_named_outright_always_counts(tmp_path: Path) -> None:
    """Whoever names it knows that it is a log; even one that does not exist yet."""
    made(tmp_path, "run.json")
    assert names(tmp_path / "run.json", ignore=("*.json",)) == ["run.json"]
    assert names(tmp_path / "later.log") == ["later.log"]


def test_names_under_several_paths_never_collide(tmp_path: Path) -> None:
    """The path's last part comes first, or as many as tell two apart."""
    made(tmp_path, "a/run/x.log", "b/run/x.log", "c/x.log")
    assert names(tmp_path / "a/run", tmp_path / "c") == ["run/x.log", "c/x.log"]
    assert names(tmp_path / "a/run", tmp_path / "b/run", tmp_path / "c") == ["a/run/x.log", "b/run/x.log", "c/x.log"]
    assert names(tmp_path / "a/run/x.log", tmp_path / "b/run/x.log") == ["a/run/x.log", "b/run/x.log"]


def test_the_same_file_is_found_once(tmp_path: Path) -> None:
    """Under overlapping paths, and whether the link or the file comes first in the listing: by its own name."""
    made(tmp_path, "logs/z/run.log")
    (tmp_path / "logs" / "a_latest.log").symlink_to("z/run.log")
    assert names(tmp_path / "logs") == ["z/run.log"]
    assert names(tmp_path, tmp_path / "logs" / "z") == [f"{tmp_path.name}/logs/z/run.log"]
    assert why(tmp_path)["logs/a_latest.log"].startswith("the same file as")


def test_links_to_elsewhere_are_followed(tmp_path: Path) -> None:
    """A run directory often is a link to a scratch file system."""
    made(tmp_path, "scratch/job/run.log", "scratch/one.log")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "runs").symlink_to(tmp_path / "scratch" / "job")
    (tmp_path / "home" / "one").symlink_to(tmp_path / "scratch" / "one.log")
    assert names(tmp_path / "home") == ["one", "runs/run.log"]


def test_links_that_loop_end(tmp_path: Path) -> None:
    """To itself, to each other, to the watched directory, above it, to nothing."""
    made(tmp_path, "root/a/run.log")
    root = tmp_path / "root"
    (root / "a" / "up").symlink_to(root)
    (root / "above").symlink_to(tmp_path)
    (root / "self").symlink_to("self")
    (root / "x").symlink_to("a")
    (root / "nothing").symlink_to("gone")
    assert names(root) == ["a/run.log"]
    reasons = why(root)
    assert set(reasons) == {"a/up/", "above/", "self", "x/", "nothing"}
    assert reasons["nothing"] == "a link to nothing"
    assert "above" in reasons["above/"]


def test_the_search_has_a_depth_and_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut off is the deepest, never a log beside the start, and it is said."""
    made(tmp_path, "/".join("d" * 12) + "/in.log", "/".join("d" * 13) + "/out.log")
    assert names(tmp_path) == ["/".join("d" * 12) + "/in.log"]
    assert why(tmp_path)["/".join("d" * 13) + "/"] == "deeper than 12 directories"
    made(tmp_path, "z.log", *(f"data/x/{number}" for number in range(20)))
    monkeypatch.setattr(discover, "ENTRIES_MOST", 10)
    assert "z.log" in names(tmp_path)
    assert any("beyond the first 10" in reason for reason in why(tmp_path).values())


def test_no_ordinary_file_is_opened_and_no_locked_directory_ends_the_search(tmp_path: Path) -> None:
    """A named pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    made(tmp_path, "a.log")
    assert names(tmp_path) == ["a.log"]
    assert why(tmp_path) == {"pipe": "no ordinary file"}


def test_a_search_ends_as_soon_as_nobody_wants_it(tmp_path: Path) -> None:
    """Between two entries, whether of one directory or of two; what a workspace knew of its files it still knows then."""
    for number in range(10):
        (tmp_path / f"job{number}").mkdir()
        (tmp_path / f"job{number}" / "train.log").write_text("a line\n")
    asked: list[int] = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 5

    workspace = Workspace([str(tmp_path)])
    workspace.discover()
    known = workspace.files
    for number in range(10):
        (tmp_path / f"job{number}" / "eval.log").write_text("a line\n")
    with pytest.raises(GivenUp):
        workspace.discover(wanted)
    assert len(asked) == 5
    assert workspace.files is known and len(known) == 10
    assert len(workspace.discover()) == 10
