"""What a line kind's `read` function writes with: records of the current run, with place and time filled in."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from parsers import records as r
from parsers.evidence import EXCEPTION
from parsers.grammar import Format, Line, Message, Span
from parsers.metrics import METRICS, is_score
from parsers.records import EndState, PhaseName, Place, ProgressUnit, RunKind, Severity, Value
from parsers.steady import DIGITS_MOST, Column, Grant, Steady, Unsteady, steady_of

CAUGHT = EXCEPTION + 3
"""Failures up to this strength, an exception at the end of a chain, may have been caught by the program."""
LATE = 2
"""Steps further than the exception from which the words of a success after them are believed."""
LATE_MOST = 4
"""Steps that may still come after the exception that ended the program, before it counts as caught."""
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_INFINITE = re.compile(r"(?<![A-Za-z])inf(?:inity)?(?![A-Za-z])", re.IGNORECASE)


class Block(Protocol):
    """Something that spans lines, such as a traceback: while it waits, every line is offered to it first."""

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use the line (True), or let go: it is then read as any other, and the block is over (False)."""


class Scribe:
    """Writes the records of one file. `memory` and `seen` are of the current run and start afresh with it; `file` is
    of the whole file. `message` is the line being read."""

    def __init__(self) -> None:
        self.out: list[r.Record] = []
        self.format: Format | None = None
        self.run = 0
        self.memory: dict[str, Any] = {}
        self.file: dict[str, Any] = {}
        self.seen: Counter[str] = Counter()
        self.ended: EndState | None = None
        self.phase: PhaseName | None = None
        self.open = False  # whether a run has begun and not been closed by a prompt or another launch
        self.body = False  # whether the open run has shown more than its head
        self.message: Message
        self.current: Line | None = None  # the kind of the line being read
        self.waiting: Block | None = None
        self.grant: Grant | None = None  # that lines like the last one are steady
        self._runs = 0
        self._side = ""
        self._sides: dict[str, tuple[Any, ...]] = {}

    # what the runs are

    def start(self, evidence: str = "") -> None:
        """Begin another run here; what follows belongs to it."""
        assert self.format is not None
        self._runs += 1
        self.run = self._runs
        self.memory, self.seen = {}, Counter()
        self.ended = self.phase = None
        self.open, self.body = True, False
        self.out.append(r.Started(*self._where(), self.format.testbed, self.format.name, evidence or self.message.text))

    def close(self) -> None:
        """This launch is over (a shell prompt came back): the next line that says something begins another run."""
        self.open = False

    def ensure(self) -> None:
        """Begin a run if none is open."""
        if not self.open:
            self.start()

    def turn(self, side: str) -> None:
        """A diff of two logs takes turns: a line marked `<` is of one run, one marked `>` of the other. Lines without a
        mark belong to whichever spoke last."""
        if not side or side == self._side:
            return
        if self._side:
            self._sides[self._side] = self.run, self.memory, self.seen, self.ended, self.phase, self.open, self.body
            other = self._sides.get(side, (self.run, {}, Counter(), None, None, False, False))
            self.run, self.memory, self.seen, self.ended, self.phase, self.open, self.body = other
        self._side = side

    # what a line says

    def kind(self, kind: RunKind) -> None:
        """This line shows the run to be of that kind; shown again, it says nothing more."""
        if kind in (shown := self.memory.setdefault("kinds shown", set())):
            return
        shown.add(kind)
        self.out.append(r.Purpose(*self._where(), kind))

    def enter(self, name: PhaseName, cached: bool | None = None) -> None:
        """The run is in this phase from here on; a job's own output proves that it is more than submitted."""
        if self.ended == "submitted" and name != "queue":
            self.resume()
        self.phase = name
        self.out.append(r.PhaseEntered(*self._where(), name, cached, self.message.text))

    def leave(self, name: PhaseName, seconds: float | None = None, cached: bool | None = None) -> None:
        """The phase is over; give seconds where the log prints them."""
        if self.phase == name:
            self.phase = None
        self.out.append(r.PhaseLeft(*self._where(), name, seconds, cached, self.message.text))

    def progress(self, unit: ProgressUnit, done: float | None, total: float | None = None) -> None:
        """Steps or epochs done, and planned."""
        self.out.append(r.Progress(*self._where(), unit, done, total, self.message.text))
        if done is None:
            return
        if unit == "step":
            self.memory["step"] = done
        self._advance(unit, done)

    def metric(
        self, name: str, value: float, *, step: float | None = None, samples: float | None = None, derived: bool = False,
    ) -> None:
        """A reading of a metric, at a step where one is known; `derived` from another figure of the line."""
        assert name in METRICS or is_score(name), name
        if math.isinf(value) and not _INFINITE.search(self.message.line.text):
            return  # too large a number to be one: `1.E4808`
        self.out.append(r.Metric(*self._where(), name, value, step, samples, self.message.text, derived))

    def stale(self, metric: str) -> None:
        """This line names the metric, and its value cannot be read."""
        self.out.append(r.Stale(*self._where(), metric))

    def param(self, name: str, value: Value) -> None:
        """Something that was set: batch size, compile hash, command line, version."""
        self.out.append(r.Param(*self._where(), name, value))

    def job(self, identifier: str) -> None:
        """A scheduler's id of this run."""
        self.out.append(r.Job(*self._where(), identifier))

    def remaining(self, seconds: float, at_least: bool = False) -> None:
        """The vendor's own estimate of the seconds left."""
        self.out.append(r.Remaining(*self._where(), seconds, at_least))

    def pointer(self, path: str) -> None:
        """Output is in another file."""
        self.out.append(r.Pointer(*self._where(), path))

    def notice(self, code: str, severity: Severity, message: str) -> None:
        """A finding that the log itself gives."""
        self.out.append(r.Notice(*self._where(), code, severity, message))

    def end(self, state: EndState, strength: int, error: str | None = None) -> None:
        """Evidence that the run ended; `error` is the line that says why."""
        if state == "finished" and self.memory.get("survived"):
            self.resume()  # what was raised before was caught: the program went on to its end
        if state in ("failed", "cancelled"):
            self.memory["worst"] = max(strength, self.memory.get("worst", 0))
            self.memory["since failure"] = 0
        self.ended = state
        self.out.append(r.Ended(*self._where(), state, strength, self.message.text, error))

    def fail(self, error: str, strength: int = EXCEPTION) -> None:
        """Evidence of failure, with the line that says why."""
        self.end("failed", strength, error)

    def resume(self) -> None:
        """The program goes on: an exception or a weak success before was not its end."""
        self.ended = None
        for name in ("worst", "since failure", "survived"):
            self.memory.pop(name, None)
        self.out.append(r.Resumed(*self._where()))

    def _advance(self, unit: ProgressUnit, done: float) -> None:
        """Steps that go further after an exception show that it was caught. One may come late, from another rank or a
        buffer; several do not."""
        furthest = self.memory.get(f"furthest {unit}")
        if furthest is not None and done <= furthest:
            return
        self.memory[f"furthest {unit}"] = done
        if furthest is None or self.memory.get("worst", CAUGHT + 1) > CAUGHT:
            return
        self.memory["since failure"] += 1
        self.memory["survived"] = self.memory["since failure"] >= LATE
        if self.memory["since failure"] > LATE_MOST:
            self.resume()

    @property
    def steady_now(self) -> Steady | None:
        """What the next line gives, if it is like the last one."""
        return self.grant.steady if self.grant is not None else None

    def steady(
        self,
        progress: Mapping[ProgressUnit, tuple[Span, float | None]],
        metrics: Mapping[Column, Span],
        *,
        same: Iterable[Span] = (),
        unsteady: Unsteady | None = None,
        at: Span | None = None,
        begin: int = 0,
        beside: Iterable[str] = (),
    ) -> None:
        """From here on a line like this one gives nothing but these figures, which stand at these places in its text, `begin`
        characters further on: a step that rises, and finite readings at it. `at` is where its time stands, if it counts.
        `unsteady` says of columns whether some line says more after all; `beside` names what of it only the last word counts."""
        line, message = self.message.line, self.message
        lone = not (line.rank or message.rank or line.side or line.comment or line.transient or line.torn)
        if not lone or self.current is None or self.ended is not None or "worst" in self.memory or "step" not in progress:
            return
        if (at is None) != (message.at is None):
            return
        counts, same = [span for span, _ in progress.values()], tuple(same)
        if any(last - first > DIGITS_MOST for first, last in counts):
            return
        spans = tuple((begin + first, begin + last) for first, last in (*counts, *metrics.values(), *same))
        texts = tuple(line.text[first:last] for first, last in spans[len(counts) + len(metrics) :])
        totals = tuple((unit, total) for unit, (_, total) in progress.items())
        known = steady_of(self.current, totals, tuple(metrics), at is not None, texts, unsteady, tuple(beside))
        self.grant = Grant(known, spans, at)

    # how a kind is applied

    def begins(self, kind: Line, found: re.Match[str]) -> bool:
        """Whether a matched line begins another run."""
        if not self.open:
            return True
        return kind.begins(found, self) if kind.begins is not None else kind.role == "head" and self.body

    def apply(self, kind: Line, found: re.Match[str], message: Message) -> None:
        """Write what a matched line means."""
        self.message, self.current = message, kind
        self.turn(message.line.side)
        if kind.role == "noise":
            if kind.read is not None:
                kind.read(found, self)
            return
        if self.begins(kind, found):
            self.start()
        self.seen[kind.name] += 1
        groups = found.groupdict()
        if kind.kind is not None:
            self.kind(kind.kind)
        if kind.enters is not None:
            self.enter(kind.enters)
        if kind.leaves is not None:
            self.leave(kind.leaves)
        for name, group in kind.params.items():
            if groups.get(group) is not None:
                text = groups[group]
                self.param(name, text.strip() if name.endswith("version") else number_or_text(text))  # 2.10 is not 2.1
        if kind.job is not None and groups.get(kind.job):
            self.job(groups[kind.job])
        for unit, (done, total) in kind.progress.items():
            last = groups.get(total) if total is not None else None
            if groups.get(done) is not None or last is not None:
                self.progress(unit, _number(groups.get(done)), _number(last))
        step = self.memory.get("step")
        for name, group in kind.metrics.items():
            if (value := _number(groups.get(group))) is not None:
                self.metric(name, value, step=step)
        if kind.read is not None:
            kind.read(found, self)
        if kind.ends is not None:
            self.end(kind.ends, kind.strength)
        if kind.role == "body":
            self.body = True

    def _where(self) -> tuple[int, Place, Any]:
        line = self.message.line
        return self.run, Place(line.number), self.message.at


def _number(text: str | None) -> float | None:
    return None if text is None or _badly_grouped(text) else float(text.replace(",", ""))


def _badly_grouped(text: str) -> bool:
    return "," in text and _GROUPED.fullmatch(text) is None


def number_or_text(text: str) -> Value:
    """An int or float where the text is one (thousands separators allowed), else the text itself."""
    if _badly_grouped(text):
        return text.strip()
    plain = text.replace(",", "")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return text.strip()
    return number if math.isfinite(number) else text.strip()
