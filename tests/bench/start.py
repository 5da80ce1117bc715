"""How soon something is there: `python -m tests.bench.start [--megabytes 100] [--runs 1000]`.

A long log of dense metric lines: until its newest state is known, against the time to count its lines, and what its
history takes afterwards. Then a directory of many runs: a first start, and a second one that finds what the first kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.bench.idle import logs
from tui.feed.watch import Feed
from tui.runs.cache import Cache
from tui.runs.workspace import Workspace

MEGABYTES, RUNS = 100, 1000
NEWEST_MOST = 1.0
"""Seconds until the newest state of a log of any length."""
SECOND_MOST = 0.2
"""A second start, against the first."""
LINE = "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step={}, Loss=7.07812, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec\n"


def long_log(path: Path, megabytes: int) -> int:
    """Write a log of that length; how many steps it has."""
    steps = 0
    with path.open("w") as file:
        while file.tell() < megabytes << 20:
            file.writelines(LINE.format(steps + number) for number in range(1, 1001))
            steps += 1000
    return steps


async def newest(root: Path, steps: int) -> tuple[float, bool]:
    """Seconds until a feed gives the last step, and whether it was marked as partial."""
    feed = Feed([str(root)])
    begun = time.perf_counter()
    try:
        async for batch in feed.updates():
            for run in (run for update in batch for run in update.runs):
                if (amount := run.progress.get("step")) is not None and amount.done == steps:
                    return time.perf_counter() - begun, not run.complete
    finally:
        feed.close()
    return float("inf"), False


def counted(path: Path) -> float:
    """Seconds to count the lines."""
    begun = time.perf_counter()
    with path.open("rb", buffering=0) as file:
        while data := file.read(1 << 20):
            data.count(b"\n")
    return time.perf_counter() - begun


def started(root: Path, directory: str) -> float:
    """Seconds to all runs of a directory, with what is kept of them; what was read is kept."""
    begun = time.perf_counter()
    with closing(Workspace([str(root)], cache=Cache(directory, [str(root)]))) as workspace:
        workspace.read()
        workspace.runs(time.time())
        taken = time.perf_counter() - begun
        for _ in workspace.keep(time.time()):
            pass
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "long"
        root.mkdir()
        steps = long_log(root / "train.log", options.megabytes)
        lines = counted(root / "train.log")
        seconds, marked = asyncio.run(newest(root, steps))
        begun = time.perf_counter()
        Workspace([str(root)]).read()
        whole = time.perf_counter() - begun
        print(f"a log of {os.stat(root / 'train.log').st_size / 1e6:,.0f} MB: newest state after {seconds:.2f} s (at most {NEWEST_MOST}), "  # noqa: T201
              f"marked as partial: {marked}; counting its lines takes {lines:.2f} s, reading them {whole:.1f} s")  # fmt: skip
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "runs"
        root.mkdir()
        logs(root, options.runs)
        first, second = (started(root, f"{directory}/cache") for _ in range(2))
        print(f"{options.runs:,} runs: first start {first:.2f} s, second {second:.2f} s: {second / first:.2f} of it (at most {SECOND_MOST})")  # noqa: T201
    sys.exit(seconds > NEWEST_MOST or not marked or second > SECOND_MOST * first)


if __name__ == "__main__":
    main()
