"""The small applications of SN10 and SN30 (logreg, ffn_mnist, lenet, UNet), and their runtime's lines."""

from __future__ import annotations

import re

from parsers.evidence import EXCEPTION, SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.sambanova.launch import enter, job_speaks
from parsers.scribe import Scribe


def _relaunched(found: re.Match[str], scribe: Scribe) -> bool:
    """An epoch that is not after the last one, when that one's result or the training's end was printed."""
    over = scribe.seen["test accuracy"] and scribe.memory.get("tested", 0) >= int(found["epoch"])
    return bool(over or scribe.seen["zoo end"])


def _step(found: re.Match[str], scribe: Scribe) -> None:
    epoch, epochs, step, steps = (int(found[name]) for name in ("epoch", "epochs", "step", "steps"))
    if not scribe.seen["epoch step"] > 1:
        job_speaks(scribe)
        scribe.kind("training")
    enter(scribe, "train")
    last_epoch, last_step, before = scribe.memory.get("place", (epoch, 0, 0))
    if epoch > last_epoch and step <= last_step:
        before += steps  # steps are counted from each epoch's start
    scribe.memory["place"] = epoch, step, before
    scribe.progress("epoch", epoch, epochs)
    # of several epochs it is not sure whether the plan is for one or for all
    scribe.progress("step", step, steps if epochs == 1 else None)
    scribe.metric("loss", float(found["loss"]), step=before + step)
    if found["lr"] is not None and found["tokens"] is not None:
        scribe.param("learning_rate", float(found["lr"]))


def _test(found: re.Match[str], scribe: Scribe) -> None:
    epoch = scribe.memory.get("place", (0,))[0]
    scribe.memory["tested"] = epoch
    scribe.kind("training")
    scribe.metric("accuracy", float(found["accuracy"]))
    scribe.metric("eval_loss", float(found["loss"]))
    scribe.end("finished", WEAK_SUCCESS)


def _unet(found: re.Match[str], scribe: Scribe) -> None:
    """Each instance prints the rate of all of them: to be averaged, not added up."""
    scribe.kind("training")
    scribe.leave("train", float(found["seconds"]))
    scribe.metric("train_seconds", float(found["seconds"]))
    scribe.metric("throughput", float(found["rate"]))
    scribe.progress("epoch", float(found["epochs"]), float(found["epochs"]))
    scribe.progress("step", float(found["steps"]))
    scribe.end("finished", SUCCESS)


def _missing(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(scribe.message.text, EXCEPTION)


_LOSS = r"\d+\.\d{4}|nan|inf"  # all four decimals, or the line was cut

STARTERS = (
    Line(
        "epoch step",
        r"^(?:DP: \d+-way, )?Epoch \[(?P<epoch>\d+)/(?P<epochs>\d+)\], Step \[(?P<step>\d+)/(?P<steps>\d+)\], "
        rf"Loss: (?P<loss>{_LOSS})(?:, LR: (?P<lr>{NUMBER}))?(?:, Num tokens this step: (?P<tokens>\d+))?$",
        ("Epoch [1/1], Step [10000/60000], Loss: 0.4642", "DP: 2-way, Epoch [1/1], Step [1/2622], Loss: 11.1906"),
        "loss of a step; in logreg the mean since the epoch began", begins=_relaunched, read=_step,
    ),
    Line(
        "test accuracy", rf"^Test Accuracy: (?P<accuracy>\d+\.\d\d)\s+Loss: (?P<loss>{_LOSS})$",
        ("Test Accuracy: 91.40  Loss: 0.3014",), "accuracy in percent on the test data, after every epoch", read=_test,
    ),
    Line(
        "UNet result",
        rf"^inner train loop time : (?P<seconds>{NUMBER}) for (?P<epochs>\d+) epochs, number of global steps: (?P<steps>\d+), "
        rf"e2e samples_per_sec: (?P<rate>{NUMBER})$",
        ("inner train loop time : 374.6789753437042 for 10 epochs, number of global steps: 130, "
         "e2e samples_per_sec: 88.82270474202953",),
        "time and rate of all instances, printed by each of them", owns=True, read=_unet,
    ),
    Line(
        "app logs", r"^\[Info\]\[(?:SAMBA|MAC)\](?:\[Default\] )?# Placing log files in\b",
        ("[Info][SAMBA]# Placing log files in /home/u/apps/starters/logreg/pef/logreg/logreg.samba.log",
         "[Info][SAMBA][Default] # Placing log files in"),
        "SambaFlow began", owns=True,
    ),
    Line(
        "session", r"^(?:sn_create_session|SambaConnector): PEF File:(?: \S+)?$",
        ("2023-03-08T21:19:08 : [INFO][LIB][2688517]: sn_create_session: PEF File: pef/logreg/logreg.pef",
         "2021-6-11 8:38:49 : [INFO][SC][99185]: SambaConnector: PEF File:"),
        "the runtime opened the compiled program; often printed late", owns=True,
    ),
    Line(
        "no SambaFlow", r"^ModuleNotFoundError: No module named 'samba(?:flow|nova)?'$",
        ("ModuleNotFoundError: No module named 'sambaflow'",),
        "SambaFlow's environment is not active", owns=True, read=_missing,
    ),
)
