"""Folds the records of one launch into a `Run`: states from evidence, phases as a log, the last reading of each metric."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from parsers import records as r
from parsers.evidence import EXIT_CODE, INTERRUPT, KILLED_BY_LIMIT
from parsers.records import PhaseName, Record
from tui.runs.pace import Beats, seconds_of
from tui.runs.phases import OpenPhase, bounded
from tui.runs.run import Amount, Finding, Parameter, Reading, Run, Source, Spot, State
from tui.runs.series import NAN, POINTS_MOST, Series

_KINDS: tuple[r.RunKind, ...] = ("other", "compile", "inference", "evaluation", "training")
_PHASE_STATES: dict[PhaseName, State] = {
    "queue": "queued", "compile": "compiling", "load": "loading",
    "train": "running", "evaluate": "running", "infer": "running", "checkpoint": "running",
}
_SERIES = frozenset({
    "loss", "throughput", "rate", "tokens_per_second", "steps_per_second", "accuracy", "train_accuracy",
    "throughput_per_device", "tokens_per_second_per_device", "tflops_per_device", "mfu",
    "eval_loss", "eval_accuracy", "mlm_accuracy", "nsp_accuracy", "latency_ms", "ips",
})

SAME_LAUNCH = timedelta(hours=26)
"""How long before a run's own first time stamp one that stands above it may be of the same launch."""


class RunFold:
    """Takes a launch's records in order and gives its snapshot; `path` is the log's, relative to the watched root, and
    `points_most` how many points a series keeps: with 0 there are no series."""

    def __init__(self, path: str, number: int, name: str, points_most: int = POINTS_MOST) -> None:
        self._points_most = points_most
        self.path = path
        self.number = number
        self.name = name
        self.testbed = self.format = "unknown"
        self.kind = 0
        self.jobs: list[str] = []
        self.params: dict[str, Parameter] = {}
        self.metrics: dict[str, Reading] = {}
        self.series: dict[str, Series] = {}
        self.progress: dict[str, Amount] = {}
        self.phases: list[OpenPhase] = []
        self.endings: list[r.Ended] = []
        self.findings: list[Finding] = []
        self.pointers: list[Spot] = []
        self.remaining: r.Remaining | None = None
        self.started_at: datetime | None = None
        self._stamps: tuple[int, bool] | None = None
        """The line of the first time stamp, and whether another line has one as well."""
        self._above: datetime | None = None
        self.last_at: datetime | None = None
        self.last_spot: Spot | None = None
        self.first_line = self.last_line = 0
        self.version = 0
        self._beats = Beats()
        self._arrived: float | None = None
        self._told_at: datetime | None = None
        """The time of the last line that said something: a line's records share theirs, and it counts once."""

    def apply(self, record: Record, arrived: float | None = None) -> None:
        """Take one record, which arrived at this moment (seconds since 1970) as far as that is known."""
        line = record.place.line
        phase = self.phases[-1].name if self.phases else None
        if arrived is not None and arrived != self._arrived:
            self._beats.hear("file", arrived, phase)
        self._arrived = arrived
        if not isinstance(record, r.Stamped):
            self.first_line = self.first_line or line
            self.last_line = max(self.last_line, line)
        self.version += 1
        if record.at is not None and (record.at is not self._told_at or line != self.last_line):
            if not isinstance(record, r.Stamped):
                self._beats.hear("log", seconds_of(record.at), phase)
                self._told_at = record.at
            self._stamp(record.at, line)
        _method_of(type(record).__name__)(self, record)

    def goes_on(self, columns: r.Columns) -> bool:
        """Whether columns begin no earlier than what came before."""
        return columns.seconds is None or self._beats.goes_on(columns.seconds[0])

    def _columns(self, record: r.Columns) -> None:
        """Take many lines at once. What of them counts as the last word comes as a record of its own after them."""
        seconds = record.seconds
        self.last_line = max(self.last_line, record.lines[-1])
        if seconds is not None:
            self._beats.hear_all("log", seconds, self.phases[-1].name if self.phases else None)
            if record.at is not None:
                self._stamp(record.at + timedelta(seconds=seconds[-1] - seconds[0]), record.lines[-1])
        for unit, done, _ in record.progress:
            self._beats.advance_all(unit, done, seconds, self._arrived)
        if not self._points_most:
            return
        moments = array("d", [NAN]) * len(record.lines) if seconds is None else array("d", seconds)
        steps, lines = array("d", record.steps), array("q", record.lines)
        for name, column in record.metrics:
            if name in _SERIES:
                self._series_of(name).extend(array("d", column.numbers()), steps, moments, lines)

    def _series_of(self, name: str) -> Series:
        if (series := self.series.get(name)) is None:
            series = self.series[name] = Series(self.path, self._points_most)
        return series

    def begin_at(self, at: datetime, line: int) -> None:
        """A time stamp stands above the run's first line: the launch began there, unless the run's own are of another day."""
        self.started_at, self.last_at, self._above = at, at, at
        self._stamps = line, False

    def _stamp(self, at: datetime, line: int) -> None:
        if self._above is not None and not timedelta(0) <= at - self._above <= SAME_LAUNCH:
            self.started_at = self.last_at = self._stamps = None
        self._above = None
        if self.started_at is None:
            self.started_at = at
        self.last_at = at if self.last_at is None else max(self.last_at, at)
        self._stamps = (line, False) if self._stamps is None else (self._stamps[0], self._stamps[1] or self._stamps[0] != line)

    def snapshot(self, *, readings: int = 0, **beside: Any) -> Run:
        """The run as known now. Whether a silent one still lives is not judged here: see `liveness`. `beside` are the fields
        that records do not give, and `readings` how often what gives them was read: it counts as change too."""
        ending, state, because = self._judge()
        error = None
        if state == "failed" and ending is not None:
            error = Spot(self.path, ending.place.line, ending.error or ending.text)
        ended_at = self.last_at if state in ("finished", "failed", "cancelled") else None
        current = next((phase for phase in reversed(self.phases) if not phase.closed), None)
        return Run(
            id=f"{self.path}#{self.number}", testbed=self.testbed, format=self.format, name=self.name,
            path=self.path, number=self.number, kind=_KINDS[self.kind],
            model=str(self.params["model"].value) if "model" in self.params else None,
            state=state, because=because, job_ids=tuple(self.jobs),
            sources=(Source(self.path, self.first_line, self.last_line, "submit" if state == "submitted" else "log"),),
            started_at=self.started_at, ended_at=ended_at, last_at=self.last_at,
            elapsed=self._elapsed(),
            progress=dict(self.progress),
            remaining=self.remaining.seconds if self.remaining else None,
            remaining_at_least=self.remaining.at_least if self.remaining else False,
            phase=current.name if current else None,
            phases=tuple(phase.frozen(self.last_at) for phase in self.phases),
            params={name: param for name, param in self.params.items() if name != "model"},
            metrics=dict(self.metrics), error=error, findings=tuple(self.findings), pointers=tuple(self.pointers),
            pace=self._beats.pace(self.phases[-1].name if self.phases else None),
            series=self.series, version=self.version + readings, strength=ending.strength if ending is not None else 0, **beside,
        )

    def _elapsed(self) -> float | None:
        """Seconds from the first time stamp to the last, or the script's own clock: buffered lines are few and late. One time
        stamp alone tells no time."""
        if (clock := self.metrics.get("duration_seconds")) is not None:
            return clock.value
        if self.last_at is None or self.started_at is None or self._stamps is None or not self._stamps[1]:
            return None
        return (self.last_at - self.started_at).total_seconds()

    def fork(self) -> RunFold:
        """A copy that takes provisional records."""
        return copy.deepcopy(self)

    # states

    def _judge(self) -> tuple[r.Ended | None, State, Spot | None]:
        ending = decide(self.endings)
        if ending is not None:
            return ending, ending.state, Spot(self.path, ending.place.line, ending.error or ending.text)
        current = next((phase for phase in reversed(self.phases) if not phase.closed), None)
        last = current or (self.phases[-1] if self.phases else None)
        state: State = "unknown"
        if last is not None and last.closed and last.name == "queue":
            state = "loading"  # it has its machine, and has not spoken yet
        elif last is not None:
            state = _PHASE_STATES[last.name]
        elif self.metrics or self.progress:
            state = "running"
        elif self.format != "unknown":
            state = "loading"  # it started, and no phase has begun
        return None, state, self.last_spot or (last.spot if last else None)

    # one method a kind of record

    def _started(self, record: r.Started) -> None:
        self.testbed, self.format = record.testbed, record.format
        self.last_spot = self._spot(record, record.evidence)

    def _purpose(self, record: r.Purpose) -> None:
        self.kind = max(self.kind, _KINDS.index(record.kind))

    def _phaseentered(self, record: r.PhaseEntered) -> None:
        spot = self._spot(record, record.text)
        self.last_spot = spot
        current = self.phases[-1] if self.phases else None
        if current is not None and not current.closed and current.name == record.name:
            if record.cached is not None:
                current.cached = record.cached
            if current.at is None:
                current.at = record.at  # bars have no time: the first line within the phase that has
            return
        if current is not None and not current.closed:
            current.closed, current.left_at = True, record.at
        self.phases = bounded([*self.phases, OpenPhase(record.name, record.at, spot, cached=record.cached)])

    def _phaseleft(self, record: r.PhaseLeft) -> None:
        self.last_spot = self._spot(record, record.text)
        for phase in reversed(self.phases):
            if phase.name == record.name and (not phase.closed or phase.seconds is None):
                break
        else:
            phase = OpenPhase(record.name, None, self.last_spot)
            self.phases = bounded([*self.phases, phase])
        if not phase.closed:
            phase.closed, phase.left_at = True, record.at
        if record.seconds is not None:
            phase.seconds = record.seconds
        if record.cached is not None:
            phase.cached = record.cached

    def _progress(self, record: r.Progress) -> None:
        known = self.progress.get(record.unit, Amount())
        spot = self._spot(record, record.text)
        self.last_spot = spot
        if record.done is not None:
            self._beats.advance(record.unit, record.done, record.at, self._arrived)
        self.progress[record.unit] = Amount(
            known.done if record.done is None else record.done,
            known.total if record.total is None else record.total,
            spot,
        )

    def _metric(self, record: r.Metric) -> None:
        spot = self._spot(record, record.text)
        self.last_spot = spot
        self.metrics[record.name] = Reading(record.name, record.value, spot, record.step, record.at, False, record.derived)
        if self._points_most and record.name in _SERIES:
            self._series_of(record.name).append(record.value, record.step, record.at, record.place.line)

    def _stale(self, record: r.Stale) -> None:
        if (reading := self.metrics.get(record.metric)) is not None:
            self.metrics[record.metric] = replace(reading, stale=True)

    def _stamped(self, record: r.Stamped) -> None:
        """Its time counts, as that of any record."""

    def _param(self, record: r.Param) -> None:
        self.params[record.name] = Parameter(record.name, record.value, self._spot(record))

    def _job(self, record: r.Job) -> None:
        if record.id not in self.jobs:
            self.jobs.append(record.id)

    def _remaining(self, record: r.Remaining) -> None:
        self.remaining = record

    def _pointer(self, record: r.Pointer) -> None:
        self.pointers.append(self._spot(record, record.path))

    def _notice(self, record: r.Notice) -> None:
        finding = Finding(record.code, record.severity, record.message, self._spot(record))
        if all((known.code, known.message) != (finding.code, finding.message) for known in self.findings):
            self.findings.append(finding)

    def _ended(self, record: r.Ended) -> None:
        self.endings.append(record)
        self.last_spot = self._spot(record, record.text)

    def _resumed(self, record: r.Resumed) -> None:
        self.endings = [ending for ending in self.endings if ending.strength >= INTERRUPT]
        self.findings = [finding for finding in self.findings if finding.code != "output-elsewhere"]  # it is here after all

    def _unreadable(self, record: r.Unreadable) -> None:
        self.findings.append(Finding("unreadable", "error", f"{self.path} is {record.why}: not a text log", self._spot(record)))

    def _fault(self, record: r.Fault) -> None:
        self.findings.append(Finding("unreadable", "error", record.message, self._spot(record)))

    def _spot(self, record: Any, text: str = "") -> Spot:
        return Spot(self.path, record.place.line, text)


@cache
def _method_of(kind: str) -> Callable[[RunFold, Any], None]:
    """What takes a record of the class of that name."""
    method: Callable[[RunFold, Any], None] = getattr(RunFold, f"_{kind.lower()}")
    return method


def decide(endings: list[r.Ended]) -> r.Ended | None:
    """The ending that the evidence proves; None while nothing does.

    A limit or the out-of-memory handler decides wherever it stands. What follows a cancellation is no cause, and a bare
    cancellation after a failure is its collateral. Of failures the strongest is the cause, of equals the first.
    Success counts where nothing failed; the last line that says so is quoted.
    """
    bad = [ending for ending in endings if ending.strength >= EXIT_CODE and ending.state != "finished"]
    for ending in bad:
        if ending.strength >= KILLED_BY_LIMIT:
            return max((e for e in bad if e.strength >= KILLED_BY_LIMIT), key=lambda e: e.strength)
    if bad and bad[0].state == "cancelled":
        return bad[0]
    if bad:
        return max((ending for ending in bad if ending.state == "failed"), key=lambda ending: ending.strength)
    good = [ending for ending in endings if ending.strength < EXIT_CODE or ending.state == "finished"]
    return max(reversed(good), key=lambda ending: ending.strength) if good else None
