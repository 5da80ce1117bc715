"""benchit's results, on the chip or on the host, and its seconds that are labelled milliseconds."""

from __future__ import annotations

import re

from parsers.evidence import WEAK_SUCCESS
from parsers.grammar import Line
from parsers.scribe import Scribe


def _device(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["on chip"] = "groq" in found["device"].lower()


def _mean(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["mean"] = (found["ms"], scribe.message)


def _throughput(found: re.Match[str], scribe: Scribe) -> None:
    """benchit labels the chip's seconds as milliseconds: its latency counts only where the throughput agrees."""
    rate = float(found["ips"])
    scribe.memory["ran"] = True
    text, message = scribe.memory.pop("mean", ("0", None))
    here, latency = scribe.message, float(text)
    seconds = message is not None and rate > 0 and abs(latency - 1 / rate) <= 0.0005
    on_chip = scribe.memory.get("on chip", seconds)
    if latency and abs(latency * rate / 1000 - 1) < 0.05:
        scribe.message = message
        scribe.metric("groq_latency_ms" if on_chip else "latency_ms", latency)
        scribe.message = here
    elif seconds:
        scribe.notice(
            "unit-mislabelled", "warning",
            f'benchit labels seconds as milliseconds: "{text} ms" is no latency,'
            f" {found['ips']} inferences/s mean {1000 / rate:.4f} ms.",
        )
    scribe.metric("groq_ips" if on_chip else "ips", rate)
    scribe.end("finished", WEAK_SUCCESS)


BENCHIT: tuple[Line, ...] = (
    Line(
        "benchit on the chip",
        r"\bSuccessfully benchmarked on (?P<device>GroqChip\S*) \(\S+ v[\w.]+\)$",
        ("                Status:         Successfully benchmarked on GroqChip1 (groq v0.9.2.1)",),
        "benchit's result on the chip",
        owns=True,
        kind="inference",
        read=_device,
    ),
    Line(
        "benchit elsewhere",
        r"\bSuccessfully benchmarked on (?P<device>.+?) \(\S+ v[\w.]+\)$",
        ("                Status:         Successfully benchmarked on Intel(R) Xeon(R) CPU @ 2.20GHz (ort v1.14.1)",),
        "benchit's result on the host",
        kind="inference",
        read=_device,
    ),
    Line(
        "benchit latency",
        r"^Mean Latency:\s+(?P<ms>\d+\.\d+)\s+milliseconds \(ms\)$",
        ("	Mean Latency: 0.000 milliseconds (ms)",),
        "mean latency as benchit labels it",
        kind="inference",
        read=_mean,
    ),
    Line(
        "benchit throughput",
        r"^Throughput:\s+(?P<ips>\d+(?:\.\d+)?)\s+inferences per second \(IPS\)$",
        ("	Throughput: 16612.5 inferences per second (IPS)",),
        "inferences per second",
        kind="inference",
        read=_throughput,
    ),
)
