"""What every screen shares: the board it is given, its size class, and a word where the terminal is too small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from tui.feed.status import FeedStatus
from tui.runs.run import Run
from tui.widgets.cells import BLANK, Line
from tui.widgets.pane import Pane

LEAST_WIDTH, LEAST_HEIGHT = 60, 15


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is shown, as of `now` (seconds since 1970): runs in a stable order, and what was looked at.

    `logs` gives the file for a run's path, `news_at` when the last change was read; `looked` is False until a first look;
    `feed` says how is watched and what that costs; `roots` are the watched paths; `paused` says that it stands still
    until its user lets it go on.
    """

    runs: tuple[Run, ...] = ()
    files: int = 0
    logs: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    now: float = 0.0
    news_at: float | None = None
    looked: bool = False
    trouble: str = ""
    roots: tuple[str, ...] = ()
    feed: FeedStatus | None = None
    paused: bool = False

    def run(self, run_id: str) -> Run | None:
        """The run of that id, if there still is one."""
        return next((run for run in self.runs if run.id == run_id), None)


class TooSmall(Pane):
    """Says how much room is needed."""

    def build(self, width: int, height: int) -> list[Line]:
        here = self.app.size
        return [
            BLANK, (("Too small", "strong"),),
            ((f"{here.width}x{here.height} here, {LEAST_WIDTH}x{LEAST_HEIGHT} needed", "dim"),), (("q quits", "dim"),),
        ]


class BoardScreen(Screen[None]):
    """A screen that shows the board. Subclasses compose with `content` and draw in `show`."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board

    def content(self) -> ComposeResult:
        """The screen's own widgets."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield TooSmall(id="too-small")
        yield from self.content()

    def take(self, board: Board) -> None:
        """News: keep the board, and draw what changed."""
        self.board = board
        if self.is_current and self.is_mounted:  # news may come between a screen and its widgets
            self.show()

    def show(self) -> None:
        """Draw the board; widgets draw only what differs from what they have."""
        raise NotImplementedError

    def on_screen_resume(self) -> None:
        """News that came while another screen was in front."""
        self.show()

    def on_resize(self, event: events.Resize) -> None:
        """The style sheet knows sizes by these classes."""
        width, height = event.size
        self.set_class(width < LEAST_WIDTH or height < LEAST_HEIGHT, "-tiny")
        self.set_class(width < 100, "-narrow")
        self.set_class(height < 30, "-short")
        self.set_class(height >= 50, "-tall")
        self.set_class(width >= 160, "-wide")
        self.call_after_refresh(self.show)

    def action_back(self) -> None:
        """To the screen below."""
        self.dismiss()
