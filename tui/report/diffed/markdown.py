"""A comparison as GitHub-flavoured Markdown: tables that paste into a report, and findings as sentences with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.report.diffed.content import Content, Part, Sentence, is_long, label, left_out, repeated, text, told_of, with_changes
from tui.runs.compare import Cell, Row

_MARKUP = re.compile(r"([\\`*{}\[\]|~$]|^#|(?<![^\W_])_|_(?![^\W_]))")  # an underscore within a word is none
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_PLAIN_WORD = re.compile(r"[\w .,:+%-]*")


def diff_markdown(content: Content) -> str:
    """The comparison, ending without a newline: findings, then a table a section. No headings, since their depth is the
    report's; what may not be compared says so in its cell, and why below the table."""
    blocks = ["\n".join(f"- {_told(sentence)}" for sentence in content.sentences)]
    for repeats in content.comparison.repeats:
        who, spreads = repeated(repeats, content.comparison, content.heads)
        values = escaped("; ".join(spreads))
        blocks.append(f"**Repeats.** {escaped(who)}{': ' if values else ''}{values}.")
    for part in content.parts:
        if part.rows:
            blocks += _table(content, part)
    if note := left_out(content):
        blocks.append(f"{note[0].upper()}{note[1:]}.")
    return "\n\n".join(filter(None, blocks))


def _told(sentence: Sentence) -> str:
    first, who = told_of(sentence)
    where = f" ({code(sentence.place)})" if sentence.place else ""
    return f"{f'**{first}** ' if first else ''}{escaped(who)}{escaped(sentence.text)}{where}"


def _table(content: Content, part: Part) -> Iterator[str]:
    heads = [f"{escaped(content.heads[0])} (baseline)", *map(escaped, content.heads[1:])]
    align = "---" if part.rows[0].section == "parameters" else "--:"
    yield f"**{escaped(part.title.capitalize())}**"
    short = [row for row in part.rows if not is_long(row)]
    if rows := [_row([escaped(label(row)), *(_cell(cell, row) for cell in row.cells)]) for row in short]:
        yield "\n".join([_row(["", *heads]), _row(["---", *[align] * len(heads)]), *rows])
    long = [(row, zip(content.heads, row.cells, strict=True)) for row in part.rows if is_long(row)]
    if settings := [_setting(head, cell, row) for row, cells in long for head, cell in cells]:
        yield "\n".join(settings)
    if reasons := [f"- {escaped(row.label)} is not compared: {escaped(row.why_not)}" for row in part.rows if row.why_not]:
        yield "\n".join(reasons)


def _setting(head: str, cell: Cell, row: Row) -> str:
    return f"- {escaped(label(row))} of {escaped(head)}: {_cell(cell, row, in_table=False)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, row: Row, *, in_table: bool = True) -> str:
    shown = text(cell)
    if isinstance(cell.value, str) and not _PLAIN_WORD.fullmatch(shown):
        return code(shown, in_table=in_table)
    return escaped(with_changes(cell, row))


def escaped(line: str) -> str:
    """Text that no Markdown reader takes for markup or HTML.

    >>> escaped("[x](javascript:y) <b> a|b_c")
    '\\\\[x\\\\](javascript:y) &lt;b&gt; a\\\\|b_c'
    """
    return re.sub(r"[&<>]", lambda sign: _ENTITIES[sign[0]], _MARKUP.sub(r"\\\1", line))


def code(line: str, *, in_table: bool = False) -> str:
    """Text as it stands, in a code span; within a table a bar must be escaped even there.

    >>> code("a ` b")
    '`` a ` b ``'
    """
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line[:1] in ("`", " ") or line[-1:] in ("`", " ") or len(fence) > 1 else ""
    span = f"{fence}{pad}{line}{pad}{fence}"
    return span.replace("|", "\\|") if in_table else span
