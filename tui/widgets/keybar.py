"""The bottom lines: what the keys do here, and what is being watched."""

from __future__ import annotations

from tui.keys import keys_of
from tui.widgets.cells import Line, cut, fit_line, width_of
from tui.widgets.pane import Pane


class KeyBar(Pane):
    """The keys of a screen by rank, as many as fit; what is left over holds the status."""

    def __init__(self, screen: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys = sorted((key for key in keys_of(screen) if key.bar), key=lambda key: key.bar)
        self._status = ""

    def show(self, status: str) -> None:
        """Draw this status."""
        if status != self._status:
            self._status = status
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        spans: list[tuple[str, str]] = []
        for key in self._keys:
            more = [(f" {key.first}", "barkey"), (f" {key.label} ", "bar")]
            if width_of((*spans, *more)) > width - (width_of(((self._status, ""),)) + 1 if self._status else 0):
                break
            spans += more
        free = width - width_of(tuple(spans))
        status = cut(self._status, free - 2) if free > 12 else ""
        return [(*spans, *fit_line((((f"{status} "), "bar"),), free, "right", "bar"))] if free > 0 else [tuple(spans)]
