"""Reads the logs of AI testbeds: bytes in, records with their places out. Standard library only."""

from __future__ import annotations

from parsers.catalog import FORMATS, TESTBEDS, hint
from parsers.follow import Follower, News
from parsers.reader import LogReader
from parsers.records import Record

__all__ = ["FORMATS", "TESTBEDS", "Follower", "LogReader", "News", "Record", "new_reader", "read_log"]


def new_reader(path: str) -> LogReader:
    """A reader for the log at that path; the path itself is not opened, only taken as a hint."""
    return LogReader(FORMATS, hint(path))


def read_log(path: str) -> list[Record]:
    """All records of a log, read once from its beginning to its end; raises OSError when it cannot be read."""
    reader = new_reader(path)
    records: list[Record] = []
    with open(path, "rb") as file:
        while data := file.read(1 << 20):
            records += reader.feed(data)
    return records + reader.finish()
