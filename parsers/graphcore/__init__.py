"""Graphcore IPUs: PopTorch, PopART, PopXL, TensorFlow and Poplar programs, poprun."""

from __future__ import annotations

from dataclasses import replace

from parsers.grammar import STAMPED, Format, Line, Prefix
from parsers.graphcore.failures import FAILURES
from parsers.graphcore.language import LANGUAGE
from parsers.graphcore.launch import LAUNCHES
from parsers.graphcore.poptorch import POPTORCH
from parsers.graphcore.programs import PROGRAMS
from parsers.graphcore.vision import VISION
from parsers.huggingface import HUGGING_FACE, HUGGING_FACE_PREFIX
from parsers.progressbars import LIGHTNING, TQDM
from parsers.readings import READINGS
from parsers.scheduler import SCHEDULER

__all__ = ["GRAPHCORE"]

# Only a logger that stamps every line gives the run its times. Poplar's stamps are UTC, TensorFlow's and the benchmark's
# are local and stand on a few lines alone: a run's length taken from those would be wrong.
_LOGGER = Prefix(r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{3})?) (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): ")

_OWN = (*POPTORCH, *LANGUAGE, *VISION, *PROGRAMS, *LAUNCHES, *FAILURES)


_READ_AS_OWN = (
    "Epochs: ", "Graph compilation: ", "(env) user@host:~/dir$ python train.py", "[user@host dir]$ srun python train.py",
)  # fmt: skip
"""How samples of other testbeds' kinds begin that are read as a kind of Graphcore's own."""


def _after_own(kind: Line) -> Line:
    """A kind that other testbeds print as well, without the samples that are not read as it here."""
    samples = tuple(text for text in kind.samples if not text.startswith(_READ_AS_OWN))
    return kind if samples == kind.samples else replace(kind, samples=samples)


GRAPHCORE = Format(
    "graphcore",
    "graphcore",
    "Graphcore IPU",
    (*_OWN, *map(_after_own, (*HUGGING_FACE, *LIGHTNING, *TQDM, *READINGS, *SCHEDULER))),
    (_LOGGER, HUGGING_FACE_PREFIX, STAMPED),
    versions="SDK 1 to 3.3",
)
