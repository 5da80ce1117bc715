"""SambaNova: SN10 and SN30, SambaFlow 1.14 to 1.24, its example applications, transformers_on_rdu and the Model Zoo."""

from __future__ import annotations

from parsers.grammar import STAMPED, Format, Prefix
from parsers.readings import READINGS
from parsers.sambanova.compiler import COMPILER
from parsers.sambanova.scripts import SCRIPTS
from parsers.sambanova.starters import STARTERS
from parsers.sambanova.transformers import TRANSFORMERS
from parsers.sambanova.zoo import ZOO
from parsers.scheduler import SCHEDULER
from parsers.tracebacks import TRACEBACKS

_PREFIXES = (
    # the process stands for the rank where the log names none (SambaFlow 1.17)
    Prefix(
        r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) - [\w.]+ - (?:Process ID|Rank) (?P<rank>\d+)(?:, PID \d+)?"
        r" - (?P<level>\w+) +- "
    ),
    Prefix(r"^(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d) : \[(?P<level>\w+)\]\[\w+\]\[\d+\]: "),
    Prefix(r"^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2} : \[(?P<level>\w+)\]\[\w+\]\[\d+\]: "),
    STAMPED,
)
_OWN = (*SCRIPTS, *TRANSFORMERS, *COMPILER, *STARTERS, *ZOO)
_NAMES = {kind.name for kind in _OWN}

SAMBANOVA = Format(
    "sambanova",
    "sambanova",
    "SambaNova SN10 and SN30",
    # a submission means more in a log whose script also compiles: kinds of the same name replace the scheduler's
    (*_OWN, *(kind for kind in SCHEDULER if kind.name not in _NAMES), *READINGS, *TRACEBACKS),
    _PREFIXES,
    versions="SambaFlow 1.14 to 1.24",
)
