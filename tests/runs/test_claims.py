"""Claims: what names, notes and command lines say of a run, held against its log; a doubtful word claims nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.simulated import Watched, cerebras, cerebras_step, epochs_bar
from tui.runs.checks import checked
from tui.runs.claimed import claims_in_name, claims_in_note
from tui.runs.claims import with_claims
from tui.runs.notes import BYTES_MOST, LOOK_EVERY, notes_in
from tui.runs.run import Amount, Finding, Parameter, Run, Spot

AT = 1_712_448_000.0
HERE = Spot("a.log", 7)


def run(path: str = "a.log", **changes: object) -> Run:
    params = {name: Parameter(name, value, HERE) for name, value in dict(changes.pop("params", {})).items()}  # type: ignore[call-overload]
    base: dict[str, object] = {"id": f"{path}#1", "testbed": "graphcore", "format": "graphcore", "name": "a", "path": path, "number": 1}
    return Run(**{**base, **changes, "params": params})  # type: ignore[arg-type]


def mismatches(one: Run) -> list[str]:
    return [finding.message for finding in checked(one).findings if finding.code == "claim-mismatch"]


EPOCHS_10 = {"epoch": Amount(10, 10, HERE)}


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("bert_large_bs512", {"batch_size": 512}),
        ("b4_l03_e_20", {"batch_size": 4, "learning_rate": 0.03, "epochs": 20}),
        ("sarora39__mnist-b8_l003_e_20.log", {"batch_size": 8, "learning_rate": 0.003, "epochs": 20}),
        ("epochs=20", {"epochs": 20}),
        ("mnist_epochs20", {"epochs": 20}),
        ("lr-0.02", {"learning_rate": 0.02}),
        ("mnist_lr0.02", {"learning_rate": 0.02}),
        ("lr_1e-4", {"learning_rate": 0.0001}),
        ("learning-rate=5e-05", {"learning_rate": 5e-05}),
        ("lr=1", {"learning_rate": 1}),
        ("bert-large-n16", {"count": 16}),
        ("bertlarge_ntasks8_run", {"ntasks": 8}),
        ("bert-large-8tasks-8pernode", {"ntasks": 8}),
        ("resnet50-benchmark-16ipu", {"devices": 16}),
        ("mnist-bs16-ep50", {"batch_size": 16, "epochs": 50}),
        ("mnist-batchsize08_epochs10_lr0.05.log", {"batch_size": 8, "epochs": 10, "learning_rate": 0.05}),
        ("batch_size_64", {"batch_size": 64}),
        ("pyg-packing-10ep", {"epochs": 10}),
        ("20_epochs", {"epochs": 20}),
        ("bert_tiny_maxseq256", {"sequence_length": 256}),
        ("BERT_MSL128_BS512", {"sequence_length": 128, "batch_size": 512}),
        ("bs512ep20", {"batch_size": 512, "epochs": 20}),
        ("20epochs_lr0.02.3", {"epochs": 20}),
    ],
)
def test_a_name_claims_what_its_words_say(name: str, claimed: dict[str, float]) -> None:
    """Keys with their numbers, in every style that people name their logs."""
    assert {word.name: word.value for word in claims_in_name(name) if word.name in claimed} == claimed


@pytest.mark.parametrize(
    "name",
    [
        "resnet50", "resnet-50", "r1", "2024", "2024-04-07", "gpt2", "gpt3_111m", "llama2-7b", "b4", "e20", "l24", "n1", "n2", "vit_b16",
        "efficientnet_b4_run", "run-3", "slurm-30451.out", "mytest_1024", "v2.5.1", "l2norm", "bs512k", "epoch", "batch", "gc-node-03",
        "resnet_50_epochs_20", "10-epochs-32-batch", "lr3", "bs", "steps", "bert.e3084", "bert.o3084", "test_b", "040424.04", "ep1.5",
        "seq2seq", "step1000k", "cs_9465229803081323743", "mnist_original", "BertLarge", "batches10", "batched-8", "e2e", "tasked8",
        "1b4_2e3", "n16k", "ae20", "prebatch8",
    ],
)  # fmt: skip
def test_a_name_that_says_nothing_of_settings_claims_nothing(name: str) -> None:
    """Models, dates, versions, numbers of repeats, and words whose number may belong to another."""
    assert claims_in_name(name) == ()


@given(st.text(max_size=40))
def test_any_name_can_be_read(name: str) -> None:
    """Nothing in a name breaks the reading, and every claim has a value that is a number."""
    for word in (*claims_in_name(name), *claims_in_note(name)):
        assert word.value == word.value


@pytest.mark.parametrize(
    ("note", "claimed"),
    [
        ("20 epochs", {"epochs": 20}),
        ("epochs 10 to 20", {"epochs": 20}),
        ("changed epochs from 10 to 20", {"epochs": 20}),
        ("learning rate 0.03 -> 0.02", {"learning_rate": 0.02}),
        ("batch size 512", {"batch_size": 512}),
        ("batch 512 instead of 1024", {}),
        ("not with 20 epochs", {}),
        ("as the run with 20 epochs before", {}),
        ("first try on the new node", {}),
    ],
)
def test_a_note_claims_what_it_says_of_its_own_run(note: str, claimed: dict[str, float]) -> None:
    """Not what it says of another."""
    assert {word.name: word.value for word in claims_in_note(note)} == claimed


def test_a_name_against_its_log() -> None:
    """The bar says 10 of 10."""
    assert mismatches(run("mnist_epochs20.log", progress=EPOCHS_10)) == ["The name says 20 epochs, the log shows 10"]
    assert mismatches(run("mnist_epochs10.log", progress=EPOCHS_10)) == []


def test_each_directory_of_a_path_claims_for_itself_the_nearest_first() -> None:
    """`epochs=20/lr-0.02/train.log` says two things."""
    claims = {claim.name: claim.value for claim in with_claims(run("bs8/epochs=20/bs16/train.log")).claims}
    assert claims == {"batch_size": 16, "epochs": 20}


def test_a_claim_that_the_log_shows_nothing_of_is_held_against_nothing() -> None:
    """No log of these prints a learning rate."""
    (claim,) = with_claims(run("mnist_lr0.02.log")).claims
    assert (claim.holds, claim.observed) == (None, None)
    assert mismatches(run("mnist_lr0.02.log")) == []


def test_a_batch_may_be_that_of_all_devices_or_of_one() -> None:
    """A name says 64, the log 16,384 over 4 devices with 64 steps accumulated."""
    params = {"batch_size": 16384, "num_devices": 4, "gradient_accumulation": 64}
    assert mismatches(run("bs64.log", params=params)) == []
    assert mismatches(run("bs256.log", params=params)) == []
    assert mismatches(run("bs100.log", params=params)) == ["The name says batch size 100, the log shows 16,384"]


def test_a_batch_per_device_is_no_mismatch_with_the_whole() -> None:
    """256 a task over 8 tasks are 2,048."""
    params = {"batch_size_per_device": 256, "ntasks": 8}
    assert mismatches(run("bs2048.log", params=params)) == mismatches(run("bs256.log", params=params)) == []
    assert mismatches(run("bs512.log", params=params)) != []


def test_a_rate_that_a_schedule_lowered_is_no_mismatch() -> None:
    """The last rate printed proves no peak lower than the claim, only one that is higher."""
    assert mismatches(run("lr0.01.log", params={"learning_rate": 7.06e-06})) == []
    assert mismatches(run("lr0.01.log", params={"learning_rate": 0.1})) == ["The name says learning rate 0.01, the log shows 0.10"]
    assert mismatches(run("lr0.01.log", params={"configured_learning_rate": 0.001})) != []


def test_a_rate_without_a_point_is_either_of_its_readings() -> None:
    """`lr001` is 0.001 to some and 0.01 to others."""
    for rate in (0.001, 0.01):
        assert mismatches(run("mnist-lr001.log", params={"configured_learning_rate": rate})) == []
    assert mismatches(run("mnist-lr001.log", params={"configured_learning_rate": 0.1})) != []


def test_n_is_tasks_or_nodes_or_devices() -> None:
    """`n16` with 32 tasks on 16 nodes is right in one of its meanings."""
    assert mismatches(run("bert-n16.log", params={"ntasks": 32, "nodes": 16})) == []
    assert mismatches(run("bert-n16.log", params={"ntasks": 32, "nodes": 2})) == ["The name says 16 tasks, the log shows 32"]


def test_numbers_in_a_row_may_each_be_meant() -> None:
    """`ntasks-8-16` holds two runs."""
    for count in (8, 16):
        assert mismatches(run("diff-ntasks-8-16.log", params={"ntasks": count})) == []
    assert mismatches(run("diff-ntasks-8-16.log", params={"ntasks": 4})) != []


def test_a_command_line_is_held_against_what_the_program_did() -> None:
    """`--epochs=20` and a bar of 10: the program ignored it."""
    told = run(params={"command": "python mnist.py --epochs=20 --lr=1.0"}, progress=EPOCHS_10)
    assert mismatches(told) == ["The command line asks for 20 epochs, the log shows 10"]


def test_the_steps_of_a_schedule_are_no_claim() -> None:
    """SambaNova's --max_steps is of the learning rate's schedule, --steps_this_run of the run."""
    command = "python hook.py run --max_steps 250000 --steps_this_run 90"
    assert mismatches(run(params={"command": command}, progress={"step": Amount(90, 90, HERE)})) == []


# bedwatch.toml


def finding(one: Run, code: str) -> Finding:
    (found,) = [finding for finding in one.findings if finding.code == code]
    return found


def test_notes_beside_a_log_name_it_tag_it_and_claim(tmp_path: Path) -> None:
    """A claim that the log contradicts names the notes, and the log's line."""
    watched = Watched(tmp_path)
    (tmp_path / "bedwatch.toml").write_text('name = "twenty epochs"\ntags = ["mnist"]\nnote = "as the exercise says"\n[claims]\nepochs = 20\n')
    watched.write("mnist.log", epochs_bar(10, 10), AT)
    one = watched.run(AT + 7200)
    assert one.name == "twenty epochs"
    assert one.notes is not None
    assert (one.notes.tags, one.notes.note) == (("mnist",), "as the exercise says")
    told = finding(one, "claim-mismatch")
    assert told.message == "bedwatch.toml claims 20 epochs, the log shows 10"
    assert told.spot.path == "mnist.log"


def test_notes_are_of_the_logs_in_their_own_directory_and_a_table_of_one_log(tmp_path: Path) -> None:
    """Each of several logs in one directory has its own."""
    watched = Watched(tmp_path)
    (tmp_path / "bedwatch.toml").write_text('[logs."b.log"]\nname = "second"\nclaims = {epochs = 20}\n')
    for name in ("a.log", "b.log", "below/c.log"):
        watched.write(name, epochs_bar(10, 10), AT)
    runs = {run.path: run for run in watched.runs(AT + 7200).values()}
    assert {path: run.name for path, run in runs.items()} == {"a.log": "a", "b.log": "second", "below/c.log": "c"}
    assert [path for path, run in runs.items() if mismatches(run)] == ["b.log"]


def test_one_name_for_several_logs_keeps_them_apart(tmp_path: Path) -> None:
    """The log's own name stands behind it."""
    watched = Watched(tmp_path)
    (tmp_path / "bedwatch.toml").write_text('name = "sweep"\n')
    for name in ("a.log", "b.log"):
        watched.write(name, epochs_bar(10, 10), AT)
    assert sorted(run.name for run in watched.runs(AT + 7200).values()) == ["sweep: a", "sweep: b"]


def test_notes_written_later_are_read_though_the_log_is_still(tmp_path: Path) -> None:
    """And a look is worth drawing: it says that something changed, and the run's version rises."""
    watched = Watched(tmp_path)
    watched.write("mnist.log", epochs_bar(10, 10), AT)
    before = watched.run(AT)
    (tmp_path / "bedwatch.toml").write_text("[claims]\nepochs = 20\n")
    (file,) = watched.workspace.files.values()
    assert file.look(AT + 1) == (False, False)
    assert file.look(AT + LOOK_EVERY) == (True, False)
    after = watched.run(AT + LOOK_EVERY)
    assert mismatches(after)
    assert after.version > before.version
    (tmp_path / "bedwatch.toml").unlink()
    file.look(AT + 3 * LOOK_EVERY)
    assert not mismatches(watched.run(AT + 3 * LOOK_EVERY))


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"[claims]\nepochs = \n", 2, "is not TOML"),
        (b"note = 'x'\ntags = 3\n", 2, "must be a list of words"),
        (b"epochs = 20\n", 1, "is not known here"),
        (b"\n[claims]\nepochs = [20]\n", 3, "must be a number or text"),
        (b"note = '\xff'\n", 1, "is not UTF-8"),
        (b"logs = 3\n", 1, "must be tables"),
        (b"x = " + b"[" * 5000, 1, "is not TOML"),
        (b"x = " + b"1" * 5000, 1, "is not TOML"),
        (b"#" * (BYTES_MOST + 1), 1, "is larger than"),
    ],
)
def test_notes_that_cannot_be_read_give_a_finding_with_their_line(tmp_path: Path, data: bytes, line: int, said: str) -> None:
    """And the run is shown as without them."""
    watched = Watched(tmp_path)
    (tmp_path / "bedwatch.toml").write_bytes(data)
    watched.write("mnist.log", epochs_bar(10, 10), AT)
    told = finding(watched.run(AT + 7200), "notes-unread")
    assert said in told.message
    assert (told.spot.path, told.spot.line, told.severity) == ("bedwatch.toml", line, "warning")


@given(st.binary(max_size=200))
def test_no_notes_break_the_reading(data: bytes) -> None:
    """Whatever the file holds."""
    notes_in(data, "a.log", "bedwatch.toml")


def test_notes_that_are_no_ordinary_file_are_not_opened(tmp_path: Path) -> None:
    """A pipe would never be read to its end."""
    os.mkfifo(tmp_path / "bedwatch.toml")
    watched = Watched(tmp_path)
    watched.write("mnist.log", epochs_bar(10, 10), AT)
    assert watched.run(AT + 7200).notes is None


def test_a_claimed_figure_is_right_to_its_last_digit(tmp_path: Path) -> None:
    """98.3 may be 98.35 cut short; 98.0 may not."""
    watched = Watched(tmp_path)
    lines = cerebras(AT, "Effective batch size is 512.") + cerebras_step(AT + 1, 100, loss=7.07812)
    watched.write("a/run.log", lines, AT)
    watched.write("b/run.log", lines, AT)
    (tmp_path / "a/bedwatch.toml").write_text("[claims]\nloss = 7.08\nBatch-Size = 512\n")
    (tmp_path / "b/bedwatch.toml").write_text("[claims]\nloss = 7.2\n")
    watched.look("a/run.log", AT + LOOK_EVERY)
    watched.look("b/run.log", AT + LOOK_EVERY)
    right, wrong = watched.runs(AT + 7200).values()
    assert [claim.holds for claim in right.claims] == [True, True]
    assert mismatches(wrong) == ["b/bedwatch.toml claims loss 7.20, the log shows 7.07812"]
