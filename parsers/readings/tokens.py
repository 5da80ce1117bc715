"""A line as words, numbers, clocks and marks, with their places."""

from __future__ import annotations

import re
from typing import Literal

from parsers.frozen import frozen

Kind = Literal["number", "nan", "clock", "word", "rule", "arrow", "mark", "other"]

_GROUPED = r"\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d+)?"
_PLAIN = r"\d+(?:\.\d+)?|\.\d+"
NUMBER = rf"(?<![\w.])(?<!\d,)[-+]?(?:{_GROUPED}|{_PLAIN})(?:[eE][-+]?\d+)?(?!\d|[eE][-+]?\d|\.+\w|[.,]+\d|-\d|:\d|/\d\d/)"
_TOKEN = re.compile(
    r"(?P<clock>(?<![\w.:])(?:\d+ days?, ?)?\d+(?::\d\d){1,2}(?:\.\d+)?(?![\w:])"
    r"|(?<![\w.:])\d+ days?(?= ?[,;|)]| *$)"
    r"|(?<![\w.:])(?:\d+d ?)?(?:\d+h ?(?:\d+m ?)?(?:\d+(?:\.\d+)?s)?|\d+m ?\d+(?:\.\d+)?s)(?!\w))"
    rf"|(?P<number>{NUMBER})"
    r"|(?P<nan>(?<!\w)[-+]?(?:nan|NaN|NAN|inf|Inf|INF|Infinity)(?!\w))"
    r"|(?P<word>[^\W\d]\w*(?:[./@-][^\W\d]\w*)*|(?<=/)[^\W\d]\w*)"
    r"|(?P<rule>[=*#_~<>─━═]{2,}|-{3,})"
    r"|(?P<arrow>-+>|→)"
    r"|(?P<other>\d[^\s,;|()\[\]{}=\"']*)"
    r"|(?P<mark>\S)"
)


@frozen
class Token:
    """A piece of a line; `gap` says whether a blank stands before it."""

    kind: Kind
    text: str
    start: int
    end: int
    gap: bool


def tokens(text: str, start: int) -> list[Token]:
    """The tokens from a place on."""
    out: list[Token] = []
    last = start
    for found in _TOKEN.finditer(text, start):
        begin, end = found.span()
        out.append(Token(found.lastgroup, found[0], begin, end, begin > last))  # type: ignore[arg-type]
        last = end
    return out
