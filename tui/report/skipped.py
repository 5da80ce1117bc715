"""What was passed over in the search for logs, as lines."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tui.runs.discover import Skipped
from tui.runs.plaintext import plain

ONE_BY_ONE = 3
"""Files of one directory, passed over for one reason, that are still named each."""


def skipped_lines(notes: Sequence[Skipped]) -> list[str]:
    """A line each: the path and why; many files of one directory with one reason are counted."""
    groups: dict[tuple[str, str], list[Skipped]] = {}
    for note in notes:
        place = note.path if note.path.endswith("/") else os.path.dirname(note.path)
        groups.setdefault((place, note.why), []).append(note)
    lines = []
    for (place, why), group in groups.items():
        if len(group) > ONE_BY_ONE:
            lines.append(plain(f"skipped {place}/: {len(group)} files: {why}"))
        else:
            lines += [plain(f"skipped {note.path}: {note.why}") for note in group]
    return lines
