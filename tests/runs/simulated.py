"""Logs written and watched under a clock of their own: files in a directory whose times are set, read as the feed reads them."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from tui.runs.run import Run
from tui.runs.workspace import Workspace

DAWN = 1_712_448_000.0
"""Where simulated time begins, in seconds since 1970: 2024-04-07 00:00:00 UTC."""
_EPOCH = datetime(1970, 1, 1)


def moment(at: float) -> datetime:
    """A moment as a log prints it."""
    return _EPOCH + timedelta(seconds=at)


def stamp(at: float) -> str:
    """A moment as Python's logging prints it: `2024-04-07 06:11:05,703`."""
    return moment(at).strftime("%Y-%m-%d %H:%M:%S,") + f"{int(at % 1 * 1000):03}"


class Watched:
    """A directory of logs. `skew` is how far its file server's clock is ahead of the watcher's, in seconds."""

    def __init__(self, root: Path, *, skew: float = 0.0) -> None:
        self.root = root
        self.skew = skew
        self.workspace = Workspace([str(root)])

    def write(self, name: str, text: str, at: float, *, look: bool = True) -> None:
        """Append to a log at a moment, and look at it then."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)
        os.utime(path, (at + self.skew, at + self.skew))
        if look:
            self.look(name, at)

    def look(self, name: str, now: float) -> None:
        """Look at one log."""
        path = str(self.root / name)
        if path not in self.workspace.files:
            self.workspace.discover()
        self.workspace.files[path].read_all(now)

    def runs(self, now: float) -> dict[str, Run]:
        """All runs as of now, by id."""
        return {run.id: run for run in self.workspace.runs(now)}

    def run(self, now: float) -> Run:
        """The only run, or the last of them."""
        return list(self.runs(now).values())[-1]


# lines as the testbeds print them


def cerebras(at: float, text: str) -> str:
    return f"{stamp(at)} INFO:   {text}\n"


def cerebras_step(at: float, step: int, *, loss: float = 7.5, left: str = "") -> str:
    tail = f", LoopTimeRemaining={left}, TimeRemaining={left}" if left else ""
    return cerebras(at, f"| Train Device=CSX, Step={step}, Loss={loss:.5f}, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec{tail}")


def sambanova_step(at: float, step: int, *, rank: int = 0) -> str:
    return (
        f"{stamp(at)} - apps.nlp.transformers_on_rdu - Rank {rank}, PID 2734725 - info     - epoch:0|local_step:{step}|global_step:{step}"
        "|average_loss:8.23740|step_loss:8.23740|step_ns_loss:0.61180|step_mlm_loss:7.62560|learning_rate:7.06e-06\n"
    )


def epochs_bar(done: int, total: int, spent: str = "00:33", left: str = "05:02", rate: str = "33.62s/it") -> str:
    full = "█" * (10 * done // total)
    return f"\rEpochs: {100 * done // total:3}%|{full:10}| {done}/{total} [{spent}<{left}, {rate}]\n"
