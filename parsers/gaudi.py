"""Gaudi."""

from __future__ import annotations

from parsers.grammar import Format, Line
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

_LINES: tuple[Line, ...] = ()

GAUDI = Format("gaudi", "gaudi", "Gaudi", (*_LINES, *SCHEDULER, *TRACEBACKS))
