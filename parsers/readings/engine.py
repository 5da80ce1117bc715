"""Takes a line apart as a person does: prefix off, then fields of key, value and unit, then what they mean."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from parsers.prefixes import SAME_DIGITS, peel
from parsers.readings.fields import Reader
from parsers.readings.understood import Figure, Understood
from parsers.readings.vocabulary import meaning

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?(?![.,]*\d)|nan|NaN|inf|Infinity)"
_PAIR = re.compile(
    r"(?P<quote>['\"])(?P<key>[^'\"{}]{1,80})(?P=quote): ?"
    rf"(?:(?:(?:np|numpy|jnp|torch)\.)?(?:tensor|array|float\d\d)\(|(?P<quoted>['\"]))?(?P<value>{_NUMBER})(?=[\s,'\")}}])"
)
_OF_EVALUATION = re.compile(
    r"(?<![A-Za-z/])(?:[Ee]val(?:uat(?:e|ion|or|ing))?|EVAL|[Vv]al(?:id(?:at(?:e|ion|or|ing))?)?|VAL(?:ID)?|[Tt]est(?:ing)?|TEST|[Dd]ev)"
    r"(?![A-Za-z]|\.py|[-_])"
)
_OF_TRAINING = re.compile(r"(?<![A-Za-z])[Tt]rain(?:ing|er)?(?![A-Za-z])")
_INFERENCE = re.compile(r"\W{0,4}(?:[Ii]nferenc|[Pp]redict|[Gg]enerat(?:ing|ion))")
"""What a program that trains nothing prints has steps and rates too."""
_SPLIT = re.compile(
    r"['\"](?:split|mode|phase|stage|prefix|subset|dataset|kind|job_type|type)['\"]: ?"
    r"['\"](?i:val(?:id(?:ation)?)?|eval(?:uation)?|test|dev)['\"]"
)
"""What says in a dict that all its readings are of evaluation data."""
_HEADED = re.compile(r"(?P<head>[^{}\"'`=(]{1,80}[:>|-] ?)(?=\{['\"][^{}]*\}$)")
"""A step before a dict: `Step 100: {'loss': 2.31}`."""
_CUT = re.compile(r"Train Epoch: \d+ \[[^\]]*\]\s+Loss: \d+(?:\.\d{0,5})?$")
"""MNIST's example prints six decimals: with fewer the line was cut, and nobody knows how many digits are missing."""
_FIGURE = re.compile(r"\d")
_LONGEST = 4_000
"""Characters of a line that anybody reads."""


_understood: dict[str, Understood] = {}
SHAPES_MOST = 4096
"""Shapes of lines that are remembered with what they say."""


def understand(text: str) -> Understood:
    """What a line says, whatever log it stands in. Lines that differ in digits alone say the same at the same places."""
    shape = text.translate(SAME_DIGITS)
    known = _understood.get(shape)
    if known is not None:
        return known if known.text == text else replace(known, text=text)
    found = _understand(text)
    if not found.keyed_by_digits:
        if len(_understood) >= SHAPES_MOST:
            _understood.clear()
        _understood[shape] = found
    return found


@lru_cache(maxsize=64)
def _understand(text: str) -> Understood:
    if len(text) > _LONGEST or _FIGURE.search(text) is None or _CUT.search(text):
        return Understood(text)
    peeled = peel(text)
    if peeled.text.startswith("wandb: "):
        return Understood(text, start=peeled.start, strange=99)  # what it sums up at the end has been printed
    if peeled.text.startswith("{"):
        return _dict(text, peeled.start)
    if _INFERENCE.match(peeled.text):
        return Understood(text, start=peeled.start, strange=99)
    of_evaluation = _OF_EVALUATION.search(peeled.before) and not _OF_TRAINING.search(peeled.before)
    evaluation = bool(of_evaluation) or peeled.text.startswith("Saving dict for ")  # TensorFlow's Estimator has evaluated
    if (headed := _HEADED.match(text, peeled.start)) is not None:
        return _headed(text, headed, evaluation)
    fields = Reader(text, peeled.start, evaluation).read()
    if fields.code:
        return Understood(text, start=peeled.start, strange=99)
    figures = fields.figures
    telling = [figure.span[1] for figure in figures if figure.role in ("metric", "step", "epoch")]
    prose = [at for at in fields.prose_at if telling and at < max(telling)]
    if prose:
        return Understood(text, start=peeled.start, strange=99)
    strange = fields.strange + 10 * bool(fields.prose_at) + text.rstrip().endswith(",")
    trained = any(figure.name == "loss" and not figure.evaluation for figure in figures)
    return Understood(text, tuple(figures), peeled.start, strange, "line", fields.evaluation and not trained, tuple(fields.keys))


def _headed(text: str, headed: re.Match[str], evaluation: bool) -> Understood:
    head = Reader(text[: headed.end()], headed.start(), evaluation).read()
    places = tuple(figure for figure in head.figures if figure.role in ("step", "epoch"))
    inside = _dict(text, headed.end())
    if not places or head.code or head.prose_at or head.strange:
        return Understood(text, start=headed.start(), strange=99)
    figures = tuple(replace(figure, evaluation=figure.evaluation or head.evaluation) for figure in inside.figures)
    if head.evaluation:
        figures = tuple(replace(figure, name="eval_loss") if figure.name == "loss" else figure for figure in figures)
    return replace(inside, figures=(*places, *figures), form="dict", evaluation=head.evaluation)


def _dict(text: str, start: int) -> Understood:
    """Readings printed as a dict, by Python or as JSON."""
    end = text.rfind("}")
    after = text[end + 1 :].strip()
    if end < 0 or text.count("{", start) != 1 or (after and not after.startswith("[repeated")):
        return Understood(text, start=start, strange=99)
    figures: list[Figure] = []
    json = text[start + 1 :].lstrip().startswith('"')
    evaluation = _SPLIT.search(text, start) is not None
    keys: list[str] = []
    for pair in _PAIR.finditer(text, start, end + 1):
        keys.append(pair["key"])
        found = meaning(pair["key"], "", evaluation)
        value = pair["value"]
        if found is None or (found.role == "step" and not value.isdigit()):
            continue
        conversion = "nan" if value.lstrip("+-")[:1].isalpha() else "number"
        figures.append(Figure(
            found.role, found.name, pair.span("value"), conversion, found.factor, found.inverse, None, found.by_digits,  # type: ignore[arg-type]
            found.fraction, found.evaluation or evaluation, False, found.order,
        ))
    return Understood(text, tuple(figures), start, 0, "json" if json else "dict", evaluation, tuple(keys))
