"""How a shell or a launcher says that a program died: signals, exit codes, mpirun's and torchrun's last words.

Nothing here shows a run: what died is the run that the lines before it are of.
"""

from __future__ import annotations

import re

from parsers.evidence import BARE_CANCEL, EXCEPTION, EXIT_CODE
from parsers.grammar import Line
from parsers.scribe import Scribe

_CRASH = r"Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted"
_JOB = r"^(?:\S+: line \d+: +\d+ )"
_KILLED_FROM_OUTSIDE = ("Killed", "Terminated", "Hangup")
_BY_HAND = ("Terminated", "Hangup")


def _died(found: re.Match[str], scribe: Scribe) -> None:
    """A crash is the program's own end; a kill may be the collateral of another task's failure, or of a cancellation."""
    if not scribe.open:
        return
    signal = found["signal"]
    if signal in _BY_HAND:
        scribe.end("cancelled", BARE_CANCEL)
    else:
        scribe.fail(scribe.message.text, EXIT_CODE if signal in _KILLED_FROM_OUTSIDE else EXCEPTION)


def _exited(found: re.Match[str], scribe: Scribe) -> None:
    """An exit code says less than the exception before it."""
    if scribe.open and found["code"].strip("0"):
        scribe.fail(scribe.message.text, EXIT_CODE)


def _aborted(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open:
        scribe.fail(scribe.message.text, EXCEPTION)


CRASHES: tuple[Line, ...] = (
    Line(
        "killed by a signal",
        rf"{_JOB}(?P<signal>{_CRASH}|Killed|Terminated|Hangup)(?: +\(core dumped\))?(?:  +\S.*)?$",
        ("/var/spool/slurmd/job1/slurm_script: line 12: 41231 Killed                  python train.py --epochs 3",
         "./run.sh: line 7: 12345 Segmentation fault      (core dumped) python train.py",
         "run.sh: line 3:  9911 Terminated              python train.py"),
        "a shell script's program was ended by a signal",
        role="noise",
        read=_died,
    ),
    Line(
        "killed",
        rf"^(?P<signal>(?:{_CRASH})(?: \(core dumped\))|Segmentation fault|Bus error|Killed)$",
        ("Segmentation fault (core dumped)", "Aborted (core dumped)", "Killed"),
        "the shell's program was ended by a signal",
        role="noise",
        read=_died,
    ),
    Line(
        "fatal in Python",
        r"^Fatal Python error: (?P<why>\S.*)$",
        ("Fatal Python error: Segmentation fault", "Fatal Python error: Aborted"),
        "the interpreter itself died",
        role="noise",
        read=_aborted,
    ),
    Line(
        "C++ abort",
        r"^terminate called (?:after throwing an instance of '[^']+'|without an active exception|recursively)$",
        ("terminate called after throwing an instance of 'std::runtime_error'", "terminate called without an active exception"),
        "an exception of C++ was not caught",
        role="noise",
        read=_aborted,
    ),
    Line(
        "exit code",
        r"^(?:Command exited with non-zero status|command terminated with exit code|Command terminated by signal"
        r"|wandb: Waiting for W&B process to finish\.\.\. \(failed) (?P<code>\d+)(?:\)\..*)?$",
        ("Command exited with non-zero status 1", "command terminated with exit code 137", "Command terminated by signal 9",
         "wandb: Waiting for W&B process to finish... (failed 1). Press Control-C to abort syncing."),
        "a wrapper (time, kubectl, wandb) saw the program fail",
        role="noise",
        read=_exited,
    ),
    Line(
        "mpirun saw an exit",
        r"^(?:mpirun|mpiexec|prterun|orterun) (?:noticed that process rank \d+ with PID \d+ on node \S+ exited on signal "
        r"(?P<code>\d+)\b.*|detected that one or more processes exited with non-zero status, thus causing)$|"
        r"^= +BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES$",
        ("mpirun noticed that process rank 3 with PID 41231 on node n1 exited on signal 9 (Killed).",
         "mpirun detected that one or more processes exited with non-zero status, thus causing",
         "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES"),
        "a process of the job ended badly",
        role="noise",
        read=lambda found, scribe: scribe.fail(scribe.message.text, EXIT_CODE) if scribe.open else None,
    ),
)
