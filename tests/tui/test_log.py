"""The log by line: read where it is seen, folded, searched, and joined to the metrics both ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tui.runs.logtext as logtext
from tests.tui.fake import FakeFeed, app_over, make_run, screen_text, until, until_text
from tui.app import BedwatchApp
from tui.feed.watch import Update
from tui.runs.logrows import meanings_of, rows_of
from tui.runs.logtext import LogText
from tui.runs.run import Reading, Run, Spot
from tui.screens.log import LogScreen
from tui.screens.overview import OverviewScreen
from tui.screens.run import RunScreen


@pytest.mark.parametrize("block", [1, 7, 64])
def test_lines_are_those_of_the_file_wherever_blocks_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Whatever the blocks, line n is line n; a line's offset leads back to it."""
    monkeypatch.setattr(logtext, "BLOCK", block)
    parts = [b"a", b"", b"bcd" * 9, b"", b"", b"last, torn"]
    path = tmp_path / "a.log"
    path.write_bytes(b"\n".join(parts))
    text = LogText(str(path))
    while text.index(5):
        pass
    assert text.count == len(parts)
    for first in range(1, len(parts) + 1):
        assert text.lines(first, 2) == parts[first - 1 : first + 1]
        offset = text.offset_of(first)
        assert offset is not None and text.line_of(offset) == first
    assert text.offset_of(99) is None and text.lines(99, 1) == []


def test_what_is_appended_is_counted_on_and_another_file_is_noticed(tmp_path: Path) -> None:
    """A torn line grows; a file that was cut off or replaced is another."""
    path = tmp_path / "a.log"
    path.write_bytes(b"one\ntw")
    text = LogText(str(path))
    text.index()
    with path.open("ab") as file:
        file.write(b"o\nthree\n")
    text.index()
    assert text.lines(1, 9) == [b"one", b"two", b"three"] and not text.replaced
    path.write_bytes(b"x\n")
    assert text.replaced


def test_a_search_and_the_screen_count_each_line_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both count on as they go: no line is counted by both."""
    monkeypatch.setattr(logtext, "BLOCK", 64)
    path = tmp_path / "a.log"
    path.write_bytes(b"line\n" * 5000)
    text = LogText(str(path))

    def count() -> None:
        while text.index(200):
            pass

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count) for _ in range(4)]:
            done.result()
    assert text.count == 5000


def test_only_what_is_asked_for_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file of 1 GB, mostly a hole, the end is shown before anything is counted, and little is read for it."""
    path = tmp_path / "huge.log"
    with path.open("wb") as file:
        file.seek(1 << 30)
        file.write(b"\nthe end\n")
    read: list[int] = []
    pread = logtext.os.pread
    monkeypatch.setattr(logtext.os, "pread", lambda *a: (lambda data: read.append(len(data)) or data)(pread(*a)))
    text = LogText(str(path))
    assert text.tail(3) == [b"the end"] or text.tail(3)[-1] == b"the end"
    assert sum(read) <= 3 * logtext.TAIL and text.indexed == 0


@given(st.lists(st.sampled_from(["x", "needle", "y" * 50, "", "Needle z"]), min_size=1, max_size=40), st.integers(1, 40), st.booleans())
def test_a_search_finds_the_next_line_round_the_end(tmp_path_factory: pytest.TempPathFactory, parts: list[str], line: int, forward: bool) -> None:
    """The same as looking at every line, whatever the chunks."""
    line = min(line, len(parts))
    path = tmp_path_factory.getbasetemp() / "searched.log"
    path.write_text("".join(f"{part}\n" for part in parts))
    hits = [number for number, part in enumerate(parts, 1) if "needle" in part.lower()]
    after = [number for number in hits if (number > line if forward else number < line)]
    expected = (after or hits)[0 if forward else -1] if hits else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logtext, "CHUNK", 16)
        patch.setattr(logtext, "OVERLAP", 8)
        found = LogText(str(path)).find(re.compile(b"(?i)needle"), line, forward, lambda: True)
    assert found == expected


def test_bars_and_repeats_are_folded_with_a_count() -> None:
    """Redraws of one line, a bar over many lines, and lines alike but for their times; curves are not."""
    lines = [
        b"\r 10%|#   | 1/9\r 20%|##  | 2/9", b" 30%|### | 3/9", b"2026-01-02 03:04:05,1 waiting", b"2026-01-02 03:04:06,1 waiting",
        b"step 1 loss 2.5", b"step 2 loss 2.4",
    ]
    folded = [(row.first, row.last, row.count) for row in rows_of(1, lines, True)]
    assert folded == [(1, 2, 3), (3, 4, 2), (5, 5, 1), (6, 6, 1)]
    assert rows_of(1, lines, True)[0].text.endswith("3/9")
    assert [row.count for row in rows_of(1, lines, False)] == [2, 1, 1, 1, 1, 1]


def test_lines_mean_what_was_read_from_them() -> None:
    """A training line is told from an ending, an error and noise, wherever in the log the page begins."""
    lines = [
        b"2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1000, Loss=7.07812, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec",
        b"2024-04-07 06:12:26,089 INFO:   Training completed successfully!", b"nothing of the kind", b"out of memory",
    ]
    found = meanings_of("cerebras", dict(enumerate(lines, 500)))
    assert (found[500], found[501], found[503]) == ("metric", "finished", "failed") and 502 not in found


LINES = [f"line {number} of the log" for number in range(1, 301)]
LINES[119] = "RuntimeError: out of memory"
LINES[49] = LINES[199] = "here is the needle"
LINES[239] = "w" * 150 + " END"


def scene(directory: Path) -> tuple[BedwatchApp, Run, Path]:
    log = directory / "a.log"
    log.write_text("".join(f"{line}\n" for line in LINES))
    run = make_run("alpha", path="a.log", because=Spot("a.log", 12, "done"), metrics={"loss": Reading("loss", 6.5, Spot("a.log", 200), 200)})
    return app_over(FakeFeed([Update(str(log), (run,))])), run, log


def chosen(app: BedwatchApp) -> str:
    return next((line for line in screen_text(app).splitlines() if line.startswith("▌")), "")


def on(app: BedwatchApp, text: str) -> Callable[[], bool]:
    return lambda: text in chosen(app)


@pytest.mark.anyio
async def test_the_log_s_keys(tmp_path: Path) -> None:
    """l opens it at its end and follows; f / n N e z W and the scrolling keys do what they say; Esc goes back."""
    app, _, log = scene(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until_text(pilot, "line 300")
        await pilot.press("l")
        await until_text(pilot, "line 300 of 300 · follow")
        with log.open("a") as file:
            file.write("grown\n")
        await until(pilot, on(app, "grown"), "the new line")
        await pilot.press("f", "g")
        await until(pilot, on(app, "line 1 of the log"), "the first line")
        await pilot.press("slash", *"NEEDLE", "enter")
        await until(pilot, on(app, " 50  here is the needle"), "the first match")
        await pilot.press("n")
        await until(pilot, on(app, "200  here"), "the next match")
        await pilot.press("N")
        await until(pilot, on(app, " 50  here"), "the match before")
        await pilot.press("e")
        await until(pilot, on(app, "120  RuntimeError"), "the error")
        await pilot.press("down", "k", "up", "j")
        await until(pilot, on(app, "120"), "the same line")
        await pilot.press("pagedown")
        await until(pilot, lambda: "120" not in chosen(app), "a page on")
        await pilot.press("pageup")
        await until(pilot, on(app, "120"), "the same line")
        await pilot.press("slash", *"www", "enter")
        await until(pilot, on(app, "240"), "the long line")
        assert "END" not in screen_text(app)
        await pilot.press("W")
        await until_text(pilot, "END")
        await pilot.press("z")
        await until_text(pilot, "not folded")
        await pilot.press("G")
        await until(pilot, on(app, "grown"), "the end")
        await pilot.press("slash", "escape")
        assert isinstance(app.screen, LogScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))


@pytest.mark.anyio
async def test_from_a_number_to_its_line_and_back(tmp_path: Path) -> None:
    """Enter on a fact or a value opens the log there; Enter on that line charts the metric with the cursor on it."""
    app, _, _ = scene(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "line 300")
        await pilot.press("enter")
        await until_text(pilot, "parameters")
        await pilot.press("down", "enter")
        await until(pilot, on(app, " 12  line 12"), "the line of the state")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("m", "right", "left", "left", "left", "left", "left", "left", "left", "left")
        await until_text(pilot, "step 200  7.30 nat  line 200")
        await pilot.press("enter")
        await until(pilot, on(app, "200  here is the needle"), "the line of the value")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until_text(pilot, "step 200  ")
        await pilot.press("l")
        await until_text(pilot, "follow")


@pytest.mark.anyio
async def test_a_log_that_is_gone_says_so(tmp_path: Path) -> None:
    """There is a sentence, and the screen comes back with the file."""
    app, _, log = scene(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until_text(pilot, "line 300")
        log.unlink()
        await pilot.press("l")
        await until_text(pilot, "No such file")
        log.write_text("new\n")
        await until(pilot, on(app, "new"), "the new file")
