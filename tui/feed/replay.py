"""The demo: sample logs written into a directory as live jobs would write them, their lines spaced as their time stamps are."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import pairwise
from pathlib import Path

TOUR_SECONDS = 120.0
"""How long the whole tour takes at the default speed."""
PATIENCE = 0.5
"""Seconds between looks at whether anybody watches still."""
_STAMP = re.compile(rb"(?<!\d)(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)(?!\d*Z)")
_PIECE = re.compile(rb"[^\r\n]*(?:\r*\n|\r+|$)")


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes to append to a file at a moment, in seconds of the logs' own clock since the tour's start."""

    at: float
    path: str
    data: bytes


def sample_runs() -> Path:
    """Where the sample runs are: in the installed package, or beside it in a clone. Raises FileNotFoundError."""
    here = Path(__file__).resolve().parent.parent
    for place in (here / "sample_runs", here.parent / "sample_runs"):
        if (place / "pacing.json").is_file():
            return place
    raise FileNotFoundError("the sample runs are not installed: no sample_runs/pacing.json beside the program")


def schedule(source: Path) -> list[Write]:
    """All writes of a tour over the sample runs in `source`, in order of time; its `pacing.json` gives each log's start
    and duration in seconds of the logs' own clock."""
    pacing = json.loads((source / "pacing.json").read_text(encoding="utf-8"))
    return list(merge(*(_writes(source / path, path, entry["start"], entry["seconds"]) for path, entry in pacing.items()),
                      key=lambda write: write.at))


def _writes(log: Path, name: str, start: float, seconds: float) -> Iterator[Write]:
    """One log's writes: a piece with a time stamp comes at its time, those between are spread evenly."""
    pieces = [piece for piece in _PIECE.findall(log.read_bytes()) if piece]
    known = [_stamp(piece) for piece in pieces]
    first = next((at for at in known if at is not None), None)
    last = next((at for at in reversed(known) if at is not None), None)
    span = last - first if first is not None and last is not None else 0.0
    offsets = [None if at is None or not span or first is None else (at - first) / span * seconds for at in known]
    at = 0.0
    for moment, piece in zip(_filled(offsets, seconds), pieces, strict=True):
        at = max(at, moment)
        yield Write(start + at, name, piece)


def _filled(offsets: list[float | None], seconds: float) -> list[float]:
    """Each piece's moment: its own where known, else spread evenly between its neighbours'."""
    fixed = [(-1, 0.0), *((index, at) for index, at in enumerate(offsets) if at is not None), (len(offsets), seconds)]
    moments: list[float] = []
    for (begin, low), (end, high) in pairwise(fixed):
        moments += [low + (high - low) * (index - begin) / (end - begin) for index in range(begin + 1, end)]
        moments.append(high)
    return moments[: len(offsets)]


def _stamp(piece: bytes) -> float | None:
    if (found := _STAMP.search(piece)) is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[1].decode()}T{found[2].decode().replace(',', '.')}").timestamp()
    except ValueError:
        return None


def default_speed(writes: list[Write]) -> float:
    """How much faster than the logs' own clock the tour must run to take `TOUR_SECONDS`."""
    return max(1.0, writes[-1].at / TOUR_SECONDS) if writes else 1.0


def play(writes: list[Write], target: Path, speed: float | None, wanted: Callable[[], bool] = lambda: True) -> None:
    """Append each write to its file below `target` when its time has come (with no speed: at once), while `wanted`."""
    began = time.monotonic()
    for write in writes:
        while speed is not None and (wait := began + write.at / speed - time.monotonic()) > 0:
            if not wanted():
                return
            time.sleep(min(wait, PATIENCE))
        path = target / write.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(write.data)


def main() -> None:
    """`python -m tui.feed.replay TARGET PARENT [--speed N]`: the writing side of the demo, as its own process. It stays until
    the dashboard is gone, however that ended, and removes what it wrote."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("parent", type=int, help="process id of the dashboard, which starts this")
    parser.add_argument("--speed", type=float)
    options = parser.parse_args()
    writes = schedule(sample_runs())

    def watched() -> bool:
        return os.getppid() == int(options.parent)

    play(writes, options.target, options.speed or default_speed(writes), watched)
    while watched():
        time.sleep(PATIENCE)
    shutil.rmtree(options.target, ignore_errors=True)


if __name__ == "__main__":
    main()
