"""A launch's command line as parameters: what was configured, as against what the program measured."""

from __future__ import annotations

import shlex

from parsers.patterns import late
from parsers.scribe import Scribe, number_or_text

_OPTIONS = {
    "b": "batch_size_per_device",
    "batch_size": "batch_size_per_device",
    "per_device_train_batch_size": "batch_size_per_device",
    "max_seq_length": "max_seq_length",
    "learning_rate": "configured_learning_rate",
    "lr": "configured_learning_rate",
    "warmup_steps": "warmup_steps",
    "max_steps": "max_steps",
    "steps_this_run": "steps_this_run",
    "logging_steps": "logging_steps",
    "num_epochs": "num_epochs",
    "num_iterations": "num_iterations",
    "weight_decay": "weight_decay",
    "adam_beta2": "adam_beta2",
    "max_grad_norm_clip": "max_grad_norm_clip",
    "min_throughput": "min_throughput",
    "max_throughput": "max_throughput",
    "num_tiles": "num_tiles",
    "task_name": "task_name",
    "model_name_or_path": "model_name_or_path",
    "pef": "pef",
    "pef_name": "pef_name",
}
_NUMBER = late(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_LAUNCHER = {"n": "ntasks", "ntasks": "ntasks", "N": "nodes", "nodes": "nodes"}


def options(command: str) -> dict[str, str]:
    """A command line's options with their values, by name without dashes in front and with underscores within; a flag's
    value is empty, and of an option given twice the last counts. Options of a launcher such as srun are prefixed `srun `.

    >>> options("srun -n 8 python x.py run -b 256 --do_train --pef=a.pef")
    {'srun n': '8', 'b': '256', 'do_train': '', 'pef': 'a.pef'}
    """
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    found: dict[str, str] = {}
    name, scope = "", "srun " if words and words[0].endswith("srun") else ""
    for word in words:
        if word.startswith("python") or word.endswith("/python"):
            name = scope = ""
        elif word.startswith("-") and not _NUMBER.fullmatch(word):
            name, _, value = word.lstrip("-").partition("=")
            name = scope + name.replace("-", "_")
            found[name] = value
        elif name and not found[name]:
            found[name] = word
        else:
            name = ""
    return found


def configure(scribe: Scribe, command: str) -> dict[str, str]:
    """Say what a command line sets, and give its options."""
    given = options(command)
    for option, value in given.items():
        name = _LAUNCHER.get(option[5:]) if option.startswith("srun ") else _OPTIONS.get(option)
        if name is not None and value:
            scribe.param(name, number_or_text(value))
    steps = given.get("steps_this_run", "")
    if steps.isdigit():
        scribe.progress("step", None, float(steps))
    model = given.get("model_name_or_path")
    if model and not scribe.memory.get("model"):
        scribe.param("model", model)
    return given
