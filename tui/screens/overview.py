"""Overview: testbed tabs, the run table, and the selected run's panes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.keys import OVERVIEW, bindings
from tui.messages import OrderPicked, PlacePicked, RepeatsFound, RoomChanged, RunPicked, TabPicked, TailRead
from tui.remembered import PLAIN_LOOK, Look
from tui.runs.repeats import repeats_of
from tui.runs.run import Run
from tui.screens.base import Board, BoardScreen
from tui.screens.columns import ColumnsScreen
from tui.screens.diff import DiffScreen
from tui.screens.export import ExportScreen, runs_markdown
from tui.screens.listing import Listing
from tui.screens.log import LogScreen
from tui.screens.order import diff_partner
from tui.screens.run import RunScreen
from tui.screens.tail import read_tail
from tui.screens.words import nothing_to_show, said_of
from tui.widgets.cells import plain
from tui.widgets.charts.choice import chosen_metric, metrics_of
from tui.widgets.charts.pane import ChartPane
from tui.widgets.findings import FindingsPane
from tui.widgets.keybar import KeyBar
from tui.widgets.logtail import LogTail
from tui.widgets.metrics import MetricsPane
from tui.widgets.progress import ProgressPane
from tui.widgets.statusline import StatusLine
from tui.widgets.table.runtable import RunTable
from tui.widgets.tabs import Tab, TabBar, tabs_of

if TYPE_CHECKING:
    from textual.screen import Screen


LOG_LEAST = 4
"""Lines that the log keeps, its title among them, whatever there is to remark."""


PANES = ("progress", "chart", "metrics", "findings", "log")
"""The panes that can be shown alone, in the order in which the key steps through them."""
REGROUPED = 3.0
"""Seconds between two searches for repeats while runs change; 1,000 runs take half a second of a thread."""


class Below(Vertical):
    """The findings over the log's end. It says when its room changes: that is known only after a layout."""

    def on_resize(self) -> None:
        """Tell the screen, which shares the room out."""
        self.post_message(RoomChanged())


class OverviewScreen(BoardScreen):
    """The first screen. It owns what is selected, marked, filtered, sorted and grouped; `keep` remembers how it is looked at."""

    BINDINGS = bindings(OVERVIEW)
    AUTO_FOCUS = ""

    def __init__(self, board: Board, look: Look = PLAIN_LOOK, keep: Callable[[Look], None] | None = None) -> None:
        super().__init__(board)
        self._listing = Listing(look)
        self._keep = keep
        self._tail_of: tuple[object, ...] = ()
        self._findings_height = 0  # as last asked for: the widget's own size lags behind by a layout
        self._grouped_of: tuple[Run, ...] | None = None
        self._regroup_from = 0.0
        self._tabs: tuple[tuple[Run, ...] | None, tuple[Tab, ...]] = None, ()
        self._greeted = False

    def content(self) -> ComposeResult:
        yield TabBar(id="tabs")
        yield RunTable(id="table")
        with Horizontal(id="detail"):
            yield ProgressPane(id="progress")
            yield ChartPane(id="chart")
            yield MetricsPane(id="metrics")
        with Below(id="below"):
            yield FindingsPane(id="findings")
            yield LogTail(id="log")
        terms = "words, or terms: testbed:groq state:failed loss<7.2 model~bert"
        yield Input(placeholder=terms, id="filter", select_on_focus=False)
        yield StatusLine(id="status")
        yield KeyBar(OVERVIEW, id="keys")

    # drawing

    def show(self) -> None:
        board, listing = self.board, self._listing
        listing.take(board.runs, reading=board.feed is not None and board.feed.first)
        self._greet()
        self._regroup()
        self.set_class(not board.runs, "-empty")
        if board.runs is not self._tabs[0]:
            self._tabs = board.runs, tabs_of(board.runs)
        self.query_one(TabBar).show(self._tabs[1] if board.looked else (), listing.look.tab)
        empty = nothing_to_show(board, listing.look.filter)
        self.query_one(RunTable).show(listing.shown, board.now, listing.at, listing.marked, empty)
        self._show_selected()
        self._show_status()

    def _greet(self) -> None:
        """Once there are runs: what was remembered and holds no more is forgotten, and a filter that still hides runs is said."""
        if self._greeted or not self.board.runs:
            return
        self._greeted = True
        self._listing.sane()
        self._zoom(self._listing.look.zoom)
        text = self._listing.look.filter
        if text:
            self.query_one("#filter", Input).value = text
            told = f"The filter “{plain(text)}” is on, as when you left: {self.board.keys.name('back')} clears it"
            self.call_after_refresh(self.notify, told, markup=False)

    def _change(self, **changes: Any) -> None:
        """Look otherwise at the runs, and remember it."""
        self._listing.change(**changes)
        if self._keep is not None:
            self._keep(self._listing.look)
        self.show()

    def _regroup(self) -> None:
        """Find repeats anew, in a thread, where the table is grouped by them."""
        board = self.board
        if self._listing.look.group != "repeat" or board.runs is self._grouped_of or board.now < self._regroup_from:
            return
        self._grouped_of, self._regroup_from = board.runs, board.now + REGROUPED
        self.run_worker(self._find_repeats(board.runs), group="repeats", exclusive=True, exit_on_error=False)

    async def _find_repeats(self, runs: tuple[Run, ...]) -> None:
        self.post_message(RepeatsFound(await asyncio.to_thread(repeats_of, runs)))

    @on(RepeatsFound)
    def _repeats_found(self, message: RepeatsFound) -> None:
        self._listing.group(message.repeats)
        self.show()

    def _show_selected(self) -> None:
        run, metric = self._listing.run, self._listing.look.metric
        self.query_one(ProgressPane).show(run, metric, self.has_class("-narrow") and self._listing.look.zoom != "chart")
        self.query_one(ChartPane).show(run, metric)
        self.query_one(MetricsPane).show(run)
        self.query_one(FindingsPane).show(run)
        self._fit_findings()
        self._ask_for_tail(run)

    @on(RoomChanged)
    def _fit_findings(self) -> None:
        """As many lines as there is to remark, so long as the log keeps some."""
        findings, below = self.query_one(FindingsPane), self.query_one("#below")
        alone = self._listing.look.zoom == "findings" or below.size.height <= LOG_LEAST  # no log is better than its title alone
        height = below.size.height if alone else max(2, min(findings.wish(below.size.width), below.size.height - LOG_LEAST))
        if below.size.height and height != self._findings_height:
            self._findings_height = findings.styles.height = height

    def _show_status(self) -> None:
        said = said_of(self.board, self._listing)
        self.query_one(StatusLine).show(said.long, plain(self.board.where))
        self.query_one(KeyBar).show(said.short if self.has_class("-short") else "")

    # the log's end

    def _ask_for_tail(self, run: Run | None) -> None:
        wanted = (run.id, run.version, run.modified, run.path in self.board.logs) if run else ()
        if wanted == self._tail_of:
            return
        changed = not self._tail_of or not wanted or self._tail_of[0] != wanted[0]
        self._tail_of = wanted
        if run is None:
            self.query_one(LogTail).show("", ())
        else:
            if changed:
                self.query_one(LogTail).show(plain(run.path), ("…",))
            last = next((source.last_line for source in run.sources if source.path == run.path), None)
            followed = any(other.path == run.path and other.number > run.number for other in self.board.runs)
            path = self.board.logs.get(run.path, run.path)
            reading = self._read(run.id, path, last if followed else None)
            self.run_worker(reading, group="tail", exclusive=True, exit_on_error=False)

    async def _read(self, run_id: str, path: str, last_line: int | None) -> None:
        try:
            lines = await asyncio.to_thread(read_tail, path, last_line)
        except OSError as error:
            self.post_message(TailRead(run_id, (), f"{plain(path)}: {error.strerror or 'cannot be read'}"))
        else:
            self.post_message(TailRead(run_id, lines))

    @on(TailRead)
    def _show_tail(self, message: TailRead) -> None:
        run = self._listing.run
        if run is not None and message.run_id == run.id:
            self.query_one(LogTail).show(plain(run.path), message.lines, message.trouble)

    # keys

    def action_tab(self, number: int) -> None:
        """The tab of that number, if there is one."""
        tabs = tabs_of(self.board.runs)
        if 1 <= number <= len(tabs) and tabs[number - 1].testbed != self._listing.look.tab:
            self._change(tab=tabs[number - 1].testbed)

    def action_tab_by(self, by: int) -> None:
        """The tab beside, around the ends."""
        tabs = [tab.testbed for tab in tabs_of(self.board.runs)]
        at = tabs.index(self._listing.look.tab) if self._listing.look.tab in tabs else 0
        self.action_tab((at + by) % len(tabs) + 1)

    def action_move(self, by: int) -> None:
        """Another run."""
        self._select(self._listing.at + by)

    def action_page(self, by: int) -> None:
        """A page of the table."""
        self._select(self._listing.at + by * self.query_one(RunTable).page)

    def action_first(self) -> None:
        """The first run."""
        self.action_move(-1_000_000)

    def action_last(self) -> None:
        """The last run."""
        self.action_move(1_000_000)

    def _select(self, index: int) -> None:
        if self._listing.runs:
            self._listing.select(index)
            self.query_one(RunTable).select(self._listing.at)
            self._show_selected()

    def action_open(self) -> None:
        """The selected run, large."""
        if self._listing.run is not None:
            self._push(RunScreen(self.board, self._listing.run.id, self._listing.look.metric))

    def action_mark(self) -> None:
        """Mark the run or take its mark away, and go on to the next."""
        self._listing.mark()
        self.show()
        self._select(self._listing.at + 1)

    def action_diff(self) -> None:
        """The marked runs; with one marked, that and the selected one; with none, the selected one and the one before it."""
        run, chosen = self._listing.run, list(self._listing.marked)
        if run is None:
            return
        if len(chosen) == 1 and run.id not in chosen:
            chosen.append(run.id)
        if len(chosen) < 2:
            chosen = diff_partner(self.board.runs, chosen[0] if chosen else run.id)
        if len(chosen) < 2:
            why = f"There is no other run on this testbed: mark one elsewhere with {self.board.keys.name('mark')}"
            self.notify(why, severity="warning", markup=False)
            return
        self._push(DiffScreen(self.board, chosen))

    def action_metric(self) -> None:
        """Chart the run's next metric."""
        run = self._listing.run
        names = metrics_of(run) if run else []
        if run and names:
            at = names.index(chosen_metric(run, self._listing.look.metric) or names[0])
            self._change(metric=names[(at + 1) % len(names)])

    def action_sort(self) -> None:
        """The next order."""
        self._change(order=self._listing.next_order(), reverse=False)

    def action_reverse(self) -> None:
        """The same order, turned round."""
        self._change(reverse=not self._listing.look.reverse)

    def action_group(self) -> None:
        """The next grouping."""
        self._change(group=self._listing.next_group())

    def action_columns(self) -> None:
        """Choose the tab's columns from a list."""

        def chosen(columns: Sequence[str] | None) -> None:
            if columns is not None:
                look = self._listing.look
                others = {tab: ids for tab, ids in look.columns.items() if tab != look.tab}
                self._change(columns={**others, look.tab: tuple(columns)} if columns else others)

        self.app.push_screen(ColumnsScreen(self.board, self._listing.look.tab, self._listing.runs, self._listing.columns), chosen)

    def action_zoom(self) -> None:
        """The next pane alone; after the last all of them again."""
        now = self._listing.look.zoom
        self._zoom(PANES[0] if now not in PANES else "" if now == PANES[-1] else PANES[PANES.index(now) + 1])

    def _zoom(self, pane: str) -> None:
        for name in PANES:
            self.set_class(name == pane, f"-zoom-{name}")
        self.set_class(pane in PANES, "-zoom")
        if pane != self._listing.look.zoom:
            self._change(zoom=pane)
        self.call_after_refresh(self.show)

    def action_write(self) -> None:
        """The table to a file."""
        runs = self._listing.runs
        text = partial(runs_markdown, self.board, [run.id for run in runs])
        self._push(ExportScreen(self.board, f"The {len(runs)} runs of the table", "bedwatch-runs.md", text))

    def action_log(self) -> None:
        """The selected run's log, followed at its end."""
        run = self._listing.run
        if run is not None:
            self._push(LogScreen(self.board, run.id, run.path, None))

    def action_filter(self) -> None:
        """Ask for a text."""
        self.add_class("-filter")
        self.query_one("#filter", Input).focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        if event.value.strip() != self._listing.look.filter:
            self.query_one(RunTable).forget_widths()
            self._change(filter=event.value.strip())

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.remove_class("-filter")
        self.set_focus(None)

    def action_back(self) -> None:
        """Out of the filter; then out of a pane that is shown alone; then the marks go."""
        entry = self.query_one("#filter", Input)
        if self.has_class("-filter") or self._listing.look.filter:
            entry.value = ""
            self._filtered()
        elif self._listing.look.zoom:
            self._zoom("")
        elif self._listing.marked:
            self._listing.marked.clear()
            self.show()

    @on(RunPicked)
    def _picked(self, message: RunPicked) -> None:
        if message.again:
            self.action_open()
        else:
            self._select(message.index)

    @on(PlacePicked)
    def _place_picked(self, message: PlacePicked) -> None:
        """The selected run large, with the cursor where the chart was clicked."""
        if self._listing.run is not None:
            screen = RunScreen(self.board, self._listing.run.id, message.metric)
            screen.point_near(message.place)
            self._push(screen)

    @on(OrderPicked)
    def _order_picked(self, message: OrderPicked) -> None:
        look = self._listing.look
        self._change(order=message.order, reverse=message.order == look.order and not look.reverse)

    @on(TabPicked)
    def _tab_picked(self, message: TabPicked) -> None:
        self.action_tab(message.number)

    def _push(self, screen: Screen[None]) -> None:
        self.app.push_screen(screen)
