"""Series stay small however many readings come, and what they keep is exact where it matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.runs.series import POINTS_MOST, Series, thinned

START = datetime(2024, 4, 7, 6, 0, 0)


def series_of(values: Sequence[float], *, every: float | None = 1.0, steps: bool = True) -> Series:
    """A series with a reading every so many seconds (None: without times), at steps 1, 2, 3 and so on."""
    series = Series()
    for index, value in enumerate(values):
        at = None if every is None else START + timedelta(seconds=index * every)
        series.append(value, index + 1.0 if steps else None, at, index + 10)
    return series


def wave(index: int) -> float:
    return 10 / (1 + index / 1000) + math.sin(index / 50)


def test_no_more_points_are_kept_than_the_cap() -> None:
    """However many come; all columns stay equally long."""
    series = Series()
    for index in range(6 * POINTS_MOST):
        series.append(wave(index), index, START + timedelta(seconds=index), index)
        assert len(series) <= POINTS_MOST
    assert len(series) > POINTS_MOST // 4
    columns = series.columns
    assert {len(columns.values), len(columns.steps), len(columns.seconds), len(columns.lines)} == {len(columns.numbers)}
    assert series.count == 6 * POINTS_MOST


def test_first_last_and_extremes_stay_exact() -> None:
    """With their steps and lines, in the columns and by name."""
    values = [wave(index) for index in range(5 * POINTS_MOST)]
    values[7_001], values[12_003] = -50.0, 99.0
    series = series_of(values)
    assert series.first is not None and (series.first.value, series.first.line) == (values[0], 10)
    assert series.last is not None and (series.last.value, series.last.step, series.last.number) == (values[-1], len(values), len(values))
    assert series.low is not None and (series.low.value, series.low.step, series.low.line) == (-50.0, 7_002, 7_011)
    assert series.high is not None and (series.high.value, series.high.step, series.high.line) == (99.0, 12_004, 12_013)
    assert (min(series.values), max(series.values)) == (-50.0, 99.0)
    assert (series.values[0], series.values[-1]) == (values[0], values[-1])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1.5, -3.0, 1e300, math.nan, math.inf, -math.inf]), min_size=1, max_size=60),
    st.integers(min_value=1, max_value=250),
    st.sampled_from([None, 0.0, 1.0, 1e5]),
)
def test_any_readings_keep_their_extremes(pattern: list[float], repeats: int, every: float | None) -> None:
    """Values that are no numbers, times that stand still or are missing: nothing is lost that a chart must show."""
    values = (pattern * repeats)[:9000]
    series = series_of(values, every=every)
    finite = [value for value in values if math.isfinite(value)]
    assert series.count == len(values)
    assert (series.low and series.low.value) == (min(finite) if finite else None)
    assert (series.high and series.high.value) == (max(finite) if finite else None)
    kept = [value for value in series.values if math.isfinite(value)]
    assert (min(kept, default=None), max(kept, default=None)) == (min(finite, default=None), max(finite, default=None))
    assert (len(kept) < len(series)) == (len(finite) < len(values)), "that there were no numbers is not forgotten"


@given(st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=40), st.integers(1, 300))
def test_the_mean_is_of_every_reading_not_of_those_kept(pattern: list[float], repeats: int) -> None:
    """Thinning keeps extremes, which would pull the mean: it is counted as readings come, without those that are no number."""
    values = (pattern * repeats)[:9000]
    finite = [value for value in values if math.isfinite(value)]
    mean = series_of(values).mean
    assert mean == (pytest.approx(math.fsum(finite) / len(finite), rel=1e-9, abs=1e-6) if finite else None)


def test_a_reading_that_replaces_the_last_counts_once() -> None:
    """Another rank's word at the same step."""
    series = Series()
    for value in (1.0, 3.0):
        series.append(value, 1, None, 1)
    assert series.mean == 3.0


def test_every_point_kept_is_a_reading_that_came() -> None:
    """Thinning chooses, it never averages: value, step, time and line belong together."""
    series = series_of([wave(index) for index in range(5 * POINTS_MOST)])
    columns = series.columns
    for number, value, step, seconds, line in zip(
        columns.numbers, columns.values, columns.steps, columns.seconds, columns.lines, strict=True
    ):
        assert value == wave(number - 1)
        assert (step, line) == (number, number + 9)
        assert seconds - columns.seconds[0] == number - 1
    assert list(columns.numbers) == sorted(set(columns.numbers))


def test_the_oldest_stretch_is_kept_as_finely_as_the_newest() -> None:
    """A million readings later the first hour is not worn down to its extremes."""
    series = series_of([wave(index) for index in range(12 * POINTS_MOST)])
    tenth = series.count // 10
    points = [sum(begin < number <= begin + tenth for number in series.columns.numbers) for begin in range(0, 9 * tenth, tenth)]
    assert min(points) > max(points) / 4


def points_kept(parts: Sequence[tuple[int, float]]) -> list[int]:
    """Of a series of parts, each so many readings with so many seconds between them: the points that each part keeps."""
    series, at, ends = Series(), START, [0]
    for count, every in parts:
        for _ in range(count):
            at += timedelta(seconds=every)
            series.append(wave(series.count), series.count, at, series.count)
        ends.append(series.count)
    return [sum(begin < number <= end for number in series.columns.numbers) for begin, end in pairwise(ends)]


def test_a_dense_minute_keeps_its_shape_beside_a_sparse_day() -> None:
    """Half of the readings came in under 1 % of the time: they keep at least an eighth of the room."""
    dense, _ = points_kept([(2 * POINTS_MOST, 0.1), (2 * POINTS_MOST, 60)])
    assert dense > POINTS_MOST / 8


def test_a_sparse_day_keeps_its_shape_beside_a_dense_minute() -> None:
    """300 readings over a day are under 2 % of all, and over 98 % of the time: most of them stay."""
    sparse, _ = points_kept([(300, 300), (4 * POINTS_MOST, 0.1)])
    assert sparse > 200


def test_a_reading_repeated_at_its_step_replaces_the_last() -> None:
    """Another rank, or a redraw: one point, with the value and the line that came last, and no trace among the extremes."""
    series = Series()
    series.append(5.0, 1, START, 1)
    series.append(99.0, 2, START, 2)
    series.append(4.0, 2, START, 3)
    series.append(6.0, 3, START, 4)
    assert list(series.values) == [5.0, 4.0, 6.0]
    assert list(series.lines) == [1, 3, 4]
    assert series.high is not None and series.high.value == 6.0
    assert series.low is not None and series.low.line == 3


def test_the_axis_is_steps_or_the_readings_own_numbers() -> None:
    """Thinning does not renumber readings that have no steps."""
    assert series_of([1.0, 2.0]).x() == [1.0, 2.0]
    unnumbered = series_of([wave(index) for index in range(2 * POINTS_MOST)], steps=False)
    assert unnumbered.x()[0] == 1.0
    assert unnumbered.x()[-1] == 2.0 * POINTS_MOST
    assert len(unnumbered.x()) == len(unnumbered)


def test_columns_taken_before_are_not_thinned_under_the_one_who_draws() -> None:
    """Another thread may hold them: thinning makes new ones."""
    series = series_of([wave(index) for index in range(POINTS_MOST)])
    before = series.columns
    series.append(0.0, POINTS_MOST + 1.0, None, 0)
    assert series.columns is not before
    assert len(before.numbers) == POINTS_MOST


def test_an_empty_series_has_nothing_to_tell() -> None:
    """None rather than a made-up number."""
    series = Series()
    assert (series.first, series.last, series.low, series.high, series.count, series.x()) == (None, None, None, None, 0, [])


@pytest.mark.parametrize("most", [8, 40, 200])
def test_thinning_for_display_keeps_ends_and_extremes(most: int) -> None:
    """At most about so many points, in order, without what no chart can place."""
    ys = [wave(index) for index in range(3000)]
    ys[1234], ys[2000] = 77.0, math.nan
    xs, kept = thinned([float(index) for index in range(3000)], ys, most)
    assert len(kept) <= most + 2
    assert xs == sorted(xs)
    assert (xs[0], xs[-1]) == (0.0, 2999.0)
    assert 77.0 in kept
    assert not any(math.isnan(y) for y in kept)
