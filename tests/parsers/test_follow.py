"""A file that grows, shrinks, is replaced, vanishes: nothing read twice, nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

from parsers.follow import Follower


def test_only_what_is_new_is_read(tmp_path: Path) -> None:
    """Each look gives what came since the last."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n")
    follower = Follower(str(log))
    assert follower.look().data == b"one\n"
    assert follower.look().change == "same"
    with log.open("ab") as file:
        file.write(b"two\n")
    assert follower.look().data == b"two\n"


def test_a_look_is_bounded_and_says_that_there_is_more(tmp_path: Path) -> None:
    """A huge file does not hold up the others."""
    log = tmp_path / "a.log"
    log.write_bytes(b"abcdef")
    follower = Follower(str(log))
    news = follower.look(most=4)
    assert (news.data, news.more) == (b"abcd", True)
    news = follower.look(most=4)
    assert (news.data, news.more) == (b"ef", False)


def test_a_truncated_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    """A job restarted into the same name."""
    log = tmp_path / "a.log"
    log.write_bytes(b"a long first life\n")
    follower = Follower(str(log))
    follower.look()
    log.write_bytes(b"short\n")
    news = follower.look()
    assert (news.change, news.data) == ("restarted", b"short\n")


def test_a_replaced_file_is_read_from_its_beginning_even_when_longer(tmp_path: Path) -> None:
    """rsync writes aside and renames."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n")
    follower = Follower(str(log))
    follower.look()
    (tmp_path / "b").write_bytes(b"other and longer\n")
    os.replace(tmp_path / "b", log)
    news = follower.look()
    assert (news.change, news.data) == ("restarted", b"other and longer\n")


def test_a_file_rewritten_in_place_is_read_anew(tmp_path: Path) -> None:
    """Truncated and grown past the old length between two looks: its first bytes give it away."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n")
    follower = Follower(str(log))
    follower.look()
    log.write_bytes(b"another beginning\n")
    news = follower.look()
    assert (news.change, news.data) == ("restarted", b"another beginning\n")


def test_a_file_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """It may come back."""
    log = tmp_path / "a.log"
    follower = Follower(str(log))
    assert follower.look().change == "gone"
    log.write_bytes(b"back\n")
    assert follower.look().data == b"back\n"
