"""What is remembered of a directory: exactly what was kept, in a private place, and nothing that could stop a start."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.remembered import KEPT_DAYS, PLAIN_LOOK, Look, Memory

TEXT = st.text(max_size=20)
LOOKS = st.builds(
    Look, tab=TEXT, filter=TEXT, order=TEXT, reverse=st.booleans(), group=TEXT, metric=st.none() | TEXT, zoom=TEXT,
    columns=st.dictionaries(TEXT, st.lists(TEXT, max_size=4).map(tuple), max_size=3),
)  # fmt: skip


@given(look=LOOKS)
def test_what_is_kept_comes_back(look: Look, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every look, whatever is typed into it."""
    directory = str(tmp_path_factory.mktemp("state"))
    Memory(directory, ["/runs"]).keep(look)
    assert Memory(directory, ["/runs"]).look() == look


def test_paths_are_told_apart_and_their_order_is_not(tmp_path: Path) -> None:
    """Two directories have two memories; the same two in another order have one."""
    look = Look(tab="groq")
    Memory(str(tmp_path), ["/a", "/b"]).keep(look)
    assert Memory(str(tmp_path), ["/b", "/a"]).look() == look
    assert Memory(str(tmp_path), ["/a"]).look() == PLAIN_LOOK


def test_it_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    """Names of directories and filters are their user's own."""
    directory = tmp_path / "state"
    Memory(str(directory), ["/a"]).keep(Look(tab="groq"))
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()] == [0o600]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"look": 3}', '{"look": {"tab": 5, "columns": [1], "metric": {}}}', "\x00", "[" * 99999])
def test_damage_is_as_if_nobody_had_looked(tmp_path: Path, text: str) -> None:
    """No content of the file stops a start."""
    memory = Memory(str(tmp_path), ["/a"])
    memory.keep(Look(tab="groq"))
    next(tmp_path.iterdir()).write_text(text)
    assert Memory(str(tmp_path), ["/a"]).look() == PLAIN_LOOK


def test_where_nothing_can_be_written_nothing_is_said(tmp_path: Path) -> None:
    """A home that is full or read-only is no reason to stop."""
    (tmp_path / "file").write_text("")
    Memory(str(tmp_path / "file" / "state"), ["/a"]).keep(Look(tab="groq"))


def test_what_nobody_looked_at_for_long_is_forgotten(tmp_path: Path) -> None:
    """The directory does not grow for ever."""
    Memory(str(tmp_path), ["/old"]).keep(Look(tab="groq"))
    old = next(tmp_path.iterdir())
    past = old.stat().st_mtime - (KEPT_DAYS + 1) * 86400
    os.utime(old, (past, past))
    Memory(str(tmp_path), ["/new"]).keep(Look(tab="groq"))
    assert [json.loads(file.read_text())["paths"] for file in tmp_path.iterdir()] == [["/new"]]
