"""Everything known of one run, as a sheet: state, findings, phases, metrics, parameters, sources."""

from __future__ import annotations

from tui.runs.numbers import duration, number
from tui.runs.run import Run
from tui.widgets.cells import BLANK, Line, fit, fit_line, plain, rule, wrapped
from tui.widgets.findings import finding_lines, gravest_first
from tui.widgets.metrics import metric_lines
from tui.widgets.pane import Sheet
from tui.widgets.phases import phase_lines, phase_rows
from tui.widgets.progress import gauge, left_text, state_lines


class Facts(Sheet):
    """One run's facts, each with its line in the log."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None

    def show(self, run: Run | None) -> None:
        """Draw this run."""
        if run != self._run:
            self._run = run
            self.touch()

    def build(self, width: int) -> list[Line]:
        run = self._run
        if run is None:
            return [(("This run's log is gone", "dim"),)]
        lines = [*_state(run, width), BLANK, rule("findings", width)]
        for finding in gravest_first(run.findings):
            lines += finding_lines(finding, width)
        lines += [] if run.findings else [(("Nothing to remark", "dim"),)]
        if run.phases:
            lines += [BLANK, rule("phases", width), *phase_lines(phase_rows(run), width)]
        lines += [BLANK, rule("metrics", width), *metric_lines(run, width, steps=width >= 70)]
        lines += [BLANK, rule("parameters", width), *_parameters(run, width)]
        lines += [BLANK, rule("sources", width)]
        for source in run.sources:
            lines.append(((f"{source.role:10}", "dim"), (plain(source.path), "text"),
                          (f"  lines {source.first_line} to {source.last_line}", "faint")))
        return lines


def _state(run: Run, width: int) -> list[Line]:
    lines: list[Line] = state_lines(run, width, tall=False)
    spot = run.error or run.because
    if spot is not None and len(spot.text) > width - 30:
        lines += [((f"  {line}", "dim"),) for line in wrapped(plain(spot.text), width - 2)[:4]]
    about = [("job", ", ".join(map(plain, run.job_ids))), ("started", str(run.started_at or "")),
             ("elapsed", duration(run.elapsed) if run.elapsed is not None else ""), ("left", left_text(run))]
    lines += [((f"{label:10}", "dim"), (text, "text")) for label, text in about if text]
    for unit, amount in run.progress.items():
        if amount.done is None:
            continue
        total = f" / {number(amount.total)}" if amount.total is not None else ""
        bar = gauge(amount.done / amount.total, max(4, min(30, width - 40))) if amount.total else BLANK
        lines.append(((f"{unit:10}", "dim"), (f"{number(amount.done)}{total}  ", "text"), *bar))
    return lines


def _parameters(run: Run, width: int) -> list[Line]:
    if not run.params:
        return [(("None in this log", "dim"),)]
    label = min(28, max(len(name) for name in run.params)) + 2
    lines: list[Line] = []
    for name, parameter in run.params.items():
        value = number(parameter.value) if isinstance(parameter.value, float) else plain(str(parameter.value))
        pieces = wrapped(value, max(10, width - label - 8)) or [""]
        for at, piece in enumerate(pieces):
            head = fit(plain(name).replace("_", " "), label) if at == 0 else " " * label
            place = f"  :{parameter.spot.line}" if at == len(pieces) - 1 else ""
            lines.append(fit_line(((head, "dim"), (piece, "text"), (place, "faint")), width))
    return lines
