"""One log on disk: its runs and their places, through rotation and renaming, and before a long history is read."""

from __future__ import annotations

import gzip
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from parsers.explain import explain
from parsers.grammar import Line, Message
from parsers.records import Fault, Place
from parsers.scribe import Scribe
from tests.reading import records_of
from tui.runs import glimpse
from tui.runs.logfile import LogFile
from tui.runs.run import Run, Source

NOW = 1_712_470_000.0
HEAD = "2024-04-07 06:11:00,000 INFO:   Effective batch size is 1024.\n"
LAUNCH = "2024-04-07 06:11:00,000 INFO:   Running command: python run.py CSX --mode train\n" + HEAD
STEP = "2024-04-07 06:{minute:02}:{second:02},703 INFO:   | Train Device=CSX, Step={step}, Loss={loss}, Rate=1.0 samples/sec, GlobalRate=1.0 samples/sec\n"
DONE = "2024-04-07 07:59:26,089 INFO:   Training completed successfully!\n"


def step(number: int) -> str:
    return STEP.format(step=number, loss=f"{10 / number:.5f}", minute=11 + number // 60, second=number % 60)


def read(log: LogFile) -> list[Run]:
    log.read_all(NOW)
    return log.runs(NOW)


def line_of(directory: Path, run: Run, metric: str) -> str:
    """The very line that a metric stands on, found as a person would."""
    spot = run.metrics[metric].spot
    path = directory / spot.path
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return data.decode().split("\n")[spot.line - 1]


def rotate(log: Path) -> None:
    for number in range(9, 0, -1):
        if (old := log.with_name(f"{log.name}.{number}")).exists():
            old.rename(log.with_name(f"{log.name}.{number + 1}"))
    log.rename(log.with_name(log.name + ".1"))


def test_a_run_goes_on_through_rotations_and_every_fact_keeps_its_place(tmp_path: Path) -> None:
    """What was in `log` is in `log.2` later; nothing is counted twice."""
    log = tmp_path / "train.log"
    log.write_text(HEAD + step(1) + step(2))
    file = LogFile(str(log), "train.log")
    (run,) = read(file)
    assert (run.id, run.metrics["loss"].value) == ("train.log#1", 5.0)
    for number in (3, 4):
        rotate(log)
        log.write_text(step(2 * number - 3) + step(2 * number - 2))
        (run,) = read(file)
    assert (run.id, run.progress["step"].done, len(run.series["loss"])) == ("train.log#1", 6, 6)
    assert (run.params["batch_size"].spot.path, run.params["batch_size"].spot.line) == ("train.log.2", 1)
    assert line_of(tmp_path, run, "loss") + "\n" == step(6)
    series = run.series["loss"]
    assert (series.path, list(series.columns.lines)) == ("train.log", [0, 0, 0, 0, 1, 2])
    assert run.sources == (Source("train.log.2", 1, 3, "log"), Source("train.log.1", 1, 2, "log"), Source("train.log", 1, 2, "log"))


def test_a_line_cut_at_a_copy_is_whole_again(tmp_path: Path) -> None:
    """A log that is copied and truncated may be cut anywhere."""
    log = tmp_path / "train.log"
    log.write_text(HEAD + step(1) + step(2)[:80])
    file = LogFile(str(log), "train.log")
    read(file)
    (tmp_path / "train.log.1").write_bytes(log.read_bytes())
    os.truncate(log, 0)
    with log.open("a") as writer:
        writer.write(step(2)[80:] + step(3))
    (run,) = read(file)
    assert list(run.series["loss"].columns.values) == [10.0, 5.0, 3.33333]
    assert (run.metrics["loss"].spot.path, run.metrics["loss"].spot.line) == ("train.log", 2)


def test_half_a_line_left_by_a_rename_is_joined_to_nothing(tmp_path: Path) -> None:
    """The program was killed within it; the next line is another's."""
    log = tmp_path / "train.log"
    log.write_text(HEAD + step(1) + step(2)[:70])
    file = LogFile(str(log), "train.log")
    read(file)
    rotate(log)
    log.write_text(step(3))
    (run,) = read(file)
    assert list(run.series["loss"].columns.values) == [10.0, 3.33333]
    assert line_of(tmp_path, run, "loss") + "\n" == step(3)


def test_another_launch_in_the_log_s_successor_is_another_run(tmp_path: Path) -> None:
    """Its predecessor was kept by the job's script, not by a rotation."""
    log = tmp_path / "train.log"
    log.write_text(HEAD + step(1) + DONE)
    file = LogFile(str(log), "train.log")
    read(file)
    rotate(log)
    log.write_text(LAUNCH + step(2))
    first, second = read(file)
    assert (first.state, first.metrics["loss"].spot.path) == ("finished", "train.log.1")
    assert (second.state, second.metrics["loss"].spot.path) == ("running", "train.log")


def test_a_renamed_log_is_read_on(tmp_path: Path) -> None:
    """Ids and places go with its name; what was read is not read again."""
    log = tmp_path / "a.log"
    log.write_text(HEAD + step(1))
    file = LogFile(str(log), "a.log")
    read(file)
    new = tmp_path / "b.log"
    log.rename(new)
    with new.open("a") as writer:
        writer.write(step(2))
    file.move(str(new), "b.log")
    changed, _ = file.read_on(NOW)
    (run,) = file.runs(NOW)
    assert changed
    assert (run.id, run.path, run.name, len(run.series["loss"])) == ("b.log#1", "b.log", "b", 2)
    assert run.series["loss"].path == "b.log"
    assert run.params["batch_size"].spot.path == "b.log" and line_of(tmp_path, run, "loss") + "\n" == step(2)


@pytest.fixture
def long_after_1k(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.runs.logfile.TAIL_FIRST", 1 << 10)
    monkeypatch.setattr(glimpse, "TAIL_BYTES", 600)
    monkeypatch.setattr("parsers.follow.Follower.look.__defaults__", (700,))


@pytest.mark.usefixtures("long_after_1k")
class TestLongLogs:
    """Logs of which the end is read before the history."""

    def test_the_newest_state_comes_before_the_history(self, tmp_path: Path) -> None:
        """It is marked; nothing that the history would tell is guessed, and no line is given a number."""
        log = tmp_path / "a.log"
        log.write_text(HEAD + "".join(map(step, range(1, 101))))
        file = LogFile(str(log), "a.log")
        assert file.look(NOW) == (True, False)
        assert file.behind
        (run,) = file.runs(NOW)
        assert (run.complete, run.state, run.testbed, run.progress["step"].done) == (False, "running", "cerebras", 100)
        assert (run.started_at, run.elapsed, run.phases, run.metrics["loss"].spot.line) == (None, None, (), 0)
        whole = LogFile(str(log), "a.log")
        expected = read(whole)
        changes = []
        while file.behind:
            changes.append(file.read_on(NOW)[0])
        assert changes[-1] and not any(changes[:-1])
        found = file.runs(NOW)
        assert [(run.metrics, run.phases, run.started_at, run.sources) for run in found] == [
            (run.metrics, run.phases, run.started_at, run.sources) for run in expected
        ]

    def test_what_is_written_meanwhile_is_seen_at_once(self, tmp_path: Path) -> None:
        """And is read once."""
        log = tmp_path / "a.log"
        log.write_text(HEAD + "".join(map(step, range(1, 101))))
        file = LogFile(str(log), "a.log")
        file.look(NOW)
        file.read_on(NOW)
        with log.open("a") as writer:
            writer.write(step(101))
        assert file.look(NOW) == (True, False)
        assert file.runs(NOW)[0].progress["step"].done == 101
        (run,) = read(file)
        assert (len(run.series["loss"]), run.complete) == (101, True)

    def test_a_log_that_starts_anew_meanwhile_is_begun_anew(self, tmp_path: Path) -> None:
        """Nothing of the old one stays."""
        log = tmp_path / "a.log"
        log.write_text(HEAD + "".join(map(step, range(1, 101))))
        file = LogFile(str(log), "a.log")
        file.look(NOW)
        log.write_text(HEAD + step(7))
        file.look(NOW)
        (run,) = read(file)
        assert (len(run.series["loss"]), run.complete, run.metrics["loss"].spot.line) == (1, True, 2)

    def test_earlier_launches_are_told_from_the_newest(self, tmp_path: Path) -> None:
        """Those that the history has reached are complete."""
        log = tmp_path / "a.log"
        log.write_text(HEAD + step(1) + DONE + LAUNCH + "".join(map(step, range(1, 101))))
        file = LogFile(str(log), "a.log")
        file.look(NOW)
        file.read_on(NOW)
        first, second = file.runs(NOW)
        assert (first.id, first.state, first.complete) == ("a.log#1", "finished", True)
        assert (second.id, second.complete, second.progress["step"].done) == ("a.log#2", False, 100)


def test_a_fault_in_the_reader_stays_in_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before it stands, a finding names format and line, and another log is read as ever."""
    bar = "Epochs: 100%|##########| {n}/10 [01:25<00:00,  8.56s/it]\n"

    def broken(text: str) -> float:
        if text == "66:66":
            raise ZeroDivisionError
        return 85.0

    monkeypatch.setattr("parsers.graphcore.poptorch.read_clock", broken)
    launch = "[17:43:36.123] [poptorch:cpp] [info] Graph compilation started\n"
    bad, good = tmp_path / "bad_ipu.log", tmp_path / "good_ipu.log"
    bad.write_text(launch + bar.format(n=3) + bar.format(n=4).replace("01:25", "66:66") + bar.format(n=5))
    good.write_text(launch + bar.format(n=3))
    (faulted,) = read(LogFile(str(bad), "graphcore/bad.log"))
    (whole,) = read(LogFile(str(good), "graphcore/good.log"))
    assert faulted.progress["epoch"] == replace(whole.progress["epoch"], spot=faulted.progress["epoch"].spot)
    (finding,) = [finding for finding in faulted.findings if finding.code == "unreadable"]
    assert "fault in bedwatch's reader" in finding.message and "line 3)" in finding.message and finding.spot.line == 3
    assert not [finding for finding in whole.findings if finding.code == "unreadable"]


def test_a_fault_takes_half_a_lines_meaning_with_it_and_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the log is cut, the same records come out, none of them of the line that raised."""
    log = (LAUNCH + step(1) + step(2) + step(3) + step(4)).encode()
    last, apply = log.count(b"\n"), Scribe.apply  # the last of steady lines is always read by itself

    def faulty(scribe: Scribe, kind: Line, found: re.Match[str], message: Message) -> None:
        apply(scribe, kind, found, message)
        if message.line.number == last:
            raise ValueError("day is out of range")

    monkeypatch.setattr(Scribe, "apply", faulty)
    whole = records_of([log])
    assert whole == records_of([log[at : at + 7] for at in range(0, len(log), 7)])
    assert whole[-1] == Fault(1, Place(last), None, "cerebras", "ValueError")
    assert [record for record in whole if record.place.line >= last] == whole[-1:]
    assert explain(log, "a.log").fault == whole[-1]
