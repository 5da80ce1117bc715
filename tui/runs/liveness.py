"""Whether a run that has not ended still lives, and when it will end: from its own rhythm and an injected clock."""

from __future__ import annotations

from dataclasses import replace

from parsers.frozen import frozen
from parsers.records import PhaseName
from tui.runs.middle import median
from tui.runs.numbers import age, duration
from tui.runs.run import LIVE, Finding, Run, Spot, State

ABANDONED_AFTER = 3600.0
"""Seconds of silence before a log that stops midway counts as unfinished."""
STALLED_AFTER = 300.0
"""Shortest silence in seconds that can be a stall."""
STALLED_BEATS = 3.0
"""A run is stalled when it is silent for this many times the longest silence that recurs in its phase."""
ABANDONED_BEATS = 10.0
"""And given up after this many times that."""
ABANDONED_PHASES = 1.5
"""A phase that has a patience of its own is given up after this many times that."""

PATIENCE: dict[PhaseName, float] = {
    "queue": 86_400.0,
    "compile": 3_600.0,
    "load": 4_500.0,
    "checkpoint": 1_800.0,
}
"""Seconds for which these phases may print nothing, rhythm or not.

- queue: Slurm prints one line and then waits for other people's jobs, however long: a day.
- compile: whole Cerebras compiles took 10 to 57 minutes, SambaNova's 13; a bar of Graphcore's, which took longer, was redrawn.
- load: a Cerebras input pipeline was primed for 62 minutes without a word.
- checkpoint: SambaNova's 7B model wrote one for 8.5 minutes; three times that.

Training, evaluation and inference have only their rhythm.
"""
QUEUE_POLLED = 5_400.0
"""A Cerebras queue is polled, and the poll printed every 30 minutes even where nothing changed: three of these."""

RATES_LEAST = 3
"""Stretches of work that give a pace."""
EDGE = 0.1
"""The share of stretches that may be faster, or slower, than the band of the time left."""

QUOTED_MOST = 80
"""Signs of a line that a finding quotes."""


@frozen
class Patience:
    """For how many seconds a run may be silent before it is stalled (None: nothing tells) and before it is given up, and
    what explains so much."""

    stalled: float | None
    abandoned: float
    reason: str


def patience(run: Run) -> Patience:
    """How long this run may be silent where it is now."""
    pace = run.pace
    longest = pace.longest if pace is not None else None
    own, what = _own_patience(run)
    if own is not None and (longest is None or own >= STALLED_BEATS * longest):
        return Patience(own, ABANDONED_PHASES * own, f"{what} may say nothing for {duration(own)}")
    if longest is None:
        return Patience(None, 0.0, "it has not shown a rhythm yet")
    usual = pace.usual if pace is not None and pace.usual is not None else longest
    pauses = f", with pauses of {duration(longest)}" if longest > 2 * usual else ""
    return Patience(
        max(STALLED_AFTER, STALLED_BEATS * longest), ABANDONED_BEATS * longest, f"it wrote every {duration(usual)}{pauses}"
    )


def _own_patience(run: Run) -> tuple[float | None, str]:
    """The patience of the phase that the run is in, and that phase's name; between two phases it prepares the next."""
    phase = run.phase or ("load" if run.phases else None)
    if phase is None:
        return None, ""
    if phase == "queue" and run.testbed == "cerebras":
        return QUEUE_POLLED, "a polled queue"
    return PATIENCE.get(phase), _WORDS.get(phase, "")


_WORDS: dict[PhaseName, str] = {"queue": "a queue", "compile": "a compile", "load": "loading", "checkpoint": "a checkpoint"}


def silence(run: Run, now: float) -> float | None:
    """Seconds since the run's log was last written to, as of `now` (seconds since 1970); None where nothing tells."""
    heard = run.modified if run.heard is None else run.heard
    return None if heard is None else max(0.0, now - heard)


def judged(run: Run, now: float) -> Run:
    """The run with its state as of `now` (seconds since 1970) and, if it goes on, the time left with its band."""
    silent = silence(run, now)
    if run.state not in LIVE or silent is None:
        return run
    state: State = run.state if run.state != "stalled" else "running"
    patient = patience(run)
    if run.overtaken or silent > max(ABANDONED_AFTER, patient.abandoned):
        state = "unfinished"
    elif patient.stalled is not None and silent > patient.stalled:
        state = "stalled"
    left = _left(run, silent) if state == "running" else None
    low, middle, high = left if left is not None else (None, None, None)
    return replace(run, state=state, eta=middle, eta_low=low, eta_high=high)


def stalled_finding(run: Run, now: float) -> Finding:
    """What to say of a stalled run: for how long it has been silent, what it did before, and its last word."""
    spot = run.because or Spot(run.path, 1)
    word = spot.text if len(spot.text) <= QUOTED_MOST else spot.text[: QUOTED_MOST - 1].rstrip() + "…"
    last = f': "{word}"' if word else ""
    clock = ", by the file's time since its lines carry none" if run.clock == "file" else ""
    silent = age(silence(run, now) or 0.0)
    message = f"Silent for {silent}{clock}, while {patience(run).reason}; the last word is line {spot.line}{last}"
    return Finding("stalled", "warning", message, spot)


def _left(run: Run, silent: float) -> tuple[float, float, float] | None:
    """Seconds left: at least, most likely, at most; None where pace or plan is not known, or the planned work is done.

    The middle is the trailing window's median pace, and the pauses to come where they recur. The low end takes the window's
    fast stretches and leaves pauses out; the high end takes its slow ones, longer pauses, and one more. Of the silence since
    the last progress as much counts as passed as a stretch takes: what goes beyond is a pause.
    """
    if run.pace is None:
        return None
    for unit in ("step", "epoch"):
        amount, window = run.progress.get(unit), run.pace.work.get(unit)
        if amount is None or amount.done is None or not amount.total or window is None or len(window.rates) < RATES_LEAST:
            continue
        left = amount.total - amount.done
        if left <= 0:
            return None
        passed = min(silent + max(0.0, (run.pace.at or window.at) - window.at), window.stretch)
        rates = sorted(window.rates)
        edge = int(EDGE * len(rates))
        low, middle, high = left * rates[edge], left * median(rates), left * rates[-1 - edge]
        if window.pauses.count:
            each, to_come = window.pauses.seconds / window.pauses.count, window.pauses.before(amount.done, amount.total)
            middle, high = middle + to_come * each, high + (to_come + 1) * (each + window.pauses.longest) / 2
        return max(0.0, low - passed), max(0.0, middle - passed), max(0.0, high - passed)
    return None
