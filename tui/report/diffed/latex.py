"""A comparison as LaTeX: a plain tabular a section, which needs no package, and findings as an itemized list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from tui.report.diffed.content import (
    Content,
    Part,
    Sentence,
    blocks,
    is_long,
    label,
    left_out,
    repeated,
    says,
    told_of,
    with_changes,
)  # fmt: skip
from tui.runs.compare import Cell, Row

_BREAK, _NOTHING = "\0", "\1"  # no control is left in plain text
_MATHS = {
    "±": r"\pm", "×": r"\times", "−": "-", "≤": r"\le", "≥": r"\ge", "→": r"\rightarrow", "µ": r"\mu", "μ": r"\mu",
    "°": r"^\circ", "·": r"\cdot", "≈": r"\approx",
}  # fmt: skip
_SIGNS = {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\char34{}", "`": r"\char96{}",
    **{sign: rf"\{sign}" for sign in "{}$&#%_"},
    **{sign: f"{{{sign}}}" for sign in "[]*"},  # after a command they could be its options
    **{sign: rf"\ensuremath{{{maths}}}" for sign, maths in _MATHS.items()},
    _BREAK: r"\allowbreak{}", _NOTHING: "{}",
    "…": r"\dots{}", "–": "--", "—": "---", "’": "'{}", "‘": r"\char96{}", "“": "``", "”": "''",
}  # fmt: skip
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")
_MINUS = re.compile(r"(?<=[( ])-(?=[\d.])")
_LONG = re.compile(r"\S{15,}")
_PIECE = re.compile(r"[^/=_.:,;-]{1,12}[/=_.:,;-]*|[/=_.:,;-]+")
_LABEL_SHARE = 0.22
_RUNS_MOST = 5
"""Runs side by side in a tabular; more follow in others, each time beside the baseline."""
_ROWS_MOST = 25
"""Rows of a tabular, since LaTeX breaks none over pages."""


def diff_latex(content: Content) -> str:
    """The comparison, ending without a newline; to be pasted or read by \\input. Every sign of a log is escaped, and what
    pdfLaTeX has no letter for is written as its code point."""
    lines = ["% needs no package; written by bedwatch", r"\begingroup\sloppy"]
    if content.sentences:
        lines += [r"\begin{itemize}", *(f"  \\item {_told(sentence)}" for sentence in content.sentences), r"\end{itemize}"]
    for repeats in content.comparison.repeats:
        who, spreads = repeated(repeats, content.comparison, content.heads)
        values = escaped("; ".join(spreads))
        lines += ["", rf"\par\noindent\textbf{{Repeats.}} {escaped(who)}{': ' if values else ''}{values}."]
    for part in content.parts:
        if part.rows:
            lines += _section(content, part)
    if note := left_out(content):
        lines += ["", rf"\par\noindent {escaped(note[0].upper() + note[1:])}."]
    return "\n".join([*lines, r"\par\endgroup"])


def _told(sentence: Sentence) -> str:
    first, who = told_of(sentence)
    where = rf" (\texttt{{{escaped(sentence.place)}}})" if sentence.place else ""
    bold = rf"\textbf{{{first}}} " if first else ""
    return f"{bold}{escaped(who)}{escaped(sentence.text)}{where}"


def _section(content: Content, part: Part) -> Iterator[str]:
    short = [row for row in part.rows if not is_long(row)]
    yield ""
    yield rf"\par\medskip\noindent\textbf{{{escaped(part.title.capitalize())}}}\nopagebreak"
    for shown in blocks(len(content.heads), _RUNS_MOST - 1):
        mine = [row for row in short if says(row, shown)]
        for begin in range(0, len(mine), _ROWS_MOST):
            yield from _tabular(content.heads, shown, mine[begin : begin + _ROWS_MOST])
    for row in part.rows:
        if is_long(row):
            for head, cell in zip(content.heads, row.cells, strict=True):
                yield rf"\par\noindent {escaped(label(row))} of {escaped(head)}: \texttt{{{_cell(cell, row)}}}"
        if row.why_not:
            yield rf"\par\noindent {escaped(row.label)} is not compared: {escaped(row.why_not)}."


def _tabular(heads: Sequence[str], shown: Sequence[int], rows: Sequence[Row]) -> Iterator[str]:
    shares = [_LABEL_SHARE, *[(1 - _LABEL_SHARE) / len(shown)] * len(shown)]
    columns = "".join(rf"p{{\dimexpr{int(share * 1000) / 1000}\linewidth-2\tabcolsep}}" for share in shares)
    yield rf"\par\smallskip\noindent{{\setlength{{\tabcolsep}}{{3pt}}\small\begin{{tabular}}{{{columns}}}"
    yield r"  \hline"
    yield _row(["", *(escaped(heads[at]) + ("" if at else " (baseline)") for at in shown)])
    yield r"  \hline"
    for row in rows:
        yield _row([escaped(label(row)), *(_cell(row.cells[at], row) for at in shown)])
    yield r"  \hline"
    yield r"\end{tabular}}"


def _row(cells: Sequence[str]) -> str:
    return "  " + " & ".join(rf"\raggedright {cell}" if cell else "" for cell in cells) + r" \tabularnewline"


def _cell(cell: Cell, row: Row) -> str:
    shown = with_changes(cell, row)
    return escaped(shown if isinstance(cell.value, str) else _MINUS.sub("−", shown))


def escaped(line: str) -> str:
    """Text that LaTeX prints as it stands, with places to break long names at.

    >>> escaped("a_b 50% learning_rate_decay")
    'a\\\\_b 50\\\\% learning\\\\_\\\\allowbreak{}rate\\\\_\\\\allowbreak{}decay'
    """
    breakable = _LONG.sub(lambda word: _breakable(word[0]), _LIGATURE.sub(_NOTHING, line))
    return "".join(_SIGNS.get(sign) or _letter(sign) for sign in breakable).replace(r" \%", r"~\%")


def _breakable(word: str) -> str:
    """A long word with breaks after its signs, and within what is long without any."""
    return _BREAK.join(_PIECE.findall(word))


def _letter(sign: str) -> str:
    if sign.isascii():
        return sign
    parts = unicodedata.normalize("NFD", sign)
    if "À" <= sign <= "ſ" and parts[0].isascii():  # letters that every LaTeX since 2018 reads from UTF-8
        return sign
    return f"{{[}}U+{ord(sign):04X}{{]}}"
