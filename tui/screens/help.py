"""Help: what the keys of the screen below do, then every other key, from the table that binds them."""

from __future__ import annotations

from textual.app import ComposeResult

from tui.keys import HELP, bindings
from tui.screens.base import Board
from tui.screens.sheets import SheetScreen
from tui.widgets.keybar import KeyBar
from tui.widgets.keysheet import KeySheet


class HelpScreen(SheetScreen):
    """The key table, the keys of one screen first."""

    BINDINGS = bindings(HELP)

    def __init__(self, board: Board, about: str) -> None:
        super().__init__(board)
        self._about = about

    def content(self) -> ComposeResult:
        yield KeySheet(self._about, id="keysheet")
        yield KeyBar(HELP, id="keys")

    def show(self) -> None:
        """The text depends on nothing but the width."""
        self.query_one(KeyBar).show("")
