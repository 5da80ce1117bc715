"""What a log says is drawn, never obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake import FakeFeed, app_over, make_run, remark, screen_text, until_text
from tui.feed.watch import Update
from tui.runs.run import Parameter, Spot
from tui.screens.tail import read_tail
from tui.theme import DARK, styles
from tui.widgets.cells import as_strip, plain, wrapped

EVIL = "[@click=app.quit]click[/] [bold red]x[/]"


@pytest.mark.anyio
async def test_markup_in_names_messages_and_lines_is_plain_text(tmp_path: Path) -> None:
    """It stands there letter by letter, on every screen, and clicking it does nothing."""
    log = tmp_path / "a.log"
    log.write_bytes(f"{EVIL} \x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m end\r\n10%\r20%\r30%\n".encode())
    run = make_run(EVIL, path="a.log", findings=(remark(f"found {EVIL}"),), params={"p": Parameter("p", EVIL, Spot("a", 1))},
                   because=Spot("a.log", 1, EVIL), model=EVIL)
    other = make_run("other", path="b.log", params={"p": Parameter("p", "x", Spot("a", 1))})
    app = app_over(FakeFeed([Update(str(log), (run,)), Update("/zzz/b.log", (other,))]))
    async with app.run_test(size=(160, 50)) as pilot:
        await until_text(pilot, "30%")
        text = screen_text(app)
        assert text.count(EVIL) >= 3 and f"found {EVIL}" in text and f"{EVIL} red  31m end" in text
        assert "20%" not in text and "\x1b" not in text
        row = next(y for y, line in enumerate(text.splitlines()) if "31m end" in line)
        await pilot.click(offset=(5, row))
        await until_text(pilot, "line 2 of 2 · follow")
        assert EVIL in screen_text(app) and "\x1b" not in screen_text(app)
        await pilot.press("escape", "enter")
        await until_text(pilot, "parameters")
        assert EVIL in screen_text(app)
        await pilot.press("d")
        await until_text(pilot, "diff of 2 runs")
        assert f"found {EVIL}" in screen_text(app)
        assert app.is_running


@given(st.text())
def test_nothing_that_steers_a_terminal_reaches_it(text: str) -> None:
    """Whatever the text, the strip holds no control character and is exactly as wide as asked."""
    strip = as_strip(((text, "text"),), 20, styles(DARK))
    assert strip.cell_length == 20
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in strip.text)


@given(st.text(), st.integers(8, 60))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    """The lines hold the words in order."""
    clean = plain(text)
    assert "".join("".join(wrapped(clean, width)).split()) == "".join(clean.split())


def test_the_tail_of_a_long_log_is_read_from_its_end(tmp_path: Path) -> None:
    """At most 64 KB are read, and the first line, torn by that, is left out."""
    log = tmp_path / "long.log"
    log.write_bytes(b"".join(b"line %06d of a long log\n" % number for number in range(100_000)))
    lines = read_tail(str(log))
    assert lines[-1] == "line 099999 of a long log"
    assert all(line.startswith("line ") for line in lines)
    assert read_tail(str(log), 10)[-1] == "line 000009 of a long log"
