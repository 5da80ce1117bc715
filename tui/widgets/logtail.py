"""The end of a log as plain text; large, it scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.cells import Line, rule
from tui.widgets.pane import Pane


class LogTail(Pane):
    """The last lines of the selected run's log."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._path = ""
        self._text: tuple[str, ...] = ()
        self._trouble = ""
        self._above = 0  # lines scrolled back from the end

    def show(self, path: str, text: Sequence[str], trouble: str = "") -> None:
        """Draw these lines, the last at the bottom."""
        now = (path, tuple(text), trouble)
        if now != (self._path, self._text, self._trouble):
            if path != self._path:
                self._above = 0
            self._path, self._text, self._trouble = now
            self.touch()

    def scroll_lines(self, count: int) -> None:
        """Further back where negative, towards the end where positive."""
        most = max(0, len(self._text) - (self.size.height - 1))
        above = max(0, min(most, self._above - count))
        if above != self._above:
            self._above = above
            self.touch()

    def to_end(self) -> None:
        """Back to the last lines."""
        self.scroll_lines(len(self._text))

    def build(self, width: int, height: int) -> list[Line]:
        room = max(0, height - 1)
        end = max(0, len(self._text) - self._above)
        shown = self._text[max(0, end - room) : end]
        note = f"{self._above} lines below" if self._above else ""
        head = rule(f"log {self._path}" if self._path else "log", width, note)
        if self._trouble or not shown:
            return [head, ((self._trouble or "Nothing in it yet", "dim"),)]
        return [head, *(((line, "dim"),) for line in shown)]
