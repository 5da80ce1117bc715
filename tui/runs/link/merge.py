"""Two runs made one: the state by the strongest evidence, every number with the file and line that it had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from parsers.records import Ended, Place, SourceRole
from tui.runs.fold import decide
from tui.runs.link.evidence import NO_VENDOR, Pair
from tui.runs.run import ENDED, Amount, Finding, Phase, Reading, Run, Source

_Moment = TypeVar("_Moment", float, datetime)
_SCRIPTS_OWN = frozenset({"duration_seconds"})
"""Of a submission's figures, those that tell of its script alone."""
_ANSWERED = frozenset({"output-elsewhere", "duration-is-script-time"})
"""Findings on a submission that its job's log settles."""


def merged(runs: Sequence[Run], pairs: Sequence[Pair]) -> list[Run]:
    """The runs with each pair made one, at the place of its main run."""
    if not pairs:
        return list(runs)
    made = {pair.main.id: _one(pair) for pair in pairs}
    gone = {pair.other.id for pair in pairs}
    return [made.get(run.id, run) for run in runs if run.id not in gone]


def _one(pair: Pair) -> Run:
    main, other = pair.main, pair.other
    handed_over = pair.role == "submit"
    teller = main if handed_over else _teller(main, other)
    vendor = other if main.testbed in NO_VENDOR else main
    last_at = main.last_at if handed_over else _latest(main.last_at, other.last_at)
    started_at = main.started_at if handed_over and main.started_at else _earliest(main.started_at, other.started_at)
    return replace(
        main,
        name=pair.name or main.name, testbed=vendor.testbed, format=vendor.format,
        kind=other.kind if main.kind == "other" else main.kind, model=main.model or other.model,
        state=teller.state, because=teller.because, error=teller.error, strength=teller.strength,
        job_ids=tuple(dict.fromkeys(main.job_ids + other.job_ids)),
        sources=main.sources + tuple(_as(source, pair.role) for source in other.sources),
        started_at=started_at, last_at=last_at, ended_at=(teller.ended_at or last_at) if teller.state in ENDED else None,
        modified=_latest(main.modified, other.modified), heard=_latest(main.heard, other.heard), pace=main.pace or other.pace,
        elapsed=main.elapsed if main.elapsed is not None or handed_over else other.elapsed,
        progress=_progress(main, other),
        remaining=main.remaining if main.remaining is not None else other.remaining,
        remaining_at_least=main.remaining_at_least if main.remaining is not None else other.remaining_at_least,
        phase=main.phase or (None if handed_over else other.phase), phases=_phases(main, other, pair.role),
        params={**other.params, **main.params},
        metrics=_metrics(main, other, pair.role),
        findings=_findings(main, other, pair.role), pointers=main.pointers + other.pointers,
        series={**other.series, **main.series}, version=main.version + other.version, notes=main.notes or other.notes,
        complete=main.complete and other.complete,
    )  # fmt: skip


def _teller(main: Run, other: Run) -> Run:
    """The run whose evidence decides the state, as if all lines stood in one file, the main run's first; of equal evidence
    the main run's, and where neither has ended the main run, if it shows any life."""
    ours, theirs = _ending(main), _ending(other)
    decisive = decide([ending for ending in (ours, theirs) if ending is not None])
    if decisive is None:
        return other if main.state == "unknown" else main
    same = ours is not None and (ours.state, ours.strength) == (decisive.state, decisive.strength)
    return main if same else other


def _ending(run: Run) -> Ended | None:
    if not run.strength or run.state not in ("finished", "failed", "cancelled", "submitted"):
        return None
    line, text = (run.because.line, run.because.text) if run.because is not None else (1, "")
    return Ended(run.number, Place(line), run.ended_at, run.state, run.strength, text)


def _as(source: Source, role: SourceRole) -> Source:
    return source if role == "log" or source.role == "pointer" else replace(source, role=role)


def _progress(main: Run, other: Run) -> dict[str, Amount]:
    progress = {**other.progress, **main.progress}
    for unit in main.progress.keys() & other.progress.keys():
        if (other.progress[unit].done or 0) > (main.progress[unit].done or 0):
            progress[unit] = other.progress[unit]
    return progress


def _phases(main: Run, other: Run, role: SourceRole) -> tuple[Phase, ...]:
    """A submission's phases came before. Of two files of one launch, those that only the other shows are put in by time."""
    if role == "submit":
        return other.phases + main.phases
    known = {phase.name for phase in main.phases}
    phases = [*main.phases, *(phase for phase in other.phases if phase.name not in known)]
    if all(phase.started_at is not None for phase in phases):
        phases.sort(key=lambda phase: phase.started_at or datetime.min)
    return tuple(phases)


def _metrics(main: Run, other: Run, role: SourceRole) -> dict[str, Reading]:
    theirs = {name: reading for name, reading in other.metrics.items() if role != "submit" or name not in _SCRIPTS_OWN}
    metrics = {**theirs, **main.metrics}
    for name in main.metrics.keys() & theirs.keys():
        ours, their = main.metrics[name], theirs[name]
        if role == "log" and ours.at is not None and their.at is not None and their.at > ours.at:
            metrics[name] = their
    return metrics


def _findings(main: Run, other: Run, role: SourceRole) -> tuple[Finding, ...]:
    theirs = [f for f in other.findings if role != "submit" or f.code not in _ANSWERED]
    return tuple({(f.code, f.message): f for f in (*theirs, *main.findings)}.values())


def _latest(one: _Moment | None, other: _Moment | None) -> _Moment | None:
    return other if one is None else one if other is None else max(one, other)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else one if other is None else min(one, other)
