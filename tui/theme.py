"""What things look like: a dark and a light theme, and the styles that every widget names instead of colours.

The hues are those of Okabe and Ito, which stay apart for colour-blind eyes; a state is also a sign and a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

DARK, LIGHT, SIXTEEN = "bedwatch-dark", "bedwatch-light", "bedwatch-16"

_HUES: dict[bool, dict[str, str]] = {
    True: {
        "background": "#11141b", "surface": "#161a23", "panel": "#1e2430", "cursor": "#26334a",
        "text": "#d8dee9", "dim": "#919cae", "faint": "#667186", "rule": "#3a4456", "track": "#2b3341",
        "accent": "#7cb7ff", "good": "#4ec9a5", "bad": "#ff8562", "warn": "#f2bd4b", "info": "#8fb4d9", "mark": "#f2bd4b",
        "blue": "#62aef7", "sky": "#7fd0e8", "violet": "#d19ae0", "grey": "#7b8698",
    },
    False: {
        "background": "#fcfbf8", "surface": "#f3f1eb", "panel": "#ebe8e1", "cursor": "#d5e3f6",
        "text": "#20252d", "dim": "#555e6b", "faint": "#7d8591", "rule": "#c3bfb5", "track": "#dedad1",
        "accent": "#1461b0", "good": "#00755a", "bad": "#b83a0a", "warn": "#8d6100", "info": "#3c6690", "mark": "#a86400",
        "blue": "#1768bd", "sky": "#117d9c", "violet": "#8d4aa3", "grey": "#6b7380",
    },
}
_GROUNDS = ("background", "surface", "panel", "cursor")
_STATES = {
    "queued": "warn", "compiling": "violet", "loading": "sky", "running": "blue", "stalled": "warn", "finished": "good",
    "failed": "bad", "cancelled": "violet", "submitted": "dim", "unfinished": "grey", "unknown": "grey",
}
_PHASES = {
    "queue": "grey", "compile": "violet", "load": "sky", "train": "blue", "evaluate": "good", "infer": "blue",
    "checkpoint": "warn",
}
_BOLD = frozenset({"stalled", "failed"})


def _theme(name: str, dark: bool) -> Theme:
    hue = _HUES[dark]
    return Theme(
        name=name, dark=dark, primary=hue["accent"], secondary=hue["sky"], accent=hue["accent"], foreground=hue["text"],
        background=hue["background"], surface=hue["surface"], panel=hue["panel"], success=hue["good"], warning=hue["warn"],
        error=hue["bad"],
        variables={
            "rule": hue["rule"], "scrollbar": hue["track"], "scrollbar-background": hue["background"],
            "scrollbar-hover": hue["faint"], "scrollbar-active": hue["accent"], "scrollbar-corner-color": hue["background"],
            "scrollbar-background-hover": hue["background"], "scrollbar-background-active": hue["background"],
            "input-selection-background": hue["cursor"], "block-cursor-foreground": hue["text"],
            "block-cursor-background": hue["cursor"],
        },
    )


def _sixteen() -> Theme:
    """The terminal's own colours, on its own ground, whether that is dark or light."""
    own = "ansi_default"
    return Theme(
        name=SIXTEEN, ansi=True, dark=True, primary="ansi_blue", secondary="ansi_cyan", accent="ansi_blue", foreground=own,
        background=own, surface=own, panel=own, success="ansi_green", warning="ansi_yellow", error="ansi_red",
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables, "rule": "ansi_bright_black",
            "scrollbar": "ansi_bright_black", "scrollbar-background": own,
            "scrollbar-hover": "ansi_blue", "scrollbar-active": "ansi_blue", "scrollbar-corner-color": own,
            "scrollbar-background-hover": own, "scrollbar-background-active": own, "block-cursor-foreground": "ansi_black",
            "block-cursor-background": "ansi_blue", "input-selection-background": "ansi_blue",
        },
    )


THEMES = (_theme(DARK, True), _theme(LIGHT, False), _sixteen())
_OWN = {
    "text": "default", "dim": "default", "faint": "bright_black", "rule": "bright_black", "track": "bright_black",
    "accent": "blue", "good": "green", "bad": "red", "warn": "yellow", "info": "cyan", "mark": "yellow", "blue": "blue",
    "sky": "cyan", "violet": "magenta", "grey": "bright_black",
}
"""The hues by names of the sixteen colours, such as are read on a dark and on a light ground."""


@cache
def styles(dark: bool, sixteen: bool = False) -> Mapping[str, Style]:
    """The styles by name: `base text dim faint rule track accent good bad warn info mark key title`, `state.*` and `phase.*`."""
    hue = _OWN if sixteen else _HUES[dark]
    named = {name: Style(color=colour) for name, colour in hue.items() if name not in _GROUNDS}
    named |= {f"state.{state}": Style(color=hue[tone], bold=state in _BOLD) for state, tone in _STATES.items()}
    named |= {f"phase.{phase}": Style(color=hue[tone]) for phase, tone in _PHASES.items()}
    if sixteen:
        swapped = Style(reverse=True)
        bold = Style(bold=True)
        return named | {
            "base": Style(color="default", bgcolor="default"), "strong": bold, "title": bold + named["accent"],
            "key": bold + named["accent"], "cursor": swapped, "tab": swapped + bold, "bar": Style(color="default"),
            "barkey": bold + named["accent"],
        }
    named |= {
        "base": Style(color=hue["text"], bgcolor=hue["background"]),
        "strong": Style(color=hue["text"], bold=True), "title": Style(color=hue["accent"], bold=True),
        "key": Style(color=hue["accent"], bold=True), "cursor": Style(bgcolor=hue["cursor"]),
        "tab": Style(color=hue["text"], bgcolor=hue["cursor"], bold=True),
        "bar": Style(color=hue["dim"], bgcolor=hue["surface"]),
        "barkey": Style(color=hue["accent"], bgcolor=hue["surface"], bold=True),
    }
    return named
