"""Where a run's facts stand when its log has been moved: the lines of a rotated log are in several files."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import fields, is_dataclass, replace
from typing import Any

from parsers.frozen import frozen
from tui.runs.run import Run, Source, Spot
from tui.runs.series import Series


@frozen
class Places:
    """Turns lines counted over all parts of a log into lines of its files. `names` are the files' in order, `firsts` the
    first line of each counted over all; a spot under one of the `old` names is meant."""

    old: frozenset[str]
    names: Sequence[str]
    firsts: Sequence[int]

    def of(self, run: Run) -> Run:
        """The run with every place in the file where it stands."""
        sources = tuple(part for source in run.sources for part in self._parts(source))
        moved: Run = self._moved(replace(run, series={}))
        return replace(moved, sources=sources, series={name: self._series(one) for name, one in run.series.items()})

    def _series(self, series: Series) -> Series:
        """Its points of the log's last file keep their lines; a series knows one file, so those of earlier ones have none."""
        if series.path not in self.old:
            return series
        before = self.firsts[-1] - 1
        moved = copy(series)
        moved.path = self.names[-1]
        moved.columns = replace(series.columns, lines=array("q", [max(0, line - before) for line in series.columns.lines]))
        return moved

    def _at(self, line: int) -> tuple[str, int]:
        part = max(0, bisect_right(self.firsts, line) - 1)
        return self.names[part], line - self.firsts[part] + 1

    def _parts(self, source: Source) -> list[Source]:
        if source.path not in self.old:
            return [source]
        last = [*(first - 1 for first in self.firsts[1:]), source.last_line]
        pieces = [
            (name, max(first, source.first_line) - first + 1, min(end, source.last_line) - first + 1)
            for name, first, end in zip(self.names, self.firsts, last, strict=True)
        ]
        return [Source(name, first, end, source.role) for name, first, end in pieces if first <= end]

    def _moved(self, value: Any) -> Any:
        if isinstance(value, Spot):
            if value.path not in self.old or not value.line:
                return value
            path, line = self._at(value.line)
            return replace(value, path=path, line=line)
        if isinstance(value, tuple):
            return tuple(map(self._moved, value))
        if isinstance(value, Mapping):
            return {key: self._moved(item) for key, item in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            new = {field.name: self._moved(getattr(value, field.name)) for field in fields(value) if field.init}
            changed = {name: item for name, item in new.items() if item is not getattr(value, name)}
            return replace(value, **changed) if changed else value
        return value
