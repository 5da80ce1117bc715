"""What holds for every log: chunks do not matter, nothing raises, a prefix contradicts nothing, two logs joined are two."""

from __future__ import annotations

import itertools
import random
import re
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mutated import each_by_itself, read
from tests.reading import records_of, runs_of, spread
from tui.feed.replay import sample_runs

SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def logs() -> tuple[tuple[str, bytes], ...]:
    """The sample logs, the long middle of big ones left out."""
    found = []
    for path in sorted(sample_runs().rglob("*")):
        if path.suffix in (".log", ".out"):
            data = path.read_bytes()
            found.append((path.relative_to(sample_runs()).as_posix(), data if len(data) < 20_000 else data[:8_000] + data[-12_000:]))
    return tuple(found)


LOGS = st.sampled_from(range(len(logs())))


@SETTINGS
@given(LOGS, st.lists(st.integers(0, 20_000), max_size=20))
def test_how_a_log_is_cut_into_chunks_does_not_matter(which: int, cuts: list[int]) -> None:
    """A file read in pieces gives the records of the file read whole."""
    path, log = logs()[which]
    edges = sorted({0, len(log), *(cut % len(log) for cut in cuts)})
    pieces = [log[a:b] for a, b in itertools.pairwise(edges)]
    assert records_of(pieces, path) == records_of([log], path)


@pytest.mark.parametrize("which", range(len(logs())), ids=lambda which: logs()[which][0])
def test_byte_by_byte_is_like_whole(which: int) -> None:
    """The smallest chunks there are, over each log's beginning and end."""
    path, log = logs()[which]
    log = log[:1500] + log[-2500:]
    assert records_of((log[i : i + 1] for i in range(len(log))), path) == records_of([log], path)


@pytest.mark.parametrize("which", range(len(logs())), ids=lambda which: logs()[which][0])
def test_what_was_understood_of_a_shape_holds_for_each_of_its_lines(which: int) -> None:
    """Reading by plans gives what reading each line for itself gives, also with other digits."""
    path, log = logs()[which]
    log = log[:3000] + log[-5000:]
    chance = random.Random(which)
    other = re.sub(rb"\d", lambda _: b"%d" % chance.randrange(10), log)
    for each in (log, other):
        records_of([log], path)  # shapes are understood from these lines
        assert list(map(repr, read([each], path))) == list(map(repr, each_by_itself(each, path)))


@SETTINGS
@given(LOGS, st.floats(0, 1))
def test_a_prefix_never_gives_a_value_that_the_log_does_not_hold(which: int, share: float) -> None:
    """While a log grows, only its whole lines count: every value that they give is one that the whole log gives."""
    path, log = logs()[which]
    cut = log[: int(len(log) * share)]
    from parsers import new_reader

    reader = new_reader(path)
    single = [record for line in log.splitlines(keepends=True) for record in reader.feed(line)] + reader.finish()
    whole = {(record.place.line, repr(record)) for record in single}
    reader = new_reader(path)
    said = spread(reader.feed(cut) + reader.glance(torn=False))
    later = [record for record in said if (record.place.line, repr(record)) not in whole]
    assert later == []


@SETTINGS
@given(LOGS, st.randoms(use_true_random=False))
def test_a_damaged_log_never_raises(which: int, chance: random.Random) -> None:
    """Lines deleted, doubled, shuffled within a window, cut inside a character or a number."""
    path, log = logs()[which]
    lines = log.split(b"\n")
    for _ in range(max(1, len(lines) // 5)):
        at = chance.randrange(len(lines))
        what = chance.randrange(5)
        if what == 0 and len(lines) > 1:
            del lines[at]
        elif what == 1:
            lines.insert(at, lines[at])
        elif what == 2:
            other = min(len(lines) - 1, at + chance.randrange(8))
            lines[at], lines[other] = lines[other], lines[at]
        elif what == 3 and lines[at]:
            lines[at] = lines[at][: chance.randrange(len(lines[at]))]
        else:
            lines[at] = lines[at].replace(b" ", b"\r", 1)
    for run in runs_of(b"\n".join(lines), path):
        assert run.state


@SETTINGS
@given(st.binary(max_size=2000))
def test_noise_never_raises(noise: bytes) -> None:
    """Any bytes, under a path that names a testbed."""
    for path in ("graphcore/a.log", "gaudi/a.log", "a.log"):
        runs_of(noise, path)


@SETTINGS
@given(LOGS, LOGS)
def test_two_logs_joined_give_the_runs_of_both(one: int, other: int) -> None:
    """Whichever vendors they are of: each run keeps its testbed, kind, state and last loss."""
    (path, first), (other_path, second) = logs()[one], logs()[other]
    apart = [runs_of(log, name) for name, log in ((path, first), (other_path, second))]
    if not all(apart) or any(run.state in ("running", "compiling", "queued", "unknown") for run in apart[0]):
        return  # nothing shows where a log that stops midway ends
    told = [(run.testbed, run.kind, run.state, *_figures(run)) for runs in apart for run in runs]
    joined = [(run.testbed, run.kind, run.state, *_figures(run)) for run in runs_of(first.rstrip(b"\n") + b"\n" + second)]
    if path.startswith("sambanova") and other_path.startswith("sambanova"):
        return  # a submit log and a run log in one file are one run
    assert joined == told


def _figures(run: object) -> tuple[float | None, ...]:
    metrics = run.metrics  # type: ignore[attr-defined]
    return tuple(metrics[name].value if name in metrics else None for name in ("loss", "accuracy", "throughput", "groq_ips"))


def test_the_samples_are_there() -> None:
    """These properties are held against something."""
    assert len(logs()) >= 10
    assert Path(sample_runs()).is_dir()


def test_the_last_word_of_a_file_that_does_not_end_its_line_is_no_value() -> None:
    """Cut inside a number it would be another number; what else the line says counts."""
    log = "2025-10-09 18:19:54,361 INFO:   | Eval Device=CSX, GlobalStep=400, Batch=20, Loss=5.94325, Rate=1163.27 samples/sec, GlobalRate=1173.27 samples/sec\n"
    cut = "2025-10-09 18:20:23,263 INFO:   Avg Eval Loss: 5.92"
    (run,) = runs_of(log + cut)
    assert "eval_loss" not in run.metrics
    (whole,) = runs_of(log + cut + "\n")
    assert whole.metrics["eval_loss"].value == 5.92


LONG_NUMBERS = {
    "a figure": (b"2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=10, Loss=", b"x"),
    "a bar's label": (b"[Epoch 0", "2]: 10%|█         | 625/6250 [00:56<00:00, 110.37it/s, Loss=2.55]".encode()),
}


@pytest.mark.parametrize("which", LONG_NUMBERS)
def test_a_long_number_is_read_in_linear_time(which: str) -> None:
    """Digits without an end cost about eight times as much where there are eight times as many, not sixty-four times."""
    before, after = LONG_NUMBERS[which]

    def seconds(length: int) -> float:
        line = before + b"1" * length + after + b"\n"
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            records_of([line])
            best = min(best, time.process_time() - began)
        return best

    assert seconds(16_000) < 24 * max(seconds(2_000), 0.001)
