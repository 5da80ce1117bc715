"""Gaudi."""

from __future__ import annotations

from parsers.grammar import Format, Line
from parsers.huggingface import HUGGING_FACE, HUGGING_FACE_PREFIX
from parsers.progressbars import LIGHTNING, TQDM
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

_LINES: tuple[Line, ...] = ()

GAUDI = Format(
    "gaudi", "gaudi", "Gaudi", (*_LINES, *HUGGING_FACE, *LIGHTNING, *TQDM, *SCHEDULER, *TRACEBACKS), (HUGGING_FACE_PREFIX,)
)
