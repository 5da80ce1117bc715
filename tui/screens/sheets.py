"""What screens with one scrolling sheet share: the keys that scroll it."""

from __future__ import annotations

from tui.screens.base import BoardScreen
from tui.widgets.pane import Sheet


class SheetScreen(BoardScreen):
    """A screen around one sheet."""

    @property
    def sheet(self) -> Sheet:
        """The sheet that the keys scroll."""
        return self.query_one(Sheet)

    def action_scroll(self, lines: int) -> None:
        """Some lines down."""
        self.sheet.scroll_relative(y=lines, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Some pages down."""
        self.sheet.scroll_relative(y=pages * max(1, self.sheet.size.height - self.sheet.fixed - 1), animate=False)

    def action_scroll_to_top(self) -> None:
        """To the beginning."""
        self.sheet.scroll_home(animate=False)

    def action_scroll_to_bottom(self) -> None:
        """To the end."""
        self.sheet.scroll_end(animate=False)
