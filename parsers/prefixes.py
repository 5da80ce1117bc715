"""What loggers, launchers and wrappers put before a message: any run of time stamps, levels, ranks, hosts and places."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from parsers.frozen import frozen

SAME_DIGITS = dict.fromkeys(range(ord("0"), ord("9") + 1), "0")
"""Makes a shape of text by `translate`."""
_PARTS_MOST = 12
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_STAMPS: tuple[tuple[str, str], ...] = (
    ("iso", rf"\d{{4}}-\d\d-\d\d[ T:]{_CLOCK}(?:Z|[-+]\d\d:?\d\d)?"),
    ("slashes", rf"\d{{4}}/\d\d/\d\d {_CLOCK}"),
    ("american", rf"\d\d/\d\d/\d{{4}} {_CLOCK}"),
    ("ctime", rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH} [ \d]\d {_CLOCK} \d{{4}}"),
    ("month", rf"\d\d[/-]\d\d {_CLOCK}"),
    ("syslog", rf"{_MONTH} [ \d]\d {_CLOCK}"),
    ("clock", _CLOCK),
)
_DATED = ("iso", "slashes", "american", "ctime")
RISING = ("iso", "slashes")
"""Forms with a full date, the year first: of two stamps the later one is the greater text."""
_STAMP = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _STAMPS)
_LEVEL = r"(?P<level>DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL|TRACE|SUCCESS|debug|info|warn(?:ing)?|error|[IWEFD](?![\w.]))"
_PLACE = (
    r"[\w./<>-]+\.(?:py|cc|cpp|c|h|cu|rs|go):\d+(?::[\w.<>]+)?|[A-Za-z_][\w./<>-]*:\d+(?::[\w.<>]+)?"
    r"|[A-Za-z_][\w.]*:[\w.<>]+:\d+"
)
_RANK = r"(?:(?i:(?:global_|local_)?rank|gpu|worker|device|process|proc|pid|hpu|ipu|tp|dp|pp)[ :=#_-]{0,2})"
_NO_NAME = (
    r"(?!(?i:(?:global|train(?:ing)?|micro|opt(?:imizer)?)?[_ -]?(?:epochs?|ep|e|steps?|iter(?:ation)?s?|it|updates?|batch|round|"
    r"episode|loss|lr|acc(?:uracy)?|eta|time|dt|mfu|tps|ips|ppl)[\d_]*[\]:= ]))"
)
"""A key of readings is no name of a host, a logger or a place."""
_INSIDE = re.compile(
    rf"[ |,:]*(?:(?:{_STAMP})|(?P<rank_word>{_RANK})(?P<rank>\d{{1,6}})|{_LEVEL}(?=[\]|: ,])|(?P<place>{_PLACE})"
    r"|(?P<number>\d{1,5}(?=\]))|(?P<name>[A-Za-z_][\w./<>-]*))(?=[\]|, :])"
)
_BARE = re.compile(
    rf"(?:(?P<glog>[IWEF]\d{{4}}) (?P<glog_clock>{_CLOCK}) +\d+ [^\s\]]{{1,80}}\]"
    rf"|(?:{_STAMP})(?=[\s,:;|\]-]|$)"
    rf"|{_LEVEL}(?:(?=[:|\] ])|$)(?!:? ?\d(?!\d[-/:]\d\d))"
    rf"|(?P<rank_word>{_RANK})(?P<rank>\d{{1,6}})(?= ?[:|\]]| -)"
    r"|(?P<actor>\((?:[\w.:-]{1,60} )?(?:[\w.:-]{1,60} )?pid=\d+[^)]{0,60}\))"
    rf"|(?P<place>(?:{_PLACE})(?= ?[\]|:-]| +- ))"
    r")"
)
_HOST = re.compile(_NO_NAME + r"(?P<host>(?=[\w.-]{0,62}\d)[a-z][\w.-]{1,62}): +(?=\D)")
_AFTER_STAMP = re.compile(
    _NO_NAME + r"(?:(?P<process>[\w.-]{1,60} [\w./-]{1,60}\[\d{1,8}\]: )"
    r"|(?P<logger>[A-Za-z_][\w./]{0,80}(?:\[\d{1,8}\])?(?:(?= +[-|] )| ?- (?!\d))))"
)
_BASIC = re.compile(_NO_NAME + r"(?P<logger>[A-Za-z_][\w.]{0,80}):(?=\S)")
_SEPARATOR = re.compile(r"(?:[\s:|,;]|\](?=\W|$)|-+(?=[ |-])|>>? (?=\s*\S))*")


@frozen
class Peeled:
    """A line without what stands before its message. `start` is where the rest begins in the text; `form` names the time
    stamp's kind, `span` is its place, and `at` is None where it has no full date; `before` is what was taken off."""

    text: str
    start: int = 0
    at: datetime | None = None
    form: str = ""
    span: tuple[int, int] | None = None
    level: str = ""
    rank: str | None = None
    before: str = ""


@frozen
class _Cut:
    """What stands where before a message."""

    start: int
    form: str
    span: tuple[int, int] | None
    level: str
    rank: tuple[int, int] | None


def peel(text: str) -> Peeled:
    """Take off any run of prefixes; what is a reading stays."""
    cut = _cut(text.translate(SAME_DIGITS))
    start, rank = cut.start, cut.rank
    return Peeled(
        text[start:], start, time_of(text[slice(*cut.span)], cut.form) if cut.span else None, cut.form, cut.span, cut.level,
        text[slice(*rank)] if rank else None, text[:start],
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _cut(text: str) -> _Cut:
    at, start, level = 0, 0, ""
    rank: tuple[int, int] | None = None
    form, span = "", None
    stamped = leveled = False
    for _ in range(_PARTS_MOST):
        found: re.Match[str] | None
        parts: list[re.Match[str]] = []
        if text.startswith("[", at):
            end = _bracket(text, at, parts)
        else:
            found = _BARE.match(text, at) or _HOST.match(text, at)
            if found is None and (stamped or leveled):
                found = _AFTER_STAMP.match(text, at)
            if found is None and leveled and text[at - 1 : at] == ":":
                found = _BASIC.match(text, at)
            end = found.end() if found else at
            parts = [found] if found else []
        if end == at:
            break
        for part in parts:
            groups = part.groupdict()
            if groups.get("level"):
                level, leveled = level or groups["level"].upper(), True
            if groups.get("glog"):
                level, leveled = level or groups["glog"][0], True
                form, span = form or "glog", span or (part.start("glog"), part.end("glog_clock"))
            if groups.get("number") and rank is None:
                rank = part.span("number")
            if groups.get("rank") and "pid" not in groups["rank_word"].lower():
                rank = part.span("rank") if rank is None or "rank" in groups["rank_word"].lower() else rank
            for name, _pattern in _STAMPS:
                if groups.get(name):
                    stamped = True
                    if not form or (form not in _DATED and name in _DATED):
                        form, span = name, part.span(name)
        after = _SEPARATOR.match(text, end)
        at = after.end() if after else end
        if at >= len(text):
            break  # a stamp alone
        start = at
    return _Cut(start, form, span, level, rank)


def _bracket(text: str, at: int, parts: list[re.Match[str]]) -> int:
    """The end of a bracketed run of fields of a prefix, or `at` where it is none; its parts are added."""
    close = text.find("]", at, at + 120)
    if close < 0 or re.match(_NO_NAME, text[at + 1 : close + 1]) is None:
        return at
    here = at + 1
    found = []
    while here < close:
        part = _INSIDE.match(text, here)
        if part is None:
            if text[here:close].strip(" |,:"):
                return at
            break
        found.append(part)
        here = part.end()
    if not found or len(found) > 8:
        return at
    parts += found
    return close + 1


def time_of(stamp: str, form: str) -> datetime | None:
    """The time of a stamp of that form, where it has a full date; a zone is dropped."""
    stamp = stamp.replace(",", ".")
    try:
        if form == "iso":
            return datetime.fromisoformat((stamp[:10] + " " + _no_zone(stamp[11:]))[:26])
        if form == "slashes":
            return datetime.fromisoformat(stamp.replace("/", "-")[:26])
        if form == "american":
            return datetime.fromisoformat(f"{stamp[6:10]}-{stamp[:2]}-{stamp[3:5]}{stamp[10:]}"[:26])
        if form == "ctime":
            return datetime.strptime(f"{stamp[:19]} {stamp[-4:]}", "%a %b %d %H:%M:%S %Y")
    except ValueError:
        pass
    return None


def _no_zone(clock: str) -> str:
    return re.split(r"[Z+-]", clock, maxsplit=1)[0]


