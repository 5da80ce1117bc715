"""What a running Cerebras job prints: steps with their rates, evaluation, checkpoints."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from parsers.cerebras.continuity import anew, backwards, goes_on
from parsers.divergence import check_finite
from parsers.durations import read_clock
from parsers.grammar import NUMBER, Line, Message
from parsers.patterns import late
from parsers.scribe import Scribe
from parsers.steady import Column

# A value counts only where what must follow it follows: half a number at a cut would be another number.
_STEP = late(r"\b(?:Global)?Step=(?P<v>\d+)(?=, )")
_LOSS = late(rf"\bLoss=(?P<v>{NUMBER})(?=, )|\bLoss=(?P<end>[-+]?\d+\.\d{{5}}|nan|inf|-inf)$")
_RATE = late(rf"(?<=[ ,])Rate=(?P<v>{NUMBER}) samples/sec(?=, |$)")
_GLOBAL_RATE = late(rf"\bGlobalRate=(?P<v>{NUMBER}) samples/sec(?=, |$)")
_CLOCK = r"(?:\d+ days?, )?\d+:\d\d:\d\d(?=, |$)"
_LEFT = late(rf"(?<![A-Za-z])TimeRemaining(?P<op>[=>])(?P<v>{_CLOCK})")
_LOOP_LEFT = late(rf"\bLoopTimeRemaining(?P<op>[=>])(?P<v>{_CLOCK})")
APART = 1.25
"""How far Rate and GlobalRate lie apart before it is worth a word."""


_Found = re.Match[str] | None


def _number(found: _Found) -> float | None:
    return float(found[found.lastgroup or 0]) if found else None


def _rates(text: str, scribe: Scribe, step: float | None) -> tuple[_Found, _Found, bool]:
    """Write the speeds of a line, and the time left; where the rates stand, and whether a time left stands there too."""
    rate_found, overall_found = _RATE.search(text), _GLOBAL_RATE.search(text)
    rate, overall = _number(rate_found), _number(overall_found)
    if rate is not None:
        scribe.metric("rate", rate, step=step)
    if overall is not None:
        scribe.metric("throughput", overall, step=step)
    left, loop_left = _LEFT.search(text), _LOOP_LEFT.search(text)
    if left:
        scribe.remaining(read_clock(left["v"]), left["op"] == ">")
    elif loop_left:
        scribe.remaining(read_clock(loop_left["v"]), True)
    newer = (left or loop_left) is not None  # printed from 2.5 on, when Rate came to be asked for at each step
    if newer and rate and overall and _apart(rate, overall) and not scribe.memory.get("rate told"):
        scribe.memory["rate told"] = True
        scribe.notice(
            "rate-unreliable",
            "warning",
            f"Rate says {rate:.10g} samples/s, GlobalRate {overall:.10g}: since release 2.5 Rate is a window of one step and "
            "jumps as output arrives in bursts; compare GlobalRate, or steps over time stamps.",
        )
    return rate_found, overall_found, newer


def _train(found: re.Match[str], scribe: Scribe) -> None:
    text = scribe.message.text
    goes_on(scribe)
    scribe.kind("training")
    scribe.memory["mode"] = "train"
    if "processed" in scribe.memory and "first step" not in scribe.memory:
        scribe.memory["figures first"] = True  # pasted with its figures above its steps
    scribe.memory["steps since"] = True
    _entered("train", scribe)
    step_found, loss_found = _STEP.search(text), _LOSS.search(text)
    step, loss = _number(step_found), _number(loss_found)
    if step is not None:
        scribe.memory.setdefault("first step", step)
        scribe.memory["last step"] = step
        scribe.progress("step", step)
    if loss is not None:
        scribe.metric("loss", loss, step=step)
        check_finite(loss, "loss", scribe, step)
    rate, overall, newer = _rates(text, scribe, step)
    if step_found is not None:
        _steady(scribe, step_found, (loss_found, rate, overall), newer)


_FIGURES = (Column("loss"), Column("rate"), Column("throughput"))


def _steady(scribe: Scribe, step: re.Match[str], figures: Sequence[_Found], newer: bool) -> None:
    """The steps that follow give no more than their figures; of the times left the last one counts."""
    places = {name: found.span(found.lastgroup or 0) for name, found in zip(_FIGURES, figures, strict=True) if found is not None}
    cut = scribe.message.cut
    if cut is not None:
        unsteady = _some_apart if newer else None
        beside = ("remaining",) if newer else ()
        scribe.steady({"step": (step.span("v"), None)}, places, unsteady=unsteady, at=cut.at, begin=cut.text[0], beside=beside)


def _some_apart(columns: Mapping[str, Sequence[float]], scribe: Scribe) -> bool:
    """Whether it has to be said that Rate and GlobalRate lie apart."""
    if scribe.memory.get("rate told") or "rate" not in columns or "throughput" not in columns:
        return False
    return any(map(_apart, columns["rate"], columns["throughput"]))


def _apart(rate: float, overall: float) -> bool:
    return bool(rate and overall and math.isfinite(rate) and not 1 / APART <= rate / overall <= APART)


def _step_begins(found: re.Match[str], scribe: Scribe) -> bool:
    """Steps that count from the start again are another launch's; so are those after a launch's very end, if they do not
    go further. A restart from a checkpoint only steps back some way."""
    step, last = _number(_STEP.search(found.string)), scribe.memory.get("last step")
    if step is None or last is None:
        return bool(scribe.memory.get("over"))
    if scribe.memory.get("over"):
        return step != last or backwards(scribe)
    return bool(step < last and step <= scribe.memory["first step"])


def _eval(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    scribe.kind("evaluation")
    _entered("evaluate", scribe)
    if scribe.memory.get("mode") == "train":  # the run's speed is its training's
        if left := _LEFT.search(scribe.message.text):
            scribe.remaining(read_clock(left["v"]), left["op"] == ">")
    else:
        _rates(scribe.message.text, scribe, None)


def _entered(phase: str, scribe: Scribe) -> None:
    """The phase went on since the appliance run began, or since the last checkpoint was saved."""
    since: Message | None = scribe.memory.pop("since", None)
    if scribe.phase == phase:
        return
    here = scribe.message
    if since is not None:
        scribe.message = since
    scribe.enter("train" if phase == "train" else "evaluate")
    scribe.message = here


def _began(found: re.Match[str], scribe: Scribe) -> None:
    """Queue and staging are over. Whether it trains or evaluates, this line does not say; the launch's plan may."""
    if scribe.ended == "failed":
        scribe.resume()  # restarted by its own trainer
    goes_on(scribe)
    steps = scribe.seen["train step"] + scribe.seen["eval step"]
    if scribe.phase != "load" and scribe.memory.get("began at") == steps:
        return  # the same line again
    scribe.memory["began at"] = steps
    if scribe.memory.get("mode") == "train" and not scribe.memory.get("loops"):
        scribe.enter("train")
    else:
        if scribe.phase is not None:
            scribe.leave(scribe.phase)
        scribe.memory["since"] = scribe.message
    scribe.memory["loops"] = True


def _saving(found: re.Match[str], scribe: Scribe) -> None:
    if (found["step"] or "") == "0":
        scribe.kind("training")
        scribe.memory["mode"] = "train"


def _saved(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.phase == "checkpoint":
        scribe.leave("checkpoint")
        if "last step" in scribe.memory:
            scribe.memory["since"] = scribe.message


def _average(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("evaluation")
    scribe.metric("eval_loss", float(found["v"]), step=scribe.memory.get("last step"))


_EVAL_METRICS = {
    "perplexity": "eval_perplexity", "lm_perplexity": "eval_perplexity",
    "accuracy": "eval_accuracy", "lm_accuracy": "eval_accuracy",
}


def _eval_metric(found: re.Match[str], scribe: Scribe) -> None:
    scope, _, name = found["name"].rpartition("/")
    if scope in ("", "eval", "val", "validation") and name in _EVAL_METRICS:
        scribe.metric(_EVAL_METRICS[name], float(found["v"]), step=scribe.memory.get("last step"))


def _tf_step(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    scribe.memory["steps since"] = True
    scribe.memory["mode"] = "train"
    step = float(found["step"])
    scribe.memory.setdefault("first step", step)
    scribe.memory["last step"] = step
    _entered("train", scribe)


def _tf_begins(found: re.Match[str], scribe: Scribe) -> bool:
    step, last = float(found["step"]), scribe.memory.get("last step")
    return bool(last is not None and step < last and (scribe.ended is not None or step <= scribe.memory["first step"]))


STEPS: tuple[Line, ...] = (
    Line(
        "train step",
        r"^\| Train Device=[^,]+, (?:Global)?Step=\d+, (?=\w)",
        (
            "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1000, Loss=7.07812, Rate=4853.35 samples/sec,"
            " GlobalRate=4847.18 samples/sec",
            "2025-10-08 04:17:27,583 INFO:   | Train Device=CSX, Step=1, Loss=12.59069, Rate=18.99 samples/sec,"
            " GlobalRate=18.99 samples/sec, LoopTimeRemaining=0:07:35, TimeRemaining>0:07:35",
            "2023-11-10 20:40:15,694 INFO:   | Train Device=xla:0, Step=100, Loss=9.18750, Rate=19.81 samples/sec,"
            " GlobalRate=19.81 samples/sec",
            "2023-11-10 20:40:15,694 INFO:   | Train Device=cuda, Step=100, Loss=9.18750, Time=00:01:12",
        ),
        "loss and rates of a training step, over all systems",
        owns=True,
        begins=_step_begins,
        read=_train,
    ),
    Line(
        "train step without rates",
        r"^\| Train: (?:CS|CSX|GPU|CPU|cuda\S*|cpu|xla\S*) Step=\d+, (?=Loss=)",
        ("2023-04-01 10:00:00,000 INFO:   | Train: CS Step=100, Loss=9.48438",),
        "loss of a training step",
        owns=True,
        begins=_step_begins,
        read=_train,
        versions="1.8",
    ),
    Line(
        "bare train step",
        rf"^Step=\d+, Loss={NUMBER}, Rate={NUMBER} samples/sec, GlobalRate={NUMBER} samples/sec(?=, |$)",
        ("Step=100, Loss=9.48438, Rate=6858.71 samples/sec, GlobalRate=6858.72 samples/sec",),
        "a training step, pasted without what stood before it",
        owns=True,
        begins=_step_begins,
        read=_train,
    ),
    Line(
        "eval step",
        r"^\| (?:\w+ )*Eval(?: Device=[^,]+,|: \S+) (?:Global)?(?:Step|Batch)=\d+, (?=\w)",
        (
            "2025-10-09 18:19:54,361 INFO:   | Eval Device=CSX, GlobalStep=400, Batch=20, Loss=5.94325, Rate=1163.27"
            " samples/sec, GlobalRate=1173.27 samples/sec, LoopTimeRemaining=0:00:08, TimeRemaining=0:00:08",
            "2023-11-10 20:40:15,694 INFO:   | Eval Device=xla:0, Step=100, Loss=9.18750, Rate=19.81 samples/sec,"
            " GlobalRate=19.81 samples/sec",
            "2024-06-01 10:00:00,000 INFO:   | Generative Eval Device=CSX, GlobalStep=400, Batch=20, Rate=11.27"
            " samples/sec, GlobalRate=11.27 samples/sec",
        ),
        "a batch of an evaluation and its rates",
        owns=True,
        begins=anew,
        read=_eval,
    ),
    Line(
        "average eval loss",
        rf"^Avg Eval\.? Loss(?::| =) (?P<v>{NUMBER})$",
        (
            "2025-10-09 18:20:23,263 INFO:   Avg Eval Loss: 5.928174624443054",
            "2023-03-15 19:01:28,754 INFO:   Avg Eval. Loss = 5.92817",
        ),
        "mean loss of an evaluation",
        owns=True,
        begins=anew,
        read=_average,
    ),
    Line(
        "eval metrics",
        r"^Evaluation metrics:$",
        ("2025-10-09 18:20:23,278 INFO:   Evaluation metrics:",),
        "the results of an evaluation follow",
        kind="evaluation",
    ),
    Line(
        "eval metric",
        rf"^(?:- (?=eval/|\w+/)|Metric: )(?P<name>[\w/.\-]+) = (?P<v>{NUMBER})$",
        (
            "2025-10-09 18:20:23,278 INFO:     - eval/lm_perplexity = 375.4686584472656",
            "2024-06-01 00:00:00,000 INFO:   Metric: eval/accuracy = 0.5",
        ),
        "a result of an evaluation",
        read=_eval_metric,
        anchors=("- ", "Metric: "),
    ),
    Line(
        "run begun",
        r"^Beginning appliance run$",
        ("2024-04-07 06:07:34,371 INFO:   Beginning appliance run",),
        "the systems compute: GlobalRate counts from here",
        owns=True,
        begins=anew,
        read=_began,
    ),
    Line(
        "checkpoint begun",
        r"^(?:Saving checkpoint at (?:global )?step (?P<step>\d+)|Taking final checkpoint at step: \d+)$",
        (
            "2024-04-07 06:11:05,703 INFO:   Saving checkpoint at step 1000",
            "2023-05-17 19:16:32,157 INFO:   Saving checkpoint at global step 500",
            "INFO:root:Taking final checkpoint at step: 1000",
        ),
        "a checkpoint is being saved",
        enters="checkpoint",
        read=_saving,
        begins=lambda found, scribe: found["step"] == "0" and (scribe.ended is not None or backwards(scribe)),
    ),
    Line(
        "checkpoint done",
        r"^Saved checkpoint (?:at global step: \d+|for global step \d+ in [\d.]+ seconds: \S+|\S+\.mdl)$",
        (
            "2024-04-07 06:11:40,758 INFO:   Saved checkpoint model_dir_bert/checkpoint_1000.mdl",
            "2023-11-10 20:56:38,575 INFO:   Saved checkpoint at global step: 200",
            "INFO:tensorflow:Saved checkpoint for global step 1000 in 69.48748517036438 seconds: mytest/model.ckpt-1000",
        ),
        "a checkpoint was saved",
        read=_saved,
    ),
    Line(
        "checkpoint of the data",
        r"^Saving step \d+ in dataloader checkpoint$",
        ("2023-05-17 19:27:12,834 INFO:   Saving step 500 in dataloader checkpoint",),
        "where the input stands is saved as well",
    ),
    Line(
        "TensorFlow step",
        rf"^global step (?P<step>\d+): loss = (?P<loss>{NUMBER}) \((?P<sps>\d+(?:\.\d*)?) steps/sec\)$",
        ("INFO:tensorflow:global step 100000: loss = 0.0 (908.08 steps/sec)",),
        "loss of a training step, and steps (not samples) per second",
        owns=True,
        kind="training",
        progress={"step": ("step", None)},
        metrics={"loss": "loss", "steps_per_second": "sps"},
        begins=_tf_begins,
        read=_tf_step,
        versions="1.6 and before",
    ),
)
