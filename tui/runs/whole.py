"""A log read anew with every point of its series: what is looked at closely is not what was thinned for display."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from tui.runs.curve import Axis, Curve, curve_of, smoothed
from tui.runs.logfile import LogFile
from tui.runs.run import Run
from tui.runs.series import Series


@dataclass(frozen=True, slots=True)
class Whole:
    """A curve with all of its points, and its mean where it is smoothed; `count` readings of the log went into it."""

    curve: Curve
    mean: tuple[float, ...]
    count: int


class WholeLog:
    """Reads one log for itself, and reads on as it grows, on threads beside the one that draws: one of them at a time."""

    def __init__(self, path: str, name: str) -> None:
        self._log = LogFile(path, name, sys.maxsize)
        self._turn = Lock()

    def read(self, wanted: Callable[[], bool]) -> bool:
        """Read to the log's end; False where it is `wanted` no longer, which is asked between slices. Raises OSError."""
        with self._turn:
            more = True
            while more:
                if not wanted():
                    return False
                _, more = self._log.read_on()
        return True

    def whole(self, run: Run, metric: str, axis: Axis, smoothing: float, now: float) -> Whole | None:
        """All of a run's curve; None where this log does not hold what the run's series was read from."""
        with self._turn:
            series = self._series(run, metric, now)
            if series is None:
                return None
            curve = curve_of(run, series, axis)
        return Whole(curve, tuple(smoothed(curve.xs, curve.ys, smoothing)) if smoothing else (), series.count)

    def _series(self, run: Run, metric: str, now: float) -> Series | None:
        """The one that begins where the run's own begins: what of several launches in a log belongs to it."""
        known = run.series.get(metric)
        if known is None or known.first is None:
            return None
        found = (other.series.get(metric) for other in self._log.runs(now))
        return next(
            (
                series for series in found
                if series is not None and series.first is not None and series.count >= known.count
                and (series.first.line, series.first.step) == (known.first.line, known.first.step)
            ), None,
        )  # fmt: skip
