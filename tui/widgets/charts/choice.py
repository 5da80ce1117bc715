"""Which of a run's series to chart."""

from __future__ import annotations

from parsers.metrics import METRICS
from tui.runs.run import Run

PREFERRED = ("throughput", "tokens_per_second", "groq_ips", "ips", "steps_per_second", "loss", "accuracy", "eval_loss")


def metrics_of(run: Run) -> list[str]:
    """The metrics of a run that can be charted or named, throughput first."""
    names = [name for name in tuple(run.series) if name in METRICS]
    return sorted(names, key=lambda name: (PREFERRED.index(name) if name in PREFERRED else len(PREFERRED), names.index(name)))


def chosen_metric(run: Run, wanted: str | None) -> str | None:
    """The metric to chart: the wanted one where the run has it."""
    names = metrics_of(run)
    return wanted if wanted in names else (names[0] if names else None)
