"""What was set: the run's own words, versions, shapes, options of its command lines, and what was claimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tui.runs.claims import claim_label
from tui.runs.commandline import CommandLine, options
from tui.runs.compare.rows import NOT_GIVEN, NOT_REPORTED, Cell, Row, word_row
from tui.runs.numbers import number
from tui.runs.run import Claim, Run

_COMMANDS = (("command", ""), ("run_command", ""), ("compile_command", "compile: "))
_VERSION = re.compile(r"(?:^|_)version$|^sdk|^release$")
_SHAPE = re.compile(r"shape|seq(?:uence)?_length|batch|max_seq|resolution|num_tiles|micro")
_ENVIRONMENT = re.compile(r"^(?:lazy_mode|num_|nodes$|ntasks$|workers$|lanes$|ipus|replication|device_iterations)")
_GROUPS = ("run", "version", "shape", "environment", "set", "command line", "claim")


def parameter_rows(runs: Sequence[Run]) -> list[Row]:
    """A row for each thing that was set, in groups: run, version, shape, environment, set, command line, claim."""
    rows = [
        word_row("testbed", "testbed", "run", [Cell(run.testbed, run.testbed) for run in runs]),
        word_row("kind", "kind", "run", [Cell(run.kind, run.kind) for run in runs]),
        word_row("model", "model", "run", [Cell(run.model or NOT_REPORTED, run.model) for run in runs]),
    ]
    commands = {name for name, _ in _COMMANDS}
    names = dict.fromkeys(name for run in runs for name in run.params if name not in commands)
    rows += [word_row(name.replace("_", " "), name, _group(name), [_cell(run, name) for run in runs]) for name in names]
    for name, mark in _COMMANDS:
        rows += _command_rows(runs, name, mark)
    rows += _claim_rows(runs)
    return sorted(rows, key=lambda row: _GROUPS.index(row.group))


def _cell(run: Run, name: str) -> Cell:
    param = run.params.get(name)
    return Cell(NOT_REPORTED) if param is None else Cell(str(param.value), param.value, spot=param.spot)


def _group(name: str) -> str:
    if _VERSION.search(name):
        return "version"
    if _SHAPE.search(name):
        return "shape"
    return "environment" if _ENVIRONMENT.search(name) else "set"


# command lines, option by option


def _command_rows(runs: Sequence[Run], command: str, mark: str) -> Iterator[Row]:
    """A command that a log does not print is "not reported"; an option that a printed one lacks is "not given"."""
    lines = [options(str(run.params[command].value)) if command in run.params else None for run in runs]

    def row(label: str, name: str, group: str, value: Callable[[CommandLine], str | None]) -> Row:
        return word_row(mark + label, f"{command}:{name}", group, [
            _command_cell(run, command, None if line is None else (value(line) or "", value(line) is not None))
            for run, line in zip(runs, lines, strict=True)
        ])  # fmt: skip

    printed = [line for line in lines if line is not None]
    if len(printed) < 2:  # nothing to hold its options against
        if printed:
            yield word_row(command.replace("_", " "), command, "command line", [_cell(run, command) for run in runs])
        return
    yield row("program", "program", "command line", lambda line: line.program or None)
    for name in dict.fromkeys(name for line in printed for name in line.variables):
        yield row(f"${name}", f"${name}", "environment", lambda line, name=name: line.variables.get(name))  # type: ignore[misc]
    for name in dict.fromkeys(name for line in printed for name in line.given):
        if not _said_elsewhere(runs, lines, name):
            yield row(name, name, "command line", lambda line, name=name: line.given.get(name))  # type: ignore[misc]
    if any(line.words for line in printed):
        yield row("words", "words", "command line", lambda line: " ".join(line.words) or None)


def _command_cell(run: Run, command: str, told: tuple[str, bool] | None) -> Cell:
    if told is None:
        return Cell(NOT_REPORTED)
    value, given = told
    spot = run.params[command].spot
    return Cell(value, value, spot=spot) if given else Cell(NOT_GIVEN, spot=spot)


def _said_elsewhere(runs: Sequence[Run], lines: Sequence[CommandLine | None], option: str) -> bool:
    """Whether a parameter of the same name has the option's value in every run that gives it."""
    name = option.lstrip("-").replace("-", "_")
    return all(
        name in run.params and str(run.params[name].value) == line.given[option]
        for run, line in zip(runs, lines, strict=True)
        if line is not None and option in line.given
    )


# claims


def _claim_rows(runs: Sequence[Run]) -> Iterator[Row]:
    """What is claimed of each run beside its log; a command line is the log's own."""
    claims = [{claim.name: claim for claim in reversed(run.claims) if claim.source != "command line"} for run in runs]
    for name in dict.fromkeys(name for mine in claims for name in mine):
        yield word_row(f"claimed {claim_label(name)}", f"claim:{name}", "claim", [_claim_cell(mine.get(name)) for mine in claims])


def _claim_cell(claim: Claim | None) -> Cell:
    if claim is None:
        return Cell("no claim")
    value = _text(claim.value)
    verdict = {True: "", False: f": the log shows {_text(claim.observed)}", None: ": not in the log"}[claim.holds]
    return Cell(value + verdict, claim.value, spot=claim.shown or claim.spot)


def _text(value: object) -> str:
    return number(value) if isinstance(value, (int, float)) else str(value)
