"""A command line split into what was set: variables before it, the launcher, the program, its options and their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache

from parsers.frozen import frozen

GIVEN = "given"
"""The value of an option that takes none."""
_VARIABLE = re.compile(r"^[A-Za-z_]\w*=")
_OPTION = re.compile(r"^--?[A-Za-z_]")
_SHELL = re.compile(r"^(?:\d?>>?&?\d?|[|<&;]+.*|\d?>.+|&>.*)$")
_LAUNCHERS = frozenset({
    "srun", "mpirun", "mpiexec", "poprun", "torchrun", "deepspeed", "accelerate", "sbatch", "qsub", "nohup", "time",
})  # fmt: skip
_PYTHON = re.compile(r"^python[\d.]*$")


@frozen
class CommandLine:
    """A command's parts; options keep their dashes, those of the launcher stand behind its name (`srun --ntasks`)."""

    program: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def options(command: str) -> CommandLine:
    """The parts of a command line as a log prints it. Nothing is run or expanded; an option given twice keeps both values.

    >>> line = options("X=1 /bin/srun -n 8 python train.py fit --epochs=3 -b 256 --bf16 |& tee a.log")
    >>> line.program, dict(line.variables), dict(line.given), line.words
    ('train.py', {'X': '1'}, {'srun -n': '8', '--epochs': '3', '-b': '256', '--bf16': 'given'}, ('fit',))
    """
    tokens = _until_shell(_split(command))
    variables: dict[str, str] = {}
    given: dict[str, str] = {}
    words: list[str] = []
    program, launcher = "", ""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if not program and _VARIABLE.match(token):
            name, _, value = token.partition("=")
            variables[name] = value
        elif _OPTION.match(token):
            name, is_set, value = token.partition("=")
            if not is_set:
                value = GIVEN
                if at < len(tokens) and _is_value(tokens[at], launched=bool(launcher) and not program):
                    value = tokens[at]
                    at += 1
            if launcher == "python" and name == "-m" and not program:
                program = value
                continue
            key = f"{launcher} {name}" if launcher and not program else name
            given[key] = f"{given[key]}, {value}" if key in given else value
        elif not program and (base := token.rsplit("/", 1)[-1]) in _LAUNCHERS:
            launcher = base
        elif not program and _PYTHON.match(base):
            launcher = "python"
        elif not program:
            program = token
        else:
            words.append(token)
    return CommandLine(program, variables, given, tuple(words))


def _split(command: str) -> Sequence[str]:
    import shlex  # few logs print a command

    try:
        return shlex.split(command)
    except ValueError:  # a quote without its end: the line was cut
        return command.split()


def _until_shell(tokens: Sequence[str]) -> Sequence[str]:
    """Without what the shell does with the output: pipes, redirections."""
    end = next((at for at, token in enumerate(tokens) if _SHELL.match(token)), len(tokens))
    return tokens[:end]


def _is_value(token: str, *, launched: bool) -> bool:
    """Whether what follows an option is its value. Before the program, a word that is a program is none."""
    if _OPTION.match(token):
        return False
    if not launched:
        return True
    base = token.rsplit("/", 1)[-1]
    return not (_PYTHON.match(base) or _VARIABLE.match(token) or base.endswith((".py", ".sh")) or token.startswith("./"))
