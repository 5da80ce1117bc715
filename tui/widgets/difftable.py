"""Runs side by side: what to know first, what was set, what came out with its curves, where the time went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.runs.compare import SECTIONS, Comparison, Row
from tui.runs.run import Finding, Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, fit_line, middle_cut, plain, rule
from tui.widgets.charts.overlay import Looked, Overlay, sign_of, style_of
from tui.widgets.diffrows import label_of, row_lines, value_width
from tui.widgets.findings import finding_lines, gravest_first
from tui.widgets.pane import Sheet
from tui.widgets.waterfall import head_of, waterfall

_LEAST = 17
_GAP = 2
_AS_MARKED = Looked()


@dataclass(frozen=True, slots=True)
class DiffView:
    """How a comparison is looked at. `places` are the runs' own, in the order of the comparison: as they were marked, from 0,
    so that a run keeps its letter and its colour whichever is the baseline. `offset` leaves out that many runs after the
    baseline."""

    places: tuple[int, ...] = ()
    only_differences: bool = True
    offset: int = 0
    curves: Looked = _AS_MARKED


class DiffTable(Sheet):
    """A comparison, under a head that names the runs. The baseline is always in the first column."""

    fixed = 3

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._comparison: Comparison | None = None
        self._view = DiffView()
        self._overlay = Overlay()
        self._curves_at: tuple[int, int] | None = None
        self._curves_later = True  # the rows are there first: curves take longer than all the rest

    def show(self, comparison: Comparison, view: DiffView) -> None:
        """Draw this comparison so."""
        if (comparison, view) != (self._comparison, self._view):
            self._comparison, self._view = comparison, view
            self.touch()

    def to_curves(self) -> None:
        """Scroll so that the curves are seen, where they are not."""
        if self._curves_at is None:
            return
        first, end = self._curves_at
        top, room = self.scroll_offset.y, self.size.height - self.fixed
        if not top + self.fixed <= first <= end <= top + self.fixed + room:
            self.scroll_to(y=first - self.fixed, animate=False)

    def hidden(self) -> int:
        """How many runs after the baseline do not fit beside it."""
        comparison = self._comparison
        return 0 if comparison is None else max(0, len(comparison.runs) - self._fits(self.scrollable_content_region.width))

    def build(self, width: int) -> list[Line]:
        comparison = self._comparison
        self._curves_at = None
        if comparison is None:
            return []
        if not comparison.runs:
            leave = f"{self.keys.name('back')} goes back to the runs; what is there again shows here again."
            return [(("The logs of these runs are gone", "strong"),), ((leave, "dim"),)]
        rows = self._rows()
        label = self._label(rows, width)
        shown, widths = self._columns(comparison, rows, width - label, width)
        lines = self._head(comparison, shown, widths, label, width)
        said = _said(comparison, width)
        lines += [rule("know first", width), *(said["first"] or [((_clear(comparison), "dim"),)])]
        for section, title in SECTIONS:
            mine = [row for row in rows if row.section == section]
            folded = sum(row.section == section for row in comparison.rows) - len(mine)
            note = f"{folded} equal: {self.keys.name('only-differences')} shows" if folded else ""
            if mine or folded or section not in ("work", "efficiency"):
                lines += [BLANK, rule(title, width, note)]
                if not mine:
                    lines.append((("no difference" if folded else "nothing in these logs", "dim"),))
                if section == "time":
                    lines += self._bars(comparison, shown, label, width)
                values = [0 if section == "parameters" else value_width(mine, at) for at in shown]
                for row in mine:
                    lines += row_lines(row, shown, widths, values, label, width)
            if section == "outcome" and (curves := self._curves(comparison, shown, width)):
                self._curves_at = (len(lines) + 1, len(lines) + 1 + len(curves))
                lines += [BLANK, *curves]
        return [*lines, BLANK, rule("also said", width), *said["also"]] if said["also"] else lines

    def _rows(self) -> list[Row]:
        rows = self._comparison.rows if self._comparison is not None else ()
        return [row for row in rows if row.differs or not self._view.only_differences]

    def _label(self, rows: Sequence[Row], width: int) -> int:
        assert self._comparison is not None
        label = max([12, *(len(label_of(row)) for row in rows)])
        runs = len(self._comparison.runs)
        return min(label, 48 if width >= 160 and runs < 4 else 34 if width >= 110 else 22 if runs < 3 else 17)

    def _place(self, at: int) -> int:
        return self._view.places[at] if at < len(self._view.places) else at

    def _curves(self, comparison: Comparison, shown: Sequence[int], width: int) -> list[Line]:
        """Of the runs that are seen first, then of the others."""
        order = [*shown, *(at for at in range(len(comparison.runs)) if at not in shown)]
        runs = [comparison.runs[at] for at in order]
        height = max(8, min(18, (self.size.height - self.fixed) * 2 // 5))
        later, self._curves_later = self._curves_later, False
        if later:
            self.call_after_refresh(self.touch)
        places = [self._place(at) for at in order]
        return self._overlay.lines(runs, places, self._view.curves, width, height, later=later)

    def _bars(self, comparison: Comparison, shown: Sequence[int], label: int, width: int) -> list[Line]:
        runs = [comparison.runs[at] for at in shown]
        places = [self._place(at) for at in shown]
        heads = [head_of(run, sign_of(place), style_of(place), label) for run, place in zip(runs, places, strict=True)]
        return waterfall(runs, heads, label, width)

    def _fits(self, width: int) -> int:
        """How many runs stand side by side."""
        return max(2, (width - self._label(self._rows(), width)) // (_LEAST + _GAP))

    def _columns(self, comparison: Comparison, rows: Sequence[Row], room: int, width: int) -> tuple[list[int], list[int]]:
        """The runs shown, by index, and their columns' widths: the baseline needs no room for deltas."""
        others = list(range(1, len(comparison.runs)))
        fits = self._fits(width)
        offset = min(self._view.offset, max(0, len(others) - (fits - 1)))
        shown = [0, *others[offset : offset + fits - 1]]
        if len(shown) == 1:
            return shown, [room - _GAP]
        texts = [len(plain(row.cells[0].text)) for row in rows if row.cells]
        equal = room // len(shown) - _GAP
        base = max(10, min(max([len(comparison.runs[0].name) + 2, 12, *texts]), equal))
        return shown, [base, *[(room - base - _GAP) // (len(shown) - 1) - _GAP] * (len(shown) - 1)]

    def _head(self, comparison: Comparison, shown: list[int], widths: list[int], label: int, width: int) -> list[Line]:
        count = len(comparison.runs)
        mixed = len({run.testbed for run in comparison.runs}) > 1
        names: Line = ((" " * label, "text"),)
        about: Line = ((f"{'baseline ▸':>{label}}", "accent"),)
        for at, size in zip(shown, widths, strict=True):
            run, place = comparison.runs[at], self._place(at)
            name: Line = ((f"{sign_of(place)} ", style_of(place)), (middle_cut(plain(run.name), size - 2), "strong"))
            names = (*names, ("  ", "text"), *fit_line(name, size))
            testbed = f"  {run.testbed}" if mixed else ""
            spans: Line = ((f"{SYMBOLS[run.state]} {run.state}", f"state.{run.state}"), (testbed, "faint"))
            about = (*about, ("  ", "text"), *fit_line(spans, size))
        of = f"diff of {count} runs" + ("" if mixed else f" on {comparison.runs[0].testbed}")
        return [rule(of, width, self._where(shown, count), strong=True), names, about]

    def _where(self, shown: Sequence[int], count: int) -> str:
        """Which runs stand beside the baseline, where not all do: `← 2  runs 3 to 5 of 12  7 →`."""
        left, right = shown[1] - 1 if len(shown) > 1 else 0, count - 1 - shown[-1]
        if not left and not right:
            return "only differences" if self._view.only_differences else "all rows"
        seen = f"run {shown[1] + 1}" if len(shown) == 2 else f"runs {shown[1] + 1} to {shown[-1] + 1}"
        parts = (f"← {left} more" if left else "", f"{seen} of {count}", f"{right} more →" if right else "")
        return "  ".join(filter(None, parts))


def _clear(comparison: Comparison) -> str:
    """What to know where nothing warns: of runs without a figure in common nothing can."""
    results = [row for row in comparison.rows if row.section != "parameters" and row.name not in ("state", "elapsed_seconds")]
    if any(sum(cell.value is not None for cell in row.cells) > 1 for row in results):
        return "Nothing stands against comparing these runs"
    return "No two of these runs have a figure of the same kind yet: there is nothing to compare"


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


