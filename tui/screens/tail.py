"""The end of a log, read only, as plain lines: at most 64 KB of it, however long it is."""

from __future__ import annotations

import os

from tui.widgets.cells import plain

MOST = 64 * 1024
WHOLE = 4 * 1024 * 1024
LINES = 500


def read_tail(path: str, last_line: int | None = None) -> list[str]:
    """The last lines of a file, each as its last redraw left it, without what could steer a terminal.

    `last_line` is where the run ends when another follows it in the same file; it is found only in files up to 4 MB.
    Raises OSError where the file cannot be read.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if last_line is not None and size <= WHOLE:
            data = b"\n".join(file.read().split(b"\n")[:last_line])[-MOST:]
            cut = size > MOST
        else:
            file.seek(max(0, size - MOST))
            data = file.read(MOST)
            cut = size > MOST
    lines = data.decode("utf-8", "replace").split("\n")
    if cut and len(lines) > 1:
        del lines[0]
    if lines and not lines[-1]:
        del lines[-1]
    return [plain(last_redraw(line)).rstrip() for line in lines[-LINES:]]


def last_redraw(line: str) -> str:
    """What a terminal would show of a line that carriage returns redraw.

    >>> last_redraw("10%|#   |\\r20%|##  |\\r")
    '20%|##  |'
    """
    return next((part for part in reversed(line.split("\r")) if part), "")
