"""Lines of readings that any training program may print: `step 10: loss=2.3, 812 samples/s`.

One that names its step or epoch beside a figure shows a run; a bare `loss: 0.3` could stand in a configuration, so only its
repetition does. What is of evaluation data is never taken for training's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from parsers.evidence import WEAK_SUCCESS
from parsers.grammar import Line
from parsers.readings.engine import understand
from parsers.readings.written import apply
from parsers.scribe import Scribe

__all__ = ["READINGS", "understand"]


class _Understands:
    """A pattern that finds the lines in which the engine understands something."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._any = re.compile(pattern)

    def search(self, text: str) -> re.Match[str] | None:
        line = understand(text)
        telling = any(figure.role in ("metric", "param", "norm", "nothing", "stale") for figure in line.figures)
        return self._any.search(text) if telling else None

    match = search


@dataclass(frozen=True, eq=False)
class _Readings(Line):
    """A line kind that the engine knows, not a pattern."""

    @cached_property
    def blurred(self) -> re.Pattern[str] | None:
        """What finds the lines whose meaning hangs on their digits."""
        return cast("re.Pattern[str]", cast(Any, _Varies))

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What answers as a pattern does."""
        return cast("re.Pattern[str]", cast(Any, _Understands(self.pattern)))


class _Varies:
    """Finds the lines that may mean something else with other digits."""

    @staticmethod
    def search(text: str) -> bool:
        return understand(text).by_digits


def _readings(found: re.Match[str], scribe: Scribe) -> None:
    apply(understand(scribe.message.line.text), scribe)


def _announced(found: re.Match[str], scribe: Scribe) -> None:
    scribe.file["inferring"] = found["inference"] is not None
    if scribe.open:
        scribe.memory["evaluating"] = found["evaluation"] is not None


def _over(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open and scribe.body:
        scribe.end("finished", WEAK_SUCCESS)


READINGS: tuple[Line, ...] = (
    Line(
        "part announced",
        r"^\W*(?:[Rr]unning |[Bb]egin(?:ning)? |[Ss]tart(?:ing)? )?"
        r"(?:(?P<evaluation>[Ee]valuat(?:ing|ion)|[Vv]alidat(?:ing|ion)|[Tt]esting)|[Tt]raining|(?P<inference>[Ii]nference|[Pp]rediction))"
        r"(?: (?:the )?(?:model|phase|loop|begins|started))?(?: (?:on|after|for|at)\b[^=]*)?\W*$",
        ("Running inference...", "Evaluating...", "=== Validation ===", "Running validation", "----- Training -----"),
        "which data the readings are of that follow",
        role="noise",
        read=_announced,
        anchors=("valuati", "alidati", "esting", "raining", "nference", "rediction"),
    ),
    Line(
        "training over",
        r"^(?:Training (?:is )?(?:complete|completed|finished|done)|Finished [Tt]raining)(?:[.!]+(?: .*)?|,? in \d.*)?$",
        ("Training complete.", "Finished training", "Training complete! Best accuracy 91.2", "Training finished in 12.1s"),
        "training is over",
        role="noise",
        read=_over,
    ),
    _Readings(
        "readings",
        r"^",
        (
            "step 10 loss 2.3",
            "Epoch 1/10, step 200: loss=0.31, lr=1e-3",
            "iter 100: train loss 1.5, val loss 1.7",
            "[Eval] step 100 loss 1.9",
            "loss: 0.3",
            "Test accuracy: 97.69%",
            "throughput: 812.5 samples/s",
        ),
        "readings of a program's own loop",
        role="noise",
        read=_readings,
        anchors=(
            "loss", "Loss", "LOSS", "ccuracy", "acc", "step", "Step", "iter", "Iter", "poch", "/s", "per sec", "PerSec",
            "ps", "ppl",
            "val", "eval", "test", "Test", "Val", "Eval",
        ),
        whole=True,
    ),
)
