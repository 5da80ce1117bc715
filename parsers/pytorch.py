"""What PyTorch's well-known example programs print, on any device: MNIST, torchvision's references, minGPT."""

from __future__ import annotations

import re

from parsers.durations import read_clock, read_duration
from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.patterns import late
from parsers.scribe import Scribe, number_or_text

_ARGUMENT = late(r"(?P<k>[a-z_]\w*)=(?P<v>'[^']*'|\"[^\"]*\"|[^,()\[\]{}]+)(?=, [a-z_]\w*=|$)")
_MODELS = ("model_name_or_path", "model", "arch")


def arguments(text: str, scribe: Scribe) -> None:
    """The arguments of a program, as argparse prints them. One process's batch is no batch size when there are more."""
    given = {found["k"]: found["v"].strip("'\"") for found in _ARGUMENT.finditer(text)}
    plain = {key: number_or_text(value) for key, value in given.items() if value not in ("None", "")}
    for key in _MODELS:
        if isinstance(plain.get(key), str):
            scribe.param("model", plain[key])
            break
    world = plain.get("world_size")
    several = isinstance(world, int) and world > 1
    if several and isinstance(world, int):
        scribe.param("num_devices", world)
        scribe.memory["world"] = world
    batch = plain.get("batch_size")
    if isinstance(batch, int) and batch > 0:
        scribe.param("device_batch_size" if several else "batch_size", batch)
        scribe.memory["batch"] = batch
    for key in ("learning_rate", "lr"):
        if isinstance(plain.get(key), float):
            scribe.param("learning_rate", plain[key])
            break
    for key in ("epochs", "num_epochs", "num_train_epochs"):
        epochs = plain.get(key)
        if isinstance(epochs, (int, float)) and epochs > 0:
            planned(epochs, scribe)
            break


def planned(epochs: float, scribe: Scribe) -> None:
    """The epochs that the program was told to train."""
    scribe.memory["epochs"] = epochs
    scribe.progress("epoch", None, epochs)


def _namespace(found: re.Match[str], scribe: Scribe) -> None:
    arguments(found["arguments"], scribe)


# MNIST


def _starts_over(found: re.Match[str], scribe: Scribe) -> bool:
    """After a test, an epoch that was trained before belongs to another launch."""
    return int(found["epoch"]) <= int(scribe.memory.get("tested", 0))


def _mnist(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.ended == "finished":
        scribe.resume()
    scribe.enter("train")
    scribe.memory["epoch"] = int(found["epoch"])
    scribe.progress("epoch", int(found["epoch"]))
    scribe.metric("loss", float(found["loss"]))


def _tested(scribe: Scribe) -> None:
    """A test follows each epoch; it ends the run after the last one that was planned, or where the plan is not known."""
    scribe.memory["tested"] = scribe.memory.get("epoch", 0)
    scribe.leave("evaluate")
    if scribe.memory["tested"] >= scribe.memory.get("epochs", 0):
        scribe.end("finished", WEAK_SUCCESS)


def _average(found: re.Match[str], scribe: Scribe) -> None:
    _tested(scribe)


def _counted(found: re.Match[str], scribe: Scribe) -> None:
    """The count is exact where the percentage beside it is rounded to whole percents."""
    right, total = int(found["right"]), int(found["total"])
    if total > 0 and right <= total:
        scribe.metric("accuracy", 100 * right / total)
    _tested(scribe)


# torchvision's references


def _step(found: re.Match[str], scribe: Scribe) -> None:
    """Epochs and steps count from 0, steps anew in each epoch. The rate is of this step alone, and of one process."""
    epoch, step, steps = int(found["epoch"]), int(found["step"]), int(found["steps"])
    epochs = scribe.memory.get("epochs")
    scribe.progress("epoch", epoch, epochs)
    scribe.progress("step", step, steps)
    at = epoch * steps + step
    if (left := read_duration(found["eta"])) is not None:
        scribe.remaining(left)
    scribe.metric("loss", float(found["loss"]), step=at)
    scribe.param("learning_rate", number_or_text(found["lr"]))
    if found["rate"] is None:
        return
    rate = float(found["rate"])
    scribe.metric("throughput", rate, step=at)
    world, batch, seconds = scribe.memory.get("world", 1), scribe.memory.get("batch"), float(found["time"])
    if world > 1 and batch and seconds > 0 and 0.5 < rate * seconds / batch < 2:
        scribe.notice(
            "per-device-rate", "warning",
            f"img/s is one process's rate ({batch} a step); {world} processes train, about {world} times as fast together.",
        )


def _epoch_time(found: re.Match[str], scribe: Scribe) -> None:
    scribe.progress("epoch", int(found["epoch"]) + 1)


def _training_time(found: re.Match[str], scribe: Scribe) -> None:
    seconds = read_clock(found["clock"])
    scribe.metric("train_seconds", seconds)
    scribe.end("finished", SUCCESS)


_AVERAGED = rf"{NUMBER} \({NUMBER}\)"

PYTORCH: tuple[Line, ...] = (
    Line(
        "arguments of the program",
        r"^(?:Args: |args: |Arguments: )?Namespace\((?P<arguments>\w+=.*)\)$",
        ("Namespace(batch_size=256, epochs=1, lr=0.1, model='resnet50', world_size=8)",),
        "what the program was told to do",
        read=_namespace,
    ),
    Line(
        "MNIST train",
        r"^Train Epoch: (?P<epoch>\d+) \[\d+/\d+(?:\.0)? \(\d+(?:\.\d+)?%\)\]\s+Loss: (?P<loss>\d+\.\d{6}|nan|inf)$",
        ("Train Epoch: 1 [640/60000 (1%)]	Loss: 1.870048", "Train Epoch: 1 [59520/60000.0 (99%)] Loss: 0.005988"),
        "loss of a batch",
        kind="training",
        begins=_starts_over,
        read=_mnist,
    ),
    Line(
        "MNIST test set",
        r"^Total test set: \d+, number of workers: \d+$",
        ("Total test set: 10000, number of workers: 1",),
        "the test begins",
        enters="evaluate",
    ),
    Line(
        "MNIST average",
        r"^\* Average Acc (?P<accuracy>\d+\.\d{3}) Average loss (?P<loss>\d+\.\d{3}|nan|inf)$",
        ("* Average Acc 98.430 Average loss 0.047",),
        "test accuracy in percent, and loss",
        kind="evaluation",
        metrics={"accuracy": "accuracy", "eval_loss": "loss"},
        read=_average,
    ),
    Line(
        "MNIST test",
        r"^Test set: Average loss: (?P<loss>\d+\.\d{4}|nan|inf), Accuracy: (?P<right>\d+)/(?P<total>\d+) \(\d+(?:\.\d+)?%\)$",
        ("Test set: Average loss: 0.0415, Accuracy: 9863/10000 (99%)",),
        "test accuracy and loss",
        kind="evaluation",
        metrics={"eval_loss": "loss"},
        read=_counted,
    ),
    Line(
        "torchvision step",
        r"^Epoch: \[(?P<epoch>\d+)\] +\[ *(?P<step>\d+)/(?P<steps>\d+)\] +eta: (?P<eta>[\d:, days]+)  lr: (?P<lr>[\d.e-]+)"
        rf"(?:  img/s: (?P<rate>{NUMBER})(?: \({NUMBER}\))?)?  loss: (?P<loss>{NUMBER}) \({NUMBER}\)(?:  acc[15]: {_AVERAGED})*"
        r"  time: (?P<time>\d+\.\d+)(?= )",
        (
            "Epoch: [0]  [ 20/622]  eta: 0:16:40  lr: 0.1  img/s: 4432.052451134573  loss: 7.1133 (7.1174)  "
            "acc1: 0.3906 (0.3906)  acc5: 1.1719 (0.9115)  time: 1.1344  data: 0.0488  max mem: 16966",
        ),
        "loss and rate of a step",
        kind="training",
        enters="train",
        read=_step,
    ),
    Line(
        "torchvision epoch",
        r"^Epoch: \[(?P<epoch>\d+)\] Total time: \d+:\d\d:\d\d$",
        ("Epoch: [0] Total time: 0:01:11",),
        "an epoch is done",
        kind="training",
        read=_epoch_time,
    ),
    Line(
        "torchvision test step",
        r"^Test: +\[ *\d+/\d+\] +eta: ",
        ("Test:   [ 0/25]  eta: 0:02:25  loss: 7.6194 (7.6194)  acc1: 0.3906 (0.3906)  acc5: 0.7812 (0.7812)  time: 5.8004",),
        "progress of a test",
        kind="evaluation",
        enters="evaluate",
    ),
    Line(
        "torchvision test",
        r"^Test: +Acc@1 (?P<accuracy>\d+\.\d{3}) Acc@5 \d+\.\d+$",
        ("Test:  Acc@1 0.330 Acc@5 1.725",),
        "test accuracy in percent",
        kind="evaluation",
        leaves="evaluate",
        metrics={"accuracy": "accuracy"},
    ),
    Line(
        "training time",
        r"^Training time (?P<clock>(?:\d+ days?, )?\d+:\d\d:\d\d)$",
        ("Training time 0:01:23",),
        "training is over",
        kind="training",
        leaves="train",
        read=_training_time,
    ),
    Line(
        "minGPT step",
        r"^iter_dt \d+\.\d+ms; iter (?P<step>\d+): train loss (?P<loss>\d+\.\d{5}|nan|inf)$",
        ("iter_dt 18.48ms; iter 1900: train loss 0.00042",),
        "loss of a step",
        kind="training",
        enters="train",
        progress={"step": ("step", None)},
        metrics={"loss": "loss"},
    ),
)
