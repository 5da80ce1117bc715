"""What a log shows of the settings that people make claims about, with all that it may be called there."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import combinations

from parsers.frozen import frozen
from parsers.records import Value
from tui.runs.commandline import options
from tui.runs.run import Run, Spot

LABELS = {
    "epochs": "epochs", "batch_size": "batch size", "learning_rate": "learning rate", "ntasks": "tasks", "nodes": "nodes",
    "devices": "devices", "steps": "steps", "sequence_length": "sequence length", "seed": "seed", "count": "tasks",
}  # fmt: skip
"""The settings with their words; `count` is the `n` of `n16`: tasks, or else nodes or devices."""

_PARAMS = {
    "ntasks": ("ntasks",), "nodes": ("nodes", "num_nodes"), "devices": ("num_devices", "num_csx"), "seed": ("seed",),
    "sequence_length": ("max_seq_length", "sequence_length"),
}  # fmt: skip
_PER_DEVICE = ("batch_size_per_device", "device_batch_size", "micro_batch_size", "batch_size_per_worker", "per_box_batch_size")
_FACTORS = (
    "num_csx", "num_devices", "ntasks", "workers", "num_replicas", "replication_factor", "num_instances", "device_iterations",
    "gradient_accumulation", "gradient_accumulation_steps",
)  # fmt: skip
_LEARNING_RATES = ("configured_learning_rate", "--learning_rate", "--learning-rate", "--lr", "--base_learning_rate")
_EPOCHS = ("--epochs", "--num_epochs", "--num-epochs", "--num_train_epochs")


@frozen
class Shown:
    """What a log shows, and where. `also` holds other values that it may be called by; `within` how far a value may be from
    it; `only_if_larger` that it proves no more than to have been at least as large."""

    value: Value
    spot: Spot
    also: tuple[float, ...] = ()
    within: float = 0.0
    only_if_larger: bool = False

    def allows(self, claimed: Value) -> bool:
        """Whether a claimed value may be meant by what is shown."""
        if isinstance(claimed, str) or isinstance(self.value, str):
            return _squeezed(claimed) == _squeezed(self.value)
        values = (self.value, *self.also)
        return any(math.isclose(claimed, value, rel_tol=1e-6, abs_tol=self.within * (1 + 1e-9)) for value in values)


def settings_shown(name: str, run: Run, *, from_command: bool = True) -> Shown | None:
    """What the log shows of a setting, from its lines or else from the command that it prints; None where it shows nothing."""
    match name:
        case "epochs":
            return _planned(run, "epoch") or (_option(run, _EPOCHS) if from_command else None)
        case "steps":
            return _steps(run)
        case "batch_size":
            return _batch(run)
        case "learning_rate":
            return _learning_rate(run)
        case "count":
            return _count(run)
        case "sequence_length":
            return _first(run, _PARAMS[name]) or _shape(run)
    return _first(run, _PARAMS[name])


def known(run: Run, name: str) -> tuple[float, Spot] | None:
    """A parameter's number and its place, where it is a number."""
    param = run.params.get(name)
    return (param.value, param.spot) if param is not None and isinstance(param.value, (int, float)) else None


def _first(run: Run, names: Sequence[str]) -> Shown | None:
    found = [number for name in names if (number := known(run, name)) is not None]
    return Shown(*found[0], tuple(value for value, _ in found[1:])) if found else None


def _planned(run: Run, unit: str) -> Shown | None:
    amount = run.progress.get(unit)
    return Shown(amount.total, amount.spot or Spot(run.path, 1)) if amount is not None and amount.total is not None else None


def _steps(run: Run) -> Shown | None:
    """Those planned; of a run that ended well without a plan, those done, where they are more than a log's last line may miss."""
    planned = _planned(run, "step")
    if planned is not None:
        others = [number[0] for name in ("steps_this_run", "max_steps") if (number := known(run, name)) is not None]
        return Shown(planned.value, planned.spot, tuple(others))
    amount = run.progress.get("step")
    if run.state != "finished" or amount is None or amount.done is None:
        return None
    return Shown(amount.done, amount.spot or Spot(run.path, 1), (amount.done + 1,), only_if_larger=True)


def _batch(run: Run) -> Shown | None:
    """The batch of all devices and that of one may both be meant, and any product between."""
    sizes = [number for name in ("batch_size", *_PER_DEVICE) if (number := known(run, name)) is not None]
    if not sizes:
        return None
    factors = [number[0] for name in _FACTORS if (number := known(run, name)) is not None and number[0] > 1]
    products = {math.prod(some) for count in range(1, len(factors) + 1) for some in combinations(factors, count)}
    also = {size for size, _ in sizes[1:]}
    also |= {size * product for size, _ in sizes for product in products}
    also |= {size / product for size, _ in sizes for product in products}
    return Shown(*sizes[0], tuple(sorted(also)))


def _learning_rate(run: Run) -> Shown | None:
    """As it was set; else as it was printed, which a schedule may have lowered."""
    set_to = _first(run, _LEARNING_RATES[:1]) or _option(run, _LEARNING_RATES[1:])
    if set_to is not None:
        return set_to
    printed = known(run, "learning_rate")
    return Shown(*printed, only_if_larger=True) if printed is not None else None


def _count(run: Run) -> Shown | None:
    tasks = known(run, "ntasks")
    if tasks is None:
        return None
    others = [number[0] for name in ("nodes", "num_devices", "num_csx") if (number := known(run, name)) is not None]
    return Shown(*tasks, tuple(others))


def _shape(run: Run) -> Shown | None:
    param = run.params.get("input_shape")
    sizes = [int(size) for size in re.findall(r"\d+", str(param.value))] if param is not None else []
    return Shown(sizes[-1], param.spot, tuple(sizes[:-1])) if sizes and param is not None else None


def _option(run: Run, names: Sequence[str]) -> Shown | None:
    command = run.params.get("command")
    if command is None:
        return None
    given = options(str(command.value)).given
    for name in names:
        try:
            return Shown(float(given[name]), command.spot)
        except (KeyError, ValueError):
            continue
    return None


def _squeezed(value: Value) -> str:
    return re.sub(r"[^a-z0-9.]", "", str(value).lower())
