"""The logs of a directory as they come and go: each known once, none forgotten while it may return."""

from __future__ import annotations

import errno
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.runs.test_logfile import DONE, HEAD, LAUNCH, NOW, rotate, step
from tui.runs.run import Run
from tui.runs.workspace import Workspace


def look(workspace: Workspace) -> dict[str, Run]:
    workspace.read(NOW)
    return {run.id: run for run in workspace.runs(NOW)}


def test_a_rotated_log_is_one_run_while_it_is_watched(tmp_path: Path) -> None:
    """However often it is rotated, its parts are no logs of their own."""
    log = tmp_path / "train.log"
    log.write_text(HEAD + step(1))
    workspace = Workspace([str(tmp_path)])
    look(workspace)
    for number in (2, 3, 4):
        rotate(log)
        assert list(look(workspace)) == ["train.log#1"]
        log.write_text(step(number))
        runs = look(workspace)
        assert list(runs) == ["train.log#1"]
        assert runs["train.log#1"].progress["step"].done == number
    assert [source.path for source in runs["train.log#1"].sources] == ["train.log.3", "train.log.2", "train.log.1", "train.log"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_that_was_rotated_before_is_one_run(tmp_path: Path, packed: bool) -> None:
    """Its beginning is in older parts, compressed or not; steps and times go on from one to the next."""
    log = tmp_path / "train.log"
    for number in (1, 2):
        log.write_text((HEAD if number == 1 else "") + step(number))
        os.utime(log, (NOW + number, NOW + number))
        rotate(log)
    log.write_text(step(3))
    if packed:
        old = tmp_path / "train.log.2"
        (tmp_path / "train.log.2.gz").write_bytes(gzip.compress(old.read_bytes()))
        os.utime(tmp_path / "train.log.2.gz", (NOW + 1, NOW + 1))
        old.unlink()
    runs = look(Workspace([str(tmp_path)]))
    assert list(runs) == ["train.log#1"]
    run = runs["train.log#1"]
    assert (len(run.series["loss"]), run.params["batch_size"].value) == (3, 1024)
    assert run.params["batch_size"].spot.path == "train.log.2" + (".gz" if packed else "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LAUNCH + step(1), LAUNCH + step(2)),  # another launch
        (LAUNCH + step(1) + DONE, step(2)),  # the first one ended
        (LAUNCH + step(5), step(2)),  # steps and times go back
        (LAUNCH + step(1), "Epochs: 10%\n"),  # another program
        ("nothing known\n", "nor here\n"),
    ],
)
def test_without_evidence_two_logs_stay_two(tmp_path: Path, old: str, new: str) -> None:
    """`train.log.1` may be somebody's earlier run, kept under a name of their own."""
    (tmp_path / "train.log.1").write_text(old)
    os.utime(tmp_path / "train.log.1", (NOW, NOW))
    (tmp_path / "train.log").write_text(new)
    workspace = Workspace([str(tmp_path)])
    look(workspace)
    assert {os.path.basename(path) for path in workspace.files} == {"train.log", "train.log.1"}


def test_a_copied_log_that_goes_on_is_no_log_of_its_own(tmp_path: Path) -> None:
    """Copied to `log.1`, then truncated: the copy may be found before the truncation is seen."""
    log = tmp_path / "train.log"
    log.write_text(HEAD + step(1))
    workspace = Workspace([str(tmp_path)])
    look(workspace)
    (tmp_path / "train.log.1").write_bytes(log.read_bytes())
    assert list(look(workspace)) == ["train.log#1"]
    os.truncate(log, 0)
    with log.open("a") as writer:
        writer.write(step(2))
    runs = look(workspace)
    assert (list(runs), runs["train.log#1"].progress["step"].done) == (["train.log#1"], 2)


def test_a_renamed_log_keeps_what_was_read(tmp_path: Path) -> None:
    """Under its new name."""
    (tmp_path / "a.log").write_text(HEAD + step(1))
    workspace = Workspace([str(tmp_path)])
    look(workspace)
    (before,) = workspace.files.values()
    (tmp_path / "done").mkdir()
    (tmp_path / "a.log").rename(tmp_path / "done" / "b.log")
    assert list(look(workspace)) == ["done/b.log#1"]
    assert list(workspace.files.values()) == [before]


def test_a_log_that_is_removed_is_forgotten_and_one_that_returns_is_new(tmp_path: Path) -> None:
    """Deleted and written again."""
    log = tmp_path / "a.log"
    log.write_text(HEAD + step(1))
    workspace = Workspace([str(tmp_path)])
    look(workspace)
    log.unlink()
    assert look(workspace) == {}
    log.write_text(HEAD + step(7))
    assert look(workspace)["a.log#1"].progress["step"].done == 7


def test_a_directory_may_come_later(tmp_path: Path) -> None:
    """Named before there is anything."""
    workspace = Workspace([str(tmp_path / "later")])
    assert look(workspace) == {}
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.log").write_text(HEAD + step(1))
    assert list(look(workspace)) == ["a.log#1"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.ESTALE, errno.EIO])
def test_what_cannot_be_looked_for_is_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A permission taken away, a stale handle, a server that does not answer: the runs stay, and are read on afterwards."""
    log = tmp_path / "run" / "a.log"
    log.parent.mkdir()
    log.write_text(HEAD + step(1))
    workspace = Workspace([str(tmp_path)])
    look(workspace)
    with log.open("a") as writer:
        writer.write(step(2))
    with monkeypatch.context() as patch:
        for name in ("scandir", "open", "stat"):
            patch.setattr(os, name, refusing(getattr(os, name), str(log.parent), number))
        assert look(workspace)["run/a.log#1"].progress["step"].done == 1
    assert look(workspace)["run/a.log#1"].progress["step"].done == 2


def refusing(real: Callable[..., Any], below: str, number: int) -> Callable[..., Any]:
    def call(path: Any, *rest: Any, **options: Any) -> Any:
        if str(path).startswith(below):
            raise OSError(number, os.strerror(number))
        return real(path, *rest, **options)

    return call
