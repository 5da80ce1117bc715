"""Every figure that a careful reader takes from the sample runs, with the line it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tui.feed.replay import sample_runs
from tui.runs.run import Run
from tui.runs.workspace import Workspace

LONG_AFTER = 4e9  # seconds since 1970: nobody writes to a sample any more


@cache
def runs() -> Mapping[str, Run]:
    workspace = Workspace([str(sample_runs())])
    workspace.read()
    return {run.name: run for run in workspace.runs(LONG_AFTER)}


STATES = {
    "bert_large_bs512": "finished", "bert_large_bs1024": "finished", "bert_large_bs2048": "finished",
    "gpt3_111m_unfinished": "unfinished",
    "mnist_original": "finished", "mnist_epochs20": "finished", "mnist_lr0.02": "finished",
    "resnet50_cancelled": "cancelled",
    "bertlarge_ntasks16": "submitted", "bertlarge_ntasks8": "submitted", "bertlarge_ntasks8_run": "failed",
    "bert_tiny_default": "finished", "bert_tiny_maxseq256": "finished", "resnet50_build_failed": "failed",
}  # fmt: skip
