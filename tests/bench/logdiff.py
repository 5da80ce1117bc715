"""What holding two logs of 100,000 lines against each other costs: `python -m tests.bench.logdiff`.

Against reading the same two logs as runs, measured beside it; and two logs that no line holds in place, against those.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tui.runs.logdiff import align
from tui.runs.workspace import Workspace
from tui.screens.logdiff import read_pair

LINES = 100_000
DIFF_MOST = 1.0
"""Masking and aligning both logs, against reading their runs."""
UNALIGNED_MOST = 0.5
"""Giving up on logs that have no line to hold them in place, against aligning those that have."""


def training(seed: int) -> str:
    """A Cerebras training that prints every step, with a warning now and then."""
    chance = random.Random(seed)
    lines = []
    for step in range(1, LINES + 1):
        at = f"2024-04-07 {step // 3600 % 24:02}:{step // 60 % 60:02}:{step % 60:02},{chance.randrange(1000):03} INFO:   "
        loss, rate = 9 - step / 20_000 + chance.random() / 10, 4800 + 100 * chance.random()
        lines.append(f"{at}| Train Device=CSX, Step={step}, Loss={loss:.5f}, Rate={rate:.2f} samples/sec, GlobalRate={rate:.2f} samples/sec")
        if chance.random() < 0.01:
            lines.append(f"{at}warning: retrying the connection to worker-{chance.randrange(90)}")
    return "\n".join([*lines, ""])


def seconds(work: Callable[[], object]) -> float:
    """The processor's time, the least of two goes."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        files = [str(Path(directory, f"{name}.log")) for name in "ab"]
        for seed, file in enumerate(files):
            Path(file).write_text(training(seed))

        def read() -> Workspace:
            workspace = Workspace([directory])
            workspace.read()
            return workspace

        one, other = read().runs(2e9)
        reading, difference = seconds(read), seconds(lambda: read_pair((one, other), files))
    chance = random.Random(1)
    words = [[chance.choice(("alpha", "beta", "gamma", "delta")) for _ in range(LINES)] for _ in range(2)]
    unaligned = seconds(lambda: align(*words))
    sys.stdout.write(
        f"read as runs {reading:.2f} s, log against log {difference:.2f} s: {difference / reading:.2f} of at most {DIFF_MOST}\n"
        f"given up {unaligned:.2f} s: {unaligned / difference:.2f} of at most {UNALIGNED_MOST}\n"
    )
    sys.exit(difference > DIFF_MOST * reading or unaligned > UNALIGNED_MOST * difference)


if __name__ == "__main__":
    main()
