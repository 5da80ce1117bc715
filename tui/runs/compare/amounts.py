"""The work done, and what it took on common ground: per step, per sample, per token, per device, to a given loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from parsers.metrics import Better, Evidence
from tui.runs import work
from tui.runs.comparable import why_not
from tui.runs.compare.curves import Curve, curve
from tui.runs.compare.outcomes import judged
from tui.runs.compare.rows import Row, Section, figure, number_row
from tui.runs.numbers import number
from tui.runs.repeats import Noise
from tui.runs.run import Run
from tui.runs.work import Quantity, unlike_batches, unlike_lengths

_MILLION = 1e6
_SOURCES = {
    "seconds_per_step": "throughput", "seconds_per_million_samples": "throughput", "throughput_per_device": "throughput",
    "seconds_per_million_tokens": "tokens_per_second",
}  # fmt: skip
"""The metric that a derived row is made of, and shares its noise with."""
_Why = Callable[[Run, Run], str]
_Quantity = Callable[[Run], Quantity | None]


def work_rows(runs: Sequence[Run]) -> list[Row]:
    """How much each run did. More is neither better nor worse."""
    rows = [
        _row("work", "steps done", "", "steps_done", runs, work.steps_done, _per_batch),
        _row("work", "epochs done", "", "epochs_done", runs, work.epochs_done, _per_epoch),
        _row("work", "samples", "samples", "samples", runs, work.samples_seen, _never),
        _row("work", "tokens", "tokens", "tokens", runs, work.tokens_seen, _never),
        _row("work", "samples a step", "", "global_batch", runs, work.global_batch, _never),
    ]
    return [row for row in rows if _says_something(row)]


def efficiency_rows(runs: Sequence[Run], noise: Noise) -> list[Row]:
    """What a step, a sample, a token took, what a device did, and when a loss that all runs reached was reached.

    All are derived from the logs' figures; a row is left out where fewer than two runs have what it takes.
    """
    rows = [
        _row("efficiency", "time for a step (derived)", "s", "seconds_per_step", runs, _step_time, _step_why, "lower"),
        _row("efficiency", "time for 1,000,000 samples (derived)", "s", "seconds_per_million_samples", runs,
             _per_million(work.samples_per_second), _sample_why, "lower"),
        _row("efficiency", "time for 1,000,000 tokens (derived)", "s", "seconds_per_million_tokens", runs,
             _per_million(work.tokens_per_second), _token_why, "lower"),
        *_device_rows(runs),
        *_loss_rows(runs),
    ]  # fmt: skip
    return [judged(row, runs, noise, as_metric=_SOURCES.get(row.name)) for row in rows if _in_two(row)]


def _row(
    section: Section, label: str, unit: str, name: str, runs: Sequence[Run], quantity: _Quantity, why: _Why,
    better: Better = None,
) -> Row:  # fmt: skip
    found = [quantity(run) for run in runs]
    figures = [
        figure(None, number) if each is None or not math.isfinite(each.value)
        else figure(_plain(each), number, each.spot, why(runs[0], run), " (derived)" if each.how and section == "work" else "")
        for run, each in zip(runs, found, strict=True)
    ]  # fmt: skip
    evidence: Evidence = "derived" if section == "efficiency" or any(each and each.how for each in found) else "measured"
    return number_row(section, label, unit, runs, figures, name=name, better=better, evidence=evidence)


def _plain(quantity: Quantity) -> float:
    """A derived value with as many digits as its parts can carry."""
    return float(f"{quantity.value:.6g}") if quantity.how and not float(quantity.value).is_integer() else quantity.value


def _says_something(row: Row) -> bool:
    return any(cell.value is not None for cell in row.cells)


def _in_two(row: Row) -> bool:
    return sum(cell.value is not None for cell in row.cells) > 1


def _never(one: Run, other: Run) -> str:
    return ""


def _per_batch(one: Run, other: Run) -> str:
    batches = unlike_batches(one, other)
    return f"a step is not the same work: {batches}" if batches else ""


def _per_epoch(one: Run, other: Run) -> str:
    batches = unlike_batches(one, other)
    return f"an epoch has other steps: {batches} each" if batches else ""


# per step, per sample, per token


def _step_time(run: Run) -> Quantity | None:
    """From the rate of steps where the log prints one, else from that of samples and the batch."""
    if (rate := run.metrics.get("steps_per_second")) is not None and rate.value > 0:
        return Quantity(1 / rate.value, rate.spot, "1 / steps/s")
    speed, batch = work.samples_per_second(run), work.global_batch(run)
    if speed is None or batch is None or speed.value <= 0 or run.kind != "training":
        return None
    return Quantity(batch.value / speed.value, speed.spot, "batch size over samples/s")


def _per_million(speed: _Quantity) -> _Quantity:
    def seconds(run: Run) -> Quantity | None:
        found = speed(run)
        return Quantity(_MILLION / found.value, found.spot, "from the rate") if found is not None and found.value > 0 else None

    return seconds


def _step_why(one: Run, other: Run) -> str:
    return _per_batch(one, other) or _sample_why(one, other)


def _sample_why(one: Run, other: Run) -> str:
    return why_not("throughput", one, other)


def _token_why(one: Run, other: Run) -> str:
    """As for samples, whose length is the very thing that tokens level out."""
    return why_not("tokens_per_second", one, other) or (
        "" if unlike_lengths(one, other) else why_not("throughput", one, other)
    )


# per device


def _device_rows(runs: Sequence[Run]) -> list[Row]:
    """Samples a second and device; of one task alike. Nothing is gained where all have one device."""
    counts = [work.devices(run) for run in runs]
    if not any(count and count[0].value > 1 for count in counts):
        return []

    def rate(run: Run) -> Quantity | None:
        speed, count = work.samples_per_second(run), work.devices(run)
        if speed is None or count is None:
            return None
        one_process = any(finding.code == "per-device-rate" for finding in run.findings)
        return Quantity(speed.value if one_process else speed.value / count[0].value, speed.spot, "rate over devices")

    def why(one: Run, other: Run) -> str:
        ours, theirs = work.devices(one), work.devices(other)
        if ours is not None and theirs is not None and (ours[1], one.testbed) != (theirs[1], other.testbed):
            return f"a {ours[1]} of {one.testbed} is no {theirs[1]} of {other.testbed}"
        return _sample_why(one, other)

    word = next(count[1] for count in counts if count is not None)
    label = f"throughput per {word} (derived)"
    return [_row("efficiency", label, "samples/s", "throughput_per_device", runs, rate, why, "higher")]


# to a given loss


def _loss_rows(runs: Sequence[Run]) -> list[Row]:
    """The level is the worst of the last losses, so that every run reached it."""
    curves = [curve(run, "loss") for run in runs]
    if len({run.id for run, each in zip(runs, curves, strict=True) if each is not None}) < 2:
        return []
    known = [each for each in curves if each is not None]
    level = max(each.last for each in known)
    what = f"to loss {number(level)} (derived)"
    rows = [
        _curve_row(f"time {what}", "s", "seconds_to_loss", runs, curves, lambda each: each.reached(level)[0]),
        _curve_row(f"samples {what}", "samples", "samples_to_loss", runs, curves, lambda each: each.reached(level)[1]),
    ]
    ends = {each.samples[-1] for each in known if each.samples}
    if len(ends) > 1:
        label = f"loss at {number(min(ends))} samples (interpolated)"
        rows.append(_curve_row(label, "nat", "loss_at_samples", runs, curves, lambda each: each.at_samples(min(ends))))
    return rows


def _curve_row(
    label: str, unit: str, name: str, runs: Sequence[Run], curves: Sequence[Curve | None],
    value: Callable[[Curve], float | None],
) -> Row:  # fmt: skip
    figures = []
    for run, each in zip(runs, curves, strict=True):
        found = value(each) if each is not None else None
        rounded = None if found is None else float(f"{found:.6g}")
        figures.append(figure(rounded, number, each.spot if each is not None else None, _loss_why(runs[0], run)))
    return number_row("efficiency", label, unit, runs, figures, name=name, better="lower", evidence="derived")


def _loss_why(one: Run, other: Run) -> str:
    """As for the last losses, but for the work: equal work is what these rows are about."""
    reason = why_not("loss", one, other)
    return "" if reason.startswith("different work: ") and not unlike_lengths(one, other) else reason
