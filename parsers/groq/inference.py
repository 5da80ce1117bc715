"""GroqFlow's proof points: what runs after a build, and the table of results."""

from __future__ import annotations

import re

from parsers.evidence import SUCCESS
from parsers.grammar import Line
from parsers.groq.compiler import estimate
from parsers.scribe import Scribe


def _phase(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["ran"] = True
    if scribe.ended == "finished":
        scribe.resume()


def _runs_again(found: re.Match[str], scribe: Scribe) -> bool:
    """Preprocessing after a table of results is another launch's."""
    return "groq row" in scribe.memory


def _head(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["ran"] = True
    scribe.memory["score"] = found["score"].lower()


def _row(found: re.Match[str], scribe: Scribe) -> None:
    """A chip's or a CPU's figures. The score is an accuracy only where the head says so and it is in percent."""
    source = found["source"]
    if found["percent"] and "accuracy" in scribe.memory.get("score", ""):
        scribe.metric(f"{source}_accuracy", float(found["score"]))
    for group, name in (("latency", f"{source}_latency_ms"), ("ips", f"{source}_ips")):
        if found[group] != "--":
            scribe.metric(name, float(found[group]))
    scribe.memory["ran"] = True
    if source == "groq":
        scribe.memory["groq row"] = True
        _chip(found, scribe)
        scribe.end("finished", SUCCESS)


def _chip(found: re.Match[str], scribe: Scribe) -> None:
    latency, ips, on_chip, on_chip_ips = found["latency"], found["ips"], found["on_chip"], found["on_chip_ips"]
    if "--" not in (on_chip, on_chip_ips):
        scribe.metric("groq_on_chip_latency_ms", float(on_chip))
        scribe.metric("groq_on_chip_ips", float(on_chip_ips))
        estimate(f"{on_chip} ms and {on_chip_ips} inferences/s", scribe)
    if latency != "--" and ips != "--" and float(latency) < 1 and float(ips) > 0:
        scribe.notice(
            "rounded", "info",
            f"The table rounds latency to {latency} ms; {ips} inferences/s mean {1000 / float(ips):.4f} ms: compare the rates.",
        )
    scribe.notice(
        "not-comparable", "info",
        "The groq row repeats one dummy input 100 times, the cpu row is one pass over the data set with its Python loop:"
        " their ratio is no speed-up.",
    )


def _proof(found: re.Match[str], scribe: Scribe) -> None:
    if "built" not in scribe.memory:
        scribe.param("model", found["script"])


_COLUMNS = "| end-to-end latency (ms) | end-to-end IPS | on-chip latency (ms) | on-chip IPS |"
_NUMBER = r"\d+(?:\.\d+)?"
_CELL = rf"(?:{_NUMBER}|--)"

INFERENCE: tuple[Line, ...] = (
    Line(
        "preprocessing",
        r"^(?:Preprocessing data|Bringup C2C topology\.\.)\.$",
        ("Preprocessing data.", "Bringup C2C topology..."),
        "data are prepared, or chips connected",
        kind="inference",
        enters="load",
        begins=_runs_again,
        read=_phase,
    ),
    Line(
        "benchmark",
        r"^Info: No inputs received for benchmark\. Using the inputs provided during model compilation\.$",
        ("Info: No inputs received for benchmark. Using the inputs provided during model compilation.",),
        "the chip's latency is taken from the dummy input of the build: this is normal",
        owns=True,
        kind="inference",
        enters="infer",
        begins=_runs_again,
        read=_phase,
    ),
    Line(
        "inference",
        r"^Running inference (?:on GroqChip|on CPU \(ONNX\)|using PyTorch model \(CPU\))\.$",
        ("Running inference on GroqChip.", "Running inference using PyTorch model (CPU)."),
        "the data set runs on the chip, or on the host",
        owns=True,
        kind="inference",
        enters="infer",
        begins=_runs_again,
        read=_phase,
    ),
    Line(
        "table head",
        rf"^\| Source \|\s*(?P<score>[^|]+?)\s*{re.escape(_COLUMNS)}$",
        (f"| Source | Accuracy {_COLUMNS}", f"| Source | Spearman Rank Correlation Coefficient {_COLUMNS}"),
        "results follow",
        owns=True,
        kind="inference",
        begins=_runs_again,
        read=_head,
    ),
    Line(
        "table row",
        rf"^\|\s*(?P<source>cpu|groq)\s*\|\s*(?P<score>{_CELL})(?P<percent>%)?\s*\|\s*(?P<latency>{_CELL})\s*\|\s*(?P<ips>{_CELL})\s*"
        rf"\|\s*(?P<on_chip>{_CELL})\s*\|\s*(?P<on_chip_ips>{_CELL})\s*\|$",
        (
            "|  cpu   |  77.47%  |           2.20          |     453.89     |          --          |      --     |",
            "|  groq  |  77.47%  |           0.06          |    16612.48    |         0.03         |   37576.72  |",
            "|  groq  |   0.8204   |           0.47          |    2144.87     |         0.38         |   2620.58   |",
        ),
        "results of the chip, or of the host's CPU",
        owns=True,
        kind="inference",
        leaves="infer",
        read=_row,
    ),
    Line(
        "proof point",
        r"^Proof point (?:\S*/)?(?P<script>[^\s/]+?)(?:\.py)? finished!$",
        ("Proof point /home/me/groqflow/proof_points/natural_language_processing/bert/bert_tiny.py finished!",),
        "the program is done",
        owns=True,
        kind="inference",
        ends="finished",
        strength=SUCCESS,
        read=_proof,
    ),
)
