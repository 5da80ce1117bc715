"""What is said of a run leaves the program with it."""

from __future__ import annotations

import json
from pathlib import Path

from tui.report.as_json import run_object, runs_json
from tui.runs.workspace import Workspace

LOG = "Epochs: 100%|██████████| 10/10 [01:25<00:00,  8.55s/it]\n"


def test_claims_notes_and_tags_are_in_the_json(tmp_path: Path) -> None:
    """Each claim with who makes it, where, and whether the log bears it out; a claim that its log does not speak of is null."""
    directory = tmp_path / "mnist_epochs20"
    directory.mkdir()
    (directory / "a.log").write_text(LOG)
    (directory / "bedwatch.toml").write_text('note = "to see whether more epochs help"\ntags = ["mnist", "april"]\n[claims]\nlearning_rate = 0.02\n')
    workspace = Workspace([str(tmp_path)])
    workspace.read()
    (run,) = json.loads(runs_json(workspace.runs(4e9)))["runs"]
    assert (run["note"], run["tags"]) == ("to see whether more epochs help", ["mnist", "april"])
    claims = {claim["name"]: claim for claim in run["claims"]}
    assert claims["epochs"] == {
        "name": "epochs", "value": 20, "source": "name", "said": "epochs20", "holds": False, "observed": 10,
        "path": "mnist_epochs20/a.log", "line": None,
    }  # fmt: skip
    rate = claims["learning_rate"]
    assert (rate["source"], rate["value"], rate["holds"], rate["observed"]) == ("bedwatch.toml", 0.02, None, None)
    assert (rate["path"], rate["line"]) == ("mnist_epochs20/bedwatch.toml", 4)


def test_without_notes_nothing_is_said(tmp_path: Path) -> None:
    """No claim, no note, no tag: empty, not missing."""
    (tmp_path / "a.log").write_text(LOG)
    workspace = Workspace([str(tmp_path)])
    workspace.read()
    (run,) = workspace.runs(4e9)
    made = run_object(run)
    assert (made["claims"], made["note"], made["tags"]) == ([], None, [])
