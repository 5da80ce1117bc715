"""How Graphcore programs are launched: commands at a prompt, poprun, and what begins another run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.evidence import EXIT_CODE, SUCCESS
from parsers.grammar import Line, Message
from parsers.patterns import late
from parsers.scribe import Scribe

TRAINERS = r"(?:mnist_poptorch\w*|run_pretraining|run_mlm|run_clm|finetune_\w+|train(?:_\w+)?|\w+_train(?:er|ing)?)\.py"
"""Scripts that train, in Graphcore's own examples."""
_TRAINER = late(rf"(?:^|[/\s]){TRAINERS}(?:\s|$)")
_IPUS = late(r"--(?:num-)?ipus?[= ](\d+)(?=\s|$)")
_CONFIG = late(r"--config[= ](\S+)(?=\s)")
_MORE = late(r"^(?:> *)?(?P<rest>(?:--?[A-Za-z]|[\w./-]+\.py\b).*)$")


def again(found: re.Match[str], scribe: Scribe) -> bool:
    """A launch's first lines come from every rank and data loader: they begin another run only once this one has
    got going, or has ended."""
    return scribe.ended is not None or "going" in scribe.memory


@dataclass
class Launch:
    """A command waits here for the first line that its program says; without one there was no run."""

    command: str
    prompt: Message

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use the rest of a command that goes on over several lines; a line of the run begins it."""
        if self.command.endswith("\\") and (more := _MORE.match(message.text)):
            self.command = self.command[:-1].rstrip() + " " + more["rest"]
            return True
        found = scribe.format.match(message) if scribe.format is not None else None
        if found is not None and found[0].role != "noise":
            scribe.message = self.prompt
            scribe.start()
            self._say(scribe)
            scribe.message = message
        return False

    def _say(self, scribe: Scribe) -> None:
        command = self.command.rstrip("\\").rstrip()
        scribe.param("command", command)
        if _TRAINER.search(command):
            scribe.kind("training")
        if ipus := _IPUS.search(command):
            scribe.param("num_devices", int(ipus[1]))
        if config := _CONFIG.search(command + " "):
            scribe.param("config", config[1])


def _launch(found: re.Match[str], scribe: Scribe) -> None:
    scribe.close()
    scribe.waiting = Launch(found["command"].strip(), scribe.message)


# poprun


def _topology(found: re.Match[str], scribe: Scribe) -> None:
    cells = {cell.strip() for cell in found["cells"].split("|")} - {""}
    scribe.param("num_" + found["what"], len(cells))


def _over(found: re.Match[str], scribe: Scribe) -> None:
    if found["code"].strip("0"):
        scribe.fail(found[0], EXIT_CODE)
    else:
        scribe.end("finished", SUCCESS)


_PROMPT = r"(?:\([\w.+-]+\) ?)*(?:[\w.-]+@[\w.-]+: ?(?:~|/)[^$#]*[$#]|\[[\w.-]+@[\w.-]+ [^\]]+\] ?[$#]|(?<!\S)[$+])\s+"
_BARE = r"(?:/\S+/)?srun (?:-\S+ (?:\d+ )?)*--ipus?[= ]\d"
_POPRUN = r"^\d\d:\d\d:\d\d\.\d{3} \d+ POPRUN \[[TDIWEC]\] "

LAUNCHES: tuple[Line, ...] = (
    Line(
        "launch",
        rf"^(?:{_PROMPT}(?!(?:vim?|nano|emacs|less|more|cat|cp|mv|ls|git|grep|sbatch|pip3?|diff|tail|head)\b)|(?={_BARE}))"
        r"(?P<command>(?!.*--pty\b)(?=.*(?:\b(?:srun|poprun|mpirun) |\bpython[\d.]* \S*\.py\b))\S.*)$",
        (
            "(poptorch33_env) user@gc-poplar-02:~/mnist$ /opt/slurm/bin/srun --ipus=1 python mnist_poptorch.py",
            "  $ /opt/slurm/bin/srun --ipus=4 python3 run_pretraining.py --config demo_tiny_128",
            "user@gc-poplar-02:~/gpt2$ python train_gpt2.py --epochs 1",
            "srun --ipus=1 ./tut5_ipu 1000 100",
        ),
        "a program is launched from a shell",
        role="noise",
        read=_launch,
        anchors=("srun", "poprun", "mpirun", ".py"),
    ),
    Line(
        "command goes on",
        r"^(?:> *)?--[a-z][\w-]*(?:[= ][^ ].*)?\\?$",
        ("  --config demo_tiny_128  \\", ">   --input-files /data/wiki.tfrecord"),
        "the rest of a command that was typed over several lines",
        role="noise",
        anchors=("--",),
    ),
    Line(
        "poprun begins",
        _POPRUN + r"V-IPU server address picked up from ",
        ("23:48:29.160 3555537 POPRUN [I] V-IPU server address picked up from 'vipu': 10.1.3.101:8090",),
        "poprun looks for the IPUs",
        owns=True, role="head", begins=again,
    ),
    Line(
        "poprun devices",
        _POPRUN + r"Found \d+ devices? with (?P<ipus>\d+) IPUs?$",
        ("23:48:29.207 3555537 POPRUN [D] Found 1 devices with 4 IPUs",),
        "poprun found the IPUs",
        owns=True, params={"num_devices": "ipus"},
    ),
    Line(
        "poprun ends",
        r"POPRUN \[[IE]\] mpirun \(PID \d+\) terminated with exit code (?P<code>\d+)$",
        ("23:55:02.722 3555537 POPRUN [I] mpirun (PID 3556098) terminated with exit code 0",),
        "the program's exit code",
        owns=True, read=_over,
    ),
    Line(
        "poprun",
        _POPRUN,
        ("23:48:29.162 3555537 POPRUN [I] Partition slurm_10673 already exists and is in state: PS_ACTIVE",),
        "poprun sets up partition and devices",
        owns=True, role="noise",
    ),
    Line(
        "poprun table",
        r"^\|(?: +poprun topology +\||=+\|$|-+\|-+\|$| (?:hosts|ILDs) +\|)",
        ("|      poprun topology      |", "|===========================|", "|-----------|---------------|",
         "| ILDs      |       0       |"),
        "poprun's table of hosts",
        role="noise",
        anchors=("poprun topology", "===|", "---|", "| hosts", "| ILDs"),
    ),
    Line(
        "poprun topology",
        r"^\| +(?P<what>instances|replicas) +\|(?P<cells>(?: *\d+ *\|)+)$",
        ("| replicas  | 0 | 1 | 2 | 3 |", "| instances |       0       |"),
        "how poprun spreads the program over IPUs",
        read=_topology,
    ),
)
