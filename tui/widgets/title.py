"""One line that names what a screen is about."""

from __future__ import annotations

from tui.widgets.cells import Line, rule
from tui.widgets.pane import Pane


class TitleBar(Pane):
    """A name, and where it is from."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said = ("", "")

    def show(self, title: str, note: str) -> None:
        """Draw these."""
        if (title, note) != self._said:
            self._said = (title, note)
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        return [rule(self._said[0], width, self._said[1], strong=True)]
