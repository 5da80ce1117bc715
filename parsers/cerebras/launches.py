"""How a Cerebras launch begins: its command, in the shell or in run.log, its plan, batch and first checkpoint."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from parsers.cerebras.continuity import EARLY, backwards, once, underway
from parsers.grammar import COUNT, Line, Message
from parsers.scribe import Scribe

PROMPT = r"^(?:\([^()]*\) ?)*(?:\[[^\]@\s]+@[^\]]+\]|[^\s@$()\[\]]+@[^\s$:]+(?::[^$]*)?)?\$"
_OPTIONS = {"params": "params_file", "model_dir": "model_dir", "num_csx": "num_csx", "mode": "mode"}
_TRAINS = ("train", "fit", "train_and_eval")
_EVALUATES = ("eval", "eval_all", "validate", "validate_all")
NEAR = 10
"""Lines within which a batch size belongs to the launch that the following lines begin."""


@dataclass
class Listing:
    """What `grep` printed: lines of other logs, up to the next prompt."""

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Pass over the line, unless it is a prompt."""
        return re.match(PROMPT, message.line.text) is None


def command(text: str, scribe: Scribe) -> None:
    """The command as printed, and what its options say."""
    scribe.param("command", text)
    text = text.split("|", 1)[0].split(" > ", 1)[0]
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    given: dict[str, str] = {}
    for at, word in enumerate(words):
        name, equals, value = word.lstrip("-").partition("=")
        if word.startswith("-"):
            follows = words[at + 1] if at + 1 < len(words) and not words[at + 1].startswith("-") else ""
            given[name.replace("-", "_")] = value if equals else follows
    zoo = next((at for at, word in enumerate(words) if word.rpartition("/")[2] == "cszoo"), len(words)) + 1
    mode = words[zoo] if zoo < len(words) else given.get("mode", "")
    if {"compile_only", "validate_only"} & given.keys():
        scribe.kind("compile")
        scribe.memory["compile only"] = True
    elif mode in _TRAINS:
        scribe.kind("training")
        scribe.memory["mode"] = "train"
    elif mode in _EVALUATES:
        scribe.kind("evaluation")
    for option, name in _OPTIONS.items():
        if (value := given.get(option, "")) and "$" not in value:
            scribe.param(name, int(value) if value.isdecimal() else value)
    if (label := given.get("job_labels", "")).startswith("name="):
        scribe.param("job_label", label.removeprefix("name="))


def _command(found: re.Match[str], scribe: Scribe) -> None:
    command(found["cmd"].strip(), scribe)


def _another_command(found: re.Match[str], scribe: Scribe) -> bool:
    return scribe.ended is not None or any(kind != "launch command" for kind in scribe.seen)


def _listing(found: re.Match[str], scribe: Scribe) -> None:
    scribe.close()
    scribe.waiting = Listing()


def _cut(found: re.Match[str], scribe: Scribe) -> None:
    """How long the phase took is not to be told: its end was cut out. This line has no time, so neither has that."""
    scribe.memory.pop("since", None)
    if scribe.open and scribe.phase is not None:
        scribe.leave(scribe.phase)


def _batch(found: re.Match[str], scribe: Scribe) -> None:
    """The first is the training's; one amid a launch is its validation's, or the next launch's if that follows at once."""
    if any(kind not in EARLY for kind in scribe.seen):
        scribe.file["late batch"] = (scribe.message, int(found["gbs"]))
    else:
        once(scribe, "batch_size", int(found["gbs"]))


def _batch_begins(found: re.Match[str], scribe: Scribe) -> bool:
    return bool(scribe.memory.get("over")) or scribe.ended in ("failed", "cancelled") or backwards(scribe)


def _launched(found: re.Match[str], scribe: Scribe) -> None:
    """A batch size a few lines above was this launch's already."""
    late = scribe.file.pop("late batch", None)
    if late is not None and 0 <= scribe.message.line.number - late[0].line.number <= NEAR:
        here, scribe.message = scribe.message, late[0]
        once(scribe, "batch_size", late[1])
        scribe.message = here
    groups = found.groupdict()
    if groups.get("dir"):
        once(scribe, "model_dir", groups["dir"])


def _loop(found: re.Match[str], scribe: Scribe) -> None:
    """The last step of all, where it follows: of one loop its end, of several the start plus the planned sum."""
    _launched(found, scribe)
    scribe.kind("training")
    first, last = int(found["a"]), int(found["b"])
    start = first - 1 if found["k"] else first
    if found["i"] == "1":
        scribe.memory["start step"] = start
    planned = scribe.memory.get("planned steps")
    if planned is not None and "start step" in scribe.memory:
        scribe.progress("step", None, scribe.memory["start step"] + planned)
    elif not found["n"] or found["n"] == found["i"]:
        scribe.progress("step", None, last)
    scribe.memory["mode"] = "train"


def _loop_begins(found: re.Match[str], scribe: Scribe) -> bool:
    return found["i"] == "1" and underway(found, scribe)


def _planned(found: re.Match[str], scribe: Scribe) -> None:
    steps = int(found["steps"].replace(",", ""))
    scribe.memory["planned steps"] = steps
    scribe.progress("step", None, steps)


LAUNCHES: tuple[Line, ...] = (
    Line(
        "launch command",
        PROMPT + r" *(?P<cmd>(?:\w+=\S* )*(?:nohup )?"
        r"(?:(?:\S*/)?cszoo (?:fit|validate|validate_all) |(?:\S*/)?python[\d.]* (?:-\w+ )*\S*\.py (?:CSX|CS)(?: |$)).*)$",
        (
            "(venv_cerebras_pt) [user@cer-login-01 gpt3]$ python run.py CSX --params configs/111m.yaml --num_csx=1"
            " --mode train --model_dir mytest |& tee mytest.log",
            "(venv_cerebras_pt) user@cer-anl-net001-us-sr01:~/R_2.9.0$ cszoo fit pretraining/model_config.yaml --model_dir out",
            "$ python run.py CSX --job_labels name=bert_pt --params configs/bert_large.yaml --mode train",
        ),
        "a run is launched from the shell",
        owns=True,
        role="head",
        begins=_another_command,
        read=_command,
        anchors=("cszoo ", ".py CS"),
    ),
    Line(
        "listing command",
        PROMPT + r" *(?P<cmd>(?:\S+/)?(?:[ez]?grep|rg)\b.*)$",
        (
            "$ zgrep -c Rate= run.log",
            '(venv_cerebras_pt) user@cer-anl-net001-us-sr01:~/gpt3$ grep -B1 "Job id:" mytest.log',
        ),
        "lines picked from other logs follow: no run's own",
        role="noise",
        read=_listing,
        anchors=("grep ", "rg "),
    ),
    Line(
        "lines cut out",
        r"^\.\.\.$",
        ("...",),
        "whoever pasted this left lines out",
        role="noise",
        read=_cut,
    ),
    Line(
        "running command",
        r"^Running command: (?P<cmd>\S.*)$",
        ("2025-07-11 15:24:50,000 INFO:   Running command: run.py CSX --params configs/params_llama2_7b.yaml --mode train",),
        "the command of this launch, as run.log keeps it",
        role="head",
        begins=underway,
        read=_command,
    ),
    Line(
        "fit summary",
        r"^Trainer (?:Fit|Validate|Validation|Evaluate) Summary$",
        ("2025-12-06 01:53:15,087 INFO:   Trainer Fit Summary",),
        "a launch says what it is going to do",
        role="head",
        begins=underway,
        read=_launched,
    ),
    Line(
        "trainer plan",
        rf"^Trainer will run (?P<n>{COUNT}) train loops?\b",
        (
            "2025-12-06 01:53:15,087 INFO:   Trainer will run 1 train loop.",
            "2025-10-08 04:09:18,649 INFO:   Trainer will run 2 train loops, interleaving validation as follows:",
        ),
        "how many training loops are planned",
        role="head",
        kind="training",
        begins=underway,
    ),
    Line(
        "planned steps",
        rf"^for a total of (?P<steps>{COUNT}) train steps?\.",
        ("2025-12-06 01:53:15,087 INFO:   for a total of 200 train steps.",),
        "how many steps are planned",
        role="head",
        begins=underway,
        read=_planned,
    ),
    Line(
        "log cadence",
        rf"^Progress will be logged every (?:(?P<log>{COUNT}) steps|step)\.",
        (
            "2025-12-06 01:53:15,087 INFO:   Progress will be logged every 50 steps.",
            "2025-10-08 04:09:18,649 INFO:   Progress will be logged every step.",
        ),
        "how often a line of progress is printed",
        role="head",
        begins=underway,
        params={"log_steps": "log"},
    ),
    Line(
        "checkpoint cadence",
        rf"^Checkpoints will be taken every (?:(?P<steps>{COUNT}) steps|step)\b",
        ("2025-12-06 01:53:15,087 INFO:   Checkpoints will be taken every 200 steps, for a total of 1 checkpoint.",),
        "how often a checkpoint is saved",
        role="head",
        begins=underway,
        params={"checkpoint_steps": "steps"},
    ),
    Line(
        "train loop",
        r"^Starting train(?:ing)? loop (?P<i>\d+)(?: of (?P<n>\d+))?, from global step (?P<a>\d+) to (?P<b>\d+)(?:"
        r" \((?P<k>\d+) steps?\))?$",
        (
            "2025-12-06 01:53:15,087 INFO:   Starting train loop 1 of 1, from global step 1 to 200 (200 steps)",
            "2025-07-11 15:24:55,975 INFO:   Starting training loop 1, from global step 0 to 200",
        ),
        "a training loop begins",
        owns=True,
        role="head",
        begins=_loop_begins,
        read=_loop,
    ),
    Line(
        "checkpoint search",
        r'^Checkpoint autoloading is enabled\. Looking for latest checkpoint in "(?P<dir>[^"]+)"',
        (
            "2024-03-14 02:59:32,628 INFO:   Checkpoint autoloading is enabled. Looking for latest checkpoint in"
            ' "model_dir_bert" directory with the following naming convention: `checkpoint_(step)(_timestamp)?.mdl`.',
        ),
        "a launch looks for a checkpoint to go on from",
        owns=True,
        role="head",
        begins=underway,
        read=_launched,
    ),
    Line(
        "checkpoint choice",
        r'^(?:No checkpoints were found in "|No checkpoint was provided\. Using randomly'
        r'|Found latest checkpoint at "|Loading (?:weights|model state|checkpoint) from )',
        (
            '2024-03-14 02:59:32,629 INFO:   No checkpoints were found in "model_dir_bert".',
            "2024-03-14 02:59:32,630 INFO:   No checkpoint was provided. Using randomly initialized model parameters.",
        ),
        "which checkpoint a launch starts from",
        role="head",
        begins=_batch_begins,
        anchors=("No checkpoint", "Found latest checkpoint", "Loading "),
    ),
    Line(
        "global batch",
        r"^Effective batch size is (?P<gbs>\d+)\.(?: |$)",
        (
            "2024-03-14 02:59:32,596 INFO:   Effective batch size is 1024.",
            "2024-03-14 02:59:32,596 INFO:   Effective batch size is 1024. Using batch size 512 for streaming.",
        ),
        "samples in a step, over all systems",
        role="head",
        begins=_batch_begins,
        read=_batch,
    ),
)
