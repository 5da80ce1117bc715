"""A file that grows, shrinks, is replaced, vanishes: nothing read twice, nothing lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parsers.follow import Follower, News


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


def test_a_copy_with_more_lines_in_the_log_s_place_is_read_on(tmp_path: Path) -> None:
    """rsync replaces the file by a grown one: what was read of it is not read again."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n" * 500)
    follower = Follower(str(log))
    follower.look()
    (tmp_path / ".a.log.x").write_bytes(b"one\n" * 500 + b"two\n")
    os.replace(tmp_path / ".a.log.x", log)
    news = follower.look()
    assert (news.change, news.data) == ("grown", b"two\n")


def test_a_log_rewritten_behind_an_equal_beginning_is_read_anew(tmp_path: Path) -> None:
    """Every launch prints the same banner: the bytes before the place read up to differ."""
    banner = b"=" * 2000 + b"\n"
    log = tmp_path / "a.log"
    log.write_bytes(banner + b"loss 1\n")
    follower = Follower(str(log))
    follower.look()
    log.write_bytes(banner + b"loss 7\nloss 6\n")
    news = follower.look()
    assert (news.change, news.data[-14:]) == ("restarted", b"loss 7\nloss 6\n")


def test_a_log_whose_permission_comes_back_is_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused reads and stale handles of a network file system lose nothing and forget nothing."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n")
    follower = Follower(str(log))
    follower.look()
    with log.open("ab") as file:
        file.write(b"two\n")
    for number in (errno.EACCES, errno.ESTALE, errno.EIO):
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refusing(number))
            assert follower.look() == News("denied", why=os.strerror(number))
    assert follower.look().data == b"two\n"


def refusing(number: int) -> Callable[..., int]:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    return refuse


def test_zeros_at_the_end_wait_for_what_they_stand_for(tmp_path: Path) -> None:
    """Over NFS a log may have its new length before it has its new bytes."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n" + bytes(9))
    follower = Follower(str(log))
    news = follower.look()
    assert (news.data, news.more) == (b"one\n", False)
    log.write_bytes(b"one\ntwo\nthree")
    assert follower.look().data == b"two\nthree"


def test_a_follower_may_begin_near_the_end(tmp_path: Path) -> None:
    """The newest lines of a huge log, of which nothing else is read."""
    log = tmp_path / "a.log"
    with log.open("wb") as file:
        file.truncate(10 << 30)  # no disk is used for the hole
        file.seek(0, os.SEEK_END)
        file.write(b"\nlast line\n")
    follower = Follower(str(log))
    assert follower.start_near_end(10)
    news = follower.look()
    assert (news.data, news.left) == (b"last line\n", 0)
    with log.open("ab") as file:
        file.write(b"more\n")
    assert follower.look().data == b"more\n"
