"""What is being watched: how much, since when, where."""

from __future__ import annotations

from tui.widgets.cells import Line, fit_line, middle_cut, width_of
from tui.widgets.pane import Pane


class StatusLine(Pane):
    """One quiet line: what was read at the left, where at the right."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said = ("", "")

    def show(self, said: str, where: str) -> None:
        """Draw these."""
        if (said, where) != self._said:
            self._said = (said, where)
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        left: Line = ((f" {self._said[0]}", "faint"),)
        free = width - width_of(left) - 2
        where = middle_cut(self._said[1], free) if free > 8 else ""
        return [(*left, *fit_line(((f"{where} ", "faint"),), width - width_of(left), "right"))]
