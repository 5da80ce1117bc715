"""How a Cerebras launch ends: its words of success, what it processed, exceptions; the CSL SDK's output."""

from __future__ import annotations

import re

from parsers.evidence import EXCEPTION, SUCCESS
from parsers.grammar import Line
from parsers.scribe import Scribe

_COUNTED = r"(?:Processed|Completed) (?P<n>\d+) (?P<fit>training )?sample\(s\) ?in (?P<s>\d+(?:\.\d+)?) seconds\b"


def _ended(found: re.Match[str], scribe: Scribe) -> None:
    """A training or an evaluation is over; the launch may go on, so this is the end only if nothing follows."""
    evaluated = found["what"].lower() == "evaluation"
    scribe.kind("evaluation" if evaluated else "training")
    if not evaluated:
        scribe.memory["mode"] = "train"
    if scribe.phase in ("train", "evaluate", "checkpoint"):
        scribe.leave(scribe.phase)
    scribe.end("finished", SUCCESS)
    if found["n"]:
        _processed(found, scribe)


def _processed(found: re.Match[str], scribe: Scribe) -> None:
    """Figures of the whole launch, printed after a failure too: they prove no success. A validation's after the training's
    do not replace those."""
    if not scribe.memory.get("figures first"):
        scribe.memory["over"] = "fit" if found["fit"] else "run" if any(kind != "processed" for kind in scribe.seen) else None
    if "processed" in scribe.memory and not scribe.memory.get("steps since"):
        return
    scribe.memory["processed"] = True
    if found["fit"] and not scribe.seen["eval step"]:
        scribe.kind("training")
    scribe.memory["steps since"] = False
    samples, seconds = float(found["n"]), float(found["s"])
    scribe.metric("samples", samples)
    scribe.metric("train_seconds", seconds)
    if (found["fit"] or scribe.seen["train step without rates"]) and seconds:
        scribe.notice(
            "total-includes-compile",
            "info",
            f"The {found['s']} s contain queue, compile, staging, evaluation and checkpoints:"
            f" {found['n']} samples over them is {samples / seconds:.3g} a second, which is not the speed of training.",
        )


def _processed_begins(found: re.Match[str], scribe: Scribe) -> bool:
    """Where a launch was pasted with its figures above its steps, the next figures are the next launch's."""
    return bool(scribe.memory.get("figures first") and scribe.memory.get("steps since") and scribe.ended is None)


def _exception(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(scribe.message.text, EXCEPTION)
    if "NanError" in scribe.message.text:
        scribe.notice("not-a-number", "error", f"The appliance stopped at a NaN: {scribe.message.text}")


def _already(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.ended != "failed":
        scribe.kind("training")
        scribe.fail(scribe.message.text, EXCEPTION)


def _already_begins(found: re.Match[str], scribe: Scribe) -> bool:
    """It is raised before the first step, so after steps it is another launch's; unless its traceback was just read."""
    return scribe.ended != "failed" and ("last step" in scribe.memory or "processed" in scribe.memory)


def _sdk_success(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.memory.get("sdk"):
        if scribe.phase:
            scribe.leave(scribe.phase)
        scribe.end("finished", SUCCESS)


def _sdk_compiled(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("compile")
    if scribe.phase == "compile":
        scribe.leave("compile")
    scribe.end("finished", SUCCESS)


ENDINGS: tuple[Line, ...] = (
    Line(
        "completed",
        # "Training complete." alone is anybody's sentence: it counts with its samples only
        rf"^(?P<what>Training and Eval runs|Training|Evaluation) (?:[Cc]ompleted [Ss]uccessfully!"
        rf"|[Cc]omplete\.(?= ?[CP]\w+ed \d))(?: ?{_COUNTED}\.?)?$",
        (
            "2024-04-07 06:12:26,089 INFO:   Training completed successfully!",
            "2025-10-09 18:20:23,279 INFO:   Evaluation completed successfully!",
            "2024-06-01 00:00:00,000 INFO:   Training and Eval runs completed successfully!",
            "2023-11-10 20:56:38,576 INFO:   Training completed successfully! Processed 13200 sample(s) in"
            " 1316.022207736969 seconds.",
            "2023-03-15 19:01:28,754 INFO:   Training Complete. Completed 1280000 sample(s) in 42.468820095062256 seconds.",
            "INFO:root:Training complete. Completed 1024000 sample(s) in 160.75317454338074 seconds",
        ),
        "a training or an evaluation has come to its end",
        read=_ended,
    ),
    Line(
        "processed",
        rf"^{_COUNTED}",
        (
            "2024-04-07 06:12:26,089 INFO:   Processed 1024000 sample(s) in 211.257023485 seconds.",
            "2025-10-13 16:48:01,425 INFO:   Processed 204800 training sample(s) in 7303.586917439 seconds.",
        ),
        "samples of the launch and its time; from 2.3 on that of everything it did, and printed after a failure as well",
        begins=_processed_begins,
        read=_processed,
    ),
    Line(
        "monitoring over",
        r"^Monitoring (?:returned|is over without any issue)$",
        ("2023-05-15 17:48:14,792 INFO:   Monitoring returned", "INFO:root:Monitoring is over without any issue"),
        "the client stops watching the job",
    ),
    Line(
        "already trained",
        r"^RuntimeError: Initial global step \d+ already exceeds max step \d+\.",
        ("RuntimeError: Initial global step 1000 already exceeds max step 1000.",),
        "the checkpoint it starts from is as far as it should train: no step was run",
        owns=True,
        begins=_already_begins,
        read=_already,
    ),
    Line(
        "appliance exception",
        r"^cerebras[._]appliance\.errors\.(?P<exception>\w+)(?:: ?.*)?$",
        (
            "cerebras.appliance.errors.ApplianceUnknownError: Ran into error while receiving tensor output_norm for"
            " runtime iteration 10",
        ),
        "an exception of the appliance's client",
        owns=True,
        read=_exception,
    ),
    Line(
        "uncaught",
        r"^Uncaught exception:$",
        ("2025-07-11 18:04:23,200 ERROR:   Uncaught exception:",),
        "run.log's heading of a traceback",
        role="noise",
    ),
    Line(
        "SDK success",
        r"^SUCCESS!$",
        ("SUCCESS!",),
        "a CSL program's own check passed",
        read=_sdk_success,
    ),
    Line(
        "SDK compiled",
        r"^CSL compiler produced no messages\. Compilation successful\.",
        ("CSL compiler produced no messages. Compilation successful.",),
        "the CSL compiler is done",
        owns=True,
        read=_sdk_compiled,
    ),
    Line(
        "SDK compiler output",
        r"^CSL compiler output:$",
        ("INFO:cerebras.sdk.client.sdk_appliance_client:CSL compiler output:",),
        "what the CSL compiler says follows",
        owns=True,
    ),
    Line(
        "initializing bar",
        r"^Initializing module \S+: \[[\d:]+(?:, note=[^\]]*)?\]$",
        ("Initializing module BertForPreTrainingModel.perplexity_metric: [00:06, note=Initializing parameters]",),
        "parameters are made on the host",
        role="noise",
    ),
)
