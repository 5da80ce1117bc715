"""How much a run did, and how fast, in the units on which runs can be compared: samples, tokens, devices; each with its place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tui.runs.observed import known
from tui.runs.run import Run, Spot

SAME_WORK = 0.01
"""Share by which two amounts may differ and still be the same work: a last batch that is not full."""
_PARTS = (("per_box_batch_size", "num_csx"), ("batch_size_per_device", "ntasks"), ("device_batch_size", "num_devices"))
_DEVICES = (("num_devices", "device"), ("num_csx", "CS system"), ("ntasks", "task"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its place; `how` says from what it is derived, empty where the log prints it."""

    value: float
    spot: Spot
    how: str = ""


def global_batch(run: Run) -> Quantity | None:
    """Samples of one step over all devices; of Graphcore's, whose one step on the host is several on the device, of all."""
    if (whole := known(run, "batch_size")) is not None:
        iterations = known(run, "device_iterations")
        return Quantity(whole[0] * (iterations[0] if iterations is not None else 1), whole[1])
    for part, count in _PARTS:
        size, times = known(run, part), known(run, count)
        if size is not None and times is not None:
            accumulated = known(run, "gradient_accumulation_steps")
            steps = accumulated[0] if accumulated is not None else 1
            return Quantity(size[0] * times[0] * steps, size[1], f"{_words(part)} times {_words(count)}")
    return None


def sequence_length(run: Run) -> Quantity | None:
    """Tokens of one sample."""
    found = known(run, "max_seq_length") or known(run, "sequence_length")
    return Quantity(*found) if found is not None else None


def devices(run: Run) -> tuple[Quantity, str] | None:
    """How many devices train, and what one is called."""
    for name, word in _DEVICES:
        if (count := known(run, name)) is not None and count[0] > 0:
            return Quantity(*count), word
    return None


def steps_done(run: Run) -> Quantity | None:
    """Steps, as the log counts them."""
    return _done(run, "step")


def epochs_done(run: Run) -> Quantity | None:
    """Epochs, as the log counts them."""
    return _done(run, "epoch")


def samples_seen(run: Run) -> Quantity | None:
    """Training samples: as the log says, or steps times the global batch; None where neither is known.

    Cerebras prints what was planned after a failure too, so there the steps count.
    """
    told = run.metrics.get("samples")
    if told is not None and not planned_total(run):
        return Quantity(told.value, told.spot)
    steps, batch = steps_done(run), global_batch(run)
    if steps is None or batch is None or _counts_anew(run):
        return None
    return Quantity(steps.value * batch.value, steps.spot, f"steps times {batch.how or 'batch size'}")


def planned_total(run: Run) -> bool:
    """Whether the totals at the end of the log may be those of the plan: Cerebras prints them after a failure too."""
    return run.testbed == "cerebras" and run.state in ("failed", "cancelled")


def tokens_seen(run: Run) -> Quantity | None:
    """Training tokens: samples times the sequence length, padding included."""
    samples, length = samples_seen(run), sequence_length(run)
    if samples is None or length is None:
        return None
    return Quantity(samples.value * length.value, samples.spot, "samples times sequence length")


def samples_per_second(run: Run) -> Quantity | None:
    """Samples a second: as the log says, or from its tokens a second."""
    return _speed(run, "throughput", "tokens_per_second", lambda tokens, length: tokens / length, "tokens/s over length")


def tokens_per_second(run: Run) -> Quantity | None:
    """Tokens a second: as the log says, or from its samples a second."""
    return _speed(run, "tokens_per_second", "throughput", lambda samples, length: samples * length, "samples/s times length")


@dataclass(frozen=True, slots=True)
class Work:
    """How much a run did, None where it is not known: samples, epochs and steps, the samples of one step (`batch`, or what is
    claimed of it), the tokens of a sample. Made once of a run that is held against many."""

    samples: float | None
    epochs: float | None
    steps: float | None
    batch: float | None
    claimed_batch: float | None
    length: float | None

    def unlike(self, other: Work) -> str:
        """In words, what different work the other is; empty where it is the same, or not known."""
        for ours, theirs, words in (
            (self.samples, other.samples, "samples"), (self.epochs, other.epochs, "epochs"), (self.steps, other.steps, "steps")
        ):  # fmt: skip
            if ours is None or theirs is None or not (math.isfinite(ours) and math.isfinite(theirs)):
                continue
            if not _same(ours, theirs):
                return f"{_count(ours)} against {_count(theirs)} {words}"
            if words == "samples":
                break
        return self._unlike_claimed_batches(other) or _unlike_lengths(self.length, other.length)

    def _unlike_claimed_batches(self, other: Work) -> str:
        """Where a log does not give its own batch, equal steps are not known to be equal work."""
        ours, theirs = (work.claimed_batch if work.batch is None else work.batch for work in (self, other))
        if (self.batch is not None and other.batch is not None) or ours is None or theirs is None or ours == theirs:
            return ""
        return f"batches of {_count(ours)} against {_count(theirs)} samples, as claimed and not in a log"


def work_of(run: Run) -> Work:
    """How much it did."""
    amounts = (samples_seen(run), epochs_done(run), steps_done(run), global_batch(run))
    samples, epochs, steps, batch = map(_value, amounts)
    return Work(samples, epochs, steps, batch, _claimed_batch(run), _value(sequence_length(run)))


def _value(quantity: Quantity | None) -> float | None:
    return quantity.value if quantity is not None else None


def unknown(one: Run, other: Run) -> bool:
    """Whether neither log says how much was done: no samples, no epochs, no steps."""
    return not any(amount(run) is not None for run in (one, other) for amount in (samples_seen, epochs_done, steps_done))


def unlike(one: Run, other: Run) -> str:
    """In words, what different work two runs did; empty where it is the same, or not known."""
    return work_of(one).unlike(work_of(other))


def _claimed_batch(run: Run) -> float | None:
    claimed = next((claim.value for claim in run.claims if claim.name == "batch_size" and claim.holds is None), None)
    return float(claimed) if isinstance(claimed, (int, float)) else None


def unlike_lengths(one: Run, other: Run) -> str:
    """In words, the lengths of the sequences of two runs where they differ."""
    return _unlike_lengths(_value(sequence_length(one)), _value(sequence_length(other)))


def _unlike_lengths(ours: float | None, theirs: float | None) -> str:
    if ours is None or theirs is None or ours == theirs:
        return ""
    return f"{_count(ours)} against {_count(theirs)} tokens a sample"


def unlike_batches(one: Run, other: Run) -> str:
    """In words, the samples of one step of two runs where they differ."""
    ours, theirs = global_batch(one), global_batch(other)
    if ours is None or theirs is None or ours.value == theirs.value:
        return ""
    return f"{_count(ours.value)} against {_count(theirs.value)} samples"


def _speed(run: Run, printed: str, other: str, converted: Callable[[float, float], float], how: str) -> Quantity | None:
    if (reading := run.metrics.get(printed)) is not None:
        return Quantity(reading.value, reading.spot)
    reading, length = run.metrics.get(other), sequence_length(run)
    if reading is None or length is None or length.value <= 0:
        return None
    return Quantity(converted(reading.value, length.value), reading.spot, how)


def _done(run: Run, unit: str) -> Quantity | None:
    amount = run.progress.get(unit)
    return Quantity(amount.done, amount.spot or Spot(run.path, 1)) if amount is not None and amount.done is not None else None


def _counts_anew(run: Run) -> bool:
    """Whether steps are counted from each epoch's start, as SambaNova's local steps are."""
    epochs = run.progress.get("epoch")
    return run.testbed in ("sambanova", "graphcore") and epochs is not None and (epochs.done or 0) > 1


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_WORK * max(abs(one), abs(other))


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _words(name: str) -> str:
    return name.removeprefix("num_").replace("_", " ")
