"""Everything known of one run, as a sheet: state, findings, phases, metrics, parameters, sources."""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from tui.messages import FactPicked
from tui.runs.numbers import duration, number
from tui.runs.run import Run, Spot
from tui.widgets.cells import BLANK, Line, as_strip, fit, fit_line, plain, rule, wrapped
from tui.widgets.findings import finding_lines, gravest_first
from tui.widgets.metrics import metric_lines, ordered
from tui.widgets.pane import Sheet, styles_of
from tui.widgets.phases import phase_lines, phase_rows
from tui.widgets.progress import gauge, left_line, state_lines


class Facts(Sheet):
    """One run's facts, each with its line in the log: the one that is chosen can be looked up there."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._spots: dict[int, Spot] = {}  # of the lines that have one
        self._heads: dict[int, int] = {}  # of all lines of a fact, its first
        self._chosen: Spot | None = None
        self._at = -1

    def show(self, run: Run | None) -> None:
        """Draw this run."""
        if run != self._run:
            self._run = run
            self.touch()
            self._choose_again()

    def on_resize(self) -> None:
        """Lines depend on the width."""
        super().on_resize()
        self._choose_again()

    @property
    def spot(self) -> Spot | None:
        """Where in a log the chosen fact stands."""
        return self._chosen

    def choose(self, by: int) -> None:
        """Another fact, so many further down; the first time the first one."""
        rows = sorted(self._spots)
        if not rows:
            self.scroll_relative(y=by, animate=False)
            return
        if self._at in rows:
            at = max(0, min(len(rows) - 1, rows.index(self._at) + by))
        else:
            at = 0 if abs(by) == 1 else len(rows) - 1 if by > 0 else 0
        self._go(rows[at])
        if at in (0, len(rows) - 1):  # lines that cannot be chosen stand before the first and after the last
            self.scroll_home(animate=False) if at == 0 else self.scroll_end(animate=False)
        else:
            self.scroll_to_region(Region(0, self._at, 1, 1), animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """The fact under the mouse; the screen is told, and whether it was chosen already."""
        row = self._heads.get(event.y + self.scroll_offset.y)
        if row is not None:
            again = row == self._at
            self._go(row)
            self.post_message(FactPicked(again))

    def _go(self, row: int) -> None:
        for changed in (self._at, row):
            self._strips.pop(changed, None)
        self._at, self._chosen = row, self._spots.get(row)
        self.refresh()

    def _choose_again(self) -> None:
        """The same fact, where the lines are others now."""
        if self._chosen is not None and self._spots.get(self._at) != self._chosen:
            self._at = next((row for row, spot in self._spots.items() if spot == self._chosen), -1)
            self._strips.clear()

    def strip(self, at: int, width: int) -> Strip:
        chosen = at == self._at
        edge: Line = (("▌" if chosen else " ", "accent"),)
        return as_strip((*edge, *self._lines[at]), width, styles_of(self), "cursor" if chosen else "base")

    def build(self, width: int) -> list[Line]:
        width -= 1  # the first column shows what is chosen
        self._spots, self._heads = {}, {}
        run = self._run
        if run is None:
            back = self.keys.name("back")
            why = f"It was deleted, moved or renamed. {back} goes back to the runs; when it is there again, it is shown here."
            return [(("This run's log is gone", "strong"),), *(((line, "dim"),) for line in wrapped(why, width))]
        lines: list[Line] = []
        self._add(lines, _state(run, width), run.error or run.because)
        lines += [BLANK, rule("findings", width)]
        for finding in gravest_first(run.findings):
            self._add(lines, finding_lines(finding, width), finding.spot)
        lines += [] if run.findings else [(("Nothing to remark", "dim"),)]
        if run.phases:
            lines += [BLANK, rule("phases", width)]
            for line, row in zip(phase_lines(rows := phase_rows(run), width), rows, strict=True):
                self._add(lines, [line], next(phase.spot for phase in run.phases if phase.name == row.name))
        lines += [BLANK, rule("metrics", width)]
        readings = ordered(run)
        for at, line in enumerate(metric_lines(run, width, steps=width >= 70)):
            self._add(lines, [line], readings[at].spot if at < len(readings) else None)
        lines += [BLANK, rule("parameters", width)]
        for parameter_lines, spot in _parameters(run, width):
            self._add(lines, parameter_lines, spot)
        lines += [BLANK, rule("sources", width)]
        for source in run.sources:
            self._add(lines, [((f"{source.role:10}", "dim"), (plain(source.path), "text"),
                               (f"  lines {source.first_line} to {source.last_line}", "faint"))],
                      Spot(source.path, source.first_line))
        return lines

    def _add(self, lines: list[Line], more: list[Line], spot: Spot | None) -> None:
        if spot is not None and spot.line > 0 and more:
            self._spots[len(lines)] = spot
            self._heads |= dict.fromkeys(range(len(lines), len(lines) + len(more)), len(lines))
        lines += more


def _state(run: Run, width: int) -> list[Line]:
    lines = state_lines(run, width, below=4)
    about = [("job", ", ".join(map(plain, run.job_ids))), ("started", _moment(run)),
             ("elapsed", duration(run.elapsed) if run.elapsed is not None else "")]
    lines += [((f"{label:10}", "dim"), (text, "text")) for label, text in about if text]
    if left := left_line(run, width - 10):
        lines.append((("left      ", "dim"), *left))
    for unit, amount in run.progress.items():
        if amount.done is None:
            continue
        total = f" / {number(amount.total)}" if amount.total is not None else ""
        bar = gauge(amount.done / amount.total, max(4, min(30, width - 40))) if amount.total else BLANK
        lines.append(((f"{unit:10}", "dim"), (f"{number(amount.done)}{total}  ", "text"), *bar))
    return lines


def _moment(run: Run) -> str:
    return run.started_at.isoformat(" ", "seconds") if run.started_at is not None else ""


def _parameters(run: Run, width: int) -> list[tuple[list[Line], Spot | None]]:
    if not run.params:
        return [([(("None in this log", "dim"),)], None)]
    label = min(28, max(len(name) for name in run.params)) + 2
    made: list[tuple[list[Line], Spot | None]] = []
    for name, parameter in run.params.items():
        value = number(parameter.value) if isinstance(parameter.value, float) else plain(str(parameter.value))
        pieces = wrapped(value, max(10, width - label - 8)) or [""]
        lines: list[Line] = []
        for at, piece in enumerate(pieces):
            head = fit(plain(name).replace("_", " "), label) if at == 0 else " " * label
            place = f"  :{parameter.spot.line}" if parameter.spot.line and at == len(pieces) - 1 else ""
            lines.append(fit_line(((head, "dim"), (piece, "text"), (place, "faint")), width))
        made.append((lines, parameter.spot))
    return made
