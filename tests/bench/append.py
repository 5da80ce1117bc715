"""From a line's write to the screen: `python -m tests.bench.append [--logs 50] [--lines 40]`.

Logs that nobody writes to, in the dashboard in a pseudo-terminal; now and then one of them gets a line, and it is waited
for its loss on the screen. Beside it how long the kernel's event alone takes to arrive, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from watchfiles import awatch

from tests.bench.terminal import Pty, percentile, say
from tui.feed.listen import DEBOUNCE_MS, STEP_MS

LOGS, LINES = 50, 40
MEDIAN_MOST = 0.15
"""Seconds from the write to the screen."""
REST = 1.2, 2.0
"""Seconds between two lines: so long, at random, that the screen is at rest at each."""
HEAD = "2024-04-07 06:11:00,000 INFO:   Effective batch size is 1024.\n"
LINE = "2024-04-07 06:{:02}:{:02},000 INFO:   | Train Device=CSX, Step={}, Loss={}, Rate=1163.27 samples/sec, GlobalRate=1173.27 samples/sec\n"


def append(log: Path, number: int, loss: str) -> float:
    """Write a line at the log's end; when."""
    with log.open("a") as file:
        file.write(LINE.format(12 + number // 60, number % 60, number, loss))
    return time.perf_counter()


def shown(logs: int, lines: int) -> list[float]:
    """Seconds from each write to the loss on the screen. Two losses alternate that have no digit in common, so that the
    whole figure is drawn."""
    late: list[float] = []
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as directory:
        for number in range(logs):
            (Path(directory) / f"job{number:02}.log").write_text(HEAD + LINE.format(11, 30, 1, "7.77777"))
        log = Path(directory) / "job00.log"
        with Pty([sys.executable, "-m", "tui", "--no-cache", "--no-queue", directory]) as terminal:
            terminal.until(f"{logs} runs")
            terminal.read(2)
            for number in range(2, lines + 2):
                loss = ("3.33333", "5.55555")[number % 2]
                terminal.read(chance.uniform(*REST))
                written = append(log, number, loss)
                late.append(terminal.until(loss) - written)
    return late


async def heard(lines: int) -> list[float]:
    """Seconds from each write to the kernel's event."""
    late: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "job.log"
        log.write_text(HEAD)
        written = 0.0

        async def write() -> None:
            nonlocal written
            for number in range(lines):
                await asyncio.sleep(0.3)
                written = append(log, number, "3.33333")
            await asyncio.sleep(0.3)
            stop.set()

        stop = asyncio.Event()
        writing = asyncio.create_task(write())
        async for _ in awatch(directory, recursive=False, watch_filter=None, debounce=DEBOUNCE_MS, step=STEP_MS, stop_event=stop):
            late.append(time.perf_counter() - written)
        await writing
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=LOGS)
    parser.add_argument("--lines", type=int, default=LINES)
    options = parser.parse_args()
    event = percentile(asyncio.run(heard(options.lines)), 0.5)
    late = shown(options.logs, options.lines)
    median = percentile(late, 0.5)
    say(f"{options.logs} logs at rest, a line now and then: on the screen after {median * 1000:.0f} ms at the median (at most "
        f"{MEDIAN_MOST * 1000:.0f}), p95 {percentile(late, 0.95) * 1000:.0f} ms, worst {max(late) * 1000:.0f} ms")  # fmt: skip
    say(f"the kernel's event alone: {event * 1000:.0f} ms at the median; the screen takes {median / event:.1f} times as long")
    sys.exit(median > MEDIAN_MOST)


if __name__ == "__main__":
    main()
