"""The help screen's text, made from the key table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

from tui.keys import EXPORT, HELP, Key
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, fit, rule, wrapped
from tui.widgets.pane import Sheet

IDS_FROM = 100
"""Columns from which there is room for the ids by which keys are changed."""
READ_MOST = 124
"""Columns over which an eye finds from a key to what stands at the right."""
_PLACES = {
    "overview": "On the overview", "run": "On the run screen", "diff": "On the diff screen", "log": "In the log",
    "logdiff": "Log against log", "columns": "In the list of columns",
}  # fmt: skip
_SIGNS: tuple[tuple[str, str], ...] = (
    ("░ in a bar of phases", "cached: the compile was skipped"), ("estimate", "a compiler's figure: nothing was measured"),
    ("▌ 1 2 before a row", "selected; marked first, second: the first mark is the baseline"),
)


class KeySheet(Sheet):
    """What the keys of the screen `about` do, the others by group with where they do it, and what the signs mean."""

    def __init__(self, about: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._about = about

    def build(self, width: int) -> list[Line]:
        width = min(width, READ_MOST)
        every = [key for key in self.keys.entries if key.screens != (HELP,)]
        here = _own_first([key for key in every if self._about in key.screens])
        label = max(len(key.shown) for key in every) + 3
        ids = "its name in config.toml" if width >= IDS_FROM else ""
        lines: list[Line] = [rule(_PLACES.get(self._about, "Here"), width, ids, strong=True)]
        lines += _rows(here, label, width, False)
        elsewhere = [key for key in every if key not in here]
        for group in dict.fromkeys(key.group for key in elsewhere):
            lines += [BLANK, rule(f"{group}, elsewhere", width)]
            lines += _rows((key for key in elsewhere if key.group == group), label, width, True)
        lines += [BLANK, rule("signs", width)]
        states = [(f"{sign} {state}  ", f"state.{state}") for state, sign in SYMBOLS.items()]
        row: Line = ()
        for span in states:
            if sum(len(text) for text, _ in (*row, span)) > width:
                lines.append(row)
                row = ()
            row = (*row, span)
        lines.append(row)
        return lines + [((fit(sign, 24), "dim"), (meaning, "text")) for sign, meaning in _SIGNS]


def _own_first(keys: Sequence[Key]) -> list[Key]:
    """By group, first the groups that few screens have: what is everywhere is known from elsewhere."""
    screens: dict[str, list[int]] = {}
    for key in keys:
        screens.setdefault(key.group, []).append(len(key.screens))
    order = sorted(screens, key=lambda group: fmean(screens[group]))
    return sorted(keys, key=lambda key: order.index(key.group))


def _rows(keys: Iterable[Key], label: int, width: int, where: bool) -> list[Line]:
    """Keys with what they do, in groups where `where` is False; with the screens on which they do it where it is True."""
    lines: list[Line] = []
    group = ""
    ids = 20 if width >= IDS_FROM else 0
    for key in keys:
        if not where and group and key.group != group:
            lines.append(BLANK)
        group = key.group
        names = f" ({', '.join(name for name in key.screens if name not in (HELP, EXPORT))})" if where else ""
        for at, text in enumerate(wrapped(f"{key.help}{names}", max(20, width - label - ids))):
            line: Line = ((fit(key.shown if at == 0 else "", label), "key"), (text, "text"))
            if ids and at == 0:
                line = (*line, (fit(key.id, width - label - len(text), "right"), "faint"))
            lines.append(line)
    return lines
