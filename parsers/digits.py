"""Which patterns look at the digits themselves: `1` where they could as well say `\\d`.

Two lines are of one shape when they differ in nothing but their digits. A pattern to which all digits are alike finds the same
in both, at the same places. Of any other it is asked here whether it could match some line of a shape.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from parsers.patterns import late

_parser: Any = re._parser  # type: ignore[attr-defined]
_compiler: Any = re._compiler  # type: ignore[attr-defined]
_op: Any = re._constants  # type: ignore[attr-defined]
_DIGITS = range(ord("0"), ord("9") + 1)
_ANY_DIGIT = (_op.IN, [(_op.CATEGORY, _op.CATEGORY_DIGIT)])
_HARMLESS = late(r"\{\d*,?\d*\}|0-9|\(\?P<\w+>|\(\?\(\w+\)")
"""Digits in a pattern's text that stand for none in a line."""
_NAMES_DIGIT = late(r"\d|\(\?P=")


@cache
def blurred(pattern: str) -> re.Pattern[str] | None:
    """What matches every line that the pattern could match if its digits were others (and may match more); None where all
    digits are alike to the pattern.

    >>> blurred(r"step \\d+") is None
    True
    >>> bool(blurred(r"exit code [1-9]").search("exit code 0"))
    True
    """
    if not _NAMES_DIGIT.search(_HARMLESS.sub("", pattern)):
        return None
    tree = _parser.parse(pattern)
    if not _blur(tree):
        return None
    found: re.Pattern[str] = _compiler.compile(tree)
    return found


def _blur(tree: Any) -> bool:
    """Make every digit in the tree any digit; whether there was one."""
    changed = False
    for at, (op, value) in enumerate(tree.data):
        into: Any = None
        if op is _op.LITERAL and value in _DIGITS:
            into = _ANY_DIGIT
        elif op is _op.NOT_LITERAL and value in _DIGITS:
            into = (_op.ANY, None)
        elif op is _op.IN:
            into = _blurred_set(value)
        elif op in (_op.GROUPREF, getattr(_op, "GROUPREF_IGNORE", None)):
            into = (_op.MAX_REPEAT, (0, _op.MAXREPEAT, _parser.SubPattern(tree.state, [(_op.ANY, None)])))
        elif op is _op.ASSERT_NOT:
            if _blur(value[1]):
                into = (_op.SUBPATTERN, (None, 0, 0, _parser.SubPattern(tree.state, [])))
        else:
            changed = sum(_blur(inner) for inner in _inside(op, value)) > 0 or changed
        if into is not None:
            tree.data[at] = into
            changed = True
    return changed


def _inside(op: Any, value: Any) -> list[Any]:
    """The trees within a node."""
    if op is _op.BRANCH:
        return list(value[1])
    parts = value if isinstance(value, tuple) else (value,)
    return [part for part in parts if isinstance(part, _parser.SubPattern)]


def _blurred_set(items: list[Any]) -> Any:
    """A set of characters that holds some digits only, with all or none of them; None for one that is even-handed."""
    held = {digit for digit in _DIGITS for op, value in items if _holds(op, value, digit)}
    if len(held) in (0, len(_DIGITS)):
        return None
    negated = items[0][0] is _op.NEGATE
    if not negated:
        return _op.IN, [*items, (_op.CATEGORY, _op.CATEGORY_DIGIT)]
    return _op.ANY, None


def _holds(op: Any, value: Any, digit: int) -> bool:
    if op is _op.LITERAL:
        return bool(value == digit)
    if op is _op.RANGE:
        return bool(value[0] <= digit <= value[1])
    return op is _op.CATEGORY and value in (
        _op.CATEGORY_DIGIT, _op.CATEGORY_WORD, _op.CATEGORY_NOT_SPACE,
    )  # fmt: skip
