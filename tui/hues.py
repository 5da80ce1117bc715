"""The colours that are drawn with, by name: our own by hand, those of any other theme made from it and kept legible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.color import Color
from textual.theme import Theme

TEXT_LEAST, FAINT_LEAST = 4.5, 3.0
"""Least contrasts of what is to be read, and of what only goes with it, as WCAG 2 counts them (1 to 21)."""
_STEPS = 20

OWN: dict[bool, dict[str, str]] = {
    True: {
        "background": "#11141b", "surface": "#161a23", "panel": "#1e2430", "cursor": "#26334a",
        "text": "#d8dee9", "dim": "#919cae", "faint": "#717d93", "rule": "#3a4456", "track": "#2b3341",
        "accent": "#7cb7ff", "good": "#4ec9a5", "bad": "#ff8562", "warn": "#f2bd4b", "info": "#8fb4d9", "mark": "#f2bd4b",
        "blue": "#62aef7", "sky": "#7fd0e8", "violet": "#d19ae0", "grey": "#7b8698",
    },
    False: {
        "background": "#fcfbf8", "surface": "#f3f1eb", "panel": "#ebe8e1", "cursor": "#d5e3f6",
        "text": "#20252d", "dim": "#555e6b", "faint": "#79818d", "rule": "#c3bfb5", "track": "#dedad1",
        "accent": "#1461b0", "good": "#00755a", "bad": "#b83a0a", "warn": "#8d6100", "info": "#3c6690", "mark": "#9a5b00",
        "blue": "#1768bd", "sky": "#0f7592", "violet": "#8d4aa3", "grey": "#666e7a",
    },
}
"""Dark and light. The hues are those of Okabe and Ito, which stay apart for colour-blind eyes."""
GROUNDS = ("background", "surface", "panel", "cursor")


def contrast(one: Color, other: Color) -> float:
    """The ratio of two colours' luminances, as WCAG 2 defines it.

    >>> round(contrast(Color.parse("#000000"), Color.parse("#ffffff")), 1)
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def legible(colour: Color, grounds: Sequence[Color], least: float, dark: bool) -> Color:
    """The colour, or the nearest towards white (on a dark theme; else black) that stands out from every ground by `least`;
    white or black where none does."""
    end = Color(255, 255, 255) if dark else Color(0, 0, 0)
    for step in range(_STEPS + 1):
        made = colour.blend(end, step / _STEPS)
        if all(contrast(made, ground) >= least for ground in grounds):
            return made
    return end


def hues_of(theme: Theme) -> Mapping[str, str]:
    """The colours of a theme that is not ours: names as in `OWN`."""
    given = {name: Color.parse(value) for name, value in theme.to_color_system().generate().items() if name in _TAKEN}
    ground, surface, dark = given["background"], given["surface"], theme.dark
    primary, text = given["primary"], given["foreground"]
    cursor = ground.blend(primary, 0.2)
    grounds = (ground, surface, cursor)
    text = legible(text, grounds, TEXT_LEAST, dark)
    made = {
        "background": ground, "surface": surface, "panel": given["panel"], "cursor": cursor, "text": text,
        "dim": legible(text.blend(ground, 0.3), grounds, TEXT_LEAST, dark),
        "faint": legible(text.blend(ground, 0.5), grounds, FAINT_LEAST, dark),
        "rule": text.blend(ground, 0.75), "track": text.blend(ground, 0.82),
    }
    tones = {
        "accent": primary, "good": given["success"], "bad": given["error"], "warn": given["warning"], "info": given["secondary"],
        "mark": given["warning"], "blue": primary, "sky": given["secondary"], "violet": given["accent"], "grey": made["dim"],
    }
    made |= {name: legible(colour, grounds, TEXT_LEAST, dark) for name, colour in tones.items()}
    return {name: colour.hex for name, colour in made.items()}


_TAKEN = frozenset({
    "background", "surface", "panel", "primary", "secondary", "accent", "warning", "error", "success", "foreground",
})  # fmt: skip
