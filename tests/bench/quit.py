"""From `q` to the end of the process: `python -m tests.bench.quit [--goes 3] [--gigabytes 1]`.

The program runs in a pseudo-terminal, at rest and busy with each thing that takes long: 200 jobs that write ten lines a
second beside 800 logs at rest, a large directory read for the first time, the lines of a long log being counted, and that
log being searched. Beside it, in the same run, how long the least app that Textual allows takes. Of several goes the
slowest is told as well, but the median counts: other people may use the machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.biglog import long_log
from tests.bench.idle import logs
from tests.bench.keypress import growing, live_logs
from tests.bench.terminal import BEDWATCH, EMPTY, Pty, say

MOST = 0.2
"""Seconds."""
RESTORED = b"\x1b[?1049l\x1b[?25h"
"""What leaves the alternate screen and shows the cursor again."""
FILES = 20_000


def left(terminal: Pty) -> float:
    """Seconds that leaving took. Raises AssertionError where the terminal is not as it was before."""
    begun = terminal.press("q")
    taken = terminal.ended() - begun
    assert RESTORED in terminal.output, terminal.output
    return taken


def watching(directory: str) -> Pty:
    return Pty([BEDWATCH, "--no-queue", directory], XDG_CACHE_HOME=f"{directory}-cache")


def at_rest(directory: str) -> float:
    with watching(directory) as terminal:
        terminal.until("runs in")
        terminal.read(2)
        return left(terminal)


def cold(directory: str) -> float:
    """While the directory is read for the first time."""
    with Pty([BEDWATCH, "--no-queue", "--no-cache", directory]) as terminal:
        terminal.until("?1049h")
        terminal.read(1.5)
        return left(terminal)


def counting(directory: str) -> float:
    with watching(directory) as terminal:
        terminal.until("train")
        terminal.press("l")
        terminal.until("counting lines")
        return left(terminal)


def searching(directory: str) -> float:
    with watching(directory) as terminal:
        terminal.until("train")
        terminal.press("l")
        terminal.until("follow")
        terminal.read(1)
        terminal.press("/")
        terminal.read(0.3)
        terminal.press("nowhere to be found\r")
        terminal.until("searching")
        terminal.read(0.2)
        return left(terminal)


def least(directory: str) -> float:
    with Pty([sys.executable, "-c", EMPTY]) as terminal:
        terminal.until("pressed 0 times")
        terminal.read(1)
        return left(terminal)


@contextmanager
def loads(gigabytes: float) -> Iterator[list[tuple[str, Callable[[str], float], str]]]:
    """What is done while it is left, by whom, and where."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for name in ("few", "fleet/a", "fleet/b", "many", "long"):
            (root / name).mkdir(parents=True)
        logs(root / "few", 10)
        live_logs(root / "fleet/a/x", 200)
        logs(root / "fleet/b", 800)
        logs(root / "many", FILES)
        long_log(root / "long/train.log", gigabytes)
        with growing(root / "fleet/a/x", 200, 10):
            yield [
                ("ten runs at rest", at_rest, f"{root}/few"),
                ("1,000 runs, 200 of which live", at_rest, f"{root}/fleet"),
                (f"{FILES:,} files read for the first time", cold, f"{root}/many"),
                (f"lines of {gigabytes:g} GB counted", counting, f"{root}/long"),
                (f"{gigabytes:g} GB searched", searching, f"{root}/long"),
            ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goes", type=int, default=3)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    options = parser.parse_args()
    bad = False
    bare = median(least("") for _ in range(options.goes))
    say(f"the least app: {bare * 1000:.0f} ms")
    with loads(options.gigabytes) as all_loads:
        for name, leave, where in all_loads:
            taken = [leave(where) for _ in range(options.goes)]
            bad |= median(taken) > MOST
            say(f"{name}: {median(taken) * 1000:.0f} ms (at most {MOST * 1000:.0f}), slowest {max(taken) * 1000:.0f} ms; "
                f"{median(taken) / bare:.2f} times the least app")  # fmt: skip
    sys.exit(bad)


if __name__ == "__main__":
    main()
