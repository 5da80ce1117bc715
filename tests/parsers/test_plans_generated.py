"""Reading by plans gives what reading each line by itself gives: on logs made up of many kinds of line and noise."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers import new_reader, plans
from parsers.catalog import FORMATS
from tui.runs.fold import RunFold
from tui.runs.reading import Reading

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KINDS: tuple[str, ...] = (
    "step {step} loss {loss}",
    "step {step}/9000 | loss {loss} | {rate} samples/s",
    "iter {step}: loss {loss}, time {ms}ms, mfu 12.5%",
    "Epoch {epoch}/9, step {step}: loss={loss}, lr=1e-0{digit}",
    "epoch {epoch} loss {loss} val_loss {loss}",
    "{{'loss': {loss}, 'learning_rate': 1e-05, 'epoch': {epoch}.{digit}}}",
    '{{"step": {step}, "loss": {loss}, "split": "train"}}',
    " iteration {step:8d}/ 9000 | elapsed time per iteration (ms): {ms} | lm loss: {loss}E+00 | loss scale: 1.0 |",
    "step: {step}  loss:  {loss}  tps: {thousands}  tflops: 3.15",
    "Epoch: [{epoch}][ {step}/9000]\tTime 0.4 ( 0.5)\tLoss {loss} (2.5)\tAcc@1 51.5 (48.2)",
    "{epoch} | loss {loss} | acc {acc}",
    "top1 {acc} step {step} loss {loss}",
    "step {step} loss {loss} eta 0:{two}:{two}",
    "| Train Device=CSX, Step={step}, Loss={loss}, Rate={rate} samples/sec, GlobalRate={rate} samples/sec",
    "[eval] step {step} loss {loss}",
    "Steps:  31%|███       | {step}/9000 [02:11<04:49,  2.38it/s, loss={loss}]",
    "Epoch {epoch}:  50%|█████     | {step}/9000 [00:05<00:05,  1.9it/s, v_num=0, train_loss={loss}]",
)
NOISE: tuple[str, ...] = (
    "saving checkpoint {step}", "", "loading shard {digit} of 9", "warning: slow disk ({ms} ms)", "Evaluating...", "loss: {loss}",
    "   ", "step {step} loss nan", "step {step} loss {loss} (best)", "some words", "step {step} loss -", "Epoch {epoch}/9", "é {step}",
    "batch_size: 3{digit}", "val accuracy: {acc}%", "{{", "tokens {thousands} tokens/s", "learning rate: 0.{digit}", "^C",
    "Training complete.", "Traceback (most recent call last):", "ValueError: {digit}",
)
PREFIXES: tuple[str, ...] = (
    "", "", "[2025-03-0{day} 10:{minute}:{two}] ", "2025-03-0{day} 10:{minute}:{two},{two}0 - INFO - ", "[rank{rank}]: ", "{rank}: ",
    "[10:{minute}:{two}] ", "INFO 03-0{day} 10:{minute}:{two} train.py:10] ", "# ", "\x1b[32m", "node0{rank}: ", "[{rank}] ", "    ",
)
ENDS: tuple[str, ...] = ("\n", "\n", "\n", "\r\n", "\r", "\x1b[0m\n")
HEADS: tuple[str, ...] = tuple(kind.samples[0] for form in FORMATS for kind in form.lines if kind.owns and kind.samples)
"""Lines that show whose log it is: before one of them all lines wait, and after it they are read as they come."""


def made(seed: int) -> bytes:
    """A log: stretches of one kind each, with noise between and odd numbers, prefixes and line ends."""
    chance, out, step, minute = random.Random(seed), [], 0, 0
    chosen = chance.sample(KINDS, chance.randint(1, 3))
    rise, noise = chance.choice((1, 1, 10, 997)), chance.choice((0.0, 0.05, 0.3))
    if chance.random() < 0.6:
        out.append(chance.choice(HEADS) + "\n")
    for _ in range(chance.randint(1, 5)):
        prefix, end = (chance.choice(PREFIXES), chance.choice(ENDS)) if chance.random() < 0.7 else ("", "\n")
        kind = chance.choice(chosen)
        for _ in range(chance.randint(1, 30)):
            step += rise if chance.random() < 0.97 else -rise * chance.randint(0, 3)
            step, minute = max(step, 0), min(minute + chance.randint(0, 1), 59) if chance.random() < 0.98 else 0
            line = chance.choice(NOISE) if chance.random() < noise else kind
            out.append((prefix + line).format(
                step=step, epoch=step // 300, loss=f"{chance.random() * 9:.{chance.choice((2, 2, 2, 5))}f}", rate=f"{chance.randint(90, 1200)}.5",
                ms=f"{chance.choice((0, 120, 99, 101))}.{chance.randint(0, 99)}", digit=chance.randint(0, 9),
                thousands=f"{chance.randint(1, 20_000):,}", acc=f"{chance.random() * chance.choice((1, 100)):.3f}", day=chance.choice((1, 1, 1, 2)),
                two=f"{chance.randint(0, 59):02d}", minute=f"{minute:02d}", rank=chance.choice((0, 0, 1)),
            ) + end)  # fmt: skip
    log = "".join(out).encode()
    return log[: -chance.randint(1, 12)] if chance.random() < 0.3 else log


def read(pieces: Iterable[bytes], before: Callable[[], None] = lambda: None) -> list[dict[str, Any]]:
    """What the runs of a log show, with each series as it stands."""
    reading = Reading(new_reader("x.log"), lambda number: RunFold("x.log", number, "x", points_most=40))
    for piece in pieces:
        before()
        reading.feed(piece, None)
    shown = []
    for fold in reading.folds_now(torn=True):
        run = fold.snapshot()
        facts = {name: getattr(run, name) for name in run.__dataclass_fields__ if name not in ("version", "series")}
        facts["series"] = {name: [list(column) for column in (series.values, series.steps, series.seconds, series.lines)] for name, series in run.series.items()}
        shown.append({name: repr(value) for name, value in facts.items()})
    return shown


def differences(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    """What of the runs differs, and how many there are where that does."""
    if len(found) != len(expected):
        return [("runs", len(found), len(expected))]
    return [(name, run[name], other[name]) for run, other in zip(found, expected, strict=True) for name in run if run[name] != other[name]]


def forget() -> None:
    """Every shape is new again."""
    plans.table_of.cache_clear()


@SETTINGS
@given(st.integers(0, 1 << 32), st.lists(st.integers(1, 4000), max_size=12))
def test_plans_and_chunks_change_nothing(seed: int, cuts: list[int]) -> None:
    """Whole, in chunks, byte by byte, and each line as the first of its shape: the same runs."""
    log = made(seed)
    lines = log.splitlines(keepends=True)
    careful = read(lines, forget)
    assert differences(read([log]), careful) == []
    assert differences(read([log]), careful) == []  # by what was learnt just now
    edges = sorted({0, len(log), *(cut % (len(log) + 1) for cut in cuts)})
    assert differences(read(log[a:b] for a, b in itertools.pairwise(edges)), careful) == []
    assert differences(read(log[at : at + 1] for at in range(len(log))), careful) == []


def test_a_last_line_without_a_rate_leaves_the_one_before() -> None:
    """Lines read by place end with one whose time is zero: the rate of the line before stands, as read line by line."""
    log = b"".join(b"iter %d: loss 2.5, time %d.5ms\n" % (step, 100 + step) for step in range(30)) + b"iter 30: loss 2.5, time 000.0ms\n"
    careful = read(log.splitlines(keepends=True), forget)
    read([log])
    assert differences(read([log]), careful) == []
