"""Widgets that are lines: a pane of fixed size, and a sheet that scrolls. Strips are built once for (data, size, theme)."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.keys import USUAL, Keys
from tui.theme import styles
from tui.widgets.cells import Line, as_strip, as_strips


def styles_of(widget: Widget) -> Mapping[str, Style]:
    """The styles of the theme in use."""
    return styles(widget.app.theme)


class Pane(Widget):
    """Draws what `build` gives. Call `touch` when the data changed: nothing else makes it draw again. `keys` are those that
    its hints name."""

    keys: Keys = USUAL

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._built: tuple[int, Size, str] | None = None
        self._strips: list[Strip] = []
        self._generation = 0

    def build(self, width: int, height: int) -> list[Line]:
        """The lines for a size, the pane's title first; what is too much is cut off."""
        raise NotImplementedError

    async def act(self, id: str) -> None:
        """What the key of that id does on this screen: for clicks."""
        await self.app.run_action(self.keys.entry(id).action, self.screen)

    def touch(self) -> None:
        """The data changed."""
        self._generation += 1
        self.refresh()

    def render_line(self, y: int) -> Strip:
        wanted = (self._generation, self.size, self.app.theme)
        if wanted != self._built:
            self._built = wanted
            width, height = self.size
            self._strips = as_strips(self.build(width, height)[:height], width, styles_of(self)) if width and height else []
        return self._strips[y] if y < len(self._strips) else as_strip((), self.size.width, styles_of(self))


class Sheet(ScrollView, can_focus=False):
    """Lines that scroll under `fixed` lines which do not. The screen's keys scroll it, so it takes no focus. `keys` are those
    that its hints name."""

    fixed = 0
    keys: Keys = USUAL

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._strips: dict[int, Strip] = {}
        self._theme = ""
        self._width = 0

    def build(self, width: int) -> list[Line]:
        """All lines for a width."""
        raise NotImplementedError

    def touch(self) -> None:
        """The data changed."""
        width = self.scrollable_content_region.width
        if not width:
            return
        lines = self.build(width)
        if lines == self._lines and width == self._width:
            return
        self._lines, self._width = lines, width
        self._strips.clear()
        self.virtual_size = Size(width, len(lines))
        self.refresh()

    def on_resize(self) -> None:
        """Lines depend on the width."""
        self.touch()

    def render_line(self, y: int) -> Strip:
        if self.app.theme != self._theme:
            self._theme = self.app.theme
            self._strips.clear()
        at = y if y < self.fixed else y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if at >= len(self._lines):
            return as_strip((), width, styles_of(self))
        if at not in self._strips:
            self._strips[at] = self.strip(at, width)
        return self._strips[at]

    def strip(self, at: int, width: int) -> Strip:
        """One of the lines as it is drawn."""
        return as_strip(self._lines[at], width, styles_of(self))
