"""Whether a run lives, by its own rhythm: what stalls it, what explains its silence, and when it is given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reading import runs_of
from tests.runs.simulated import DAWN, Watched, cerebras, cerebras_step, epochs_bar
from tui.runs.checks import checked
from tui.runs.liveness import ABANDONED_AFTER, PATIENCE, QUEUE_POLLED, STALLED_AFTER, judged, stalled_finding
from tui.runs.run import Run, Spot, State

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def stepping(gaps: Sequence[float], *, begin: float = DAWN) -> tuple[str, float]:
    """A Cerebras log with a step after each of these seconds, and the moment of its last line."""
    text, at = cerebras(begin, "Effective batch size is 1024.") + cerebras(begin, "Beginning appliance run"), begin
    for index, gap in enumerate(gaps):
        at += gap
        text += cerebras_step(at, (index + 1) * 10)
    return text, at


def cold(text: str, heard: float) -> Run:
    """The run of a log that was written long before anyone looked: its file's time is all that is known of arrivals."""
    run = runs_of(text)[-1]
    return replace(run, modified=heard, heard=heard)


def states(run: Run, last: float, *silences: float) -> list[State]:
    return [judged(run, last + silence).state for silence in silences]


# rhythm


def test_a_step_every_20_s_that_stops_for_5_min_is_stalled() -> None:
    """And after an hour it is given up. Nothing is said before 5 minutes."""
    text, last = stepping([20] * 30)
    run = cold(text, last)
    assert states(run, last, 0, 100, 299, 301, 3599, 3601, 30 * DAY) == ["running"] * 3 + ["stalled"] * 2 + ["unfinished"] * 2


def test_a_stalled_run_says_how_long_what_was_usual_and_its_last_word() -> None:
    """The reason stands beside the state: the line, its age, and what the rhythm was."""
    text, last = stepping([20] * 30)
    now = last + 7 * MINUTE
    run = checked(judged(cold(text, last), now), now)
    finding = next(finding for finding in run.findings if finding.code == "stalled")
    assert finding.spot.line == 32
    assert finding.message.startswith("Silent for 7 min, while it wrote every 20 s; the last word is line 32: ")
    assert "Step=300" in finding.message
    assert finding.severity == "warning"


def test_a_slow_rhythm_is_given_its_time() -> None:
    """A line every 20 minutes: an hour of silence is neither a stall nor the end."""
    text, last = stepping([20 * MINUTE] * 6)
    run = cold(text, last)
    assert states(run, last, 59 * MINUTE, 61 * MINUTE, 3 * HOUR, 4 * HOUR) == ["running", "stalled", "stalled", "unfinished"]


def test_a_run_without_a_rhythm_is_never_called_stalled() -> None:
    """Two lines tell nothing of what is usual; a first step may hide a compile. After an hour it is given up all the same."""
    text, last = stepping([20])
    run = cold(text, last)
    assert states(run, last, 5 * MINUTE, 59 * MINUTE, 61 * MINUTE) == ["running", "running", "unfinished"]


def test_pauses_that_recur_are_part_of_the_rhythm() -> None:
    """Every 50 steps 6 silent minutes, whatever they are for: the next such pause is no stall, three times it is."""
    text, last = stepping(([20] * 49 + [6 * MINUTE]) * 4)
    run = cold(text, last)
    assert states(run, last, 6 * MINUTE, 17 * MINUTE, 19 * MINUTE) == ["running", "running", "stalled"]
    now = last + 19 * MINUTE
    message = checked(judged(run, now), now).findings[-1].message
    assert "it wrote every 20 s, with pauses of 6:00" in message


def test_a_checkpoint_every_three_hours_counts_for_the_next() -> None:
    """The rhythm's memory is not a handful of last lines."""
    every = int(3 * HOUR / 20)
    text, last = stepping(([20] * every + [8 * MINUTE]) * 2 + [20] * every)
    assert states(cold(text, last), last, 8 * MINUTE, 23 * MINUTE, 25 * MINUTE) == ["running", "running", "stalled"]


def test_one_hiccup_is_no_rhythm() -> None:
    """A file system that hung once for 20 minutes excuses nothing later."""
    text, last = stepping([20] * 50 + [20 * MINUTE] + [20] * 50)
    assert states(cold(text, last), last, 299, 301) == ["running", "stalled"]


def test_slow_first_steps_are_forgotten() -> None:
    """Two steps that compiled for 10 minutes each do not excuse a stall two hours later."""
    text, last = stepping([10 * MINUTE, 10 * MINUTE] + [20] * 360)
    assert states(cold(text, last), last, 299, 301) == ["running", "stalled"]


def test_lines_of_one_step_do_not_make_the_rhythm_fast() -> None:
    """A step every 4 minutes that prints ten lines at once: 5 minutes of silence are usual."""
    lines, at = [cerebras(DAWN, "Beginning appliance run")], DAWN
    for step in range(1, 12):
        at += 4 * MINUTE
        lines += [cerebras_step(at + index / 10, step) for index in range(10)]
    assert states(cold("".join(lines), at), at, 6 * MINUTE, 11 * MINUTE, 13 * MINUTE) == ["running", "running", "stalled"]


def test_a_phase_has_its_own_rhythm() -> None:
    """Evaluation prints every second, training every 10 minutes: back in training, training's rhythm counts."""
    lines, at, step = [cerebras(DAWN, "Beginning appliance run")], DAWN, 0
    for _ in range(6):
        for _ in range(2):
            at, step = at + 10 * MINUTE, step + 10
            lines.append(cerebras_step(at, step))
        for batch in range(1, 20):
            at += 1
            lines.append(cerebras(at, f"| Eval Device=CSX, GlobalStep={step}, Batch={batch}, Loss=5.94325, Rate=1163.27 samples/sec, GlobalRate=1173.27 samples/sec"))
    at, step = at + 10 * MINUTE, step + 10
    lines.append(cerebras_step(at, step))
    assert states(cold("".join(lines), at), at, 12 * MINUTE, 29 * MINUTE, 31 * MINUTE) == ["running", "running", "stalled"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(min_value=0.2, max_value=4000), min_size=0, max_size=30), st.floats(min_value=0, max_value=3 * DAY))
def test_silence_leads_one_way(gaps: list[float], silence: float) -> None:
    """Whatever the rhythm: running, then stalled or not, then unfinished; never back, never before its time."""
    text, last = stepping(gaps)
    run = cold(text, last)
    order: list[State] = [run.state, "stalled", "unfinished"]
    ranks = [order.index(state) for state in states(run, last, 0, silence / 2, silence, 2 * silence)]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0
    state = states(run, last, silence)[0]
    assert state != "stalled" or silence > STALLED_AFTER
    assert state != "unfinished" or silence > ABANDONED_AFTER
    if sum(gap > silence for gap in gaps[-2:]) == 2 and len(gaps) > 2:
        assert state == run.state, "shorter than the last two silences"


# phases with a patience of their own

QUEUED = "srun: job 20601 queued and waiting for resources\n"
SAMPLES = Path(__file__).parents[2] / "sample_runs"


def sample(path: str, last: str) -> str:
    """The beginning of a sample run's log, up to the line that holds this text."""
    text = (SAMPLES / path).read_bytes().decode()
    return text[: text.index("\n", text.index(last)) + 1]


BERT = "cerebras/bert_large_bs1024/mytest.log"
COMPILING = {
    "cerebras": sample(BERT, "Pre-optimization transforms"),
    "groq": sample("groq/bert_tiny_default/bert_tiny.log", 'Building "bert_tiny"'),
    "sambanova": sample("sambanova/bertlarge_ntasks16/040424.04/BertLarge.out", "Lowering to TLIR succeeded"),
    "graphcore": sample("graphcore/mnist_original/mnist_poptorch.log", "Graph compilation:   7%"),
}


@pytest.mark.parametrize("testbed", COMPILING)
def test_a_compile_that_prints_nothing_for_20_min_is_not_stalled(testbed: str) -> None:
    """Nor one that is silent for 57, as long as any seen; then it is stalled, and in the end given up."""
    run = cold(COMPILING[testbed], DAWN)
    assert (run.testbed, run.state) == (testbed, "compiling")
    limit = PATIENCE["compile"]
    assert states(run, DAWN, 20 * MINUTE, 57 * MINUTE, limit + 1, 1.5 * limit - 1, 1.5 * limit + 1) == [
        "compiling", "compiling", "stalled", "stalled", "unfinished",
    ]  # fmt: skip


def test_a_compile_whose_stages_flew_by_may_still_be_silent() -> None:
    """Its first stages took seconds: that is no rhythm to hold the long one against."""
    assert states(cold(sample(BERT, "Exploring data layouts"), DAWN), DAWN, 20 * MINUTE, 50 * MINUTE) == ["compiling", "compiling"]


def test_a_pipeline_may_be_primed_for_an_hour() -> None:
    """62 minutes without a word were seen."""
    run = cold(sample(BERT, "Waiting for device programming"), DAWN)
    assert states(run, DAWN, 62 * MINUTE, 76 * MINUTE) == ["loading", "stalled"]


def test_a_job_that_has_its_machine_waits_in_no_queue() -> None:
    """Allocated, and silent: it is starting, and may take as long as loading may."""
    run = cold(sample("graphcore/mnist_original/mnist_poptorch.log", "has been allocated"), DAWN)
    assert states(run, DAWN, 10 * MINUTE, 76 * MINUTE, 2 * HOUR) == ["loading", "stalled", "unfinished"]


def test_a_job_may_wait_in_slurm_s_queue_for_most_of_a_day() -> None:
    """It says so once, and then nothing until it starts."""
    assert states(cold(QUEUED, DAWN), DAWN, 8 * HOUR, 23 * HOUR, 25 * HOUR, 40 * HOUR) == ["queued", "queued", "stalled", "unfinished"]


def test_a_cerebras_queue_is_polled_so_its_silence_tells_more() -> None:
    """A poll is printed every 30 minutes even where nothing changed."""
    text = sample(BERT, "Initiating a new execute wsjob") + cerebras(
        DAWN,
        "Poll ingress status: Waiting for job running, current job status: Queueing, msg: job is queueing. Job queue status: "
        "1 execute job(s) queued before current job. For more information, please run 'csctl get jobs'.",
    )
    assert states(cold(text, DAWN), DAWN, 57 * MINUTE, QUEUE_POLLED + 1, 1.5 * QUEUE_POLLED + 1) == ["queued", "stalled", "unfinished"]


def test_a_checkpoint_has_time_to_be_written() -> None:
    """8.5 minutes were seen, within training whose steps take 20 s."""
    text, last = stepping([20] * 30)
    text += cerebras(last, "Saving checkpoint at step 300")
    assert states(cold(text, last), last, 9 * MINUTE, 29 * MINUTE, 31 * MINUTE) == ["running", "running", "stalled"]


def test_what_has_ended_stays_ended() -> None:
    """However long ago."""
    text, last = stepping([20] * 5)
    run = cold(text + cerebras(last + 1, "Training completed successfully!"), last + 1)
    assert states(run, last, 0, HOUR, 90 * DAY) == ["finished"] * 3
    assert judged(run, last + DAY).eta is None


def test_a_launch_is_over_when_a_later_one_writes_to_its_log(tmp_path: Path) -> None:
    """`tee -a`: the first left no ending; the file grows on, but not for it."""
    watched = Watched(tmp_path)
    first, last = stepping([20] * 10)
    watched.write("a.log", first, last)
    assert watched.run(last).state == "running"
    second, end = stepping([20] * 10, begin=last + MINUTE)
    watched.write("a.log", sample(BERT, "Checkpoint autoloading") + second, end)
    runs = list(watched.runs(end).values())
    assert [runs[0].state, runs[-1].state] == ["unfinished", "running"]
    assert runs[0].because is not None and "Step=100" in runs[0].because.text


# clocks


def test_arrivals_stand_in_where_lines_carry_no_times(tmp_path: Path) -> None:
    """Graphcore's bars: an epoch every 40 s, then nothing for 5 minutes. What is said names the clock."""
    watched = Watched(tmp_path)
    at = DAWN
    for done in range(8):
        at += 40
        watched.write("graphcore/a.log", epochs_bar(done, 20), at)
    run = watched.run(at)
    assert (run.testbed, run.state, run.clock) == ("graphcore", "running", "file")
    assert [watched.run(at + silence).state for silence in (299, 301)] == ["running", "stalled"]
    assert "by the file's time since its lines carry none, while it wrote every 40 s" in watched.run(at + 301).findings[-1].message


def test_read_cold_a_log_without_times_has_no_rhythm() -> None:
    """One arrival tells nothing: not stalled, no time left, and given up after an hour."""
    run = cold("".join(epochs_bar(done, 20) for done in range(8)), DAWN)
    assert states(run, DAWN, 20 * MINUTE, 59 * MINUTE, 61 * MINUTE) == ["running", "running", "unfinished"]
    assert judged(run, DAWN).eta is None


def test_read_cold_or_watched_a_log_with_times_is_judged_the_same(tmp_path: Path) -> None:
    """Its rhythm is its own, however late it is read."""
    text, last = stepping([20, 25, 20, 180, 20, 25] * 12)
    watched = Watched(tmp_path)
    for line in text.splitlines(keepends=True):
        watched.write("a.log", line, last, look=False)
    watched.look("a.log", last)
    live = Watched(tmp_path / "live")
    at = DAWN
    for line, gap in zip(text.splitlines(keepends=True), [0, 0, *([20, 25, 20, 180, 20, 25] * 12)], strict=True):
        at += gap
        live.write("a.log", line, at)
    for silence in (0, 299, 500, 600, 2000, 4000):
        assert watched.runs(last + silence)["a.log#1"].state == live.run(last + silence).state
    assert live.run(last).clock == "log"


@pytest.mark.parametrize("skew", [-20 * MINUTE, 20 * MINUTE])
def test_a_file_server_whose_clock_is_off_stalls_nothing(tmp_path: Path, skew: float) -> None:
    """Seen to grow a moment ago, whatever its time says; and a real stall is noticed all the same."""
    watched = Watched(tmp_path, skew=skew)
    at = DAWN
    for step in range(1, 30):
        at += 20
        watched.look("a.log", at - 10) if step > 1 else None
        watched.write("a.log", cerebras_step(at, step), at)
    for later in (10.0, 200.0, 290.0):
        watched.look("a.log", at + later)
        assert watched.run(at + later).state == "running"
    watched.look("a.log", at + 330)
    assert watched.run(at + 330).state == "stalled"


def test_who_was_away_believes_the_file(tmp_path: Path) -> None:
    """The watcher was stopped for an hour: what came meanwhile is as old as the file says, not as new as the look."""
    watched = Watched(tmp_path)
    text, last = stepping([20] * 30)
    watched.write("a.log", text, last)
    watched.write("a.log", cerebras_step(last + 20, 310), last + 20, look=False)
    watched.look("a.log", last + HOUR - 60)
    assert watched.run(last + HOUR - 60).state == "stalled"


def test_output_that_comes_in_blocks_is_no_stall(tmp_path: Path) -> None:
    """Lines tell of a step every 5 s, but the program writes 8 KiB at a time, every 6 minutes."""
    watched = Watched(tmp_path)
    at, step = DAWN, 0
    for _ in range(6):
        block = ""
        for _ in range(72):
            at, step = at + 5, step + 1
            block += cerebras_step(at, step)
        watched.write("a.log", block, at)
    assert [watched.run(at + silence).state for silence in (359, 1000, 1100)] == ["running", "running", "stalled"]




def test_a_quoted_line_that_is_cut_says_so() -> None:
    """`GlobalRate=6` would read as what the log says."""
    text, at = stepping([10.0] * 20)
    (run,) = runs_of(text)
    line = "| Train Device=CSX, Step=300, Loss=6.15822, Rate=3057.98 samples/sec, GlobalRate=651.54 samples/sec"
    said = stalled_finding(replace(run, because=Spot("a.log", 119, line)), at + 400).message
    assert said.endswith('GlobalRat…"') and len(said.partition(': "')[2]) == 81
    assert stalled_finding(replace(run, because=Spot("a.log", 119, line[:60])), at + 400).message.endswith(f'"{line[:60]}"')
