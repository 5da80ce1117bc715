"""In one phrase, why a run is where it is: what a table has room for. The findings and the log say more."""

from __future__ import annotations

import re

from tui.runs.run import Finding, Run

_MODULE = re.compile(r"^(?:[a-z_]\w*\.)+(?=[A-Z]\w*\b)")
"""A Python exception's module: `huggingface_hub.errors.GatedRepoError`."""
_SOURCE = re.compile(r"\bIn \S+:\d+: (?:'[^']*': )?|/\S+\.(?:cpp|hpp|cc|h):\d+:? ?")
"""Where in a vendor's own sources an error was thrown: `In poptorch/python/poptorch.cpp:1371: 'std::out_of_range': `."""
_REQUEST = re.compile(r"\s*\((?:Request ID|request id)[^)]*\)")


def reason_of(run: Run) -> str:
    """Why it failed, waits, is silent or shows nothing; empty where there is nothing to explain.

    >>> _phrase("poptorch.poptorch_core.Error: In poptorch/python/poptorch.cpp:1371: 'std::out_of_range': basic_string::replace")
    'Error: basic_string::replace'
    """
    if run.state == "failed":
        error = _phrase(run.error.text if run.error else run.because.text if run.because else "")
        trained = _finding(run, "trained-then-failed")
        return f"{trained.message.partition(':')[0].lower()}: {error}" if trained else error
    if run.state == "stalled":
        return "silent for longer than usual"
    if run.state == "queued" and run.scheduler is not None:
        return run.scheduler.said
    if run.state == "cancelled":
        return _phrase(run.because.text if run.because else "")
    if run.state == "unfinished":
        return "the log stops midway"
    if run.state == "submitted":
        elsewhere = _finding(run, "output-elsewhere")
        return "its output is in another log" if elsewhere else "no training in this log"
    return ""


def _finding(run: Run, code: str) -> Finding | None:
    return next((finding for finding in run.findings if finding.code == code), None)


def _phrase(text: str) -> str:
    """An error's own words, without where in whose code it was thrown."""
    first = text.strip().split("\n", 1)[0]
    return _MODULE.sub("", _REQUEST.sub("", _SOURCE.sub("", first))).strip()
