"""Findings on one run beyond what its lines give: claims that its log contradicts, values that are no numbers, silence."""

from __future__ import annotations

import math
from dataclasses import replace

from tui.runs.claims import claim_findings, with_claims
from tui.runs.liveness import stalled_finding
from tui.runs.numbers import number
from tui.runs.run import Finding, Run


def checked(run: Run, now: float | None = None) -> Run:
    """The run with what can be said of it beyond what its log's lines already gave; `now` in seconds since 1970."""
    run = with_claims(run)
    added = [*claim_findings(run), *_not_numbers(run), *_silence(run, now)]
    known = {(finding.code, finding.message) for finding in run.findings}
    fresh = tuple(finding for finding in added if (finding.code, finding.message) not in known)
    return replace(run, findings=run.findings + fresh) if fresh else run


def _not_numbers(run: Run) -> list[Finding]:
    return [
        Finding("not-a-number", "error", f"{reading.definition.label} is {number(reading.value)}", reading.spot)
        for reading in run.metrics.values()
        if not math.isfinite(reading.value)
    ]


def _silence(run: Run, now: float | None) -> list[Finding]:
    return [stalled_finding(run, now)] if run.state == "stalled" and now is not None else []
