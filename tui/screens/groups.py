"""The table's rows in groups, each under a heading: runs of one model, or repeats of one another with what they spread."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.comparable import model_of
from tui.runs.compare.chance import spread_text
from tui.runs.repeats import Repeats
from tui.runs.run import Run
from tui.runs.states import SYMBOLS
from tui.widgets.cells import Line, plain
from tui.widgets.table.runtable import Heading

GROUPS = ("", "model", "repeat")
"""How the table may be grouped; the first is not at all."""
_TOLD = ("accuracy", "eval_accuracy", "loss", "throughput", "tokens_per_second", "groq_latency_ms", "latency_ms")
_SETTINGS = ("batch_size", "input_shape", "max_seq_length", "ntasks", "num_csx", "num_devices", "learning_rate")
"""What it tells that its runs were set to; a learning rate last, since some logs print what it came to."""
_MOST = 2
"""Metrics that a heading tells, and settings."""


def grouped(runs: Sequence[Run], group: str, repeats: Sequence[Repeats]) -> list[Run | Heading]:
    """The rows in an order that keeps that of the runs within each group, and puts groups in the order of their first run.

    `repeats` are those among all runs known: a filter hides some of a group's runs, but not what they tell of noise.
    """
    if group == "model":
        return _by_model(runs)
    return _by_repeat(runs, repeats) if group == "repeat" else list(runs)


def _by_model(runs: Sequence[Run]) -> list[Run | Heading]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(model_of(run) or "", []).append(run)
    rows: list[Run | Heading] = []
    for model in sorted(groups, key=lambda name: not name):  # those of which no log names the model come last
        mine = groups[model]
        rows += [_heading(f"model:{model}", plain(model) or "no model named", mine, ""), *mine]
    return rows


def _by_repeat(runs: Sequence[Run], repeats: Sequence[Repeats]) -> list[Run | Heading]:
    of = {run.id: group for group in repeats if len(group.runs) > 1 for run in group.runs}
    groups: dict[str, tuple[Repeats, list[Run]]] = {}
    single: list[Run] = []
    for run in runs:
        group = of.get(run.id)
        if group is None:
            single.append(run)
        else:
            groups.setdefault(group.runs[0].id, (group, []))[1].append(run)
    rows: list[Run | Heading] = []
    for id, (group, mine) in groups.items():
        hidden = f", {len(group.runs) - len(mine)} of them not shown" if len(mine) < len(group.runs) else ""
        title = f"{len(group.runs)} repeats{_settings(group.runs[0])}{hidden}"
        rows += [_heading(f"repeat:{id}", title, mine, _spread(group)), *mine]
    if single and groups:
        rows.append(_heading("single", "not repeated", single, ""))
    return [*rows, *single]


def _heading(id: str, title: str, runs: Sequence[Run], told: str) -> Heading:
    live, failed = sum(run.live for run in runs), sum(run.state == "failed" for run in runs)
    spans: list[tuple[str, str]] = [("── ", "rule"), (title, "strong"), ("" if told else f"  {len(runs)}", "dim")]
    spans += [(f" {SYMBOLS['running']}{live}", "state.running")] if live else []
    spans += [(f" {SYMBOLS['failed']}{failed}", "state.failed")] if failed else []
    line: Line = (*spans, (f"  {told}" if told else "", "dim"))
    return Heading(id, line)


def _settings(run: Run) -> str:
    known = [(name, run.params[name].value) for name in _SETTINGS if name in run.params][:_MOST]
    told = [f"{name.removesuffix('_size').replace('_', ' ')} {value}" for name, value in known]
    return plain(" of " + ", ".join(told)) if told else ""


def _spread(group: Repeats) -> str:
    """Mean, deviation and range of the main figures, where they differ at all."""
    known = [name for name in _TOLD if name in group.spreads and group.spreads[name].n > 1]
    return ", ".join(spread_text(name, group.spreads[name]) for name in known[:_MOST])
