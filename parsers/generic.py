"""What any training program may print; the fallback for a log that shows no vendor. Silent rather than wrong.

A line of readings counts only if nothing else is in it. One that names its step or epoch shows a run; a bare `loss: 0.3`
could stand in a configuration, so only its repetition does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.evidence import WEAK_SUCCESS
from parsers.grammar import NUMBER, Format, Line, Prefix
from parsers.huggingface import HUGGING_FACE, HUGGING_FACE_PREFIXES
from parsers.progressbars import LIGHTNING, TQDM
from parsers.pytorch import PYTORCH
from parsers.scheduler import SCHEDULER
from parsers.scribe import Scribe, number_or_text
from parsers.tracebacks import TRACEBACKS

_LEVEL = r"(?P<level>DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL)"
_AT = r"(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?)(?:Z|[+-]\d\d:?\d\d)?"
_WHERE = r"(?:[\w./-]+(?::\d+)? ?[-|:]+ +|[\w.]+:)?"
PREFIXES = (
    *HUGGING_FACE_PREFIXES,
    Prefix(rf"^\[?{_AT}\]?[ ,|:-]*(?:\[?{_LEVEL}\]?(?::| +[-|:]+| *\||(?=\s))\s*)?{_WHERE}"),
    Prefix(rf"^\[?{_LEVEL}\]?(?::|\]| [-|:])\s*{_WHERE}"),
)

_SEPARATOR = re.compile(r"[\s,;|:()\[\]-]*")
_UNIT = r"(?:%|(?:[A-Za-z]+/(?:s|sec|second|step|it)|[KMGT]i?B|[mu]?s|secs?|seconds|min|h)\b)"
_PAIR = re.compile(
    r"(?P<key>[A-Za-z][A-Za-z_/@.]*(?: [A-Za-z][A-Za-z_/@.]*){0,2}?)\d?(?: ?[:=] ?\[?| \[?)"
    rf"(?P<value>{NUMBER})(?:(?P<of> ?(?:/|of) ?\d+)|(?P<unit> ?{_UNIT}))?(?=[\s,;|:()\[\]]|$)"
)
_COUNT_ALONE = re.compile(r"(?P<key>)(?P<value>\d+)(?P<of>/\d+)(?P<unit>(?!))?(?=[\s,;|:()\[\]]|$)")
_RATE_ALONE = re.compile(rf"(?P<key>)(?P<value>{NUMBER})(?P<of>(?!))? ?(?P<unit>{_UNIT})(?=[\s,;|:()\[\]]|$)")
_TAG = re.compile(r"\[?(?:[Tt]rain|TRAIN|[Tt]raining)\]?[ :|-]+(?=\[?[A-Za-z])")
_POSITIONS = {
    "epoch": "epoch", "step": "step", "steps": "step", "global_step": "step", "global step": "step",
    "iter": "step", "iteration": "step",
}
_NAMES = {
    "loss": "loss", "train_loss": "loss", "train loss": "loss", "training loss": "loss", "train/loss": "loss",
    "training_loss": "loss",
    "val_loss": "eval_loss", "val loss": "eval_loss", "validation loss": "eval_loss", "eval_loss": "eval_loss",
    "eval loss": "eval_loss", "test loss": "eval_loss", "test_loss": "eval_loss", "val/loss": "eval_loss",
    "eval/loss": "eval_loss", "validation_loss": "eval_loss",
    "val_ppl": "eval_perplexity", "val ppl": "eval_perplexity", "eval perplexity": "eval_perplexity",
    "eval_perplexity": "eval_perplexity", "val_perplexity": "eval_perplexity", "validation perplexity": "eval_perplexity",
}
_TESTED = re.compile(r"^(?:final |test|val|valid|validation|eval)[ _/]?(?:test |validation )?(?:acc|accuracy)$")
_TRAINED = re.compile(r"^(?:train|training)[ _/](?:acc|accuracy)$")
_RATES = (
    (re.compile(r"^(?:samples|sequences|seqs?|images|imgs?|examples)/s(?:ec|econd)?$"), "throughput"),
    (re.compile(r"^(?:tokens|toks?)/s(?:ec|econd)?$"), "tokens_per_second"),
    (re.compile(r"^(?:steps?|iters?|it|its)/s(?:ec|econd)?$"), "steps_per_second"),
)


def _pairs(text: str) -> list[re.Match[str]] | None:
    """The readings in a line, or None when there is anything else in it."""
    pairs: list[re.Match[str]] = []
    tag = _TAG.match(text)
    at = tag.end() if tag else 0
    while True:
        separator = _SEPARATOR.match(text, at)
        at = separator.end() if separator else at
        if at >= len(text):
            return pairs
        pair = _PAIR.match(text, at) or _RATE_ALONE.match(text, at) or _COUNT_ALONE.match(text, at)
        if pair is None:
            return None
        pairs.append(pair)
        at = pair.end()


def _metric(pair: re.Match[str]) -> str | None:
    """The canonical metric that a pair gives, or None: an accuracy counts only where the key says of what."""
    key, unit = pair["key"].lower(), (pair["unit"] or "").strip()
    if pair["of"]:
        return None
    if unit in ("", "%"):
        if not unit and key in _NAMES:
            return _NAMES[key]
        if _TESTED.match(key):
            return "accuracy" if unit else "eval_accuracy"
        if _TRAINED.match(key) and unit:
            return "train_accuracy"
    rate = unit.lower() if key in ("", "throughput", "speed", "rate", "training speed") else "" if unit else key
    for pattern, name in _RATES:
        if pattern.match(rate):
            return name
    return None


def _write(pairs: list[re.Match[str]], scribe: Scribe) -> None:
    """The readings of a line of a run that is open. A step beside an epoch counts within it, and is left out."""
    places = [(place, pair) for pair in pairs if (place := _POSITIONS.get(pair["key"].lower())) and pair["value"].isdigit()]
    step: float | None = None
    epochs = any(place == "epoch" for place, _ in places)
    for place, pair in places:
        done, total = int(pair["value"]), int(re.sub(r"\D", "", pair["of"])) if pair["of"] else None
        if place == "epoch":
            scribe.progress("epoch", done, total)
        elif not epochs or pair["key"].lower().startswith("global"):
            step = done
            scribe.progress("step", done, total)
    for pair in pairs:
        key = pair["key"].lower()
        if name := _metric(pair):
            scribe.metric(name, float(pair["value"]), step=step)
        elif key in ("lr", "learning_rate", "learning rate"):
            scribe.param("learning_rate", number_or_text(pair["value"]))


def _has(pairs: list[re.Match[str]], *names: str) -> Iterator[re.Match[str]]:
    return (pair for pair in pairs if _metric(pair) in names)


def _readings(found: re.Match[str], scribe: Scribe) -> None:
    pairs = _pairs(scribe.message.text)
    if pairs is None or not any(_has(pairs, "loss", "throughput", "tokens_per_second", "eval_loss")):
        return
    scribe.ensure()
    scribe.body = True
    if any(_has(pairs, "loss", "throughput", "tokens_per_second")):
        scribe.kind("training")
        scribe.enter("train")
        if scribe.ended == "finished":
            scribe.resume()
    else:
        scribe.kind("evaluation")
    _write(pairs, scribe)


def _bare(found: re.Match[str], scribe: Scribe) -> None:
    """Readings without a step: of an open run, or repeated from the line's start on."""
    pairs = _pairs(scribe.message.text)
    if not pairs:
        return
    if not scribe.open:
        if scribe.message.line.indent or not any(_has(pairs, "loss")):
            return
        seen = scribe.file.get("bare", 0)
        scribe.file["bare"] = seen + 1
        if not seen:
            return
        scribe.start()
        scribe.body = True
        scribe.kind("training")
        scribe.enter("train")
    _write(pairs, scribe)


def _keras_epoch(found: re.Match[str], scribe: Scribe) -> None:
    scribe.file["Keras epoch"] = int(found["epoch"]), int(found["epochs"])
    if scribe.open:
        scribe.progress("epoch", None, int(found["epochs"]))


def _keras(found: re.Match[str], scribe: Scribe) -> None:
    """Keras's loss is the mean over the epoch so far; its accuracies are fractions."""
    scribe.enter("train")
    pairs = {pair["key"].lower(): float(pair["value"]) for pair in _PAIR.finditer(found["rest"])}
    names = {"loss": "loss", "val_loss": "eval_loss", "val_accuracy": "eval_accuracy", "val_acc": "eval_accuracy"}
    for key, name in names.items():
        if key in pairs:
            scribe.metric(name, pairs[key])
    epoch, epochs = scribe.file.get("Keras epoch", (0, 0))
    if epochs:
        scribe.progress("epoch", epoch if found["n"] == found["of"] and "ETA" not in found["rest"] else None, epochs)


def _over(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open and scribe.body:
        scribe.end("finished", WEAK_SUCCESS)


_LOSS = ("loss", "Loss", "LOSS")
_RATE = ("samples/s", "images/s", "img/s", "imgs/s", "examples/s", "sequences/s", "seq/s", "tokens/s", "tok/s")

_LINES: tuple[Line, ...] = (
    Line(
        "Keras bar",
        r"^(?P<n>\d+)/(?P<of>\d+) (?:\[[=>.]+\] -|━+) (?P<rest>(?:ETA: |\d+s ).* - (?:loss|accuracy): \d.*)$",
        (
            "1875/1875 [==============================] - 3s 2ms/step - loss: 0.2912 - accuracy: 0.9153",
            "1875/1875 ━━━━━━━━━━━━━━━━━━━━ 3s 2ms/step - accuracy: 0.9153 - loss: 0.2912",
        ),
        "Keras's progress through an epoch",
        kind="training",
        read=_keras,
        anchors=("] - ", "━━"),
    ),
    Line(
        "Keras epoch",
        r"^Epoch (?P<epoch>\d+)/(?P<epochs>\d+)$",
        ("Epoch 1/10",),
        "an epoch begins",
        role="noise",
        read=_keras_epoch,
    ),
    Line(
        "readings",
        r"^\[?(?:(?:[Tt]rain|TRAIN|[Tt]raining)\]?[ :|-]+\[?)?"
        r"(?:[Ee]poch|EPOCH|[Ss]teps?|STEP|global_step|[Ii]ter(?:ation)?|ITER)\b.*\d",
        (
            "step 10 loss 2.3",
            "Epoch 1/10, step 200: loss=0.31, lr=1e-3",
            "2024-01-02 10:00:00,123 - INFO - iter 100: train loss 1.5, val loss 1.7",
        ),
        "readings at a step or epoch",
        role="noise",
        read=_readings,
        anchors=(*_LOSS, *_RATE),
    ),
    Line(
        "bare readings",
        r"^[A-Za-z][\w/ .-]{0,30} ?[:=] ?[-\d.naif]",
        ("loss: 0.3", "loss=0.3", "Test accuracy: 97.69%", "throughput: 812.5 samples/s"),
        "readings without a step",
        role="noise",
        read=_bare,
        anchors=(*_LOSS, *_RATE, "ccuracy", "acc"),
    ),
    Line(
        "training over",
        r"^(?:Training (?:is )?(?:complete|completed|finished|done)|Finished [Tt]raining)[.!]*$",
        ("Training complete.", "Finished training"),
        "training is over",
        role="noise",
        read=_over,
    ),
)

GENERIC = Format(
    "generic",
    "other",
    "any program: tqdm, Hugging Face, Lightning, PyTorch's examples, Keras, plain readings",
    (*HUGGING_FACE, *LIGHTNING, *PYTORCH, *TQDM, *_LINES, *SCHEDULER, *TRACEBACKS),
    PREFIXES,
)
