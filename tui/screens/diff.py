"""Diff: two or more runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult

from tui.keys import DIFF, bindings
from tui.runs.compare import Comparison, compare
from tui.runs.run import Run
from tui.screens.base import Board
from tui.screens.export import ExportScreen
from tui.screens.sheets import SheetScreen
from tui.widgets.difftable import DiffTable
from tui.widgets.keybar import KeyBar


class DiffScreen(SheetScreen):
    """The comparison of some runs, the first being the baseline. Follows its runs while they go on."""

    BINDINGS = bindings(DIFF)

    def __init__(self, board: Board, run_ids: Sequence[str]) -> None:
        super().__init__(board)
        self._ids = list(run_ids)
        self._only = True
        self._offset = 0
        self._runs: list[Run] = []
        self._comparison: Comparison | None = None

    def content(self) -> ComposeResult:
        yield DiffTable(id="difftable")
        yield KeyBar(DIFF, id="keys")

    def show(self) -> None:
        runs = [run for run_id in self._ids if (run := self.board.run(run_id)) is not None]
        if runs != self._runs or self._comparison is None:
            known = self.board.runs  # repeats of a run tell what is noise, marked or not
            self._runs, self._comparison = runs, compare(runs, among=known) if runs else Comparison((), (), ())
        self.query_one(DiffTable).show(self._comparison, self._only, self._offset)
        gone = len(self._ids) - len(runs)
        said = (f"{gone} of the runs gone" if gone else "", self.board.standing)
        self.query_one(KeyBar).show(" · ".join(part for part in said if part))

    def action_baseline(self) -> None:
        """The next run becomes the baseline; the order of the others stays."""
        self._ids = [*self._ids[1:], self._ids[0]]
        self.show()

    def action_write(self) -> None:
        """The comparison to a file, as it is shown: with the rows that are equal, or without."""
        from tui.report.diffed import diff_text

        comparison, everything = self._comparison, not self._only
        if comparison is not None:
            text = f"The diff of {len(self._runs)} runs"
            made = partial(diff_text, comparison, "markdown", everything=everything)
            self.app.push_screen(ExportScreen(self.board, text, "bedwatch-diff.md", lambda: made() + "\n"))

    def action_only_differences(self) -> None:
        """Fold equal rows away, or show them."""
        self._only = not self._only
        self.show()

    def action_columns(self, by: int) -> None:
        """Other runs than the first ones, where not all fit."""
        self._offset = max(0, min(len(self._ids) - 2, self._offset + by))
        self.show()
