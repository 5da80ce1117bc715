"""How Graphcore programs fail: exceptions of PopTorch and Poplar, no IPU, modules that are not there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from parsers.evidence import EXCEPTION
from parsers.grammar import Line, Message
from parsers.graphcore.launch import TRAINERS
from parsers.patterns import late
from parsers.scribe import Scribe
from parsers.tracebacks import TRACEBACKS, Traceback

_TRAINS = late(
    r"^(?:\w+ = )?trainer\.(?:train|fit)\(|^\w+(?:, \w+)* = training_model\("
    rf'|^File "(?:[^"]*/)?{TRAINERS}", line \d+, in <module>'
)


@dataclass
class Frames(Traceback):
    """A traceback whose frames may show that the program was a training."""

    trains: bool = False

    def take(self, message: Message, scribe: Scribe) -> bool:
        """As any traceback, and look at the frames."""
        if _TRAINS.match(message.text):
            self.trains = True
        return super().take(message, scribe)

    def _close(self, text: str, scribe: Scribe) -> None:
        super()._close(text, scribe)
        if self.trains:
            scribe.kind("training")


def _open(found: re.Match[str], scribe: Scribe) -> None:
    line = scribe.message.line
    chained = scribe.memory.pop("chained", 0)
    scribe.waiting = Frames(line.indent, scribe.message.rank, chained)
    scribe.memory["chain"] = chained


def _raised(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(found["error"], EXCEPTION)
    if found["lack"]:
        scribe.notice("no-device", "warning", f"{found['lack']}: on a login node that means that the program was started without "
                      "srun --ipus, not that the hardware failed.")


FAILURES: tuple[Line, ...] = (
    Line(
        "exception",
        r"^(?P<error>(?:poptorch\.poptorch_core\.\w+|Error|RuntimeError): In \S+:\d+: '[^']+': "
        r"(?:.*?(?P<lack>Failed to acquire \d+ IPU\(s\)))?.*)$",
        (
            "poptorch.poptorch_core.Error: In poptorch/popart_compiler/source/CompilerImpl.cpp:725: 'poptorch_cpp_error': "
            "Failed to acquire 1 IPU(s)",
            "Error: In include/poptorch_err/ExceptionHandling.hpp:76: 'poplar_stream_memory_allocation_error': Out of memory. "
            "Single stream of length 149766584 in bufferIndex 1",
        ),
        "an exception of PopTorch ended the program",
        owns=True, read=_raised,
    ),
    Line(
        "abort",
        r"^(?P<error>terminate called after throwing an instance of "
        r"'(?:pop(?:lar|art|torch|util|libs|lin|ops|xl)|vipu)\w*::[\w:]+')(?P<lack>(?!))?$",
        ("terminate called after throwing an instance of 'poplar::poplar_error'",),
        "an exception of Poplar ended the program",
        owns=True, read=_raised,
    ),
    Line(
        "no module",
        r"^(?P<error>(?:ModuleNotFoundError|ImportError): (?:"
        r"No module named '(?:pop(?:torch|art|xl|dist|rt|run)|gcipuinfo)\b[\w.]*'"
        r"|lib(?:pop\w+|gcd\w*)\.so\S*: cannot open shared object file\b.*))(?P<lack>(?!))?$",
        ("ModuleNotFoundError: No module named 'poptorch'",
         "ImportError: libpopart.so: cannot open shared object file: No such file or directory"),
        "Graphcore's SDK is not in this environment",
        owns=True, read=_raised,
    ),
    Line(
        "training frame",
        r'^(?:(?:\w+ = )?trainer\.(?:train|fit)\(|\w+(?:, \w+)* = training_model\(|File "(?:[^"]*/)?'
        rf'{TRAINERS}", line \d+, in <module>)',
        ("    trainer.train()", '  File "mnist_poptorch.py", line 279, in <module>'),
        "a frame that shows a training",
        role="noise", anchors=("trainer.", "training_model(", ".py\", line "),
    ),
    Line(
        "where raised",
        r"^(?:Error raised in:|No IPU detected in the system\.|For more information use the Graphcore command-line tool .*)$",
        ("Error raised in:", "No IPU detected in the system."),
        "what PopTorch adds to an exception",
        role="noise",
    ),
    *(replace(kind, read=_open) if kind.name == "traceback" else kind for kind in TRACEBACKS),
)
