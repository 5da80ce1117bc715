"""What the terminal can show: signs beyond ASCII, colours beyond its own sixteen."""

from __future__ import annotations

import os
from collections.abc import Mapping

_POOR = frozenset({"linux", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals whose fonts have no braille and few of the other signs."""


def only_ascii(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the locale, where one is set, or the terminal has no Unicode. Python sets LC_CTYPE=C.UTF-8 by itself in the C
    locale, so that alone says nothing against LANG."""
    if environ.get("TERM", "").partition("-")[0] in _POOR:
        return True
    language = environ.get("LANG", "")
    kind = environ.get("LC_CTYPE", "")
    wanted = environ.get("LC_ALL") or (language if kind == "C.UTF-8" and language else kind or language)
    return bool(wanted) and "utf8" not in wanted.lower().replace("-", "")


def few_colours(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to draw in the terminal's own sixteen colours: it has no others, or its user wants none (NO_COLOR)."""
    if environ.get("NO_COLOR"):
        return True
    from rich.console import Console

    return Console(_environ=dict(environ), force_terminal=True).color_system == "standard"
