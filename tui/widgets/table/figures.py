"""A column of figures: the unit in the head where all have one, decimal points under each other, digits that tell runs apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tui.runs.numbers import number
from tui.runs.run import Reading, Run
from tui.widgets.cells import BLANK, Line
from tui.widgets.metrics import SHORT_UNITS, figure

DIGITS, DIGITS_MOST = 6, 17
"""Significant digits that are shown, and at most where two runs' values would else look the same."""
_LABELS = {"Groq latency": "latency", "Groq accuracy": "accuracy", "eval perplexity": "perplexity"}
_SHORT_LABELS = {
    "Groq latency": "lat.", "latency": "lat.", "accuracy": "acc.", "Groq accuracy": "acc.", "eval accuracy": "acc.",
    "eval loss": "eval", "eval perplexity": "ppl.",
}  # fmt: skip
_UNITS = {"inferences/s": "inf/s", "nat": ""}
_SHORT_UNITS = _UNITS | SHORT_UNITS


@dataclass(frozen=True, slots=True)
class Laid:
    """A column's figures as they are drawn: what its head says beside its name, and each run's cell, all of one width."""

    label: str
    unit: str
    cells: tuple[Line, ...]
    estimated: bool


class Figures:
    """Lays out one column, again and again: a reading that is the same as before is not formatted anew. `labelled` names the
    metric in the cell where runs have different ones; else the unit tells."""

    def __init__(self, reading: Callable[[Run], Reading | None], *, labelled: bool) -> None:
        self._reading = reading
        self._labelled = labelled
        self._known: dict[str, tuple[Reading, str]] = {}
        self._cells: dict[tuple[str, str, str, str], Line] = {}

    def of(self, runs: Sequence[Run], roomy: bool) -> Laid:
        """The column over some runs; `roomy` spells units and labels out."""
        readings = [self._reading(run) for run in runs]
        texts = [self._text(run.id, reading) for run, reading in zip(runs, readings, strict=True)]
        _tell_apart(texts, readings)
        found = [reading.definition for reading in readings if reading is not None]
        units, labels = {what.unit for what in found}, {what.label for what in found}
        unit = next(iter(units)) if len(units) == 1 else ""
        label = next(iter(labels)) if len(labels) == 1 else ""
        tails = [_tail(text) for text in texts]
        # figures of different metrics need not stand under each other, and in several units they take too much room
        aligned = (bool(label) or not self._labelled) and (roomy or len(units) < 2)
        most = max(tails, default=0) if aligned else 0
        names, words = (_LABELS, _UNITS) if roomy else (_SHORT_LABELS, _SHORT_UNITS)
        measures = ["" if reading is None or unit else _word(words, reading.definition.unit) for reading in readings]
        room = max(map(len, measures), default=0) if aligned else 0
        cells: list[Line] = []
        before: dict[tuple[str, str, str, str], Line] = self._cells
        known: dict[tuple[str, str, str, str], Line] = {}
        for reading, text, tail, measure in zip(readings, texts, tails, measures, strict=True):
            if reading is None:
                cells.append(BLANK)
                continue
            named = "" if label or not self._labelled else _word(names, reading.definition.label)
            key = (named, text + " " * (most - tail), measure.ljust(room), reading.definition.evidence)
            if (cell := known.get(key)) is None:
                cell = known[key] = before.get(key) or _cell(*key)
            cells.append(cell)
        self._cells = known
        estimated = bool(found) and all(what.evidence == "estimated" for what in found)
        return Laid(label, _word(words, unit), tuple(cells), estimated)

    def _text(self, id: str, reading: Reading | None) -> str:
        if reading is None:
            return ""
        known = self._known.get(id)
        if known is None or known[0] is not reading:
            known = self._known[id] = (reading, figure(reading))
        return known[1]

    def forget(self) -> None:
        """Other runs come."""
        self._known.clear()


def _cell(label: str, text: str, unit: str, evidence: str) -> Line:
    shown = (text, "warn" if evidence == "estimated" else "text")
    head: Line = ((f"{label} ", "dim"),) if label else ()
    return (*head, shown, (f" {unit}", "dim")) if unit else (*head, shown)


def _word(words: Mapping[str, str], name: str) -> str:
    return words.get(name, name)


def _tail(text: str) -> int:
    """Columns from the decimal point on."""
    return len(text) - len(text.partition(".")[0])


def _tell_apart(texts: list[str], readings: Sequence[Reading | None]) -> None:
    """More digits for values that differ and yet look the same."""
    same: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        if text:
            same.setdefault(text, []).append(at)
    for places in same.values():
        values = {value for at in places if (found := readings[at]) is not None and math.isfinite(value := found.value)}
        if len(values) < 2:
            continue
        digits = DIGITS + 1
        while digits < DIGITS_MOST and len({number(value, digits) for value in values}) < len(values):
            digits += 1
        for at in places:
            if (found := readings[at]) is not None:
                texts[at] = number(found.value, digits) + "?" * found.stale
