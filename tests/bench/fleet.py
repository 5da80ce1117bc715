"""Two hundred jobs that write ten lines a second each: `python -m tests.bench.fleet [--jobs 200] [--rate 10] [--seconds 30]`.

Another process appends whole lines to as many logs, each line with the time at which it was written; here a feed follows
them by inotify. Printed is how long a line took from its write to the run that holds it, whether every line came exactly
once, and the share of a core; beside it the same for file events alone, without a log being opened, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from watchfiles import awatch

from tui.feed.listen import DEBOUNCE_MS, STEP_MS
from tui.feed.watch import Feed
from tui.runs.run import Run

JOBS, RATE, SECONDS = 200, 10.0, 30.0
P95_MOST = 0.1
"""Seconds from write to model."""
PATIENCE = 30.0
HEAD = "2024-04-07 06:11:00,000 INFO:   Effective batch size is 1024.\n"


def write(root: Path, jobs: int, rate: float, seconds: float) -> None:
    """The writing side: each log gets a line every 1/rate s, evenly spread over the logs."""
    logs = [os.open(path, os.O_WRONLY | os.O_APPEND) for path in sorted(root.glob("*/*.log"))]
    begun = time.monotonic()
    for number in range(int(seconds * rate)):
        for job, log in enumerate(logs):
            due = begun + (number + job / jobs) / rate
            if (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
            line = f"{stamp} INFO:   | Train Device=CSX, Step={number + 1}, Loss={9 - number / 1e4:.5f}, Rate=1163.27 samples/sec, GlobalRate=1173.27 samples/sec\n"
            os.write(log, line.encode())


class Count:
    """What came of each log, and how late."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.lines: dict[str, int] = {}
        self.last: dict[str, float | None] = {}

    def take(self, path: str, run: Run) -> None:
        now, series = time.time(), run.series.get("loss")
        if series is None:
            return
        new = series.count - self.lines.get(path, 0)
        self.lines[path] = series.count
        self.last[path] = run.progress["step"].done
        self.late += [now - second for second in series.columns.seconds[-new:]] if new else []


async def followed(root: Path, count: Count, lines: int) -> None:
    feed = Feed([str(root)], method="inotify")

    async def read() -> None:
        async for batch in feed.updates():
            for update in batch:
                for run in update.runs:
                    count.take(update.path, run)

    reading = asyncio.create_task(read())
    until = time.monotonic() + PATIENCE + lines
    while time.monotonic() < until and (not count.lines or min(count.lines.values()) < lines or len(count.lines) < JOBS):
        await asyncio.sleep(0.1)
    feed.close()
    await reading


async def heard(root: Path, count: Count, seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    directories = [str(path) for path in root.iterdir()]
    async for changes in awatch(*directories, recursive=False, watch_filter=None, debounce=DEBOUNCE_MS, step=STEP_MS, stop_event=stop):
        now = time.time()
        count.late += [now - os.stat(path).st_mtime for _, path in changes]


def measured(jobs: int, rate: float, seconds: float, watch: Callable[[Path, Count], Awaitable[None]]) -> tuple[Count, float]:
    """What `watch` counts while the writer writes, and the share of a core it takes."""
    count = Count()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for job in range(jobs):
            (root / f"job{job:03}").mkdir()
            (root / f"job{job:03}" / "train.log").write_text(HEAD)
        command = [sys.executable, "-m", "tests.bench.fleet", "--write", directory, "--jobs", str(jobs), "--rate", str(rate), "--seconds", str(seconds)]
        begun, spent = time.monotonic(), time.process_time()
        with subprocess.Popen(command) as writer:
            asyncio.run(watch(root, count))  # type: ignore[arg-type]
            writer.wait()
        return count, (time.process_time() - spent) / (time.monotonic() - begun)


def percentile(late: list[float], share: float) -> float:
    return sorted(late)[min(len(late) - 1, int(len(late) * share))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    jobs, rate, seconds = options.jobs, options.rate, options.seconds
    if options.write:
        write(options.write, jobs, rate, seconds)
        return
    bare, bare_share = measured(jobs, rate, 5.0, lambda root, count: heard(root, count, 5.0))
    lines = int(seconds * rate)
    count, share = measured(jobs, rate, seconds, lambda root, count: followed(root, count, lines))
    p50, p95, worst = percentile(count.late, 0.5), percentile(count.late, 0.95), max(count.late)
    event = percentile(bare.late, 0.95)
    came, expected = sum(count.lines.values()), jobs * lines
    whole = came == expected and all(last == lines for last in count.last.values())
    print(f"{jobs} jobs, {rate:g} lines/s each, {seconds:g} s: {came:,} of {expected:,} lines came, each once: {whole}")  # noqa: T201
    print(f"write to model: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms (at most {P95_MOST * 1000:.0f}), worst {worst * 1000:.0f} ms; "  # noqa: T201
          f"{share:.0%} of a core")  # fmt: skip
    print(f"file events alone: p95 {event * 1000:.0f} ms, {bare_share:.0%} of a core; following takes {p95 / event:.1f} times as long")  # noqa: T201
    sys.exit(not whole or p95 > P95_MOST)


if __name__ == "__main__":
    main()
