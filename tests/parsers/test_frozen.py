"""Values made by `@frozen` behave as frozen dataclasses do."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace

from parsers.frozen import frozen
from parsers.records import Metric, Place, Progress


@frozen
class _Length:
    metres: float


@frozen
class _Width:
    metres: float


def test_values_are_equal_by_type_and_fields() -> None:
    assert _Length(1.0) == _Length(1.0)
    assert _Length(1.0) != _Length(2.0)
    assert _Length(1.0) != _Width(1.0)
    assert len({_Length(1.0), _Length(1.0), _Length(2.0)}) == 2


def test_a_subclass_compares_the_fields_of_its_base_too() -> None:
    here, there = (Progress(1, Place(line), None, "step", 5.0, 10.0) for line in (3, 4))
    assert here != there
    assert here == replace(there, place=Place(3))
    assert [field.name for field in fields(here)][:3] == ["run", "place", "at"]


def test_copies_are_equal_and_shown_alike() -> None:
    metric = Metric(1, Place(7), None, "loss", 0.5, 3.0)
    for other in (copy.copy(metric), copy.deepcopy(metric), pickle.loads(pickle.dumps(metric))):
        assert other == metric
        assert repr(other) == repr(metric)
    assert "place=Place(line=7)" in repr(metric)


def test_no_field_can_be_added() -> None:
    assert not hasattr(_Length(1.0), "__dict__")
