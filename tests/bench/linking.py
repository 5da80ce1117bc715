"""What finding logs, linking their runs and telling events cost with 1,000 runs: `python -m tests.bench.linking`.

Each against something of the same size measured beside it: a bare walk of the directories, and the view of the runs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.reading import runs_of
from tui.feed.replay import sample_runs
from tui.runs.discover import candidates
from tui.runs.events import Chronicle
from tui.runs.link import PointerFile, linked
from tui.runs.run import Run, Source
from tui.runs.view import finished_view

RUNS = 1_000
NOW = 2e9
WALK_MOST = 4.0
"""The search for logs, against a bare walk of the same directories."""
LINK_MOST = 0.3
"""Linking runs of which none belongs to another, against their whole view."""
PAIRS_MOST = 3.0
"""Linking as many runs that are all pairs, with a pointer each."""
EVENTS_MOST = 0.15
"""Telling that nothing happened."""


def milliseconds(work: Callable[[], object]) -> float:
    """The least of some goes."""
    times = []
    for _ in range(7):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def made(run: Run, number: int, **changes: object) -> Run:
    """The run under another name and job."""
    path = f"d{number}/mytest.log"
    own = replace(run, id=f"{path}#1", path=path, job_ids=(f"wsjob-{number}",), sources=(Source(path, 1, 9, "log"),), modified=NOW)
    return replace(own, **changes)  # type: ignore[arg-type]


def main() -> None:
    text = (sample_runs() / "cerebras/bert_large_bs512/mytest.log").read_bytes()
    (run,) = runs_of(text)
    runs = [made(run, number) for number in range(RUNS)]
    pairs = [
        made(run, number, testbed="sambanova", job_ids=(str(30_000 + number // 2),), state=("submitted", "running")[number % 2])
        for number in range(RUNS)
    ]
    pointers = [PointerFile(f"slurm-{30_000 + number}.out", f"/home/u/d{number}/mytest.log", 2) for number in range(RUNS // 2)]
    assert len(linked(pairs, pointers)) == RUNS // 2
    chronicle, looks = Chronicle(), [finished_view(runs, NOW) for _ in range(2)]
    chronicle.take(looks[0], NOW, first=True)

    def nothing_happened() -> None:
        for look in looks:
            assert not chronicle.take(look, NOW)

    view = milliseconds(lambda: finished_view(runs, NOW))
    measured = [
        ("linking, no pairs", milliseconds(lambda: linked(runs)), view, LINK_MOST),
        ("linking, all pairs", milliseconds(lambda: linked(pairs, pointers)), view, PAIRS_MOST),
        ("two looks, no event", milliseconds(nothing_happened), view, EVENTS_MOST),
    ]
    with tempfile.TemporaryDirectory() as directory:
        for number in range(RUNS):
            (Path(directory) / f"d{number}").mkdir()
            (Path(directory) / f"d{number}" / "mytest.log").touch()
        walk = milliseconds(lambda: [files for _, _, files in os.walk(directory)])
        search = milliseconds(lambda: list(candidates([directory], ("*.tmp", "/old/"))))
        measured.append(("search, with patterns", search, walk, WALK_MOST))
    for what, cost, beside, most in measured:
        sys.stdout.write(f"{what:22} {cost:7.2f} ms against {beside:6.2f} ms: {cost / beside:5.2f} (at most {most})\n")
    sys.exit(any(cost / beside > most for _, cost, beside, most in measured))


if __name__ == "__main__":
    main()
