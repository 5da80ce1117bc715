"""Diff: two or more runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult

from tui.keys import DIFF, bindings
from tui.runs.compare import Comparison, compare
from tui.runs.compare.overlaid import common_axes, common_metrics
from tui.runs.curve import SMOOTHINGS
from tui.runs.run import Run
from tui.screens.base import Board
from tui.screens.export import ExportScreen
from tui.screens.sheets import SheetScreen
from tui.widgets.charts.overlay import chosen
from tui.widgets.difftable import DiffTable, DiffView
from tui.widgets.keybar import KeyBar


class DiffScreen(SheetScreen):
    """The comparison of some runs, the first being the baseline. Follows its runs while they go on."""

    BINDINGS = bindings(DIFF)

    def __init__(self, board: Board, run_ids: Sequence[str]) -> None:
        super().__init__(board)
        self._ids = list(run_ids)  # as they were marked: this order stays
        self._baseline = self._ids[0]
        self._view = DiffView()
        self._runs: list[Run] = []
        self._comparison = Comparison((), (), ())

    def content(self) -> ComposeResult:
        yield DiffTable(id="difftable")
        yield KeyBar(DIFF, id="keys")

    def show(self) -> None:
        there = [run_id for run_id in self._ids if self.board.run(run_id) is not None]
        if there and self._baseline not in there:
            self._baseline = there[0]
        order = sorted(there, key=lambda run_id: run_id != self._baseline)  # the others keep theirs
        runs = [run for run_id in order if (run := self.board.run(run_id)) is not None]
        if runs != self._runs:
            known = self.board.runs  # repeats of a run tell what is noise, marked or not
            self._runs, self._comparison = runs, compare(runs, among=known)
        self._view = replace(self._view, places=tuple(self._ids.index(run_id) for run_id in order))
        self.query_one(DiffTable).show(self._comparison, self._view)
        gone = len(self._ids) - len(there)
        said = (f"{gone} of the runs gone" if gone else "", self.board.standing)
        self.query_one(KeyBar).show(" · ".join(part for part in said if part))

    def _look(self, view: DiffView) -> None:
        self._view = view
        self.show()

    def action_baseline(self) -> None:
        """The next run becomes the baseline; every other stays where it was marked."""
        there = [run_id for run_id in self._ids if self.board.run(run_id) is not None]
        if there:
            self._baseline = there[(there.index(self._baseline) + 1) % len(there)]
            self._look(replace(self._view, offset=0))

    def action_write(self) -> None:
        """The comparison to a file, as it is shown: with the rows that are equal, or without."""
        from tui.report.diffed import diff_text

        text = f"The diff of {len(self._runs)} runs"
        made = partial(diff_text, self._comparison, "markdown", everything=not self._view.only_differences)
        if self._runs:
            self.app.push_screen(ExportScreen(self.board, text, "bedwatch-diff.md", lambda: made() + "\n"))

    def action_only_differences(self) -> None:
        """Fold equal rows away, or show them."""
        self._look(replace(self._view, only_differences=not self._view.only_differences))

    def action_columns(self, by: int) -> None:
        """Other runs than the first ones, where not all fit."""
        most = self.query_one(DiffTable).hidden()
        self._look(replace(self._view, offset=max(0, min(most, self._view.offset + by))))

    def action_log(self) -> None:
        """The baseline's log against the first of the others that are seen."""
        from tui.screens.logdiff import LogDiffScreen

        ids = [run.id for run in self._runs]
        if len(ids) < 2:
            self.notify("There is no second run", severity="warning", markup=False)
            return
        places = list(self._view.places)
        at = 1 + min(self._view.offset, len(ids) - 2)  # the first of the others in view, then those after it
        order = [0, *range(at, len(ids)), *range(1, at)]
        self.app.push_screen(LogDiffScreen(self.board, [ids[one] for one in order], [places[one] for one in order]))

    # the curves

    def _curves(self, **changes: object) -> None:
        self._look(replace(self._view, curves=replace(self._view.curves, **changes)))  # type: ignore[arg-type]
        table = self.query_one(DiffTable)
        self.call_after_refresh(table.to_curves)

    def _no_curves(self) -> None:
        self.notify("No two of these runs have a curve of the same metric", severity="warning", markup=False)

    def action_metric(self) -> None:
        """The curves of the next metric that two of the runs have."""
        names, found = common_metrics(self._runs), chosen(self._runs, self._view.curves)
        if found is None:
            self._no_curves()
        else:
            self._curves(metric=names[(names.index(found[0]) + 1) % len(names)])

    def action_axis(self) -> None:
        """The next axis on which two of the runs have their places."""
        found = chosen(self._runs, self._view.curves)
        if found is None:
            self._no_curves()
            return
        axes = common_axes(self._runs, found[0])
        if len(axes) < 2:
            self.notify(f"The logs give no other axis in common than the {axes[0]}", severity="warning", markup=False)
        self._curves(axis=axes[(axes.index(found[1]) + 1) % len(axes)])

    def action_smoothing(self) -> None:
        """More smoothing, or none again."""
        at = SMOOTHINGS.index(self._view.curves.smoothing)
        self._curves(smoothing=SMOOTHINGS[(at + 1) % len(SMOOTHINGS)])
