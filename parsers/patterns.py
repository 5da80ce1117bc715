"""Patterns that are compiled when they are first used: a program that reads one vendor's logs does not pay for another's."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Late:
    """Stands for a pattern until it is asked for anything; what was asked for once is its own from then on."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copying and pickling look for what a pattern does not have
            raise AttributeError(name)
        value = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, value)
        return value

    def __deepcopy__(self, memo: object) -> _Late:
        return self


def late(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern, compiled at its first use; a wrong one raises re.error there.

    >>> late(r"\\d+").findall("10 of 20")
    ['10', '20']
    """
    return cast("re.Pattern[AnyStr]", _Late(source, flags))
