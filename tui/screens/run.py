"""Run: one run large, with its curve and everything that its log says."""

from __future__ import annotations

from textual.app import ComposeResult

from tui.keys import RUN, bindings
from tui.screens.base import Board
from tui.screens.order import diff_partner
from tui.screens.sheets import SheetScreen
from tui.widgets.cells import plain
from tui.widgets.chart import ChartPane, chosen_metric, metrics_of
from tui.widgets.facts import Facts
from tui.widgets.keybar import KeyBar
from tui.widgets.title import TitleBar


class RunScreen(SheetScreen):
    """One run. Follows it while it goes on."""

    BINDINGS = bindings(RUN)

    def __init__(self, board: Board, run_id: str, metric: str | None) -> None:
        super().__init__(board)
        self._run_id = run_id
        self._metric = metric

    def content(self) -> ComposeResult:
        yield TitleBar(id="title")
        yield ChartPane(id="chart")
        yield Facts(id="facts")
        yield KeyBar(RUN, id="keys")

    def show(self) -> None:
        run = self.board.run(self._run_id)
        self.query_one(TitleBar).show(plain(run.name) if run else self._run_id, plain(run.path) if run else "")
        self.query_one(ChartPane).show(run, self._metric)
        self.query_one(Facts).show(run)
        self.set_class(run is None or chosen_metric(run, self._metric) is None, "-no-curve")

    def action_metric(self) -> None:
        """Chart the next metric."""
        run = self.board.run(self._run_id)
        names = metrics_of(run) if run else []
        if run and names:
            at = names.index(chosen_metric(run, self._metric) or names[0])
            self._metric = names[(at + 1) % len(names)]
            self.show()

    def action_diff(self) -> None:
        """This run and the one before it."""
        from tui.screens.diff import DiffScreen

        pair = diff_partner(self.board.runs, self._run_id)
        if len(pair) < 2:
            self.notify("There is no other run on this testbed to compare with", severity="warning", markup=False)
            return
        self.app.push_screen(DiffScreen(self.board, pair))


