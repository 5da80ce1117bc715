"""What happened between two looks at the runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parsers.records import PhaseName
from tui.runs.events import Chronicle, Event
from tui.runs.run import Amount, Finding, Phase, Reading, Run, Source, Spot, State

SPOT = Spot("a.log", 1)


def run(id: str = "a.log#1", state: State = "running", version: int = 1, **changes: object) -> Run:
    path = id.partition("#")[0]
    made = Run(id, "cerebras", "cerebras", "a", path, 1, state=state, version=version, sources=(Source(path, 1, 9, "log"),))
    return replace(made, **changes)  # type: ignore[arg-type]


def phase(name: PhaseName) -> Phase:
    return Phase(name, None, None, None, SPOT)


def figures(step: float, loss: float) -> dict[str, object]:
    return {"progress": {"step": Amount(step, 1000)}, "metrics": {"loss": Reading("loss", loss, SPOT)}}


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def after(*looks: list[Run], every: float = 10.0) -> list[Event]:
    """The events of the last of some looks, a second apart."""
    chronicle = Chronicle(every)
    events: list[Event] = []
    for second, runs in enumerate(looks):
        events = chronicle.take(runs, 100.0 + second, first=second == 0)
    return events


def test_what_was_over_before_anybody_looked_is_no_news() -> None:
    """At the first look a run only appears; one that appears later and has ended already did so now."""
    assert kinds(after([run(state="failed")])) == ["appeared"]
    assert kinds(after([], [run(state="failed")])) == ["appeared", "ended"]


def test_the_same_again_is_no_event() -> None:
    """Nor are new objects of the same content."""
    assert after([run()], [run()], [run()]) == []


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [("queued", "compiling", "state"), ("running", "stalled", "state"), ("stalled", "running", "state"), ("running", "finished", "ended"),
     ("running", "unfinished", "ended"), ("finished", "failed", "ended"), ("failed", "running", "state"), ("submitted", "queued", "state")],
)  # fmt: skip
def test_a_change_of_state_is_told_once_with_what_it_was(before: State, now: State, kind: str) -> None:
    """An end is an event of its own kind, so that scripts can wait for it; judged by silence alone it changes no version."""
    (event,) = after([run(state=before)], [run(state=now)])
    assert (event.kind, event.was, event.run.state) == (kind, before, now)


def test_phases_are_told_in_order_and_again_when_they_come_again() -> None:
    """Train, then compile for evaluation: phases are a log, and no look may see each."""
    first = (phase("compile"), phase("train"))
    events = after([run(phases=first)], [run(version=2, phases=(*first, phase("compile"), phase("evaluate")))])
    assert [event.phase.name for event in events if event.phase] == ["compile", "evaluate"]


def test_findings_are_told_once_though_their_numbers_move() -> None:
    """A rate that is 3.1 and then 3.2 times too high is one finding; another metric's NaN is another."""

    def found(version: int, *messages: str) -> list[Run]:
        return [run(version=version, findings=tuple(Finding("x", "warning", message, SPOT) for message in messages))]

    assert kinds(after(found(1), found(2, "3.1 times"))) == ["finding"]
    assert kinds(after(found(1), found(2, "3.1 times"), found(3, "3.2 times"))) == []
    assert kinds(after(found(2, "loss is NaN"), found(3, "loss is NaN", "accuracy is NaN"))) == ["finding"]


def test_progress_is_told_at_most_every_so_often_and_never_lost() -> None:
    """The last word before a silence comes when the time is up, though nothing moves then."""
    chronicle = Chronicle(every=10)
    chronicle.take([run(**figures(1, 9.0))], 0.0, first=True)
    told = []
    for second in range(1, 40):
        moved = run(version=min(second, 25) + 1, **figures(min(second, 25), 9.0))
        told += [(second, event) for event in chronicle.take([moved], float(second))]
    assert [second for second, _ in told] == [10, 20, 30]
    last = told[-1][1]
    assert last.changed == ("step",) and last.run.progress["step"].done == 25


def test_a_nan_that_stays_is_no_progress() -> None:
    """It is not equal to itself, but it is the same."""
    nan = float("nan")
    assert after([run(**figures(1, nan))], [run(version=2, **figures(1, nan))], every=0) == []


def test_a_run_that_gets_another_log_goes_on() -> None:
    """The submission's run becomes its job's: no run is gone and none appeared, its state changed."""
    submission = run("submit.out#1", "submitted")
    ran = run("run.out#1", "loading", version=7)
    joined = replace(ran, sources=(*ran.sources, Source("submit.out", 1, 9, "submit")))
    (event,) = after([submission], [joined])
    assert (event.kind, event.was, event.run.id) == ("state", "submitted", "run.out#1")


def test_a_log_that_is_gone_takes_its_run_along() -> None:
    """And one that comes back appears anew."""
    assert kinds(after([run()], [])) == ["gone"]
    assert kinds(after([run()], [], [run()])) == ["appeared"]


def test_a_job_restarted_into_the_same_file_is_a_new_run() -> None:
    """The file tells less than before, and its run is not over."""
    assert kinds(after([run(state="finished", version=50)], [run(state="compiling", version=3)])) == ["appeared"]


def test_phases_summed_up_in_a_long_log_are_no_new_ones() -> None:
    """And the one begun since is still told."""
    many = tuple(phase(name) for name in ("compile", *("train", "checkpoint") * 3))
    summed = (phase("compile"), replace(phase("train"), times=3), replace(phase("checkpoint"), times=3))
    assert after([run(phases=many)], [run(version=2, phases=summed)]) == []
    events = after([run(phases=many)], [run(version=2, phases=(*summed, phase("train")))])
    assert [event.phase.name for event in events if event.phase] == ["train"]


def test_what_the_history_of_a_long_log_brings_to_light_is_no_news() -> None:
    """Its end was read first; then come the launches before, with their ends, phases and findings."""
    nan = Finding("not-a-number", "error", "loss is NaN", SPOT)
    tail = run("a.log#1", "running", complete=False, sources=(), version=900)
    whole = [run("a.log#1", "failed", findings=(nan,)), run("a.log#2", "running", phases=(phase("compile"), phase("train")), findings=(nan,))]
    events = after([tail], [replace(each, path="a.log") for each in whole])
    assert [(event.kind, event.run.id) for event in events] == [("appeared", "a.log#1")]
    ended = [whole[0], replace(whole[1], state="finished", path="a.log", version=901)]
    assert [(event.kind, event.run.id) for event in after([tail], ended)] == [("appeared", "a.log#1"), ("ended", "a.log#2")]
