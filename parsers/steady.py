"""What a line gives when it follows its own kind: the same figures again, at the same places, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from parsers.frozen import frozen
from parsers.records import ProgressUnit

if TYPE_CHECKING:
    from parsers.grammar import Line, Span
    from parsers.scribe import Scribe

Unsteady = Callable[[Mapping[str, "Sequence[float]"], "Scribe"], bool]
"""Whether some line of these columns (by name) says more than its figures."""
DIGITS_MOST = 15
"""Digits of a count that a float holds exactly."""


class Column(NamedTuple):
    """A metric that each line gives: the number that it prints, times `factor`, or the inverse of that."""

    name: str
    factor: float = 1.0
    inverse: bool = False


@frozen
class Steady:
    """What further lines of one kind give, as long as nothing else that means something stands between them.

    `progress` names counts and their totals, `metrics` readings, each a number; `stamped` says that each line has a time.
    `same` is what must be printed in each line as it was in the first. `beside` names what each line gives as well, of which the
    last word alone counts: settings, the time left.
    """

    kind: Line
    progress: tuple[tuple[ProgressUnit, float | None], ...]
    metrics: tuple[Column, ...]
    stamped: bool
    same: tuple[str, ...] = ()
    unsteady: Unsteady | None = None
    beside: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of its columns."""
        return *(unit for unit, _ in self.progress), *(metric.name for metric in self.metrics)


@lru_cache(maxsize=4096)
def steady_of(
    kind: Line,
    progress: tuple[tuple[ProgressUnit, float | None], ...],
    metrics: tuple[Column, ...],
    stamped: bool,
    same: tuple[str, ...],
    unsteady: Unsteady | None,
    beside: tuple[str, ...],
) -> Steady:
    """The one that all lines share of which this is true: plans are told apart by it."""
    return Steady(kind, progress, metrics, stamped, same, unsteady, beside)


@frozen
class Grant:
    """That lines like this one are steady from here on: where in the text each column's number stands, in the order of
    `Steady.names`, and then each text that must be the same; `at` is where its time stands."""

    steady: Steady
    spans: tuple[Span, ...]
    at: Span | None


NEVER = Steady(None, (), (), False)  # type: ignore[arg-type]
"""What the lines of no plan are."""
