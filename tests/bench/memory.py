"""Memory over a million appended lines, through the real reader and fold: `python -m tests.bench.memory`.

A training log grows in a directory; after each 100,000 lines everything that can be reached from it is counted. Flat
means: never much more than within the first 100,000.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType

from parsers.grammar import Format, Line, Prefix
from tests.runs.simulated import DAWN, cerebras, cerebras_step
from tui.runs.logfile import LogFile

LINES = 1_000_000
FIRST = 100_000
BLOCK = 2_000
"""Lines appended between two looks."""
RESIDENT_MOST = 1.05
"""The process's memory at its most, against that after the first 100,000 lines."""
HELD_MOST = 1.5
"""The same for what the log's objects hold, half a MiB: metrics that are rarely read fill their series later."""
EVERY, CHECKPOINT = 20.0, 500
_SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType, Format, Line, Prefix)


def lines() -> Iterator[str]:
    """A run that steps every 20 s for months, with a checkpoint and an evaluation every 500 steps."""
    at, step = DAWN, 0
    yield cerebras(at, "Effective batch size is 1024.")
    yield cerebras(at, "Beginning appliance run")
    while True:
        at, step = at + EVERY, step + 1
        yield cerebras_step(at, step, loss=10 / (1 + step / 50_000) + (step % 97) / 500)
        if step % CHECKPOINT == 0:
            yield cerebras(at, f"Saving checkpoint at step {step}")
            yield cerebras(at + 30, f"Saved checkpoint model_dir/checkpoint_{step}.mdl")
            for batch in range(1, 11):
                yield cerebras(at + 30 + batch, f"| Eval Device=CSX, GlobalStep={step}, Batch={batch}, Loss=5.94325, "
                               "Rate=1163.27 samples/sec, GlobalRate=1173.27 samples/sec")  # fmt: skip
            yield cerebras(at + 41, f"Avg Eval Loss: {5 + 1 / step}")
            at += 41


def held(thing: object) -> int:
    """Bytes of everything that can be reached from a thing, code and formats aside: those are shared by all logs."""
    gc.collect()
    seen, waiting, size = {id(thing)}, [thing], 0
    while waiting:
        each = waiting.pop()
        size += sys.getsizeof(each)
        for other in gc.get_referents(each):
            if id(other) not in seen and not isinstance(other, _SHARED):
                seen.add(id(other))
                waiting.append(other)
    return size


def resident() -> int:
    """Bytes of the process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    most = parser.parse_args().lines
    source = lines()
    sizes: list[int] = []
    residents: list[int] = []
    peak = 0
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.log"
        path.touch()
        log = LogFile(str(path), "a.log")
        written, spent = 0, 0.0
        while written < most:
            with path.open("a", encoding="utf-8") as file:
                file.writelines(next(source) for _ in range(BLOCK))
            written += BLOCK
            begun = time.perf_counter()
            log.read_all(DAWN + written)
            run = log.runs(DAWN + written)[-1]
            spent += time.perf_counter() - begun
            peak = max(peak, held(log))
            if written % FIRST == 0:
                sizes.append(peak)
                residents.append(resident())
                points = max(len(series) for series in run.series.values())
                say(f"{written:9,} lines  {peak / 1024:6,.0f} KiB held at most  {residents[-1] / 2**20:5.1f} MiB resident  "
                    f"{points:5,} points at most  {len(run.phases):3} phases  {spent / written * 1e6:4.0f} µs a line")  # fmt: skip
                peak = 0
    in_process, in_log = max(residents) / residents[0], max(sizes) / sizes[0]
    say(f"against the first {FIRST:,} lines: resident {in_process:.3f} (at most {RESIDENT_MOST}), held {in_log:.3f} (at most {HELD_MOST})")
    sys.exit(in_process > RESIDENT_MOST or in_log > HELD_MOST)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
