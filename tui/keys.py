"""The one table of keys: bindings, key bar, help screen and command palette are made from it and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType

OVERVIEW, RUN, DIFF, LOG, HELP, EXPORT = "overview", "run", "diff", "log", "help", "export"
_EVERY = (OVERVIEW, RUN, DIFF, LOG, HELP)
_NAMES = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "left_square_bracket": "[", "right_square_bracket": "]", "enter": "Enter",
    "escape": "Esc", "space": "Space", "slash": "/", "question_mark": "?", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home",
    "end": "End", "plus": "+", "equals_sign": "=", "minus": "-", "comma": ",", "full_stop": ".",
    "ctrl+p": "Ctrl+P", "ctrl+z": "Ctrl+Z", "ctrl+c": "Ctrl+C", "ctrl+q": "Ctrl+Q", "G": "G", "S": "S",
}


@dataclass(frozen=True, slots=True)
class Key:
    """Some keys that do one thing. `screens` where it does it, `bar` its rank in the key bar (0: not there)."""

    id: str
    keys: tuple[str, ...]
    action: str
    label: str
    help: str
    group: str
    screens: tuple[str, ...]
    bar: int = 0

    @property
    def shown(self) -> str:
        """The keys as a person reads them, such as `1-9` or `↓ j`."""
        if self.id == "tab":
            return "1-9"
        return " ".join(_NAMES.get(key, key) for key in self.keys)

    @property
    def first(self) -> str:
        """The key that the bar names."""
        return _NAMES.get(self.keys[0], self.keys[0])


def _key(id: str, keys: str, action: str, label: str, help: str, group: str, *screens: str, bar: int = 0) -> Key:
    return Key(id, tuple(keys.split()), action, label, help, group, screens or _EVERY, bar)


_SCROLLS = (RUN, DIFF, LOG, HELP)
KEYS: tuple[Key, ...] = (
    _key("tab", "1 2 3 4 5 6 7 8 9", "tab", "testbed", "Show one testbed's runs; 1 shows all", "Testbeds", OVERVIEW),
    _key("tab-before", "left_square_bracket left", "tab_by(-1)", "testbed before", "The testbed on the left", "Testbeds",
         OVERVIEW),
    _key("tab-after", "right_square_bracket right", "tab_by(1)", "next testbed", "The testbed on the right", "Testbeds",
         OVERVIEW),
    _key("next", "down j", "move(1)", "next run", "The run below", "Runs", OVERVIEW),
    _key("before", "up k", "move(-1)", "run before", "The run above", "Runs", OVERVIEW),
    _key("first", "g home", "first", "first run", "The first run of the table", "Runs", OVERVIEW),
    _key("last", "G end", "last", "last run", "The last run of the table", "Runs", OVERVIEW),
    _key("page-down", "pagedown", "page(1)", "page down", "A page down in the table", "Runs", OVERVIEW),
    _key("page-up", "pageup", "page(-1)", "page up", "A page up in the table", "Runs", OVERVIEW),
    _key("open", "enter", "open", "open", "One run large: parameters, phases, metrics, findings, chart", "Runs", OVERVIEW, bar=1),
    _key("filter", "slash", "filter", "filter", "Only runs with these words, or testbed:groq state:failed loss<7.2 model~bert",
         "Runs", OVERVIEW, bar=6),
    _key("sort", "S", "sort", "sort", "Order by testbed, state, age, throughput or name, in turn", "Runs", OVERVIEW),
    _key("mark", "space", "mark", "mark", "Mark the run for a diff, or take the mark away", "Compare", OVERVIEW, bar=3),
    _key("diff", "d", "diff", "diff", "The marked runs side by side; with none marked, this run and the one before it", "Compare",
         OVERVIEW, RUN, bar=2),
    _key("baseline", "b", "baseline", "baseline", "Make the next run the baseline that the others are held against", "Compare",
         DIFF, bar=1),
    _key("only-differences", "o", "only_differences", "all rows", "Rows that are equal: fold them away or show them", "Compare",
         DIFF, bar=2),
    _key("columns-left", "left", "columns(-1)", "runs left", "The runs to the left, where not all fit", "Compare", DIFF),
    _key("columns-right", "right", "columns(1)", "runs right", "The runs to the right, where not all fit", "Compare", DIFF),
    _key("metric", "m", "metric", "metric", "Chart the next metric of the run", "Look", OVERVIEW, RUN, bar=8),
    _key("axis", "x", "axis", "x axis", "The curve by step, time or samples, in turn", "Curve", RUN, bar=1),
    _key("smoothing", "s", "smoothing", "smooth", "Smooth the curve over 2, 5, 15 % of its axis, or not; the readings stay",
         "Curve", RUN, bar=2),
    _key("zoom-in", "plus equals_sign", "zoom(1)", "zoom in", "Half of the axis, around the cursor", "Curve", RUN, bar=3),
    _key("zoom-out", "minus", "zoom(-1)", "zoom out", "Twice as much of the axis", "Curve", RUN),
    _key("pan-left", "comma", "pan(-1)", "pan left", "The part of the axis before", "Curve", RUN),
    _key("pan-right", "full_stop", "pan(1)", "pan right", "The part of the axis after", "Curve", RUN),
    _key("reset", "0", "reset", "reset", "The whole axis, no cursor", "Curve", RUN),
    _key("cursor-left", "left", "cursor(-1)", "cursor left", "Read the value before", "Curve", RUN),
    _key("cursor-right", "right", "cursor(1)", "cursor right", "Read the next value", "Curve", RUN),
    _key("jump", "enter", "jump", "line in log", "The line of the log that the chosen value stands on", "Log", RUN, bar=2),
    _key("log", "l", "log", "log", "The run's log, by line", "Log", OVERVIEW, RUN, bar=9),
    _key("reading", "enter", "reading", "metric", "The curve of the metric that this line gave", "Log", LOG, bar=1),
    _key("follow", "f", "follow", "follow", "Stay at the log's end as it grows, or stay here", "Log", LOG, bar=2),
    _key("search", "slash", "search", "search", "Search the log for a text", "Log", LOG, bar=3),
    _key("match", "n", "match(1)", "next match", "The next line with the text", "Log", LOG),
    _key("match-before", "N", "match(-1)", "match before", "The line with the text before", "Log", LOG),
    _key("error", "e", "error", "error", "The next line that says that something failed", "Log", LOG, bar=4),
    _key("fold", "z", "fold", "fold", "Fold progress bars and repeated lines, or show every line", "Log", LOG, bar=5),
    _key("wrap", "W", "wrap", "wrap", "Wrap long lines, or cut them", "Log", LOG, bar=6),
    _key("down", "down j", "scroll(1)", "down", "A line down", "Look", *_SCROLLS),
    _key("up", "up k", "scroll(-1)", "up", "A line up", "Look", *_SCROLLS),
    _key("scroll-page-down", "pagedown", "scroll_page(1)", "page down", "A page down", "Look", *_SCROLLS),
    _key("scroll-page-up", "pageup", "scroll_page(-1)", "page up", "A page up", "Look", *_SCROLLS),
    _key("top", "g home", "scroll_to_top", "top", "The beginning", "Look", *_SCROLLS),
    _key("bottom", "G end", "scroll_to_bottom", "bottom", "The end", "Look", *_SCROLLS),
    _key("columns", "C", "columns", "columns", "All columns that fit, those of progress, or those of results, in turn", "Runs",
         OVERVIEW),
    _key("write", "w", "write", "write", "Write the table or the diff to a file, as Markdown", "bedwatch", OVERVIEW, DIFF,
         bar=10),
    _key("pause", "p", "app.pause", "pause", "Let the screen stand still, or go on; the logs are read all the while", "bedwatch",
         OVERVIEW, RUN, DIFF, bar=11),
    _key("theme", "t", "app.theme", "theme", "Dark or light", "bedwatch"),
    _key("refresh", "r", "app.look", "refresh", "Look at every file now", "bedwatch", OVERVIEW, RUN, DIFF, LOG),
    _key("help", "question_mark", "app.keys", "help", "Every key", "bedwatch", OVERVIEW, RUN, DIFF, LOG, bar=4),
    _key("palette", "ctrl+p", "app.command_palette", "palette", "Find any action by its name", "bedwatch", bar=0),
    _key("back", "escape", "back", "back", "Back: out of a screen or filter; then the marks go", "bedwatch", *_EVERY, EXPORT,
         bar=7),
    _key("suspend", "ctrl+z", "app.suspend_process", "to the shell", "To the shell that started it; fg comes back", "bedwatch",
         *_EVERY, EXPORT),
    _key("quit", "q ctrl+q ctrl+c", "app.quit", "quit", "Leave at once", "bedwatch", bar=5),
)


def keys_of(screen: str) -> Iterator[Key]:
    """The keys that do something on a screen."""
    return (key for key in KEYS if screen in key.screens)


def bindings(screen: str) -> list[BindingType]:
    """Textual's bindings for a screen, one for each single key; ids are stable, so that people can remap them."""
    made: list[BindingType] = []
    for entry in keys_of(screen):
        for number, key in enumerate(entry.keys, 1):
            action = f"tab({key})" if entry.id == "tab" else entry.action
            made.append(Binding(key, action, entry.label, show=False, tooltip=entry.help, id=f"{screen}.{entry.id}.{number}"))
    return made
