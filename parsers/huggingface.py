"""Hugging Face's Trainer, on any device: headers, arguments, dicts of readings (versions 4 and 5), blocks of metrics."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from parsers.divergence import check_finite
from parsers.durations import read_duration
from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line, Message, Prefix
from parsers.patterns import late
from parsers.scribe import Scribe, number_or_text

_AT = r"(?:^|>> *|- INFO - [\w.]+ - +|INFO:[\w.]+: *)"
"""Where a message begins, whatever logger printed it."""
_HERE = r"(?:^|\] ?|>> *|- INFO - [\w.]+ - +|INFO:[\w.]+: *)"
"""Where a printed dict begins: as a message does, or right after the bar that it was written over."""
_PAIR = late(rf"'(?P<k>[^']+)': (?:'(?P<s>{NUMBER})'|(?P<v>{NUMBER}))(?=[,}}])")
_NAMES = {
    "train_runtime": "train_seconds",
    "train_samples_per_second": "throughput",
    "train_steps_per_second": "steps_per_second",
    "eval_loss": "eval_loss",
    "eval_accuracy": "eval_accuracy",
    "perplexity": "eval_perplexity",
    "eval_perplexity": "eval_perplexity",
}


def _readings(text: str) -> dict[str, float]:
    """The numbers of a printed dict; version 5 prints them as strings, and nan and inf stand bare."""
    return {pair["k"]: float(pair["s"] or pair["v"]) for pair in _PAIR.finditer(text)}


def _epoch(readings: dict[str, float], scribe: Scribe) -> None:
    if "epoch" in readings:
        scribe.progress("epoch", readings["epoch"])


def _mean_loss(loss: float, scribe: Scribe) -> None:
    """`train_loss` is the mean over the whole training: given only where no step's loss was logged."""
    if "loss" in scribe.memory:
        return
    scribe.metric("loss", loss)
    scribe.notice("mean-loss", "info", f"Loss {loss:g} is the mean over the whole training; no single step's loss was logged.")


def _log(found: re.Match[str], scribe: Scribe) -> None:
    readings = _readings(found["dict"])
    _epoch(readings, scribe)
    if "loss" not in readings:
        return
    scribe.enter("train")
    scribe.memory["loss"] = readings["loss"]
    scribe.metric("loss", readings["loss"])
    scribe.memory["logged"] = scribe.message.line.number, readings.get("epoch")
    check_finite(readings["loss"], "loss", scribe)
    if math.isnan(readings.get("grad_norm", 0.0)):
        check_finite(readings["grad_norm"], "norm of the gradients", scribe)
    if "learning_rate" in readings:
        scribe.param("learning_rate", readings["learning_rate"])
    n, of, line = scribe.file.get("bar", (0, 0, 0))
    if line == scribe.message.line.number and n < of and not scribe.seen["evaluated"] and not scribe.seen["evaluation begins"]:
        scribe.memory.setdefault("plan", of)  # the dict was written over the training bar


def _evaluated(found: re.Match[str], scribe: Scribe) -> None:
    readings = _readings(found["dict"])
    _epoch(readings, scribe)
    for key, name in _NAMES.items():
        if key in readings and name.startswith("eval_"):
            scribe.metric(name, readings[key])
            scribe.memory[name] = readings[key]
    scribe.leave("evaluate")
    if "trained" in scribe.memory:
        scribe.end("finished", WEAK_SUCCESS)


def _summary(found: re.Match[str], scribe: Scribe) -> None:
    readings = _readings(found["dict"])
    for key, value in readings.items():
        if key in _NAMES and not key.startswith("eval_"):
            scribe.metric(_NAMES[key], value)
    _epoch(readings, scribe)
    _left_out(readings, scribe)
    if "train_loss" in readings:
        _mean_loss(readings["train_loss"], scribe)
    scribe.memory["runtime"] = readings.get("train_runtime")
    scribe.memory["trained"] = "summary"
    scribe.leave("train")
    scribe.end("finished", SUCCESS)


def _left_out(readings: dict[str, float], scribe: Scribe) -> None:
    """Optimum's devices may leave warm-up steps out of the rate, which hides their compilation; the Trainer itself never."""
    runtime, rate = readings.get("train_runtime", 0.0), readings.get("train_samples_per_second", 0.0)
    samples = scribe.memory.get("examples", 0) * scribe.memory.get("epochs", 0)
    if runtime > 0 and samples and readings.get("epoch") == scribe.memory["epochs"] and rate > 1.02 * samples / runtime:
        scribe.notice(
            "warm-up-excluded", "info",
            f"{rate:g} samples/s leave warm-up steps out: {samples:,} samples in {runtime:g} s are {samples / runtime:.2f}/s.",
        )


def _again(found: re.Match[str], scribe: Scribe) -> bool:
    return "trained" in scribe.memory


def _evaluating(found: re.Match[str], scribe: Scribe) -> None:
    scribe.enter("evaluate")
    scribe.memory["header"] = "evaluation"
    if "trained" in scribe.memory:
        scribe.resume()


def _training(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["header"] = "training"


def _header(found: re.Match[str], scribe: Scribe) -> None:
    """A header's figures are of training or of evaluation, as the line above them says."""
    key, value = found["key"], int(found["value"].replace(",", ""))
    if scribe.memory.get("header") == "evaluation":
        if key == "Batch size":
            scribe.param("eval_batch_size", value)
        return
    if key == "Num Epochs":
        scribe.memory["epochs"] = value
        scribe.progress("epoch", None, value)
    elif key == "Total optimization steps":
        scribe.memory["plan"] = value
        scribe.progress("step", None, value)
    elif name := _PARAMS.get(key):
        if key == "Num examples":
            scribe.memory["examples"] = value
        scribe.param(name, value)


_PARAMS = {
    "Num examples": "num_examples",
    "Instantaneous batch size per device": "device_batch_size",
    "Total train batch size (w. parallel, distributed & accumulation)": "batch_size",
    "Total train batch size (w. parallel, distributed and accumulation)": "batch_size",
    "Gradient Accumulation steps": "gradient_accumulation_steps",
    "Number of trainable parameters": "num_parameters",
}


@dataclass
class Arguments:
    """The arguments that the examples print, one a line, up to the closing bracket."""

    count: int = 0
    steps: bool = False

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use `name=value,` lines."""
        self.count += 1
        found = _ARGUMENT.match(message.text)
        if found is None:
            return False
        key, value = found["k"], found["v"]
        if key == "learning_rate":
            scribe.param("learning_rate", number_or_text(value))
        elif key == "per_device_train_batch_size":
            scribe.param("device_batch_size", number_or_text(value))
        elif key == "gradient_accumulation_steps":
            scribe.param(key, number_or_text(value))
        elif key == "do_train" and value == "True":
            scribe.kind("training")
        elif key == "do_eval" and value == "True":
            scribe.kind("evaluation")
        elif key == "max_steps" and value.isdigit() and int(value) > 0:
            self.steps = True
            scribe.progress("step", None, int(value))
        elif key == "num_train_epochs" and not self.steps and re.fullmatch(r"\d+(?:\.\d+)?", value):
            scribe.progress("epoch", None, float(value))
        return self.count < 300


_ARGUMENT = late(r"^(?P<k>_?[a-z]\w*)=(?P<v>.*),$")


def read_arguments(found: re.Match[str], scribe: Scribe) -> None:
    scribe.waiting = Arguments()


@dataclass
class Metrics:
    """The rows under `***** train metrics *****`. They are right-aligned, so one that is shorter was cut off."""

    split: str
    width: int = 0

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use a row; what the summary's dict already gave with more digits stays."""
        found = _ROW.match(message.text)
        if found is None:
            return False
        if self.split == "train":
            scribe.memory.setdefault("trained", "block")
        width = message.line.indent + len(message.line.text)
        self.width = self.width or width
        if width == self.width and not message.line.torn:
            self._read(found["k"], found["v"], scribe)
        return True

    def _read(self, key: str, text: str, scribe: Scribe) -> None:
        name = _NAMES.get(key)
        if self.split == "train":
            if scribe.memory.get("trained") == "summary":
                return
            if key == "train_runtime":
                if (seconds := read_duration(text) if ":" in text else _float(text)) is not None:
                    scribe.metric("train_seconds", seconds)
                return
        if not _FLOAT.match(text):
            return
        value = float(text)
        if key == "epoch" and self.split == "train":
            scribe.progress("epoch", value)
        elif key == "train_loss":
            _mean_loss(value, scribe)
        elif name and name.startswith("eval_") == (self.split == "eval"):
            known = scribe.memory.get(name)
            if known is None or round(known, 4) != value:
                scribe.metric(name, value)


_ROW = late(r"^(?P<k>[a-z][\w()/ -]*?) += +(?P<v>\S+|\d+ days?, [\d:.]+)$")
def _float(text: str) -> float | None:
    return float(text) if _FLOAT.match(text) else None


_FLOAT = late(rf"^{NUMBER}$")


def _block(found: re.Match[str], scribe: Scribe) -> None:
    split = found["split"]
    scribe.waiting = Metrics(split)
    if split == "train":
        scribe.kind("training")
        scribe.end("finished", SUCCESS)
    elif split in ("eval", "test", "predict"):
        scribe.kind("evaluation")
        scribe.leave("evaluate")
        scribe.end("finished", SUCCESS)


def _after_block(found: re.Match[str], scribe: Scribe) -> bool:
    """A second `train metrics` block closes another training; one after the summary's dict is of the same."""
    return found["split"] == "train" and scribe.memory.get("trained") == "block"


HUGGING_FACE_PREFIX = Prefix(
    r"^\[(?P<level>[A-Z]+)\|[\w./-]+:\d+\] (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) >> ?"
)
HUGGING_FACE_PREFIXES = (
    HUGGING_FACE_PREFIX,
    Prefix(r"^(?P<at>\d\d/\d\d/\d{4} \d\d:\d\d:\d\d) - (?P<level>[A-Z]+) - [\w.]+ -(?: |$)"),
)
"""transformers' own logger, and the examples'."""

HUGGING_FACE: tuple[Line, ...] = (
    Line(
        "training begins",
        _AT + r"\*{5} Running training \*{5}$",
        (
            "***** Running training *****",
            "[INFO|trainer.py:790] 2024-10-18 20:45:00,170 >> ***** Running training *****",
        ),
        "the Trainer begins to train",
        kind="training",
        enters="train",
        begins=_again,
        read=_training,
    ),
    Line(
        "evaluation begins",
        _AT + r"\*{5} Running (?:Evaluation|Prediction|evaluation|prediction) \*{5}$",
        ("***** Running Evaluation *****", "[INFO|trainer.py:3242] 2024-10-18 20:45:00,170 >> ***** Running Prediction *****"),
        "the Trainer begins to evaluate",
        kind="evaluation",
        read=_evaluating,
    ),
    Line(
        "header",
        _AT + r" *(?P<key>Num examples|Num Epochs|Instantaneous batch size per device"
        r"|Total train batch size \(w\. parallel, distributed (?:&|and) accumulation\)|Gradient Accumulation steps"
        r"|Total optimization steps|Number of trainable parameters|Batch size) = (?P<value>\d+(?:,\d{3})*)$",
        (
            "  Num examples = 42,500",
            "  Total train batch size (w. parallel, distributed & accumulation) = 1,024",
            "[INFO|trainer.py:1812] 2023-05-01 10:00:00,000 >>   Num Epochs = 3",
        ),
        "what the Trainer is about to do",
        read=_header,
    ),
    Line(
        "arguments",
        _AT + r" *Training/[Ee]valuation parameters \w*TrainingArguments\($",
        ("11/14/2024 05:39:16 - INFO - __main__ -   Training/evaluation parameters TrainingArguments(",),
        "the Trainer's arguments follow",
        read=read_arguments,
    ),
    Line(
        "summary",
        _HERE + r"(?P<dict>\{'train_runtime': [^{}]*'train_samples_per_second': [^{}]*\})$",
        (
            "{'train_runtime': 992.6524, 'train_samples_per_second': 31.11, 'train_steps_per_second': 1.945, "
            "'train_loss': 1.1588270471830313, 'epoch': 3.0}",
            "{'train_runtime': '992.7', 'train_samples_per_second': '31.11', 'train_steps_per_second': '1.945', "
            "'train_loss': '1.159', 'epoch': '3'}",
        ),
        "training is over: its time, rates and mean loss",
        kind="training",
        read=_summary,
    ),
    Line(
        "evaluated",
        _HERE + r"(?P<dict>\{(?:'eval_[\w/]+': |'epoch': [^{}]*'eval_loss': )[^{}]*\})$",
        (
            "{'eval_loss': 0.35, 'eval_accuracy': 0.86, 'eval_runtime': 5.5, 'eval_samples_per_second': 18.0, "
            "'eval_steps_per_second': 2.25, 'epoch': 1.0}",
        ),
        "what an evaluation measured",
        kind="evaluation",
        read=_evaluated,
        anchors=("'eval_",),
    ),
    Line(
        "log",
        _HERE + r"(?P<dict>\{'[\w/.() -]+': [^{}]*'epoch': [^{}]*\})$",
        (
            "{'loss': 1.8051, 'grad_norm': 0.6015625, 'learning_rate': 9.938441702975689e-05, 'epoch': 0.16}",
            "{'loss': '2.345', 'grad_norm': 'nan', 'learning_rate': '5e-05', 'epoch': '0.1'}",
        ),
        "readings of training so far",
        kind="training",
        begins=_again,
        read=_log,
    ),
    Line(
        "metrics",
        r"^\*{5} (?P<split>train|eval|test|predict|all) metrics \*{5}$",
        ("***** train metrics *****", "***** eval metrics *****"),
        "a table of what was measured follows",
        begins=_after_block,
        read=_block,
    ),
    Line(
        "metric",
        r"^(?:epoch|train_\w+|eval_\w+|perplexity) +=  *\S+$",
        ("  train_samples_per_second =      31.11", "  epoch                    =        3.0"),
        "a row of that table; alone it says nothing",
        role="noise",
        anchors=("epoch ", "train_", "eval_", "perplexity "),
    ),
    Line(
        "argument",
        r"^(?:learning_rate|per_device_train_batch_size|gradient_accumulation_steps|do_train|do_eval|max_steps|num_train_epochs)=.*,$",
        ("learning_rate=0.0001,", "num_train_epochs=3.0,"),
        "one of the Trainer's arguments; alone it says nothing",
        role="noise",
    ),
    Line(
        "training completed",
        r"^Training completed\. Do not forget to share your model on huggingface\.co/models =\)$",
        ("Training completed. Do not forget to share your model on huggingface.co/models =)",),
        "training is over",
        kind="training",
        leaves="train",
        ends="finished",
        strength=SUCCESS,
    ),
    Line(
        "saving",
        _AT + r" *(?:Saving model checkpoint to|(?:Model weights|Configuration|tokenizer config file) saved in) \S+$",
        ("[INFO|trainer.py:1676] 2024-10-18 20:48:53,009 >> Saving model checkpoint to /tmp/outputs/",),
        "a checkpoint is written",
        role="noise",
    ),
)
"""Readings of `train_tokens_per_second` are left out: they are per device, unlike every other rate here."""
