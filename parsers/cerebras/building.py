"""Compiling for a Cerebras system: stages, the cache, the compile's hash, the compiler's estimate."""

from __future__ import annotations

import re

from parsers.cerebras.continuity import anew, goes_on, once
from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import Line
from parsers.scribe import Scribe

CACHED_WITHIN = 60.0
"""A compile that is written this soon after its job could start, without a stage between, came from the cache."""
_STAGE = (
    r"Pre-optimization transforms|Optimizing layouts and memory usage|Gradient accumulation (?:enabled|showed a benefit)"
    r"|Exploring floorplans|Exploring data layouts|Optimizing memory usage|Post-layout optimizations|Allocating buffers"
    r"|Code generation|Compiling image|Compiling kernels|Compiling final image"
)


def _begins(found: re.Match[str], scribe: Scribe) -> bool:
    """After a launch's very end another compile is another launch's; where the end was that of a fit, its validation's."""
    return anew(found, scribe) and not (scribe.memory.get("over") == "fit" and "last step" in scribe.memory)


def compiling(found: re.Match[str], scribe: Scribe) -> None:
    """A stage of the compile."""
    goes_on(scribe)
    scribe.memory["stages"] = True
    scribe.kind("compile")
    scribe.enter("compile")


def _start(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    scribe.memory.pop("over", None)
    scribe.kind("compile")
    scribe.enter("compile")
    for name in ("stages", "ready", "cached"):
        scribe.memory.pop(name, None)


def _cached(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("compile")
    _skipped(scribe, found["hash"])
    if found["hash"]:
        once(scribe, "compile_hash", found["hash"])


def _skipped(scribe: Scribe, name: str | None) -> None:
    if scribe.memory.get("cached"):
        return
    scribe.memory["cached"] = True
    scribe.enter("compile", cached=True)
    scribe.notice(
        "compile-skipped",
        "info",
        f"The compile was taken from the cache{f' ({name})' if name else ''}: its time is no measure of compiling.",
    )


def _hash(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("compile")
    once(scribe, "compile_hash", found["hash"])
    ready, at = scribe.memory.get("ready"), scribe.message.at
    if not scribe.memory.get("stages") and ready and at and 0 <= (at - ready).total_seconds() <= CACHED_WITHIN:
        _skipped(scribe, found["hash"])


def _done(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("compile")
    scribe.leave("compile", cached=True if scribe.memory.get("cached") else None)
    scribe.memory["compiled"] = True
    scribe.end("finished", SUCCESS if scribe.memory.get("compile only") else WEAK_SUCCESS)


def _programming(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)


def _batch(found: re.Match[str], scribe: Scribe) -> None:
    once(scribe, "per_box_batch_size", int(found["pbs"]))
    if found["lanes"]:
        once(scribe, "lanes", int(found["lanes"]))


def _micro(found: re.Match[str], scribe: Scribe) -> None:
    once(scribe, "micro_batch_size", int(found["n"]))


def _estimate(found: re.Match[str], scribe: Scribe) -> None:
    scribe.metric("estimated_throughput", float(found["est"]))
    doubt = f", give or take {found['off']} %" if found["off"] else ""
    scribe.notice(
        "estimate-not-measured",
        "info",
        f"{found['est']} samples/s is what the compiler expects{doubt}: nothing was measured. GlobalRate is.",
    )


BUILDING: tuple[Line, ...] = (
    Line(
        "compile begun",
        r"^Compiling the model\. This may take a few minutes\.$",
        ("2024-03-14 03:00:06,793 INFO:   Compiling the model. This may take a few minutes.",),
        "the model is being compiled",
        begins=_begins,
        read=_start,
    ),
    Line(
        "compile stage",
        rf"^(?P<stage>{_STAGE})(?: for <(?P<variant>[^>]+)>)?(?:\.\.\.)?$",
        (
            "2024-03-14 03:00:55,072 INFO:   Pre-optimization transforms...",
            "2025-12-06 02:41:58,662 INFO:   Post-layout optimizations for <pbox=0, vbox=0, microbatch=32, lanes=1>...",
            "2024-03-14 03:12:31,593 INFO:   Compiling final image",
        ),
        "a stage of the compile; stages repeat for each micro-batch tried",
        begins=anew,
        read=compiling,
    ),
    Line(
        "compile stage bar",
        rf"^(?P<stage>{_STAGE}): +\d+%\|[^|]*\| [\d:]+(?: |$)",
        ("Exploring data layouts:  100%|██████████| 00:26 ", "Compiling kernels:  100%|██████████| 02:03"),
        "a stage of the compile, on a terminal",
        begins=anew,
        read=compiling,
    ),
    Line(
        "micro-batch tried",
        r"^Gradient accumulation trying (?:sub-batch|micro batch|full batch) size (?P<n>\d+)\.\.\.$",
        (
            "2024-04-07 05:53:57,194 INFO:   Gradient accumulation trying sub-batch size 64...",
            "2025-12-06 01:54:23,017 INFO:   Gradient accumulation trying micro batch size 4...",
        ),
        "a micro-batch size the compiler tries: not the run's batch size",
        owns=True,
        begins=anew,
        read=compiling,
    ),
    Line(
        "micro-batch picked",
        r"^Gradient accumulation picked micro batch size (?P<n>\d+)$",
        ("2024-08-02 21:09:52,882 INFO:   Gradient accumulation picked micro batch size 64",),
        "the micro-batch size the compiler chose",
        owns=True,
        read=_micro,
    ),
    Line(
        "batch of a system",
        r"^(?:No benefit from gradient accumulation expected\. Compile will proceed|(?P<bare>Compiling))"
        r" at original per-box batch size (?P<pbs>\d+)(?: with (?P<lanes>\d+) lanes|(?(bare)$|(?!)))",
        (
            "2024-04-07 05:57:26,082 INFO:   No benefit from gradient accumulation expected. Compile will proceed at"
            " original per-box batch size 1024 with 9 lanes",
            "2025-12-06 02:45:42,352 INFO:   Compiling at original per-box batch size 128",
        ),
        "samples in a step on each system",
        owns=True,
        read=_batch,
    ),
    Line(
        "compiler's estimate",
        r"^Compile estimated performance: (?P<est>\d+(?:\.\d+)?) samples/sec \([\d.]+ samples/sec/system\)\.(?: Es"
        r"timate may vary by (?P<off>\d+-\d+)%)?",
        (
            "2025-12-06 02:45:59,387 INFO:   Compile estimated performance: 34.1 samples/sec (34.1 samples/sec/system)."
            " Estimate may vary by 10-25% from actual runtime performance.",
        ),
        "the compiler's estimate of the throughput",
        owns=True,
        read=_estimate,
    ),
    Line(
        "compile cached",
        r'^Found existing cached compile(?: with hash: "(?P<hash>cs_\d+)")?\.?$',
        ('2025-10-13 14:47:37,651 INFO:   Found existing cached compile with hash: "cs_16053036657376785725"',),
        "the compile is taken from the cache",
        owns=True,
        begins=anew,
        read=_cached,
    ),
    Line(
        "compile hash",
        r"^Compile artifacts successfully written to remote compile directory\. Compile hash is: (?P<hash>cs_\d{17,})$",
        (
            "2024-04-07 06:03:04,210 INFO:   Compile artifacts successfully written to remote compile directory."
            " Compile hash is: cs_9465229803081323743",
        ),
        "the compile is stored; equal hashes are the same program",
        owns=True,
        begins=anew,
        read=_hash,
    ),
    Line(
        "compiled",
        r"^Compile was successful!$",
        ("2024-04-07 06:03:04,257 INFO:   Compile was successful!",),
        "the compile is done: the last line of a compile-only run",
        begins=anew,
        read=_done,
    ),
    Line(
        "execution next",
        r"^(?:Programming Cerebras Wafer Scale Cluster for execution\. This may take a few minutes\."
        r"|Waiting for weight initialization to complete)$",
        (
            "2024-04-07 06:03:04,271 INFO:   Programming Cerebras Wafer Scale Cluster for execution. This may take a"
            " few minutes.",
            "2025-10-13 14:47:46,918 INFO:   Waiting for weight initialization to complete",
        ),
        "an execute job is about to be queued",
        owns=True,
        read=_programming,
    ),
)
