"""What a screen at rest writes to its terminal: `python -m tests.bench.redraw [--seconds 20]`.

The program runs in a pseudo-terminal over ten runs that ended long ago, and over ten that were written to just now, whose
ages tick. Counted are bytes and the rows that they go to; beside them, in the same run, the bytes of one whole screen.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from tests.bench.idle import logs
from tests.bench.terminal import BEDWATCH, Pty, say

_TO = re.compile(rb"\x1b\[(\d+);\d+H")


def drawn(young: bool, seconds: float) -> tuple[int, int, list[int]]:
    """Bytes of the first screen, bytes afterwards, and the rows that were drawn, counted from 1."""
    with tempfile.TemporaryDirectory() as directory:
        logs(Path(directory), 10)
        for log in Path(directory).glob("*/*.log") if young else ():
            log.touch()
        with Pty([BEDWATCH, "--no-cache", "--no-queue", directory]) as terminal:
            terminal.until("10 runs in")
            whole = len(terminal.output)
            terminal.read(8)  # what was read just now, the share of a core
            data = terminal.read(seconds)
    return whole, len(data), [int(row) for row in _TO.findall(data) if int(row) > 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    whole, at_rest, rows = drawn(False, seconds)
    say(f"ten runs of long ago, {seconds:g} s: {at_rest:,} bytes in {len(rows)} rows (at most 2: a minute passes, or a share of "
        f"a core), {at_rest / whole:.2f} of one screen")  # fmt: skip
    _, ticking, ticked = drawn(True, seconds)
    table = [row for row in ticked if 3 <= row <= 12]
    say(f"ten runs of just now: {ticking:,} bytes in {len(ticked)} rows, {len(table)} of them of the table, {ticking / whole / seconds:.3f} of a screen a second")
    sys.exit(len(rows) > 2)


if __name__ == "__main__":
    main()
