"""Runs with equal parameters are repeats: how far apart their results are, and so what a difference can mean."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev

from parsers.metrics import METRICS
from parsers.records import Value
from tui.runs.commandline import options
from tui.runs.comparable import model_of, same_log, unlike_models, why_not
from tui.runs.observed import LABELS
from tui.runs.run import Claim, Run
from tui.runs.work import Work, work_of

_INCIDENTAL = frozenset({
    "command", "compile_command", "script_started", "job_label", "model_dir", "pef", "pef_name", "log_steps", "logging_steps",
    "compile_hash", "runtime_version", "client_version", "server_version",
})  # fmt: skip
"""Parameters that say when, where and for whom a run ran, not what it did; commands are split, and hashes held apart."""
_READ_OUT = frozenset({"learning_rate"})
"""Parameters that are printed as they go: where they agree that shows no more than that both began alike."""
_ENOUGH = 2
"""Settings, the model among them, that must agree; a single one, such as an environment variable, is in too many logs."""
_INCIDENTAL_OPTION = re.compile(
    r".*-(?:(?:output|log|cache|checkpoint|pef|job|mount|compile|model|run|exp)[-_]?(?:dirs?|folder|path|file|labels?|name|level)"
    r"|cache|pef|output|logdir|python_paths|logging_steps)"
    r"|srun -[Joe]"
)


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric over repeats: how many, their mean, their sample standard deviation (None of one), lowest and highest."""

    n: int
    mean: float
    deviation: float | None
    low: float
    high: float

    @property
    def range(self) -> float:
        """From the lowest to the highest."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Repeats:
    """Runs that their logs show to have equal parameters, and the spread of each metric that may be compared among them."""

    runs: tuple[Run, ...]
    spreads: Mapping[str, Spread]


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of some values; None of none, or where one is not finite.

    >>> round(spread([97.69, 98.3, 98.35]).deviation, 3)
    0.367
    """
    if not values or not all(map(math.isfinite, values)):
        return None
    deviation = stdev(values) if len(values) > 1 else None
    return Spread(len(values), fmean(values), deviation, min(values), max(values))


def repeats_of(runs: Iterable[Run]) -> tuple[Repeats, ...]:
    """The runs in groups of equal parameters, in the order of their first runs; most groups are of one run.

    A log that shows less (a copy of a screen) joins the one group that it agrees with; where there are several, none. So does
    a run of which something is claimed that its log neither shows nor contradicts, unless others claim something else: then
    that is what somebody varied. A run whose log is there twice counts once. The order of the runs does not matter.
    """
    given = list({run.id: run for run in runs}.values())
    alike: dict[tuple[str, str, str], list[Run]] = {}
    for run in given:
        alike.setdefault(_sort_of(run), []).append(run)
    groups = [group for runs in alike.values() for group in _groups_of(runs)]
    order = {run.id: place for place, run in enumerate(given)}
    for group in groups:
        group.sort(key=lambda run: order[run.id])
    groups.sort(key=lambda group: order[group[0].id])
    return tuple(Repeats(tuple(group), _spreads(group)) for group in groups)


def renewed(groups: Iterable[Repeats], runs: Iterable[Run]) -> tuple[Repeats, ...]:
    """The same groups with their runs as they are now, without those that are gone, and the spreads of what they say now:
    which runs are repeats takes a while to find out, and their figures are not to lag behind them meanwhile."""
    now = {run.id: run for run in runs}
    made: list[Repeats] = []
    for group in groups:
        mine = tuple(now[run.id] for run in group.runs if run.id in now)
        if len(mine) == len(group.runs) and all(new is old for new, old in zip(mine, group.runs, strict=True)):
            made.append(group)
        elif mine:
            made.append(Repeats(mine, _spreads(mine)))
    return tuple(made)


def related(runs: Sequence[Run], among: Sequence[Run]) -> list[Run]:
    """Those of `among`, and the runs themselves, that have a say in which groups the runs are in: whatever equals one of
    them, whatever equals that, and so on. The groups of these hold what the groups of all would hold of the runs."""
    left: dict[object, list[tuple[dict[str, Value], list[Run]]]] = {}
    known: dict[object, list[Run]] = {}
    traits = _Known()
    for run in among:
        settings = _settings(run)
        kind, key = _sort_of(run), (_sort_of(run), tuple(sorted(settings.items(), key=lambda item: item[0])))
        if key not in known:
            known[key] = []
            left.setdefault(kind, []).append((settings, known[key]))
        known[key].append(run)
    found, waiting = {run.id: run for run in runs}, list(runs)
    while waiting:
        run = waiting.pop()
        settings = _settings(run)
        for others, alike in left.get(_sort_of(run), ()):
            if any(settings[name] != others[name] for name in settings.keys() & others.keys()):
                continue
            fitting = [other for other in alike if other.id not in found and _equal(traits.of(run), traits.of(other))]
            found |= {other.id: other for other in fitting}
            waiting += fitting
            alike[:] = [other for other in alike if other.id not in found]
    return list({run.id: run for run in (*runs, *among) if run.id in found}.values())


def _sort_of(run: Run) -> tuple[str, str, str]:
    return run.testbed, run.format, run.kind


def _groups_of(given: Sequence[Run]) -> list[list[Run]]:
    """The groups among runs of one testbed, format and kind. What each was set to is made out once: pairs are many."""
    traits = _Known()

    def equal(one: Run, other: Run) -> bool:
        return _equal(traits.of(one), traits.of(other))

    def join(run: Run, groups: list[list[Run]], first: int = 0) -> None:
        """Put a run into the one group (of those from `first` on) that it is a repeat of, or else into one of its own."""
        fitting = [group for group in groups[first:] if all(equal(run, member) for member in group)]
        if len(fitting) == 1:
            fitting[0].append(run)
        else:
            groups.append([run])

    groups: list[list[Run]] = []
    ranked = sorted(given, key=lambda run: (-len(traits.of(run).settings), run.id))
    for run in [run for run in ranked if not unconfirmed(run)]:
        join(run, groups)
    plain = len(groups)
    claiming = [run for run in ranked if unconfirmed(run)]
    for run in claiming:
        fitting = [group for group in groups[:plain] if all(equal(run, member) for member in group)]
        rivals = [other for other in claiming if not _claims_agree(run, other)] if len(fitting) == 1 else []
        if len(fitting) == 1 and not any(equal(other, member) for other in rivals for member in fitting[0]):
            fitting[0].append(run)
        else:
            join(run, groups, plain)
    return groups


def equal_parameters(one: Run, other: Run) -> bool:
    """Whether two logs show that two runs were given the same and did the same work.

    What one log leaves out counts as different, unless it prints no command, or the same compiled program. Logs that show
    hardly any settings must be of one form, with one plan. Where something is claimed of both that their logs do not show, it
    must be the same: names such as `b8_l03` and `b8` tell of what somebody varied.
    """
    return _equal(_Traits(one), _Traits(other))


class _Traits:
    """What is held against others of a run, made out once: pairs are many."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.settings = _settings(run)

    @cached_property
    def work(self) -> Work:
        """How much it did."""
        return work_of(self.run)


class _Known:
    """The traits of runs, by their ids."""

    def __init__(self) -> None:
        self._of: dict[str, _Traits] = {}

    def of(self, run: Run) -> _Traits:
        """Those of this run."""
        if (traits := self._of.get(run.id)) is None:
            traits = self._of[run.id] = _Traits(run)
        return traits


def _equal(ours: _Traits, theirs: _Traits) -> bool:
    """The same; what is cheap to see comes first."""
    one, other = ours.run, theirs.run
    if _sort_of(one) != _sort_of(other):
        return False
    shared = ours.settings.keys() & theirs.settings.keys()
    if any(ours.settings[name] != theirs.settings[name] for name in shared) or unlike_models(one, other):
        return False
    if not _planned_alike(one, other) or not _claims_agree(one, other):
        return False
    if "compile_hash" not in shared:
        named = model_of(one) is not None and model_of(other) is not None
        if len(shared - _READ_OUT) + named < _ENOUGH and not _of_one_form(one, other):
            return False
        if not _only_of_commands(ours, theirs):
            return False
    return not ours.work.unlike(theirs.work) and not same_log(one, other)


def unconfirmed(run: Run) -> tuple[Claim, ...]:
    """What is claimed of a run's settings that its log neither shows nor contradicts."""
    return tuple(claim for claim in run.claims if claim.holds is None and claim.name in LABELS)


def _claims_agree(one: Run, other: Run) -> bool:
    ours = {claim.name: claim.value for claim in unconfirmed(one)}
    theirs = {claim.name: claim.value for claim in unconfirmed(other)}
    return not ours or not theirs or ours == theirs


def _settings(run: Run) -> dict[str, Value]:
    """What was set, by name: parameters, and the options of the command line."""
    settings: dict[str, Value] = {name: param.value for name, param in run.params.items() if name not in _INCIDENTAL}
    if "compile_hash" in run.params:
        settings["compile_hash"] = run.params["compile_hash"].value
    if "command" in run.params:
        line = options(str(run.params["command"].value))
        settings |= {f"$ {name}": value for name, value in line.given.items() if not _INCIDENTAL_OPTION.fullmatch(name)}
        settings |= {f"$ {name}": value for name, value in line.variables.items()}
        settings["$"] = " ".join((line.program.rsplit("/", 1)[-1], *line.words))
    return settings


def _only_of_commands(ours: _Traits, theirs: _Traits) -> bool:
    """Whether the settings that only one log shows all come from its command line, which the other does not print."""
    for name in ours.settings.keys() ^ theirs.settings.keys():
        shows, silent = (ours.run, theirs.run) if name in ours.settings else (theirs.run, ours.run)
        if "command" in silent.params or "command" not in shows.params:
            return False
        if not name.startswith("$") and shows.params[name].spot.line != shows.params["command"].spot.line:
            return False
    return True


def _planned_alike(one: Run, other: Run) -> bool:
    for unit in one.progress.keys() & other.progress.keys():
        ours, theirs = one.progress[unit].total, other.progress[unit].total
        if ours is not None and theirs is not None and ours != theirs:
            return False
    return True


def _of_one_form(one: Run, other: Run) -> bool:
    """Whether two logs without settings show the same plan of several epochs, the same figures and the same phases."""
    ours, theirs = one.progress.get("epoch"), other.progress.get("epoch")
    if ours is None or theirs is None or ours.total is None or ours.total < 2 or ours.total != theirs.total:
        return False
    return one.metrics.keys() == other.metrics.keys() and _phase_names(one) == _phase_names(other)


def _phase_names(run: Run) -> list[str]:
    return [phase.name for phase in run.phases if phase.name != "queue"]


def _spreads(group: Sequence[Run]) -> dict[str, Spread]:
    """The spread of each measured metric over those of the runs whose figures may be compared with one another."""
    spreads = {}
    for name, what in METRICS.items():
        if what.better is None or what.evidence == "estimated":
            continue
        found = spread([run.metrics[name].value for run in _comparable(name, [run for run in group if name in run.metrics])])
        if found is not None:
            spreads[name] = found
    return spreads


def _comparable(name: str, runs: Sequence[Run]) -> list[Run]:
    """The largest set of the runs whose figures compare with one another; of equals the one of the first id."""
    sets: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.id):
        fitting = next((some for some in sets if not any(why_not(name, run, member) for member in some)), None)
        if fitting is None:
            sets.append([run])
        else:
            fitting.append(run)
    return max(sets, key=len, default=[])


class Noise:
    """What repeats tell of differences: the groups of some runs, asked about two of them at a time."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.groups = repeats_of(runs)
        self._of = {run.id: group for group in self.groups for run in group.runs}

    def together(self, one: Run, other: Run) -> bool:
        """Whether two different runs are repeats of each other."""
        return one.id != other.id and self._of.get(one.id) is not None and self._of.get(one.id) is self._of.get(other.id)

    def widest(self, name: str, one: Run, other: Run) -> tuple[Repeats, Spread] | None:
        """The wider spread of a metric over the repeats of either run; None where neither was repeated."""
        groups = [_sure(group) for run in (one, other) if (group := self._of.get(run.id)) is not None]
        found = [(group, group.spreads[name]) for group in groups if name in group.spreads and group.spreads[name].n > 1]
        return max(found, key=lambda pair: pair[1].range, default=None)


def _sure(group: Repeats) -> Repeats:
    """The repeats without those of which something else is claimed than of the others: what these add may be no chance."""
    claims = [unconfirmed(run) for run in group.runs]
    if all(not some for some in claims) or all(some for some in claims):
        return group
    kept = tuple(run for run, some in zip(group.runs, claims, strict=True) if not some)
    return Repeats(kept, _spreads(kept))
