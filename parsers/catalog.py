"""Every format there is, in the order in which their owning lines are looked for, and the path's hint."""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.cerebras import CEREBRAS
from parsers.gaudi import GAUDI
from parsers.generic import GENERIC
from parsers.grammar import Format
from parsers.graphcore import GRAPHCORE
from parsers.groq import GROQ
from parsers.patterns import late
from parsers.sambanova import SAMBANOVA

FORMATS: tuple[Format, ...] = (CEREBRAS, GRAPHCORE, SAMBANOVA, GROQ, GAUDI)
TESTBEDS: tuple[str, ...] = tuple(format.testbed for format in FORMATS)

_WORDS: tuple[tuple[re.Pattern[str], Format], ...] = tuple(
    (late(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE), format)
    for words, format in (
        (r"cerebras|cs-?[123]", CEREBRAS),
        (r"graphcore|poplar|ipu", GRAPHCORE),
        (r"sambanova|sambaflow|sn[13]0", SAMBANOVA),
        (r"groq(?:flow|chip|rack)?", GROQ),
        (r"gaudi[23]?|habana|hpu", GAUDI),
    )
)


def hint(path: str) -> Format:
    """The format that a path names (its nearest part that names one), else the generic one. Content decides first."""
    for part in reversed(path.split("/")):
        if (named := _named_by(part)) is not None:
            return named
    return GENERIC


@lru_cache(maxsize=1024)
def _named_by(part: str) -> Format | None:
    """The format that a part of a path names; the directories above many logs are the same."""
    return next((format for pattern, format in _WORDS if pattern.search(part)), None)
