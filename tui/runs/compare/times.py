"""Where the time went: each phase, cold or cached, and the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui.runs.comparable import unlike_caches, unlike_models
from tui.runs.compare.outcomes import judged
from tui.runs.compare.rows import Figure, Row, figure, number_row
from tui.runs.numbers import duration
from tui.runs.repeats import Noise
from tui.runs.run import Phase, Run, Spot
from tui.runs.work import unknown, unlike

_OF_WORK = frozenset({"train", "evaluate", "infer"})


def time_rows(runs: Sequence[Run], noise: Noise) -> list[Row]:
    """The seconds of each phase, those of one name added up, and from the first line to the last. How long a queue was is
    nobody's merit."""
    rows = []
    for name in dict.fromkeys(phase.name for run in runs for phase in run.phases):
        mine = [[phase for phase in run.phases if phase.name == name] for run in runs]
        figures = [_phases(name, runs[0], run, phases) for run, phases in zip(runs, mine, strict=True)]
        row = number_row("time", name, "", runs, figures, name=f"phase:{name}", better=None if name == "queue" else "lower")
        row = judged(row, runs, noise)
        rows.append(replace(row, differs=len({(repr(each.value), each.text.endswith(" cached")) for each in figures}) > 1))
    whole = [figure(run.elapsed, duration, _first_line(run), _whole(runs[0], run)) for run in runs]
    return [*rows, number_row("time", "elapsed, first to last line", "", runs, whole, name="elapsed_seconds")]


def _first_line(run: Run) -> Spot | None:
    return Spot(run.path, run.sources[0].first_line if run.sources else 1) if run.elapsed is not None else None


def _phases(name: str, base: Run, run: Run, phases: Sequence[Phase]) -> Figure:
    known = [phase.seconds for phase in phases if phase.seconds is not None]
    mark = " cached" if phases and all(phase.cached for phase in phases) else ""
    spot = phases[0].spot if phases else None
    return figure(sum(known) if known else None, duration, spot, _unlike(name, base, run), mark)


def _unlike(name: str, base: Run, run: Run) -> str:
    if any(phase.open and phase.name == name for one in (base, run) if one.live for phase in one.phases):
        return "still going on"
    if name == "compile":
        if unlike_models(base, run):
            return "different models"
        return "cold against cached" if unlike_caches(base, run) else ""
    if name in _OF_WORK:
        if unlike_models(base, run):
            return "different models"
        if work := unlike(base, run):
            return f"different work: {work}"
        return "no log says how much was trained" if name == "train" and unknown(base, run) else ""
    return ""


def _whole(base: Run, run: Run) -> str:
    if any("duration_seconds" in one.metrics for one in (base, run)):
        return "the clock of the script that wrote the log (compile, submission), not training time"
    if base.live or run.live:
        return "still going on"
    if unlike_caches(base, run):
        return "one compiled, the other did not: compare phase by phase"
    work = unlike(base, run)
    return f"different work: {work}" if work else ""
