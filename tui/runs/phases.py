"""A run's phases while they are written: the one it is in, those it left, and the bound on how many are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parsers.records import PhaseName
from tui.runs.run import Phase, Spot

PHASES_MOST = 256
"""Phases that a run keeps apart. One that evaluates every few minutes has thousands in a week."""
_FIRST, _LAST = PHASES_MOST // 4, PHASES_MOST // 2


@dataclass
class OpenPhase:
    """A phase as far as the log has told; `times` is how many it stands for."""

    name: PhaseName
    at: datetime | None
    spot: Spot
    seconds: float | None = None
    cached: bool | None = None
    left_at: datetime | None = None
    closed: bool = False
    times: int = 1

    def took(self, until: datetime | None) -> float | None:
        """Its seconds, as the log gives them or by its clock; to that moment while it is open."""
        end = self.left_at if self.closed else until
        if self.seconds is None and self.at is not None and end is not None:
            return max(0.0, (end - self.at).total_seconds())
        return self.seconds

    def frozen(self, until: datetime | None) -> Phase:
        """The phase as of that moment."""
        return Phase(self.name, self.at, self.took(until), self.cached, self.spot, not self.closed, self.times)


def bounded(phases: list[OpenPhase]) -> list[OpenPhase]:
    """The phases; beyond `PHASES_MOST` the first and the last, and of those between one of each name and kind of compile,
    at its first's place with the sum of their seconds."""
    if len(phases) <= PHASES_MOST:
        return phases
    groups: dict[tuple[PhaseName, bool | None], list[OpenPhase]] = {}
    for phase in phases[_FIRST:-_LAST]:
        groups.setdefault((phase.name, phase.cached), []).append(phase)
    between = []
    for (name, cached), same in groups.items():
        known = [seconds for phase in same if (seconds := phase.took(None)) is not None]
        times, took = sum(phase.times for phase in same), sum(known) if known else None
        between.append(OpenPhase(name, same[0].at, same[0].spot, took, cached, same[-1].left_at, closed=True, times=times))
    return [*phases[:_FIRST], *between, *phases[-_LAST:]]
