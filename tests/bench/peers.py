"""The same question to this program, to lnav and to polars: `python -m tests.bench.peers [--only A,B] [--rounds 5] [--keep DIR]`.

Four directories of metric logs are written: twenty logs, a thousand logs, one long log, a thousand short ones. Each
contestant says which logs there are and what the last loss of each was; every answer is held against what was written.
Printed is the best of some rounds in seconds of CPU, as a ratio to lnav and to a loop of plain Python in the same run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.contestants import Answer, Cost, Stage
from tests.bench.metriclogs import Truth, write_logs
from tests.bench.terminal import say

SETS = {"A": (20, 1_000), "B": (1_000, 1_000), "C": (1, 2_000_000), "D": (1_000, 10)}
"""Logs, and lines of each."""
ROUNDS = 5
OF_LNAV = {"A": 3.0, "B": 1.0, "C": 1.0}
"""A cold answer's CPU at most, in lnav's."""
SHORT_MOST = 0.9
"""Seconds of CPU for a thousand short logs, cold."""
WARM_MOST = 0.9
"""Seconds of CPU for a second start over a thousand logs that are as they were."""
MEMORY_MOST = 150 << 20
"""Bytes at most for a thousand logs."""
IMPORT_MOST = 0.06
"""Seconds of CPU for `import parsers`, over those of a Python that does nothing."""
LOOP = 10_000_000

Contestant = Callable[[], tuple[Cost, Answer]]


class Judge:
    """Notes what missed its limit."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def hold(self, what: str, value: float, most: float, unit: str = "") -> None:
        """Say a figure with its limit."""
        good = value <= most
        say(f"  {what}: {value:.3g}{unit} (at most {most:.3g}{unit}){'' if good else '  MISSED'}")
        if not good:
            self.missed.append(what)


def loop() -> float:
    """Seconds of CPU for a fixed loop of plain Python: what a second of this machine is worth."""
    begun, total = time.process_time(), 0
    for number in range(LOOP):
        total += number & 7
    return time.process_time() - begun


def wrong(answer: Answer, truth: dict[str, Truth]) -> str:
    """What is wrong with an answer; logs that it leaves out are counted elsewhere. Empty where nothing is."""
    if strangers := answer.logs.keys() - truth.keys():
        return f"{len(strangers)} logs that there are not"
    for name, (rows, step, loss) in answer.logs.items():
        true = truth[name]
        if (rows if rows is not None else true.rows, step) != (true.rows, true.step) or abs(loss - true.loss) > 1e-9:
            return f"{name}: {rows} rows, step {step}, loss {loss}; it has {true}"
    return ""


def best(ask: Contestant, rounds: int, truth: dict[str, Truth]) -> tuple[Cost, str, int]:
    """The least of some rounds, what was wrong with any answer, and how many logs were left out."""
    costs: list[Cost] = []
    trouble, left_out = "", 0
    for _ in range(rounds):
        cost, answer = ask()
        costs.append(cost)
        trouble = trouble or wrong(answer, truth)
        left_out = max(left_out, len(truth) - len(answer.logs))
    return Cost(min(cost.cpu for cost in costs), min(cost.wall for cost in costs), max(cost.peak for cost in costs)), trouble, left_out


def started(stage: Stage, rounds: int, judge: Judge) -> None:
    """What importing the readers costs, and the program's own start."""
    stage.python("-c", "import parsers")  # its bytecode
    bare = min(stage.python("-c", "pass").cpu for _ in range(rounds * 2))
    imported = min(stage.python("-c", "import parsers").cpu for _ in range(rounds * 2)) - bare
    ready = min(stage.python("-c", "import parsers; parsers.new_reader('a.log')").cpu for _ in range(rounds * 2)) - bare
    stage.python("-m", "tui", "--version")
    version = min(stage.python("-m", "tui", "--version").cpu for _ in range(rounds))
    say(f"start: Python alone {bare:.3f} s of CPU; to the first reader {ready:.3f} s more; bedwatch --version {version:.3f} s")
    judge.hold("import parsers", imported, IMPORT_MOST, " s")


def compared(name: str, stage: Stage, root: Path, truth: dict[str, Truth], rounds: int, second: float, judge: Judge) -> None:
    """One data set, asked of all."""
    asked: dict[str, Contestant] = {"bedwatch": lambda: stage.bedwatch(root, "--no-cache")}
    if shutil.which("lnav"):
        asked["lnav"] = lambda: stage.lnav(root)
    asked["polars"] = lambda: stage.polars(root)
    stage.forget()
    costs: dict[str, Cost] = {}
    incomplete = ""
    say(f"{name}: {len(truth):,} logs of {SETS[name][1]:,} lines, {sum(path.stat().st_size for path in root.glob('*.log')) / 1e6:,.1f} MB")
    for who, ask in asked.items():
        cost, trouble, left_out = best(ask, rounds, truth)
        costs[who] = cost
        per_line = cost.cpu / len(truth) / SETS[name][1] * 1e6
        loops = cost.cpu / second
        say(f"  {who:9} {cost.cpu:8.3f} s CPU {cost.wall:8.3f} s wall {cost.peak / 2**20:7.1f} MiB {per_line:7.2f} µs a line {loops:7.2f} loops"
            + (f"  {trouble}" if trouble else "") + (f"  left out {left_out:,} logs" if left_out else ""))  # fmt: skip
        if who == "lnav" and (trouble or left_out):
            incomplete = trouble or f"lnav left out {left_out:,} of {len(truth):,} logs"
        elif trouble or (left_out and who == "bedwatch"):
            judge.missed.append(f"{name}: {who}'s answer")
    if "lnav" not in costs or incomplete:
        say(f"  against lnav: not judged, {incomplete or 'it is not installed'}")
    else:
        for who in ("bedwatch", "polars"):
            say(f"  {who} / lnav: CPU {costs[who].cpu / costs['lnav'].cpu:.2f}, wall {costs[who].wall / costs['lnav'].wall:.2f}, "
                f"memory {costs[who].peak / costs['lnav'].peak:.2f}")  # fmt: skip
        if name in OF_LNAV:
            judge.hold(f"{name}: CPU against lnav", costs["bedwatch"].cpu / costs["lnav"].cpu, OF_LNAV[name])
    if name == "D":
        judge.hold("D: a first start", costs["bedwatch"].cpu, SHORT_MOST, " s of CPU")
    if name == "B":
        judge.hold("B: memory", costs["bedwatch"].peak / 2**20, MEMORY_MOST >> 20, " MiB")
        stage.bedwatch(root)
        warm, trouble, left_out = best(lambda: stage.bedwatch(root), rounds, truth)
        if trouble or left_out:
            judge.missed.append(f"B: a second start's answer {trouble}")
        judge.hold("B: a second start", warm.cpu, WARM_MOST, " s of CPU")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(SETS), help="Data sets, by their letters")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="Write the logs there and leave them")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := set(names) - set(SETS):
        parser.error(f"no such data set: {', '.join(sorted(unknown))}")
    judge = Judge()
    second = min(loop() for _ in range(3))
    say(f"a loop of {LOOP:,} additions: {second:.3f} s of CPU")
    with tempfile.TemporaryDirectory() as directory:
        stage = Stage(Path(directory))
        started(stage, options.rounds, judge)
        for name in names:
            root = (options.keep or Path(directory)) / name
            root.mkdir(parents=True, exist_ok=True)
            truth = write_logs(root, *SETS[name])
            compared(name, stage, root, truth, options.rounds, second, judge)
            if options.keep is None:
                shutil.rmtree(root)
    say("every limit is held" if not judge.missed else f"missed: {', '.join(judge.missed)}")
    sys.exit(bool(judge.missed))


if __name__ == "__main__":
    main()
