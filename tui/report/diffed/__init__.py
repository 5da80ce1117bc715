"""A comparison as it leaves the program: table, JSON, Markdown, LaTeX; the same content in every form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

from tui.runs.compare import Comparison

if TYPE_CHECKING:
    from tui.report.threshold import Judgement

DiffForm = Literal["table", "json", "markdown", "latex"]
FORMS: tuple[str, ...] = get_args(DiffForm)


def diff_text(
    comparison: Comparison, form: DiffForm, *, everything: bool = False, judgements: Sequence[Judgement] = (),
    width: int | None = None, colour: bool = False,
) -> str:  # fmt: skip
    """A comparison in one form, ending without a newline: the rows that differ and the count of the others, or every row.
    `judgements` go into JSON; `width` and `colour` are for a table on a terminal."""
    from tui.report.diffed.content import content_of

    content = content_of(comparison, everything=everything)
    if form == "json":
        from tui.report.diffed.as_json import diff_json

        return diff_json(content, judgements)
    if form == "markdown":
        from tui.report.diffed.markdown import diff_markdown

        return diff_markdown(content)
    if form == "latex":
        from tui.report.diffed.latex import diff_latex

        return diff_latex(content)
    from tui.report.diffed.table import diff_table

    return diff_table(content, width=width, colour=colour)
