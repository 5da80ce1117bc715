"""What things look like: a dark and a light theme, Textual's others, and the styles that every widget names instead of colours.

A state is never told by its colour alone: it is also a sign and a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from tui.hues import GROUNDS, OWN, hues_of

DARK, LIGHT, SIXTEEN = "bedwatch-dark", "bedwatch-light", "bedwatch-16"

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
    hue = OWN[dark]
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
CHOICES = (DARK, LIGHT, *sorted(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi))
"""The themes that there are to choose from; the terminal's own colours are chosen by the terminal, or by NO_COLOR."""
_SIXTEEN_HUES = {
    "text": "default", "dim": "default", "faint": "bright_black", "rule": "bright_black", "track": "bright_black",
    "accent": "blue", "good": "green", "bad": "red", "warn": "yellow", "info": "cyan", "mark": "yellow", "blue": "blue",
    "sky": "cyan", "violet": "magenta", "grey": "bright_black",
}
"""The hues by names of the sixteen colours, such as are read on a dark and on a light ground."""


@cache
def hues(theme: str) -> Mapping[str, str]:
    """The colours of a theme by name. Raises KeyError where there is no such theme."""
    own = {DARK: OWN[True], LIGHT: OWN[False], SIXTEEN: _SIXTEEN_HUES}
    return own[theme] if theme in own else hues_of(BUILTIN_THEMES[theme])


@cache
def styles(theme: str) -> Mapping[str, Style]:
    """The styles of a theme by name: `base text dim faint rule track accent good bad warn info mark key title`, `state.*` and
    `phase.*`."""
    hue = hues(theme)
    named = {name: Style(color=colour) for name, colour in hue.items() if name not in GROUNDS}
    named |= {f"state.{state}": Style(color=hue[tone], bold=state in _BOLD) for state, tone in _STATES.items()}
    named |= {f"phase.{phase}": Style(color=hue[tone]) for phase, tone in _PHASES.items()}
    if theme == SIXTEEN:
        swapped = Style(reverse=True)
        bold = Style(bold=True)
        return named | {
            "base": Style(color="default", bgcolor="default"), "strong": bold, "title": bold + named["accent"],
            "key": bold + named["accent"], "cursor": swapped, "tab": swapped + bold, "bar": Style(color="default"),
            "barkey": bold + named["accent"], "barhover": swapped, "barkeyhover": swapped + bold,
        }
    named |= {
        "base": Style(color=hue["text"], bgcolor=hue["background"]),
        "strong": Style(color=hue["text"], bold=True), "title": Style(color=hue["accent"], bold=True),
        "key": Style(color=hue["accent"], bold=True), "cursor": Style(bgcolor=hue["cursor"]),
        "tab": Style(color=hue["text"], bgcolor=hue["cursor"], bold=True),
        "bar": Style(color=hue["dim"], bgcolor=hue["surface"]),
        "barkey": Style(color=hue["accent"], bgcolor=hue["surface"], bold=True),
        "barhover": Style(color=hue["text"], bgcolor=hue["cursor"]),
        "barkeyhover": Style(color=hue["accent"], bgcolor=hue["cursor"], bold=True),
    }
    return named
