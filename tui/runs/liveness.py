"""Whether a run that has not ended still lives: from its own rhythm, its log's age, and an injected clock."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import median

from tui.runs.run import LIVE, Run, State

ABANDONED_AFTER = 3600.0
"""Seconds of silence before a log that stops midway counts as unfinished."""
STALLED_AFTER = 300.0
"""Shortest silence in seconds that can be a stall."""
RHYTHMS = 10.0
"""How many of its usual intervals a run may be silent."""


def rhythm(run: Run) -> float | None:
    """The median interval in seconds between the run's readings; None when fewer than three have a time."""
    for name in ("loss", "throughput", "tokens_per_second", "rate"):
        series = run.series.get(name)
        if series is None:
            continue
        times = [second for second in series.seconds[-50:] if second == second]
        gaps = [later - earlier for earlier, later in pairwise(times) if later > earlier]
        if len(gaps) >= 2:
            return median(gaps)
    return None


def judged(run: Run, now: float) -> Run:
    """The run with its state as of `now` (seconds since the epoch) and its time to completion, if live."""
    if run.state not in LIVE or run.modified is None:
        return run
    silence = max(0.0, now - run.modified)
    beat = rhythm(run)
    state: State = run.state
    if silence > ABANDONED_AFTER and (beat is None or silence > RHYTHMS * beat):
        state = "unfinished"
    elif beat is not None and run.state == "running" and silence > max(STALLED_AFTER, RHYTHMS * beat):
        state = "stalled"
    return replace(run, state=state, eta=_eta(run, silence) if state in LIVE else None)


def _eta(run: Run, silence: float) -> float | None:
    """Seconds left by the last readings' pace, less the silence since; None where pace or plan is not known."""
    amount = run.progress.get("step")
    series = run.series.get("loss") or run.series.get("throughput")
    if amount is None or not amount.total or amount.done is None or series is None or len(series) < 2:
        return None
    steps, seconds = series.steps[-20:], series.seconds[-20:]
    span, work = seconds[-1] - seconds[0], steps[-1] - steps[0]
    if not span > 0 or not work > 0:
        return None
    return max(0.0, (amount.total - amount.done) * span / work - silence)
