"""SambaFlow's compiler: front end, partitions, Plasma, PEF. Its `[PASS]` is a stage, its figures are a model's."""

from __future__ import annotations

import re

from parsers.evidence import FATAL, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.sambanova.launch import enter
from parsers.scribe import Scribe


def _compiling(found: re.Match[str], scribe: Scribe) -> None:
    """Compiler output may come after lines that were logged later, but never shows a run that trains to compile again."""
    if scribe.phase is None and scribe.ended is None and not scribe.memory.get("job part"):
        scribe.kind("compile")
        scribe.enter("compile")


def _projection(found: re.Match[str], scribe: Scribe) -> None:
    scribe.metric("projected_latency_seconds", float(found["latency"]))
    scribe.notice("estimate-not-measured", "info",
                  f"Projected latency {found['latency']} s is the compiler's model of one step; nothing was measured")
    _compiling(found, scribe)


def _created(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("compile")
    scribe.param("pef", found["pef"])
    scribe.leave("compile")
    if scribe.ended is None:
        scribe.end("finished", WEAK_SUCCESS)


def _failed(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(scribe.message.text, FATAL)


def _zoo(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("compile")
    enter(scribe, "compile")


COMPILER = (
    Line(
        "projection", rf"^\[info *\] ?: .*projected latency: (?P<latency>{NUMBER}) s, FLOPS: ",
        ("[info    ]: Amortized resources overall: 4.500000e+02 PCUs, 6.890000e+02 PMUs, projected latency: 6.079219e-01 s, "
         "FLOPS: 1.216469e+02 T/s, DDR_BW: 6.463480e+01 GB/s",),
        "the compiler's model of a step: nothing was measured", owns=True, read=_projection,
    ),
    Line(
        "PEF created", r"^\[info *\](?: ?:)? PEF file (?P<pef>\S+\.pef) created$",
        ("[info    ] : PEF file /home/u/BertLarge/bertlrg//bertlrg.pef created",
         "[info   ] PEF file /home/u/tutorials/lenet/out/lenet-b32/lenet-b32.pef created"),
        "the compile succeeded", owns=True, read=_created,
    ),
    Line(
        "partition", r"^\[info *\] ?: Compilation succeeded for partition_\d+_\d+_$",
        ("[info    ]: Compilation succeeded for partition_51_0_",), "one of many partitions is compiled",
        owns=True, read=_compiling,
    ),
    Line(
        "plasma",
        r"^\[info *\] ?: (?:Starting Plasma compile at \S+|Plasma compile succeeded\.|\[PASS\] Running PlasmaIR\d+_\w+)$",
        ("[info    ]: Starting Plasma compile at /home/u/BertLarge/bertlrg/plasma_ir_modules/schedule_final",
         "[info    ]: [PASS] Running PlasmaIR003_SegmentFinalization"),
        "a stage of the compiler; PASS is no verdict", owns=True, read=_compiling,
    ),
    Line(
        "front end", r"^\[info *\](?: ?:)? (?:Lowering to TLIR succeeded|(?:Mac )?Compilation succeeded)\.$",
        ("[info    ]: Mac Compilation succeeded.", "[info] Compilation succeeded."),
        "the compiler's front end is done, not the compile", read=_compiling,
    ),
    Line(
        "compile failed", r"^\[(?:critical|fatal) *\](?: ?:)? .+$", ("[critical]: Compilation failed for partition_3_0_",),
        "the compiler gave up", read=_failed,
    ),
    Line(
        "compiler notes", r"^\[(?:info|warning|debug|trace) *\](?: ?:)? \S",
        ("[warning ]: Skip the process of updating air op's inputs",),
        "the compiler's notes; hundreds are normal", role="noise", anchors=("[info", "[warning", "[debug", "[trace"),
    ),
    Line(
        "zoo compile", r"^Compiling a PEF\b", ("Compiling a PEF...",), "the Model Zoo compiles", read=_zoo,
    ),
    Line(
        "zoo compiled", r"^PEF compiled successfully: (?P<pef>\S+)$", ("PEF compiled successfully: out/lenet.pef",),
        "the Model Zoo's compile succeeded", owns=True, read=_created,
    ),
)
