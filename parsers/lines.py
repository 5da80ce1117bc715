"""From bytes to logical lines: what stands between a file and the patterns.

A physical line ends at a newline; line numbers count these alone. Within it a carriage return starts a redraw.
Escape sequences, launcher tags and paste marks go; a record glued to a progress bar becomes a line of its own.
"""

from __future__ import annotations

from itertools import pairwise

from parsers.frozen import frozen
from parsers.patterns import late

# Redraws end at a carriage return; one or more of them before a newline are the line end of a pseudo-terminal.
END = late(rb"\r*\n|\r+(?=[^\r\n])")
"""Where a line or redraw ends in a stream: a carriage return at its very end may yet be half of a line end."""
FIRST_BYTES = 4096
"""Of a file, in which a NUL byte in its first line shows that it is no text."""
FIRST_END = late(rb"[\r\n]")
_ESCAPES = late(
    r"(?:\x1b|\^\[)(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
    r"|\^M|\ufeff|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_NEEDS_CLEANING = late(r"\x1b|\^[\[M]|\ufeff|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PASTED_ENDS = ("<br>", "<br/>", "<br >", "<br />")
LONG_LINE = 32 << 10
"""Characters beyond which a line is read by its beginning and its end, half of this each: no program prints such a line of
readings, and what a pattern costs stays bounded."""
_DIGITS_MOST = 128
"""Digits in a row beyond which a line says nothing: no count and no figure has as many, and the larger overflow."""
_TOO_MANY_DIGITS = late(rf"\d{{{_DIGITS_MOST + 1}}}")
_MPI_TAG = late(r"\[(?:prterun-\S+@|mpirun-\S+@)?\d+,(\d+)\]<std(?:out|err)>:")
_DAY = r"\d{4}-\d\d-\d\d"
_WRAPPED = (
    # a container's log: Kubernetes (CRI), `docker logs -t` and `kubectl logs --timestamps`, both to the nanosecond
    rf"{_DAY}T\d\d:\d\d:\d\d\.(?:\d+(?:Z|[-+]\d\d:\d\d) std(?:out|err) [FP]|\d{{7,9}}Z) |\[pod/[^\]/\s]+/[^\]\s]+\] "
    r"|(?!epoch|step|iter|batch|layer|rank|gpu)[a-z][\w.-]*[-_]\d+ +\| (?=\S)"  # docker compose
    rf"|\[?{_DAY}[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[-+]\d\d:?\d\d)?\]?:? +(?=\[?{_DAY}[ T]\d\d:\d\d)"  # another stamp follows
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d "  # ts
)
_MARK = late(
    r"(?P<rank>\d{1,4}): |\(\w+ pid=\d+(?:, ip=[\d.]+)?\) ?|\[(?:rank|default)(?P<torch>\d{1,5})\]:(?: |$|(?=\S))"
    rf"|{_WRAPPED}"
    r"|[ \t]*(?:(?P<comment>#)(?: |(?=\S))|(?P<side>[<>]) (?=\s*\S)|>{2,4} (?=\s*\S))"
)
"""What a launcher or a paste puts before a line; several may stand before one."""
_MARKS_MOST = 4
_BAR = late(r"\d%\||\[[\d:]*\d\d:\d\d[<,]|\b(?:it|s)/(?:s|it)\b")
_BAR_LONGEST = 64
"""Signs that what shows a bar may take."""
_WHOLE_BAR = late(rb"\[\d[\d:]*<[^\[\]]*\][ \t]*\Z")
_BAR_TAIL = 512
"""Bytes at a text's end in which a bar's end is looked for."""
_BAR_END = late(r"\[\d[\d:]*<[^\[\]]*\](?=\s*\S)")
_MAY_HOLD_BAR = late(r"%\||<|it/s|s/it|/s\]|\[[\d:]+,").search
_GLUED = late(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d{3}"
    r"|\[\d\d:\d\d:\d\d\.\d{3}\] \[poptorch"
    r"|(?:Graph compilation|Epochs): +\d{1,3}%\|"
    r"|(?<=[\]s])(?:Accuracy on test set:|Extracting |Traceback \(most recent call last\):"
    r"|`Trainer\.|=+ ?HABANA |\[(?:INFO|WARNING|ERROR)\|)"
    r"|(?<=\])\{'"
)


@frozen
class LogLine:
    """One logical line. `text` has no leading or trailing blanks; `indent` counts the leading ones that went.

    `number` is the physical line (from 1); `transient` marks a redraw that a later one on the same physical line
    replaced; `rank` is the launcher's tag, where there was one; `side` is the `<` or `>` of a diff of two logs; `torn`
    marks the end of a file that does not end with a line end; `comment` says that a `#` stood before it.
    """

    number: int
    text: str
    indent: int = 0
    rank: str | None = None
    transient: bool = False
    side: str = ""
    torn: bool = False
    comment: bool = False

    def __deepcopy__(self, memo: object) -> LogLine:
        return self


def clean(text: str) -> str:
    """Text without escape sequences, control characters, literal `^M` and `^[[0m`, and paste's `<br/>`."""
    if _NEEDS_CLEANING.search(text):
        text = _ESCAPES.sub("", text)
    if "<br" in text:
        while (bare := text.rstrip()).endswith(_PASTED_ENDS):
            text = bare[: bare.rindex("<br")]
    return text


def _shortened(text: str) -> str:
    """A long line's beginning and end, without the words that were cut."""
    head, tail = text[: LONG_LINE // 2], text[-LONG_LINE // 2 :]
    begins, ends = head.rfind(" ") + 1, tail.find(" ")
    return f"{head[:begins]}… {tail[ends + 1 :] if ends >= 0 else ''}"


def logical(raw: bytes, number: int, *, transient: bool = False) -> list[LogLine]:
    """The logical lines in one redraw or line of bytes (without its line end); none for a blank one."""
    text = raw.decode("utf-8", "replace")
    if "^M" in text:
        parts = [part for part in text.split("^M") if part.strip()]
        return [
            line
            for index, part in enumerate(parts)
            for line in _pieces(part, number, transient or index < len(parts) - 1)
        ]
    return _pieces(text, number, transient)


def _pieces(text: str, number: int, transient: bool) -> list[LogLine]:
    text = clean(_shortened(text) if len(text) > LONG_LINE else text)
    if len(text) > _DIGITS_MOST and _TOO_MANY_DIGITS.search(text):
        return []
    rank: str | None = None
    if "]<std" in text and (tag := _MPI_TAG.search(text)):
        rank = tag[1]
        text = _MPI_TAG.sub("", text)
    side = ""
    comment = False
    for _ in range(_MARKS_MOST):
        mark = _MARK.match(text)
        if mark is None:
            break
        rank = mark["rank"] or mark["torch"] or rank
        side = mark["side"] or side
        comment = comment or mark["comment"] is not None
        text = text[mark.end() :]
    bare = text.lstrip()
    indent = len(text) - len(bare)
    bare = bare.rstrip()
    if not bare:
        return []
    if not _MAY_HOLD_BAR(bare):
        return [LogLine(number, bare, indent, rank, transient, side, comment=comment)]
    cuts = _cuts(bare)
    if not cuts:
        return [LogLine(number, bare, indent, rank, transient, side, comment=comment)]
    edges = [0, *cuts, len(bare)]
    pieces = (bare[a:b].strip() for a, b in pairwise(edges))
    return [
        LogLine(number, piece, indent if at == 0 else 0, rank, transient, side, comment=comment)
        for at, piece in enumerate(pieces)
        if piece
    ]


def _cuts(text: str) -> list[int]:
    """Where another line begins that is glued to a bar: right after the bar's end, or where a record begins behind one."""
    cuts = {found.end() for found in _BAR_END.finditer(text)}
    searched, behind = 0, False
    for found in _GLUED.finditer(text):
        at = found.start()
        behind = behind or _BAR.search(text, searched, at) is not None
        searched = max(0, at - _BAR_LONGEST)
        if at and behind:
            cuts.add(at)
    return sorted(cuts)


def ends_with_bar(tail: bytes) -> bool:
    """Whether a line that has no end yet ends with a whole bar: the program draws it so, and no figure in it can be cut."""
    return tail.endswith((b"]", b" ")) and _WHOLE_BAR.search(tail[-_BAR_TAIL:]) is not None


def is_binary(head: bytes) -> bool:
    """Whether a file's first line (its first `FIRST_BYTES` suffice) shows that it is no text: by a NUL byte, or as a program or
    a picture. What stands further on does not matter: a log may have a hole."""
    return head.startswith((b"\x7fELF", b"\x89PNG")) or b"\x00" in first_line(head)


def first_line(head: bytes) -> bytes:
    """The first line or redraw of a file, as far as it is looked at."""
    return FIRST_END.split(head[:FIRST_BYTES], maxsplit=1)[0]
