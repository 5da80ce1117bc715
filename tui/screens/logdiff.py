"""Log against log: the logs of two runs of a diff, with all that differs by itself masked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from tui.keys import LOGDIFF, bindings
from tui.runs.logdiff import Entries, Stretch, align, entries_of_run
from tui.runs.logdiff.entries import LINES_MOST, PAGE
from tui.runs.logdiff.rows import Rows, rows_of_difference
from tui.runs.numbers import number
from tui.runs.run import Run
from tui.screens.base import Board, BoardScreen
from tui.screens.log import LogScreen
from tui.widgets.cells import plain
from tui.widgets.charts.overlay import sign_of, style_of
from tui.widgets.keybar import KeyBar
from tui.widgets.logdiffview import LogDiffView, Side


@dataclass(frozen=True, slots=True)
class Read:
    """Two logs as they were read, and how their lines belong together."""

    left: Entries
    right: Entries
    stretches: tuple[Stretch, ...]


class LogDiffScreen(BoardScreen):
    """The log of the first run, the baseline, against one of the others'; `places` give each its letter. The logs are read
    once, when the pair is chosen."""

    BINDINGS = bindings(LOGDIFF)

    def __init__(self, board: Board, run_ids: Sequence[str], places: Sequence[int]) -> None:
        super().__init__(board)
        self._baseline, self._others = run_ids[0], list(run_ids[1:])
        self._places = list(places)
        self._which = 0
        self._asked = self._pages = 0
        self._folding = True
        self._read: Read | None = None
        self._sides: tuple[Side, Side] | None = None
        self._rows = Rows((), ())
        self._said = ""

    def content(self) -> ComposeResult:
        yield LogDiffView(id="logdiffview")
        yield KeyBar(LOGDIFF, id="keys")

    @property
    def view(self) -> LogDiffView:
        """The rows."""
        return self.query_one(LogDiffView)

    def on_mount(self) -> None:
        """Read the first pair."""
        self._ask()
        self.set_interval(0.5, self._tell)

    def _tell(self) -> None:
        """How far the reading is, where it takes long."""
        if self._sides is None and self._pages > 2:
            self._said = f"{self._said.partition(' …')[0]} … {number(self._pages * PAGE)} lines"
            self.show()

    def show(self) -> None:
        self.view.show(self._sides, self._rows, self._said)
        more = len(self._others) - 1
        self.query_one(KeyBar).show(f"l: {more} other{'s' if more > 1 else ''}" if more else "")

    def _ask(self) -> None:
        """Read a pair of logs on a thread; what was asked for before is no longer wanted."""
        self._asked += 1
        runs = [self.board.run(run_id) for run_id in (self._baseline, self._others[self._which])]
        left, right = runs
        self._sides, self._rows, self._read = None, Rows((), ()), None
        if left is None or right is None:
            self._said = "One of these runs is gone"
        else:
            self._said, self._pages = f"Reading {plain(left.name)} and {plain(right.name)} …", 0
            self.run_worker(self._found(left, right, self._asked), group="read", exclusive=True, exit_on_error=False)
        self.show()

    async def _found(self, left: Run, right: Run, asked: int) -> None:
        files = [self.board.logs.get(run.path, run.path) for run in (left, right)]
        try:
            read = await asyncio.to_thread(read_pair, (left, right), files, self._wanted(asked))
        except OSError as error:
            if asked == self._asked:
                self._said = plain(f"{error.filename}: {error.strerror or 'cannot be read'}; log against log needs both files")
                self.show()
            return
        if asked == self._asked and read is not None:
            self._take(left, right, read)

    def _wanted(self, asked: int) -> Callable[[], bool]:
        def wanted() -> bool:  # asked once a page, on the reading thread
            self._pages += 1
            return asked == self._asked and self.is_attached

        return wanted

    def _take(self, left: Run, right: Run, read: Read) -> None:
        places = (self._places[0], self._places[1 + self._which])
        sides = [
            Side(sign_of(place), plain(run.name), style_of(place), entries)
            for run, place, entries in zip((left, right), places, (read.left, read.right), strict=True)
        ]
        self._read, self._sides = read, (sides[0], sides[1])
        self._rows = rows_of_difference(read.stretches, self._folding)
        self._said = told(read)
        self.show()
        if self._rows.changes and self._rows.changes[0] > 0:
            self.view.change(1)

    # keys

    def action_scroll(self, rows: int) -> None:
        """Some rows down."""
        self.view.move(rows)

    def action_scroll_page(self, pages: int) -> None:
        """Some pages down."""
        self.view.move(pages * max(1, self.view.size.height - 4))

    def action_scroll_to_top(self) -> None:
        """The first row."""
        self.view.move(-len(self._rows.rows))

    def action_scroll_to_bottom(self) -> None:
        """The last row."""
        self.view.move(len(self._rows.rows))

    def action_change(self, by: int) -> None:
        """The next change, or the one before."""
        if not self.view.change(by) and self._read is not None:
            self.notify("No change further down" if by > 0 else "No change further up", markup=False)

    def action_fold(self) -> None:
        """Fold what is alike, or show every line."""
        self._folding = not self._folding
        if self._read is not None:
            row = self.view.chosen
            self._rows = rows_of_difference(self._read.stretches, self._folding)
            self.show()
            if row is not None:
                self.view.to_line(row)

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.view.wrap()

    def action_log(self) -> None:
        """The baseline's log against the next run's."""
        if len(self._others) < 2:
            self.notify("There are no other runs in this diff", severity="warning", markup=False)
            return
        self._which = (self._which + 1) % len(self._others)
        self._ask()

    def action_open_line(self) -> None:
        """The whole log at this line: that of the other run where both have it."""
        row, read = self.view.chosen, self._read
        if row is None or read is None:
            return
        run_id, entries, at = self._others[self._which], read.right, row.right
        if at is None or row.kind == "left":
            run_id, entries, at = self._baseline, read.left, row.left
        if at is not None and at < len(entries.entries):
            self.app.push_screen(LogScreen(self.board, run_id, entries.path, entries.entries[at].line))

    def action_back(self) -> None:
        """To the diff; what is being read is no longer wanted."""
        self._asked += 1
        self.dismiss()


def read_pair(runs: tuple[Run, Run], files: Sequence[str], wanted: Callable[[], bool] = lambda: True) -> Read | None:
    """Both logs with their lines aligned; None once that is no longer wanted. OSError where one cannot be read."""
    left, right = (entries_of_run(run, file, wanted) for run, file in zip(runs, files, strict=True))
    if not wanted():
        return None
    stretches = align([entry.masked for entry in left.entries], [entry.masked for entry in right.entries])
    return Read(left, right, tuple(stretches))


def told(read: Read) -> str:
    """What there is to say of the whole: what is masked, what is left out, what could not be aligned."""
    counts = {kind: sum(max(one.left_count, one.right_count) for one in read.stretches if one.kind == kind)
              for kind in ("equal", "changed", "left", "right", "apart")}  # fmt: skip
    words = {"equal": "alike", "changed": "changed", "left": "only left", "right": "only right", "apart": "not compared"}
    said = ", ".join(f"{number(count)} {words[kind]}" for kind, count in counts.items() if count)
    parts = [f"lines: {said}" if said else "both are empty", "times, durations, rates, ids and addresses are masked"]
    cut = [side for side, entries in (("left", read.left), ("right", read.right)) if entries.left_out]
    if cut:
        parts.insert(0, f"only the first {number(LINES_MOST)} lines of the {' and the '.join(cut)} log")
    return " · ".join(parts)
