"""PopTorch: graph compilation and the MNIST program's bars, with what PopTorch and Poplar log around them.

Bars are torn by warnings and by output of other streams, repainted after they are full, and rubbed out: what
is read is only what stands there whole.
"""

from __future__ import annotations

import re
from typing import Any

from parsers.durations import read_clock
from parsers.evidence import EXCEPTION, SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.scribe import Scribe

_CLOCK = r"\d+(?::\d\d){1,2}"
LOGGED = EXCEPTION - 1
"""An error that PopTorch logs before it raises: the exception itself, when it is shown, is quoted instead."""
_COLD = 5.0
"""Seconds from which a compilation was surely one: an executable from the cache is there at once."""


# graph compilation


def _fresh(n: int, seconds: float, memory: dict[str, Any]) -> bool:
    """Whether a bar is another graph's, not a repaint of the full one: repaints show 97 or 98 % after 100 %."""
    full = memory.get("compiled")
    if full is None or seconds < full:
        return True
    if n < 100:
        return n <= 90
    return "worked" in memory or seconds - full > 2


def _third(found: re.Match[str], scribe: Scribe) -> bool:
    """A run compiles for training and for the test; a third graph after the test is another run's."""
    memory = scribe.memory
    if "tested last" not in memory or memory.get("graphs", 0) < 2:
        return False
    return int(found["n"]) in (0, 100) and _fresh(int(found["n"]), read_clock(found["spent"]), {**memory, "worked": True})


def _compiling(found: re.Match[str], scribe: Scribe) -> None:
    memory = scribe.memory
    n, seconds = int(found["n"]), read_clock(found["spent"])
    if not _fresh(n, seconds, memory):
        return
    if "compiled" in memory:
        del memory["compiled"]
        memory.pop("stages", None)
    scribe.kind("compile")
    if scribe.phase != "compile" and scribe.ended is None:
        scribe.enter("compile")
    if n < 100:
        if n:
            memory["stages"] = True
        return
    _compiled(seconds, scribe)


def _compiled(seconds: float, scribe: Scribe) -> None:
    """A graph is compiled, or its executable came from the cache: then the bar is full at once."""
    memory = scribe.memory
    staged = "stages" in memory
    cached = True if seconds == 0 and not staged else False if (staged and seconds) or seconds >= _COLD else None
    memory["compiled"] = seconds
    memory["graphs"] = memory.get("graphs", 0) + 1
    memory.pop("worked", None)
    if memory["graphs"] == 1 and not {"epochs done", "tested", "cut"} & memory.keys():
        memory["train graph"] = seconds
        scribe.metric("compile_seconds", seconds)
    if cached and "cached" not in memory:
        memory["cached"] = True
        graph = "This graph, compiled after the training," if "epochs done" in memory else "The graph"
        scribe.notice("compile-skipped", "info", f"{graph} was ready after 0 s: its executable came from the cache, so times of "
                      "this run do not compare with those of one that compiled.")
    if "cache section" in memory:
        scribe.enter("compile", cached)  # it goes on with the load onto the device
        return
    scribe.leave("compile", seconds, cached)
    if scribe.ended is not None or "tested" in memory:
        return
    if "epochs done" in memory:
        scribe.enter("evaluate")
    elif "epochs" in memory or "training" in memory:
        scribe.enter("train")


# the bar over epochs: what it counts to is how many there really were


def _another_training(found: re.Match[str], scribe: Scribe) -> bool:
    memory = scribe.memory
    known = memory.get("epochs")
    if found["n"] is None:
        return "tested" in memory and known is not None
    n, of, spent = int(found["n"]), int(found["of"]), read_clock(found["spent"])
    if "tested" in memory:
        return n == 0 if known is None else (n, of, spent) != known
    if scribe.ended is not None and n == 0:
        return True
    return known is not None and n < known[0] and (n == 0 or spent < known[2])


def _epochs(found: re.Match[str], scribe: Scribe) -> None:
    memory = scribe.memory
    scribe.kind("training")
    if found["n"] is None:
        return
    n, of, spent = int(found["n"]), int(found["of"]), read_clock(found["spent"])
    known = memory.get("epochs")
    if scribe.ended == "failed" and known is not None and n > known[0]:
        scribe.resume()
    memory["epochs"] = (n, of, spent)
    scribe.progress("epoch", n, of)
    if found["left"] != "?" and scribe.ended is None:
        scribe.remaining(read_clock(found["left"]))
    if n == 0:
        return
    memory["worked"] = memory["going"] = True
    if n < of:
        if scribe.phase != "train" and scribe.ended is None:
            scribe.enter("train")
        return
    scribe.metric("train_seconds", spent)
    # While the bar runs its rate is smoothed; only the mean, shown last, fits the time it took.
    if found["rate"] and abs(float(found["rate"]) * of - spent) <= 1 + 0.005 * of:
        scribe.metric("seconds_per_epoch", float(found["rate"]))
    if "epochs done" not in memory:
        memory["epochs done"] = True
        _trained(spent, scribe)


def _trained(spent: float, scribe: Scribe) -> None:
    """The bar's clock starts before the graph of the training is compiled."""
    compiled = scribe.memory.get("train graph")
    if scribe.phase != "train":
        scribe.enter("train")
    if compiled is None or compiled > spent:
        scribe.leave("train")
        scribe.notice("total-includes-compile", "info", f"The {spent:g} s of the Epochs bar include the compilation of the "
                      "training graph, or its load from the cache: this log does not show how long that took.")
        return
    scribe.leave("train", spent - compiled)
    if compiled:
        scribe.notice("total-includes-compile", "info", f"The {spent:g} s of the Epochs bar include {compiled:g} s of graph "
                      f"compilation: about {spent - compiled:g} s were training.")


# the bar over batches of an epoch: rubbed out when the epoch ends


def _batch(found: re.Match[str], scribe: Scribe) -> None:
    memory = scribe.memory
    n, of = int(found["n"]), int(found["of"])
    place = (memory.get("epochs", (0,))[0], n)
    if scribe.ended == "failed" and place > memory.get("place", (0, 0)):
        scribe.resume()
    if scribe.ended is not None or "epochs done" in memory:
        return
    memory["place"] = place
    memory["worked"] = memory["going"] = True
    scribe.kind("training")
    if scribe.phase != "train":
        scribe.enter("train")
    if memory.get("steps per epoch") != of:
        memory["steps per epoch"] = of
        scribe.param("steps_per_epoch", of)
    shown = (found["loss"], found["accuracy"])
    if memory.get("batch") == shown:
        return  # a repaint
    memory["batch"] = shown
    # Without the bar over epochs a late repaint may be of the epoch before: then there is no telling the step.
    step = place[0] * of + n if "epochs" in memory else None
    scribe.metric("loss", float(found["loss"]), step=step)
    scribe.metric("train_accuracy", float(found["accuracy"]), step=step)


# the model and its test


def _printed_again(found: re.Match[str], scribe: Scribe) -> bool:
    return "tested" in scribe.memory and "model printout" in scribe.seen


def _tested(found: re.Match[str], scribe: Scribe) -> None:
    memory = scribe.memory
    scribe.metric("accuracy", float(found["accuracy"]))
    if scribe.phase in ("evaluate", "train"):
        scribe.leave(scribe.phase)
    memory["tested"] = True
    if "epochs done" in memory:
        memory["tested last"] = True
    scribe.end("finished", SUCCESS)


def _critical(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(found["error"], LOGGED)


def _cut(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["cut"] = True


_STAMP = r"\[\d\d:\d\d:\d\d\.\d{3}\] \[poptorch::?(?:cpp|python)\] "

POPTORCH: tuple[Line, ...] = (
    Line(
        "graph compilation",
        rf"Graph compilation: +\d+%\|[^|]*\| *(?P<n>\d+)/100 \[(?P<spent>{_CLOCK})<(?:{_CLOCK}|\?)\]",
        (
            "Graph compilation: 100%|██████████| 100/100 [00:22<00:00]",
            "Graph compilation:  84%|████████▍ | 84/100 [1:09:59<20:26]",
            "Graph compilation:   0%|          | 0/100 [00:00<?]",
        ),
        "a graph is compiled for the IPU; complete at once, it came from the cache",
        owns=True, begins=_third, read=_compiling,
    ),
    Line(
        "epochs",
        rf"Epochs: +\d+%\|(?:[^|]*\| *(?P<n>\d+)/(?P<of>\d+) \[(?P<spent>{_CLOCK})<(?P<left>{_CLOCK}|\?)"
        r"(?:, *(?:(?P<rate>\d+\.\d+)s/it|\?? ?[\d.]*it/s)\])?)?",
        (
            "Epochs: 100%|██████████| 10/10 [01:25<00:00,  8.56s/it]",
            "Epochs:   0%|          | 0/10 [00:00<?,[05:11:14.165] [poptorch:cpp] [warning] [DISPATCHER] Type coerced from Long "
            "to Int for tensor id 10",
            "Epochs:   0%|",
        ),
        "epochs done, of how many there really are; the clock includes the graph compilation",
        begins=_another_training, read=_epochs,
    ),
    Line(
        "batches",
        rf"Loss: ?(?P<loss>{NUMBER}) \| Accuracy: ?(?P<accuracy>{NUMBER})% ?: +\d+%\|[^|]*\| *(?P<n>\d+)/(?P<of>\d+) \[",
        (
            "Loss: 1.4877 | Accuracy: 97.50% :  45%|████▌     | 68/150 [00:03<00:04, 18.9it/s]",
            "Loss:6.7462 | Accuracy:0.62%: 100%|██████████| 78/78 [02:48<00:00,  2.16s/it]",
        ),
        "loss and accuracy of the last batch",
        read=_batch,
    ),
    Line(
        "test accuracy",
        rf"Accuracy on test set: (?P<accuracy>{NUMBER})%",
        ("Accuracy on test set: 98.35%", "Accuracy on test set: 96.85%██████| 100/100 [00:00<00:00]"),
        "accuracy on the test set: the program's last word",
        kind="evaluation", read=_tested,
    ),
    Line(
        "model printout",
        r"TrainingModelWithLoss\(",
        ("TrainingModelWithLoss(", " 95%|███████TrainingModelWithLoss(:00, 45.51it/s]0<00:00]"),
        "the model that is trained",
        kind="training", begins=_printed_again,
    ),
    Line(
        "poptorch failure",
        _STAMP + r"\[critical\] (?P<error>\S.*)$",
        ("[09:01:59.258] [poptorch::python] [critical] poptorch.poptorch_core.Error: In poptorch/popart_compiler/source/"
         "CompilerImpl.cpp:725: 'poptorch_cpp_error': Failed to acquire 1 IPU(s)",),
        "PopTorch gives up",
        owns=True, read=_critical,
    ),
    Line(
        "poptorch",
        _STAMP + r"\[(?:trace|debug|info|warning|err|error)\] ",
        ("[05:11:14.165] [poptorch:cpp] [warning] [DISPATCHER] Type coerced from Long to Int for tensor id 10",
         "[17:47:29.860] [poptorch:cpp] [warning] ...repeated messages suppressed..."),
        "PopTorch's log: local time without a date",
        owns=True,
    ),
    Line(
        "poplar",
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [A-Za-z]+:[\w:]+ +\d+\.\d+ [TDIWEC]: ",
        ("2024-04-05T04:40:21.010407Z PL:POPLIN    1600912.1600912 W: poplin::preplanConvolution() is deprecated! Use "
         "poplin::preplan() instead",
         "2024-04-08T09:27:07.604347Z PO:ENGINE   791072.791072 W: Estimated counters: 188416, actual counters: 59971"),
        "Poplar's log: UTC",
        owns=True, anchors=("PL:", "PO:", "popart:", "popxl:", "poplar:", "Z P"),
    ),
    Line(
        "module",
        r"^\(\w+\): [A-Z]\w*\(",
        ("  (model): Network(", "      (conv): Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1))"),
        "a part of the model",
        role="noise",
    ),
    Line(
        "data set",
        r"^(?:Downloading https?://\S+(?: to \S+)?|Extracting \S+ to \S+)$",
        ("Downloading http://yann.lecun.com/exdb/mnist/train-images-idx3-ubyte.gz",
         "Extracting /home/user/.torch/MNIST/raw/train-images-idx3-ubyte.gz to /home/user/.torch/MNIST/raw"),
        "the data set is fetched",
        role="noise",
        anchors=("Downloading http", "Extracting "),
    ),
    Line(
        "warning",
        r"^\S+\.pyx?:\d+: \w*Warning: |^warn(?:ings\.warn)?\(",
        ("/usr/lib/python3.8/multiprocessing/resource_tracker.py:216: UserWarning: resource_tracker: There appear to be 1 leaked "
         "semaphore objects to clean up at shutdown", "  warnings.warn('resource_tracker: There appear to be %d '"),
        "a warning of a Python library",
        role="noise",
        anchors=("Warning: ", "warn("),
    ),
    Line(
        "cut",
        r"^(?:\.\.\.|\[\.\.\.\]|…)$",
        ("...", "[...]"),
        "lines were cut out here",
        role="noise", read=_cut, anchors=("...", "…"),
    ),
)
