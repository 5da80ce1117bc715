"""What a thousand logs cost a first opening of the screen: `python -m tests.bench.opening [--runs 1000] [--lines 1000]`.

The program runs in a pseudo-terminal over logs of ended runs, with a cache that is empty. Printed is the CPU that it took
until the table was there, until it had said for the last time how a run stands, which is when all is read, and the share of
a core that it takes afterwards, once what was read is kept.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.metriclogs import steps_of, write_logs
from tests.bench.terminal import BEDWATCH, Pty, say

RUNS, LINES = 1000, 1000
FIRST_MOST = 2.0
"""Seconds of CPU until all runs are there with their last values."""
READ_MOST = 8.0
"""Seconds of CPU until everything is read."""
IDLE_MOST = 0.005
"""Share of a core at rest."""
STILL = 3.0
"""Seconds in which nothing but the status line changes once all is read: every log is a batch's until then."""
KEPT = 15.0
"""Seconds after which what was read is kept."""
WATCHED = 40.0
"""Seconds of rest that are measured."""
_ROW = re.compile(r"job\d{4}")


def all_there(terminal: Pty, runs: int, step: int, patience: float = 120.0) -> tuple[float, float]:
    """Seconds of CPU until that many runs were counted, and until the last batch with the last step of a log was drawn."""
    counted = read = 0.0
    output, quiet, until = "", time.perf_counter() + STILL, time.perf_counter() + patience
    while time.perf_counter() < min(until, quiet) or not read:
        part = terminal.read(0.1).decode(errors="replace")
        output = output[-4000:] + part
        spent = terminal.seconds_of_cpu()
        if not counted and f"{runs} runs in" in output:
            counted = spent
        if counted and (_ROW.search(part) or f"step {step}" in part):
            read, quiet = spent, time.perf_counter() + STILL
        if time.perf_counter() > until:
            raise AssertionError(f"after {patience:g} s of the clock not all of {runs} runs were there")
    return counted, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--lines", type=int, default=LINES)
    options = parser.parse_args()
    missed = False

    def hold(what: str, value: float, most: float, form: str) -> None:
        nonlocal missed
        missed |= value > most
        say(f"{what}: {value:{form}} (at most {most:{form}}){'' if value <= most else '  MISSED'}")

    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "logs"
        root.mkdir()
        write_logs(root, options.runs, options.lines)
        with Pty([BEDWATCH, "--no-queue", str(root)], XDG_CACHE_HOME=f"{directory}/cache") as terminal:
            counted, read = all_there(terminal, options.runs, steps_of(options.lines))
            hold("all runs are there, seconds of CPU", counted, FIRST_MOST, ".2f")
            hold("all is read, seconds of CPU", read, READ_MOST, ".2f")
            terminal.read(KEPT)
            before, begun = terminal.seconds_of_cpu(), time.perf_counter()
            terminal.read(WATCHED)
            hold("at rest", (terminal.seconds_of_cpu() - before) / (time.perf_counter() - begun), IDLE_MOST, ".2%")
            say(f"memory {terminal.resident() / 2**20:,.0f} MiB")
    sys.exit(missed)


if __name__ == "__main__":
    main()
