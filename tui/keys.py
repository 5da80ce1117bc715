"""The one table of keys: bindings, key bar, help screen and command palette are made from it and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from parsers.frozen import frozen
from tui.keynames import bound, shown

if TYPE_CHECKING:
    from textual.binding import BindingType

OVERVIEW, RUN, DIFF, LOG, LOGDIFF, HELP, EXPORT = "overview", "run", "diff", "log", "logdiff", "help", "export"
COLUMNS = "columns"
_EVERY = (OVERVIEW, RUN, DIFF, LOG, LOGDIFF, HELP)
_NEEDED = ("back", "quit", "palette")
"""What must not be without a key: the ways out, and the way to all that has none."""
_NOWHERE = "no_such_key"
"""Where an action goes that is to have no key: Textual's keymap can move a binding and not take it away."""


@frozen
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
        """The keys as a person reads them, such as `1-9` or `Down j`; empty where there is none."""
        if self.keys == tuple("123456789"):
            return "1-9"
        return " ".join(map(shown, self.keys))

    @property
    def first(self) -> str:
        """The key that the bar names; empty where there is none."""
        return shown(self.keys[0]) if self.keys else ""


def _key(id: str, keys: str, action: str, label: str, help: str, group: str, *screens: str, bar: int = 0) -> Key:
    return Key(id, tuple(keys.split()), action, label, help, group, screens or _EVERY, bar)


_SCROLLS = (RUN, DIFF, LOG, LOGDIFF, HELP, COLUMNS)
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
    _key("sort", "S", "sort", "sort", "Order by activity (what lives, then what ended last) or by a column, in turn", "Runs",
         OVERVIEW),
    _key("reverse", "R", "reverse", "reverse", "Turn the order round", "Runs", OVERVIEW),
    _key("group", "v", "group", "group", "Group by model, by repeats with their spread, or not", "Runs", OVERVIEW),
    _key("mark", "space", "mark", "mark", "Mark the run for a diff, or take the mark away", "Compare", OVERVIEW, bar=3),
    _key("diff", "d", "diff", "diff", "The marked runs side by side; with none marked, this run and the one before it", "Compare",
         OVERVIEW, RUN, bar=2),
    _key("baseline", "b", "baseline", "baseline", "Make the next run the baseline that the others are held against", "Compare",
         DIFF, bar=1),
    _key("only-differences", "o", "only_differences", "all rows", "Rows that are equal: fold them away or show them", "Compare",
         DIFF, bar=2),
    _key("columns-left", "left", "columns(-1)", "runs left", "The runs to the left, where not all fit", "Compare", DIFF),
    _key("columns-right", "right", "columns(1)", "runs right", "The runs to the right, where not all fit", "Compare", DIFF),
    _key("metric", "m", "metric", "metric", "Chart the next metric, of the run or of all that are compared", "Look", OVERVIEW,
         RUN, DIFF, bar=8),
    _key("axis", "x", "axis", "axis", "The curve by step, time, samples or tokens, in turn", "Curve", RUN, DIFF, bar=1),
    _key("smoothing", "s", "smoothing", "smooth", "Smooth the curve over 2, 5, 15 % of its axis, or not; the readings stay",
         "Curve", RUN, DIFF, bar=2),
    _key("several", "y", "several", "several", "More series beside the curve: two, four, all that fit; or it alone", "Curve", RUN,
         bar=4),
    _key("zoom-in", "plus equals_sign", "zoom(1)", "zoom in", "Half of the axis, around the cursor", "Curve", RUN, bar=5),
    _key("zoom-out", "minus", "zoom(-1)", "zoom out", "Twice as much of the axis", "Curve", RUN),
    _key("pan-left", "comma", "pan(-1)", "pan left", "The part of the axis before", "Curve", RUN),
    _key("pan-right", "full_stop", "pan(1)", "pan right", "The part of the axis after", "Curve", RUN),
    _key("reset", "0", "reset", "reset", "The whole axis, no cursor", "Curve", RUN),
    _key("cursor-left", "left", "cursor(-1)", "cursor left", "Read the value before", "Curve", RUN),
    _key("cursor-right", "right", "cursor(1)", "cursor right", "Read the next value", "Curve", RUN),
    _key("jump", "enter", "jump", "line in log", "The line of the log that the chosen value stands on", "Log", RUN, bar=2),
    _key("zoom-pane", "z", "zoom", "zoom", "One pane large, then the next one, and at last all of them again", "Look", OVERVIEW,
         bar=12),
    _key("log", "l", "log", "log", "The run's log, by line; in a diff, the baseline's log against each other's, in turn", "Log",
         OVERVIEW, RUN, DIFF, LOGDIFF, bar=9),
    _key("change", "n", "change(1)", "next change", "The next lines in which two logs differ", "Log", LOGDIFF, bar=1),
    _key("change-before", "N", "change(-1)", "change before", "The lines before in which two logs differ", "Log", LOGDIFF, bar=2),
    _key("open-line", "enter", "open_line", "line in log", "The whole log at this line", "Log", LOGDIFF, bar=3),
    _key("reading", "enter", "reading", "metric", "The curve of the metric that this line gave", "Log", LOG, bar=1),
    _key("follow", "f", "follow", "follow", "Stay at the log's end as it grows, or stay here", "Log", LOG, bar=2),
    _key("search", "slash", "search", "search", "Search the log for a text", "Log", LOG, bar=3),
    _key("match", "n", "match(1)", "next match", "The next line with the text", "Log", LOG),
    _key("match-before", "N", "match(-1)", "match before", "The line with the text before", "Log", LOG),
    _key("error", "e", "error", "error", "The next line that says that something failed", "Log", LOG, bar=4),
    _key("fold", "z", "fold", "fold", "Fold progress bars, repeated lines and what is alike, or show every line", "Log",
         LOG, LOGDIFF, bar=5),
    _key("wrap", "W", "wrap", "wrap", "Wrap long lines, or cut them", "Log", LOG, LOGDIFF, bar=6),
    _key("down", "down j", "scroll(1)", "down", "A line down", "Look", *_SCROLLS),
    _key("up", "up k", "scroll(-1)", "up", "A line up", "Look", *_SCROLLS),
    _key("scroll-page-down", "pagedown", "scroll_page(1)", "page down", "A page down", "Look", *_SCROLLS),
    _key("scroll-page-up", "pageup", "scroll_page(-1)", "page up", "A page up", "Look", *_SCROLLS),
    _key("top", "g home", "scroll_to_top", "top", "The beginning", "Look", *_SCROLLS),
    _key("bottom", "G end", "scroll_to_bottom", "bottom", "The end", "Look", *_SCROLLS),
    _key("columns", "C", "columns", "columns", "Choose the columns of this tab: usual ones, metrics, parameters", "Runs",
         OVERVIEW),
    _key("toggle", "space enter", "choose", "show or hide", "Show the column, or not", "Runs", COLUMNS, bar=1),
    _key("usual", "0", "usual", "usual columns", "The usual columns again", "Runs", COLUMNS, bar=2),
    _key("write", "w", "write", "write", "Write the table or the diff to a file, as Markdown", "bedwatch", OVERVIEW, DIFF,
         bar=10),
    _key("pause", "p", "app.pause", "pause", "Let the screen stand still, or go on; the logs are read all the while", "bedwatch",
         OVERVIEW, RUN, DIFF, bar=11),
    _key("theme", "t", "app.theme", "theme", "Dark or light; the palette has others", "bedwatch"),
    _key("refresh", "r", "app.look", "refresh", "Look at every file now", "bedwatch", OVERVIEW, RUN, DIFF, LOG),
    _key("help", "question_mark", "app.keys", "help", "Every key", "bedwatch", OVERVIEW, RUN, DIFF, LOG, LOGDIFF, COLUMNS,
         bar=4),
    _key("palette", "colon ctrl+p", "app.command_palette", "palette", "Find any action by its name", "bedwatch", bar=12),
    _key("back", "escape", "back", "back", "Back: out of a screen, a filter or a pane shown alone; then the marks go", "bedwatch",
         *_EVERY, EXPORT, COLUMNS, bar=7),
    _key("suspend", "ctrl+z", "app.suspend_process", "to the shell", "To the shell that started it; fg comes back", "bedwatch",
         *_EVERY, EXPORT, COLUMNS),
    _key("quit", "q ctrl+q ctrl+c", "app.quit", "quit", "Leave at once", "bedwatch", bar=5),
)


class BadKeys(ValueError):
    """What somebody wants of the keys cannot be; says what is wrong and what to do."""


@frozen
class Keys:
    """The keys that are in use: the table's own, or what a user made of them."""

    entries: tuple[Key, ...] = KEYS

    def of(self, screen: str) -> Iterator[Key]:
        """The keys that do something on a screen."""
        return (key for key in self.entries if screen in key.screens)

    def entry(self, id: str) -> Key:
        """The entry of that id."""
        return next(key for key in self.entries if key.id == id)

    def name(self, id: str) -> str:
        """What a sentence calls the key of an action: its first one, or its place in the palette where it has none."""
        key = self.entry(id)
        return key.first or f"{self.name('palette')} {key.label}"

    def tab(self, number: int) -> str:
        """The key of the tab of that number, from 1; empty where it has none."""
        keys = self.entry("tab").keys
        return shown(keys[number - 1]) if number <= len(keys) else ""

    @property
    def changed(self) -> tuple[Key, ...]:
        """The entries that have other keys than the table gives them."""
        return tuple(key for key, usual in zip(self.entries, KEYS, strict=True) if key.keys != usual.keys)

    def keymap(self) -> dict[str, str]:
        """What Textual must know: for each id of a binding that moved, its keys."""
        moved: dict[str, str] = {}
        for key in self.changed:
            for screen in key.screens:
                if key.id == "tab":
                    keys = (*key.keys, *[_NOWHERE] * 9)[:9]
                    moved |= {f"{screen}.tab.{number}": name for number, name in enumerate(keys, 1)}
                else:
                    moved[f"{screen}.{key.id}"] = ",".join(key.keys) or _NOWHERE
            moved[f"app.{key.id}"] = ",".join(filter(_chord, key.keys)) or _NOWHERE
        return moved

    def remapped(self, wanted: Mapping[str, Sequence[str]]) -> Keys:
        """With other keys for some actions, by id, the keys as people write them. Raises BadKeys where an id or a key does
        not exist, or where two actions of one screen would be on one key."""
        known = {key.id: key for key in self.entries}
        for id, names in wanted.items():
            if id not in known:
                near = get_close_matches(id, known, 1)
                hint = f"{near[0]} is one" if near else "such as mark, diff or quit"
                raise BadKeys(f"{id} is no action ({hint}); the README lists all under Keys")
            keys = tuple(dict.fromkeys(_key_called(id, name) for name in names))
            if not keys and id in _NEEDED:
                raise BadKeys(f"{id} has no key; it needs one, give it any")
            if id == "back" and not any(key == "escape" or key[1:].isdecimal() for key in keys):
                raise BadKeys("back must leave a text that is entered too; give it escape or a function key, alone or not")
            if id == "tab" and len(keys) > 9:
                raise BadKeys(f"tab has {len(keys)} keys; give it 9 at most, one for each testbed")
            known[id] = replace(known[id], keys=keys)
        made = Keys(tuple(known.values()))
        for screen in dict.fromkeys(screen for key in made.entries for screen in key.screens):
            owners: dict[str, str] = {}
            for entry in made.of(screen):
                for key in entry.keys:
                    other = owners.setdefault(key, entry.id)
                    if other != entry.id:
                        both = f"{other} and {entry.id} are both on {shown(key)} on the {screen} screen"
                        raise BadKeys(f"{both}; give one of them another key")
        return made


USUAL = Keys()


def _key_called(id: str, name: str) -> str:
    key = bound(name)
    if key is None:
        raise BadKeys(f'{id} = "{name}": no key has that name; write a letter, a sign, space, enter, pagedown, f5 or ctrl+x')
    return key


def _chord(key: str) -> bool:
    """Whether nobody means to write with this key: it may act while a text is entered."""
    return key.startswith("ctrl+") and key != "ctrl+c"


def keys_of(screen: str) -> Iterator[Key]:
    """The keys that do something on a screen, where no user says otherwise."""
    return USUAL.of(screen)


def bindings(screen: str) -> list[BindingType]:
    """Textual's bindings for a screen, one for each single key; those of one action share its id, by which a keymap moves
    them."""
    from textual.binding import Binding

    made: list[BindingType] = []
    for entry in keys_of(screen):
        for number, key in enumerate(entry.keys, 1):
            tab = entry.id == "tab"
            action, id = (f"tab({number})", f"tab.{number}") if tab else (entry.action, entry.id)
            made.append(Binding(key, action, entry.label, show=False, tooltip=entry.help, id=f"{screen}.{id}"))
    return made


def app_bindings() -> list[BindingType]:
    """Textual's bindings for all screens, its own palette among them: chords alone, so that they act while a text is
    entered too."""
    from textual.binding import Binding

    return [
        Binding(key, entry.action, entry.label, show=False, priority=True, id=f"app.{entry.id}")
        for entry in KEYS if entry.id in ("quit", "palette") for key in filter(_chord, entry.keys)
    ]  # fmt: skip
