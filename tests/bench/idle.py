"""What a thousand idle runs cost: `python -m tests.bench.idle [--seconds 60] [--runs 1000]`.

Logs of ended and of silent runs, each in a directory of its own, are followed by a feed alone: by inotify, by polling at
its own pace, and by polling everything every 2 s. Printed is the share of a core that the process took once all was read,
and beside it what one loop over the same files with `os.stat` costs at that pace, measured in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from tui.feed.filesystems import Method
from tui.feed.poll import Pace
from tui.feed.replay import sample_runs
from tui.feed.watch import Feed

RUNS, SECONDS = 1000, 60.0
INOTIFY_MOST, POLLING_MOST = 0.01, 0.03
"""Shares of a core."""
LONG_AGO = 3 * 86400


def logs(root: Path, runs: int) -> None:
    """That many copies of the sample logs, written long ago."""
    samples = sorted(path for path in sample_runs().rglob("*.log"))
    for number in range(runs):
        sample = samples[number % len(samples)]
        path = root / f"run{number:04}" / sample.name
        path.parent.mkdir()
        path.write_bytes(sample.read_bytes())
        os.utime(path, (time.time() - LONG_AGO,) * 2)


def stat_share(root: Path, every: float) -> float:
    """The share of a core that asking about every log would take at that pace."""
    paths = [str(path) for path in root.rglob("*.log")]
    before = time.process_time()
    for _ in range(20):
        for path in paths:
            os.stat(path)
    return (time.process_time() - before) / 20 / every


async def share(root: Path, runs: int, seconds: float, method: Method, pace: Pace) -> float:
    """The share of a core that a feed takes while nothing happens."""
    feed = Feed([str(root)], method=method, pace=pace)
    seen: set[str] = set()

    async def read() -> None:
        async for batch in feed.updates():
            seen.update(update.path for update in batch)

    reading = asyncio.create_task(read())
    while len(seen) < runs or not feed.caught_up:
        await asyncio.sleep(0.1)
    await asyncio.sleep(5)  # the first look around
    wall, spent = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    taken = (time.process_time() - spent) / (time.monotonic() - wall)
    feed.close()
    await reading
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    bad = False
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        logs(root, options.runs)
        asked = stat_share(root, 2.0)
        print(f"os.stat of {options.runs:,} logs every 2 s: {asked:.3%} of a core", flush=True)  # noqa: T201
        ways: list[tuple[str, Method, Pace, float]] = [
            ("inotify", "inotify", Pace(), INOTIFY_MOST),
            ("polling at its own pace", "poll", Pace(), POLLING_MOST),
            ("polling everything every 2 s", "poll", Pace(2.0, 2.0), POLLING_MOST),
        ]
        for name, method, pace, most in ways:
            taken = asyncio.run(share(root, options.runs, options.seconds, method, pace))
            bad |= taken > most
            print(f"{name}: {taken:.3%} of a core (at most {most:.0%}; {taken / asked:.1f} times the bare stats)", flush=True)  # noqa: T201
    sys.exit(bad)


if __name__ == "__main__":
    main()
