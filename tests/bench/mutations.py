"""A million damaged lines, read: `python -m tests.bench.mutations [--lines 1000000] [DIR ...]`.

No log may raise, no figure may come out that does not stand in the line that it names, and how a log is cut into chunks may not
matter. The first failures are printed with as few lines before them as still show them.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from tests.bench.terminal import say
from tests.mutated import mutated, shrunk, wrongs
from tui.feed.replay import sample_runs

LINES = 1_000_000
LOG_MOST = 60_000
"""Bytes of a log that are taken: its beginning and its end."""
SHOWN = 12
_OF_A_KIND = 2
_NO_LOGS = (".json", ".md", ".csv", ".py", ".toml")


def logs(directories: list[Path]) -> list[tuple[str, bytes]]:
    """Every text file below these directories, its long middle left out."""
    found = []
    for directory in directories:
        for path in sorted(directory.rglob("*")):
            if path.is_file() and path.suffix not in _NO_LOGS:
                data = path.read_bytes()
                if b"\0" not in data[:4096]:
                    half = LOG_MOST // 2
                    found.append((path.as_posix(), data if len(data) <= LOG_MOST else data[:half] + data[-half:]))
    return found


def one(path: str, log: bytes, seed: int) -> tuple[int, list[tuple[str, str, str]]]:
    """Lines damaged in one log, and what was wrong: a few, each with its line and the lines that it takes."""
    chance = random.Random(seed)
    damaged, count = mutated(log, chance)
    found: list[tuple[str, str, str]] = []
    seen: Counter[str] = Counter()
    for wrong in wrongs(damaged, path, chance):
        kind = wrong.why.split(" = ")[0]
        seen[kind] += 1
        if seen[kind] <= _OF_A_KIND:
            least = shrunk(wrong, path) if seen[kind] == 1 else wrong
            before = b"\n".join(least.log.split(b"\n")[: least.line - 1]).decode("utf-8", "backslashreplace")
            found.append((wrong.why, wrong.text, before if seen[kind] == 1 else ""))
    return count, found


def _work(found: list[tuple[str, bytes]], seed: int) -> Iterator[tuple[str, bytes, int]]:
    while True:
        for path, log in found:
            seed += 1
            yield path, log, seed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directories", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--shown", type=int, default=SHOWN)
    given = parser.parse_args()
    found = logs(given.directories or [sample_runs()])
    began, lines, seen = time.monotonic(), 0, Counter[str]()
    work = _work(found, given.seed)
    with ProcessPoolExecutor(given.jobs) as pool:
        while lines < given.lines:
            batch = list(islice(work, 16 * given.jobs))
            for (path, _, seed), (count, wrong) in zip(batch, pool.map(one, *zip(*batch, strict=True)), strict=True):
                lines += count
                for why, text, before in wrong:
                    kind = f"{why.split(' = ')[0]}"
                    seen[kind] += 1
                    if seen[kind] <= _OF_A_KIND and len(seen) <= given.shown:
                        say(f"{path} (seed {seed}): {why}\n  {text[:400]!r}")
                        for line in filter(None, before.split("\n")):
                            say(f"  after {line[:300]!r}")
    say(f"{lines} damaged lines of {len(found)} logs, {sum(seen.values())} wrong, {time.monotonic() - began:.0f} s")
    for kind, count in seen.most_common():
        say(f"{count:6} {kind}")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
