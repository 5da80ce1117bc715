"""`bedwatch follow` as a script uses it: its lines, its exit status, and how it ends."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from tui.cli import main
from tui.feed.replay import sample_runs

PATIENCE = 30.0
HASTY = "from tui.feed import events; events.IDLE_AFTER = 0.5; from tui.cli import main; main()"
STEP = "2024-04-07 06:11:0{n},703 INFO:   | Train Device=CSX, Step={n}, Loss={loss}, Rate=1.0 samples/sec, GlobalRate=1.0 samples/sec\n"
DONE = "2024-04-07 06:12:26,089 INFO:   Training completed successfully!\n"
FAILED = "2024-04-07 06:12:26,089 ERROR:   Initiating shutdown sequence due to NaN error: Loss is NaN\n"


def old(path: Path, text: str | bytes) -> None:
    """A log that nobody has written to for an hour and more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = time.time() - 2 * 86400
    os.utime(path, (before, before))


def once(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", "follow", "--until-idle", "--no-queue", *arguments],
        capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip


class Following:
    """The command in a process of its own, read line by line; every wait ends."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._rest = b""

    def until(self, *words: str) -> str:
        """The first line with all these words, read or yet to come."""
        seen = 0
        deadline = time.monotonic() + PATIENCE
        while True:
            for line in self.lines[seen:]:
                seen += 1
                if all(word in line for word in words):
                    return line
            self._read(deadline)

    def _read(self, deadline: float) -> None:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        data = os.read(self.process.stdout.fileno(), 65536) if ready else b""
        assert data, f"waited in vain; seen: {self.lines}"
        *whole, self._rest = (self._rest + data).split(b"\n")
        self.lines += [line.decode() for line in whole]


@contextmanager
def following(*arguments: str) -> Iterator[Following]:
    command = [sys.executable, "-c", HASTY, "follow", "--no-queue", *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield Following(process)
        finally:
            process.kill()


def test_a_run_is_told_from_its_first_line_to_its_end(tmp_path: Path) -> None:
    """It appears, progresses, turns out a NaN, and fails: each once, as it happens."""
    log = tmp_path / "mytest.log"
    with following(str(tmp_path), "--every", "0", "--format", "ndjson") as told:
        log.write_text(STEP.format(n=1, loss=9.5))
        document = json.loads(told.until('"appeared"'))
        assert (document["run"], document["state"]) == ("mytest.log#1", "running")
        with log.open("a") as file:
            file.write(STEP.format(n=2, loss=8.5))
        assert json.loads(told.until('"progress"', "8.5"))["changed"] == ["step", "loss"]
        with log.open("a") as file:
            file.write(STEP.format(n=3, loss="nan"))
        assert json.loads(told.until('"finding"', "not-a-number"))["finding"]["line"] == 3
        with log.open("a") as file:
            file.write(FAILED)
        ended = json.loads(told.until('"ended"'))
        assert (ended["state"], ended["was"], ended["error"]["line"]) == ("failed", "running", 4)


@pytest.mark.parametrize(
    ("end", "status", "said"), [(DONE, 0, ""), (FAILED, 1, "1 failed: a.log#1"), ("", 1, "1 unfinished: a.log#1")]
)
def test_the_exit_status_says_whether_to_go_on(tmp_path: Path, end: str, status: int, said: str) -> None:
    """`bedwatch follow . --until-idle && next-step`"""
    old(tmp_path / "a.log", STEP.format(n=1, loss=9.5) + end)
    done = once(str(tmp_path))
    assert done.returncode == status
    assert said in done.stderr and bool(said) == bool(done.stderr)
    assert "a.log#1" in done.stdout


def test_where_no_run_is_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    """The job may not have begun; that is no success."""
    done = once(str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "no run" in done.stderr


def test_it_waits_while_a_run_lives(tmp_path: Path) -> None:
    """And ends after it."""
    log = tmp_path / "a.log"
    log.write_text(STEP.format(n=1, loss=9.5))
    with following(str(tmp_path), "--until-idle") as told:
        told.until("appeared: running")
        assert told.process.poll() is None
        with log.open("a") as file:
            file.write(DONE)
        told.until("finished")
        assert told.process.wait(PATIENCE) == 0


def test_the_samples_tell_what_show_tells(tmp_path: Path) -> None:
    """One line each, nothing else on standard output."""
    for path in sample_runs().rglob("*.log"):
        old(tmp_path / path.relative_to(sample_runs()), path.read_bytes())
    done = once(str(tmp_path), "--format", "ndjson")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert {document["event"] for document in documents} == {"appeared"}
    assert len(documents) == len(list(tmp_path.rglob("*.log")))


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    """Nothing on standard error, the status that shells have for it."""
    (tmp_path / "a.log").write_text(STEP.format(n=1, loss=9.5))
    with following(str(tmp_path)) as told:
        told.until("appeared")
        told.process.send_signal(signal.SIGINT)
        assert told.process.wait(PATIENCE) == 130
        assert told.process.stderr is not None and told.process.stderr.read() == b""


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    """`bedwatch follow . | head -1` does not wait for another event."""
    (tmp_path / "a.log").write_text(STEP.format(n=1, loss=9.5))
    with following(str(tmp_path)) as told:
        told.until("appeared")
        assert told.process.stdout is not None
        told.process.stdout.close()
        assert told.process.wait(PATIENCE) == 141
        assert told.process.stderr is not None and told.process.stderr.read() == b""


def test_a_command_is_run_for_the_end_even_when_following_ends_with_it(tmp_path: Path) -> None:
    """The last event is the one that somebody waits for; its output is no data of ours."""
    log, out = tmp_path / "runs" / "a.log", tmp_path / "told.json"
    log.parent.mkdir()
    log.write_text(STEP.format(n=1, loss=9.5))
    with following(str(log.parent), "--until-idle", "--on-event", f"tee {out}") as told:
        told.until("appeared")
        with log.open("a") as file:
            file.write(DONE)
        assert told.process.wait(PATIENCE) == 0
    assert json.loads(out.read_text())["state"] == "finished"
    assert all("bedwatch-event" not in line for line in told.lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: no such file or directory"), ([".", "--on-event", "nonesuch-program x"], "nonesuch-program: no such program"),
        ([".", "--on-event", "mail 'x"], "--on-event: mail 'x"), ([".", "--ignore", "!"], "--ignore !: not a pattern"),
    ],
)  # fmt: skip
def test_wrong_usage_is_a_sentence_and_status_2(arguments: list[str], said: str) -> None:
    """For the dashboard as well."""
    for command in ("follow", "watch"):
        result = CliRunner().invoke(main, [command, *arguments])
        assert result.exit_code == 2
        assert said in result.stderr and "Traceback" not in result.stderr


def test_what_was_passed_over_is_said_on_request(tmp_path: Path) -> None:
    """On standard error, so that standard output stays data; many of one kind are counted."""
    old(tmp_path / "a.log", STEP.format(n=1, loss=9.5) + DONE)
    old(tmp_path / "old" / "b.log", STEP.format(n=1, loss=9.5))
    for number in range(5):
        old(tmp_path / f"checkpoint_{number}.mdl", "x")
    result = CliRunner().invoke(main, ["show", str(tmp_path), "--no-queue", "--skipped", "--ignore", "/old/", "--format", "json"])
    assert result.exit_code == 0
    assert [run["id"] for run in json.loads(result.stdout)["runs"]] == ["a.log#1"]
    assert result.stderr.splitlines() == [
        f"skipped {tmp_path}/: 5 files: a checkpoint or a model", f"skipped {tmp_path}/old/: ignored by /old/",
    ]  # fmt: skip
