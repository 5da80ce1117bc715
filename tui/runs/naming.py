"""What people would call a run: a log's name where it says something, else its directory's."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from tui.runs.run import Run

_COMMON = frozenset(
    {"log", "run", "out", "output", "console", "stdout", "stderr", "mytest", "latest_run", "train", "console_output", "bertlarge",
     "cerebras_logs", "model_dir"}
)
_SCHEDULER_FILE = re.compile(r"^(?:slurm|job)[-_.]?\d+(?:[-_.]\d+)*$")


@lru_cache(maxsize=8192)
def display_name(name: str) -> str:
    """The log's name without its ending, or the nearest directory's that says something.

    >>> display_name("cerebras/bert_large_bs512/mytest.log"), display_name("graphcore/resnet50/slurm-20611.out")
    ('bert_large_bs512', 'resnet50')
    """
    parts = name.replace(os.sep, "/").split("/")
    stem = parts[-1].rsplit(".", 1)[0] if "." in parts[-1].strip(".") else parts[-1]
    while len(parts) > 1 and _says_nothing(stem):
        parts.pop()
        stem = parts[-1]
    return stem


def _says_nothing(stem: str) -> bool:
    """Whether a name is one that many logs have, or only digits and punctuation, such as SambaNova's hour directory."""
    return stem.lower() in _COMMON or _SCHEDULER_FILE.match(stem) is not None or not any(map(str.isalpha, stem))


def names_of(runs: Sequence[Run]) -> list[str]:
    """The runs' names that tell them apart: of one name in several files, the directory's; of one file, the number. A name
    from a person's notes goes before; where it is given to several files, the log's own stands behind it."""
    files = Counter(name for name, _ in {(run.name, run.path) for run in runs})
    given = Counter(own for own, _ in {(_own(run), run.path) for run in runs} if own)
    launches = Counter(run.path for run in runs)
    names = []
    for run in runs:
        name = run.name
        if files[name] > 1 and "/" in run.path:
            name = display_name(os.path.dirname(run.path) + "/run.log")
        if own := _own(run):
            name = own if given[own] == 1 else f"{own}: {name}"
        if launches[run.path] > 1:
            name = f"{name} ({run.number})"
        names.append(name)
    return names


def _own(run: Run) -> str | None:
    return run.notes.name if run.notes is not None else None
