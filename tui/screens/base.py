"""What every screen shares: the board it is given, its size class, and a word where the terminal is too small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from tui.feed.status import FeedStatus
from tui.keys import USUAL, Keys
from tui.runs.run import Run
from tui.widgets.cells import BLANK, Line
from tui.widgets.pane import Pane, Sheet

LEAST_WIDTH, LEAST_HEIGHT = 60, 15


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is shown, as of `now` (seconds since 1970): runs in a stable order, and what was looked at.

    `logs` gives the file for a run's path, `news_at` when the last change was read; `looked` is False until a first look;
    `feed` says how is watched and what that costs; `roots` are the watched paths; `paused` says that it stands still
    until its user lets it go on; `keys` are those that its user has.
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
    keys: Keys = USUAL

    @property
    def standing(self) -> str:
        """That it stands still, and how it goes on; empty while it is not paused."""
        return f"paused: {self.keys.name('pause')} goes on" if self.paused else ""

    def run(self, run_id: str) -> Run | None:
        """The run of that id, if there still is one."""
        return next((run for run in self.runs if run.id == run_id), None)


class TooSmall(Pane):
    """Says how much room is needed."""

    def build(self, width: int, height: int) -> list[Line]:
        here, leave = self.app.size, self.keys.name("quit")
        return [
            BLANK, (("Too small", "strong"),),
            ((f"{here.width}x{here.height} here, {LEAST_WIDTH}x{LEAST_HEIGHT} needed", "dim"),), ((f"{leave} quits", "dim"),),
        ]


class BoardScreen(Screen[Any]):
    """A screen that shows the board. Subclasses compose with `content` and draw in `show`."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self._widgets: tuple[Widget, ...] = ()
        self._resumed = False

    def content(self) -> ComposeResult:
        """The screen's own widgets."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield TooSmall(id="too-small")
        yield from self.content()

    def on_mount(self) -> None:
        """Give every widget the keys that it may name."""
        self._widgets = tuple(self.query("*"))
        for widget in self._widgets:
            if isinstance(widget, Pane | Sheet):
                widget.keys = self.board.keys

    def on_unmount(self) -> None:
        """Let go of what was drawn: Textual remembers the last thousand widgets' lines, gone or not (8.2, `get_inner_outer`)."""
        bars = [widget.vertical_scrollbar for widget in self._widgets if widget.show_vertical_scrollbar]
        for widget in (self, *self._widgets, *bars):
            widget.refresh()

    def take(self, board: Board) -> None:
        """News: keep the board, and draw what changed."""
        self.board = board
        if self._seen and self._whole and not self.has_class("-tiny"):
            self.show()

    @property
    def _seen(self) -> bool:
        """Whether no other screen covers it. Textual calls the one below current as well (8.2), and would draw the upper one
        anew wherever that changed."""
        for screen in reversed(self.app.screen_stack):
            if screen is self or screen.styles.background.a == 1:
                return screen is self
        return False

    @property
    def _whole(self) -> bool:
        """Whether all widgets are there: not before the screen is composed, nor while it is taken down, one by one."""
        return bool(self._widgets) and all(widget.is_attached for widget in self._widgets)

    def show(self) -> None:
        """Draw the board; widgets draw only what differs from what they have."""
        raise NotImplementedError

    def on_screen_resume(self) -> None:
        """News that came while another screen was in front: after the frame that brings this one back."""
        if self._resumed:
            self.call_after_refresh(self._show_news)
        else:
            self._resumed = True
            self.show()

    def _show_news(self) -> None:
        if self._whole and not self.has_class("-tiny"):
            self.show()

    def on_resize(self, event: events.Resize) -> None:
        """The style sheet knows sizes by these classes."""
        width, height = event.size
        tiny = width < LEAST_WIDTH or height < LEAST_HEIGHT
        self.set_class(tiny, "-tiny")
        self.set_class(width < 100, "-narrow")
        self.set_class(height < 30, "-short")
        self.set_class(height < 22, "-flat")
        self.set_class(height < 34, "-low")
        self.set_class(height >= 50, "-tall")
        self.set_class(width >= 160, "-wide")
        self.call_after_refresh(self.query_one(TooSmall).touch if tiny else self.show)

    def action_back(self) -> None:
        """To the screen below."""
        self.dismiss()


def name_of(screen: Screen[object]) -> str:
    """What the key table calls a screen."""
    return type(screen).__name__.removesuffix("Screen").lower()
