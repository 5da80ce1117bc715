"""Logs of dense metric lines, as many as one likes, of which is known what they hold: each value follows from a seed.

Each log is a training on a Cerebras system: its head, four figures a line with a line of other words now and then, and an
end. No two begin with the same bytes, since lnav takes files that do for one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

EPOCH = datetime(2024, 4, 7, 6, 11, 5)
OTHER_EVERY = 100
"""Steps between two lines that are no metrics."""
QUIET = 3600.0
"""Seconds since a log was written to, so that it may be kept."""
_BLOCK = 10_000

HEAD = (
    "Effective batch size is {batch}.",
    "Checkpoint autoloading is enabled. Looking for latest checkpoint in \"model_dir\" directory.",
    "Compiling the model. This may take a few minutes.",
    "Beginning appliance run",
)  # fmt: skip
OTHER = (
    "Worker {number} reports {free} GB of memory free",
    "Input pipeline: {number} shards open, prefetch depth {free}",
    "Heartbeat from host wsn{number:03}, queue of {free}",
)
END = ("Training completed successfully!", "Processed {samples} sample(s) in {seconds:.3f} seconds.")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a log holds."""

    rows: int
    step: int
    loss: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one log, from its seed: a linear congruence, so that any step's can be had at once."""

    seed: int

    def noise(self, step: int) -> int:
        """A number below 2^16 that looks drawn by chance."""
        return ((self.seed * 7919 + step) * 1103515245 + 12345 >> 8) & 0xFFFF

    def loss(self, step: int) -> str:
        """The loss at a step, as printed: it falls, with noise."""
        return f"{1.5 + 7.0 / (1 + step / 4000) + self.noise(step) / 200_000:.5f}"


def _lines(seed: int, lines: int) -> Iterator[str]:
    """Exactly so many lines, at least as many as there are in a head and an end."""
    figures, batch = Figures(seed), 256 * (1 + seed % 8)
    at = EPOCH + timedelta(seconds=seed)

    def line(words: str, now: datetime) -> str:
        return f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03} INFO:   {words}\n"

    for words in HEAD:
        yield line(words.format(batch=batch), at)
    steps = 0
    between = lines - len(HEAD) - len(END)
    second, stamp = -1, ""
    for number in range(1, between + 1):
        late = number * 137 + figures.noise(number) % 100
        if late // 1000 != second:
            second = late // 1000
            stamp = f"{at + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}"
        if number % OTHER_EVERY == OTHER_EVERY // 2:
            words = OTHER[number // OTHER_EVERY % len(OTHER)].format(number=number % 97, free=figures.noise(number) % 512)
        else:
            steps += 1
            rate = 800 + figures.noise(steps) / 1000
            words = f"| Train Device=CSX, Step={steps}, Loss={figures.loss(steps)}, Rate={rate:.2f} samples/sec, GlobalRate={rate - 0.11:.2f} samples/sec"
        yield f"{stamp},{late % 1000:03} INFO:   {words}\n"
    last = at + timedelta(seconds=between * 0.137 + 1)
    for words in END:
        yield line(words.format(samples=steps * batch, seconds=between * 0.137), last)


def steps_of(lines: int) -> int:
    """The metric lines among so many."""
    between = lines - len(HEAD) - len(END)
    return between - (between + OTHER_EVERY // 2) // OTHER_EVERY


def write_logs(root: Path, logs: int, lines: int) -> dict[str, Truth]:
    """Write so many logs of so many lines below `root`, and what each holds by its name."""
    truth: dict[str, Truth] = {}
    before = time.time() - QUIET
    for number in range(logs):
        path = root / f"job{number:04}.log"
        with path.open("w", encoding="ascii") as file:
            block: list[str] = []
            for text in _lines(number + 1, lines):
                block.append(text)
                if len(block) == _BLOCK:
                    file.writelines(block)
                    block.clear()
            file.writelines(block)
        os.utime(path, (before, before))
        last = steps_of(lines)
        truth[path.name] = Truth(last, last, float(Figures(number + 1).loss(last)))
    return truth
