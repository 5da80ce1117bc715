"""The help screen's text, made from the key table."""

from __future__ import annotations

from tui.keys import HELP, KEYS
from tui.runs.states import SYMBOLS
from tui.widgets.cells import BLANK, Line, fit, rule, wrapped
from tui.widgets.pane import Sheet

_SIGNS: tuple[tuple[str, str], ...] = (
    ("░ in a bar of phases", "cached: the compile was skipped"), ("estimate", "a compiler's figure: nothing was measured"),
    ("▌ 1 2 before a row", "selected; marked first, second: the first mark is the baseline"),
)


class KeySheet(Sheet):
    """Every key by group with its sentence, and what the signs mean."""

    def build(self, width: int) -> list[Line]:
        keys = [key for key in KEYS if key.screens != (HELP,)]
        label = max(len(key.shown) for key in keys) + 3
        lines: list[Line] = []
        for group in dict.fromkeys(key.group for key in keys):
            lines += [*([BLANK] if lines else []), rule(group, width, strong=True)]
            for key in (key for key in keys if key.group == group):
                where = "" if "overview" in key.screens else f" ({', '.join(name for name in key.screens if name != HELP)})"
                for at, text in enumerate(wrapped(f"{key.help}{where}", max(20, width - label))):
                    lines.append(((fit(key.shown if at == 0 else "", label), "key"), (text, "text")))
        lines += [BLANK, rule("signs", width, strong=True)]
        states = [(f"{sign} {state}  ", f"state.{state}") for state, sign in SYMBOLS.items()]
        row: Line = ()
        for span in states:
            if sum(len(text) for text, _ in (*row, span)) > width:
                lines.append(row)
                row = ()
            row = (*row, span)
        lines.append(row)
        lines += [((fit(sign, 24), "dim"), (meaning, "text")) for sign, meaning in _SIGNS]
        return lines
