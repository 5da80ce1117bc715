"""Several curves of one run, a chart each, on one axis with one cursor: in one column, or in two where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from tui.runs.curve import View
from tui.runs.run import Run
from tui.runs.whole import Whole
from tui.widgets.charts.pane import ChartPane

MOST = 6
"""Charts at most; a run has rarely more series."""
TWO_COLUMNS, LEAST_HEIGHT = 100, 6
"""Columns from which two charts stand side by side, and rows that a chart needs."""


class ChartGrid(Widget):
    """The charts. Those that are not needed are not displayed, and cost nothing."""

    def compose(self) -> ComposeResult:
        yield from (ChartPane(id=f"chart{at}") for at in range(MOST))

    def show(
        self, run: Run | None, metrics: Sequence[str | None], view: View, place: float | None, wholes: Mapping[str, Whole]
    ) -> None:
        """Draw these metrics of a run, the first being the one that the view's cursor reads; the others read at its `place`.
        `wholes` are the curves with all of their points, as far as they were read."""
        columns = 2 if len(metrics) > 1 and self.size.width >= TWO_COLUMNS else 1
        if self.styles.grid_size_columns != columns:
            self.styles.grid_size_columns = columns
        for at, pane in enumerate(self.query(ChartPane)):
            pane.display = at < len(metrics)
            if at < len(metrics):
                name = metrics[at]
                pane.show(run, name, view, place=place if at else None, whole=wholes.get(name) if name else None)

    def fits(self, height: int) -> int:
        """How many charts there is room for in so many rows."""
        columns = 2 if self.size.width >= TWO_COLUMNS else 1
        return max(1, min(MOST, columns * (height // LEAST_HEIGHT)))
