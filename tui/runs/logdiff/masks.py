"""What differs between any two logs by itself: times, durations and rates, ids, addresses; and how it is masked.

Figures that a run is judged by, such as losses and batch sizes, have no mask: they have no unit of time, and no id's shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_NUMBER = r"\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?[AP]M\b)?"
_MONTH_AND_CLOCK = rf"{_MONTH}\s+\d{{1,2}}\s+{_CLOCK}(?:\s+[A-Z]{{3,4}})?(?:\s+\d{{4}})?"
_LENGTH = r"(?:hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|ms|us|µs|ns|days?)\b(?!/)"
_THINGS = (
    r"(?:samples?|tokens?|it|iters?|iterations?|images?|img|steps?|sequences?|seqs?|inferences?|examples?|tensors?|batch(?:es)?"
    r"|[kKMGT]?i?B|[kMGT]?FLOPS?)"
)
_FROM_DIGITS = re.compile("|".join((
    rf"\d{{4}}[-/]\d\d[-/]\d\d(?:[T _-]{_CLOCK})?(?:Z|[+-]\d\d:?\d\d)?",  # 2024-04-07 05:47:29,123
    rf"\d\d?/\d\d?/\d\d(?:\d\d)?(?:[T ,]+{_CLOCK})?",
    rf"{_CLOCK}(?![\d:])",
    r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\d.])",  # IPv4
    rf"{_NUMBER}\s?{_LENGTH}(?:[ ,]*{_NUMBER}\s?{_LENGTH})*",
    rf"{_NUMBER}\s?(?:{_THINGS}\s?)?(?:/\s?(?:s|sec|seconds?)|per (?:second|sec))\b",
    rf"{_NUMBER}\s?s(?:ec)?/\s?{_THINGS}\b",
    r"0[xX][0-9a-fA-F]+",
    r"\d{10}\.\d{3,}\b",  # seconds since 1970
    r"\d{14,}\b",
    r"\d{5,8}(?= POPRUN\b)",
)))  # fmt: skip
_Hints = tuple[str, ...]
_FROM_LETTERS: tuple[tuple[_Hints, re.Pattern[str]], ...] = tuple((hints, re.compile(pattern)) for hints, pattern in (
    (("-",), r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    ((":",), r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}\b"),  # a network card
    (("",), r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b"),
    (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+{_MONTH_AND_CLOCK}"),
    ((":",), _MONTH_AND_CLOCK),
    ((":",), rf"[EWIF]\d{{4}}\s+{_CLOCK}\s+\d+"),  # Google's logs: the month and day, the thread
    (("gc-poplar-", "sn", "groq-r", "cer-"), r"(?:gc-poplar-|sn\d+-r\d+-h|groq-r\d+-gn-|cer-\w+-)\d+\b(?!\.\d)"),
    (("nid", "node", "worker", "host"), r"(?:nid|node-?|worker-?|host-?)\d+\b(?!\.\d)"),
    (("wkr-", "act-", "crd-", "brd-", "wgt-", "cmd-", "chf-"), r"(?:wkr|act|crd|brd|wgt|cmd|chf)-\d+\b"),
    (("job", "cs", "run", "id", "slurm", "task"), r"(?:wsjob|cs|job|run|pid|tid|slurm|srun|task)[-_][0-9a-z]*\d{4,}[0-9a-z]*\b"),
    (("wsjob",), r"wsjob-\w+"),
    (("/tmp/",), r"/tmp/[\w./-]+"),
))  # fmt: skip
"""Each with words of which a line has one where it fits, in small letters: looking for these is ten times as fast."""
_HOSTS = tuple(f".{domain}" for domain in ("gov", "edu", "com", "org", "net", "local", "internal", "lan"))
_DOMAIN = re.compile(r"\.(?:gov|edu|com|org|net|local|internal|lan)(?::\d+)?(?![\w.-])")
_HOST = re.compile(r"[\w.-]+$")
_AFTER: tuple[tuple[_Hints, re.Pattern[str]], ...] = tuple((hints, re.compile(pattern)) for hints, pattern in (
    (("job", "pid", "tid", " id", "_id", "port"),
     r"\b(?i:job(?:[ _-]?id)?|pid|tid|(?:process|thread|session|step)[ _-]id|port)\s?[:=#]?\s*[\"']?(\d{3,})\b(?!\.\d)"),
    (("duration", "elapsed", "took", "runtime", "wall", "uptime"),
     rf"\b(?i:duration|elapsed|took|runtime|wall(?:[ _-]?(?:time|clock))?|uptime)\s*[:=]?\s*({_NUMBER})\b"),
    (("_per_sec", "throughput"), rf"(?:_per_second|_per_sec|[tT]hroughput)\s?[:=]\s?({_NUMBER})\b"),
    (("pl:", "po:"), r"P[LO]:\w+\s+(\d{4,}\.\d{4,})\b"),  # Poplar's process.thread
    (("]:",), r"\w\[(\d{3,})\]:"),
    (("%",), r"\d%\s?(\|[^|]*\|)"),
))  # fmt: skip
"""What only the word before it makes known: the part in the group is masked."""
_ANY = re.compile(r"\d|wsjob|/tmp/")
_BEGINS = re.compile(r"[0-9](?<![\w.⟩-][0-9])")
_PLAIN = re.compile(r"\d{1,9}(?:\.\d{1,12})?(?=,(?!\d)|[\]|;)}%\"']|$|\s+[^\sa-zA-Zµ/])")
"""A number that no mask fits, such as a figure in a list of them: looked for first, as most are."""
_WORD = re.compile(r"[\w.⟩-]")
_DIGITS = str.maketrans("123456789", "000000000")
_FLOAT = re.compile(r"\d[\d,]*\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+")
_INTEGER = re.compile(r"\d+")
MASK = "⟨…⟩"
"""What stands for something masked; no mask fits it."""


def mask(text: str) -> str:
    """A line with everything masked that differs by itself; masking again changes nothing.

    >>> mask("2024-04-07 05:47:29,123 INFO: | Train Step=100, Loss=7.07812, Rate=4853.35 samples/sec")
    '⟨…⟩ INFO: | Train Step=100, Loss=7.07812, Rate=⟨…⟩'
    """
    parts, at = [], 0
    for begin, end in masked_spans(text):
        parts += [text[at:begin], MASK]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def masked_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The parts of a line that are masked, from where to where, in order."""
    shape = text.translate(_DIGITS)
    return _spans_of(text) if "0x" in shape else _spans_of_shape(shape)


@lru_cache(maxsize=1 << 14)
def _spans_of_shape(shape: str) -> tuple[tuple[int, int], ...]:
    """No mask but that of `0x…` asks which digit stands where, and most lines of a long log have one of few shapes."""
    return _spans_of(shape)


def _spans_of(text: str) -> tuple[tuple[int, int], ...]:
    if not _ANY.search(text):
        return ()
    found = [*_numbers(text), *_names(text)]
    if len(found) < 2:
        return tuple(found)
    spans: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if spans and begin <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((begin, end))
    return tuple(spans)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    reached = 0
    for begin in _BEGINS.finditer(text):
        at = begin.start()
        if at >= reached and not _PLAIN.match(text, at) and (hit := _FROM_DIGITS.match(text, at)):
            reached = hit.end()
            yield hit.span()


def _names(text: str) -> Iterator[tuple[int, int]]:
    small = text.lower()
    for hints, pattern in _FROM_LETTERS:
        if _has(small, hints):
            for hit in pattern.finditer(text):
                if not hit.start() or not _WORD.match(text, hit.start() - 1):
                    yield hit.span()
    for hints, pattern in _AFTER:
        if _has(small, hints):
            for hit in pattern.finditer(text):
                yield hit.span(1)
    if _has(small, _HOSTS):
        for hit in _DOMAIN.finditer(text):
            host = _HOST.search(text, 0, hit.start())
            if host and any(sign.isdigit() for sign in host[0]):
                yield host.start(), hit.end()


def _has(small: str, hints: _Hints) -> bool:
    return any(hint in small for hint in hints)


def without_fractions(masked: str) -> str:
    """A masked line without its figures: what is left says which step of which training it is."""
    return _FLOAT.sub("0.0", masked)


def without_numbers(masked: str) -> str:
    """A masked line without any number: which kind of line it is."""
    return _INTEGER.sub("0", _FLOAT.sub("0", masked))
