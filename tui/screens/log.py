"""Log: a run's log by line, from any number to its line and back."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.keys import LOG, bindings
from tui.runs.logrows import ERRORS
from tui.runs.logtext import LogText
from tui.runs.run import Run
from tui.screens.base import Board, BoardScreen
from tui.widgets.cells import plain
from tui.widgets.keybar import KeyBar
from tui.widgets.logview import LogView

COUNTED_AT_ONCE = 2 * 1024 * 1024
"""Bytes whose lines are counted before anything is drawn: some 2 ms. A thread counts what is beyond."""
COUNT_SAID = 0.1
"""Seconds after which it is said anew how far that thread is: drawing the screen takes as long as counting 30 MB."""


class LogScreen(BoardScreen):
    """One log, opened at a line, or (None) followed at its end. `path` is as runs name it."""

    BINDINGS = bindings(LOG)
    AUTO_FOCUS = ""

    def __init__(self, board: Board, run_id: str, path: str, line: int | None) -> None:
        super().__init__(board)
        self._run_id = run_id
        self._path = path
        self._line = line  # to be gone to once it is counted
        self._text: LogText | None = None
        self._counting = False
        self._trouble = self._note = ""
        self._asked = b""
        self._search = 0

    def content(self) -> ComposeResult:
        yield LogView(id="logview")
        yield Input(placeholder="search the log", id="search", select_on_focus=False)
        yield KeyBar(LOG, id="keys")

    def on_mount(self) -> None:
        """Follow, unless a line was asked for."""
        self.view.following = self._line is None

    @property
    def view(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    @property
    def _run(self) -> Run | None:
        return self.board.run(self._run_id)

    def show(self) -> None:
        """Look at the file, and count its lines on."""
        path = self.board.logs.get(self._path, self._path)
        try:
            if self._text is None or self._text.replaced:
                self._text = LogText(path)
            if not self._counting:
                more = self._text.index(COUNTED_AT_ONCE)
                if more:
                    self._counting = True
                    self.run_worker(self._count(self._text), group="count", exclusive=True, exit_on_error=False)
            self._trouble = ""
        except OSError as error:
            self._text, self._trouble = None, f"{plain(self._path)}: {error.strerror or 'cannot be read'}"
        self._draw()

    def _draw(self) -> None:
        run, text = self._run, self._text
        self.view.show(text, plain(self._path), run.format if run else "", complete=not self._counting, trouble=self._trouble,
                       note=self._note)
        if self._line is not None and text is not None and (text.count >= self._line or not self._counting):
            wanted, self._line = self._line, None
            self.call_after_refresh(self.view.go, wanted)
        self.query_one(KeyBar).show("")

    async def _count(self, text: LogText) -> None:
        said_next = 0.0
        try:
            while text is self._text and await asyncio.to_thread(text.index):
                if time.monotonic() >= said_next:
                    self._draw()
                    said_next = time.monotonic() + COUNT_SAID
        except OSError as error:
            self._trouble = f"{plain(self._path)}: {error.strerror or 'cannot be read'}"
        self._counting = False
        if text is self._text:
            self._draw()

    # moving

    def action_scroll(self, lines: int) -> None:
        """Some rows down."""
        self.view.move(lines)

    def action_scroll_page(self, pages: int) -> None:
        """Some pages down."""
        self.view.move(pages * max(1, self.view.size.height - 2))

    def action_scroll_to_top(self) -> None:
        """The first line."""
        self.view.go(1)

    def action_scroll_to_bottom(self) -> None:
        """The last line."""
        self.view.go(self._text.count if self._text else 1)

    def action_follow(self) -> None:
        """Stay at the end as it grows, or stay here."""
        self.view.follow(not self.view.following)

    def action_fold(self) -> None:
        """Fold what repeats, or show every line."""
        self.view.fold()

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.view.wrap()

    # searching

    def action_search(self) -> None:
        """Ask for a text."""
        self.add_class("-search")
        entry = self.query_one("#search", Input)
        entry.value = ""
        entry.focus()

    @on(Input.Submitted, "#search")
    def _searched(self, event: Input.Submitted) -> None:
        self.remove_class("-search")
        self.set_focus(None)
        self._asked = event.value.encode()
        if self._asked:
            self._find(re.compile(re.escape(self._asked), re.IGNORECASE), True, f"“{plain(event.value)}”")

    def action_match(self, by: int) -> None:
        """The next line with the text, or the one before."""
        if not self._asked:
            self.action_search()
            return
        words = f"“{plain(self._asked.decode())}”"
        self._find(re.compile(re.escape(self._asked), re.IGNORECASE), by > 0, words)

    def action_error(self) -> None:
        """The next line that says that something failed."""
        self._find(ERRORS, True, "errors")

    def _find(self, pattern: re.Pattern[bytes], forward: bool, words: str) -> None:
        if self._text is not None:
            self._search += 1
            self._note = f"{words}: searching …"
            self._draw()
            search = self._found(self._text, pattern, forward, words, self._search)
            self.run_worker(search, group="search", exclusive=True, exit_on_error=False)

    async def _found(self, text: LogText, pattern: re.Pattern[bytes], forward: bool, words: str, number: int) -> None:
        while self._counting and number == self._search:  # one thread counts at a time
            await asyncio.sleep(0.02)
        try:
            wanted = self._wanted(number)
            line = await asyncio.to_thread(text.find, pattern, self.view.line, forward, wanted)
        except OSError as error:
            line, words = None, f"{words}: {error.strerror}"
        if number != self._search:
            return
        another = f"; {self.board.keys.name('search')} for another" if pattern is not ERRORS else ""
        self._note = words if line is not None else f"{words}: none in this log{another}"
        if line is not None:
            self.view.go(line)
        self._draw()

    def _wanted(self, number: int) -> Callable[[], bool]:
        return lambda: number == self._search and self.is_attached

    # to the metric and out

    def action_reading(self) -> None:
        """The curve of the metric that this line gave, with the cursor on it."""
        from tui.screens.run import RunScreen

        run, row = self._run, self.view.chosen
        if run is None or row is None:
            return
        name = metric_at(run, self._path, row.first, row.last)
        if name is None:
            self.notify("No metric was read from this line", severity="warning", markup=False)
            return
        below = self.app.screen_stack[-2]
        self.dismiss()
        if isinstance(below, RunScreen):
            below.point_at(name, row.last)
        else:
            screen = RunScreen(self.board, self._run_id, name)
            screen.point_at(name, row.last)
            self.app.push_screen(screen)

    def action_back(self) -> None:
        """Out of the search, then to the screen below."""
        if self.has_class("-search"):
            self.remove_class("-search")
            self.set_focus(None)
        else:
            self._search += 1
            self.dismiss()


def metric_at(run: Run, path: str, first: int, last: int) -> str | None:
    """The metric that was read from one of some lines of a log: one with a curve before others."""
    for name, series in run.series.items():
        if (series.path or run.path) == path and any(first <= line <= last for line in series.lines):
            return name
    readings = run.metrics.values()
    return next((one.name for one in readings if one.spot.path == path and first <= one.spot.line <= last), None)
