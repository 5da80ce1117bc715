"""The bottom line: what the keys do here, each to be clicked too, and what is being watched."""

from __future__ import annotations

from textual import events
from textual.content import Content

from tui.keys import OVERVIEW, Key
from tui.widgets.cells import Line, cut, fit_line, width_of
from tui.widgets.pane import Pane

ALWAYS = ("back", "palette")
"""The entries that are always there, at the right: the way out, where there is one, and that to all that found no room."""


class KeyBar(Pane):
    """The keys of a screen by rank, as many as fit, then those that are always there; what is left over holds the status."""

    def __init__(self, screen: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._screen = screen
        self._status = ""
        self._without: frozenset[str] = frozenset()
        self._places: list[tuple[int, int, Key]] = []
        self._under: Key | None = None

    def show(self, status: str, without: frozenset[str] = frozenset()) -> None:
        """Draw this status, and not the keys of the ids `without`, which have nothing to do here now."""
        if (status, without) != (self._status, self._without):
            self._status, self._without = status, without
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        here = [key for key in self.keys.of(self._screen) if key.keys and key.id not in self._without]
        always = [key for id in ALWAYS for key in here if key.id == id and (id, self._screen) != ("back", OVERVIEW)]
        last = tuple(span for key in always for span in self._spans(key))
        spans: Line = ()
        self._places = []
        room = width - width_of(last) - (width_of(((self._status, ""),)) + 2 if self._status else 0)
        for key in sorted((key for key in here if key.bar and key not in always), key=lambda key: key.bar):
            more = self._spans(key)
            if width_of(spans) + width_of(more) > room:
                break
            self._places.append((width_of(spans), width_of(spans) + width_of(more), key))
            spans += more
        free = width - width_of(spans) - width_of(last)
        status = cut(self._status, free - 2) if free > 12 else ""
        line = (*spans, *fit_line(((f"{status} ", "bar"),), free, "right", "bar"), *last) if free > 0 else (*spans, *last)
        at = width - width_of(last)
        for key in always:
            self._places.append((at, at + width_of(self._spans(key)), key))
            at = self._places[-1][1]
        return [line]

    def _spans(self, key: Key) -> Line:
        name, label = ("barkeyhover", "barhover") if key == self._under else ("barkey", "bar")
        return ((f" {key.first}", name), (f" {key.label} ", label))

    def _at(self, x: int) -> Key | None:
        return next((key for left, right, key in self._places if left <= x < right), None)

    def _point(self, key: Key | None) -> None:
        """Make out the key under the mouse, and say what it does."""
        if key != self._under:
            self._under = key
            self.tooltip = Content(f"{key.shown}  {key.help}") if key else None
            self.touch()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The key under the mouse stands out."""
        self._point(self._at(event.x))

    def on_leave(self) -> None:
        """None is."""
        self._point(None)

    async def on_click(self, event: events.Click) -> None:
        """What the key would do."""
        key = self._at(event.x)
        if key is not None:
            await self.act(key.id)
