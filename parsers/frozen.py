"""Values that nobody changes: `@frozen` in place of `@dataclass(frozen=True, slots=True)`, where many are made.

A frozen dataclass sets each of its fields by `object.__setattr__`, so that making one takes three times as long, and each
class has six methods written and compiled while it is imported. Here a type checker holds the fields unchangeable, and
comparing, hashing and showing are written once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as a dataclass with slots, whose fields (one at least) a type checker lets nobody change.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), Point(1) == Point(2)
    (Point(x=1, y=0), True, False)
    """
    made: Any = dataclass(eq=False, repr=False, slots=True)(cls)
    made._values_of = attrgetter(*(each.name for each in fields(made)))
    for name, method in _SHARED.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _equal(self: Any, other: Any) -> Any:
    return self._values_of(self) == self._values_of(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._values_of(self))


def _shown(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{each.name}={getattr(self, each.name)!r}' for each in fields(self))})"


_SHARED: dict[str, Callable[..., Any]] = {"__eq__": _equal, "__hash__": _hash, "__repr__": _shown}
