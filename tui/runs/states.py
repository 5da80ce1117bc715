"""The states' signs: a symbol and a colour each, so that colour never speaks alone."""

from __future__ import annotations

from tui.runs.run import State

SYMBOLS: dict[State, str] = {
    "queued": "…", "compiling": "◐", "loading": "↓", "running": "●", "stalled": "!", "finished": "✓", "failed": "✗",
    "cancelled": "⊘", "submitted": "→", "unfinished": "◌", "unknown": "?",
}
COLOURS: dict[State, str] = {
    "queued": "33", "compiling": "36", "loading": "36", "running": "34", "stalled": "1;33", "finished": "32", "failed": "1;31",
    "cancelled": "35", "submitted": "90", "unfinished": "90", "unknown": "90",
}
"""SGR colour numbers of the 16-colour palette."""
