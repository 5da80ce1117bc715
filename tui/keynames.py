"""What keys are called: the names that people write in their settings, those that the program binds, and those that it shows."""

from __future__ import annotations

import unicodedata

_NAMED = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace", "delete": "Del",
    "insert": "Ins", "home": "Home", "end": "End", "pageup": "PgUp", "pagedown": "PgDn", "up": "Up", "down": "Down",
    "left": "Left", "right": "Right", **{f"f{number}": f"F{number}" for number in range(1, 25)},
}  # fmt: skip
"""Keys without a sign of their own, as they are shown."""
_ALSO = {
    "return": "enter", "esc": "escape", "del": "delete", "ins": "insert", "pgup": "pageup", "page_up": "pageup",
    "pgdn": "pagedown", "pgdown": "pagedown", "page_down": "pagedown", "↑": "up", "↓": "down", "←": "left", "→": "right",
}  # fmt: skip
_SHORTER = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus", "plus_sign": "plus",
    "low_line": "underscore",
}  # fmt: skip
"""Textual's own names, where they are not Unicode's."""
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
"""What a terminal cannot tell apart."""
_MODIFIERS = ("ctrl", "alt", "shift")


def _bound_sign(sign: str) -> str:
    if sign.isalnum():
        return sign
    name = unicodedata.name(sign, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


_SIGNS = {_bound_sign(sign): sign for sign in map(chr, range(33, 127)) if not sign.isalnum()}


def bound(written: str) -> str | None:
    """The key that is bound where somebody writes this; None where no key is called so.

    >>> [bound(name) for name in ("x", "X", "?", "Space", "Ctrl+X", "shift+x", "pgdn", "ctrl+m", "spac")]
    ['x', 'X', 'question_mark', 'space', 'ctrl+x', 'X', 'pagedown', 'enter', None]
    """
    if len(written) == 1 and written not in _ALSO:
        return _bound_sign(written) if written.isprintable() and written != " " else None
    head, _, last = written.rpartition("+")
    if head and not last:  # the sign itself, as in ctrl++
        head, last = head.removesuffix("+"), "+"
    modifiers = {word.strip().lower() for word in head.split("+")} if head else set()
    if modifiers - set(_MODIFIERS):
        return None
    key = _plain(last.strip())
    if key is None:
        return None
    if len(key) == 1 and key.isalpha():
        if modifiers == {"shift"}:
            return key.upper()
        key = key.lower() if modifiers else key
    elif modifiers == {"shift"} and key not in _NAMED:
        return None  # which sign that is depends on the keyboard: the sign itself is to be written
    name = "+".join((*(word for word in _MODIFIERS if word in modifiers), key))
    return _SAME_BYTE.get(name, name)


def _plain(name: str) -> str | None:
    """A key without modifiers."""
    if len(name) == 1 and name not in _ALSO:
        return _bound_sign(name)
    lower = name.lower()
    lower = _ALSO.get(lower, lower)
    return lower if lower in _NAMED or lower in _SIGNS else None


def shown(key: str) -> str:
    """A bound key as a person reads it.

    >>> [shown(key) for key in ("x", "X", "question_mark", "space", "ctrl+x", "shift+tab")]
    ['x', 'X', '?', 'Space', 'Ctrl+X', 'Shift+Tab']
    """
    *modifiers, last = key.split("+")
    name = _NAMED.get(last) or _SIGNS.get(last) or last
    if modifiers and len(name) == 1:
        name = name.upper()
    return "+".join((*map(str.capitalize, modifiers), name))
