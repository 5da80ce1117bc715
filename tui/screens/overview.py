"""Overview: testbed tabs, the run table, and the selected run's panes."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.keys import OVERVIEW, bindings
from tui.messages import RunPicked, TabPicked, TailRead
from tui.runs.numbers import age
from tui.runs.run import Run
from tui.screens.base import Board, BoardScreen
from tui.screens.diff import DiffScreen
from tui.screens.export import ExportScreen, runs_markdown
from tui.screens.log import LogScreen
from tui.screens.order import SORTS, diff_partner, visible
from tui.screens.run import RunScreen
from tui.screens.tail import read_tail
from tui.screens.words import nothing_to_show
from tui.widgets.cells import plain
from tui.widgets.charts.choice import chosen_metric, metrics_of
from tui.widgets.charts.pane import ChartPane
from tui.widgets.columns import CHOICES
from tui.widgets.findings import FindingsPane
from tui.widgets.keybar import KeyBar
from tui.widgets.logtail import LogTail
from tui.widgets.metrics import MetricsPane
from tui.widgets.progress import ProgressPane
from tui.widgets.runtable import RunTable
from tui.widgets.statusline import StatusLine
from tui.widgets.tabs import ALL, TabBar, tabs_of

if TYPE_CHECKING:
    from textual.screen import Screen


PAUSED = "paused: p goes on"
LATE = 3.0
"""Times the pause between two looks, at least a minute, after which the last look is late: a file server hangs."""
LOG_LEAST = 4
"""Lines that the log keeps, its title among them, whatever there is to remark."""


class OverviewScreen(BoardScreen):
    """The first screen. It owns what is selected, marked, filtered and sorted."""

    BINDINGS = bindings(OVERVIEW)
    AUTO_FOCUS = ""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._tab = ALL
        self._text = ""
        self._order = next(iter(SORTS))
        self._columns = next(iter(CHOICES))
        self._metric: str | None = None
        self._runs: list[Run] = []  # as the table shows them
        self._at = 0
        self._selected: str | None = None
        self._touched = False  # until a key moves it, the selection is the first row, whatever comes in
        self._marked: list[str] = []
        self._tail_of: tuple[object, ...] = ()
        self._findings_height = 0  # as last asked for: the widget's own size lags behind by a layout

    def content(self) -> ComposeResult:
        yield TabBar(id="tabs")
        yield RunTable(id="table")
        with Horizontal(id="detail"):
            yield ProgressPane(id="progress")
            yield ChartPane(id="chart")
            yield MetricsPane(id="metrics")
        with Vertical(id="below"):
            yield FindingsPane(id="findings")
            yield LogTail(id="log")
        terms = "words, or terms: testbed:groq state:failed loss<7.2 model~bert"
        yield Input(placeholder=terms, id="filter", select_on_focus=False)
        yield StatusLine(id="status")
        yield KeyBar(OVERVIEW, id="keys")

    # drawing

    def show(self) -> None:
        board = self.board
        self._marked = [run_id for run_id in self._marked if board.run(run_id) is not None]
        self._runs = visible(board.runs, self._tab, self._text, self._order)
        ids = [run.id for run in self._runs]
        if self._touched and self._selected in ids:
            self._at = ids.index(self._selected)
        self._at = max(0, min(self._at, len(ids) - 1))
        self._selected = ids[self._at] if ids else None
        self.set_class(not board.runs, "-empty")
        self.query_one(TabBar).show(tabs_of(board.runs) if board.looked else (), self._tab)
        self.query_one(RunTable).show(self._runs, board.now, self._at, self._marked, nothing_to_show(board, self._text))
        self._show_selected()
        self._show_status()

    def _show_selected(self) -> None:
        run = self._runs[self._at] if self._runs else None
        self.query_one(ProgressPane).show(run, self._metric, self.has_class("-narrow"))
        self.query_one(ChartPane).show(run, self._metric)
        self.query_one(MetricsPane).show(run)
        findings, below = self.query_one(FindingsPane), self.query_one("#below")
        findings.show(run)
        height = max(2, min(findings.wish(below.size.width), below.size.height - LOG_LEAST))
        if below.size.height and height != self._findings_height:
            self._findings_height = findings.styles.height = height
        self._ask_for_tail(run)

    def _show_status(self) -> None:
        board = self.board
        news = "" if board.news_at is None else f"last change {_ago(board.now - board.news_at)}"
        total, seen = len(board.runs), len(self._runs)
        shown = f"{seen} of {total} runs" if seen != total else f"{total} {'run' if total == 1 else 'runs'}"
        order = self._words_of_order()
        parts = [
            PAUSED if board.paused else "",
            f"{shown} in {board.files} {'file' if board.files == 1 else 'files'}", board.trouble, news,
            f"filter “{self._text}”" if self._text else "", order, f"{len(self._marked)} marked" if self._marked else "",
            _watching(board),
        ]
        said = " · ".join(part for part in parts if part)
        if not board.looked:
            said = shown = news = ""
        self.query_one(StatusLine).show(said, plain(board.where))
        filtered, still = "filtered" if self._text else "", "paused" if board.paused else ""
        brief = [still, shown, filtered, order, news.removeprefix("last change ")]
        self.query_one(KeyBar).show(" · ".join(part for part in brief if part) if self.has_class("-short") else "")

    def _words_of_order(self) -> str:
        order = f"by {self._order}" if self._order != "testbed" else ""
        columns = f"{self._columns} columns" if self._columns != "all" else ""
        return " · ".join(word for word in (order, columns) if word)

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
        if message.run_id == self._selected:
            self.query_one(LogTail).show(plain(self._runs[self._at].path), message.lines, message.trouble)

    # keys

    def action_tab(self, number: int) -> None:
        """The tab of that number, if there is one."""
        tabs = tabs_of(self.board.runs)
        if 1 <= number <= len(tabs) and tabs[number - 1].testbed != self._tab:
            self._tab, self._at = tabs[number - 1].testbed, 0
            self.query_one(RunTable).forget_widths()
            self.show()

    def action_tab_by(self, by: int) -> None:
        """The tab beside, around the ends."""
        tabs = [tab.testbed for tab in tabs_of(self.board.runs)]
        at = tabs.index(self._tab) if self._tab in tabs else 0
        self.action_tab((at + by) % len(tabs) + 1)

    def action_move(self, by: int) -> None:
        """Another run."""
        self._select(self._at + by)

    def action_page(self, by: int) -> None:
        """A page of the table."""
        self._select(self._at + by * self.query_one(RunTable).page)

    def action_first(self) -> None:
        """The first run."""
        self.action_move(-1_000_000)

    def action_last(self) -> None:
        """The last run."""
        self.action_move(1_000_000)

    def _select(self, index: int) -> None:
        if not self._runs:
            return
        self._touched = True
        self._at = max(0, min(index, len(self._runs) - 1))
        self._selected = self._runs[self._at].id
        self.query_one(RunTable).select(self._at)
        self._show_selected()

    def action_open(self) -> None:
        """The selected run, large."""
        if self._selected is not None:
            self._push(RunScreen(self.board, self._selected, self._metric))

    def action_mark(self) -> None:
        """Mark the run or take its mark away, and go on to the next."""
        if self._selected is None:
            return
        if self._selected in self._marked:
            self._marked.remove(self._selected)
        else:
            self._marked.append(self._selected)
        self.show()
        self._select(self._at + 1)

    def action_diff(self) -> None:
        """The marked runs; with one marked, that and the selected one; with none, the selected one and the one before it."""
        if self._selected is None:
            return
        chosen = list(self._marked)
        if len(chosen) == 1 and self._selected not in chosen:
            chosen.append(self._selected)
        if len(chosen) < 2:
            chosen = diff_partner(self.board.runs, chosen[0] if chosen else self._selected)
        if len(chosen) < 2:
            self.notify("There is no other run on this testbed: mark one elsewhere with Space", severity="warning", markup=False)
            return
        self._push(DiffScreen(self.board, chosen))

    def action_metric(self) -> None:
        """Chart the run's next metric."""
        run = self._runs[self._at] if self._runs else None
        names = metrics_of(run) if run else []
        if run and names:
            at = names.index(chosen_metric(run, self._metric) or names[0])
            self._metric = names[(at + 1) % len(names)]
            self._show_selected()

    def action_sort(self) -> None:
        """The next order."""
        orders = list(SORTS)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self.show()

    def action_columns(self) -> None:
        """The next choice of columns."""
        names = list(CHOICES)
        self._columns = names[(names.index(self._columns) + 1) % len(names)]
        self.query_one(RunTable).choose_columns(CHOICES[self._columns])
        self.show()

    def action_write(self) -> None:
        """The table to a file."""
        text = partial(runs_markdown, self.board, [run.id for run in self._runs])
        self._push(ExportScreen(self.board, f"The {len(self._runs)} runs of the table", "bedwatch-runs.md", text))

    def action_log(self) -> None:
        """The selected run's log, followed at its end."""
        run = self._runs[self._at] if self._runs else None
        if run is not None:
            self._push(LogScreen(self.board, run.id, run.path, None))

    def action_filter(self) -> None:
        """Ask for a text."""
        self.add_class("-filter")
        self.query_one("#filter", Input).focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        self._text = event.value.strip()
        self.query_one(RunTable).forget_widths()
        self.show()

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.remove_class("-filter")
        self.set_focus(None)

    def action_back(self) -> None:
        """Out of the filter; then the marks go."""
        entry = self.query_one("#filter", Input)
        if self.has_class("-filter") or self._text:
            entry.value = ""
            self._filtered()
        elif self._marked:
            self._marked.clear()
            self.show()

    @on(RunPicked)
    def _picked(self, message: RunPicked) -> None:
        if message.again:
            self.action_open()
        else:
            self._select(message.index)

    @on(TabPicked)
    def _tab_picked(self, message: TabPicked) -> None:
        self.action_tab(message.number)

    def _push(self, screen: Screen[None]) -> None:
        self.app.push_screen(screen)


def _watching(board: Board) -> str:
    """How is watched and this program's share of a core; when was looked last only where that is late. Nothing here changes
    from second to second while all is well, since what changes is drawn."""
    feed = board.feed
    if feed is None or not feed.method:
        return ""
    since = 0.0 if feed.looked_at is None else board.now - feed.looked_at
    late = f", looked {age(since)} ago" if since > LATE * max(feed.every or 0.0, 60.0) else ""
    return f"{feed.method}{late}{_share(feed.cpu)}"


def _ago(seconds: float) -> str:
    """How long ago, in minutes: the ages of the runs tell seconds."""
    return "just now" if seconds < 60 else f"{age(seconds)} ago"


def _share(cpu: float | None) -> str:
    """A share of a core that a guest need not speak of is not told to the digit."""
    if cpu is None:
        return ""
    return ", under 1 % CPU" if cpu < 0.01 else f", {100 * cpu:.0f} % CPU"
