"""`bedwatch check`: how a log is read, as text: the format and why, each recognised line, and what was not recognised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from parsers import records as r
from parsers.explain import Explanation, Reading
from parsers.metrics import METRICS
from tui.runs.numbers import duration, number

_SHAPES_SHOWN = 15


def check_text(name: str, told: Explanation, width: int | None) -> str:
    """The explanation of one log; `width` cuts quoted lines for a terminal, None leaves them whole for a pipe."""
    if told.binary:
        return f"{name}: unreadable: a binary file, not a text log"
    lines = [_verdict(name, told), ""]
    if told.readings:
        size = max(len(reading.kind or "") for reading in told.readings)
        lines += [f"{'LINE':>11}  {'KIND':{size}}  MEANING"]
        lines += [_cut(text, width) for text in _recognised(told.readings, size)]
        lines.append("")
    if told.fault is not None:
        lines.append(told.fault.message)
    lines += [_cut(text, width) for text in _rest(told)]
    return "\n".join(lines)


def _verdict(name: str, told: Explanation) -> str:
    if told.format is None or not told.total:
        return f"{name}: no known format: nothing in it was recognised"
    title = f"{name}: {told.format.title}"
    if told.by_path:
        if told.format.name == "generic":
            return f"{title} (no vendor's own line in it)"
        return f"{title} (low confidence: no line shows whose log this is, but its path names it)"
    shown = ", ".join(f"line {own.line} ({own.kind})" for own in told.evidence[:4])
    sure = "high" if len(told.evidence) > 1 else "good"
    return f"{title} ({sure} confidence, by {shown})"


def _recognised(readings: Sequence[Reading], size: int) -> Iterator[str]:
    """One line a reading; a stretch of one kind that says nothing new is folded into a count."""
    for kind, group in groupby(readings, key=lambda reading: (reading.kind, reading.format)):
        same = list(group)
        shown = same if len(same) <= 3 else [same[0], same[-1]]
        for index, reading in enumerate(shown):
            meaning = "; ".join(meanings(reading.records)) or reading.about
            yield f"{reading.line:>11}  {kind[0] or '':{size}}  {meaning}"
            if index == 0 and len(same) > 3:
                yield f"{'':>11}  {'':{size}}  … {len(same) - 2} more of this kind"


def meanings(records: Sequence[r.Record]) -> Iterator[str]:
    """What a line gave, in words."""
    for record in records:
        match record:
            case r.Started():
                yield f"run {record.run} begins"
            case r.Metric():
                what = METRICS[record.name]
                at = f" at step {number(record.step)}" if record.step is not None else ""
                mark = " (estimate)" if what.evidence == "estimated" else ""
                yield f"{record.name} {number(record.value, 12)}{' ' + what.unit if what.unit else ''}{at}{mark}"
            case r.Stale():
                yield f"{record.metric}: its value here cannot be read"
            case r.Param():
                yield f"{record.name} = {record.value}"
            case r.Progress():
                done = "" if record.done is None else number(record.done)
                yield f"{record.unit} {done}{'' if record.total is None else ' of ' + number(record.total)}".rstrip()
            case r.PhaseEntered():
                yield f"phase {record.name}"
            case r.PhaseLeft():
                took = "" if record.seconds is None else f" after {duration(record.seconds)}"
                yield f"phase {record.name} over{took}{' (cached)' if record.cached else ''}"
            case r.Job():
                yield f"job {record.id}"
            case r.Remaining():
                yield f"{'at least ' if record.at_least else ''}{duration(record.seconds)} left, the program says"
            case r.Pointer():
                yield f"output is in {record.path}"
            case r.Notice():
                yield f"{record.severity}: {record.message} [{record.code}]"
            case r.Ended():
                yield f"{record.state}{': ' + record.error if record.error else ''}"
            case r.Resumed():
                yield "goes on"
            case _:
                continue


def _rest(told: Explanation) -> Iterator[str]:
    if not told.total:
        return
    share = 100 * told.recognised / told.total
    yield f"{number(told.recognised)} of {number(told.total)} lines recognised ({share:.0f} %)"
    if told.unrecognised:
        yield "Not recognised, by shape:"
    for shape in told.unrecognised[:_SHAPES_SHOWN]:
        yield f"{shape.count:>7} ×  {shape.shape}  (first on line {shape.first_line})"
    left = len(told.unrecognised) - _SHAPES_SHOWN
    if left > 0:
        yield f"         and {left} more shapes"


def _cut(text: str, width: int | None) -> str:
    return text if width is None or len(text) <= width else text[: width - 1] + "…"
