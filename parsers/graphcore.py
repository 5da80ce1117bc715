"""Graphcore."""

from __future__ import annotations

from parsers.grammar import Format, Line
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

_LINES: tuple[Line, ...] = ()

GRAPHCORE = Format("graphcore", "graphcore", "Graphcore", (*_LINES, *SCHEDULER, *TRACEBACKS))
