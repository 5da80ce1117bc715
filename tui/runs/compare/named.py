"""What to call runs side by side: by the settings that tell them apart, and by a file's name only where nothing else does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from parsers.records import Value
from tui.runs import work
from tui.runs.claims import claim_label
from tui.runs.compare.parameters import parameter_rows
from tui.runs.numbers import number
from tui.runs.observed import known, settings_shown
from tui.runs.run import Run

MOST_TOLD = 2
"""Settings in a name: two tell more than the eye takes in of a legend already."""
LONGEST = 18
"""Characters of a value that still is a name; longer ones, such as paths, are not."""
_PER_DEVICE = (
    ("per_box_batch_size", "num_csx", "CS system"), ("batch_size_per_device", "ntasks", "task"),
    ("device_batch_size", "num_devices", "device"), ("micro_batch_size", "num_devices", "device"),
)  # fmt: skip
_CLAIMED = {"learning_rate": "lr", "batch_size": "batch", "sequence_length": "length"}
_NO_NAME = frozenset({
    "compile_hash", "script_started", "job_label", "pef", "pef_name", "model_dir", "lanes", "command", "run_command",
    "compile_command",
})  # fmt: skip
"""Settings that differ with every run, or follow from others: they name nothing."""


def names_of(runs: Sequence[Run], signs: Sequence[str] = ()) -> tuple[str, ...]:
    """A short name for each run, no two alike: `batch 512`, `lr 0.02`, `16 tasks`, `epochs 20 claimed`.

    `signs` are what the runs are called where nothing tells them apart, 1, 2, 3 … by themselves: `run 1, baseline`.
    """
    signs = signs or [str(place) for place in range(1, len(runs) + 1)]
    told = settings_told(runs)
    names = []
    for at, (run, words) in enumerate(zip(runs, told, strict=True)):
        if words and told.count(words) == 1:
            names.append(words)
            continue
        alike = [other.name for other, same in zip(runs, told, strict=True) if same == words]
        own = run.name if run.name and alike.count(run.name) == 1 and any(told) else f"run {signs[at]}"
        base = ", baseline" if at == 0 and not any(told) else ""
        names.append(f"{words}, {own}" if words else own + base)
    counted = Counter(names)
    return tuple(name if counted[name] == 1 else f"{name}, run {signs[at]}" for at, name in enumerate(names))


def settings_told(runs: Sequence[Run]) -> list[str]:
    """The one or two settings that tell most of the runs apart, in words; empty for a run that has none of them. Two runs may
    be told alike: repeats, and runs that a third setting tells apart."""
    apart = len({run.id for run in runs})
    parts: list[list[str]] = [[] for _ in runs]
    found = 1
    for words in _by_rank(runs):
        now = len({(*before, word) for before, word in zip(parts, words, strict=True)})
        if now <= found:
            continue
        found = now
        for before, word in zip(parts, words, strict=True):
            before.append(word)
        if found >= apart or len(parts[0]) == MOST_TOLD:
            break
    return [", ".join(filter(None, words)) for words in parts]


def _by_rank(runs: Sequence[Run]) -> list[list[str]]:
    """Settings that differ, the most telling first; those that only some of the logs give come after all that two give."""
    differing = [words for words in _settings(runs) if len(set(words)) > 1]
    return sorted(differing, key=lambda words: len(set(filter(None, words))) < 2)


def _settings(runs: Sequence[Run]) -> Iterator[list[str]]:
    told: tuple[Callable[[Run], str], ...] = (
        lambda run: run.testbed, _batch, _learning_rate, _devices, _nodes, _length, _shape, lambda run: run.model or "",
        _planned("epochs"), _planned("steps"), lambda run: run.kind, _seed,
    )  # fmt: skip
    for words in told:
        yield [words(run) for run in runs]
    yield from _claims(runs)
    for row in parameter_rows(runs):
        texts = ["" if cell.value is None else cell.text for cell in row.cells]
        if row.differs and row.group not in ("run", "claim") and row.name not in _NO_NAME and max(map(len, texts)) <= LONGEST:
            yield [f"{row.label} {text}" if text else "" for text in texts]


def _batch(run: Run) -> str:
    """As the log gives it: of all devices, or of one."""
    if (whole := known(run, "batch_size")) is not None:
        return f"batch {number(whole[0])}"
    for part, count, word in _PER_DEVICE:
        if (size := known(run, part)) is not None:
            several = (times := known(run, count)) is not None and times[0] > 1
            return f"batch {number(size[0])}" + (f" a {word}" if several else "")
    return ""


def _learning_rate(run: Run) -> str:
    """As it was set: a printed one may be a schedule's."""
    shown = settings_shown("learning_rate", run)
    return "" if shown is None or shown.only_if_larger else f"lr {_text(shown.value)}"


def _devices(run: Run) -> str:
    found = work.devices(run)
    return "" if found is None else _counted(found[0].value, found[1])


def _nodes(run: Run) -> str:
    found = known(run, "nodes")
    return "" if found is None else _counted(found[0], "node")


def _length(run: Run) -> str:
    found = work.sequence_length(run)
    return "" if found is None else f"length {number(found.value)}"


def _shape(run: Run) -> str:
    return f"shape {run.params['input_shape'].value}" if "input_shape" in run.params else ""


def _planned(name: str) -> Callable[[Run], str]:
    def words(run: Run) -> str:
        shown = settings_shown(name, run)
        return "" if shown is None else f"{_text(shown.value)} {name}"

    return words


def _seed(run: Run) -> str:
    shown = settings_shown("seed", run)
    return "" if shown is None else f"seed {_text(shown.value)}"


def _claims(runs: Sequence[Run]) -> Iterator[list[str]]:
    """What is said of the runs, by name: only a claim, so it says so."""
    claims = [{claim.name: claim.value for claim in reversed(run.claims) if claim.source != "command line"} for run in runs]
    for name in dict.fromkeys(name for mine in claims for name in mine):
        label = _CLAIMED.get(name) or claim_label(name)
        yield [f"{label} {_text(mine[name])} claimed" if name in mine else "" for mine in claims]


def _counted(value: float, word: str) -> str:
    return f"{number(value)} {word}{'' if value == 1 else 's'}"


def _text(value: Value) -> str:
    return number(value) if isinstance(value, (int, float)) else value
