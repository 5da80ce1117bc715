"""What was read is kept: exactly, only while the log is the same, and never where it might do harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.test_logfile import DONE, HEAD, NOW, step
from tui.feed.replay import sample_runs
from tui.report.as_json import run_object
from tui.runs import cache as cache_module
from tui.runs.cache import Cache
from tui.runs.logfile import LogFile
from tui.runs.storage import Damaged, restored, stored
from tui.runs.workspace import Workspace


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    root = tmp_path / "runs"
    for number in (1, 2):
        path = root / f"run{number}" / "train.log"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + step(number) + DONE)
        os.utime(path, (NOW - 9000, NOW - 9000))
    return root


@contextmanager
def opened(root: Path, directory: Path) -> Iterator[Workspace]:
    """The logs below a root, with what is kept of them."""
    workspace = Workspace([str(root)], cache=Cache(str(directory), [str(root)]))
    with closing(workspace):
        workspace.read(NOW)
        yield workspace


def kept(root: Path, directory: Path) -> Cache:
    with opened(root, directory) as workspace:
        for _ in workspace.keep(NOW):
            pass
        assert workspace.cache is not None
        return workspace.cache


def reads(root: Path, directory: Path) -> set[str]:
    """The runs whose logs were read, not taken from what is kept."""
    with opened(root, directory) as workspace:
        return {os.path.basename(os.path.dirname(path)) for path, file in workspace.files.items() if not file.rests}


def test_every_sample_comes_back_as_it_was(tmp_path: Path) -> None:
    """To the last bit, by its JSON and by what is stored of it."""
    directory = tmp_path / "cache"
    with opened(sample_runs(), directory) as first:
        for _ in first.keep(4e9):
            pass
        before = [(run_object(run), stored(run)) for run in first.runs(4e9)]
    with opened(sample_runs(), directory) as second:
        assert second.files and all(file.rests for file in second.files.values() if file.path.endswith(".log"))
        assert [(run_object(run), stored(run)) for run in second.runs(4e9)] == before


def test_a_series_that_goes_on_after_it_was_kept_is_the_same(tmp_path: Path) -> None:
    """A log that grows is read anew as a whole."""
    log = tmp_path / "runs" / "a.log"
    log.parent.mkdir()
    log.write_text(HEAD + step(1))
    os.utime(log, (NOW - 9000, NOW - 9000))
    kept(log.parent, tmp_path / "cache")
    with opened(log.parent, tmp_path / "cache") as workspace:
        (file,) = workspace.files.values()
        assert file.rests
        with log.open("a") as writer:
            writer.write(step(2))
        assert file.look(NOW) == (True, False)
        (run,) = file.runs(NOW)
        assert (len(run.series["loss"]), run.progress["step"].done, run.metrics["loss"].spot.line) == (2, 2, 3)


CHANGES: dict[str, Callable[[Path], object]] = {
    "grown": lambda log: log.open("a").write("x\n"),
    "rewritten at the same length": lambda log: log.write_text(log.read_text().replace("10.0", "20.0")),
    "touched": lambda log: os.utime(log, (NOW, NOW)),
    "replaced": lambda log: (log.with_name("x").write_text(log.read_text()), os.replace(log.with_name("x"), log)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_log_that_changed_is_read_again(logs: Path, tmp_path: Path, change: str) -> None:
    """And no other."""
    kept(logs, tmp_path / "cache")
    assert reads(logs, tmp_path / "cache") == set()
    CHANGES[change](logs / "run1" / "train.log")
    assert reads(logs, tmp_path / "cache") == {"run1"}


def test_another_file_with_the_same_inode_size_and_time_is_told_by_its_head(logs: Path, tmp_path: Path) -> None:
    """Inodes are used again."""
    kept(logs, tmp_path / "cache")
    log = logs / "run1" / "train.log"
    before = log.stat()
    with log.open("r+b") as file:
        file.write(b"2025")
    os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert reads(logs, tmp_path / "cache") == {"run1"}


def test_what_another_version_read_is_not_believed(logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that was corrected reads anew."""
    kept(logs, tmp_path / "cache")
    monkeypatch.setattr(cache_module, "readers_digest", lambda: "another")
    assert reads(logs, tmp_path / "cache") == {"run1", "run2"}


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "cut in the head": lambda data: data[:10],
    "foreign": lambda data: b"\x80\x04\x95 a pickle, say",
    "flipped": lambda data: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
    "lengths": lambda data: data.replace(b"], ", b"], -", 1),
    "lists": lambda data: data.split(b"\n")[0] + b"\n[[[[1]]]]\n",
    "deep": lambda data: data.split(b"\n")[0] + b"\n" + b"[" * 50_000 + b"\n",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_made_anew_without_a_word(logs: Path, tmp_path: Path, damage: str) -> None:
    """Nothing wrong is shown; what is whole in it may be used."""
    directory = tmp_path / "cache"
    path = Path(kept(logs, directory).path)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with opened(logs, directory) as workspace:
        assert [run.progress["step"].done for run in workspace.runs(NOW)] == [1, 2]
    kept(logs, directory)
    assert reads(logs, directory) == set()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x78\x9c", stored(1)[:-3], stored({"": 1})[:3],
        *(cache_module.zlib.compress(json.dumps(value).encode()) for value in (
            {"": "Run", "of": []}, {"": "os.system", "of": ["x"]}, {"": "array", "type": "u", "of": "eJw"}, {"of": 1}, {"": "Run"},
            {"": "map", "of": [[1]]}, {"": "time", "of": "never"}, {"": "Run", "of": {"a": 1}},
        )),
    ],
)  # fmt: skip
def test_what_is_no_run_is_called_damaged(data: bytes) -> None:
    """And can make nothing but runs."""
    with pytest.raises(Damaged):
        restored(data)


def test_only_the_user_can_look_into_it(logs: Path, tmp_path: Path) -> None:
    """Made closed to others; one that is open to others is not used."""
    directory = tmp_path / "deep" / "cache"
    path = Path(kept(logs, directory).path)
    assert (directory.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    directory.chmod(0o750)
    assert reads(logs, directory) == {"run1", "run2"}


def test_nothing_is_kept_within_a_watched_directory(logs: Path) -> None:
    """The run directory is only read."""
    before = sorted(logs.rglob("*"))
    kept(logs, logs / "cache")
    assert sorted(logs.rglob("*")) == before


def test_a_log_that_is_written_to_is_not_kept(logs: Path, tmp_path: Path) -> None:
    """It would be of no use."""
    os.utime(logs / "run1" / "train.log", (NOW - 1, NOW - 1))
    kept(logs, tmp_path / "cache")
    assert reads(logs, tmp_path / "cache") == {"run1"}


def test_where_nothing_can_be_written_nothing_is_kept(logs: Path, tmp_path: Path) -> None:
    """A full or foreign disk is no reason to complain."""
    (tmp_path / "cache").write_text("a file")
    kept(logs, tmp_path / "cache")
    assert reads(logs, tmp_path / "cache") == {"run1", "run2"}


def test_what_is_kept_is_added_to(logs: Path, tmp_path: Path) -> None:
    """Logs that rest stay kept when others are added."""
    directory = tmp_path / "cache"
    kept(logs, directory)
    new = logs / "run3" / "train.log"
    new.parent.mkdir()
    new.write_text(HEAD + step(3))
    os.utime(new, (NOW - 9000, NOW - 9000))
    assert reads(logs, directory) == {"run3"}
    kept(logs, directory)
    assert reads(logs, directory) == set()


def test_what_nobody_used_for_long_is_removed(logs: Path, tmp_path: Path) -> None:
    """Two months."""
    directory = tmp_path / "cache"
    old = Path(kept(logs, directory).path).with_name("0" * 32 + ".runs")
    old.write_bytes(b"")
    os.utime(old, (NOW - 61 * 86400,) * 2)
    kept(logs / "run1", directory)
    assert not old.exists()


def test_a_kept_log_that_cannot_be_read_any_more_stays(logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its permission may come back."""
    log = str(logs / "run1" / "train.log")
    kept(logs, tmp_path / "cache")
    with closing(Cache(str(tmp_path / "cache"), [str(logs)])) as cache:
        file = LogFile(log, "run1/train.log", cache=cache)
        assert file.look(NOW) == (True, False) and file.rests
        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", refused)
            assert file.look(NOW) == (False, False)
        assert [run.state for run in file.runs(NOW)] == ["finished"]


def refused(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_runs_come_without_their_series_where_those_are_not_asked_for(logs: Path, tmp_path: Path) -> None:
    """All else is the same, and what is kept with series stays so."""
    directory = tmp_path / "cache"
    with opened(logs, directory) as first:
        runs = first.runs(NOW)
        assert all(run.series for run in runs)
        for _ in first.keep(NOW):
            pass
    with closing(Workspace([str(logs)], points_most=0, cache=Cache(str(directory), [str(logs)], series=False))) as plain:
        plain.read(NOW)
        assert all(file.rests for file in plain.files.values())
        assert plain.runs(NOW) == [replace(run, series={}) for run in runs]
        for _ in plain.keep(NOW):
            pass
    assert reads(logs, directory) == set()


def test_what_was_read_without_series_is_read_again_where_they_are_asked_for(logs: Path, tmp_path: Path) -> None:
    directory = tmp_path / "cache"
    for _ in range(2):
        with closing(Workspace([str(logs)], points_most=0, cache=Cache(str(directory), [str(logs)], series=False))) as plain:
            plain.read(NOW)
            assert not any(run.series for run in plain.runs(NOW))
            for _ in plain.keep(NOW):
                pass
    assert all(file.rests for file in plain.files.values())
    assert reads(logs, directory) == {"run1", "run2"}
