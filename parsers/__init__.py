"""Reads the logs of AI testbeds: bytes in, records with their places out. Standard library only.

The formats are imported with the first reader that is asked for: a program that may never open a log starts without them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsers.catalog import FORMATS, TESTBEDS
    from parsers.follow import Follower, News
    from parsers.reader import LogReader
    from parsers.records import Record

__all__ = ["FORMATS", "TESTBEDS", "Follower", "LogReader", "News", "Record", "new_reader", "read_log"]

_HOMES = {
    "FORMATS": "catalog", "TESTBEDS": "catalog", "Follower": "follow", "News": "follow", "LogReader": "reader",
    "Record": "records",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def new_reader(path: str) -> LogReader:
    """A reader for the log at that path; the path itself is not opened, only taken as a hint."""
    from parsers.catalog import FORMATS, hint
    from parsers.reader import LogReader

    return LogReader(FORMATS, hint(path))


def read_log(path: str) -> list[Record]:
    """All records of a log, read once from its beginning to its end; raises OSError when it cannot be read."""
    reader = new_reader(path)
    records: list[Record] = []
    with open(path, "rb") as file:
        while data := file.read(1 << 20):
            records += reader.feed(data)
    return records + reader.finish()
