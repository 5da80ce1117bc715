"""The Groq Compiler's and Assembler's own logs, and what their estimates are."""

from __future__ import annotations

import re

from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import Line, Prefix
from parsers.scribe import Scribe

COMPILER_PREFIX = Prefix(r"^\[(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[(?P<level>[a-z]+)\]\s*")


def estimate(figures: str, scribe: Scribe) -> None:
    """Say that on-chip figures are no measurements."""
    scribe.notice(
        "estimate-not-measured", "info",
        f"On-chip {figures} are the compiler's cycle count over the chip's clock: nothing was measured.",
    )


def _on_chip(found: re.Match[str], scribe: Scribe) -> None:
    estimate(f"{found['ms']} ms", scribe)


COMPILER: tuple[Line, ...] = (
    Line(
        "compiler starts",
        r"^(?:Running Groq Compiler\.\.\.|Timer: \"Groq Compiler\" started!|Running Groq Assembler)$",
        ("Running Groq Compiler...", '[2024-04-08 15:51:15] [info]\tTimer: "Groq Compiler" started!', "Running Groq Assembler"),
        "the compiler or assembler begins",
        owns=True,
        role="head",
        kind="compile",
        enters="compile",
        begins=lambda found, scribe: scribe.ended is not None,
    ),
    Line(
        "compiler finished",
        r'^Timer: "Groq Compiler" finished in (?P<seconds>\d+(?:\.\d+)?)s$',
        ('[2024-04-08 15:51:23] [info]\tTimer: "Groq Compiler" finished in 8.606s',),
        "the compiler is done",
        owns=True,
        kind="compile",
        metrics={"compile_seconds": "seconds"},
        ends="finished",
        strength=SUCCESS,
        read=lambda found, scribe: scribe.leave("compile", seconds=float(found["seconds"])),
    ),
    Line(
        "scheduled",
        r"^Scheduled \d+ \(\d+%\) operations \(\d+ cycles\)$",
        ("[2024-04-08 15:51:18] [info]\tScheduled 1683 (5%) operations (0 cycles)",),
        "progress of the compiler",
        owns=True,
        kind="compile",
        enters="compile",
    ),
    Line(
        "on-chip latency",
        r"^On-chip compute latency: (?P<ms>\d+(?:\.\d+)?) milliseconds$",
        ("  On-chip compute latency: 0.042751 milliseconds",),
        "the compiler's estimate of one inference",
        kind="compile",
        metrics={"groq_on_chip_latency_ms": "ms"},
        read=_on_chip,
    ),
    Line(
        "on-chip rate",
        r"^Throughput ignoring IO: (?P<ips>\d+(?:\.\d+)?) executions/sec$",
        ("  Throughput ignoring IO: 23391.204907 executions/sec",),
        "the compiler's estimate of the chip's rate",
        kind="compile",
        metrics={"groq_on_chip_ips": "ips"},
    ),
    Line(
        "compiler exited",
        r"^Groq Compiler exited$",
        ("Groq Compiler exited",),
        "the compiler has ended, well or not",
        kind="compile",
    ),
    Line(
        "assembler exited",
        r"^Groq Assembler has exited$",
        ("Groq Assembler has exited",),
        "the assembler has ended",
        owns=True,
        kind="compile",
        leaves="compile",
        ends="finished",
        strength=WEAK_SUCCESS,
    ),
)
