"""Run: one run large, with its curve and everything that its log says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual import on
from textual.app import ComposeResult

from tui.keys import RUN, bindings, keys_of
from tui.messages import FactPicked, PlacePicked
from tui.runs.curve import SMOOTHINGS, Curve, View, axes_of, curve_of, panned, zoomed
from tui.runs.run import Run, Spot
from tui.screens.base import Board
from tui.screens.closer import Closer
from tui.screens.log import LogScreen
from tui.screens.order import diff_partner
from tui.screens.sheets import SheetScreen
from tui.widgets.cells import plain
from tui.widgets.charts.choice import chosen_metric, metrics_of
from tui.widgets.charts.grid import MOST, ChartGrid
from tui.widgets.facts import Facts
from tui.widgets.keybar import KeyBar
from tui.widgets.title import TitleBar

_SEVERAL = (1, 2, 4, MOST)
"""How many series are charted, in turn, as far as there is room and as there are series."""

_OF_CURVES = frozenset(key.id for key in keys_of(RUN) if key.group == "Curve" or key.id == "metric")
"""The keys that have nothing to do where a log gives no series."""


class RunScreen(SheetScreen):
    """One run. Follows it while it goes on."""

    BINDINGS = bindings(RUN)

    def __init__(self, board: Board, run_id: str, metric: str | None) -> None:
        super().__init__(board)
        self._run_id = run_id
        self._metric = metric
        self._several = 1
        self._view = View()
        self._reading = False  # whether Enter asks for the reading under the cursor, rather than for the chosen fact
        self._closer = Closer()

    def content(self) -> ComposeResult:
        yield TitleBar(id="title")
        yield ChartGrid(id="charts")
        yield Facts(id="facts")
        yield KeyBar(RUN, id="keys")

    def show(self) -> None:
        run, curve, metrics = self.board.run(self._run_id), self._curve(), self._charted()
        if run is not None and self._closer.begins(run, metrics, self._view):
            path = self.board.logs.get(run.path, run.path)
            reading = self._come_closer(run, path, [name for name in metrics if name is not None])
            self.run_worker(reading, group="closer", exit_on_error=False)
        at = curve.at(self._view.cursor) if curve is not None and self._view.cursor is not None else None
        place = curve.xs[at] if curve is not None and at is not None else None
        self.query_one(TitleBar).show(plain(run.name) if run else self._run_id, plain(run.path) if run else "")
        self.set_class(run is None, "-gone")
        if run is not None:  # what is hidden is drawn once more before it goes: it had better not speak of no run
            self.query_one(ChartGrid).show(run, metrics, self._view, place, self._closer.wholes)
        self.query_one(Facts).show(run)
        status = " · ".join(part for part in (self._closer.said, self.board.standing) if part)
        self.query_one(KeyBar).show(status, frozenset() if curve is not None else _OF_CURVES)
        self.set_class(run is None or chosen_metric(run, self._metric) is None, "-no-curve")
        self.set_class(len(metrics) > 1, "-several")

    async def _come_closer(self, run: Run, path: str, metrics: Sequence[str]) -> None:
        """Read all points of what is charted, on a thread, until this screen is gone or looks otherwise."""
        view = self._view

        def wanted() -> bool:
            now = self._view
            return self.is_attached and now.window is not None and (now.axis, now.smoothing) == (view.axis, view.smoothing)

        await self._closer.read(run, path, metrics, view, self.board.now, wanted)
        if self.is_attached:
            self.show()

    def _charted(self) -> list[str | None]:
        """The metrics that are charted, the chosen one first."""
        run = self.board.run(self._run_id)
        first = chosen_metric(run, self._metric) if run else None
        if run is None or first is None:
            return [None]
        others = [name for name in metrics_of(run) if name != first]
        return [first, *others[: min(self._several, self.query_one(ChartGrid).fits(_room(self.size.height))) - 1]]

    # the curve

    def _curve(self) -> Curve | None:
        run = self.board.run(self._run_id)
        name = chosen_metric(run, self._metric) if run else None
        if run is None or name is None:
            return None
        whole = self._closer.wholes.get(name)
        return whole.curve if whole is not None else curve_of(run, run.series[name], self._view.axis)

    def _charts(self) -> bool:
        """Whether there is a curve to do something with; says so where there is none."""
        there = self._curve() is not None
        if not there and self.board.run(self._run_id) is not None:
            self.notify("The log gives no series to chart", severity="warning", markup=False)
        return there

    def _look(self, **changes: Any) -> None:
        self._view = replace(self._view, **changes)
        self.show()

    def action_metric(self) -> None:
        """Chart the next metric, on the same part of the axis."""
        if not self._charts():
            return
        run = self.board.run(self._run_id)
        names = metrics_of(run) if run else []
        if run and names:
            at = names.index(chosen_metric(run, self._metric) or names[0])
            self._metric = names[(at + 1) % len(names)]
            self._look(cursor=None)

    def action_several(self) -> None:
        """More series beside the curve, or it alone again."""
        run = self.board.run(self._run_id)
        there, room = len(metrics_of(run)) if run else 0, self.query_one(ChartGrid).fits(_room(self.size.height))
        most = min(there, room)
        if most < 2:
            given = "no series to chart" if there == 0 else "one series" if there == 1 else ""
            why = f"The log gives {given}" if given else "There is room for one chart here"
            self.notify(why, severity="warning", markup=False)
        self._several = next((count for count in _SEVERAL if count > self._several and self._several < most), 1)
        self.show()

    @on(PlacePicked)
    def _place_picked(self, message: PlacePicked) -> None:
        """The reading under the mouse; of another chart's metric, which is then the chosen one."""
        self._metric = message.metric
        self.point_near(message.place)
        self.show()

    def point_near(self, place: float) -> None:
        """Put the cursor on the reading nearest to a place on the axis."""
        curve = self._curve()
        at = curve.nearest(place) if curve else None
        self._reading = at is not None
        self._view = replace(self._view, cursor=curve.numbers[at] if curve and at is not None else None)

    def action_axis(self) -> None:
        """The next axis on which the series has its places."""
        if not self._charts():
            return
        run = self.board.run(self._run_id)
        name = chosen_metric(run, self._metric) if run else None
        curve = self._curve()
        if run is None or name is None or curve is None:
            return
        axes = axes_of(run, run.series[name])
        if len(axes) < 2:
            self.notify(f"The log gives no other axis than the {axes[0]}", severity="warning", markup=False)
        self._look(axis=axes[(axes.index(curve.axis) + 1) % len(axes)], window=None)

    def action_smoothing(self) -> None:
        """More smoothing, or none again."""
        if not self._charts():
            return
        at = SMOOTHINGS.index(self._view.smoothing)
        self._look(smoothing=SMOOTHINGS[(at + 1) % len(SMOOTHINGS)])

    def action_zoom(self, by: int) -> None:
        """Half of the axis, or twice as much, around the cursor."""
        if not self._charts():
            return
        curve = self._curve()
        if curve is None or len(curve.xs) < 2:
            return
        at = curve.at(self._view.cursor) if self._view.cursor is not None else None
        self._look(window=zoomed(curve, self._view.window, by > 0, None if at is None else curve.xs[at]))

    def action_pan(self, by: int) -> None:
        """The part of the axis beside."""
        if not self._charts():
            return
        curve = self._curve()
        if curve is not None:
            self._look(window=panned(curve, self._view.window, by))

    def action_reset(self) -> None:
        """The whole axis, without a cursor."""
        if not self._charts():
            return
        self._look(window=None, cursor=None)

    def action_cursor(self, by: int) -> None:
        """The reading beside, at least a column further; the first time the last one that is seen."""
        if not self._charts():
            return
        curve = self._curve()
        part = curve.inside(self._view.window) if curve else range(0)
        if curve is None or not part:
            return
        at = curve.at(self._view.cursor) if self._view.cursor is not None else None
        if at is None or at not in part:
            at = part[-1]
        else:
            left, right = self._view.window or curve.whole
            column = (right - left) / max(1, self.query_one(ChartGrid).size.width)
            start, at = at, at + by
            while at in part and abs(curve.xs[at] - curve.xs[start]) < column:
                at += by
            at = max(part[0], min(part[-1], at))
        self._reading = True
        self._look(cursor=curve.numbers[at])

    def point_at(self, metric: str, line: int) -> None:
        """Chart a metric with the cursor on the reading that a line of the log gave."""
        self._metric = metric
        curve = self._curve()
        at = curve.at_line(line) if curve else None
        number = curve.numbers[at] if curve and at is not None else None
        self._view = replace(self._view, window=None, cursor=number)
        self._reading = number is not None

    def action_jump(self) -> None:
        """The line of the log that the chosen reading or fact stands on."""
        run, curve = self.board.run(self._run_id), self._curve()
        if run is None:
            return
        spot = self.query_one(Facts).spot
        name = chosen_metric(run, self._metric)
        if self._reading and curve is not None and name is not None and self._view.cursor is not None:
            at = curve.at(self._view.cursor)
            spot = Spot(run.series[name].path or run.path, curve.lines[at]) if at is not None else spot
        if spot is None:
            down, left = self.board.keys.name("down"), self.board.keys.name("cursor-left")
            self.notify(f"Choose a fact with {down}, or a value with {left}, first", severity="warning", markup=False)
        elif not spot.line:
            why = "The line is not known: it is in an older part of the log, or what comes before it is not read yet"
            self.notify(why, severity="warning", markup=False)
        else:
            self.app.push_screen(LogScreen(self.board, self._run_id, spot.path, spot.line))

    def action_log(self) -> None:
        """The log, followed at its end."""
        run = self.board.run(self._run_id)
        if run is not None:
            self.app.push_screen(LogScreen(self.board, self._run_id, run.path, None))

    # the facts

    @on(FactPicked)
    def _picked(self, message: FactPicked) -> None:
        self._reading = False
        if message.again:
            self.action_jump()

    def action_scroll(self, lines: int) -> None:
        """The next fact that stands on a line of the log, or the one before."""
        self._reading = False
        self.query_one(Facts).choose(lines)

    def action_scroll_page(self, pages: int) -> None:
        """A page of facts."""
        self._reading = False
        facts = self.query_one(Facts)
        facts.choose(pages * max(2, facts.size.height - 2))

    def action_scroll_to_top(self) -> None:
        """The first fact."""
        self._reading = False
        self.query_one(Facts).choose(-1_000_000)

    def action_scroll_to_bottom(self) -> None:
        """The last fact."""
        self._reading = False
        self.query_one(Facts).choose(1_000_000)

    def action_diff(self) -> None:
        """This run and the one before it."""
        from tui.screens.diff import DiffScreen

        pair = diff_partner(self.board.runs, self._run_id)
        if len(pair) < 2:
            self.notify("There is no other run on this testbed to compare with", severity="warning", markup=False)
            return
        self.app.push_screen(DiffScreen(self.board, pair))


def _room(height: int) -> int:
    """Rows for several charts on a screen of a height."""
    return height * 65 // 100
