"""Help: every key, from the table that binds it."""

from __future__ import annotations

from textual.app import ComposeResult

from tui.keys import HELP, bindings
from tui.screens.sheets import SheetScreen
from tui.widgets.keybar import KeyBar
from tui.widgets.keysheet import KeySheet


class HelpScreen(SheetScreen):
    """The key table."""

    BINDINGS = bindings(HELP)

    def content(self) -> ComposeResult:
        yield KeySheet(id="keysheet")
        yield KeyBar(HELP, id="keys")

    def show(self) -> None:
        """The text depends on nothing but the width."""
        self.query_one(KeyBar).show("")
