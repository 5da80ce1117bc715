"""Which columns fit, and how wide each is: the name and the remark take what the others leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.widgets.table.columns import Column

NAME_LEAST, NAME_WISH, NAME_GOOD, NAME_MOST = 12, 20, 32, 48
REMARK_LEAST, REMARK_GOOD, REMARK_MOST = 15, 44, 80
AGE_WIDTH = 6
LAST_RESORT = ("age", "speed", "progress")
"""Columns that go, in this order, where a screen is too narrow even for those that otherwise stay; after them the others,
from the right. A cell is never cut: half a number is another number."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column, where it begins, and its width."""

    column: Column
    at: int
    width: int


def placed(columns: Sequence[Column], needs: Mapping[str, int], width: int, gap: int) -> tuple[Placed, ...]:
    """The columns that fit in `width`, those of which `needs` has no width left out; short of room, they go in their turn."""
    kept = [column for column in columns if column.id in needs]
    sizes = {column.id: needs[column.id] for column in kept}
    sizes["name"], sizes["remark"] = min(needs.get("name", 0), NAME_WISH), min(needs.get("remark", 0), REMARK_LEAST)

    def free() -> int:
        return width - sum(sizes[column.id] + gap for column in kept) + gap

    gone: list[Column] = []
    for column in sorted((column for column in kept if column.drop), key=lambda column: -column.drop):
        if free() < 0:
            kept.remove(column)
            gone.append(column)
    slack = sizes["name"] - min(NAME_LEAST, sizes["name"])
    for column in _least_first(kept):
        if free() + slack < 0:
            kept.remove(column)
            gone = [each for each in gone if not (column.id == "speed" and each.id == "spark")]  # a curve of no figure
    for column in reversed(gone):  # a wide one may have gone that a narrow one had made room for
        if sizes[column.id] + gap <= free():
            kept = [each for each in columns if each in kept or each is column]
    for flexible, most in (("name", NAME_GOOD), ("remark", REMARK_GOOD), ("name", NAME_MOST), ("remark", REMARK_MOST)):
        if any(column.id == flexible for column in kept):
            sizes[flexible] += max(0, min(free(), min(needs[flexible], most) - sizes[flexible]))
    sizes["name"] = max(min(NAME_LEAST, sizes["name"]), sizes["name"] + min(0, free()))
    made, at = [], 0
    for column in kept:
        made.append(Placed(column, at, sizes[column.id]))
        at += sizes[column.id] + gap
    return tuple(made)


def _least_first(columns: Sequence[Column]) -> list[Column]:
    """Of the columns that stay where there is room, those that a very narrow screen does without, in their turn."""
    ranks = {id: rank for rank, id in enumerate(LAST_RESORT)}
    return sorted(
        (column for column in reversed(columns) if column.id not in ("state", "name")),
        key=lambda column: ranks.get(column.id, len(ranks)),
    )


def gap_of(width: int) -> int:
    """Blank columns between two columns of the table."""
    return 1 if width < 130 else 2
