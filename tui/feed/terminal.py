"""What a terminal can do beyond showing text: ring, and notify a person who looks elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from tui.runs.plaintext import plain

BELL = "\a"
TEXT_MOST = 200
"""Characters of a notification."""


def notification(text: str, environ: Mapping[str, str]) -> str:
    """The escape sequence by which this terminal shows a notification: OSC 9, or OSC 777 where only that is known (urxvt,
    and GNOME's terminals); within tmux or screen wrapped, so that the terminal outside gets it (tmux needs `set -g
    allow-passthrough on`)."""
    text = plain(text)[:TEXT_MOST]
    urxvt = any(environ.get(name, "").startswith("rxvt") for name in ("TERM", "COLORTERM"))
    if urxvt or environ.get("VTE_VERSION"):
        sequence = f"\x1b]777;notify;bedwatch;{text.replace(';', ',')}\a"
    else:
        sequence = f"\x1b]9;bedwatch: {text}\a"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return f"\x1bP{sequence}\x1b\\" if environ.get("STY") else sequence


def to_terminal(text: str) -> bool:
    """Write to the terminal that the program was started from, wherever its output goes; whether there is one. A terminal
    that takes nothing at the moment is left alone."""
    try:
        terminal = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        with suppress(BlockingIOError):
            os.write(terminal, text.encode(errors="replace"))
    except OSError:
        return False
    finally:
        os.close(terminal)
    return True
