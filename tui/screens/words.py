"""What the overview says in words: of what it shows, and where there is no run to show."""

from __future__ import annotations

from dataclasses import dataclass

from tui.remembered import Look
from tui.runs.filter import objection, parse
from tui.runs.numbers import age
from tui.screens.base import Board
from tui.screens.listing import Listing
from tui.screens.order import words_of
from tui.widgets.cells import plain

LATE = 3.0
"""Times the pause between two looks, at least a minute, after which the last look is late: a file server hangs."""


@dataclass(frozen=True, slots=True)
class Said:
    """The state of the overview in words, for a whole line and for what a key bar leaves over."""

    long: str
    short: str


def said_of(board: Board, listing: Listing) -> Said:
    """How much is shown and in which order, when it changed last, and how is watched; nothing before a first look."""
    if not board.looked:
        return Said("", "")
    text, total, seen = plain(listing.look.filter), len(board.runs), len(listing.runs)
    news = "" if board.news_at is None else f"last change {_ago(board.now - board.news_at)}"
    shown = f"{seen} of {total} runs" if seen != total else f"{total} {'run' if total == 1 else 'runs'}"
    headings = len(listing.shown.rows) > len(listing.runs)
    order = _order(listing.look, searching=listing.searching, grouped=headings)
    long = [
        board.standing, _reading(board), f"{shown} in {board.files} {'file' if board.files == 1 else 'files'}", board.trouble,
        news, f"filter “{text}”" if text else "", order, f"{len(listing.marked)} marked" if listing.marked else "",
        _watching(board),
    ]  # fmt: skip
    short = [
        "paused" if board.paused else "", _reading(board), shown, "filtered" if text else "", order,
        news.removeprefix("last change "),
    ]  # fmt: skip
    return Said(*(" · ".join(part for part in parts if part) for parts in (long, short)))


def _reading(board: Board) -> str:
    """That not all is read yet: counts grow, and a run that seems to have stopped may only be read half."""
    feed = board.feed
    if feed is None or not (feed.first or feed.unread):
        return ""
    return "still reading" if feed.first else f"{max(1, feed.unread // 1_000_000):,} MB of history to read"


def _order(look: Look, *, searching: bool, grouped: bool) -> str:
    """What is not as usual about the order, the groups and the columns."""
    order = f"by {words_of(look.order)}{', turned round' if look.reverse else ''}"
    usual = look.order == "activity" and not look.reverse
    groups = f"grouped by {look.group}" if look.group else ""
    if look.group == "repeat" and not grouped:
        groups = "looking for repeats" if searching else "no repeats"
    columns = "own columns" if look.tab in look.columns else ""
    return " · ".join(word for word in ("" if usual else order, groups, columns) if word)


def _watching(board: Board) -> str:
    """How is watched and this program's share of a core; when was looked last only where that is late. Nothing here changes
    from second to second while all is well, since what changes is drawn."""
    feed = board.feed
    if feed is None or not feed.method:
        return ""
    since = 0.0 if feed.looked_at is None else board.now - feed.looked_at
    late = f", looked {age(since)} ago" if since > LATE * max(feed.every or 0.0, 60.0) else ""
    return f"{feed.method}{late}{_share(feed.cpu)}"


def _ago(seconds: float) -> str:
    """How long ago, in minutes: the ages of the runs tell seconds."""
    return "just now" if seconds < 60 else f"{age(seconds)} ago"


def _share(cpu: float | None) -> str:
    """A share of a core that a guest need not speak of is not told to the digit."""
    if cpu is None:
        return ""
    return ", under 1 % CPU" if cpu < 0.01 else f", {100 * cpu:.0f} % CPU"


def nothing_to_show(board: Board, text: str) -> list[str]:
    """What is wrong or missing, and what to do next; `text` is the filter."""
    keys = board.keys
    where = plain(board.where) or "the given paths"
    if not board.looked:
        leave = f"{keys.name('quit')} leaves. `bedwatch doctor` says what is looked at, and how."
        return [f"Looking at {where} …", f"Where there are many files this takes a moment; {leave}"]
    if not board.runs:
        found = "no file that could be a log"
        if board.files:
            found = "one file, which is no" if board.files == 1 else f"{board.files} files, none of them a"
            found += " log of a known format"
        refused, missing = (board.feed.refused, board.feed.missing) if board.feed else ((), ())
        if missing:
            more = f" and {len(missing) - 1} more are" if len(missing) > 1 else " is"
            found += f". {plain(missing[0])}{more} not there: deleted, moved or not mounted; once it is, it is looked at"
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
        wrong = plain(objection(parse(text), board.runs))
        terms = "Words, or terms: testbed:groq state:failed loss<7.2 model~bert elapsed>10m"
        remedy = f"{keys.name('back')} clears the filter. {terms}"
        return [f"No run matches “{text}”", *([f"{wrong}."] if wrong else []), remedy]
    return ["No runs on this testbed", f"{keys.tab(1) or keys.name('tab-before')} shows all testbeds."]
