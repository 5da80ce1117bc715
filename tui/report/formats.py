"""`bedwatch formats`: what is known of each vendor's logs, and the test of every kind on its own samples."""

from __future__ import annotations

from parsers.catalog import FORMATS
from parsers.generic import GENERIC
from parsers.grammar import Format, Line
from parsers.lines import logical

ALL = (*FORMATS, GENERIC)


def formats_text() -> str:
    """Every format with its versions and line kinds, a sample each."""
    lines = []
    for format in ALL:
        versions = f", {format.versions}" if format.versions else ""
        lines.append(f"{format.name}: {format.title}{versions}; {len(format.lines)} line kinds")
        for kind in format.lines:
            mark = "*" if kind.owns else " "
            lines.append(f"  {mark} {kind.name}: {kind.about}{f' ({kind.versions})' if kind.versions else ''}")
            lines.append(f"      {kind.samples[0]}")
        lines.append("")
    return "\n".join([*lines, "* such a line alone shows whose log it is"])


def samples_text() -> tuple[str, bool]:
    """A line for each sample that is not read as its kind, a count of the rest, and whether all were right."""
    wrong = []
    count = 0
    for format in ALL:
        for kind in format.lines:
            for sample in kind.samples:
                count += 1
                if (read := _read(format, sample, kind)) != kind.name:
                    wrong.append(f"{format.name}: {kind.name}: read as {read or 'nothing'}: {sample}")
    return "\n".join([*wrong, f"{count - len(wrong)} of {count} samples are read as their kind"]), not wrong


def _read(format: Format, sample: str, wanted: Line) -> str | None:
    """The kind that the format gives a sample's lines: the wanted one if any of them is, else the first's."""
    read = [found[0].name for line in logical(sample.encode(), 1) if (found := format.match(format.message(line)))]
    return wanted.name if wanted.name in read else next(iter(read), None)
