"""What the keys and units of readings mean, whatever their spelling: `SamplesPerSec`, `samples/s`, `samples per second`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from parsers.frozen import frozen
from parsers.readings.understood import Role

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")

TRAINING = frozenset({"train", "training", "tr", "trn"})
EVALUATION = frozenset({
    "val", "valid", "validation", "validating", "validate", "validator", "eval", "evaluation", "evaluating", "evaluator",
    "evaluate", "evaluated", "validated", "test", "testing", "dev", "heldout",
})
_SPACES = frozenset({"trainer", "perf", "metrics", "progress", "optim", "stats", "timing", "system", "performance"})
"""Groups under which a logger files its readings: `perf/tokens_per_sec`."""
_EPOCHS = frozenset({"epoch", "ep", "e"})
_STEPS = {
    "global step": 6, "global steps": 6, "step": 5, "steps": 5, "train step": 5, "training step": 5, "optimizer step": 5,
    "opt step": 5, "global iter": 5, "global iteration": 5, "total steps done": 4, "iter": 4, "iters": 4, "iteration": 4,
    "iterations": 4, "it": 4, "train iter": 4, "training iteration": 4, "update": 3, "updates": 3, "num updates": 3,
    "n updates": 3, "batch": 2, "train batch": 2, "minibatch": 2,
}
_LOSSES = {
    "loss": 9, "train loss": 8, "training loss": 8, "loss train": 8, "loss training": 8, "total loss": 7, "loss total": 7,
    "train total loss": 7, "lm loss": 7, "language model loss": 7, "step loss": 7, "batch loss": 7, "final loss": 6,
    "loss for final step": 6,
    "reduced train loss": 6, "cross entropy loss": 5, "crossentropy loss": 5, "cross entropy": 5, "ce loss": 5,
    "xent loss": 5, "nll loss": 5, "mlm loss": 4, "objective loss": 4, "global loss": 4, "loss mean": 3, "mean loss": 3,
    "avg loss": 3, "average loss": 3, "loss avg": 3, "global avg loss": 3, "running loss": 3, "smoothed loss": 2,
    "smooth loss": 2, "epoch loss": 3, "current loss": 6, "curr loss": 6, "avg train loss": 3, "average train loss": 3,
    "average training loss": 3, "mean train loss": 3, "train avg loss": 3, "train loss epoch": 3, "train loss step": 8,
    "train lm loss": 7, "train ce loss": 5, "train cross entropy loss": 5, "train nll loss": 5, "train batch loss": 7,
}
MEAN_LOSS = 3
"""The order up to which a loss is a mean of several."""
_PERPLEXITIES = frozenset({"ppl", "perplexity", "lm loss ppl"})
_ACCURACIES = frozenset({"acc", "accuracy", "top1", "top1 acc", "top 1 accuracy", "top 1 acc", "acc1", "acc 1", "acc top1"})
_RATES_NOT_SHOWN = frozenset({
    "runtime", "time", "seconds", "steps", "step", "samples", "per", "sec", "second", "batch", "size", "lr", "epoch", "took",
    "iter", "iters", "batches", "examples", "interval", "every", "split", "set", "data", "loader", "duration", "num",
})
_RATES = frozenset({"lr", "learning rate", "learningrate", "train lr", "train learning rate", "base lr", "current lr"})
_BATCHES = frozenset({
    "global bs", "global batch size", "global batchsize", "gbs", "total batch size", "effective batch size", "global batch",
})
LEFT = frozenset({"eta", "time left", "remaining", "time remaining", "remaining time", "estimated time left", "left"})
_NORMS = frozenset({"grad norm", "gradient norm", "gradnorm", "gnorm", "global grad norm", "grad norm total"})
_WORK = {
    **dict.fromkeys((
        "sample", "samples", "sequence", "sequences", "seq", "seqs", "image", "images", "img", "imgs", "example", "examples",
        "item", "items", "sentence", "sentences", "record", "records",
    ), "throughput"),
    **dict.fromkeys(("token", "tokens", "tok", "toks"), "tokens_per_second"),
    **dict.fromkeys((
        "step", "steps", "it", "its", "iter", "iters", "iteration", "iterations", "update", "updates", "batch", "batches",
    ), "steps_per_second"),
}
_SECONDS = frozenset({"s", "sec", "secs", "second", "seconds"})
_DEVICES = frozenset({
    "gpu", "gpus", "device", "dev", "chip", "worker", "rank", "hpu", "ipu", "rdu", "core", "npu", "xpu", "tile", "replica",
    "card", "accelerator", "tpu", "process",
})
_PER_DEVICE = {"throughput": "throughput_per_device", "tokens_per_second": "tokens_per_second_per_device",
               "steps_per_second": "steps_per_second_per_device", "tflops_per_device": "tflops_per_device"}
_QUALIFIERS = frozenset({
    "avg", "average", "running", "mean", "throughput", "speed", "rate", "training", "train", "overall", "global", "total",
    "elapsed", "aggregate", "generation", "inference", "sustained",
})
_SPEEDS = frozenset({
    "throughput", "speed", "rate", "training speed", "train speed", "training throughput", "train throughput",
    "avg throughput", "average throughput", "ips", "performance", "perf", "global throughput", "global rate", "total throughput",
    "training rate", "processing speed",
})
_TIME = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3,
         **dict.fromkeys(_SECONDS, 1.0)}
_STEP_TIMES = frozenset({
    "step time", "iter time", "iteration time", "batch time", "time step", "time iter", "step dt", "iter dt", "dt", "seconds",
    "time per iteration", "time per step", "time per iter", "elapsed time per iteration", "elapsed time per step",
    "avg step time", "average step time", "seconds per step", "sec per step", "step avg", "step duration", "train step time",
    "training step time", "time per batch", "secs per step", "s per step", "s per it", "seconds per iteration", "iter avg",
    "ms per step", "ms per iter", "time per update",
})
BESIDE_A_STEP = -1
"""The order of a figure that counts only where the line names its step."""
_ANY_TIMES = frozenset({"dt", "seconds", "time"})
"""Those which are a step's time beside a step and an epoch's beside an epoch."""
_LONG_TIMES = {
    **dict.fromkeys(("m", "min", "mins", "minutes"), 60.0), **dict.fromkeys(("h", "hr", "hrs", "hours"), 3600.0),
    **dict.fromkeys(("d", "days"), 86_400.0),
}
_SIZES = frozenset({"b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "bytes"})


@frozen
class Meaning:
    """What a key with a unit says: as `Figure`."""

    role: Role
    name: str
    factor: float = 1.0
    inverse: bool = False
    order: int = 0
    by_digits: bool = False
    fraction: str = ""
    evaluation: bool = False


@lru_cache(maxsize=2048)
def plain(key: str) -> str:
    """A key's words in lower case, however they are joined."""
    return _NO_LETTER.sub(" ", _CAMEL.sub(" ", key.replace("%", " "))).lower().strip()


@lru_cache(maxsize=2048)
def own_name(key: str) -> str:
    """The log's own name of a score: lower case, with one underscore for what is no letter or digit."""
    return _NO_LETTER.sub("_", key.lower()).strip("_")


@lru_cache(maxsize=2048)
def rate(words: str) -> Meaning | None:
    """The rate that words name, such as `samples per sec` or `s it`; None where they name none."""
    parts = [part for part in words.split() if part != "per"]
    device = any(part in _DEVICES for part in parts)
    parts = [part for part in parts if part not in _DEVICES]
    if words in ("tps", "tgs") or ("tgs" in parts and "tokens" in parts):
        return Meaning("metric", "tokens_per_second_per_device")
    if words in ("wps", "ups"):
        return Meaning("metric", "tokens_per_second" if words == "wps" else "steps_per_second")
    flops = [part for part in parts if part in ("tflop", "tflops")]
    if flops and all(part in flops or part in _SECONDS or part in _QUALIFIERS for part in parts):
        return Meaning("metric", "tflops_per_device", order=int(device))
    if words == "train tokens per second":
        return None  # Hugging Face's is one device's
    core = [part for part in parts if part not in _QUALIFIERS]
    if len(core) == 2 and core[0] in _WORK and core[1] in _SECONDS:
        name = _WORK[core[0]]
        return Meaning("metric", _PER_DEVICE[name] if device else name, order=2 if "running" in parts else 1)
    if len(core) == 2 and core[0] in _TIME and _WORK.get(core[1]) == "steps_per_second" and not device:
        return Meaning("metric", "steps_per_second", _TIME[core[0]], inverse=True)
    return None


@lru_cache(maxsize=4096)
def meaning(key: str, unit: str, evaluation: bool) -> Meaning | None:
    """What a number after this key and before this unit says (both as printed); None where that is not known."""
    words, measure = plain(key), plain(unit) if unit != "%" else "%"
    if not words:
        return rate(measure) if measure and measure != "%" else None
    parts = words.split()
    if "/" in key and parts[0] in _SPACES and len(parts) > 1:
        return meaning(key[key.index("/") + 1 :], unit, evaluation)
    if not measure:
        if words in _EPOCHS:
            return Meaning("epoch", "epoch", evaluation=evaluation)
        if words in _STEPS:
            return Meaning("step", "step", order=_STEPS[words])
        if words in _RATES:
            return Meaning("param", "learning_rate")
        if words in _BATCHES:
            return Meaning("param", "batch_size")
        if words in ("rank", "global rank"):
            return Meaning("rank", "rank")
        if words in _NORMS:
            return Meaning("norm", words)
    if (found := _quality(words, parts, measure, key, evaluation)) is not None:
        return found
    if words == "mfu":
        return Meaning("metric", "mfu", by_digits=not measure) if measure in ("", "%") else None
    if (words in _SPEEDS or _WORK.get(words) in ("throughput", "tokens_per_second")) and measure not in ("", "%"):
        found = rate(measure)
        if found is None or found.inverse:
            return None
        return replace(found, order=0 if words == "rate" else 2 if words == "global rate" else found.order)
    if "curr" in parts or "instant" in parts or "current" in parts or measure == "%":
        return None
    return _timed(words, parts, measure) or (rate(words) if not measure or rate(measure) else None) or _per_device(words, measure)


def _per_device(words: str, measure: str) -> Meaning | None:
    """`throughput per GPU: 57.4 TFLOP/s`, `throughput per device: 100 samples/s`."""
    parts = words.split()
    if parts[:1] == ["throughput"] and any(part in _DEVICES for part in parts) and measure:
        found = rate(measure)
        if found is not None and not found.inverse:
            return Meaning("metric", _PER_DEVICE.get(found.name, found.name), order=1)
    return None


def _timed(words: str, parts: list[str], measure: str) -> Meaning | None:
    """The time of a step: its inverse is the steps' rate."""
    unit = measure
    if not unit and parts[-1] in _TIME and words not in ("seconds",) and len(parts) > 1:
        unit, words = parts[-1], " ".join(parts[:-1])
    if unit in _TIME and words == "time" and unit == "ms":
        return Meaning("metric", "steps_per_second", 1e-3, inverse=True, order=BESIDE_A_STEP)
    if words in _STEP_TIMES and (not unit or unit in _TIME):
        scale = 1e-3 if words.startswith("ms ") else 1.0
        order = BESIDE_A_STEP if words in _ANY_TIMES else 0
        return Meaning("metric", "steps_per_second", _TIME[unit] if unit else scale, inverse=True, order=order)
    if words in _STEP_TIMES and unit and (found := rate(unit)) is not None and found.inverse:
        return found
    return None


def _quality(words: str, parts: list[str], measure: str, key: str, evaluation: bool) -> Meaning | None:
    """Losses, perplexities, accuracies and other scores."""
    tested = [part for part in parts if part in EVALUATION]
    evaluation = evaluation and not any(part in TRAINING for part in parts)
    if measure not in ("", "%"):
        return None
    rest = " ".join(part for part in parts if part not in EVALUATION)
    if tested or evaluation:
        if (not measure and rest in _LOSSES) or rest == "lm loss value":
            return Meaning("metric", "eval_loss", order=_LOSSES.get(rest, 7), evaluation=True)
        if not measure and rest in _PERPLEXITIES:
            return Meaning("metric", "eval_perplexity", evaluation=True)
        if rest in _ACCURACIES:
            return Meaning("metric", "accuracy", by_digits=not measure, fraction="eval_accuracy", evaluation=True)
        if rest in ("final acc", "final accuracy"):
            return Meaning("metric", "accuracy", by_digits=not measure, fraction="eval_accuracy", evaluation=True)
        if tested and parts[0] in EVALUATION and rest and not measure and len(parts) <= 5:
            if any(part in _RATES_NOT_SHOWN for part in rest.split()) or {"best", "loss", "lr"} & set(parts):
                return None
            return Meaning("metric", own_name(key), evaluation=True)
        if tested:
            return None
    if words in ("final acc", "final accuracy"):
        return Meaning("metric", "accuracy", by_digits=not measure, fraction="eval_accuracy", evaluation=True)
    if not evaluation and not measure and words in _LOSSES:
        return Meaning("metric", "loss", order=_LOSSES[words])
    if parts[0] in TRAINING and " ".join(parts[1:]) in _ACCURACIES and measure == "%":
        return Meaning("metric", "train_accuracy")
    return None


def measures(unit: str) -> bool:
    """Whether a word is a unit of time, memory or a rate, or per cent."""
    if unit == "%" or unit.lower() in _TIME or unit.lower() in _SIZES or unit.lower() in _LONG_TIMES:
        return True
    return bool(unit) and rate(plain(unit)) is not None


def duration(unit: str) -> float:
    """Seconds of a unit of time; 0 for any other."""
    return _TIME.get(unit.lower()) or _LONG_TIMES.get(unit.lower(), 0.0)


def works(word: str) -> bool:
    """Whether a word names what is worked on, such as `tokens`: a number after it may be a count of them."""
    return plain(word) in _WORK
