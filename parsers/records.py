"""What a parser says about a log: frozen records, each with its place in the file.

A format turns lines into these and nothing else; `tui.runs` folds them into runs. Times are naive
(`datetime` without a zone), as the vendors print them; durations are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from parsers.frozen import frozen

RunKind = Literal["training", "evaluation", "inference", "compile", "other"]
PhaseName = Literal["queue", "compile", "load", "train", "evaluate", "infer", "checkpoint"]
EndState = Literal["finished", "failed", "cancelled", "submitted"]
Severity = Literal["info", "warning", "error"]
ProgressUnit = Literal["step", "epoch"]
SourceRole = Literal["log", "submit", "scheduler", "pointer"]

Value = float | int | str
_EPOCH = datetime(1970, 1, 1)


@frozen
class Place:
    """Where something stands in a log: its physical line, from 1."""

    line: int


@frozen
class Record:
    """A fact with its place, the launch's number within the file (from 1) and the time printed on the line."""

    run: int
    place: Place
    at: datetime | None


@frozen
class Started(Record):
    """A launch of a program begins (or its log's first recognised line)."""

    testbed: str
    format: str
    evidence: str


@frozen
class Purpose(Record):
    """What kind of run a line shows this to be; a training run may evaluate as well."""

    kind: RunKind


@frozen
class PhaseEntered(Record):
    """The run is now in this phase; entering the phase it is in already changes nothing."""

    name: PhaseName
    cached: bool | None = None
    text: str = ""


@frozen
class PhaseLeft(Record):
    """The phase is over; `seconds` is the log's own figure, if any; `cached` is True for a compile that was skipped."""

    name: PhaseName
    seconds: float | None = None
    cached: bool | None = None
    text: str = ""


@frozen
class Progress(Record):
    """Steps or epochs done, and planned where the log says so; None leaves what was known."""

    unit: ProgressUnit
    done: float | None
    total: float | None
    text: str = ""


@frozen
class Metric(Record):
    """A reading of a metric (see `metrics`); `step` and `samples` place it on a chart's axis, and `derived` says that the
    log prints another figure, such as the seconds of a step, from which this one follows."""

    name: str
    value: float
    step: float | None = None
    samples: float | None = None
    text: str = ""
    derived: bool = False


@frozen
class Stale(Record):
    """A later line names this metric's key, and its value there cannot be read."""

    metric: str


@frozen
class Stamped(Record):
    """A time stamp on a line that says nothing else."""


@frozen
class Param(Record):
    """Something that was set, not measured: batch size, command line, compile hash, version."""

    name: str
    value: Value


@frozen
class Job(Record):
    """A scheduler's id of this run."""

    id: str


@frozen
class Remaining(Record):
    """The vendor's own estimate of the seconds left; `at_least` where it prints only a lower bound."""

    seconds: float
    at_least: bool = False


@frozen
class Pointer(Record):
    """The log says that output is in another file."""

    path: str


@frozen
class Notice(Record):
    """A finding that the log itself gives; `code` as in the product's list of findings."""

    code: str
    severity: Severity
    message: str


@frozen
class Ended(Record):
    """Evidence that the run ended, and how.

    `strength` orders evidence (see `parsers.evidence`); `error` is the line that says why it failed, as printed.
    """

    state: EndState
    strength: int
    text: str
    error: str | None = None


@frozen
class Resumed(Record):
    """The program went on after evidence of a failure, so that was not its end."""


@frozen
class Unreadable(Record):
    """The file is no text log (binary), or cannot be read."""

    why: str


@frozen
class Fault(Record):
    """Reading this line raised: a fault of the reader, not of the log. Nothing after it is read."""

    format: str
    error: str

    @property
    def message(self) -> str:
        """What happened, and where; without the line while its number is not known."""
        where = f"{self.format}, line {self.place.line}" if self.place.line else self.format
        return f"fault in bedwatch's reader ({where}): {self.error}; what follows was not read"


@frozen
class Cells:
    """A column of numbers as they are printed, each of them finite; what they say is the number times `factor`, or the inverse
    of that. Most are never asked for: turning them into floats costs as much as all the rest."""

    texts: Sequence[bytes]
    factor: float = 1.0
    inverse: bool = False

    def printed(self) -> list[float]:
        """The numbers, which may have thousands separators."""
        try:
            return list(map(float, self.texts))
        except ValueError:
            return [float(text.replace(b",", b"").replace(b" ", b"")) for text in self.texts]

    def numbers(self) -> list[float]:
        """What they say."""
        numbers = self.printed()
        if self.inverse:
            return [1 / (number * self.factor) for number in numbers]
        return numbers if self.factor == 1 else [number * self.factor for number in numbers]


@frozen
class Columns(Record):
    """What many lines of one kind give, in columns: each line gives its progress and its metrics, at its step. `place` and
    `at` are of the first of them.

    `lines` are their numbers, `seconds` their times since 1970 (None where they print none), never falling; `progress` has a
    unit's counts and its total, `metrics` a name's values. Steps rise from line to line. `text_of` gives a row's text.
    """

    lines: Sequence[int]
    seconds: Sequence[float] | None
    progress: tuple[tuple[ProgressUnit, Sequence[float], float | None], ...]
    metrics: tuple[tuple[str, Cells], ...]
    text_of: Callable[[int], str]

    @property
    def steps(self) -> Sequence[float]:
        """The step of each line."""
        return next(done for unit, done, _ in self.progress if unit == "step")

    def records(self) -> list[Record]:
        """The same as a record each."""
        found: list[Record] = []
        metrics = [(name, column.numbers(), column.inverse) for name, column in self.metrics]
        for row, line in enumerate(self.lines):
            place, text = Place(line), self.text_of(row)
            at = None if self.seconds is None else _EPOCH + timedelta(seconds=self.seconds[row])
            for unit, done, total in self.progress:
                found.append(Progress(self.run, place, at, unit, done[row], total, text))
            for name, values, derived in metrics:
                found.append(Metric(self.run, place, at, name, values[row], self.steps[row], None, text, derived))
        return found
