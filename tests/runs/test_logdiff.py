"""Log against log: what is masked, how lines belong together, and what is shown of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.fake import SAMPLES, make_run
from tui.runs.logdiff import align, entries_of_run, mask, masked_spans
from tui.runs.logdiff.align import Stretch
from tui.runs.logdiff.entries import Entries
from tui.runs.logdiff.rows import differing, rows_of_difference
from tui.runs.run import Run, Source
from tui.runs.workspace import Workspace

LOGS = sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".log", ".out"))
LINES = [line for path in LOGS for line in path.read_text(errors="replace").splitlines()]
WORDS = st.sampled_from([
    "a", "b", "c", "loss=1.5", "loss=2.5", "step 100", "step 200", "job 30451", "took 12 s", "2024-04-07 05:47:29", "worker-3", "",
])  # fmt: skip
LOGLINES = st.lists(WORDS, max_size=30)


# masks


@pytest.mark.parametrize(("one", "other"), [
    ("2024-04-07 05:47:29,123 INFO: x", "2024-12-31 23:59:59,999 INFO: x"), ("[05:47:29.123] x", "[15:00:00.001] x"),
    ("Apr  5 05:47:29 x", "Dec 31 00:00:00 x"), ("Fri Apr  5 05:47:29 UTC 2024", "Mon Jan 1 00:00:00 CET 2025"),
    ("E0407 06:03:47.379575617 3207617 hpack.cc:1234] x", "E1231 00:00:00.1 12 hpack.cc:1234] x"),
    ("Submitted batch job 30451", "Submitted batch job 999"), ("Process ID 3613054 - x", "Process ID 123 - x"),
    ("Rank 0, PID 2108596 - x", "Rank 0, PID 3045226 - x"), ("wsjob-xxmjflwzrlrlblppn47kgg x", "wsjob-b4pwp x"),
    ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174000"), ("cs_9465229803081323743", "cs_8939750200954608837"),
    ("at 0x9af7850>", "at 0x7ffe1234>"), ("to 10.1.2.3:9000 x", "to 192.168.0.1:22 x"), ("on gc-poplar-02: x", "on gc-poplar-04: x"),
    ("host sn30-r1-h1,", "host sn30-r4-h8,"), ("commit 01c7f73d771dfac7", "commit ffffffff00000000"), ("PL:POPLIN    1600912.1600912 W: x", "PL:POPLIN    20019.20019 W: x"),
    ("took 1.32 sec", "took 7 sec"), ("in 36 s", "in 1 min"), ("Compile took 2 minutes 5 seconds", "Compile took 5 hours"), ("0.06 ms", "12 ms"),
    ("Rate=4853.35 samples/sec, x", "Rate=1.0 samples/sec, x"), ("[02:57<00:07,  7.97s/it]", "[00:01<1:00:07,  120.3s/it]"),
    ("95%|█████▌    | 19/20 [00:01<00:02, 3.2it/s]", "95%|##| 19/20 [10:01<00:02, 77it/s]"), ("throughput: 749.6", "throughput: 3"),
    ("in /tmp/tmpa1b2/x", "in /tmp/other/y"), ("sshd[1234]: x", "sshd[999]: x"), ("650kB/s", "5.60MB/s"),
])  # fmt: skip
def test_what_differs_by_itself_is_masked(one: str, other: str) -> None:
    """Times, ids, addresses, durations, rates: two lines that differ in nothing else are one."""
    assert mask(one) == mask(other)


@pytest.mark.parametrize(("one", "other"), [
    ("Loss=7.07812", "Loss=7.12500"), ("loss: 7.1", "loss: 7.2"), ("batch_size=512", "batch_size=1024"), ("accuracy 98.30 %", "accuracy 97.69 %"),
    ("lr 0.03", "lr 0.02"), ("LearningRate=0.01", "LearningRate=0.02"), ("Learning Rate: 0.01", "Learning Rate: 0.02"), ("seed : 1781659799", "seed : 17"),
    ("seed=1712467649", "seed=1712467650"), ("Epochs: 10/10", "Epochs: 20/20"), ("45%|██   | 9/20", "95%|████ | 19/20"), ("Step=100,", "Step=200,"),
    ("--ntasks 16", "--ntasks 8"), ("num threads: 8", "num threads: 4"), ("shape (1, 128)", "shape (1, 256)"), ("exit code 1", "exit code 0"),
    ("version 2.4.0", "version 2.5.1"), ("resnet50", "resnet18"), ("dropout_rate=0.1", "dropout_rate=0.5"), ("import 500", "import 600"), ("1,024,000 samples", "512,000 samples"),
    ("|  groq  |  77.47%  |  0.06  |  16612.48  |", "|  groq  |  77.47%  |  0.06  |  12785.02  |"),
])  # fmt: skip
def test_figures_that_matter_stay(one: str, other: str) -> None:
    """Losses, batch sizes, rates of learning, counts, versions: nothing that a run is judged by is masked away."""
    assert mask(one) != mask(other)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.parent.name)
def test_masking_twice_is_masking_once(path: Path) -> None:
    """Every line of every sample, and every part of one that a screen may have cut off."""
    for line in path.read_text(errors="replace").splitlines()[:400]:
        for text in (line, line[: len(line) // 2], line[len(line) // 2 :]):
            assert mask(mask(text)) == mask(text)


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    """Spans lie in order within the line, and none overlaps another."""
    at = 0
    for begin, end in masked_spans(text):
        assert at <= begin < end <= len(text)
        at = end


# alignment


def _moved(line: str, by: timedelta) -> str:
    def later(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + by).isoformat(" ")

    return re.sub(r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\b", later, line)


@given(st.sampled_from(LOGS), st.timedeltas(timedelta(0), timedelta(days=300)))
@settings(max_examples=25)
def test_a_log_whose_times_all_moved_does_not_differ(path: Path, by: timedelta) -> None:
    """Nor does a log from itself: one stretch of lines alike, and nothing else."""
    lines = path.read_text(errors="replace").splitlines()[:500]
    by = timedelta(seconds=int(by.total_seconds()))
    stretches = align([mask(line) for line in lines], [mask(_moved(line, by)) for line in lines])
    assert stretches == ([Stretch("equal", 0, len(lines), 0, len(lines))] if lines else [])


def _lines(stretches: list[Stretch]) -> set[tuple[str, range, range]]:
    return {(one.kind, range(one.left, one.left + one.left_count), range(one.right, one.right + one.right_count)) for one in stretches}


@given(LOGLINES, LOGLINES)
def test_swapping_the_logs_swaps_the_sides(left: list[str], right: list[str]) -> None:
    """The same lines belong together whichever log is the baseline's."""
    left, right = [mask(line) for line in left], [mask(line) for line in right]
    kinds = {"left": "right", "right": "left"}
    back = {(kinds.get(kind, kind), theirs, ours) for kind, ours, theirs in _lines(align(right, left))}
    assert _lines(align(left, right)) == back


@given(LOGLINES, LOGLINES)
def test_every_line_is_in_one_stretch(left: list[str], right: list[str]) -> None:
    """In order, none twice, none left out; what is called alike is alike once masked, what is called changed is not."""
    left, right = [mask(line) for line in left], [mask(line) for line in right]
    a = b = 0
    for one in align(left, right):
        assert (one.left, one.right) == (a, b)
        a, b = a + one.left_count, b + one.right_count
        if one.kind in ("equal", "changed"):
            assert one.left_count == one.right_count
            same = [left[one.left + at] == right[one.right + at] for at in range(one.left_count)]
            assert all(same) if one.kind == "equal" else not any(same)
    assert (a, b) == (len(left), len(right))


def test_a_line_is_paired_with_its_like() -> None:
    """By its step, though every loss differs, and though one log has lines more."""
    left = [f"step {step}, loss={9 - step / 100:.3f}" for step in range(0, 300, 10)]
    right = ["a warning", *(f"step {step}, loss={8 - step / 90:.3f}" for step in range(0, 300, 10)), "the end"]
    assert align(left, right) == [Stretch("right", 0, 0, 0, 1), Stretch("changed", 0, 30, 1, 30), Stretch("right", 30, 0, 31, 1)]


def test_what_no_line_holds_in_place_is_given_up_where_it_is_long() -> None:
    """And said; what stands around it is still aligned."""
    noise = [[f"{word}" for at in range(600) for word in words] for words in (("alpha", "beta"), ("beta", "beta", "gamma", "alpha"))]
    stretches = align(["begin", *noise[0], "end"], ["begin", "gamma", *noise[1], "gamma", "end"])
    assert [one.kind for one in stretches] == ["equal", "apart", "equal"]
    rows = rows_of_difference(stretches).rows
    assert [row.kind for row in rows] == ["equal", "apart", "equal"] and rows[1].left_count == 1200


# rows


def test_what_is_alike_is_folded_with_its_count() -> None:
    """Two lines around each change stay; one line is never folded by itself; unfolded every line is there."""
    stretches = [Stretch("equal", 0, 100, 0, 100), Stretch("left", 100, 1, 100, 0), Stretch("equal", 101, 5, 100, 5), Stretch("right", 106, 0, 105, 1)]
    rows = rows_of_difference(stretches)
    assert [row.kind for row in rows.rows] == ["fold", "equal", "equal", "left", *["equal"] * 5, "right"]
    assert rows.rows[0].left_count == 98 and [rows.rows[at].kind for at in rows.changes] == ["left", "right"]
    assert len(rows_of_difference(stretches, fold=False).rows) == 107


def test_of_a_changed_line_the_words_that_changed_are_known() -> None:
    """What is masked is neither the same nor different."""
    left, right = differing("2024-04-07 05:47:29 Step=100, Loss=7.5", "2024-04-08 06:00:00 Step=100, Loss=7.25")
    assert [piece.text for piece in left if piece.kind == "differs"] == ["7.5"]
    assert [piece.text for piece in right if piece.kind == "differs"] == ["7.25"]
    assert left[0] == ("2024-04-07 05:47:29", "masked")


@given(st.sampled_from(LINES), st.sampled_from(LINES))
def test_pieces_are_the_line(one: str, other: str) -> None:
    """Nothing of a line is lost by cutting it into words."""
    left, right = differing(one, other)
    assert "".join(piece.text for piece in left) == one and "".join(piece.text for piece in right) == other
    if mask(one) == mask(other):
        assert all(piece.kind != "differs" for piece in (*left, *right))


# the lines of a run


def _read(tmp_path: Path, text: str, *sources: tuple[int, int]) -> Entries:
    path = tmp_path / "a.log"
    path.write_text(text)
    run = make_run("a", path="a.log", sources=tuple(Source("a.log", first, last, "log") for first, last in sources))
    return entries_of_run(run, str(path))


def test_only_the_lines_of_the_run_are_compared(tmp_path: Path) -> None:
    """Another launch in the same file is another run."""
    entries = _read(tmp_path, "".join(f"line {number}\n" for number in range(1, 11)), (3, 5)).entries
    assert [(entry.line, entry.text) for entry in entries] == [(3, "line 3"), (4, "line 4"), (5, "line 5")]


def test_a_progress_bar_is_one_line_as_it_ended(tmp_path: Path) -> None:
    """Whether it was redrawn within a line or written on lines of its own, and across pages of reading."""
    bars = "".join(f"Epochs: {at * 100 // 5000}%|██| {at}/5000 [00:01<00:02, 3.2it/s]\n" for at in range(5001))
    redrawn = "\r".join(f"Eval: {at}%|██| {at}/100" for at in range(101)) + "\n"
    entries = _read(tmp_path, f"a\n{bars}b\n{redrawn}c\n", (1, 5005)).entries
    assert [entry.text.split(" [")[0] for entry in entries] == ["a", "Epochs: 100%|██| 5000/5000", "b", "Eval: 100%|██| 100/100", "c"]
    assert [entry.line for entry in entries] == [1, 5002, 5003, 5004, 5005]


def test_what_is_left_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many lines a log is not read."""
    monkeypatch.setattr("tui.runs.logdiff.entries.LINES_MOST", 10)
    long = _read(tmp_path, "x\n" * 20, (1, 20))
    short = _read(tmp_path, "x\n" * 10, (1, 10))
    assert (len(long.entries), long.left_out) == (10, True) and (len(short.entries), short.left_out) == (10, False)


def _sample(name: str) -> tuple[Run, str]:
    workspace = Workspace([str(SAMPLES)])
    workspace.read()
    found = [(run, file.path) for file in workspace.files.values() for run in file.runs(0.0) if name in run.path]
    return found[0]


def test_the_losses_of_two_trainings_are_what_differs() -> None:
    """Of Cerebras' runs with batch 1024 and 2048: the losses are changed lines, the clocks, jobs and rates are not."""
    (one, there), (other, here) = _sample("bert_large_bs1024"), _sample("bert_large_bs2048")
    left, right = entries_of_run(one, there), entries_of_run(other, here)
    changed = [
        (left.entries[each.left + at].text, right.entries[each.right + at].text)
        for each in align([entry.masked for entry in left.entries], [entry.masked for entry in right.entries])
        if each.kind == "changed" for at in range(each.left_count)
    ]  # fmt: skip
    losses = [(ours, theirs) for ours, theirs in changed if "Loss=" in ours]
    assert len(losses) >= 5
    for ours, theirs in losses:
        assert re.findall(r"Step=\d+", ours) == re.findall(r"Step=\d+", theirs)
        words = [piece.text for piece in differing(ours, theirs)[0] if piece.kind == "differs"]
        assert words == re.findall(r"Loss=([\d.]+)", ours)
