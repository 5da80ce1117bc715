"""How far a run is: its state and why, steps and epochs, time left, and the waterfall of its phases."""

from __future__ import annotations

from tui.runs.numbers import duration, number
from tui.runs.run import Amount, Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, cut, plain, rule, width_of, wrapped
from tui.widgets.charts.choice import chosen_metric
from tui.widgets.charts.sparkline import sparkline
from tui.widgets.pane import Pane
from tui.widgets.phases import phase_lines, phase_rows, short_phases


def gauge(fraction: float | None, width: int, style: str = "accent") -> Line:
    """A thin bar filled to a fraction, in halves of a column; only dots where the plan is not known."""
    if fraction is None:
        return (("·" * width, "track"),)
    full, half = divmod(round(max(0.0, min(1.0, fraction)) * width * 2), 2)
    return (("━" * full + "╸" * half, style), ("─" * (width - full - half), "track"))


def phase_style(run: Run) -> str:
    """The style of the phase that a live run is in."""
    return f"phase.{run.phase}" if run.phase is not None else "accent"


class ProgressPane(Pane):
    """The selected run's progress. Where there is no room for a chart, its throughput is a sparkline here."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._metric: str | None = None
        self.compact = False

    def show(self, run: Run | None, metric: str | None, compact: bool) -> None:
        """Draw this run."""
        if (run, metric, compact) != (self._run, self._metric, self.compact):
            self._run, self._metric, self.compact = run, metric, compact
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        run = self._run
        if run is None:
            return [rule("progress", width), (("No run selected", "dim"),)]
        head = rule(plain(run.name), width, _about(run, width - len(run.name) - 9), strong=True)
        lines = [head, *state_lines(run, width, below=2 if height > 8 else 0)]
        left = left_line(run, width - 6)
        tail = [*([(("left  ", "dim"), *left)] if left else []), *_queue(run, width)]
        spark: list[Line] = []
        if self.compact and (name := chosen_metric(run, self._metric)):
            signs = sparkline(run.series.get(name), width - 14)
            spark = [((f"{name.replace('_', ' ')[:13]:14}", "dim"), (signs, "blue"))] if signs else []
        amounts = [line for unit in ("step", "epoch") if (line := _amount(unit, run.progress.get(unit), width))]
        rows = phase_rows(run)
        room = max(0, height - len(lines) - len(amounts) - len(tail))
        if room - len(spark) >= len(rows) + 2 and rows:
            amounts.append(())
        short = len(rows) > room - len(spark)
        phases = short_phases(run, rows, width) if short else phase_lines(rows, width)
        phases = phases[max(0, len(phases) - room) :]  # the time left matters more
        return [*lines, *amounts, *phases, *tail, *spark]


def _about(run: Run, room: int) -> str:
    """Testbed, kind and model, as far as there is room, for the right of the title."""
    words = [run.testbed if run.testbed != "unknown" else "", run.kind if run.kind != "other" else "", plain(run.model or "")]
    words = [word for word in words if word]
    while words and len(" · ".join(words)) > room:
        words.pop()
    return " · ".join(words)


def state_lines(run: Run, width: int, *, below: int) -> list[Line]:
    """The state, and the line of the log that proves it: beside the state, or where it is too long for that in lines of its
    own, `below` at most."""
    style = f"state.{run.state}"
    word = f"{SYMBOLS[run.state]} {run.state}"
    spot = run.error or run.because
    if spot is None:
        return [((word, style),)]
    place = f"  line {spot.line}" if spot.line else f"  {spot.path}"
    quoted = plain(spot.text)
    room = width - len(word) - len(place) - 4
    if below and len(quoted) > room:
        pieces = wrapped(quoted, width - 2)
        pieces = pieces if len(pieces) <= below else [*pieces[: below - 1], pieces[below - 1][: width - 3] + "…"]
        rest: list[Line] = [((f"  {piece}", "dim"),) for piece in pieces]
        return [((word, style), (place, "faint")), *rest]
    quote = f"  “{cut(quoted, room)}”" if quoted and room > 8 else ""
    return [((word, style), (quote, "dim"), (place, "faint"))]


def _amount(unit: str, amount: Amount | None, width: int) -> Line | None:
    if amount is None or (amount.done is None and amount.total is None):
        return None
    done = "?" if amount.done is None else number(amount.done)
    total = "" if amount.total is None else f" / {number(amount.total)}"
    fraction = amount.done / amount.total if amount.done is not None and amount.total else None
    percent = "" if fraction is None else f"{100 * fraction:4.0f} %"
    label = f"{done}{total}"
    bar = width - 6 - len(label) - 2 - len(percent)
    line = gauge(fraction, bar) if bar > 5 and fraction is not None else ()
    return ((f"{unit:6}", "dim"), (f"{label}  ", "text"), *line, (percent, "dim"))


def left_text(run: Run) -> str:
    """Time left: by the run's own pace, else as the vendor's software says."""
    if not run.live or run.state == "stalled":
        return ""
    if run.eta is not None:
        return duration(run.eta)
    return (("≥ " if run.remaining_at_least else "") + duration(run.remaining)) if run.remaining is not None else ""


def left_line(run: Run, width: int) -> Line:
    """Time left in at most `width` columns: by the run's own pace with its band, and as the vendor's software says. Short of
    room words go first, then the band, so that both figures stay. Empty where nothing is left or known."""
    if not run.live or run.state == "stalled" or (run.eta is None and run.remaining is None):
        return BLANK
    told = duration(run.remaining) if run.remaining is not None else ""
    long = f"{'at least ' if run.remaining_at_least else ''}{told}"
    if run.eta is None:
        return ((long, "text"), (" says the log", "dim"))
    low, high = (duration(eta) if eta is not None else "" for eta in (run.eta_low, run.eta_high))
    band = bool(low and high) and low != high
    words, dash = (f" ({low} to {high})", f" ({low}–{high})") if band else ("", "")
    own = (duration(run.eta), "strong")
    if run.remaining is None:
        lines: tuple[Line, ...] = ((own, (f"{words} by its own pace", "dim")), (own, (dash, "dim")), (own,))
    else:
        short: Line = ((", log ", "dim"), (f"{'≥ ' if run.remaining_at_least else ''}{told}", "text"))
        lines = (
            (own, (f"{words} by its own pace, ", "dim"), (long, "text"), (" says the log", "dim")),
            (own, (f"{words}, ", "dim"), (long, "text"), (" says the log", "dim")),
            (own, (dash, "dim"), *short), (own, *short),
        )  # fmt: skip
    return next((line for line in lines if width_of(line) <= width), lines[-1])


def _queue(run: Run, width: int) -> list[Line]:
    """The scheduler's word, where it was asked and knows the job."""
    if run.scheduler is None:
        return []
    return [((cut(plain(f"{run.scheduler.scheduler}: {run.scheduler.said}"), width), "dim"),)]
