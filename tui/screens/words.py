"""What the overview says where there is no run to show."""

from __future__ import annotations

from tui.runs.filter import parse
from tui.screens.base import Board
from tui.widgets.cells import plain


def nothing_to_show(board: Board, text: str) -> list[str]:
    """What is wrong or missing, and what to do next; `text` is the filter."""
    keys = board.keys
    where = plain(board.where) or "the given paths"
    if not board.looked:
        return [f"Looking at {where} …"]
    if not board.runs:
        found = "no file that could be a log"
        if board.files:
            found = "one file, which is no" if board.files == 1 else f"{board.files} files, none of them a"
            found += " log of a known format"
        refused = board.feed.refused if board.feed else ()
        if refused:
            more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
            found += f". {plain(refused[0])}{more} cannot be looked into: ask its owner to let you read it"
        return [
            "No runs yet",
            f"Looked at {where}: {found}.",
            "",
            f"A run appears here as soon as its log is written: keep this open, or leave with {keys.name('quit')} and name the "
            "directory of the logs (bedwatch DIRECTORY). bedwatch check LOG says how one log is read; bedwatch demo shows a "
            "tour.",
        ]
    if text:
        wrong = parse(text).wrong
        terms = "Words, or terms: testbed:groq state:failed loss<7.2 model~bert elapsed>10m"
        remedy = f"{keys.name('back')} clears the filter. {terms}"
        return [f"No run matches “{text}”", *([f"{wrong}."] if wrong else []), remedy]
    return ["No runs on this testbed", f"{keys.tab(1) or keys.name('tab-before')} shows all testbeds."]
