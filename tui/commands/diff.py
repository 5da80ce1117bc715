"""`bedwatch diff`: runs side by side, and conditions on their differences for scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import click

from tui.commands.asked import Refused, coloured, columns, complain, ignore_option, need, no_queue_option, runs_of, write
from tui.report.diffed import FORMS, DiffForm, diff_text
from tui.runs.compare import Comparison, compare
from tui.runs.pick import NoRun, Picked, Picker, SeveralRuns, places_to_read
from tui.runs.run import Run
from tui.runs.workspace import Workspace

if TYPE_CHECKING:
    from tui.report.threshold import Condition, Judgement


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="RUN RUN [RUN ...]")
@click.option("--baseline", metavar="RUN", help="Set the others against this one [default: the first].")
@click.option("--all", "everything", is_flag=True, help="Every row, not only those that differ.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True, help="For people or scripts.")
@click.option(
    "--fail-on", "conditions", multiple=True, metavar="CONDITION",
    help="Exit with 1 where a run differs so from the baseline: 'throughput<-5%', 'loss>+0.01'; or where that cannot be judged.",
)
@click.option(
    "--root", default=".", show_default=True, type=click.Path(), metavar="DIR",
    help="Where ids begin, and where names and parts of ids are looked for.",
)
@ignore_option
@no_queue_option
def diff(
    words: tuple[str, ...], baseline: str | None, everything: bool, form: str, conditions: tuple[str, ...], root: str,
    ignore: tuple[str, ...], queue: bool,
) -> None:  # fmt: skip
    """Runs side by side: what was set, what came out, where the time went, and what may not be compared.

    RUN is a log's path, an id as `bedwatch show` prints it (a.log#2), a unique part of one, or a run's name. A log of
    several launches means its last; where it is the only RUN, all of them, and so does a directory.

    \b
    bedwatch diff bs512/mytest.log bs1024/mytest.log
    bedwatch diff before.log after.log --fail-on 'throughput<-5%' --fail-on 'loss>+0.01'
    """
    wanted = _conditions(conditions)
    picked, known = _picked(words, baseline, root, ignore, queue)
    for note in picked.notes:
        complain(note)
    comparison = compare(picked.runs, known)
    judgements = _judged(comparison, wanted)
    text = diff_text(
        comparison, cast(DiffForm, form), everything=everything, judgements=judgements,
        width=columns(), colour=coloured(),
    )  # fmt: skip
    write(text.encode("utf-8", "replace") + b"\n", None)
    if wanted and not _passed(comparison, judgements):
        sys.exit(1)


def _conditions(texts: Sequence[str]) -> list[Condition]:
    from tui.report.threshold import parse_condition

    try:
        return [parse_condition(text) for text in texts]
    except ValueError as error:
        raise Refused(f"--fail-on {error}") from error


def _picked(
    words: Sequence[str], baseline: str | None, root: str, ignore: Sequence[str], queue: bool
) -> tuple[Picked, list[Run]]:
    """The runs to compare, and all that were read for it: refused with 2 where a word means several runs or too few are left,
    with 1 where it means none."""
    need((root,))
    if not os.path.isdir(root):
        raise Refused(f"--root {root}: not a directory; name the one that ids begin at")
    paths = places_to_read([*words, *([baseline] if baseline is not None else [])], root)
    need(paths)
    workspace = Workspace(paths, ignore, root=root)
    workspace.read()
    runs = runs_of(workspace, queue=queue)
    files = {file.name: file.path for file in workspace.files.values()}
    try:
        picked = Picker(runs, files, root).pick(words, baseline)
    except NoRun as error:
        complain(str(error))
        sys.exit(1)
    except SeveralRuns as error:
        raise Refused(str(error)) from error
    if len(picked.runs) < 2:
        raise Refused(f"{picked.runs[0].id} is a single run; name another to set it against")
    return picked, runs


def _judged(comparison: Comparison, conditions: Sequence[Condition]) -> list[Judgement]:
    from tui.report.threshold import judged

    if not conditions:
        return []
    try:
        return judged(comparison, conditions)
    except ValueError as error:
        raise Refused(f"--fail-on {error}") from error


def _passed(comparison: Comparison, judgements: Sequence[Judgement]) -> bool:
    """Whether every condition holds; standard error says why not, and of which runs the figures may still change."""
    from tui.report.diffed.content import place

    for run in comparison.runs:
        if run.live:
            complain(f"{run.name} is {run.state}: its figures may still change")
    bad = [judgement for judgement in judgements if judgement.verdict != "passed"]
    for judgement in bad:
        asked = f"--fail-on {judgement.condition.text}" if judgement.condition is not None else "--fail-on"
        where = f" ({place(judgement.spot)})" if judgement.spot is not None else ""
        complain(f"{judgement.verdict}: {asked}: {judgement.reason}{where}")
    return not bad
