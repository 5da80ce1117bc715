"""How the dashboard looks: what the terminal can show, signs beyond ASCII and colours beyond its own sixteen, and what was
asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click

from tui.commands.asked import Refused
from tui.config import Config, config_file
from tui.keys import USUAL, Keys

ESCAPE_MS = "25"
"""Milliseconds for which Esc is held back, since other keys begin with the same byte: what `ESCDELAY` says, else this. Those
keys come in one piece, also over ssh; tmux holds it back for 10 by itself."""
FRAMES = "200"
"""Times a second that Textual may draw: what `TEXTUAL_FPS` says, else this. With its own 60 what a key leads to is put off by
17 ms for each frame that came just before; there are no more frames for it, since only what changes is drawn."""
_POOR = frozenset({"linux", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals whose fonts have no braille and few of the other signs."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Signs, colours, motion and keys of the dashboard; `theme` is the name of one that exists, or None for the usual one;
    `remember` says whether how it is looked at is remembered."""

    only_ascii: bool = False
    few_colours: bool = False
    theme: str | None = None
    reduced_motion: bool = False
    keys: Keys = USUAL
    remember: bool = True


def looks_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of commands that open the dashboard: `ascii`, `theme`, `reduced_motion`."""
    for option in (
        click.option("--ascii", is_flag=True, help="Draw with signs of ASCII only, as where the locale has no others."),
        click.option("--theme", metavar="NAME", help="Colours: bedwatch-dark [default], bedwatch-light, nord and others."),
        click.option(
            "--reduced-motion", is_flag=True,
            help="Nothing moves by itself: no animation, no blinking, ages once a minute; as with TEXTUAL_ANIMATIONS=none.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def looks_of(config: Config, ascii: bool, theme: str | None, reduced_motion: bool) -> Looks:
    """What the settings say, and the command line before them. Raises Refused for a theme that there is not."""
    os.environ.setdefault("ESCDELAY", ESCAPE_MS)  # Textual reads both once, when it is imported: here at the latest
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from tui.theme import CHOICES

    wanted = theme or config.theme
    if wanted is not None and wanted not in CHOICES:
        source = "--theme" if theme else f"{config_file()}: theme ="
        raise Refused(f"{source} {wanted}: no theme has that name; those are {', '.join(CHOICES)}")
    still = reduced_motion or config.reduced_motion
    return Looks(ascii or only_ascii(), few_colours(), wanted, still, config.keys, config.remember)


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
