"""What any training program may print; the fallback for a log that shows no vendor. Silent rather than wrong."""

from __future__ import annotations

import re

from parsers.grammar import NUMBER, Format, Line, Prefix
from parsers.huggingface import HUGGING_FACE, HUGGING_FACE_PREFIXES
from parsers.patterns import late
from parsers.progressbars import LIGHTNING, TQDM
from parsers.pytorch import PYTORCH
from parsers.readings import READINGS
from parsers.scheduler import SCHEDULER
from parsers.scribe import Scribe
from parsers.tracebacks import TRACEBACKS

_LEVEL = r"(?P<level>DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL)"
_AT = r"(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?)(?:Z|[+-]\d\d:?\d\d)?"
_WHERE = r"(?:[\w./-]+(?::\d+)? ?[-|:]+ +|[\w.]+:)?"
PREFIXES = (
    *HUGGING_FACE_PREFIXES,
    Prefix(rf"^\[?{_AT}\]?[ ,|:-]*(?:(?:[\w.]+ +[-|]+ +)?\[?{_LEVEL}\]?(?::| +[-|:]+| *\||(?=\s))\s*)?{_WHERE}"),
    Prefix(rf"^\[?{_LEVEL}\]?(?::|\]| [-|:])\s*{_WHERE}"),
)

_PAIR = late(rf"(?P<key>[a-z_]+): (?P<value>{NUMBER})(?= - |$)")


def _keras_epoch(found: re.Match[str], scribe: Scribe) -> None:
    scribe.file["Keras epoch"] = int(found["epoch"]), int(found["epochs"])
    scribe.file.pop("Keras bar", None)
    if scribe.open:
        scribe.memory.pop("evaluating", None)
        scribe.progress("epoch", None, int(found["epochs"]))


def _keras(found: re.Match[str], scribe: Scribe) -> None:
    """Keras's loss is the mean over the epoch so far; its accuracies are fractions. A bar after an epoch's full one, and
    before the next epoch, is one of `evaluate`."""
    whole = found["n"] == found["of"] and "ETA" not in found["rest"]
    full = scribe.file.get("Keras bar")
    if full == found[0]:
        return  # drawn again
    pairs = {pair["key"].lower(): float(pair["value"]) for pair in _PAIR.finditer(found["rest"])}
    if full is not None:
        names = {"loss": "eval_loss", "accuracy": "eval_accuracy", "acc": "eval_accuracy"} if whole else {}
    else:
        scribe.enter("train")
        names = {"loss": "loss", "val_loss": "eval_loss", "val_accuracy": "eval_accuracy", "val_acc": "eval_accuracy"}
    for key, name in names.items():
        if key in pairs:
            scribe.metric(name, pairs[key])
    epoch, epochs = scribe.file.get("Keras epoch", (0, 0))
    if epochs and full is None:
        scribe.progress("epoch", epoch if whole else None, epochs)
    if whole and epochs:
        scribe.file["Keras bar"] = found[0]


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
    *READINGS,
)

GENERIC = Format(
    "generic",
    "other",
    "any program: tqdm, Hugging Face, Lightning, PyTorch's examples, Keras, plain readings",
    (*HUGGING_FACE, *LIGHTNING, *PYTORCH, *TQDM, *_LINES, *SCHEDULER, *TRACEBACKS),
    PREFIXES,
)
