"""Runs made up for comparisons, by name and by chance."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from parsers.metrics import METRICS
from tui.runs.claims import with_claims
from tui.runs.run import Amount, Finding, Parameter, Phase, Reading, Run, Spot
from tui.runs.series import Series

HERE = Spot("a.log", 1, "text")
START = datetime(2024, 4, 7, 6, 0)


def run(name: str = "a", **changes: object) -> Run:
    """A run of that name; metrics and params as plain values."""
    spot = Spot(f"{name}.log", 1, "text")
    metrics = {key: Reading(key, value, spot) for key, value in dict(changes.pop("metrics", {})).items()}  # type: ignore[call-overload]
    params = {key: Parameter(key, value, spot) for key, value in dict(changes.pop("params", {})).items()}  # type: ignore[call-overload]
    base: dict[str, object] = {
        "id": f"{name}.log#1", "testbed": "cerebras", "format": "cerebras", "name": name, "path": f"{name}.log", "number": 1, "kind": "training",
    }  # fmt: skip
    return with_claims(Run(**{**base, **changes, "metrics": metrics, "params": params}))  # type: ignore[arg-type]


def losses(values: list[float], *, every: float = 100, seconds: float | None = 10.0) -> Series:
    """A loss every so many steps and seconds; without a clock where `seconds` is None."""
    series = Series()
    for at, value in enumerate(values, 1):
        when = None if seconds is None else START + timedelta(seconds=at * seconds)
        series.append(value, at * every, when, at)
    return series


FIGURES = st.one_of(st.floats(0.001, 1e7), st.integers(0, 10**7).map(float), st.sampled_from([0.0, -1.5, float("nan"), float("inf")]))
MODELS = st.sampled_from([None, "bert", "BERT", "resnet50"])
PHASES = st.builds(
    lambda name, seconds, cached: Phase(name, None, seconds, cached, HERE),
    st.sampled_from(["queue", "compile", "load", "train", "infer"]), st.none() | st.floats(0, 1e5), st.sampled_from([None, True, False]),
)  # fmt: skip
FINDINGS = st.sampled_from(["compile-skipped", "rate-unreliable", "total-includes-compile", "rounded", "per-device-rate", "mean-loss"]).map(
    lambda code: Finding(code, "info", code, HERE)
)
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "batch_size": st.integers(1, 8), "max_seq_length": st.sampled_from([128, 256]), "num_devices": st.integers(1, 4),
        "compile_hash": st.sampled_from(["cs_1", "cs_2"]), "version": st.sampled_from(["2.4.0", "2.5.1"]), "input_shape": st.just("(1, 128)"),
        "command": st.sampled_from(["python train.py --lr 0.1", "X=1 python train.py --lr 0.2 --fast -b 8"]),
    },
)  # fmt: skip
AMOUNTS = st.dictionaries(
    st.sampled_from(["step", "epoch"]), st.builds(Amount, st.none() | st.integers(0, 9), st.none() | st.integers(1, 9), st.just(HERE)), max_size=2
)
SERIES = st.none() | st.lists(st.floats(0.5, 12) | st.just(float("nan")), min_size=1, max_size=6).map(losses)


@st.composite
def any_run(draw: st.DrawFn, name: str) -> Run:
    """A run as a log may tell it: any metrics, any settings, any gaps."""
    series = draw(SERIES)
    return run(
        name,
        testbed=draw(st.sampled_from(["cerebras", "graphcore", "sambanova", "groq"])),
        kind=draw(st.sampled_from(["training", "inference", "compile", "other"])),
        model=draw(MODELS),
        state=draw(st.sampled_from(["finished", "failed", "running", "submitted", "unfinished"])),
        metrics=draw(st.dictionaries(st.sampled_from(sorted(METRICS)), FIGURES, max_size=8)),
        params=draw(PARAMS),
        progress=draw(AMOUNTS),
        phases=tuple(draw(st.lists(PHASES, max_size=4))),
        findings=tuple(draw(st.lists(FINDINGS, max_size=2))),
        elapsed=draw(st.none() | st.floats(0, 1e5)),
        started_at=draw(st.sampled_from([None, START])),
        job_ids=draw(st.sampled_from([(), ("7",)])),
        series={} if series is None else {"loss": series},
    )


def several(least: int, most: int) -> st.SearchStrategy[list[Run]]:
    """Runs of different names."""
    return st.integers(least, most).flatmap(lambda count: st.tuples(*(any_run(name) for name in "abcdef"[:count])).map(list))
