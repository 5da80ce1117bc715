"""What an understood line means to the run that it stands in: whose it is, training or evaluation, and which of it counts."""

from __future__ import annotations

import math
from dataclasses import replace

from parsers.divergence import check_finite
from parsers.metrics import METRICS
from parsers.prefixes import peel
from parsers.readings.understood import Figure, Understood
from parsers.readings.vocabulary import BESIDE_A_STEP, MEAN_LOSS
from parsers.records import ProgressUnit
from parsers.scribe import Scribe, number_or_text
from parsers.steady import Column

_WHOLE_RATES = ("throughput", "tokens_per_second", "steps_per_second")
_TRAINED = frozenset({
    "loss", *_WHOLE_RATES, "throughput_per_device", "tokens_per_second_per_device", "steps_per_second_per_device",
    "tflops_per_device", "mfu", "train_accuracy",
})
_RESULTS = ("eval_loss", "eval_accuracy", "accuracy", "eval_perplexity")
STRANGE_MOST = 4
"""Words beside the readings of a line that may show a run."""


def apply(line: Understood, scribe: Scribe) -> None:
    """Write what the line says, where it says something of a run."""
    peeled = peel(line.text)
    message = scribe.message
    rank = next((str(int(figure.value(line.text) or 0)) for figure in line.of("rank")), peeled.rank) or message.rank
    scribe.message = replace(message, at=peeled.at or message.at, rank=rank)
    if not _reads_rank(rank, scribe) or (message.line.comment and not _pasted(scribe)):
        return
    places = _places(line, scribe)
    if places is None or (line.form == "json" and not scribe.open and not _repeated(places, line, scribe)):
        return
    metrics = line.names()
    if places and metrics and (scribe.open or (line.strange <= STRANGE_MOST and any(name in METRICS for name in metrics))):
        _at_a_place(line, places, metrics, scribe)
    elif places and scribe.open and scribe.phase == "train" and (
        (line.of("param") and line.whole) or line.of("stale") or line.of("nothing")
    ):
        if not line.evaluation:
            _advance(places, line, scribe)
        _beside(line, metrics, scribe)
    elif places and not scribe.open and line.whole and line.of("param") and not line.evaluation:
        if not _repeated(places, line, scribe):
            return
        _train(scribe)
        _advance(places, line, scribe)
        _beside(line, metrics, scribe)
    elif not places and line.whole:
        _bare(line, metrics, scribe)


def _pasted(scribe: Scribe) -> bool:
    """Whether a line behind a `#` is of a log that was pasted as comments: then another such line stands right above it. A
    comment within code or a configuration stands alone."""
    number, above = scribe.message.line.number, scribe.file.get("comment")
    scribe.file["comment"] = number
    return scribe.open or above == number - 1


def _reads_rank(rank: str | None, scribe: Scribe) -> bool:
    """Of several ranks the lowest is read."""
    if rank is None or not rank.isdigit():
        return True
    number = int(rank)
    lowest = scribe.memory.get("reading rank")
    if lowest is None or number < lowest:
        scribe.memory["reading rank"] = number
        return True
    return bool(number == lowest)


def _places(line: Understood, scribe: Scribe) -> list[Figure] | None:
    """The line's step and epoch. A first number without a key is a step where another line shows that it counts; None where
    it may be anything yet."""
    named = [figure for figure in line.figures if figure.role in ("step", "epoch") and not figure.leading]
    leading = [figure for figure in line.figures if figure.leading]
    if not leading or any(figure.role == "step" for figure in named) or not line.names():
        return named
    number = leading[0].value(line.text) or 0.0
    seen = scribe.file.get("leading")
    scribe.file["leading"] = number
    if scribe.open or (seen is not None and number > seen):
        return [*named, leading[0]]
    return None


def _repeated(places: list[Figure], line: Understood, scribe: Scribe) -> bool:
    """One JSON object, or a step beside a setting, may be anybody's data; another of its keys that goes further is a log's
    next line."""
    place, seen = _place(places, line), scribe.file.get("at a place")
    scribe.file["at a place"] = line.keys, place
    return bool(place and seen and seen[0] == line.keys and place > seen[1])


def _step(places: list[Figure]) -> Figure | None:
    """The first of the best: `step 5 | loss 2.0 | best 1.5 at step 3`."""
    return max((figure for figure in places if figure.role == "step"), key=lambda figure: figure.order, default=None)


def _place(places: list[Figure], line: Understood) -> tuple[float, ...]:
    """Where in the training a line stands: its epoch, or else its step."""
    values = [figure.value(line.text) or 0.0 for figure in places if figure.role == "epoch"]
    return tuple(values or [figure.value(line.text) or 0.0 for figure in places])[:1]


def _relaunched(place: tuple[float, ...], scribe: Scribe) -> bool:
    """After a run's end, readings from its very beginning are another launch's."""
    first, last = scribe.memory.get("first place"), scribe.memory.get("last place")
    return bool(scribe.ended is not None and first and last and place and place <= first < last)


def _evaluates(scribe: Scribe) -> bool:
    return bool(scribe.memory.get("evaluating")) or scribe.phase in ("evaluate", "infer")


def _at_a_place(line: Understood, places: list[Figure], metrics: set[str], scribe: Scribe) -> None:
    """Readings at a step or epoch show a run."""
    place = _place(places, line)
    trains = not line.evaluation and bool(metrics & _TRAINED)
    if scribe.open and scribe.phase == "infer" and "loss" not in metrics:
        return
    if scribe.file.get("inferring") and not scribe.open and "loss" not in metrics:
        return  # what infers has batches and rates as well
    if not line.evaluation and scribe.open:
        if _relaunched(place, scribe):
            scribe.start()
        elif _evaluates(scribe) and place <= scribe.memory.get("last place", ()):
            return  # a batch of the evaluation that was announced
    scribe.memory.pop("evaluating", None)
    scribe.ensure()
    _reads_rank(scribe.message.rank, scribe)
    scribe.body = True
    if trains:
        scribe.kind("training")
        scribe.enter("train")
        if scribe.ended == "finished":
            scribe.resume()
        scribe.memory.setdefault("first place", place)
        scribe.memory["last place"] = max(place, scribe.memory.get("last place", ()))
    else:
        scribe.kind("evaluation")
    if "loss" in metrics:
        scribe.memory["loss at a place"] = True
    step = None if line.evaluation else _advance(places, line, scribe)
    _beside(line, metrics, scribe, step)
    if trains and step is not None:
        _steady(line, places, scribe)


def _steady(line: Understood, places: list[Figure], scribe: Scribe) -> None:
    """Lines that follow with the same figures give no more than these."""
    chosen, peeled, epochs = _chosen(line), peel(line.text), [figure for figure in places if figure.role == "epoch"]
    counts: dict[ProgressUnit, Figure | None] = {"step": _step(places), **({"epoch": epochs[-1]} if epochs else {})}
    figures = [*counts.values(), *chosen.values()]
    if any(figure is None or figure.conversion != "number" or figure.by_digits for figure in figures) or line.of("stale"):
        return
    if any(figure.conversion == "nan" for figure in line.of("norm")):
        return  # of which the first is told, in whatever log it stands
    if any(figure.leading for figure in figures if figure) or (peeled.at is not None and peeled.form != "iso"):
        return
    scribe.steady(
        {unit: (figure.span, figure.total_in(line.text)) for unit, figure in counts.items() if figure is not None},
        {Column(name, figure.factor, figure.inverse): figure.span for name, figure in chosen.items()},
        same=[figure.total for figure in counts.values() if figure is not None and figure.total is not None],
        at=peeled.span if peeled.at is not None else None,
        beside=sorted({figure.name for role in ("param", "remaining") for figure in line.of(role)}),
    )


def _advance(places: list[Figure], line: Understood, scribe: Scribe) -> float | None:
    """Steps and epochs as printed. A step that counts within its epoch is no place on a chart's axis."""
    epochs = [figure for figure in places if figure.role == "epoch"]
    for figure in epochs[:1]:
        scribe.progress("epoch", figure.value(line.text), figure.total_in(line.text))
    chosen = _step(places)
    if chosen is None:
        return None
    step = chosen.value(line.text)
    scribe.progress("step", step, chosen.total_in(line.text))
    return step if not epochs or chosen.order >= 6 else None


def _bare(line: Understood, metrics: set[str], scribe: Scribe) -> None:
    """Readings without a step: of an open run, repeated from the line's start on, or the result of a test."""
    if scribe.message.line.torn or not metrics:
        return  # of half a line nobody knows what the whole is
    if not scribe.open and not _shows_a_run(line, metrics, scribe):
        return
    if _evaluates(scribe) and not line.evaluation and metrics & _TRAINED:
        return
    if scribe.phase != "train" and scribe.body and metrics & set(_WHOLE_RATES) and line.form == "line":
        return  # an inference has its rate as well
    if metrics & set(_RESULTS):
        scribe.memory.pop("evaluating", None)
    _beside(line, metrics, scribe, sums_up=bool(scribe.memory.get("loss at a place")))


def _train(scribe: Scribe) -> None:
    scribe.start()
    scribe.kind("training")
    scribe.enter("train")
    scribe.body = True


def _shows_a_run(line: Understood, metrics: set[str], scribe: Scribe) -> bool:
    if scribe.message.line.indent:
        return False
    if line.form == "dict" and metrics & set(_WHOLE_RATES):
        scribe.start()
        scribe.kind("other")
    elif "loss" in metrics and not line.evaluation:
        seen = scribe.file.get("bare", 0)
        scribe.file["bare"] = seen + 1
        if not seen:
            return False
        _train(scribe)
    elif line.form == "line" and "accuracy" in metrics and line.evaluation and "%" in line.text:
        scribe.start()
        scribe.kind("evaluation")
    else:
        return False
    scribe.body = True
    return True


def _beside(line: Understood, metrics: set[str], scribe: Scribe, step: float | None = None, *, sums_up: bool = False) -> None:
    """The metrics, settings and findings of a line. One rank's rate is no other's and not the whole's; a mean without a step
    that sums up what was printed (`sums_up`) is no reading."""
    chosen = _chosen(line)
    for name, figure in chosen.items():
        value = figure.value(line.text)
        if value is None or (scribe.message.rank is not None and name in ("throughput", "tokens_per_second")):
            continue
        if name in ("mfu", "steps_per_second", "tflops_per_device") and not value >= 0:
            continue
        if sums_up and name == "loss" and figure.order <= MEAN_LOSS:
            continue
        scribe.metric(name, value, step=step, derived=figure.inverse)
        if name == "loss":
            check_finite(value, "loss", scribe, step)
    for figure in line.of("norm"):
        if math.isnan(value := figure.value(line.text) or 0.0):
            check_finite(value, "norm of the gradients", scribe, step)
    for name in ("learning_rate", "batch_size"):
        given = {line.text[slice(*figure.span)] for figure in line.of("param") if figure.name == name}
        if len(given) == 1 and not line.evaluation:
            scribe.param(name, number_or_text(given.pop()))
    for figure in line.of("remaining")[-1:]:
        if (seconds := figure.value(line.text)) is not None:
            scribe.remaining(seconds)
    for name in dict.fromkeys(figure.name for figure in line.of("stale")):
        if name not in chosen and scribe.open:
            scribe.stale(name)


def _chosen(line: Understood) -> dict[str, Figure]:
    """Of the figures of each name the one that counts."""
    chosen: dict[str, Figure] = {}
    several: set[str] = set()
    of_an_epoch = bool(line.of("epoch")) and not line.of("step")
    for figure in line.of("metric"):
        name = figure.name_in(line.text)
        if not name or (figure.order == BESIDE_A_STEP and of_an_epoch):
            continue
        if name not in chosen or figure.order >= chosen[name].order:
            if name == "tflops_per_device" and name in chosen and figure.order == chosen[name].order:
                several.add(name)  # reckoned in two ways
            chosen[name] = figure
    for name in several:
        del chosen[name]
    return chosen
