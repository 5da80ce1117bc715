"""Findings on one run beyond what its lines give: claims of its name against its log, values that are no numbers."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from tui.runs.liveness import stalled_finding
from tui.runs.numbers import number
from tui.runs.run import Finding, Run, Spot

_END = r"(?![\d.]*\d|[a-z])"  # the whole number, and no unit or decimals after it


def _claim(before: str, after: str) -> re.Pattern[str]:
    leading, trailing = rf"(?<![a-z])(?:{before})[-_=]?(\d{{1,6}}){_END}", rf"(?<![a-z\d.])(\d{{1,6}})[-_]?(?:{after})(?![a-z])"
    return re.compile(f"{leading}|{trailing}", re.IGNORECASE)


_EPOCHS = _claim("epochs?|ep?", "epochs?")
_BATCH = _claim("batch[-_]?size|batch|bs", "batch")
_TASKS = _claim("ntasks|tasks", "tasks")


def checked(run: Run, now: float | None = None) -> Run:
    """The run with what can be said of it beyond what its log's lines already gave; `now` in seconds since 1970."""
    added = [*_claims(run), *_not_numbers(run), *_silence(run, now)]
    known = {(finding.code, finding.message) for finding in run.findings}
    fresh = tuple(finding for finding in added if (finding.code, finding.message) not in known)
    return replace(run, findings=run.findings + fresh) if fresh else run


def _claims(run: Run) -> list[Finding]:
    """What the run's name says and the log contradicts. A name like `e_20` claims epochs; `resnet50` claims nothing."""
    found = []
    epochs = run.progress.get("epoch")
    claimed = _claimed(_EPOCHS, run.name)
    if claimed is not None and epochs is not None and epochs.total is not None and claimed != epochs.total:
        message = f"The name says {claimed} epochs, the log shows {number(epochs.total)}"
        found.append(Finding("claim-mismatch", "warning", message, epochs.spot or Spot(run.path, 1)))
    for pattern, name, word in ((_BATCH, "batch_size", "batch size"), (_TASKS, "ntasks", "tasks")):
        param = run.params.get(name)
        claimed = _claimed(pattern, run.name)
        if claimed is not None and param is not None and isinstance(param.value, (int, float)) and claimed != param.value:
            message = f"The name says {word} {claimed}, the log shows {number(param.value)}"
            found.append(Finding("claim-mismatch", "warning", message, param.spot))
    return found


def _claimed(pattern: re.Pattern[str], name: str) -> int | None:
    found = {int(next(filter(None, match.groups()))) for match in pattern.finditer(name)}
    return found.pop() if len(found) == 1 else None


def _not_numbers(run: Run) -> list[Finding]:
    return [
        Finding("not-a-number", "error", f"{reading.definition.label} is {number(reading.value)}", reading.spot)
        for reading in run.metrics.values()
        if not math.isfinite(reading.value)
    ]


def _silence(run: Run, now: float | None) -> list[Finding]:
    return [stalled_finding(run, now)] if run.state == "stalled" and now is not None else []
