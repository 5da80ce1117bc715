"""Lines that are read by the plans of their shapes give what each of them gives by itself, whatever stood before or in other logs."""

from __future__ import annotations

import pytest

from parsers.records import Columns, Metric, Notice, Param, Remaining
from tests.mutated import each_by_itself, read
from tests.reading import records_of, runs_of


def steps(first: int, last: int, rest: str = "") -> str:
    """Lines of a loop."""
    return "".join(f"step {step:05} loss {2 - step / 1000:.4f}{rest}\n" for step in range(first, last))


def test_steps_that_begin_again_at_the_end_of_a_block_are_another_launch_s() -> None:
    """The last line of those that are read by place is compared with the one before it, not with the block's first."""
    line = "| Train Device=CSX, Step={}, Loss=6.31000, Rate=6180.85 samples/sec, GlobalRate=8299.74 samples/sec\n"
    log = "Beginning appliance run\n" + "".join(line.format(step) for step in (100, 200, 300, 400, 100))
    assert [run.progress["step"].done for run in runs_of(log)] == [400, 100]


def test_a_finding_is_told_in_each_log_whose_lines_show_it() -> None:
    """Its shape was understood in another log, which had been told already."""
    log = (steps(1, 9, ", grad_norm 0.5") + steps(9, 10, ", grad_norm nan") + steps(10, 20, ", grad_norm 0.5")).encode()
    for _ in range(2):
        assert [record.place.line for record in records_of([log]) if isinstance(record, Notice)] == [9]


@pytest.mark.parametrize(("rest", "kind"), [(", lr 3e-4", Param), (", eta: 1:02:03", Remaining)])
def test_what_only_some_lines_give_beside_their_figures_is_kept(rest: str, kind: type) -> None:
    """The line between two that have no learning rate, or no time left, is not read as if it had none."""
    log = (steps(1, 9) + steps(9, 10, rest) + steps(10, 20)).encode()
    for _ in range(2):
        assert [record.place.line for record in records_of([log]) if isinstance(record, kind)] == [9]


def test_a_line_that_goes_back_costs_its_neighbours_their_columns_only() -> None:
    """The others of the block are still read by place."""
    from parsers import new_reader

    log = (steps(1, 500) + steps(250, 251) + steps(501, 999)).encode()
    for _ in range(2):
        reader = new_reader("x.log")
        records = reader.feed(log) + reader.finish()
    assert sum(len(record.lines) for record in records if isinstance(record, Columns)) > 900
    assert [record.value for record in read([log], "x.log") if isinstance(record, Metric)] == [
        record.value for record in each_by_itself(log, "x.log") if isinstance(record, Metric)
    ]
