"""SambaNova."""

from __future__ import annotations

from parsers.grammar import Format, Line
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

_LINES: tuple[Line, ...] = ()

SAMBANOVA = Format("sambanova", "sambanova", "SambaNova", (*_LINES, *SCHEDULER, *TRACEBACKS))
