"""Progress bars that any Python program prints: tqdm's, and PyTorch Lightning's lines around them.

Most bars are noise: downloads, data sets, shards. Training bars show that the run trains; they count steps only where
that is sure, for a bar without a label may as well count evaluation batches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.durations import read_duration
from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line, Message
from parsers.patterns import late
from parsers.scribe import Scribe

_COUNT = r"\d+(?:\.\d+)?(?:e[-+]?\d+)?[kMGTP]?(?:i?B)?"
_BAR = (
    rf"\d{{1,3}}%\|[^|]*\| *(?P<n>{_COUNT})/(?P<of>{_COUNT}) \[(?P<spent>\d[\d:]*)<(?P<inside>[^\]]*)(?P<close>\]?)"
)
"""A bar that was cut at the terminal's width has no closing bracket."""
_TRAINING = (
    r"(?i:\[?(?:epochs?|train(?:ing)?)"
    r"(?:[^\w%|]|\d|epochs?|steps?|train(?:ing)?|loop|progress|completed|done|loss|of|iter|batch|acc(?:uracy)?)*)"
)
_COUNTING = (
    r"(?:(?P<epoch>\d+)\|(?P<step>\d+)\|(?=(?i:loss))|(?=(?i:(?:training |train_)?(?:steps?|iter(?:ation)?s?|updates?|loss)\b)))"
)
"""How the label of a bar of steps begins; torchtune puts the epoch and the step before it."""
_PAIR = late(rf"(?P<k>(?<![\w/])[A-Za-z][\w/]*)[=:] ?(?P<v>{NUMBER})(?=[,\s|%]|$)")
_OF = late(r"(?<!\d)(\d+)\s*(?:/|of)\s*(\d+)")
_EPOCH = late(r"\bepoch[ :#]{0,2}(\d+)\b(?![.,]+\d)")
_LABEL_LOSS = late(rf"\bloss[ =:]{{1,3}}(?P<v>{NUMBER})(?=[,\s:)\]]|$)")
_RATE = late(r"(?:[\d.]+[kMGTP]?|\?) ?(?:s/[^,\]]+|[^,\]/]*/s)")
_LOSSES = (
    "loss", "train_loss", "train/loss", "train_loss_step", "train_loss_epoch", "loss_step", "step_loss", "training_loss",
    "reduced_train_loss",
)  # fmt: skip
CLOCK_SLACK = 1.5
"""Seconds by which a bar's whole-second clock and the program's own figure for the same time may differ."""

WHOLE_EPOCHS = 0.05
"""Share by which the planned epochs reckoned from a bar, whose readings have a few digits, may miss a whole number."""


def whole(text: str) -> int | None:
    """A plain count of a bar (no `k` or `M`, no bytes), or None."""
    return int(text) if text.isdigit() and len(text) <= 18 else None


def _inside(found: re.Match[str]) -> tuple[float | None, dict[str, float]]:
    """What a bar says after its count: the seconds left and the figures behind the rate. Of a bar that was cut the last word
    is none."""
    parts = found["inside"].split(",")
    if not found["close"]:
        last = parts.pop()
        if last[:1].isdigit() and parts and "=" in parts[-1]:
            del parts[-1]  # `loss=0.171,12` is one word
    left = read_duration(parts[0]) if parts else None
    rest = [part for part in parts[1:] if not _RATE.fullmatch(part.strip())]
    return left, _pairs(",".join(rest))


def _pairs(post: str) -> dict[str, float]:
    return {pair["k"].lower(): float(pair["v"]) for pair in _PAIR.finditer(post)}


def _loss(pairs: dict[str, float], scribe: Scribe, step: float | None = None) -> None:
    for key in _LOSSES:
        if key in pairs:
            scribe.metric("loss", pairs[key], step=step)
            return


def _figures(pairs: dict[str, float], scribe: Scribe, step: float | None = None) -> None:
    """What stands beside a training bar's rate: losses, the accuracy of a validation (a fraction, or else percent), the
    learning rate."""
    _loss(pairs, scribe, step)
    if "val_loss" in pairs:
        scribe.metric("eval_loss", pairs["val_loss"])
    accuracy = pairs.get("val_acc", pairs.get("val_accuracy"))
    if accuracy is not None:
        scribe.metric("accuracy" if 1 < accuracy <= 100 else "eval_accuracy", accuracy)
    rates = [pairs[key] for key in ("lr", "learning_rate") if key in pairs]
    if rates:
        scribe.param("learning_rate", rates[0])


def _training(found: re.Match[str], scribe: Scribe) -> None:
    """`Epochs: 3/10` counts epochs; `Epoch 3: …` counts steps within an epoch, which is as labelled: its total and its time
    left are not the run's. `Training: …` may be either."""
    n, of = whole(found["n"]), whole(found["of"])
    left, pairs = _inside(found)
    label = found["label"].lower()
    place = _OF.search(label) if label.startswith(("epoch", "[epoch", "train")) else None
    number = place or _EPOCH.search(label)
    if n is not None and of:
        if label.startswith("epochs"):
            scribe.progress("epoch", n, of)
        elif number is not None and len(number[0]) < 40:
            scribe.progress("epoch", int(number[1]), int(place[2]) if place else None)
            scribe.memory["within epochs"] = True
            scribe.progress("step", n)
        else:
            scribe.progress("step", n)  # of this epoch or of all: the label does not say
        if left is not None:
            scribe.remaining(left, at_least=not label.startswith("epochs"))
    if (told := _LABEL_LOSS.search(label)) is not None:
        pairs = {"loss": float(told["v"]), **pairs}
    _figures(pairs, scribe)


def _counted(found: re.Match[str], scribe: Scribe) -> None:
    """A bar that shows a loss counts training's steps; behind torchtune's epoch, those of that epoch."""
    n, of = whole(found["n"]), whole(found["of"])
    left, pairs = _inside(found)
    told = _LABEL_LOSS.search(found["label"].lower())
    if told is not None:
        pairs = {"loss": float(told["v"]), **pairs}
    if n is None or not of or not any(key in pairs for key in _LOSSES) or scribe.phase == "evaluate":
        return
    scribe.ensure()
    scribe.body = True
    scribe.kind("training")
    scribe.enter("train")
    epoch, step = whole(found["epoch"] or ""), whole(found["step"] or "")
    if epoch is not None and step is not None:
        scribe.memory["within epochs"] = True
        scribe.progress("epoch", epoch)
        scribe.progress("step", step)
    else:
        scribe.progress("step", n, None if "within epochs" in scribe.memory else of)
    if left is not None:
        scribe.remaining(left, at_least="within epochs" in scribe.memory)
    _figures(pairs, scribe, n if step is None else step)


def _follows_readings(n: int, of: int, scribe: Scribe) -> bool:
    """Whether a bar right below the Trainer's readings is that of the training: before any evaluation, and its share of the
    total makes a whole number of epochs of the epoch in the readings."""
    line, epoch = scribe.memory.get("logged", (None, None))
    if line is None or not epoch or scribe.message.line.number != line + 1 or not 0 < n < of:
        return False
    epochs = epoch * of / n
    evaluated = scribe.seen["evaluated"] or scribe.seen["evaluation begins"]
    return not evaluated and round(epochs) >= 1 and abs(epochs - round(epochs)) <= WHOLE_EPOCHS * epochs


def _plain(found: re.Match[str], scribe: Scribe) -> None:
    """An unlabelled bar counts the steps of training where its total is the planned number of steps (`plan`), or its
    clock is the training time that the program printed (`runtime`)."""
    n, of = whole(found["n"]), whole(found["of"])
    if n is None or not of or found["label"]:
        return
    scribe.file["bar"] = (n, of, scribe.message.line.number)
    if not scribe.open or scribe.phase == "evaluate":
        return
    if "plan" not in scribe.memory and _follows_readings(n, of, scribe):
        scribe.memory["plan"] = of
    spent = read_duration(found["spent"])
    runtime = scribe.memory.get("runtime")
    ran = runtime is not None and spent is not None and n == of and abs(spent - runtime) <= CLOCK_SLACK
    if of == scribe.memory.get("plan") or ran:
        scribe.progress("step", n, of)
        left, _ = _inside(found)
        if left is not None:
            scribe.remaining(left)


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
    Line(
        "bar with a loss",
        rf"^(?=.*?(?i:loss)[ =:])(?P<label>(?:{_COUNTING}[^%]*?(?=: *\d{{1,3}}%))?)(?:: *)?{_BAR}",
        (
            "loss 2.31:  45%|████▌     | 90/200 [01:48<02:12,  1.20s/it]",
            "1|45|Loss: 2.31:  45%|████▌     | 45/100 [00:45<00:55,  1.00s/it]",
            "Steps: 100%|██████████| 200/200 [05:00<00:00,  1.50s/it, loss=0.125, lr=1e-05]",
            " 40%|████      | 80/200 [02:00<03:00,  1.50s/it, train_loss=0.171]",
        ),
        "progress of training: what it counts comes with a loss",
        role="noise",
        read=_counted,
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
    left, pairs = _inside(found)
    if "stopped" not in scribe.memory:
        scribe.enter("train")
        scribe.progress("epoch", int(found["epoch"]) + (found["n"] == found["of"]))
        if (n := whole(found["n"])) is not None:
            scribe.progress("step", n)
        if left is not None:
            scribe.remaining(left, at_least=True)
    _figures(pairs, scribe)


def _rich(found: re.Match[str], scribe: Scribe) -> None:
    """rich's bar of an epoch: the epoch as labelled, the batches done, the time left of the epoch."""
    scribe.progress("epoch", int(found["epoch"]), int(found["epochs"]))
    scribe.memory["within epochs"] = True
    scribe.progress("step", int(found["n"]))
    left = read_duration(found["left"])
    if left is not None:
        scribe.remaining(left, at_least=True)
    _figures(_pairs(found["post"]), scribe)


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


_ROW = late(rf"^[│┃|]? *(?P<k>[A-Za-z][\w/.-]*) *(?:[│┃|]| ) +(?P<v>{NUMBER}) *[│┃|]?$")
_RULE = late(r"^[─━═┏┓┗┛┡┩┠┨├┤┼╇┳┻┬┴└┘┌┐]{6,}$")


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
        rf"^Epoch (?P<epoch>\d{{1,18}}):(?=.*\bv_num=)[: ]*{_BAR}",
        ("Epoch 3:  50%|█████     | 10/20 [00:05<00:05,  1.96it/s, v_num=0, train_loss=0.345]",),
        "progress of an epoch",
        kind="training",
        begins=_fit_again,
        read=_epoch,
    ),
    Line(
        "rich epoch",
        r"^Epoch (?P<epoch>\d{1,18})/(?P<epochs>\d{1,18}) +[━╸╺╴╶─-]+ +(?P<n>\d{1,18})/(?P<of>\d{1,18}) +\d[\d:]*"
        r" • (?P<left>[\d:-]+)(?P<post>.*)$",
        ("Epoch 4/9 ━━━━━━━━━━━━━━━╸━━━━ 161/346 0:00:30 • 0:00:14 13.49it/s v_num: 7 val_loss: 0.418 train_loss: 0.304",),
        "progress of an epoch",
        kind="training",
        enters="train",
        read=_rich,
        anchors=(" • ",),
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
