"""Patterns for what is not to be looked at, as in `.gitignore`: from flags and from the watched directory's own file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.frozen import frozen

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".bedwatchignore"
"""In a watched directory: patterns, one a line."""
_BYTES_MOST = 1 << 16  # of such a file


@frozen
class Patterns:
    """Compiled patterns; the last that matches a path decides, as in git. `wrong` holds lines that are no patterns."""

    lines: tuple[str, ...]
    spec: GitIgnoreSpec
    wrong: tuple[str, ...] = ()

    def hides(self, path: str) -> str | None:
        """The pattern that hides a path (relative to the root, `/` between parts and after a directory), or None."""
        result = self.spec.check_file(path)
        return self.lines[result.index] if result.include and result.index is not None else None


def patterns_of(root: str, flags: Sequence[str]) -> Patterns | None:
    """The patterns that hold below `root`: those of its `.bedwatchignore`, then those of the flags; None when there are none."""
    lines: list[str] = []
    if os.path.isdir(root):
        try:
            with open(os.path.join(root, IGNORE_FILE), "rb") as file:
                lines = file.read(_BYTES_MOST).decode("utf-8", "replace").splitlines()
        except OSError:
            lines = []  # none, or not ours to read
    return _compiled((*lines, *flags)) if lines or flags else None


def wrong_pattern(flags: Sequence[str]) -> str | None:
    """The first of some patterns that is none, such as a lone `!`."""
    compiled = _compiled(tuple(flags)) if flags else None
    return compiled.wrong[0] if compiled is not None and compiled.wrong else None


@lru_cache(maxsize=16)
def _compiled(lines: tuple[str, ...]) -> Patterns:
    from pathspec import GitIgnoreSpec  # 30 ms, and few need it

    right, wrong = [], []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error):
            wrong.append(line)
        else:
            right.append(line)
    return Patterns(tuple(right), GitIgnoreSpec.from_lines(right), tuple(wrong))
