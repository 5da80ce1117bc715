"""Claims: what a run's name, its `bedwatch.toml` or its command line says of it, held against what its log shows."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Literal

from parsers.metrics import METRICS
from tui.runs.claimed import KEYS, Word, claims_in_name, claims_in_note
from tui.runs.commandline import options
from tui.runs.notes import NOTES_FILE, Notes, Said
from tui.runs.numbers import number
from tui.runs.observed import LABELS, Shown, settings_shown
from tui.runs.run import Claim, Finding, Run, Spot

_OPTIONS = {
    "epochs": "epochs", "num_epochs": "epochs", "num_train_epochs": "epochs", "n_epochs": "epochs", "max_epochs": "epochs",
    "steps": "steps", "num_steps": "steps", "max_steps": "steps", "train_steps": "steps", "training_steps": "steps",
    "steps_this_run": "steps",
}  # fmt: skip
"""Options whose value the log shows elsewhere. Of batch sizes a log shows little but the command line itself."""
_COUNTED = frozenset({"epochs", "steps", "ntasks", "nodes", "devices", "count"})


def with_claims(run: Run) -> Run:
    """The run with everything that is claimed of it, each held against the log."""
    found: dict[tuple[str, str], Claim] = {}
    for claim in (*_from_notes(run), *_from_name(run), *_from_command(run)):
        found.setdefault((claim.name, repr(claim.value)), _held(claim, run))
    claims = tuple(found.values())
    return replace(run, claims=claims) if claims != run.claims else run


def claim_findings(run: Run) -> list[Finding]:
    """The claims that the log contradicts, and what of the notes could not be read."""
    return [*(_mismatch(claim, run) for claim in run.claims if claim.holds is False), *_unread(run.notes)]


def claim_label(name: str) -> str:
    """A claim's name in words: `batch size`."""
    return LABELS.get(name) or (METRICS[name].label if name in METRICS else name.replace("_", " "))


def claim_text(claim: Claim) -> str:
    """A claim in words: `20 epochs`, `batch size 512`."""
    label, value = claim_label(claim.name), _text(claim.value)
    return f"{value} {label}" if claim.name in _COUNTED else f"{label} {value}"


# where claims come from


def _from_notes(run: Run) -> Iterator[Claim]:
    notes = run.notes
    if notes is None:
        return
    for said in notes.claims:
        value = _plain(said)
        if value is not None:
            yield Claim(_canonical(said.key), value, NOTES_FILE, f"{said.key} = {said.value}", Spot(notes.path, said.line))
    for word in claims_in_note(notes.note or ""):
        yield _claim(word, "note", Spot(notes.path, notes.note_line, notes.note or ""))
    for word in claims_in_name(notes.name or ""):
        yield _claim(word, "name", Spot(notes.path, 1, notes.name or ""))


def _from_name(run: Run) -> Iterator[Claim]:
    """The nearest part of the path that claims something decides: of `epochs=20/lr-0.02/train.log` each says its own."""
    known: set[str] = set()
    for part in reversed(run.path.replace(os.sep, "/").split("/")):
        words = claims_in_name(part)
        yield from (_claim(word, "name", Spot(run.path, 0, part)) for word in words if word.name not in known)
        known |= {word.name for word in words}


def _from_command(run: Run) -> Iterator[Claim]:
    command = run.params.get("command")
    if command is None or run.kind in ("inference", "evaluation"):  # whose steps are others
        return
    given = options(str(command.value)).given
    asked = {name: option for option in given if (name := _OPTIONS.get(option.lstrip("-").replace("-", "_"))) is not None}
    if "--steps_this_run" in given:
        asked["steps"] = "--steps_this_run"  # SambaNova: the others are of the learning rate's schedule
    for name, option in asked.items():
        value = given[option]
        if value.isdecimal():
            yield Claim(name, int(value), "command line", f"{option} {value}", command.spot)


def _claim(word: Word, source: Literal["note", "name"], spot: Spot) -> Claim:
    return Claim(word.name, word.value, source, word.said, spot, word.also)


def _canonical(key: str) -> str:
    plain = key.lower().replace("-", "_")
    return KEYS.get(plain.replace("_", ""), plain)


def _plain(said: Said) -> float | int | str | None:
    if not isinstance(said.value, Decimal):
        return said.value
    value = float(said.value)
    return value if math.isfinite(value) else None


# against the log


def _held(claim: Claim, run: Run) -> Claim:
    shown = _shown(claim, run)
    if shown is None:
        return claim
    holds = shown.allows(claim.value) or any(shown.allows(value) for value in claim.also)
    if not holds and shown.only_if_larger and isinstance(claim.value, (int, float)) and isinstance(shown.value, (int, float)):
        holds = shown.value <= claim.value * 1.01  # a rate that rises and falls on a schedule proves only a peak that is higher
        if holds:
            return replace(claim, observed=shown.value, shown=shown.spot)
    return replace(claim, observed=shown.value, shown=shown.spot, holds=holds)


def _shown(claim: Claim, run: Run) -> Shown | None:
    if claim.name in LABELS:
        return settings_shown(claim.name, run, from_command=claim.source != "command line")
    if claim.name == "model" and run.model is not None:
        return Shown(run.model, Spot(run.path, run.because.line if run.because else 1))
    if (param := run.params.get(claim.name)) is not None:
        return Shown(param.value, param.spot)
    if (reading := run.metrics.get(claim.name)) is not None:
        return Shown(reading.value, reading.spot, within=_last_digit(claim.said))
    return None


def _last_digit(said: str) -> float:
    """How far a figure may be from one that is given with so many digits: a unit of the last of them."""
    try:
        exponent = Decimal(said.rpartition("=")[2].strip()).as_tuple().exponent
    except InvalidOperation:
        return 0.0
    return 10.0**exponent if isinstance(exponent, int) else 0.0


def _mismatch(claim: Claim, run: Run) -> Finding:
    who = {"name": "The name says", "note": "The note says", "command line": "The command line asks for"}
    says = who.get(claim.source, f"{claim.spot.path} claims")
    message = f"{says} {claim_text(claim)}, the log shows {_text(claim.observed)}"
    return Finding("claim-mismatch", "warning", message, claim.shown or Spot(run.path, 1))


def _text(value: object) -> str:
    return number(value) if isinstance(value, (int, float)) else str(value)


def _unread(notes: Notes | None) -> list[Finding]:
    if notes is None:
        return []
    return [Finding("notes-unread", "warning", f"{notes.path}: {what}", Spot(notes.path, line)) for line, what in notes.trouble]
