"""The README's list of keys, made from the key table: `python -m tui.report.keysheet README.md` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from tui.keys import KEYS, Key

BEGIN, END = "<!-- keys -->", "<!-- /keys -->"


def key_table() -> str:
    """The keys by group as a Markdown table, each with the id by which it is moved."""
    rows = ["| | |", "|---|---|"]
    for group in dict.fromkeys(key.group for key in KEYS):
        entries = ", ".join(f"{_named(key)} {key.id}" for key in KEYS if key.group == group)
        rows.append(f"| {group} | {entries} |")
    return "\n".join(rows)


def _named(key: Key) -> str:
    return " ".join(f"`{name}`" for name in key.shown.split())


def with_keys(document: str) -> str:
    """A document with the table between its marks. Raises ValueError where it has none."""
    head, found, rest = document.partition(BEGIN)
    _, closed, tail = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"no {BEGIN} with a {END} after it; put both where the table is to stand")
    return f"{head}{BEGIN}\n{key_table()}\n{END}{tail}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_keys(file.read_text(encoding="utf-8")), encoding="utf-8")
