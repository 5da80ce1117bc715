"""The whole screen in ASCII, for terminals and locales that have no other signs: each column's sign by its likeness."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_LIKE = {
    **dict.fromkeys("─╌┄╴╶‐–—−", "-"), **dict.fromkeys("━╸╺", "="), **dict.fromkeys("│┃▏▎▍▕", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰", "+"),
    **dict.fromkeys("▆▇█▉▊▓■", "#"), **dict.fromkeys("░▒", ":"), **dict.fromkeys("▌▐→▶▸↳", ">"), **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’", "'"), "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▀": "^", "▔": "-", "▋": "#",
    "…": "~", "⋯": ".", "◐": "o", "↓": "v", "↑": "^", "←": "<", "●": "*", "✓": "+", "✗": "x", "⊘": "/", "◌": ".", "•": "*",
    "▲": "!", "×": "x", "≥": ">",
    "≤": "<", "·": ".", "±": "~", "⭘": "o", "╱": "/", "🔎": "> ",
}  # fmt: skip
_UPPER, _LOWER = 0b0001_1011, 0b1110_0100
"""The dots of a braille sign's upper and lower half."""


class Ascii(LineFilter):
    """Puts a sign of ASCII in the place of every other; nothing moves."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, as wide as before."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(ascii_of(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(maxsize=4096)
def ascii_of(text: str) -> str:
    """Text in ASCII, as many columns wide.

    >>> ascii_of("✓ 4,850┤⠉⣀⣿ naïve 中")
    "+ 4,850+'.: naive ??"
    """
    return "".join(sign if sign.isascii() else _sign(sign) for sign in text)


def _sign(sign: str) -> str:
    if sign in _LIKE:
        return _LIKE[sign]
    if "⠀" <= sign <= "⣿":
        dots = ord(sign) - ord("⠀")
        return " '.:"[bool(dots & _UPPER) + 2 * bool(dots & _LOWER)]
    width = cell_len(sign)
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return plain if len(plain) == width and plain.isprintable() else "?" * width
