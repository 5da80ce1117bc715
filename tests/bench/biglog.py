"""A log of many gigabytes on the log screen: `python -m tests.bench.biglog [--gigabytes 10] [--directory DIR]`.

The log is written first (less of it where the disk has no room) and removed at the end. Then the program is opened on it in
a pseudo-terminal: how soon its end is seen, until its lines are counted, how long a jump to the first line and a key in the
meantime take, when a search that finds nothing can be left, and memory. Beside it what `wc -l` takes, in the same run.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.start import LINE
from tests.bench.terminal import BEDWATCH, Pty, say

GIGABYTES = 10.0
FREE_LEAST = 10 << 30
"""Bytes of the disk that are left alone."""
FIRST_MOST = 1.0
"""Seconds from the key to the end of the log on the screen."""
KEY_MOST = 0.05
"""Seconds from a key to its frame while lines are counted."""
COUNT_MOST = 8.0
"""Until all lines are counted, against `wc -l` of a file that is in memory: it counts as fast as memory is read."""
GROWTH_MOST = 100 << 20
"""Bytes of memory more than before the log was opened."""
PATIENCE = 600.0


def long_log(path: Path, gigabytes: float) -> None:
    """Write a log of that length, of steps of one training."""
    block = "".join(LINE.format(number) for number in range(100_000)).encode()
    size = int(gigabytes * 2**30)
    with path.open("wb", buffering=0) as file:
        while file.tell() < size:
            file.write(block)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=GIGABYTES)
    parser.add_argument("--directory", help="Where the log is written meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        free = shutil.disk_usage(directory).free - FREE_LEAST
        gigabytes = min(options.gigabytes, free / 2**30)
        if gigabytes < 0.1:
            sys.exit("no room on the disk: name another with --directory")
        log = Path(directory) / "train.log"
        long_log(log, gigabytes)
        begun = time.perf_counter()
        lines = int(subprocess.run(["wc", "-l", str(log)], check=True, capture_output=True).stdout.split()[0])
        bare = time.perf_counter() - begun
        with Pty([BEDWATCH, "--no-cache", "--no-queue", directory]) as terminal:
            begun = time.perf_counter()
            opened = terminal.until("1 run in") - begun
            terminal.read(1)
            before = terminal.resident()
            begun = terminal.press("l")
            first = terminal.until("counting lines") - begun
            keys = []
            for _ in range(10):
                terminal.read(0.13)
                pressed = terminal.press("f")
                keys.append(terminal.until("line 1 of" if not keys else "counting lines", patience=5) - pressed)
            counted = terminal.until(f"of {lines:,} · follow", patience=PATIENCE) - begun
            pressed = terminal.press("g")
            top = terminal.until("line 1 of", patience=5) - pressed
            terminal.press("/")
            terminal.read(0.3)
            terminal.press("nowhere to be found\r")
            terminal.until("searching")
            terminal.read(0.3)
            pressed = terminal.press("\x1b")
            left = terminal.until("Graphcore") - pressed
            grown = terminal.resident() - before
    say(f"a log of {gigabytes:.1f} GB: its newest state after {opened:.2f} s; on the log screen its end after {first:.2f} s (at most {FIRST_MOST})")
    say(f"counted after {counted:.1f} s, {counted / bare:.1f} times `wc -l` ({bare:.1f} s; at most {COUNT_MOST}); keys meanwhile: "
        f"slowest {max(keys) * 1000:.0f} ms of {len(keys)} (at most {KEY_MOST * 1000:.0f})")  # fmt: skip
    say(f"to the first line {top * 1000:.0f} ms, out of a search {left * 1000:.0f} ms, memory {grown / 2**20:+.0f} MiB (at most {GROWTH_MOST >> 20})")
    sys.exit(first > FIRST_MOST or max(keys) > KEY_MOST or counted > COUNT_MOST * bare or grown > GROWTH_MOST)


if __name__ == "__main__":
    main()
