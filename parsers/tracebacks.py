"""Python tracebacks in any vendor's log: one error, its last exception, however many ranks print it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.evidence import EXCEPTION, INTERRUPT
from parsers.grammar import Line, Message
from parsers.patterns import late
from parsers.scribe import Scribe

LONGEST = 400
"""Lines after which a traceback without its exception is given up."""
_EXCEPTION = late(r"^(?:[A-Za-z_]\w*\.)*_?[A-Z]\w*(?:: .*|:)?$")
_NAMED = late(
    r"^(?:[A-Za-z_]\w*\.)*_?[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Killed|Iteration|Warning|Cancelled\w*)(?:: ?.*)?$"
)
_FRAME = late(r'^(?:File "|\[Previous line repeated|\^+$|[~^ ]+$|\.\.\. )')


@dataclass
class Traceback:
    """Waits for the exception line that closes a traceback."""

    indent: int
    rank: str | None
    chained: int = 0
    count: int = 0
    last_was_frame: bool = True

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use frames and their source lines; the exception line ends the block and is evidence of failure."""
        self.count += 1
        text, indent = message.text, message.line.indent
        if self.rank is not None and message.rank != self.rank and message.rank is not None:
            return True
        if _FRAME.match(text):
            return True
        if indent <= self.indent and (_NAMED.match(text) or (_EXCEPTION.match(text) and ":" in text)):
            self._close(text, scribe)
            return False
        if indent > self.indent:
            return self.count < LONGEST
        if scribe.format is not None and (own := scribe.format.match(message)) and own[0].role != "noise":
            return False
        return self.count < LONGEST

    def _close(self, text: str, scribe: Scribe) -> None:
        scribe.ensure()
        if text.startswith("KeyboardInterrupt"):
            scribe.end("cancelled", INTERRUPT)
        elif not text.startswith(("SystemExit: 0", "GeneratorExit")):
            scribe.fail(text, EXCEPTION + min(self.chained, 3))


@dataclass
class Quoted:
    """Another program's output, quoted by pip: its traceback says nothing of a run."""

    left: int

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Pass over the quoted lines."""
        self.left -= 1
        return self.left >= 0 and not message.text.startswith("[end of output]")


@dataclass
class Harmless:
    """A traceback that Python itself prints of an exception that ended nothing: in a log handler, in a destructor."""

    indent: int
    closed: bool = False
    count: int = 0

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Pass over the traceback, and over what logging adds to it."""
        self.count += 1
        text = message.text
        if self.count > LONGEST:
            return False
        if self.closed:
            return message.line.indent > self.indent or bool(_ADDED.match(text))
        if text.startswith("Traceback (most recent call last)") or message.line.indent > self.indent:
            return True
        self.closed = bool(_EXCEPTION.match(text) or _NAMED.match(text))
        return self.closed


_ADDED = late(r"^(?:Call stack:$|Message: |Arguments: )")


def _harmless(found: re.Match[str], scribe: Scribe) -> None:
    scribe.waiting = Harmless(scribe.message.line.indent)


def _thread(found: re.Match[str], scribe: Scribe) -> None:
    """A thread that dies after the end was printed takes no result with it."""
    if scribe.ended == "finished":
        _harmless(found, scribe)


def _quote(found: re.Match[str], scribe: Scribe) -> None:
    scribe.waiting = Quoted(int(found["lines"]))


def _open(found: re.Match[str], scribe: Scribe) -> None:
    line = scribe.message.line
    chained = scribe.memory.pop("chained", 0)
    scribe.waiting = Traceback(line.indent, scribe.message.rank, chained)
    scribe.memory["chain"] = chained


def _chain(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["chained"] = scribe.memory.get("chain", 0) + 1


def _interrupted(found: re.Match[str], scribe: Scribe) -> None:
    """The run was stopped, unless the shell was only showing its log (`tail -f`)."""
    if scribe.open and not scribe.file.get("viewing"):
        scribe.end("cancelled", INTERRUPT)


TRACEBACKS = (
    Line(
        "quoted output",
        r"^╰─> \[(?P<lines>\d{1,5}) lines of output\]$",
        ("  ╰─> [15 lines of output]",),
        "what follows is the output of a package's build",
        role="noise",
        read=_quote,
    ),
    Line(
        "exception in a thread",
        r"^Exception in thread \S.*:$",
        ("Exception in thread Thread-3:", "Exception in thread ChkptThread (most recent call last):"),
        "a traceback follows of a thread that is not the program's main one",
        role="noise",
        read=_thread,
    ),
    Line(
        "exception ignored",
        r"^(?:--- Logging error ---|Exception ignored in: ?.*)$",
        ("--- Logging error ---", "Exception ignored in: <function _MultiProcessingDataLoaderIter.__del__ at 0x7f2>"),
        "a traceback follows of an exception that ended nothing",
        role="noise",
        read=_harmless,
    ),
    Line(
        "traceback",
        r"^Traceback \(most recent call last\):?$",
        ("Traceback (most recent call last):",),
        "a Python exception was not caught",
        role="noise",
        read=_open,
    ),
    Line(
        "chained",
        r"^(?:The above exception was the direct cause of the following exception"
        r"|During handling of the above exception, another exception occurred):$",
        (
            "The above exception was the direct cause of the following exception:",
            "During handling of the above exception, another exception occurred:",
        ),
        "another exception follows: the last of the chain is the one that ended the program",
        role="noise",
        read=_chain,
    ),
    Line(
        "exception's name",
        r"^(?:[A-Za-z_]\w*\.)*_?[A-Z]\w*(?:Error|Exception)(?:: ?.*)?$",
        ("AssertionError: Expected throughput to be at least 560000.0", "torch.cuda.OutOfMemoryError: CUDA out of memory."),
        "an exception's name: it counts where a traceback leads to it",
        role="noise",
    ),
    Line(
        "interrupted",
        r"^\^C$|^KeyboardInterrupt$",
        ("^C", "KeyboardInterrupt"),
        "stopped by hand",
        role="noise",
        read=_interrupted,
        anchors=("^C", "KeyboardInterrupt"),
    ),
)
