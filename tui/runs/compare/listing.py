"""Names in a row, as a sentence says them."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 4
"""Names that a sentence says: of more it says how many."""


def listed(words: Sequence[str]) -> str:
    """Words in a row, of many the first ones and the number of the others.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    >>> listed(["a", "b", "c", "d", "e", "f"])
    'a, b, c and 3 more'
    """
    if len(words) > MOST:
        return f"{', '.join(words[: MOST - 1])} and {len(words) - MOST + 1} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
