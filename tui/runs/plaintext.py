"""Text of logs and file names made harmless: what could steer a terminal is taken out."""

from __future__ import annotations

import re

from parsers.lines import clean

# C0 and C1 controls, and the signs that turn the direction of writing or take no room
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def plain(text: str) -> str:
    """Text that only writes: no escape sequences, controls or direction marks; tabs and line ends are blanks.

    >>> plain("a\\x1b[31mb\\tc\\u202e")
    'ab c'
    """
    if text.isascii() and text.isprintable():
        return text
    return _STEERING.sub("", clean(text.replace("\t", " ").replace("\n", " ")))
