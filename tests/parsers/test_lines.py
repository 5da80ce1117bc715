"""What stands between bytes and patterns: redraws, escapes, tags, glue, paste marks, torn tails."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lines import LONG_LINE, clean, is_binary, logical
from parsers.scanner import LONGEST_LINE, SAME_DIGITS, Pieces, Scanner
from tests.reading import runs_of


def texts(raw: bytes) -> list[str]:
    return [line.text for line in logical(raw, 1)]


def walk(chunks: list[bytes]) -> list[tuple[bytes, int, bool]]:
    scanner = Scanner()
    return [piece for pieces in (*map(scanner.feed, chunks), scanner.flush()) for piece in columns(pieces)]


def columns(pieces: Pieces) -> list[tuple[bytes, int, bool]]:
    return list(zip(pieces.bodies, pieces.numbers, pieces.transient or [False] * len(pieces), strict=True))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\x1b[0;33mwarning\x1b[0m here", ["warning here"]),
        (b"^[[0;33mwarning^[[0m here", ["warning here"]),
        (b"\x1b]0;title\x07text", ["text"]),
        (b"[1,0]<stdout>:Loss: 1[1,0]<stdout>:.5", ["Loss: 1.5"]),
        (b"3: Loss: 1.5", ["Loss: 1.5"]),
        (b"(RayTrainWorker pid=12) {'loss': 1.5}", ["{'loss': 1.5}"]),
        (b"[default3]:Loss: 1.5", ["Loss: 1.5"]),
        (b"[prterun-n1-33@1,0]<stdout>:Loss: 1.5", ["Loss: 1.5"]),
        (b"2023-06-01T08:00:01.123456789Z stdout F Loss: 1.5", ["Loss: 1.5"]),
        (b"2023-06-01T08:00:01.12+02:00 stderr F Loss: 1.5", ["Loss: 1.5"]),
        (b"2023-06-01T08:00:01.123456789Z Loss: 1.5", ["Loss: 1.5"]),
        (b"[pod/train-launcher-abcd/train] Loss: 1.5", ["Loss: 1.5"]),
        (b"trainer-1  | Loss: 1.5", ["Loss: 1.5"]),
        (b"May 01 10:00:00 Loss: 1.5", ["Loss: 1.5"]),
        (b"[2024-02-01 10:00:00] 2024-02-01 10:00:00,100 INFO: x", ["2024-02-01 10:00:00,100 INFO: x"]),
        (b">> > Loss: 1.5", ["Loss: 1.5"]),
        (b"# pasted line", ["pasted line"]),
        (b"    indented", ["indented"]),
        (b"a line<br/>", ["a line"]),
        (b"first^Msecond", ["first", "second"]),
        (b"caf\xe9 \xff", ["caf\ufffd \ufffd"]),
        (b"   ", []),
        (b"bell\x07 and null\x00", ["bell and null"]),
    ],
)
def test_what_capture_and_paste_added_goes(raw: bytes, expected: list[str]) -> None:
    """The text is what the program printed."""
    assert texts(raw) == expected


@pytest.mark.parametrize("text", [
    "step-1 | loss 2.0", "2024-04-05T04:40:21.010407Z PL:POPLIN    16.16 W: x", "[05:11:14.165] [poptorch:cpp] [warning] x",
    "2024-02-01 10:00:00,100 INFO:   x", "| groq | 77.47% |", "2024-02-01 10:00:00 Loss: 1.5",
])
def test_what_the_program_itself_printed_stays(text: str) -> None:
    """Its own stamps are its times, and tell whose log it is."""
    assert texts(text.encode()) == [text]


def test_a_container_s_log_is_read_as_the_program_s() -> None:
    """Whatever printed before each line."""
    log = """2024-05-01 03:00:00,000 INFO:   Beginning appliance run
2024-05-01 03:00:10,000 INFO:   | Train Device=CSX, Step=50, Loss=3.10000, Rate=9.00 samples/sec, GlobalRate=9.00 samples/sec
2024-05-01 03:00:22,000 INFO:   Training completed successfully!
"""
    (plain,) = runs_of(log)
    for before in ("trainer-1  | ", "2024-05-01T10:00:00.000000123Z ", "2024-05-01T10:00:00.1Z stdout F ", "[pod/a-b/c] ", ">> "):
        (run,) = runs_of("".join(f"{before}{line}\n" for line in log.splitlines()))
        assert (run.state, run.started_at, run.progress) == (plain.state, plain.started_at, plain.progress)
        assert run.metrics["loss"].value == 3.1


def test_the_stamp_of_a_wrapper_is_a_time_where_the_program_prints_none() -> None:
    """`ts` and services put one before every line."""
    log = "Epoch [1/1], Step [59/590], Loss: 0.4792\nEpoch [1/1], Step [590/590], Loss: 0.1792\nTest Accuracy: 95.40  Loss: 0.1714\n"
    for stamp in ("2024-05-01 10:00:{:02d} ", "[2024-05-01T10:00:{:02d}] "):
        stamped = "".join(stamp.format(20 * at) + line + "\n" for at, line in enumerate(log.splitlines()))
        (run,) = runs_of(stamped, "sambanova/x.log")
        assert (run.state, run.metrics["accuracy"].value, run.elapsed) == ("finished", 95.4, 40)


def test_a_record_glued_to_a_bar_is_a_line_of_its_own() -> None:
    """A time stamp that follows a progress bar begins another record; one inside a sentence does not."""
    bar = "Iteration:  20%|##        | 500/2549 [07:29<29:04,  1.17it/s]"
    record = "2024-04-03 09:39:54,427 - apps.x - Process ID 1 - info     - epoch:0|local_step:501"
    assert texts((bar + record).encode()) == [bar, record]
    sentence = "Event at 2024-04-03 09:39:54,427 was logged"
    assert texts(sentence.encode()) == [sentence]


def test_what_is_glued_to_a_bar_s_end_is_a_line_of_its_own() -> None:
    """Whatever it is: the next bar, an interrupt, a scheduler's last word. A bar alone stays whole."""
    bar, other = "loss 2.3:  45%|####      | 90/200 [01:48<02:12,  1.20s/it]", "loss 2.2:  46%|####      | 91/200 [01:49<02:11, ?it/s]"
    for glued in ("^C", "slurmstepd: error: *** JOB 7 ON n1 CANCELLED ***", other, "=>> PBS: job killed: walltime 307 exceeded"):
        assert texts((bar + glued).encode()) == [bar, glued]
    assert texts((bar + "  ").encode()) == [bar]
    assert texts((bar + other + other + "^C").encode()) == [bar, other, other, "^C"]


def test_a_long_line_is_read_by_its_beginning_and_its_end() -> None:
    """Words at the cut go: half a number is none. What stands between is as if it were not there."""
    middle = "x" * 50 + " 2.71828"
    (text,) = texts(("step 10 " + (middle + " ") * 20_000 + "loss 2.5").encode())
    assert text.startswith("step 10 ") and text.endswith(" loss 2.5") and len(text) <= LONG_LINE + 3
    assert set(text.split()) == {"step", "10", "…", "loss", "2.5", *middle.split()}
    (text,) = texts(("a" * 100_000).encode())
    assert text == "…"


def test_a_number_of_very_many_digits_makes_its_line_say_nothing() -> None:
    """No program prints one, and Python neither reads it nor holds it as a float."""
    assert texts(b"step " + b"1" * 129 + b" loss 2.5") == []
    assert len(texts(b"step " + b"1" * 128 + b" loss 2.5")) == 1


def test_line_breaks_of_a_paste_go_from_the_end_alone() -> None:
    """However many, and whatever blanks stand among them."""
    assert texts(b"a<br>b <br/> <br /><br > ") == ["a<br>b"]


def test_a_warning_that_tears_a_bar_is_split_from_it() -> None:
    """The bar's beginning and the warning are two lines."""
    torn = "Epochs:   0%|          | 0/10 [00:00<?,[05:11:14.165] [poptorch:cpp] [warning] text"
    assert texts(torn.encode()) == ["Epochs:   0%|          | 0/10 [00:00<?,", "[05:11:14.165] [poptorch:cpp] [warning] text"]


def test_indent_and_rank_are_kept_apart_from_the_text() -> None:
    """A traceback needs the indent, interleaved ranks their tag."""
    line = logical(b"[1,3]<stderr>:    frame", 7)[0]
    assert (line.number, line.text, line.indent, line.rank) == (7, "frame", 4, "3")


def test_lines_count_newlines_alone_and_redraws_share_their_line() -> None:
    """Line numbers are those of an editor; all redraws but the last are transient."""
    found = walk([b"a\rb\rc\nd\r\ne"])
    assert found == [
        (b"a", 1, True), (b"b", 1, True), (b"c", 1, False), (b"d", 2, False), (b"e", 3, False),
    ]  # fmt: skip


@given(st.lists(st.sampled_from([b"a1", b"2 3", b"\r", b"\n", b"\xff"])).map(b"".join))
def test_a_shape_is_its_line_with_other_digits(data: bytes) -> None:
    """Whatever ends it."""
    pieces = Scanner().feed(data)
    assert list(pieces.shapes) == [body.translate(SAME_DIGITS) for body in pieces.bodies]


@given(st.lists(st.sampled_from([b"a", b"bc", b"\r", b"\n", b"\xff", b"hit"])).map(b"".join), st.lists(st.integers(0, 200)))
def test_chunks_do_not_change_the_lines(data: bytes, cuts: list[int]) -> None:
    """Fed whole or in pieces, the same lines with the same numbers come out."""
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    chunks = [data[a:b] for a, b in itertools.pairwise(edges)]
    assert walk(chunks) == walk([data])


def test_a_line_that_never_ends_takes_bounded_memory() -> None:
    """Its beginning is kept, its rest is passed over, and the next line has the right number."""
    scanner = Scanner()
    for _ in range(8):
        scanner.feed(b"x" * (LONGEST_LINE // 2))
        assert len(scanner.tail) <= LONGEST_LINE + 1
    pieces = scanner.feed(b"\nnext\n")
    assert [(len(raw), number) for raw, number, _ in columns(pieces)] == [(LONGEST_LINE, 1), (4, 2)]


def test_binary_is_told_from_text() -> None:
    """A NUL byte in the first 4 KiB or an ELF header; bad UTF-8 alone is text."""
    assert is_binary(b"\x7fELF\x02")
    assert is_binary(b"text\x00more")
    assert not is_binary(b"caf\xe9")
    assert not is_binary(b"x" * 5000 + b"\x00")


@given(st.text(max_size=80))
def test_cleaned_text_holds_no_control_character(text: str) -> None:
    """Nothing of a log reaches the terminal as a command."""
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", clean(text))
