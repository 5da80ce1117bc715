"""The demo's writes: all bytes, in order, spaced as the time stamps are."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tui.feed.replay import TOUR_SECONDS, default_speed, play, sample_runs, schedule


def test_all_bytes_of_every_sample_are_written_in_order(tmp_path: Path) -> None:
    """Replayed without a pause, each log is its sample."""
    source = sample_runs()
    play(schedule(source), tmp_path, None)
    names = json.loads((source / "pacing.json").read_text(encoding="utf-8"))
    assert names
    for name in names:
        assert (tmp_path / name).read_bytes() == (source / name).read_bytes()


def test_lines_come_spaced_as_their_time_stamps(tmp_path: Path) -> None:
    """Those without a stamp are spread evenly between their neighbours."""
    log = "2024-04-07 06:00:00,000 a\nx\ny\n2024-04-07 06:00:30,000 b\n2024-04-07 06:01:00,000 c\n"
    (tmp_path / "a.log").write_text(log, encoding="utf-8")
    (tmp_path / "pacing.json").write_text('{"a.log": {"start": 5, "seconds": 60}}', encoding="utf-8")
    assert [write.at for write in schedule(tmp_path)] == [5, 15, 25, 35, 65]


def test_the_tour_takes_two_minutes_by_default() -> None:
    """Whatever the logs' own durations."""
    writes = schedule(sample_runs())
    assert writes[-1].at / default_speed(writes) <= TOUR_SECONDS + 1


def test_writes_stop_when_nobody_watches(tmp_path: Path) -> None:
    """The dashboard is gone: so is the writer."""
    (tmp_path / "a.log").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "pacing.json").write_text('{"a.log": {"start": 1000, "seconds": 60}}', encoding="utf-8")
    target = tmp_path / "target"
    play(schedule(tmp_path), target, 1.0, lambda: False)
    assert not target.exists()


def test_the_writer_removes_what_it_wrote_when_the_dashboard_is_gone(tmp_path: Path) -> None:
    """However that ended: here its parent just exits."""
    target = tmp_path / "demo"
    target.mkdir()
    command = [sys.executable, "-m", "tui.feed.replay", str(target), "PARENT", "--speed", "1000"]
    starter = f"import os, subprocess; subprocess.Popen([str(os.getpid()) if w == 'PARENT' else w for w in {command!r}])"
    subprocess.run([sys.executable, "-c", starter], check=True, timeout=30, cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 20
    while target.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not target.exists()
