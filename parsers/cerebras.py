"""Cerebras: CS-1 to CS-3, Model Zoo and appliance; console and run.log of releases 1.6 to 2.10."""

from __future__ import annotations

import re

from parsers.evidence import SUCCESS
from parsers.grammar import Format, Line, Prefix, read_clock
from parsers.scheduler import SCHEDULER
from parsers.scribe import Scribe
from parsers.tracebacks import TRACEBACKS

_PREFIX = Prefix(r"^(?:\[[^\]]+\] )?(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<level>[A-Z]+): ?(?:\[\d+/\d+\])? *")
_PAIR = re.compile(r"(?P<k>[A-Za-z]\w*)(?P<op>[=>])(?P<v>.+?)(?: samples/sec)?(?=, [A-Za-z]\w*[=>]|$)")


def _progress(found: re.Match[str], scribe: Scribe) -> None:
    pairs = {pair["k"]: pair for pair in _PAIR.finditer(found["kv"])}
    scribe.kind("training")
    scribe.enter("train")
    step = float(pairs["Step"]["v"])
    scribe.progress("step", step)
    for key, name in (("Loss", "loss"), ("Rate", "rate"), ("GlobalRate", "throughput")):
        if key in pairs:
            scribe.metric(name, float(pairs[key]["v"]), step=step)
    if "TimeRemaining" in pairs:
        scribe.remaining(read_clock(pairs["TimeRemaining"]["v"]), pairs["TimeRemaining"]["op"] == ">")


_LINES: tuple[Line, ...] = (
    Line(
        "train step",
        r"^\| Train Device=[^,]+, (?P<kv>.+)$",
        ("2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1000, Loss=7.07812, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec",),
        "loss and rates of a training step",
        owns=True,
        read=_progress,
    ),
    Line(
        "train end",
        r"^Training completed successfully!",
        ("2024-04-07 06:12:26,089 INFO:   Training completed successfully!",),
        "the training loop is over",
        owns=True,
        kind="training",
        ends="finished",
        strength=SUCCESS,
    ),
)

CEREBRAS = Format("cerebras", "cerebras", "Cerebras CS-2 and CS-3", (*_LINES, *SCHEDULER, *TRACEBACKS), (_PREFIX,))
