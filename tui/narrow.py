"""What changed, drawn from where it begins: Textual draws from the left edge of the widget that it lies in."""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


class Narrow(ChopsUpdate):
    """An update of parts of some rows (Textual 8.2). Ages that tick are a tenth of what their rows are."""

    def render_segments(self, console: Console) -> str:
        """The sequences that a terminal takes."""
        parts: list[str] = []
        for y, begin, end in self.spans:
            for stop, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, begin), min(stop, end)
                if strip is not None and left < right:
                    parts += Control.move_to(left, y).segment.text, strip.crop(left - x, right - x).render(console)
        return "".join(parts)
