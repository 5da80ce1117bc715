"""Groq: GroqFlow's builds and proof points, its compiler's own log, and benchit. Inference only: nothing trains here."""

from __future__ import annotations

from parsers.grammar import STAMPED, Format
from parsers.groq.benchit import BENCHIT
from parsers.groq.builds import BUILDS
from parsers.groq.compiler import COMPILER, COMPILER_PREFIX
from parsers.groq.inference import INFERENCE
from parsers.progressbars import BARS
from parsers.readings import READINGS
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

GROQ = Format(
    "groq",
    "groq",
    "Groq: GroqFlow and benchit",
    (*BUILDS, *INFERENCE, *COMPILER, *BENCHIT, *BARS, *SCHEDULER, *TRACEBACKS, *READINGS),
    (COMPILER_PREFIX, STAMPED),
    "GroqFlow 3 to 4.3, mlagility 3.3",
)
