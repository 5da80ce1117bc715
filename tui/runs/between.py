"""Findings between runs: what may not be compared, and what a reader of both logs should know first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from tui.runs.run import Finding, Run, Spot


def samples_seen(run: Run) -> float | None:
    """Training samples: as the log says, or steps times the global batch size; None where neither is known."""
    if (told := run.metrics.get("samples")) is not None:
        return told.value
    step, batch = run.progress.get("step"), run.params.get("batch_size")
    if step is not None and step.done is not None and batch is not None and isinstance(batch.value, (int, float)):
        return step.done * batch.value
    return None


def unlike_work(runs: Sequence[Run]) -> str:
    """The samples each run saw, in words, where they differ; empty where they do not, or are not known."""
    seen = [samples_seen(run) for run in runs]
    known = [count for count in seen if count is not None]
    if len(known) < len(seen) or len(set(known)) < 2:
        return ""
    return " against ".join(f"{count:,.0f}" for count in known) + " samples"


def findings_between(runs: Sequence[Run]) -> list[Finding]:
    """What must be said of some runs before their numbers are read, the gravest first."""
    found: list[Finding] = []
    if len({run.id for run in runs}) > 1:
        found += _same_twice(runs)
        found += _no_training(runs)
        found += _models(runs)
        found += _work(runs)
        found += _caches(runs)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _spot(run: Run) -> Spot:
    return run.because or Spot(run.path, 1)


def _same_twice(runs: Sequence[Run]) -> list[Finding]:
    for one, other in combinations(runs, 2):
        shared = set(one.job_ids) & set(other.job_ids)
        same_start = one.started_at is not None and one.started_at == other.started_at
        if one.path != other.path and same_start and (shared or _hash(one) == _hash(other) is not None):
            what = f"job {min(shared)}" if shared else f"compile {_hash(one)} at the same time"
            message = f"{one.name} and {other.name} are one run: {what} stands in both"
            return [Finding("same-log-twice", "error", message, _spot(other))]
    return []


def _hash(run: Run) -> object:
    return run.params["compile_hash"].value if "compile_hash" in run.params else None


def _no_training(runs: Sequence[Run]) -> list[Finding]:
    """Submit logs compared as if they held training."""
    if not all(run.state == "submitted" for run in runs):
        return []
    told = [
        f"{run.name}: {run.metrics['duration_seconds'].value:g} s {'with' if _compiled(run) else 'without'} a compile"
        for run in runs
        if "duration_seconds" in run.metrics
    ]
    clocks = f"; Duration is the submit script's clock ({', '.join(told)})" if told else ""
    message = f"None of these logs holds training, so none says how fast a model trained{clocks}"
    return [Finding("not-comparable", "warning", message, _spot(runs[0]))]


def _compiled(run: Run) -> bool:
    return any(phase.name == "compile" and not phase.cached for phase in run.phases)


def _models(runs: Sequence[Run]) -> list[Finding]:
    models = {run.model for run in runs if run.model}
    if len(models) < 2:
        return []
    return [Finding("different-model", "warning", f"Different models: {', '.join(sorted(models))}", _spot(runs[0]))]


def _work(runs: Sequence[Run]) -> list[Finding]:
    work = unlike_work(runs)
    if not work:
        return []
    message = f"Not the same work: {work}. Compare per sample: training times and the loss at the end do not compare"
    return [Finding("different-work", "warning", message, _spot(runs[-1]))]


def _caches(runs: Sequence[Run]) -> list[Finding]:
    compiles = [(run, [phase for phase in run.phases if phase.name == "compile"]) for run in runs]
    cold = [(run, phases) for run, phases in compiles if phases and not all(phase.cached for phase in phases)]
    cached = [run for run, phases in compiles if (phases and all(phase.cached for phase in phases)) or _skipped(run)]
    if not cold or not cached:
        return []
    seconds = sum(phase.seconds or 0 for _, phases in cold[:1] for phase in phases)
    took = f" ({seconds:g} s)" if seconds else ""
    message = f"{cold[0][0].name} compiled{took}, {cached[0].name} did not: the executable was cached. Total times do not compare"
    return [Finding("cold-against-cached", "warning", message, _spot(cached[0]))]


def _skipped(run: Run) -> bool:
    return any(finding.code == "compile-skipped" for finding in run.findings)
