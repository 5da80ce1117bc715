"""A log that is rotated while it is read: every byte arrives once, in order, whatever moved it and when."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsers.follow import Follower, News


def read_on(follower: Follower, most: int = 1 << 20) -> tuple[bytes, list[str]]:
    """Everything there is to read now, and what the looks said."""
    data, changes = b"", []
    while True:
        news = follower.look(most)
        data += news.data
        changes.append(news.change)
        if not news.more:
            return data, changes


class Rotated:
    """A log on disk with its parts, moved as logrotate would."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "train.log"
        self.log.touch()
        self.written = b""

    def write(self, count: int) -> None:
        for _ in range(count):
            line = b"line %d\n" % (self.written.count(b"\n") + 1)
            self.written += line
            with self.log.open("ab") as file:
                file.write(line)

    def shift(self) -> None:
        for number in range(40, 0, -1):
            for packed in ("", ".gz"):
                old = self.log.with_name(f"train.log.{number}{packed}")
                if old.exists():
                    old.rename(self.log.with_name(f"train.log.{number + 1}{packed}"))

    def rename(self, create: bool) -> None:
        self.shift()
        self.log.rename(self.log.with_name("train.log.1"))
        if create:
            self.log.touch()

    def copy_and_truncate(self) -> None:
        self.shift()
        shutil.copy2(self.log, self.log.with_name("train.log.1"))
        os.truncate(self.log, 0)

    def pack(self, number: int) -> None:
        part = self.log.with_name(f"train.log.{number}")
        if part.exists():
            status = part.stat()
            packed = part.with_name(part.name + ".gz")
            packed.write_bytes(gzip.compress(part.read_bytes()))
            os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
            part.unlink()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["rename", "create", "copy", "pack"]), st.just(0)),
        st.tuples(st.just("look"), st.sampled_from([7, 100, 1 << 20])),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
@example([*[("write", 1)] * 6, ("write", 13), ("write", 40), ("write", 40), ("look", 7), ("rename", 0), ("look", 1 << 20),
          ("write", 1), ("look", 7), ("rename", 0)])  # `line 10` of line 100 was read, and line 101 stands at its place
@example([("write", 99), ("look", 1 << 20), ("rename", 0), ("write", 1), ("look", 100), ("rename", 0), ("write", 1),
          ("look", 7)])  # the part that was read before begins as the log does
def test_every_byte_arrives_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    """A log that is looked at between its rotations is read as if it had never been rotated."""
    with tempfile.TemporaryDirectory() as directory:
        log = Rotated(Path(directory))
        follower = Follower(str(log.log))
        read = b""
        looked = False
        for step, number in steps:
            if step == "write":
                log.write(number)
            elif step == "look":
                read += follower.look(number).data
                looked = bool(read)
            elif step == "pack":
                log.pack(1)
            elif looked and log.log.exists():
                if step == "copy":
                    log.copy_and_truncate()
                else:
                    log.rename(create=step == "create")
                looked = False
        log.write(1)
        read += read_on(follower)[0]
        assert read == log.written


def test_a_log_rotated_twice_between_two_looks_loses_nothing(tmp_path: Path) -> None:
    """The part in between was never read under the log's own name."""
    log = Rotated(tmp_path)
    log.write(5)
    follower = Follower(str(log.log))
    read = follower.look(10).data
    for _ in range(2):
        log.write(5)
        log.rename(create=False)
    log.write(1)
    assert read + read_on(follower)[0] == log.written


@pytest.mark.parametrize("packed", [False, True])
def test_the_end_of_a_rotated_part_is_read_before_its_successor(tmp_path: Path, packed: bool) -> None:
    """Lines written between the last look and the rotation are in the part; the part's beginning is not read again."""
    log = Rotated(tmp_path)
    log.write(3)
    follower = Follower(str(log.log))
    first, _ = read_on(follower)
    log.write(2)
    log.rename(create=True)
    if packed:
        log.pack(1)
    log.write(1)
    rest, changes = read_on(follower)
    assert first + rest == log.written
    assert changes[-1] == "rotated"
    assert follower.parts == (f"{log.log}.1" + (".gz" if packed else ""),)


def test_a_part_that_moves_on_is_known_under_its_new_name(tmp_path: Path) -> None:
    """`log.1` becomes `log.2` at the next rotation; jumps to its lines go there."""
    log = Rotated(tmp_path)
    follower = Follower(str(log.log))
    for _ in range(3):
        log.write(100)
        read_on(follower)
        log.rename(create=True)
    log.write(1)
    read_on(follower)
    assert follower.parts == tuple(f"{log.log}.{number}" for number in (3, 2, 1))


def test_a_part_still_written_to_is_followed_until_its_successor_has_a_line(tmp_path: Path) -> None:
    """A program keeps its open file through a rename, until it is told to open the log anew."""
    log = Rotated(tmp_path)
    log.write(1)
    follower = Follower(str(log.log))
    read_on(follower)
    log.rename(create=True)
    with (tmp_path / "train.log.1").open("ab") as file:
        file.write(b"late\n")
    assert read_on(follower) == (b"late\n", ["grown", "same"])


def test_a_log_moved_away_is_not_gone_while_its_part_is_there(tmp_path: Path) -> None:
    """Its successor appears with the next line."""
    log = Rotated(tmp_path)
    log.write(2)
    follower = Follower(str(log.log))
    read_on(follower)
    log.rename(create=False)
    assert follower.look().change == "same"
    log.write(1)
    news = follower.look()
    assert (news.change, news.data) == ("rotated", b"line 3\n")


def test_a_writer_that_goes_on_at_its_old_place_after_a_truncation_is_read(tmp_path: Path) -> None:
    """Not opened to append: the file begins with a hole as long as what was cut off."""
    log = tmp_path / "train.log"
    with log.open("wb", buffering=0) as writer:
        writer.write(b"a long first line\n" * 1000)
        follower = Follower(str(log))
        read_on(follower)
        shutil.copy2(log, tmp_path / "train.log.1")
        os.truncate(log, 0)
        writer.write(b"the next line\n")
        news = follower.look()
    assert (news.change, news.data, news.joined) == ("rotated", b"the next line\n", True)


def test_another_job_s_log_of_that_name_is_no_rotation(tmp_path: Path) -> None:
    """An old part beside it holds something else."""
    (tmp_path / "train.log.1").write_bytes(b"some other day\n" * 9)
    log = tmp_path / "train.log"
    log.write_bytes(b"first life\n" * 9)
    follower = Follower(str(log))
    read_on(follower)
    log.write_bytes(b"second\n")
    assert read_on(follower) == (b"second\n", ["restarted"])


def test_older_parts_are_read_first(tmp_path: Path) -> None:
    """Packed or not, as one log."""
    log = Rotated(tmp_path)
    for _ in range(3):
        log.write(5)
        log.rename(create=True)
    log.pack(3)
    log.write(1)
    first = f"{log.log}.3.gz"
    assert read_on(Follower(str(log.log), first), most=10)[0] == log.written


def test_a_broken_compressed_part_is_passed_over(tmp_path: Path) -> None:
    """What cannot be unpacked is no reason to stop."""
    log = tmp_path / "train.log"
    log.write_bytes(b"here\n")
    (tmp_path / "train.log.1.gz").write_bytes(gzip.compress(b"x" * 9999)[:40])
    data, changes = read_on(Follower(str(log), f"{log}.1.gz"))
    assert data.endswith(b"here\n")
    assert changes[-1] == "rotated"


def test_news_of_a_pipe_or_a_directory_in_the_log_s_place_does_not_block(tmp_path: Path) -> None:
    """Opened without waiting for a writer."""
    os.mkfifo(tmp_path / "pipe.log")
    assert Follower(str(tmp_path / "pipe.log")).look() == News("denied", why="not an ordinary file")
    assert Follower(str(tmp_path)).look().change == "denied"
