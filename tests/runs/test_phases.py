"""A run's phases stay few however often it evaluates, and the time in each stays whole."""

from __future__ import annotations

from tests.reading import runs_of
from tests.runs.simulated import DAWN, cerebras, cerebras_step, moment
from tui.runs.phases import PHASES_MOST, OpenPhase, bounded
from tui.runs.run import Spot
from tui.widgets.phases import phase_rows


def test_beyond_the_bound_phases_of_a_name_are_summed() -> None:
    """600 rounds of training, checkpoint and evaluation: their number and their seconds are those of all rounds."""
    rounds, at, step = 600, DAWN, 0
    lines = [cerebras(at, "Effective batch size is 1024."), cerebras(at, "Beginning appliance run")]
    for _ in range(rounds):
        for _ in range(2):
            at, step = at + 20, step + 10
            lines.append(cerebras_step(at, step))
        lines.append(cerebras(at, f"Saving checkpoint at step {step}"))
        at += 30
        lines.append(cerebras(at, f"Saved checkpoint model_dir/checkpoint_{step}.mdl"))
        for batch in (1, 2):
            lines.append(cerebras(at, f"| Eval Device=CSX, GlobalStep={step}, Batch={batch}, Loss=5.9, Rate=11.0 samples/sec, GlobalRate=11.0 samples/sec"))
            at += 5
    run = runs_of("".join(lines))[-1]
    assert len(run.phases) <= PHASES_MOST
    assert run.phases[-1].times == 1, "the last are told apart"
    assert run.phases[0].times == 1, "and the first"
    rows = {row.name: row for row in phase_rows(run)}
    assert rows["checkpoint"].count == rounds
    assert rows["checkpoint"].seconds == 30 * rounds
    seconds = sum(phase.seconds or 0.0 for phase in run.phases)
    assert seconds == run.elapsed


def test_a_compile_and_a_cached_one_are_never_made_one() -> None:
    """That a compile was skipped is not lost among those that were not; seconds that are not known add nothing."""
    at, spot = moment(DAWN), Spot("a.log", 1)
    phases = [
        OpenPhase("compile", at, spot, 2.0 if index % 3 else None, cached=index % 2 == 0, closed=True) for index in range(PHASES_MOST)
    ]
    assert bounded(phases) is phases
    phases.append(OpenPhase("train", at, spot))
    made = [phase for phase in bounded(phases) if phase.times > 1]
    assert {(phase.name, phase.cached) for phase in made} == {("compile", True), ("compile", False)}
    assert sum(phase.times for phase in bounded(phases)) == len(phases)
    assert sum(phase.took(None) or 0.0 for phase in bounded(phases)) == sum(phase.seconds or 0.0 for phase in phases)
