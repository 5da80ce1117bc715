"""The Model Zoo: fine-tuning and text generation; and requests to a served model."""

from __future__ import annotations

import re

from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import COUNT, Line
from parsers.sambanova.launch import enter
from parsers.scribe import Scribe


def _size(found: re.Match[str], scribe: Scribe) -> None:
    name, count = found["what"], int(found["count"].replace(",", ""))
    if name == "Number of epochs":
        scribe.progress("epoch", None, count)
    elif name == "Batch size":
        scribe.param("batch_size", count)
    elif name == "Per worker batch size":
        scribe.param("batch_size_per_worker", count)
    elif name == "Number of DP workers":
        scribe.param("workers", count)


def _training(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("training")
    enter(scribe, "train")


def _finished(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("training")
    scribe.leave("train")
    scribe.end("finished", SUCCESS)


def _saving(found: re.Match[str], scribe: Scribe) -> None:
    scribe.enter("checkpoint")


def _saved(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.phase == "checkpoint":
        scribe.leave("checkpoint")


def _generating(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("inference")
    enter(scribe, "infer")


def _rate(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("inference")
    if found["which"] == "overall":
        scribe.metric("tokens_per_second", float(found["rate"]))
        scribe.leave("infer")
        scribe.end("finished", WEAK_SUCCESS)


def _other_server(found: re.Match[str], scribe: Scribe) -> None:
    scribe.close()
    scribe.file["other server"] = True


def _served(found: re.Match[str], scribe: Scribe) -> None:
    scribe.file["other server"] = False
    scribe.kind("inference")
    scribe.param("model", found["model"])
    scribe.enter("infer")


def _served_rate(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open and not scribe.file.get("other server") and scribe.seen["served model"]:
        scribe.metric("tokens_per_second", float(found["rate"]))
        scribe.leave("infer")
        scribe.end("finished", SUCCESS)


ZOO = (
    Line(
        "runtime", r"^Targeting samba-runtime v(?P<version>\d[\w.]*\w)\. Samba is running\b",
        ("Targeting samba-runtime v4.2.5. Samba is running with --target-runtime-version=1.3.10 on a system with installed "
         "runtime None.",),
        "a program of the Model Zoo began", owns=True, role="head", params={"runtime_version": "version"},
    ),
    Line(
        "zoo size",
        r"^(?P<what>Number of epochs|Batch size|Per worker batch size|Number of DP workers|"
        r"(?:Per worker n|N)umber of batches \(steps\)): "
        rf"(?P<count>{COUNT})$",
        ("Number of batches (steps): 1,143", "Batch size: 8"), "how much is to be done", read=_size,
    ),
    Line(
        "zoo epoch", r"^(?:Loading dataset|Starting training) for epoch \d+\.\.\.$", ("Starting training for epoch 1...",),
        "an epoch begins", read=_training,
    ),
    Line(
        "zoo end", r"^Finished training(?: at \d+ steps!|\.)$", ("Finished training.",), "the training is over", read=_finished,
    ),
    Line(
        "saving", r"^Saving checkpoint\.\.\.$", ("Saving checkpoint...",), "writes a checkpoint", read=_saving,
    ),
    Line(
        "saved", r"^(?:Checkpoint|Summary) saved at \S+$", ("Checkpoint saved at finetuned_model/",),
        "wrote a checkpoint or the summary",
        read=_saved,
    ),
    Line(
        "generating", r"^Generating \d+ tokens \.\.\.$", ("Generating 32 tokens ...",), "text generation began",
        begins=lambda found, scribe: bool(scribe.seen["generation rate"]), read=_generating,
    ),
    Line(
        "generation latency", r"^(?:time to first token|tokens,\s+(?:excluding first token|overall)|Total Latency) \d+\.\d{4}s$",
        ("    time to first token 1.1981s",), "how long tokens took; the total is computed from these", kind="inference",
    ),
    Line(
        "generation rate", r"^tokens/second (?P<which>excluding first token|overall) (?P<rate>\d+\.\d{4})$",
        ("    tokens/second overall 2.7777",), "tokens a second", read=_rate,
    ),
    Line(
        "served model", r"^--- Testing [^()]*\(SambaNova\) \(Model: (?P<model>[^()\s]+)\) ---$",
        ("--- Testing Metis (SambaNova) (Model: gpt-oss-120b-131072) ---",), "requests to a model served on SambaNova", owns=True,
        role="head", begins=lambda found, scribe: scribe.body or scribe.ended is not None, read=_served,
    ),
    Line(
        "other server", r"^--- Testing [^()]*\([^()]*\) \(Model: [^()\s]+\) ---$",
        ("--- Testing Sophia (NVIDIA) (Model: openai/gpt-oss-120b) ---",), "requests to a model served elsewhere", role="noise",
        read=_other_server,
    ),
    Line(
        "served rate", r"^(?:> )?Throughput: (?P<rate>\d+\.\d\d) tokens/sec$", ("  > Throughput: 34.60 tokens/sec",),
        "tokens a second of a served model", role="noise", read=_served_rate,
    ),
)
