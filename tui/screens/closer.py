"""What the run screen needs to look closely: all points of the charted series, read anew where they were thinned for display."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from tui.runs.curve import View
from tui.runs.numbers import number
from tui.runs.run import Run
from tui.runs.whole import Whole, WholeLog


class Closer:
    """The curves that were read in full, for one run and one way of looking at it."""

    def __init__(self) -> None:
        self.wholes: Mapping[str, Whole] = {}
        self.said = ""
        """What is being read, in words, for as long as it takes."""
        self._of: tuple[object, ...] = ()
        self._log: WholeLog | None = None
        self._tried: tuple[object, ...] = ()

    def begins(self, run: Run, metrics: Sequence[str | None], view: View) -> bool:
        """Whether points that were left out are now to be read; forgets those of another view. Says so once for each state."""
        thinned = [name for name in metrics if name is not None and len(run.series[name]) < run.series[name].count]
        if view.window is None or not thinned:
            self.wholes, self._of = {}, ()
            return False
        now = (run.id, view.axis, view.smoothing)
        if now != self._of:
            self.wholes, self._of = {}, now
        state = (*now, *((name, run.series[name].count) for name in thinned))
        if self.said or state == self._tried:
            return False
        self._tried = state
        self.said = f"reading all {number(max(run.series[name].count for name in thinned))} readings"
        return True

    async def read(
        self, run: Run, path: str, metrics: Sequence[str], view: View, now: float, wanted: Callable[[], bool]
    ) -> None:  # fmt: skip
        """Read them, until it is no longer `wanted`. What cannot be read is drawn as it was, from fewer points."""
        self._log = log = self._log or WholeLog(path, run.path)
        try:
            found = await asyncio.to_thread(_wholes, log, run, metrics, view, now, wanted)
            if found is None:
                self._tried = ()
            elif self._of == (run.id, view.axis, view.smoothing):
                self.wholes = found
        except OSError:
            pass  # the log is gone: whoever follows it says so
        finally:
            self.said = ""


def _wholes(
    log: WholeLog, run: Run, metrics: Sequence[str], view: View, now: float, wanted: Callable[[], bool]
) -> dict[str, Whole] | None:  # fmt: skip
    if not log.read(wanted):
        return None
    wholes = {name: log.whole(run, name, view.axis, view.smoothing, now) for name in metrics}
    return {name: whole for name, whole in wholes.items() if whole is not None}
