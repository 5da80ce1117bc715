"""What a line of readings is understood to say: figures, each with its meaning and the place of its number."""

from __future__ import annotations

from typing import Literal

from parsers.durations import read_duration
from parsers.frozen import frozen

Role = Literal["step", "epoch", "metric", "param", "norm", "rank", "remaining", "nothing", "stale"]
"""norm: a gradient's norm, which counts only where it is no number; nothing: a key that has
no value here, as `None`; stale: a metric's key without a readable value."""
Conversion = Literal["number", "clock", "nan"]

@frozen
class Figure:
    """One reading. Its number is `text[span]`, converted and then scaled by `factor`, or inverted after that.

    `total` is the place of the number after a slash. `by_digits`: it is a percentage above 1 and else a fraction, which has
    the name `fraction`, or is left out. `evaluation`: it is of evaluation data. `leading`: a first number without a key.
    Of several figures of a name the one of the highest `order` counts, then the last.
    """

    role: Role
    name: str
    span: tuple[int, int]
    conversion: Conversion = "number"
    factor: float = 1.0
    inverse: bool = False
    total: tuple[int, int] | None = None
    by_digits: bool = False
    fraction: str = ""
    evaluation: bool = False
    leading: bool = False
    order: int = 0

    def value(self, text: str) -> float | None:
        """The figure in this text, or in another of the same shape; None where its inverse has no value."""
        value = read_number(text[slice(*self.span)], self.conversion) * self.factor
        if not self.inverse:
            return value
        return 1 / value if value > 0 else None

    def total_in(self, text: str) -> float | None:
        """The total beside it."""
        return None if self.total is None else read_number(text[slice(*self.total)], "number")

    def name_in(self, text: str) -> str:
        """The metric that its value makes it."""
        value = self.value(text) if self.by_digits else None
        return self.fraction if value is not None and not 1 < value <= 100 else self.name


@frozen
class Understood:
    """A line taken apart. `start` is where its prefix ends; `strange` counts words that belong to no reading; `whole` says
    that nothing else stands in it, `form` what it is printed as, and `evaluation` that it is of evaluation data."""

    text: str
    figures: tuple[Figure, ...] = ()
    start: int = 0
    strange: int = 0
    form: Literal["", "line", "dict", "json"] = ""
    evaluation: bool = False
    keys: tuple[str, ...] = ()

    @property
    def by_digits(self) -> bool:
        """Whether a line that differs in digits alone may mean something else: a key holds some, as `top1` does."""
        return any(figure.by_digits for figure in self.figures) or self.keyed_by_digits

    @property
    def keyed_by_digits(self) -> bool:
        """Whether a key holds digits."""
        return any(char.isdigit() for key in self.keys for char in key)

    @property
    def whole(self) -> bool:
        """Whether the line holds readings and nothing else."""
        return self.strange == 0

    def of(self, role: Role) -> list[Figure]:
        """Its figures of a role."""
        return [figure for figure in self.figures if figure.role == role]

    def names(self) -> set[str]:
        """The metrics it gives."""
        return {figure.name_in(self.text) for figure in self.figures if figure.role == "metric"} - {""}


def read_number(text: str, conversion: Conversion) -> float:
    """A number as printed, with thousands separators or not a number, or a duration in seconds."""
    if conversion == "nan":
        return float(text)
    if conversion == "number":
        return float(text.replace(",", "").replace(" ", ""))
    return read_duration(text) or 0.0
