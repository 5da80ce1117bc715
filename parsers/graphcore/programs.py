"""Other programs on IPUs: PopXL text generation, PyTorch Geometric, Poplar's own tutorials."""

from __future__ import annotations

import re

from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.graphcore.launch import again
from parsers.scribe import Scribe


def _inferring(found: re.Match[str], scribe: Scribe) -> None:
    """A loaded pipeline answers one prompt after the other."""
    if scribe.ended == "finished":
        scribe.resume()
    scribe.kind("inference")
    if found[0] == "Start inference":
        scribe.memory["going"] = True
        scribe.enter("infer")


def _loading(found: re.Match[str], scribe: Scribe) -> None:
    if found["model"]:
        scribe.param("model", found["model"])
    if scribe.phase != "load":
        scribe.enter("load")


def _ready(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["going"] = True
    scribe.leave("load")
    scribe.end("finished", WEAK_SUCCESS)


def _answered(found: re.Match[str], scribe: Scribe) -> None:
    scribe.metric("tokens_per_second", float(found["rate"]))
    if scribe.phase == "infer":
        scribe.leave("infer")
    scribe.end("finished", WEAK_SUCCESS)


def _back_to_start(found: re.Match[str], scribe: Scribe) -> bool:
    return bool(int(found["epoch"]) < scribe.memory.get("graph epoch", 0))


def _graph_epoch(found: re.Match[str], scribe: Scribe) -> None:
    epoch = int(found["epoch"])
    scribe.memory["graph epoch"] = epoch
    scribe.memory["going"] = scribe.memory["worked"] = True
    if scribe.phase != "train" and scribe.ended is None:
        scribe.enter("train")
    scribe.progress("epoch", epoch)
    scribe.metric("loss", float(found["tensor"] or found["loss"]), step=epoch)


PROGRAMS: tuple[Line, ...] = (
    Line(
        "session",
        r"^Creating session$",
        ("2023-07-26 15:36:25 INFO: Creating session",),
        "a PopXL session begins",
        role="head", begins=again,
    ),
    Line(
        "PopXL compiles",
        r"^Starting PopXL (?:IR construction|compilation)$",
        ("2023-07-26 15:36:25 INFO: Starting PopXL IR construction", "2023-07-26 15:36:44 INFO: Starting PopXL compilation"),
        "PopXL builds the model's graph and compiles it",
        owns=True, enters="compile",
    ),
    Line(
        "PopXL compiled",
        r"^PopXL compilation complete$",
        ("2023-07-26 15:38:13 INFO: PopXL compilation complete",),
        "PopXL has compiled the model",
        owns=True, leaves="compile",
    ),
    Line(
        "PopXL part done",
        rf"^(?:PopXL (?:IR construction|compilation) duration: {NUMBER} mins|PopXL IR construction complete)$",
        ("2023-07-26 15:38:13 INFO: PopXL compilation duration: 1.49 mins",
         "2023-07-26 15:36:44 INFO: PopXL IR construction complete"),
        "a part of PopXL's work is done",
        owns=True,
    ),
    Line(
        "weights",
        r"^(?:Downloading '(?P<model>[^']+)' (?:pretrained weights|tokenizer)"
        r"|Completed (?:pretrained weights|tokenizer) download\."
        rf"|(?:Starting )?Loading HF pretrained model to IPU(?: duration: {NUMBER} mins)?)$",
        ("2023-07-26 15:38:13 INFO: Downloading 'meta-llama/Llama-2-7b-chat-hf' pretrained weights",
         "2023-07-26 15:39:19 INFO: Completed tokenizer download.",
         "2023-07-26 15:40:19 INFO: Loading HF pretrained model to IPU duration: 1.00 mins"),
        "weights are fetched and put onto the IPUs",
        read=_loading, anchors=(" pretrained ", "tokenizer"),
    ),
    Line(
        "weights loaded",
        r"^IPU pretrained weights loading complete\.$",
        ("2023-07-26 15:40:19 INFO: IPU pretrained weights loading complete.",),
        "the weights are on the IPUs",
        owns=True, leaves="load",
    ),
    Line(
        "pipeline ready",
        r"^Finished initialising pipeline$",
        ("2023-07-26 15:40:19 INFO: Finished initialising pipeline",),
        "the model is loaded and can answer",
        kind="inference", read=_ready,
    ),
    Line(
        "inference",
        r"^(?:Attach to IPUs|Start inference)$",
        ("2023-07-26 15:40:19 INFO: Attach to IPUs", "2023-07-26 15:41:33 INFO: Start inference"),
        "the model answers a prompt",
        owns=True, read=_inferring,
    ),
    Line(
        "tokens per second",
        rf"^Total throughput: (?P<rate>{NUMBER}) t/s$",
        ("2023-07-26 15:42:58 INFO: Total throughput: 7.00 t/s",),
        "the answer is complete: tokens per second",
        kind="inference", read=_answered,
    ),
    Line(
        "answer's time",
        rf"^Output in {NUMBER} seconds$",
        ("2023-07-26 15:42:58 INFO: Output in 84.52 seconds",),
        "how long the answer took",
    ),
    Line(
        "training on IPU",
        r"^Training on IPU\.$",
        ("Training on IPU.",),
        "a training on the IPU begins",
        owns=True, kind="training", role="head", begins=again,
    ),
    Line(
        "epoch's loss",
        rf"^Epoch: (?P<epoch>\d+)(?:, +| +Training )Loss: +(?:tensor\((?P<tensor>{NUMBER})\)"
        r"|(?P<loss>\d+\.\d{4,}(?:e[-+]\d+)?|nan|inf))$",
        ("Epoch: 1, Loss: 1.944833517074585", "Epoch: 0  Training Loss:  tensor(0.0596)"),
        "loss of an epoch",
        kind="training", begins=_back_to_start, read=_graph_epoch,
    ),
    Line(
        "checkpoint configuration",
        r"^Configuration saved in \S+/ipu_config\.json$",
        ("Configuration saved in ./results/checkpoint-1000/ipu_config.json",),
        "a checkpoint's IPU configuration is saved",
        owns=True,
    ),
    Line(
        "attach",
        r"^(?:Trying to attach to IPU|Attached to IPU \d+)$",
        ("Trying to attach to IPU", "Attached to IPU 0"),
        "a Poplar program takes an IPU",
        owns=True,
    ),
    Line(
        "Poplar builds",
        r"^(?:Creating environment \(compiling vertex programs\)|Constructing compute graph and control program)$",
        ("Creating environment (compiling vertex programs)", "Constructing compute graph and control program"),
        "a Poplar program is compiled",
        enters="compile",
    ),
    Line(
        "Poplar runs",
        r"^Running graph program\b",
        ("Running graph program to multiply matrix by vector",),
        "a Poplar program runs on the IPU",
        leaves="compile",
    ),
    Line(
        "Poplar result",
        r"^Multiplication result OK$",
        ("Multiplication result OK",),
        "a Poplar program's result is right",
        ends="finished", strength=SUCCESS,
    ),
)
