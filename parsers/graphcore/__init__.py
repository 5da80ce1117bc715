"""Graphcore IPUs: PopTorch, PopART, PopXL, TensorFlow and Poplar programs, poprun."""

from __future__ import annotations

import re
from dataclasses import replace

from parsers.grammar import Format, Prefix
from parsers.graphcore.failures import FAILURES
from parsers.graphcore.language import LANGUAGE
from parsers.graphcore.launch import LAUNCHES
from parsers.graphcore.poptorch import POPTORCH
from parsers.graphcore.programs import PROGRAMS
from parsers.graphcore.vision import VISION
from parsers.scheduler import SCHEDULER

__all__ = ["GRAPHCORE"]

# Only a logger that stamps every line gives the run its times. Poplar's stamps are UTC, TensorFlow's and the benchmark's
# are local and stand on a few lines alone: a run's length taken from those would be wrong.
_LOGGER = Prefix(r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{3})?) (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): ")

# A prompt with a command that launches is a kind of its own here.
_LAUNCH = re.compile(LAUNCHES[0].pattern)
_SCHEDULER = tuple(
    replace(kind, samples=tuple(sample for sample in kind.samples if not _LAUNCH.search(sample))) for kind in SCHEDULER
)

GRAPHCORE = Format(
    "graphcore",
    "graphcore",
    "Graphcore IPU",
    (*POPTORCH, *LANGUAGE, *VISION, *PROGRAMS, *LAUNCHES, *FAILURES, *_SCHEDULER),
    (_LOGGER,),
    versions="SDK 1 to 3.3",
)
