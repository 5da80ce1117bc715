"""What answers the same question over a directory of metric logs: this program, lnav, and a few lines of polars.

The question: which logs are there, how many rows of figures has each, and what was its last loss. Each contestant runs as
a process of its own, whose time and memory the kernel tells.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

LNAV_FORMAT = {
    "$schema": "https://lnav.org/schemas/format-v1.schema.json",
    "metric_bench": {
        "title": "Metric lines",
        "description": "Steps of a training",
        "regex": {
            "line": {
                "pattern": r"^(?<timestamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?<level>\w+):   (?<body>"
                r"(?:\| Train Device=\w+, Step=(?<step>\d+), Loss=(?<loss>[\d.]+), Rate=(?<rate>[\d.]+) samples/sec, "
                r"GlobalRate=(?<globalrate>[\d.]+) samples/sec)?.*)$"
            }
        },
        "level-field": "level",
        "value": {"step": {"kind": "integer"}, "loss": {"kind": "float"}, "rate": {"kind": "float"}, "globalrate": {"kind": "float"}},
        "sample": [{"line": "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1, Loss=7.0, Rate=4.3 samples/sec, GlobalRate=4.1 samples/sec"}],
    },
}
"""One pattern for both kinds of line: of several, lnav tries the one first that matched last."""
LNAV_QUESTION = "SELECT log_path, count(step), max(step), loss FROM metric_bench WHERE step IS NOT NULL GROUP BY log_path"

POLARS = """
import sys
import polars as pl

logs = pl.scan_csv(sys.argv[1] + "/*.log", has_header=False, new_columns=["line"], separator="\\x01", quote_char=None, include_file_paths="path")
figures = pl.col("line").str.extract_groups(r"Step=(?<step>\\d+), Loss=(?<loss>[\\d.]+), Rate=(?<rate>[\\d.]+) .*GlobalRate=(?<globalrate>[\\d.]+)")
rows = logs.with_columns(figures.alias("f")).unnest("f").filter(pl.col("step").is_not_null())
rows = rows.with_columns(pl.col("step").cast(pl.Int64), pl.col("loss", "rate", "globalrate").cast(pl.Float64))
rows.group_by("path").agg(pl.len(), pl.col("step").last(), pl.col("loss").last()).collect().write_csv(sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds of CPU and of the clock, and bytes of memory at its most."""

    cpu: float
    wall: float
    peak: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of each log by its name: rows (where it counts them), the last step and the last loss."""

    logs: dict[str, tuple[int | None, int, float]]


def run(command: list[str], output: Path, environment: dict[str, str]) -> Cost:
    """Run a process to its end. Raises AssertionError where it fails."""
    begun = time.perf_counter()
    with output.open("wb") as file, subprocess.Popen(command, stdout=file, stdin=subprocess.DEVNULL, env=environment) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command[:4]} ended with {process.returncode}"
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - begun, used.ru_maxrss << 10)


class Stage:
    """A place beside the data with a home of its own, so that nobody's settings and caches count; bytecode is kept there as
    an installed program's is."""

    def __init__(self, directory: Path) -> None:
        self.output = directory / "answer"
        home = directory / "home"
        formats = home / ".config" / "lnav" / "formats" / "installed"
        formats.mkdir(parents=True)
        (formats / "metric_bench.json").write_text(json.dumps(LNAV_FORMAT))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTHONDONTWRITE"))}
        self.environment = kept | {"HOME": str(home), "TERM": "xterm-256color", "PYTHONPYCACHEPREFIX": str(directory / "bytecode")}
        self._home = home

    def forget(self) -> None:
        """Nothing was read before."""
        shutil.rmtree(self._home / ".cache", ignore_errors=True)

    def python(self, *arguments: str) -> Cost:
        """Run this Python."""
        return run([sys.executable, *arguments], self.output, self.environment)

    def bedwatch(self, root: Path, *options: str) -> tuple[Cost, Answer]:
        """This program's answer; how many rows it read it does not say."""
        cost = self.python("-m", "tui", "show", str(root), "--no-queue", "--format", "json", *options)
        runs = json.loads(self.output.read_bytes())["runs"]
        return cost, Answer({
            each["sources"][0]["path"]: (None, each["progress"]["step"]["done"], each["metrics"]["loss"]["value"]) for each in runs
        })  # fmt: skip

    def lnav(self, root: Path) -> tuple[Cost, Answer]:
        """lnav's answer."""
        cost = run(["lnav", "-n", "-c", ";" + LNAV_QUESTION, "-c", ":write-csv-to -", str(root)], self.output, self.environment)
        return cost, self._rows()

    def polars(self, root: Path) -> tuple[Cost, Answer]:
        """The answer of a few lines of polars."""
        cost = self.python("-c", POLARS, str(root))
        return cost, self._rows()

    def _rows(self) -> Answer:
        with self.output.open(newline="") as file:
            rows = [row for row in csv.reader(file) if row and row[1].isdigit()]
        return Answer({Path(path).name: (int(count), int(step), float(loss)) for path, count, step, loss in rows})
