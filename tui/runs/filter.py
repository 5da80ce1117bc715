"""Which runs a person asks for: words, and terms such as `testbed:groq state:failed loss<7.2 model~bert`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from tui.runs.run import Run

Operator = Literal[":", "!=", "~", "<", "<=", ">", ">="]
TEXTS: Mapping[str, Callable[[Run], tuple[str, ...]]] = {
    "testbed": lambda run: (run.testbed,),
    "state": lambda run: (run.state, "live" if run.live else "ended"),
    "name": lambda run: (run.name,),
    "model": lambda run: (run.model or "",),
    "kind": lambda run: (run.kind,),
    "format": lambda run: (run.format,),
    "path": lambda run: (run.path, *(source.path for source in run.sources)),
    "job": lambda run: run.job_ids,
    "finding": lambda run: tuple(finding.code for finding in run.findings),
}
"""The fields that are words. All others are a run's metrics and parameters, and `elapsed`, `left`, `step` and `epoch`."""
_AMOUNTS: Mapping[str, Callable[[Run], float | None]] = {"elapsed": lambda run: run.elapsed, "left": lambda run: run.eta}
_TOLD_MOST = 8
"""Words of one field that are all named to a person who asked for another."""
_WORDS = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_TERM = re.compile(r"(?P<not>[-!]?)(?P<field>[A-Za-z][\w-]*)(?P<op>!=|<=|>=|[:=~<>])(?P<value>.*)", re.DOTALL)
_SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([-+]?[\d.]+)(s|m|min|h|d)")
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `field` is empty for a word that may stand anywhere; `negated` turns it round."""

    field: str
    op: Operator
    value: str
    negated: bool = False

    def matches(self, run: Run) -> bool:
        """Whether it holds; what a run does not say holds nothing, and is no reason to turn round."""
        if not self.field:
            found = any(self.value in text.lower() for text in (run.name, run.testbed, run.state, run.id, run.model or ""))
            return found != self.negated
        values = _values(run, self.field)
        if not values:
            return self.negated and self.op in (":", "~")
        holds = any(self._holds(value) for value in values)
        return (holds if self.op != "!=" else not any(_same(value, self.value) for value in values)) != self.negated

    def _holds(self, value: str | float) -> bool:
        if self.op == "~":
            return self.value in str(value).lower()
        if self.op in _COMPARE:
            wanted = _number(self.value)
            known = value if isinstance(value, float) else _number(value)
            return wanted is not None and known is not None and _COMPARE[self.op](known, wanted)
        return any(_same(value, part) for part in self.value.split(","))


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold. `wrong` says what could not be understood, for the person who types it."""

    terms: tuple[Term, ...] = ()
    wrong: str = ""

    def matches(self, run: Run) -> bool:
        """Whether the run is asked for."""
        return all(term.matches(run) for term in self.terms)


def parse(text: str) -> Filter:
    """The filter that a person typed. A term that is not finished yet asks for nothing.

    >>> parse("groq loss<7.2").terms
    (Term(field='', op=':', value='groq', negated=False), Term(field='loss', op='<', value='7.2', negated=False))
    """
    terms: list[Term] = []
    wrong = ""
    for word in _WORDS.findall(text):
        found = _TERM.fullmatch(word)
        if found is None:
            negated = len(word) > 1 and word[0] == "!"
            if bare := word[negated:].replace('"', "").lower():
                terms.append(Term("", ":", bare, negated))
            continue
        value = found["value"].replace('"', "").lower()
        op: Operator = ":" if found["op"] == "=" else found["op"]  # type: ignore[assignment]
        if not value:
            continue
        field = found["field"].lower().replace("-", "_")
        if op in _COMPARE and (field in TEXTS or _number(value) is None):
            wrong = wrong or (f"{field} is a word: {field}:{value}" if field in TEXTS else f"{value} is not a number")
        terms.append(Term(field, op, value, bool(found["not"])))
    return Filter(tuple(terms), wrong)


def objection(asked: Filter, runs: Sequence[Run]) -> str:
    """Why no run may match, in words for the person who typed it: what could not be understood, a name that no run of these
    knows, or a word that none of them has there, with what there is. Empty where each term alone could match."""
    for term in () if asked.wrong else asked.terms:
        if not term.field or term.negated:
            continue
        there = sorted({str(value).lower() for run in runs for value in _values(run, term.field)})
        if not there:
            known = {*TEXTS, *_AMOUNTS, *(name for run in runs for name in (*run.metrics, *run.params, *run.progress))}
            near = [] if term.field in known else get_close_matches(term.field, sorted(known), 1)
            return f"No run says {term.field}" + (f", but {near[0]}" if near else "")
        if term.field in TEXTS and term.op == ":" and not any(part in there for part in term.value.split(",")):
            near = there if len(there) <= _TOLD_MOST else get_close_matches(term.value, there, 3)
            return f"No run has the {term.field} {term.value}" + (f", but {', '.join(near)}" if near else "")
    return asked.wrong


def _values(run: Run, field: str) -> tuple[str | float, ...]:
    """What a run says under a name: a metric's value before a parameter's."""
    if field in TEXTS:
        return tuple(text for text in TEXTS[field](run) if text)
    if field in run.metrics:
        return (run.metrics[field].value,)
    if field in run.params:
        value = run.params[field].value
        return (value if isinstance(value, str) else float(value),)
    amount = run.progress.get(field)
    number = _AMOUNTS[field](run) if field in _AMOUNTS else amount.done if amount else None
    return () if number is None else (float(number),)


def _same(value: str | float, wanted: str) -> bool:
    number = _number(wanted)
    return value == number if isinstance(value, float) and number is not None else str(value).lower() == wanted


def _number(text: str) -> float | None:
    """A number, or a duration in seconds such as `90s`, `10m`, `2h`; None for anything else."""
    duration = _DURATION.fullmatch(text)
    try:
        return float(duration[1]) * _SECONDS[duration[2]] if duration else float(text.replace("_", ""))
    except ValueError:
        return None
