"""Asking a scheduler's command: a subprocess without a shell, bounded in time and in what it may say, ended with its children."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

TIMEOUT = 10.0
"""Seconds that a command may take; `squeue` waits much longer for a controller that does not answer."""
ANSWER_MOST = 16 << 20
"""Bytes of an answer; beyond it the command is ended and its answer not used."""
LAST_WORDS = 1.0
"""Seconds that a killed command's pipes may stay open."""
_OWN_WAYS = ("SQUEUE_", "SACCT_", "SLURM_TIME_FORMAT", "SLURM_JSON", "SLURM_BITSTR_LEN")
"""Variables by which a user changes how the commands print."""


class NoAnswer(Exception):
    """The command gave no answer that can be used; its text says why, for people."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, and the status it ended with. Bytes of `out` that are no UTF-8 stand as surrogates."""

    status: int
    out: str
    err: str


def found(command: str) -> str | None:
    """The command's path, if it is on PATH. A relative entry does not count: it would run what lies in a run directory."""
    path = shutil.which(command)
    return path if path is not None and os.path.isabs(path) else None


async def answer(words: Sequence[str], timeout: float = TIMEOUT) -> Answer:
    """Run a command and wait for its end. Raises NoAnswer when it cannot start, takes too long or says too much."""
    name = os.path.basename(words[0])
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=_environment(), cwd="/", start_new_session=True,
        )
    except OSError as error:
        raise NoAnswer(f"{name}: {error.strerror or error}") from error
    assert process.stdout is not None and process.stderr is not None
    try:
        async with asyncio.timeout(timeout):
            out, err = await asyncio.gather(_bounded(process, process.stdout), _bounded(process, process.stderr))
            status = await process.wait()
    except TimeoutError:
        raise NoAnswer(f"{name} gave no answer within {timeout:g} s") from None
    finally:
        await _end(process)
    if max(len(out), len(err)) > ANSWER_MOST:
        raise NoAnswer(f"{name} said more than {ANSWER_MOST >> 20} MB")
    return Answer(status, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "replace"))


def refusal(words: Sequence[str], given: Answer) -> NoAnswer:
    """Why a command that failed did, in its own first words."""
    said = next((line.strip() for line in (given.err or given.out).splitlines() if line.strip()), f"status {given.status}")
    name = os.path.basename(words[0])
    return NoAnswer(said[:200] if said.startswith(name) else f"{name}: {said[:200]}")


async def _bounded(process: asyncio.subprocess.Process, stream: asyncio.StreamReader) -> bytes:
    """What the stream says until its end, or until it says too much: then the command is ended."""
    said = bytearray()
    while piece := await stream.read(1 << 16):
        said += piece
        if len(said) > ANSWER_MOST:
            _kill(process)
            break
    return bytes(said)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the command and what it started, and collect it with its pipes, whatever is left in them: one that was ended
    for saying too much has ended, but its pipe stays open until it is read."""
    if process.returncode is None:
        _kill(process)
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            await process.communicate()


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """This process's, but plain words and times in UTC, whatever the user's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_WAYS)}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
