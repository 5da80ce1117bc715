"""What of two runs may be set against each other, and in words why not; the same whichever of them is the baseline."""

from __future__ import annotations

import re
from typing import Literal

from parsers.metrics import METRICS
from tui.runs.run import Run
from tui.runs.work import global_batch, planned_total, unknown, unlike, unlike_batches, unlike_lengths

Cache = Literal["", "cold", "cached"]

SPEEDS = frozenset({"throughput", "rate", "tokens_per_second", "steps_per_second", "ips", "latency_ms", "estimated_throughput"})
LOSSES = frozenset({"loss", "eval_loss", "eval_perplexity"})
_SAMPLE_SPEEDS = frozenset({"throughput", "rate", "estimated_throughput"})
_OF_ONE_MODEL = SPEEDS | LOSSES | {
    "train_seconds", "compile_seconds", "seconds_per_epoch", "projected_latency_seconds", "groq_latency_ms", "groq_ips",
    "groq_on_chip_latency_ms", "groq_on_chip_ips", "cpu_latency_ms", "cpu_ips",
}  # fmt: skip
_OF_ONE_DATA = frozenset({
    "accuracy", "eval_accuracy", "mlm_accuracy", "nsp_accuracy", "train_accuracy", "groq_accuracy", "cpu_accuracy",
})  # fmt: skip
_NAMES_MODEL = ("compile_hash", "model_dir", "params_file", "model_name_or_path", "config", "job_label", "ipu_of_layer", "pef")
"""Parameters that two runs of two models hardly share."""
_ROUNDED = frozenset({"groq_latency_ms", "groq_on_chip_latency_ms"})
_OWN_KINDS = ("training", "evaluation", "inference")
_ONE_STEP_FROM = (2, 5)  # the Cerebras release since which Rate is a window of one step


def why_not(name: str, one: Run, other: Run) -> str:
    """Why the two runs' figures of a metric may not be compared, in words; empty where they may."""
    if name == "duration_seconds":
        return "the clock of the script that wrote the log (compile, submission), not training time"
    return (
        (name in _OF_ONE_MODEL and _models(name, one, other))
        or (name in _OF_ONE_DATA and _data(one, other))
        or (name in SPEEDS and _speeds(name, one, other))
        or (name == "loss" and _losses(one, other))
        or (name in _ROUNDED and _either(one, other, "rounded") and "rounded to two decimals: compare the rates")
        or _times(name, one, other)
        or ""
    )


def cache(run: Run) -> Cache:
    """Whether the run compiled, or found its program in a cache; empty where the log shows neither."""
    compiles = [phase for phase in run.phases if phase.name == "compile"]
    if compiles:
        return "cached" if all(phase.cached for phase in compiles) else "cold"
    return "cached" if has(run, "compile-skipped") else ""


def unlike_caches(one: Run, other: Run) -> bool:
    """Whether one run compiled and the other did not."""
    return {cache(one), cache(other)} == {"cold", "cached"}


def has(run: Run, code: str) -> bool:
    """Whether the run has a finding of this code."""
    return any(finding.code == code for finding in run.findings)


def model_of(run: Run) -> str | None:
    """The model as the log names it, or else as the run's notes do."""
    if run.model is not None:
        return run.model
    return next((str(claim.value) for claim in run.claims if claim.name == "model"), None)


def unlike_models(one: Run, other: Run) -> bool:
    """Whether two runs are known to be of different models: by their names, or by the layers that their logs list."""
    ours, theirs = model_of(one), model_of(other)
    if ours is None or theirs is None:
        listed, other_listed = _layers(one), _layers(other)
        return listed is not None and other_listed is not None and listed != other_listed
    return re.sub(r"[^a-z0-9]", "", ours.lower()) != re.sub(r"[^a-z0-9]", "", theirs.lower())


def of_one_model(one: Run, other: Run) -> bool:
    """Whether something shows that two runs are of one model: its name, its configuration, or the program."""
    ours, theirs = model_of(one), model_of(other)
    if ours is not None and theirs is not None:
        return not unlike_models(one, other)
    return any(_param(one, name) is not None and _param(one, name) == _param(other, name) for name in _NAMES_MODEL)


def _layers(run: Run) -> frozenset[str] | None:
    """The names of the model's layers, without the device that each is on; None where the log lists none."""
    listed = _param(run, "ipu_of_layer")
    return frozenset(part.partition(":")[0].strip() for part in str(listed).split(",")) if listed is not None else None


def unnamed_programs(one: Run, other: Run) -> bool:
    """Whether two compiled programs differ at one batch size, and no log says in what: Cerebras' logs name no model."""
    ours, theirs = _param(one, "compile_hash"), _param(other, "compile_hash")
    if ours is None or theirs is None or ours == theirs or None not in (model_of(one), model_of(other)):
        return False
    known = global_batch(one) is not None and global_batch(other) is not None
    return known and not unlike_batches(one, other)


def unlike_kinds(one: Run, other: Run) -> str:
    """In words, that one run trains and the other does not; empty where they are of one kind, or of none that measures."""
    if one.kind == other.kind or one.kind not in _OWN_KINDS or other.kind not in _OWN_KINDS:
        return ""
    return f"{one.kind} against {other.kind}"


def same_log(one: Run, other: Run) -> str:
    """What proves that two logs under two names are of one run, in words; empty where nothing does."""
    if one.path == other.path or one.testbed != other.testbed:
        return ""
    shared = min(set(one.job_ids) & set(other.job_ids), default=None)
    if one.started_at is not None and other.started_at is not None:
        if one.started_at != other.started_at and not _is_end_of_other(one, other):
            return ""
        if shared is not None:
            return f"job {shared} stands in both, at the same times"
        compiled = _param(one, "compile_hash")
        same = compiled is not None and compiled == _param(other, "compile_hash")
        return f"compile {compiled} stands in both, at the same times" if same else ""
    if shared is not None and one.metrics and _figures(one) == _figures(other):
        return f"job {shared} stands in both, with the same figures"
    return "every figure is the same to its last digit" if _same_measurements(one, other) else ""


# by what is measured


def _models(name: str, one: Run, other: Run) -> str:
    if unlike_models(one, other):
        ours, theirs = model_of(one), model_of(other)
        told = f"{ours} against {theirs}" if ours is not None and theirs is not None else "their logs list other layers"
        return f"different models: {told}"
    if unnamed_programs(one, other):
        return "different compiled programs at one batch size, and no log names their models"
    if one.testbed != other.testbed:
        silent = [run.name for run in (one, other) if model_of(run) is None]
        if silent:
            return f"no log names the model of {' and '.join(sorted(silent))}: only of one model do they compare across testbeds"
        if name in LOSSES:
            return "the logs do not say that both testbeds take the same loss"
    return ""


def _data(one: Run, other: Run) -> str:
    """Two models may be tested on one set of data; where no log says so, they were tested on two for all that is known."""
    data = _param(one, "dataset")
    if not unlike_models(one, other) or (data is not None and data == _param(other, "dataset")):
        return ""
    return f"{_models('', one, other)}, and no log says that they were tested on the same data"


def _speeds(name: str, one: Run, other: Run) -> str:
    if kinds := unlike_kinds(one, other):
        return f"another kind of figure: {kinds}"
    if name == "rate" and any(_rate_of_one_step(run) for run in (one, other)):
        return "Rate is one step's window in these releases: compare throughput"
    if name == "steps_per_second" and (batches := unlike_batches(one, other)):
        return f"a step is not the same work: {batches}"
    if name in _SAMPLE_SPEEDS and (lengths := unlike_lengths(one, other)):
        return f"a sample is not the same work: {lengths}"
    if any(_at_finding(run, name, "warm-up-included") for run in (one, other)):
        return "counted with the compilation or the warm-up of the first steps: compare later ones"
    for code, words in (
        ("per-device-rate", "one process's rate against that of all"),
        ("warm-up-excluded", "without warm-up steps against with them"),
    ):
        if has(one, code) != has(other, code):
            return words
    return ""


def _losses(one: Run, other: Run) -> str:
    if has(one, "mean-loss") != has(other, "mean-loss"):
        return "the mean over a training against a last step's"
    if work := unlike(one, other):
        return f"different work: {work}"
    return "no log says after how much training" if unknown(one, other) else ""


def _times(name: str, one: Run, other: Run) -> str:
    if name == "train_seconds":
        return _training_time(one, other)
    if name == "compile_seconds" and unlike_caches(one, other):
        return "cold against cached"
    if name == "seconds_per_epoch":
        if one.testbed != other.testbed:
            return "each testbed's own clock covers other things"
        if one.testbed == "graphcore" and not cache(one) == cache(other) == "cached":
            return "contains the compilation"
    return ""


def _training_time(one: Run, other: Run) -> str:
    if _either(one, other, "total-includes-compile"):
        what = "queue, compile and staging" if "cerebras" in (one.testbed, other.testbed) else "the compile"
        return f"contains {what}: compare throughput, or the phases"
    if planned_total(one) or planned_total(other):
        return "printed after a failure too: it need not be the time of the work that was done"
    if work := unlike(one, other):
        return f"different work: {work}"
    if one.testbed != other.testbed:
        return "each testbed's own clock covers other things"
    return "no log says how much was trained" if unknown(one, other) else ""


def _rate_of_one_step(run: Run) -> bool:
    if has(run, "rate-unreliable"):
        return True
    release = re.match(r"(\d+)\.(\d+)", str(_param(run, "version") or ""))
    return run.testbed == "cerebras" and release is not None and (int(release[1]), int(release[2])) >= _ONE_STEP_FROM


def _at_finding(run: Run, name: str, code: str) -> bool:
    """Whether a finding is about this very reading, by its line."""
    reading = run.metrics.get(name)
    return reading is not None and any(
        finding.code == code and (finding.spot.path, finding.spot.line) == (reading.spot.path, reading.spot.line)
        for finding in run.findings
    )


def _either(one: Run, other: Run, code: str) -> bool:
    return has(one, code) or has(other, code)


# one log under two names


def _is_end_of_other(one: Run, other: Run) -> bool:
    """Whether one log holds the end of the other: a copy of a screen begins where the screen did."""
    return one.last_at == other.last_at and _same_measurements(one, other)


def _same_measurements(one: Run, other: Run) -> bool:
    """Whether two runs print the same figures to the last digit, a measured rate among them: chance gives no such pair."""
    rates = [name for name in one.metrics if METRICS[name].unit.endswith("/s") and METRICS[name].evidence == "measured"]
    return len(one.metrics) >= 3 and bool(rates) and _figures(one) == _figures(other)


def _figures(run: Run) -> dict[str, str]:
    return {name: repr(reading.value) for name, reading in run.metrics.items()}


def _param(run: Run, name: str) -> object:
    return run.params[name].value if name in run.params else None
