"""Runs side by side: what to know first, what was set, what came out, where the time went."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.compare import SECTIONS, Cell, Comparison, Row
from tui.runs.numbers import duration, number
from tui.runs.run import Finding, Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, fit_line, middle_cut, plain, rule, wrapped
from tui.widgets.findings import finding_lines, gravest_first
from tui.widgets.pane import Sheet
from tui.widgets.phases import stacked

_LEAST = 17
_TALLEST = 3
_GAP = 2


class DiffTable(Sheet):
    """A comparison, under a head that names the runs. The baseline is always in the first column."""

    fixed = 3

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._comparison: Comparison | None = None
        self._only = True
        self._offset = 0

    def show(self, comparison: Comparison, only_differences: bool, offset: int) -> None:
        """Draw this comparison; `offset` leaves out that many runs after the baseline."""
        if (comparison, only_differences, offset) != (self._comparison, self._only, self._offset):
            self._comparison, self._only, self._offset = comparison, only_differences, offset
            self.touch()

    def build(self, width: int) -> list[Line]:
        comparison = self._comparison
        if comparison is None:
            return []
        if not comparison.runs:
            leave = f"{self.keys.name('back')} goes back to the runs; what is there again shows here again."
            return [(("The logs of these runs are gone", "strong"),), ((leave, "dim"),)]
        rows = [row for row in comparison.rows if row.differs or not self._only]
        label = max([12, *(len(_label(row)) for row in rows)])
        label = min(label, 34 if width >= 110 else 22 if len(comparison.runs) < 3 else 17)
        shown, widths = self._columns(comparison, rows, width - label)
        lines = self._head(comparison, shown, widths, label, width)
        said = _said(comparison, width)
        lines += [rule("know first", width), *(said["first"] or [(("Nothing stands against comparing these runs", "dim"),)])]
        for section, title in SECTIONS:
            mine = [row for row in rows if row.section == section]
            folded = sum(row.section == section for row in comparison.rows) - len(mine)
            note = f"{folded} equal: {self.keys.name('only-differences')} shows" if folded else ""
            if not mine and not folded and section in ("work", "efficiency"):
                continue
            lines += [BLANK, rule(title, width, note)]
            if not mine:
                lines.append((("no difference" if folded else "nothing in these logs", "dim"),))
            if section == "time":
                lines += _bars([comparison.runs[at] for at in shown], label, width)
            values = [0 if section == "parameters" else _value_width(mine, at) for at in shown]
            for row in mine:
                lines += _row(row, shown, widths, values, label, width)
        return [*lines, BLANK, rule("also said", width), *said["also"]] if said["also"] else lines

    def _columns(self, comparison: Comparison, rows: Sequence[Row], room: int) -> tuple[list[int], list[int]]:
        """The runs shown, by index, and their columns' widths: the baseline needs no room for deltas."""
        count = len(comparison.runs)
        fits = max(2, room // (_LEAST + _GAP))
        others = list(range(1, count))
        offset = min(self._offset, max(0, len(others) - (fits - 1)))
        shown = [0, *others[offset : offset + fits - 1]]
        if len(shown) == 1:
            return shown, [room - _GAP]
        texts = [len(plain(row.cells[0].text)) for row in rows if row.cells]
        equal = room // len(shown) - _GAP
        base = max(10, min(max([len(comparison.runs[0].name), 12, *texts]), equal))
        return shown, [base, *[(room - base - _GAP) // (len(shown) - 1) - _GAP] * (len(shown) - 1)]

    def _head(self, comparison: Comparison, shown: list[int], widths: list[int], label: int, width: int) -> list[Line]:
        count = len(comparison.runs)
        mixed = len({run.testbed for run in comparison.runs}) > 1
        hidden = count - len(shown)
        note = f"{hidden} more: ← →" if hidden else "only differences" if self._only else "all rows"
        names: Line = ((" " * label, "text"),)
        about: Line = ((f"{'baseline ▸':>{label}}", "accent"),)
        for at, size in zip(shown, widths, strict=True):
            run = comparison.runs[at]
            names = (*names, ("  ", "text"), *fit_line(((middle_cut(plain(run.name), size), "strong"),), size))
            testbed = f"  {run.testbed}" if mixed else ""
            spans: Line = ((f"{SYMBOLS[run.state]} {run.state}", f"state.{run.state}"), (testbed, "faint"))
            about = (*about, ("  ", "text"), *fit_line(spans, size))
        of = f"diff of {count} runs" + ("" if mixed else f" on {comparison.runs[0].testbed}")
        return [rule(of, width, note, strong=True), names, about]


def _label(row: Row) -> str:
    return f"{plain(row.label)}, {row.unit}" if row.unit not in ("", row.label) else plain(row.label)


def _said(comparison: Comparison, width: int) -> dict[str, list[Line]]:
    """What is said of the runs together, then of each: `first` what bears on comparing them, `also` what only informs.

    A sentence that holds for several runs is said once.
    """
    of: dict[tuple[str, str], tuple[Finding, list[Run]]] = {}
    for run in comparison.runs:
        for finding in run.findings:
            of.setdefault((finding.code, finding.message), (finding, []))[1].append(run)
    said: dict[str, list[Line]] = {"first": [], "also": []}
    for finding in gravest_first(comparison.findings):
        said["first"] += finding_lines(finding, width, place=False)
    for finding in gravest_first([finding for finding, _ in of.values()]):
        who = _who(of[finding.code, finding.message][1], comparison.runs)
        said["also" if finding.severity == "info" else "first"] += finding_lines(finding, width, place=width >= 100, who=who)
    return said


def _who(runs: Sequence[Run], among: Sequence[Run]) -> str:
    if len(runs) == len(among):
        return "both" if len(runs) == 2 else "all"
    return ", ".join(plain(run.name) for run in runs)


def _value_width(rows: Sequence[Row], at: int) -> int:
    sizes = [len(row.cells[at].text) for row in rows if isinstance(row.cells[at].value, (int, float))]
    return min(max(sizes, default=0), 14)


def _row(row: Row, shown: Sequence[int], widths: Sequence[int], values: Sequence[int], label: int, width: int) -> list[Line]:
    heads = wrapped(_label(row), label) or [""]
    columns = [
        _cell(row.cells[at], row, size, value) for at, size, value in zip(shown, widths, values, strict=True)
    ]
    lines: list[Line] = []
    for y in range(max(len(heads), *(len(column) for column in columns))):
        line: Line = fit_line((((heads[y] if y < len(heads) else ""), "dim"),), label)
        for column, size in zip(columns, widths, strict=True):
            line = (*line, ("  ", "text"), *fit_line(column[y] if y < len(column) else BLANK, size))
        lines.append(line)
    for at, text in enumerate(wrapped(plain(row.why_not), width - 4)):
        lines.append((("  ↳ " if at == 0 else "    ", "warn"), (text, "dim")))
    return lines


def _cell(cell: Cell, row: Row, width: int, value_width: int) -> list[Line]:
    """A value, and its difference beside it, or under it where the column is narrow."""
    text = plain(cell.text)
    if not isinstance(cell.value, (int, float)):
        pieces = wrapped(text, width) or [""]
        if len(pieces) > _TALLEST:
            pieces = [*pieces[: _TALLEST - 1], pieces[_TALLEST - 1][: width - 1] + "…"]
        style = "faint" if cell.value is None else "text"
        return [((piece, style),) for piece in pieces]
    value: Line = ((f"{text:>{value_width}}", "text"),)
    change = _change(cell, row)
    if not change:
        return [value]
    if len(value[0][0]) + 2 + sum(len(part) for part, _ in change) <= width:
        return [(*value, ("  ", "text"), *change)]
    if sum(len(part) for part, _ in change) > width and cell.percent is not None:
        change = _change(cell, row, brief=True)
    return [value, change]


def _change(cell: Cell, row: Row, *, brief: bool = False) -> Line:
    """Difference, percent, and in a word whether that is good; `brief` leaves out the difference."""
    if cell.delta is None:
        return BLANK
    if cell.delta == 0:
        return (("same", "faint"),)
    sign = "+" if cell.delta > 0 else "−"
    size = duration(abs(cell.delta)) if row.section == "time" else number(float(f"{abs(cell.delta):.6g}"))
    percent = ""
    if cell.percent is not None:
        percent = f" ({cell.percent:+.{1 if abs(cell.percent) >= 0.1 else 2}f} %)".replace("-", "−")
    verdict = {True: " better", False: " worse", None: ""}[cell.better]
    style = {True: "good", False: "bad", None: "info"}[cell.better]
    if cell.noise == "within":
        verdict, style = " within noise", "info"
    return ((percent.strip(" ()") if brief else sign + size + percent, style), (verdict, style))


def _bars(runs: Sequence[Run], label: int, width: int) -> list[Line]:
    """Each run's phases in one bar, all bars on one scale of time."""
    totals = [sum(phase.seconds or 0.0 for phase in run.phases) for run in runs]
    if not any(totals):
        return []
    room = width - label - 2 - 10
    lines: list[Line] = []
    for run, total in zip(runs, totals, strict=True):
        name = fit_line(((middle_cut(plain(run.name), label), "dim"),), label)
        bar = stacked(run, room, max(totals))
        lines.append((*name, ("  ", "text"), *bar, (f"{duration(total) if total else '':>10}", "dim")))
    names = dict.fromkeys(phase.name for run in runs for phase in run.phases if phase.seconds)
    legend: Line = tuple(span for name in names for span in (("■ ", f"phase.{name}"), (f"{name}  ", "dim")))
    cached = any(phase.cached for run in runs for phase in run.phases)
    return [*lines, ((" " * (label + 2), "text"), *legend, ("░ cached" if cached else "", "dim"))]
