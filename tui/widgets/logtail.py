"""The end of a log as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.cells import Line, rule, wrapped
from tui.widgets.pane import Pane


class LogTail(Pane):
    """The last lines of the selected run's log."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._path = ""
        self._text: tuple[str, ...] = ()
        self._trouble = ""

    def show(self, path: str, text: Sequence[str], trouble: str = "") -> None:
        """Draw these lines, the last at the bottom."""
        now = (path, tuple(text), trouble)
        if now != (self._path, self._text, self._trouble):
            self._path, self._text, self._trouble = now
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        room = max(0, height - 1)
        shown = self._text[-room:] if room else ()
        head = rule(f"log {self._path}" if self._path else "log", width)
        if self._trouble or not shown:
            said = self._trouble or ("Nothing in it yet" if self._path else "No run selected")
            return [head, *(((line, "dim"),) for line in wrapped(said, width))]
        return [head, *(((line, "dim"),) for line in shown)]

    async def on_click(self) -> None:
        """The whole log."""
        await self.act("log")
