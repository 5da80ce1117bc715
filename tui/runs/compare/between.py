"""Findings between runs: what may not be compared, and what a reader of both logs should know first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from tui.runs import work
from tui.runs.comparable import cache, model_of, of_one_model, same_log, unlike_kinds, unlike_models, unnamed_programs, why_not
from tui.runs.compare.chance import noise_findings
from tui.runs.compare.listing import MOST, listed
from tui.runs.compare.rows import Row
from tui.runs.numbers import duration, number
from tui.runs.repeats import Repeats
from tui.runs.run import Finding, Run, Spot

_MEASURED = {
    "estimated_throughput": "throughput", "groq_on_chip_latency_ms": "groq_latency_ms", "groq_on_chip_ips": "groq_ips",
    "projected_latency_seconds": "throughput",
}  # fmt: skip
"""Each estimate, and what is measured in its place."""

LITTLE = 0.5
"""Share of a run's time up to which a training is little of it."""


def findings_between(runs: Sequence[Run], rows: Sequence[Row], repeats: Sequence[Repeats]) -> list[Finding]:
    """What must be said of some runs before their numbers are read, the gravest first."""
    found: list[Finding] = []
    if len({run.id for run in runs}) > 1:
        found = [
            *_same_twice(runs), *_no_training(runs), *_other_kinds(runs), *_other_units(runs), *_estimates(runs), *_models(runs),
            *_programs(runs), *_work(runs, rows), *_shapes(runs), *_caches(runs), *_little_training(runs),
            *noise_findings(runs, rows, repeats),
        ]  # fmt: skip
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def spot_of(run: Run) -> Spot:
    """The line that a finding on a whole run rests on."""
    return run.because or Spot(run.path, 1)


def _same_twice(runs: Sequence[Run]) -> Iterator[Finding]:
    for one, other in combinations(runs, 2):
        if why := same_log(one, other):
            yield Finding("same-log-twice", "error", f"{one.name} and {other.name} are one run: {why}", spot_of(other))


def _no_training(runs: Sequence[Run]) -> Iterator[Finding]:
    """Submit logs compared as if they held training."""
    submitted = [run for run in runs if run.state == "submitted"]
    if not submitted:
        return
    if len(submitted) < len(runs):
        names = listed([run.name for run in submitted])
        message = f"No training is in the log of {names}, which only hands a job over: none of its times are of training"
        yield Finding("not-comparable", "warning", message, spot_of(submitted[0]))
        return
    told = [
        f"{run.name}: {run.metrics['duration_seconds'].value:g} s {'with' if cache(run) == 'cold' else 'without'} a compile"
        for run in runs
        if "duration_seconds" in run.metrics
    ]
    clocks = f"; Duration is the submit script's clock ({', '.join(told)})" if told else ""
    message = f"None of these logs holds training, so none says how fast a model trained{clocks}"
    yield Finding("not-comparable", "warning", message, spot_of(runs[0]))


def _other_kinds(runs: Sequence[Run]) -> Iterator[Finding]:
    pair = next(((one, other) for one, other in combinations(runs, 2) if unlike_kinds(one, other)), None)
    if pair is not None:
        kinds = listed([f"{run.name} is {run.kind}" for run in pair])
        message = f"{kinds}: a rate of the one is no rate of the other"
        yield Finding("not-comparable", "warning", message, spot_of(pair[1]))


def _other_units(runs: Sequence[Run]) -> Iterator[Finding]:
    """Tokens against samples, where no length converts the one into the other."""
    tokens = [run for run in runs if "tokens_per_second" in run.metrics and work.samples_per_second(run) is None]
    samples = [run for run in runs if "throughput" in run.metrics and work.tokens_per_second(run) is None]
    samples = [run for run in samples if run not in tokens]
    if tokens and samples:
        message = (
            f"{listed([run.name for run in tokens])} counts tokens, {listed([run.name for run in samples])} samples: "
            "tokens/s over the sequence length are samples/s, and no log here gives that length"
        )
        yield Finding("not-comparable", "warning", message, tokens[0].metrics["tokens_per_second"].spot)


def _estimates(runs: Sequence[Run]) -> Iterator[Finding]:
    for estimate, measured in _MEASURED.items():
        expected = [run for run in runs if estimate in run.metrics and measured not in run.metrics]
        seen = [run for run in runs if measured in run.metrics]
        if expected and seen:
            reading = expected[0].metrics[estimate]
            message = (
                f"{listed([run.name for run in expected])} has only an estimate ({reading.definition.label} "
                f"{number(reading.value)} {reading.definition.unit}), {listed([run.name for run in seen])} was measured"
            )
            yield Finding("not-comparable", "warning", message, reading.spot)


def _models(runs: Sequence[Run]) -> Iterator[Finding]:
    if any(unlike_models(one, other) for one, other in combinations(runs, 2)):
        models = dict.fromkeys(model for run in runs if (model := model_of(run)) is not None)
        told = ", ".join(sorted(models)) if len(models) > 1 else "the logs list different layers"
        yield Finding("different-model", "warning", f"Different models: {told}", spot_of(runs[0]))


def _programs(runs: Sequence[Run]) -> Iterator[Finding]:
    pair = next(((one, other) for one, other in combinations(runs, 2) if unnamed_programs(one, other)), None)
    if pair is not None:
        message = (
            f"{pair[0].name} and {pair[1].name} are different compiled programs at one batch size, and no log names their "
            "models: rates and losses compare only of one model (a bedwatch.toml beside a log can name it: [claims], model)"
        )
        yield Finding("different-model", "warning", message, pair[1].params["compile_hash"].spot)


# the work done


def _work(runs: Sequence[Run], rows: Sequence[Row]) -> Iterator[Finding]:
    done = _amounts(runs)
    if not done:
        return
    message = f"Not the same work: {done}. Training times and the last losses do not compare"
    message = "; ".join([message, *_per_sample(runs), *_at_equal_work(runs, rows)])
    yield Finding("different-work", "warning", message, spot_of(runs[-1]))


def _amounts(runs: Sequence[Run]) -> str:
    """What each run did, in words, where two of them differ."""
    if not any(work.unlike(one, other) for one, other in combinations(runs, 2)):
        return ""
    kinds: tuple[tuple[Callable[[Run], work.Quantity | None], str], ...] = (
        (work.samples_seen, "samples"), (work.epochs_done, "epochs"), (work.steps_done, "steps"),
        (work.sequence_length, "tokens a sample"),
    )  # fmt: skip
    for amount, words in kinds:
        counts = dict.fromkeys(number(found.value) for run in runs if (found := amount(run)) is not None)
        if len(counts) > 1:
            told = list(counts) if len(counts) <= MOST else list(counts)[: MOST - 1]
            more = f" (and {len(counts) - len(told)} more)" if len(counts) > len(told) else ""
            return f"{' against '.join(told)}{more} {words}"
    return ""


def _per_sample(runs: Sequence[Run]) -> Iterator[str]:
    """How much faster the fastest is, on common ground."""
    rated = [(speed.value, run) for run in runs if (speed := work.samples_per_second(run)) is not None and speed.value > 0]
    if len(rated) < 2:
        return
    (low, slow), (high, fast) = min(rated, key=lambda pair: pair[0]), max(rated, key=lambda pair: pair[0])
    if high > low and not why_not("throughput", slow, fast):
        doubt = "" if of_one_model(slow, fast) else " (if they are of one model: nothing in the logs shows that)"
        yield f"per sample {fast.name} is {_factor(high / low)} times as fast as {slow.name}{doubt}"


def _factor(value: float) -> str:
    """Two digits; of large factors those before the point."""
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"


def _at_equal_work(runs: Sequence[Run], rows: Sequence[Row]) -> Iterator[str]:
    row = next((row for row in rows if row.name == "loss_at_samples" and not row.why_not), None)
    if row is not None:
        losses = [f"{cell.text} ({run.name})" for run, cell in zip(runs, row.cells, strict=True) if cell.value is not None]
        yield f"{row.label.removesuffix(' (interpolated)')}: {listed(losses)}"


def _shapes(runs: Sequence[Run]) -> Iterator[Finding]:
    """Programs built for other inputs do other work for each."""
    known = [run for run in runs if "input_shape" in run.params]
    shapes = dict.fromkeys(str(run.params["input_shape"].value) for run in known)
    silent = [run for run in runs if run not in known and run.kind in {each.kind for each in known}]
    if not known or (len(shapes) < 2 and not silent):
        return
    told = [f"{run.name} was built for {run.params['input_shape'].value}" for run in known]
    told += [f"the log of {run.name} names no shape" for run in silent]
    message = f"Not the same input: {listed(told)}. Latencies and rates are of those inputs"
    yield Finding("different-work", "warning", message, known[-1].params["input_shape"].spot)


def _caches(runs: Sequence[Run]) -> Iterator[Finding]:
    cold = next((run for run in runs if cache(run) == "cold"), None)
    cached = next((run for run in runs if cache(run) == "cached"), None)
    if cold is None or cached is None:
        return
    seconds = _phase_seconds(cold, "compile")
    message = (
        f"{cold.name} compiled{f' ({seconds:g} s)' if seconds else ''}, {cached.name} did not: the executable was cached. "
        f"Total times{_totals(cold, cached)} do not compare"
    )
    trained = [(run, took) for run in (cold, cached) if (took := _phase_seconds(run, "train"))]
    if len(trained) == 2 and not work.unlike(cold, cached):
        message += f"; training alone took {' against '.join(f'{duration(took)} ({run.name})' for run, took in trained)}"
    yield Finding("cold-against-cached", "warning", message, spot_of(cached))


def _totals(cold: Run, cached: Run) -> str:
    totals = [run.metrics["train_seconds"].value for run in (cold, cached) if "train_seconds" in run.metrics]
    return f" ({' against '.join(map(duration, totals))})" if len(totals) == 2 else ""


def _phase_seconds(run: Run, name: str) -> float:
    return sum(phase.seconds or 0 for phase in run.phases if phase.name == name)


def _little_training(runs: Sequence[Run]) -> Iterator[Finding]:
    """Wall clocks that are mostly of something else: from the first line to the last."""
    told = []
    for run in {run.id: run for run in runs}.values():
        trained = _phase_seconds(run, "train")
        if run.live or not trained or not run.elapsed or trained > run.elapsed * LITTLE:
            return
        compiled = _phase_seconds(run, "compile")
        of_it = f" (compile {duration(compiled)})" if compiled else ""
        told.append(f"{run.name} {duration(trained)} of {duration(run.elapsed)}{of_it}")
    message = f"Little of the time was training: {listed(told)}. Compare phase by phase"
    yield Finding("little-training", "info", message, spot_of(runs[0]))
