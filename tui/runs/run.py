"""What a run is: one immutable snapshot, made anew whenever its log says something; every number with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Literal

from parsers.frozen import frozen
from parsers.metrics import METRICS, MetricDef
from parsers.records import PhaseName, RunKind, Severity, SourceRole, Value
from tui.runs.job import Job
from tui.runs.notes import Notes
from tui.runs.pace import Clock, Pace
from tui.runs.series import Series

State = Literal[
    "queued", "compiling", "loading", "running", "stalled",
    "finished", "failed", "cancelled", "submitted", "unfinished", "unknown",
]
LIVE: frozenset[State] = frozenset({"queued", "compiling", "loading", "running", "stalled"})
ENDED: frozenset[State] = frozenset({"finished", "failed", "cancelled"})


@frozen
class Spot:
    """A line of a log: path relative to the watched root, 1-based line, its text where it is worth quoting. Line 0 is no
    line: `path` then names the command that said so."""

    path: str
    line: int
    text: str = ""


@frozen
class Source:
    """The part of a file that belongs to a run, and what that file is to it."""

    path: str
    first_line: int
    last_line: int
    role: SourceRole


@frozen
class Parameter:
    """Something that was set, and where the log says so."""

    name: str
    value: Value
    spot: Spot


@frozen
class Reading:
    """A metric's value as the log printed it, with its step where it has one, and its place. `stale` where a later line names
    the metric and its value there cannot be read, `derived` where the value follows from another one that the log prints."""

    name: str
    value: float
    spot: Spot
    step: float | None = None
    at: datetime | None = None
    stale: bool = False
    derived: bool = False

    @property
    def definition(self) -> MetricDef:
        """Unit, direction and evidence of the metric."""
        return METRICS[self.name]


@frozen
class Phase:
    """A stretch of the run's time. `seconds` is None while it is not known; `cached` says that a compile was skipped. Of a
    run with very many phases one may stand for several of its name: `times` of them, with the sum of their seconds."""

    name: PhaseName
    started_at: datetime | None
    seconds: float | None
    cached: bool | None
    spot: Spot
    open: bool = False
    times: int = 1


@frozen
class Amount:
    """Steps or epochs: done so far and planned, each None where the log does not say."""

    done: float | None = None
    total: float | None = None
    spot: Spot | None = None


@frozen
class Finding:
    """A sentence that a careful colleague would say aloud, with a stable code and the line it rests on."""

    code: str
    severity: Severity
    message: str
    spot: Spot


@frozen
class Claim:
    """What somebody says of a run, held against its log.

    `value` is what is claimed, `also` what the words may mean as well, `said` the words, `spot` where they stand (line 0: the
    log's own name). `observed` is what the log shows and `shown` where; `holds` is None where the log shows neither.
    """

    name: str
    value: Value
    source: Literal["bedwatch.toml", "note", "name", "command line"]
    said: str
    spot: Spot
    also: tuple[Value, ...] = ()
    observed: Value | None = None
    shown: Spot | None = None
    holds: bool | None = None


@frozen
class Run:
    """One launch of one program, as far as its logs tell.

    Times are as the log prints them (naive); `elapsed` and `eta` are seconds; `modified` is the log's modification time
    in seconds since the epoch, and `heard` the same by the watcher's clock, which its file server's may differ from.
    `overtaken` says that a later launch writes to the same log; without `complete` only its last lines are known yet, and
    places of them have line 0. `eta_low` and `eta_high` are the band of the time left.
    `version` rises with every change, so a widget knows whether to draw again. `strength` is
    how surely the log proves its end (see `parsers.evidence`), 0 where it does not. `notes` is what a `bedwatch.toml` beside
    the log says, `claims` what that, the name and the command line claim.
    """

    id: str
    testbed: str
    format: str
    name: str
    path: str
    number: int
    kind: RunKind = "other"
    model: str | None = None
    state: State = "unknown"
    because: Spot | None = None
    job_ids: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    last_at: datetime | None = None
    modified: float | None = None
    heard: float | None = None
    overtaken: bool = False
    pace: Pace | None = None
    elapsed: float | None = None
    progress: Mapping[str, Amount] = field(default_factory=dict)
    remaining: float | None = None
    remaining_at_least: bool = False
    eta: float | None = None
    eta_low: float | None = None
    eta_high: float | None = None
    phase: PhaseName | None = None
    phases: tuple[Phase, ...] = ()
    params: Mapping[str, Parameter] = field(default_factory=dict)
    metrics: Mapping[str, Reading] = field(default_factory=dict)
    error: Spot | None = None
    findings: tuple[Finding, ...] = ()
    pointers: tuple[Spot, ...] = ()
    series: Mapping[str, Series] = field(default_factory=dict)
    version: int = 0
    complete: bool = True
    scheduler: Job | None = None
    strength: int = 0
    notes: Notes | None = None
    claims: tuple[Claim, ...] = ()

    @property
    def live(self) -> bool:
        """Whether the run is still going, as far as is known."""
        return self.state in LIVE

    @property
    def told_left(self) -> float | None:
        """Seconds left as the log last said; None of a run that has ended or is silent: they tell of the moment they were
        printed."""
        return self.remaining if self.live and self.state != "stalled" else None

    @property
    def clock(self) -> Clock:
        """Which clock tells the run's rhythm and pace: its log's, or its file's where the lines carry no time."""
        return self.pace.clock if self.pace is not None else "file"

    @property
    def fraction(self) -> float | None:
        """How far the run is, from 0 to 1, by steps or else by epochs; None where the plan is not known."""
        for unit in ("step", "epoch"):
            amount = self.progress.get(unit)
            if amount and amount.total and amount.done is not None:
                return max(0.0, min(1.0, amount.done / amount.total))
        return None

    @property
    def headline(self) -> Reading | None:
        """The main result: accuracy for what was tested, latency for inference, loss for training."""
        for name in ("accuracy", "groq_latency_ms", "latency_ms", "eval_accuracy", "loss", "eval_loss", "eval_perplexity"):
            if name in self.metrics:
                return self.metrics[name]
        return None

    @property
    def speed(self) -> Reading | None:
        """How fast the run is, in the unit that its testbed reports; never a compiler's estimate."""
        for name in ("throughput", "tokens_per_second", "groq_ips", "ips", "steps_per_second"):
            if name in self.metrics:
                return self.metrics[name]
        return None
