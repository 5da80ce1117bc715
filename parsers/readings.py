"""Lines of readings that any training program may print: `step 10: loss=2.3, 812 samples/s`.

A line counts only if nothing else is in it. One that names its step or epoch shows a run; a bare `loss: 0.3` could stand in
a configuration, so only its repetition does. What is of evaluation data is never taken for training's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.evidence import WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.records import ProgressUnit
from parsers.scribe import Scribe, number_or_text

_SEPARATOR = re.compile(r"[\s,;|:()\[\]-]*")
_UNIT = r"(?:%|(?:[A-Za-z]+(?:/[A-Za-z]+){1,2}|[KMGT]i?B|[mu]?s|secs?|seconds|min|h)\b)"
_PAIR = re.compile(
    r"(?P<key>[A-Za-z][A-Za-z_/@.]*(?: {1,4}[A-Za-z][A-Za-z_/@.]*){0,2}?)\d?(?: ?[:=] ?\[?| \[?)"
    rf"(?P<value>{NUMBER})(?:(?P<of> ?(?:/|of) ?\d+)|(?P<unit> ?{_UNIT}))?(?=[\s,;|:()\[\]]|$)"
)
_NUMBER_NEXT = re.compile(rf" ?[:=]? ?{NUMBER}(?=[\s,;|:()\[\]]|$)")
_POSITION = re.compile(r"(?i:\[?(?:epoch|steps?|global_step|iter(?:ation)?)\b)")
_COUNT_ALONE = re.compile(r"(?P<key>)(?P<value>\d+)(?P<of>/\d+)(?P<unit>(?!))?(?=[\s,;|:()\[\]]|$)")
_RATE_ALONE = re.compile(rf"(?P<key>)(?P<value>{NUMBER})(?P<of>(?!))? ?(?P<unit>{_UNIT})(?=[\s,;|:()\[\]]|$)")
_CLOCK = re.compile(
    r"(?:(?i:(?:epoch |step |total )?(?:time|eta|elapsed|remaining)(?: time)?)[:= ] ?)?"
    r"\d+:\d\d(?::\d\d)?(?:\.\d+)?(?=[\s,;|)\]]|$)"
)
_TRAINING = r"(?:[Tt]rain|TRAIN|[Tt]raining)"
_EVALUATION = (
    r"(?:[Ee]val(?:uat(?:e|ion|or|ing))?|EVAL|[Vv]al(?:id(?:at(?:e|ion|or|ing))?)?|VAL(?:ID)?|[Tt]est(?:ing)?|TEST|[Dd]ev)"
)
_TAG = re.compile(rf"\[?(?:{_TRAINING}|(?P<evaluation>{_EVALUATION}))\]?[ :|-]+(?=\[?[A-Za-z])")
_SPLIT = re.compile(rf"(?:{_TRAINING}|(?P<evaluation>{_EVALUATION}))(?=\]?\)? *[:|,)\]-])")
_OF_EVALUATION = re.compile(rf"(?<![A-Za-z]){_EVALUATION}(?![A-Za-z]|\.py)")
_POSITIONS: dict[str, ProgressUnit] = {
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
_ACCURACIES = ("acc", "accuracy")
_EVALUATED = {
    **{key: name for key, name in _NAMES.items() if name != "loss"},
    "loss": "eval_loss", "ppl": "eval_perplexity", "perplexity": "eval_perplexity",
}
"""What the same keys mean on a line of evaluation."""
_TESTED = re.compile(r"^(?:final |test|val|valid|validation|eval)[ _/]?(?:test |validation )?(?:acc|accuracy)$")
_TRAINED = re.compile(r"^(?:train|training)[ _/](?:acc|accuracy)$")
_RATES = (
    (re.compile(r"^(?:samples|sequences|seqs?|images|imgs?|examples)/s(?:ec|econd)?$"), "throughput"),
    (re.compile(r"^(?:tokens|toks?)/s(?:ec|econd)?$"), "tokens_per_second"),
    (re.compile(r"^(?:steps?|iters?|it|its)/s(?:ec|econd)?$"), "steps_per_second"),
)


_SPEEDS = ("throughput", "tokens_per_second")


@lru_cache(maxsize=512)
def _plain(key: str) -> str:
    return " ".join(key.lower().split())


def _key(pair: re.Match[str]) -> str:
    return _plain(pair["key"])


def _pair(text: str, at: int) -> re.Match[str] | None:
    pair = _PAIR.match(text, at)
    if pair is not None and "/" in (pair["unit"] or "") and _NUMBER_NEXT.match(text, pair.end()):
        return _PAIR.match(text, at, pair.end() - len(pair["unit"]))  # `loss 2.1 tokens/s 1200`: the next reading's key
    return pair or _RATE_ALONE.match(text, at) or _COUNT_ALONE.match(text, at)


def _pairs(text: str) -> tuple[list[re.Match[str]], bool] | None:
    """The readings in a line and whether they are of evaluation data; None when there is anything else in it."""
    if text.count("[") != text.count("]") or text.count("(") != text.count(")"):
        return None  # torn
    pairs: list[re.Match[str]] = []
    evaluation = False
    at = 0
    tag = _TAG.match(text)
    if tag and (tag["evaluation"] is None or not _PAIR.match(text) or _POSITION.match(text, tag.end())):
        evaluation, at = tag["evaluation"] is not None, tag.end()
    while True:
        separator = _SEPARATOR.match(text, at)
        at = separator.end() if separator else at
        if at >= len(text):
            return pairs, evaluation
        found = _pair(text, at)
        if clock := _CLOCK.match(text, at):
            found = clock
        elif found is not None:
            evaluation = evaluation or (not pairs and bool(_TESTED.match(_key(found))))  # its loss is the test's as well
            pairs.append(found)
        elif found := _SPLIT.match(text, at):
            evaluation = evaluation or found["evaluation"] is not None
        else:
            return None
        at = found.end()


def _of_evaluation(scribe: Scribe) -> bool:
    """Whether the logger that printed this line, which the prefix names, is one of evaluation."""
    whole, text = scribe.message.line.text, scribe.message.text
    return len(whole) > len(text) and bool(_OF_EVALUATION.search(whole[: len(whole) - len(text)]))


def _is_percent(pair: re.Match[str]) -> bool:
    """Whether an accuracy without a sign is none of a fraction."""
    return 1 < float(pair["value"]) <= 100


def _metric(pair: re.Match[str], evaluation: bool) -> str | None:
    """The canonical metric that a pair gives, or None: an accuracy counts only where the key or the line says of what."""
    return None if pair["of"] else _meaning(_key(pair), (pair["unit"] or "").strip(), _is_percent(pair), evaluation)


@lru_cache(maxsize=512)
def _meaning(key: str, unit: str, percent: bool, evaluation: bool) -> str | None:
    if evaluation:
        if key in _ACCURACIES or _TESTED.match(key):
            return {"%": "accuracy", "": "accuracy" if percent else "eval_accuracy"}.get(unit)
        return None if unit else _EVALUATED.get(key)
    if unit in ("", "%"):
        if not unit and key in _NAMES:
            return _NAMES[key]
        if _TESTED.match(key):
            return "accuracy" if unit or percent else "eval_accuracy"
        if _TRAINED.match(key) and unit:
            return "train_accuracy"
    rate = unit.lower() if key in ("", "throughput", "speed", "rate", "training speed") else "" if unit else key
    for pattern, name in _RATES:
        if pattern.match(rate):
            return name
    return None


def _places(pairs: list[re.Match[str]]) -> list[tuple[ProgressUnit, re.Match[str]]]:
    return [(place, pair) for pair in pairs if (place := _POSITIONS.get(_key(pair))) and pair["value"].isdigit()]


def _write(pairs: list[re.Match[str]], evaluation: bool, scribe: Scribe) -> None:
    """The readings of a line of a run that is open. A step beside an epoch counts within it, and is left out. Evaluation's
    steps are not training's. One rank of several stands for all, and its rate for none but itself."""
    rank = scribe.message.rank
    if rank is not None and scribe.memory.setdefault("reading rank", rank) != rank:
        return
    step: float | None = None
    if not evaluation:
        step = _advance(_places(pairs), scribe)
    for pair in pairs:
        key = _key(pair)
        name = _metric(pair, evaluation)
        if name is not None and not (rank is not None and name in _SPEEDS):
            scribe.metric(name, float(pair["value"]), step=step)
        elif key in ("lr", "learning_rate", "learning rate") and not evaluation:
            scribe.param("learning_rate", number_or_text(pair["value"]))


def _advance(places: list[tuple[ProgressUnit, re.Match[str]]], scribe: Scribe) -> float | None:
    step: float | None = None
    epochs = any(place == "epoch" for place, _ in places)
    for place, pair in places:
        done, total = int(pair["value"]), int(re.sub(r"\D", "", pair["of"])) if pair["of"] else None
        if place == "epoch":
            scribe.progress("epoch", done, total)
        elif not epochs or _key(pair).startswith("global"):
            step = done
            scribe.progress("step", done, total)
    return step


def _has(pairs: list[re.Match[str]], *names: str, evaluation: bool = False) -> bool:
    return any(_metric(pair, evaluation) in names for pair in pairs)


def _place(pairs: list[re.Match[str]]) -> tuple[int, ...]:
    """Where in the training a line stands: its epoch, or else its step."""
    places = _places(pairs)
    epochs = [int(pair["value"]) for place, pair in places if place == "epoch"]
    return tuple(epochs or [int(pair["value"]) for _, pair in places])[:1]


def _relaunched(place: tuple[int, ...], scribe: Scribe) -> bool:
    """After a run's end, readings from its very beginning are another launch's."""
    first, last = scribe.memory.get("first place"), scribe.memory.get("last place")
    return bool(scribe.ended is not None and first and last and place and place <= first < last)


def _evaluates(scribe: Scribe) -> bool:
    return bool(scribe.memory.get("evaluating")) or scribe.phase in ("evaluate", "infer")


def _readings(found: re.Match[str], scribe: Scribe) -> None:
    split = _pairs(scribe.message.text)
    if split is None:
        return
    pairs, evaluation = split[0], split[1] or _of_evaluation(scribe)
    if not _has(pairs, "loss", *_SPEEDS, "eval_loss", evaluation=evaluation):
        return
    place = _place(pairs)
    if not evaluation and scribe.open:
        if _relaunched(place, scribe):
            scribe.start()
        elif _evaluates(scribe) and place <= scribe.memory.get("last place", ()):
            return  # a batch of the evaluation that was announced
    scribe.memory.pop("evaluating", None)
    scribe.ensure()
    scribe.body = True
    if _has(pairs, "loss", *_SPEEDS, evaluation=evaluation):
        scribe.kind("training")
        scribe.enter("train")
        if scribe.ended == "finished":
            scribe.resume()
        scribe.memory.setdefault("first place", place)
        scribe.memory["last place"] = max(place, scribe.memory.get("last place", ()))
    else:
        scribe.kind("evaluation")
    _write(pairs, evaluation, scribe)


def _bare(found: re.Match[str], scribe: Scribe) -> None:
    """Readings without a step: of an open run, or repeated from the line's start on."""
    split = _pairs(scribe.message.text)
    if split is None or not split[0] or scribe.message.line.torn:
        return  # of half a line nobody knows what the whole is
    pairs, evaluation = split[0], split[1] or _of_evaluation(scribe)
    if not scribe.open:
        if scribe.message.line.indent or not _has(pairs, "loss", evaluation=evaluation):
            return
        seen = scribe.file.get("bare", 0)
        scribe.file["bare"] = seen + 1
        if not seen:
            return
        scribe.start()
        scribe.body = True
        scribe.kind("training")
        scribe.enter("train")
    if _evaluates(scribe) and _has(pairs, "loss", *_SPEEDS, evaluation=evaluation):
        return
    if scribe.phase != "train" and _has(pairs, *_SPEEDS, evaluation=evaluation):
        return  # an inference has its rate as well
    if _has(pairs, "eval_loss", "eval_accuracy", "accuracy", evaluation=evaluation):
        scribe.memory.pop("evaluating", None)  # its result
    _write(pairs, evaluation, scribe)


def _announced(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open:
        scribe.memory["evaluating"] = found["evaluation"] is not None


def _over(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open and scribe.body:
        scribe.end("finished", WEAK_SUCCESS)


_LOSS = ("loss", "Loss", "LOSS")
_RATE = ("samples/s", "images/s", "img/s", "imgs/s", "examples/s", "sequences/s", "seq/s", "tokens/s", "tok/s")

READINGS: tuple[Line, ...] = (
    Line(
        "readings",
        rf"^\[?(?:(?:{_TRAINING}|{_EVALUATION})\]?[ :|-]+\[?)?"
        r"(?:[Ee]poch|EPOCH|[Ss]teps?|STEP|global_step|[Ii]ter(?:ation)?|ITER)\b.*\d",
        (
            "step 10 loss 2.3",
            "Epoch 1/10, step 200: loss=0.31, lr=1e-3",
            "iter 100: train loss 1.5, val loss 1.7",
            "[Eval] step 100 loss 1.9",
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
        "part announced",
        r"^\W*(?:[Rr]unning |[Bb]egin(?:ning)? |[Ss]tart(?:ing)? )?"
        r"(?:(?P<evaluation>[Ee]valuat(?:ing|ion)|[Vv]alidat(?:ing|ion)|[Tt]esting)|[Tt]raining)"
        r"(?: (?:the )?(?:model|phase|loop|begins|started))?(?: (?:on|after|for|at)\b[^=]*)?\W*$",
        ("Evaluating...", "=== Validation ===", "Running validation", "----- Training -----"),
        "which data the readings are of that follow",
        role="noise",
        read=_announced,
        anchors=("valuati", "alidati", "esting", "raining"),
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
