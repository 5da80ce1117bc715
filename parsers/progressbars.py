"""Progress bars that any Python program prints: tqdm's, and PyTorch Lightning's lines around them.

Most bars are noise: downloads, data sets, shards. Training bars show that the run trains; they count steps only where
that is sure, for a bar without a label may as well count evaluation batches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.durations import read_clock
from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line, Message
from parsers.scribe import Scribe

_COUNT = r"\d+(?:\.\d+)?(?:e[-+]?\d+)?[kMGTP]?(?:i?B)?"
_BAR = (
    rf"(?P<percent>\d{{1,3}})%\|[^|]*\| *(?P<n>{_COUNT})/(?P<of>{_COUNT}) \[(?P<spent>[\d:]+)<(?P<left>[\d:]+|\?)"
    r"(?:, *(?P<rate>[\d.]+[kMGTP]?|\?) ?(?P<unit>s/[^,\]]+|[^,\]/]*/s))?(?:, (?P<post>[^\]]*))?\]"
)
_TRAINING = (
    r"(?i:\[?(?:epochs?|train(?:ing)?)"
    r"(?:[^\w%|]|\d|epochs?|steps?|train(?:ing)?|loop|progress|loss|of|iter|batch|acc(?:uracy)?)*)"
)
_PAIR = re.compile(rf"(?P<k>[A-Za-z]\w*)[=:] ?(?P<v>{NUMBER})(?=[,\s|%]|$)")
_OF = re.compile(r"(?<!\d)(\d+)\s*(?:/|of)\s*(\d+)")
_LOSSES = ("loss", "train_loss", "train/loss", "train_loss_step", "train_loss_epoch", "loss_step")
CLOCK_SLACK = 1.5
"""Seconds by which a bar's whole-second clock and the program's own figure for the same time may differ."""


def whole(text: str) -> int | None:
    """A plain count of a bar (no `k` or `M`, no bytes), or None."""
    return int(text) if text.isdigit() else None


def _pairs(post: str | None) -> dict[str, float]:
    return {pair["k"].lower(): float(pair["v"]) for pair in _PAIR.finditer(post or "")}


def _loss(pairs: dict[str, float], scribe: Scribe) -> None:
    for key in _LOSSES:
        if key in pairs:
            scribe.metric("loss", pairs[key])
            return


def _training(found: re.Match[str], scribe: Scribe) -> None:
    """`Epochs: 3/10` counts epochs; of `Epoch 3/10: …` only a full bar proves the epoch done."""
    n, of = whole(found["n"]), whole(found["of"])
    label = found["label"].lower()
    if n is not None and of:
        if label.startswith("epochs"):
            scribe.progress("epoch", n, of)
        elif label.startswith(("epoch", "[epoch", "train")) and (place := _OF.search(label)):
            scribe.progress("epoch", int(place[1]) if n == of else None, int(place[2]))
    _loss(_pairs(found["post"]), scribe)


def _plain(found: re.Match[str], scribe: Scribe) -> None:
    """An unlabelled bar counts the steps of training where its total is the planned number of steps (`plan`), or its
    clock is the training time that the program printed (`runtime`)."""
    n, of = whole(found["n"]), whole(found["of"])
    if n is None or not of or found["label"]:
        return
    scribe.file["bar"] = (n, of, scribe.message.line.number)
    if not scribe.open or scribe.phase == "evaluate":
        return
    try:
        spent = read_clock(found["spent"])
    except ValueError:
        return
    runtime = scribe.memory.get("runtime")
    if of == scribe.memory.get("plan") or (runtime is not None and n == of and abs(spent - runtime) <= CLOCK_SLACK):
        scribe.progress("step", n, of)


BARS: tuple[Line, ...] = (
    Line(
        "bar",
        rf"^(?:(?P<label>.*?): *)?{_BAR}",
        (
            "100%|███████████████| 2210/2210 [00:04<00:00, 453.97it/s]",
            "Downloading:   1%|          | 10.8M/1.34G [00:00<00:12, 108MB/s]",
            "Generating train split: 100%|███| 8544/8544 [00:00<00:00, 11439.58 examples/s]",
            "Graph compilation: 100%|██████████| 100/100 [00:22<00:00]",
            "Loading checkpoint shards: 100%|██████████| 2/2 [00:37<00:00, 18.86s/it]",
        ),
        "progress of something: a download, a data set, shards",
        role="noise",
        read=_plain,
        anchors=("%|",),
    ),
    Line(
        "bar without total",
        rf"^(?:.*?: )?{_COUNT} ?[A-Za-z]* \[[\d:]+, +(?:[\d.]+[kMGTP]?|\?) ?(?:s/[^,\]]+|[^,\]/]*/s)(?:, [^\]]*)?\]",
        ("Downloading data: 709kB [00:00, 14.3MB/s]", "Validation: 0it [00:00, ?it/s]"),
        "progress of something whose length is not known",
        role="noise",
        anchors=("/s]", "s/it", "/s, "),
    ),
)
"""Bars that show no training by themselves: noise, for a program that does not train."""

TQDM: tuple[Line, ...] = (
    Line(
        "training bar",
        rf"^(?P<label>{_TRAINING}): *{_BAR}",
        (
            "Epochs: 100%|██████████| 10/10 [01:25<00:00,  8.56s/it]",
            "[Epoch 02]: 100%|██████████| 6250/6250 [00:56<00:00, 110.37it/s, Loss=2.55]",
            "Training:  50%|█████     | 39/78 [01:24<01:24,  2.16s/it]",
        ),
        "progress of training",
        kind="training",
        enters="train",
        read=_training,
        anchors=("%|",),
    ),
    *BARS,
)


# PyTorch Lightning


def _position(found: re.Match[str]) -> tuple[int, int]:
    return int(found["epoch"]), whole(found["n"]) or 0


def _fit_again(found: re.Match[str], scribe: Scribe) -> bool:
    """After a fit has stopped, a bar that went back belongs to another one."""
    return "stopped" in scribe.memory and _position(found) < scribe.memory.get("position", (0, 0))


def _epoch(found: re.Match[str], scribe: Scribe) -> None:
    """Lightning counts epochs from 0; `v_num` is its logger's number and no metric."""
    scribe.memory["position"] = _position(found)
    if "stopped" not in scribe.memory:
        scribe.enter("train")
        scribe.progress("epoch", int(found["epoch"]) + (found["n"] == found["of"]))
    pairs = _pairs(found["post"])
    _loss(pairs, scribe)
    for keys, name in ((("val_loss",), "eval_loss"), (("val_acc", "val_accuracy"), "eval_accuracy")):
        for key in keys:
            if key in pairs:
                scribe.metric(name, pairs[key])


def _stopped(found: re.Match[str], scribe: Scribe) -> None:
    if found["why"] is None:
        return
    limit = found["limit"].replace("_", "")
    if limit.isdigit() and int(limit) > 0 and found["why"] in ("max_epochs", "max_steps"):
        scribe.progress("epoch" if found["why"] == "max_epochs" else "step", int(limit), int(limit))
    scribe.memory["stopped"] = True
    scribe.end("finished", SUCCESS)


@dataclass
class Results:
    """The table of `trainer.test` or `trainer.validate`. A row counts once the next line shows that it is whole."""

    row: Message | None = None
    count: int = 0

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use rows and rules."""
        self.count += 1
        if self.row is not None and (pair := _ROW.match(self.row.text)):
            scribe.message = self.row
            key = pair["k"].lower()
            if key.endswith(("_loss", "/loss")) or key == "loss":
                scribe.metric("eval_loss", float(pair["v"]))
            elif re.search(r"(?:^|[_/])acc(?:uracy)?(?:_epoch)?$", key):
                scribe.metric("eval_accuracy", float(pair["v"]))
            scribe.message, self.row = message, None
        if _RULE.match(message.text):
            return self.count < 60
        if _ROW.match(message.text):
            self.row = message
            return True
        return False


_ROW = re.compile(rf"^[│┃|]? *(?P<k>[A-Za-z][\w/.-]*) *(?:[│┃|]| ) +(?P<v>{NUMBER}) *[│┃|]?$")
_RULE = re.compile(r"^[─━═┏┓┗┛┡┩┠┨├┤┼╇┳┻┬┴└┘┌┐]{6,}$")


def _tested(found: re.Match[str], scribe: Scribe) -> None:
    scribe.waiting = Results()
    scribe.end("finished", WEAK_SUCCESS if "stopped" not in scribe.memory else SUCCESS)


LIGHTNING: tuple[Line, ...] = (
    Line(
        "Lightning stopped",
        r"^`Trainer\.\w+` stopped: (?:`(?P<why>max_\w+)=(?P<limit>[^`]+)` reached|No training batches)\.",
        ("`Trainer.fit` stopped: `max_epochs=10` reached.", "`Trainer.fit` stopped: `max_steps=1_000` reached."),
        "training reached the limit that was set for it",
        kind="training",
        leaves="train",
        read=_stopped,
    ),
    Line(
        "Lightning epoch",
        rf"^Epoch (?P<epoch>\d+): *(?=.*\bv_num=){_BAR}",
        ("Epoch 3:  50%|█████     | 10/20 [00:05<00:05,  1.96it/s, v_num=0, train_loss=0.345]",),
        "progress of an epoch",
        kind="training",
        begins=_fit_again,
        read=_epoch,
    ),
    Line(
        "Lightning test bar",
        rf"^Testing(?: DataLoader \d+)?: *{_BAR}",
        ("Testing DataLoader 0: 100%|██████████| 40/40 [00:01<00:00, 21.17it/s]",),
        "progress of a test",
        kind="evaluation",
        enters="evaluate",
    ),
    Line(
        "Lightning results",
        r"^(?:[│┃|] *)?(?:Test|Validate|Runningstage\.(?:testing|validating)) metric *(?:[│┃|]| ) *DataLoader \d+ *[│┃|]?$",
        ("       Test metric             DataLoader 0", "┃        Test metric        ┃       DataLoader 0        ┃"),
        "what a test or validation measured",
        kind="evaluation",
        enters="evaluate",
        read=_tested,
    ),
    Line(
        "Lightning result",
        rf"^(?:[│┃|] *)?(?:test|val)[\w/.-]*(?: *[│┃|] +|  +){NUMBER} *[│┃|]?$|^[└┗]?[─━]{{20,}}[┘┛]?$",
        ("         val_acc            0.9214999675750732", "│         test_acc          │    0.9214999675750732     │", "─" * 40),
        "a row or rule of that table; alone it says nothing",
        role="noise",
        anchors=("test", "val", "────", "━━━━"),
    ),
)
"""Before `TQDM` in a format's lines: their bars are training bars of a known program."""
