"""The literals that a pattern cannot match without: what makes skipping unrecognised lines cheap."""

from __future__ import annotations

import re
from typing import Any

from parsers.patterns import late

_parser: Any = re._parser  # type: ignore[attr-defined]
_constants: Any = re._constants  # type: ignore[attr-defined]
SHORTEST = 3  # a shorter literal stands in too many lines to save anything
TELLING = 8
"""Characters of a literal that is good enough without a look at what the groups of a pattern hold."""
_TOKEN = late(
    r"(?P<plain>[^\\\[\](){}|*+?.^$]+)|\\(?P<escaped>\W)|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]"
    r"|(?P<open>\()|(?P<close>\))|(?P<repeat>[*+?]|\{\d*,?\d*\})|(?P<bar>\|)|."
)


def required_literals(pattern: str) -> tuple[str, ...]:
    """Literals of which every match of the pattern holds at least one; empty when none of three characters is sure.

    >>> required_literals(r"^Saved (?:to|in) (?P<path>.+)$")
    ('Saved ',)
    """
    if len(plain := _longest(pattern)) >= TELLING:
        return (plain,)
    best = _best(_parser.parse(pattern))
    return tuple(sorted(best)) if best and min(map(len, best)) >= SHORTEST else ()


def _longest(pattern: str) -> str:
    """The longest literal outside all groups that every match holds, found without parsing the pattern, which takes fifteen
    times as long and would be a tenth of the time for a thousand short logs; empty where that is not so simple.

    >>> _longest(r"^Saved (?:to|in) \\[the place\\] (?P<path>.+)$")
    ' [the place] '
    """
    if pattern.startswith("(?") and pattern[2:3] not in (":", "P", "<", "=", "!"):
        return ""  # flags
    words, word, depth = [], "", 0
    for token in _TOKEN.finditer(pattern):
        what = token.lastgroup
        if what == "open":
            depth += 1
        elif what == "close":
            depth -= 1
        elif depth:
            continue
        elif what == "bar":
            return ""
        elif what == "plain" or what == "escaped":
            word += token[what]
            continue
        elif what == "repeat":
            word = word[:-1]
        words.append(word)
        word = ""
    return max([*words, word], key=len)


def _best(parsed: Any) -> frozenset[str]:
    """The most telling set of literals in a sequence: the one whose shortest member is longest."""
    sets: list[frozenset[str]] = []
    word = ""
    for op, value in [*parsed, (None, None)]:
        if op is _constants.LITERAL:
            word += chr(value)
            continue
        if word:
            sets.append(frozenset([word]))
            word = ""
        if op is _constants.SUBPATTERN and value[1] == 0:
            sets.append(_best(value[3]))
        elif op is _constants.BRANCH:
            branches = [_best(branch) for branch in value[1]]
            sets.append(frozenset().union(*branches) if all(branches) else frozenset())
        elif op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] >= 1:
            sets.append(_best(value[2]))
    return max(filter(None, sets), key=lambda found: (min(map(len, found)), -len(found)), default=frozenset())
