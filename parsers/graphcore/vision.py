"""Graphcore's CNN trainer and benchmark summaries, and Keras on the IPU. Accuracies here are percent."""

from __future__ import annotations

import re
from collections.abc import Callable

from parsers.durations import read_clock
from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.scribe import Scribe

Read = Callable[["re.Match[str]", Scribe], None]


def _leads(scribe: Scribe) -> bool:
    """Whether this rank's word counts: all ranks print the same, and the first one heard speaks for them."""
    rank = scribe.message.rank
    return rank is None or scribe.memory.setdefault("rank", rank) == rank


# CNN trainer: `Epoch 1/2` begins an epoch, a bare `Epoch 1` ends it


def _first_epoch(found: re.Match[str], scribe: Scribe) -> bool:
    return int(found["epoch"]) == 1 and (scribe.ended is not None or scribe.memory.get("current", 1) > 1)


def _epoch_begins(found: re.Match[str], scribe: Scribe) -> None:
    if not _leads(scribe):
        return
    epoch = int(found["epoch"])
    scribe.memory["current"] = epoch
    scribe.memory.pop("full bar", None)
    scribe.memory["planned"] = int(found["of"])
    scribe.progress("epoch", epoch - 1, int(found["of"]))
    if scribe.phase not in ("train", "compile"):
        scribe.enter("train")


def _epoch_ends(found: re.Match[str], scribe: Scribe) -> None:
    """The line often falls onto a bar whose rest stays behind it, so the number must be the epoch that is under way."""
    current = scribe.memory.get("current")
    if _leads(scribe) and current is not None and found["epoch"].startswith(str(current)):
        scribe.progress("epoch", current)


def _reported(found: re.Match[str], scribe: Scribe) -> None:
    if not _leads(scribe):
        return
    memory = scribe.memory
    memory["going"] = True
    name = {"loss": "loss", "accuracy": "train_accuracy", "throughput": "throughput"}[found["name"]]
    epoch = memory.get("current")
    scribe.metric(name, float(found["value"]), step=epoch if name == "throughput" else None)
    if name == "throughput":
        if epoch is not None:
            scribe.progress("epoch", epoch)
        if "reported" not in memory and epoch in (None, 1):
            scribe.notice("warm-up-included", "info", f"The first epoch's {found['value']} samples/s are counted from before the "
                          "graph compilation: compare later epochs.")
        memory["reported"] = True


def _validated(found: re.Match[str], scribe: Scribe) -> None:
    if _leads(scribe):
        scribe.metric("accuracy", float(found["accuracy"]))


def _finished(found: re.Match[str], scribe: Scribe) -> None:
    if not _leads(scribe):
        return
    if scribe.phase == "train":
        scribe.leave("train")
    scribe.end("finished", SUCCESS)
    if found["took"] is None:
        return
    scribe.metric("train_seconds", read_clock(found["took"]))
    if compiled := scribe.memory.get("train graph"):
        scribe.notice("total-includes-compile", "info", f"The {found['took']} of training include {compiled:g} s of graph "
                      "compilation.")


# benchmark summaries: one command's own account of a run


def _benchmark(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["runtime shown"] = found["seconds"]
    scribe.metric("duration_seconds", float(found["seconds"]))
    scribe.end("finished", WEAK_SUCCESS)


def _benchmark_again(found: re.Match[str], scribe: Scribe) -> bool:
    return scribe.ended is not None and scribe.memory.get("runtime shown") != found["seconds"]


def _result(found: re.Match[str], scribe: Scribe) -> None:
    name = {"throughput": "throughput", "accuracy": "train_accuracy", "loss": "loss"}[found["name"]]
    if found["name"] == "loss":
        scribe.kind("training")
    scribe.metric(name, float(found["value"]))


def _benchmark_compiled(found: re.Match[str], scribe: Scribe) -> None:
    if found["seconds"] is not None:
        scribe.metric("compile_seconds", float(found["seconds"]))
        scribe.leave("compile", float(found["seconds"]))
        if total := scribe.memory.get("runtime shown"):
            scribe.notice("total-includes-compile", "info", f"The total runtime of {total} s is the benchmark command's clock: "
                          f"it includes {found['seconds']} s of compilation.")
    scribe.end("finished", SUCCESS)


# Keras


def _keras_epoch(found: re.Match[str], scribe: Scribe) -> None:
    epoch, of = int(found["epoch"]), int(found["of"])
    scribe.memory["current"], scribe.memory["planned"] = epoch, of
    scribe.memory.pop("full bar", None)
    scribe.progress("epoch", epoch - 1, of)
    if scribe.phase != "train" and scribe.ended is None:
        scribe.enter("train")


_KERAS_PAIR = re.compile(rf" - (?P<key>[a-z_]+): (?P<value>{NUMBER})(?= - |$)")
_VALIDATED = {"val_loss": "eval_loss", "val_accuracy": "eval_accuracy", "val_acc": "eval_accuracy"}
_EVALUATED = {"loss": "eval_loss", "accuracy": "eval_accuracy", "acc": "eval_accuracy"}


def _keras_bar(found: re.Match[str], scribe: Scribe) -> None:
    """A bar of an evaluation looks the same: it is one where no epoch has begun, or after an epoch's own full bar."""
    memory = scribe.memory
    n, of, current = int(found["n"]), int(found["of"]), memory.get("current")
    if current is None or memory.get("full bar") == (current, scribe.message.text):
        return
    memory["going"] = True
    whole = n == of and found["took"] is not None
    evaluated = "full bar" in memory and memory["full bar"][0] == current
    if not evaluated and found["loss"] is not None:
        scribe.metric("loss", float(found["loss"]), step=(current - 1) * of + n)
    if not whole:
        return
    for pair in _KERAS_PAIR.finditer(scribe.message.text):
        if name := (_EVALUATED if evaluated else _VALIDATED).get(pair["key"]):
            scribe.metric(name, float(pair["value"]))
    if evaluated:
        return
    memory["full bar"] = current, scribe.message.text
    scribe.progress("epoch", current)
    took = int(found["took"])
    if current == 1:
        memory["first epoch"] = took
    elif current == 2 and memory.get("first epoch", 0) > 2 * max(took, 1):
        scribe.notice("warm-up-included", "info", f"Epoch 1 took {memory['first epoch']} s and epoch 2 took {took} s: the first "
                      "includes the compilation.")
    if current == memory.get("planned"):
        scribe.leave("train")
        scribe.end("finished", WEAK_SUCCESS)


def _loader_rate(found: re.Match[str], scribe: Scribe) -> None:
    scribe.metric("throughput", float(found["rate"]))


_BENCHMARK = r"^\[INFO\] [\d:. -]{8,20}: +"

VISION: tuple[Line, ...] = (
    Line(
        "epoch begins",
        r"^(?:\[INFO\] )?Epoch (?P<epoch>\d+)/(?P<of>\d+)$",
        ("[1,0]<stdout>:[INFO] Epoch 2/2", "[INFO] Epoch 1/2"),
        "an epoch begins",
        kind="training", begins=_first_epoch, read=_epoch_begins,
    ),
    Line(
        "epoch ends",
        r"\[INFO\] Epoch (?P<epoch>\d+)(?![\d/])",
        ("[INFO] Epoch 1", "Loss:6.7539 [1,0]<stdout>:[INFO] Epoch 1████▌| 75/78 [02:42<00:06,  2.05s/it][1,0]<stderr>:"),
        "an epoch is done",
        kind="training", read=_epoch_ends,
    ),
    Line(
        "epoch's figures",
        rf"^\[INFO\] (?P<name>loss|accuracy|throughput): (?P<value>{NUMBER})(?:(?<=\d),$| %$| samples/sec$)",
        ("[INFO] loss: 6.7462,", "[INFO] accuracy: 0.62 %", "[1,0]<stdout>:[INFO] throughput: 7599.7 samples/sec"),
        "figures of an epoch; the throughput is global, and the first epoch's includes compilation",
        kind="training", read=_reported,
    ),
    Line(
        "validation",
        rf"^\[INFO\] Validation Accuracy: (?P<accuracy>{NUMBER})%$",
        ("[INFO] Validation Accuracy: 74.21%",),
        "accuracy on the validation set",
        kind="evaluation", read=_validated,
    ),
    Line(
        "set-up",
        r"^\[INFO\] (?:Global batch size: (?P<batch>\d+)|Total replicas: (?P<replicas>\d+)"
        r"|Number of IPUs required: (?P<ipus>\d+)"
        rf"|Learning rate is changed to (?P<rate>{NUMBER}))$",
        ("[INFO] Global batch size: 16384", "[INFO] Total replicas: 4", "[INFO] Number of IPUs required: 16",
         "[INFO] Learning rate is changed to 0.01"),
        "what was set",
        params={"batch_size": "batch", "num_replicas": "replicas", "num_devices": "ipus", "learning_rate": "rate"},
        anchors=("[INFO] ",),
    ),
    Line(
        "training finished",
        r"^\[INFO\] Finished training\. Time: .+?\. It took: (?P<took>(?:\d+ days?, )?\d+:\d\d:\d\d\.\d{6}$)?",
        ("[INFO] Finished training. Time: 2023-08-22 23:54:57.853508. It took: 0:05:26.090631",),
        "training is over; the time includes graph compilation",
        owns=True, kind="training", read=_finished,
    ),
    Line(
        "benchmark runtime",
        _BENCHMARK + rf"Total runtime: (?P<seconds>{NUMBER}) seconds$",
        ("[INFO] 2022-12-15 22:01:14: Total runtime: 1297.274336 seconds",),
        "the benchmark command's clock",
        begins=_benchmark_again, read=_benchmark,
    ),
    Line(
        "benchmark result",
        _BENCHMARK + rf"(?P<name>throughput|accuracy|loss) = '(?P<value>{NUMBER})'$",
        ("[INFO] 2022-12-15 22:01:14:    throughput = '39057.447368421046'", "[INFO] 2022-12-15 22:01:14:    loss = '2.8162'"),
        "a result of the benchmark",
        read=_result,
    ),
    Line(
        "benchmark compile time",
        _BENCHMARK + rf"Total compile time: (?:(?P<seconds>{NUMBER}) seconds|ERROR)$",
        ("[INFO] 2022-12-15 22:01:16:    Total compile time: 397.08 seconds",
         "[INFO] 2022-12-03 00:59:26:    Total compile time: ERROR"),
        "compilation within the benchmark; ERROR means that the benchmark did not find the figure",
        owns=True, read=_benchmark_compiled,
    ),
    Line(
        "IPU attached",
        r"TensorFlow device \S+ attached to (?P<ipus>\d+) IPUs? with Poplar device ID: \d+",
        ("2023-08-22 23:35:06.119772: I tensorflow/compiler/plugin/poplar/driver/poplar_executor.cc:1619] TensorFlow device "
         "/device:IPU:0 attached to 1 IPU with Poplar device ID: 0",),
        "TensorFlow has its IPUs",
        owns=True, params={"num_devices": "ipus"},
    ),
    Line(
        "Poplar version",
        r"Poplar version: (?P<version>\d+\.\d+\S*) \(\w+\) Poplar package: \w+",
        ("2023-08-22 23:35:02.925033: I tensorflow/compiler/plugin/poplar/driver/poplar_platform.cc:43] Poplar version: 3.3.0 "
         "(de1f8de2a7) Poplar package: b67b751185",),
        "the SDK's version",
        owns=True, params={"version": "version"},
    ),
    Line(
        "Keras bar",
        r"^(?P<n>\d+)/(?P<of>\d+) \[=*>?\.*\] - (?:ETA: [\d:smh]+|(?P<took>\d+)s \d+(?:us|ms|s)/(?:step|epoch|sample))"
        r"(?: - loss: (?P<loss>\d+\.\d{4}(?:e[-+]\d\d)?|nan|inf)(?= - |$))?",
        ("2000/2000 [==============================] - 1s 262us/step - loss: 0.3265",
         "2000/2000 [==============================] - 13s 6ms/step - loss: 0.6220"),
        "progress of a Keras epoch",
        read=_keras_bar, anchors=("/step", "/epoch", "/sample", "ETA: "),
    ),
    Line(
        "TensorFlow",
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}: [IW] tensorflow/",
        ("2023-08-22 23:35:07.087287: I tensorflow/compiler/mlir/mlir_graph_optimization_pass.cc:185] None of the MLIR "
         "Optimization Passes are enabled (registered 2)",),
        "TensorFlow's log",
        role="noise",
    ),
    Line(
        "loader's rate",
        rf"^IPU throughput: (?P<rate>{NUMBER}) items/s$",
        ("IPU throughput: 17956.52 items/s",),
        "items per second with the IPU in the loop",
        owns=True, read=_loader_rate,
    ),
    Line(
        "loader alone",
        rf"^(?:DataLoader: {NUMBER} items/s|Dataloader execution time: {NUMBER} s)$",
        ("DataLoader: 37710.01 items/s", "Dataloader execution time: 0.25 s"),
        "the data loader without the IPU",
        role="noise",
    ),
    Line(
        "loader's time",
        rf"^Dataloader with IPU training execution time: {NUMBER} s$",
        ("Dataloader with IPU training execution time: 0.53 s",),
        "the measurement of the data loader is over",
        owns=True, kind="training", ends="finished", strength=SUCCESS,
    ),
)
