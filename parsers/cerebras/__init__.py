"""Cerebras: CS-1 to CS-3, Model Zoo and appliance; console and run.log of releases 1.6 to 2.10, and the CSL SDK."""

from __future__ import annotations

from parsers.cerebras.building import BUILDING
from parsers.cerebras.cluster import CLUSTER
from parsers.cerebras.endings import ENDINGS
from parsers.cerebras.launches import LAUNCHES
from parsers.cerebras.steps import STEPS
from parsers.grammar import Format, Prefix
from parsers.readings import READINGS
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

_PREFIXES = (
    Prefix(r"^(?:\[[^\]]+\] )?(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[,.]\d{3}) (?P<level>[A-Z]+): ?(?:\[\d+/\d+\])? *"),
    Prefix(r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) +"),
    Prefix(r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?:root|tensorflow|cerebras[\w.]*):"),
)

CEREBRAS = Format(
    "cerebras",
    "cerebras",
    "Cerebras CS-2 and CS-3",
    (*STEPS, *BUILDING, *CLUSTER, *LAUNCHES, *ENDINGS, *SCHEDULER, *TRACEBACKS, *READINGS),
    _PREFIXES,
    versions="Model Zoo 1.6 to 2.10",
)
