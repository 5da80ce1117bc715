"""transformers_on_rdu and modelbox: BERT, GPT and Llama training, 1 to 48 ranks, of which one logs steps."""

from __future__ import annotations

import re
from dataclasses import replace

from parsers.evidence import EXCEPTION, SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.patterns import late
from parsers.sambanova.launch import enter, job_speaks
from parsers.scheduler import SCHEDULER, task_exit
from parsers.scribe import Scribe

# A value counts where a bar follows it or all five decimals are there: a line cut inside a number says nothing.
_PAIR = late(rf"(?P<k>[a-z_]+):(?P<v>{NUMBER})(?:(?=\|)|(?<=\.\d{{5}})$)")
_RESULT = late(rf"'(?P<k>[^']+)': (?P<v>{NUMBER})(?=[,}}]|$)")
_TOTALS = {
    "final_loss": "loss",
    "e2e_train_time": "train_seconds",
    "training_samples_per_second": "throughput",
    "training_sequences_per_second": "tokens_per_second",  # so called, but it is samples/s times the sequence length
    "e2e_training_tokens_per_second": "tokens_per_second",
}
FLOAT_DIGITS = 15
"""Digits beyond which a cut makes no difference that anybody sees."""
_STEADY = "training_tokens_per_second(exclude warmup overhead)"


def _ran_before(scribe: Scribe) -> bool:
    return bool(scribe.seen["summary"])


def _relaunched(found: re.Match[str], scribe: Scribe) -> bool:
    """A step after the summary, or a step before the last one at a later time: another launch's."""
    if _ran_before(scribe):
        return True
    last, at = scribe.memory.get("last step", (0, None))
    now = scribe.message.at
    return int(found["global"]) < last and at is not None and now is not None and now > at


def _step(found: re.Match[str], scribe: Scribe) -> None:
    rank = scribe.message.rank
    if scribe.memory.setdefault("logging rank", rank) != rank:
        return
    if not scribe.seen["step"] > 1:
        job_speaks(scribe)
        if (ranks := scribe.memory.get("ranks")) and "ntasks" not in scribe.memory:
            scribe.param("ntasks", len(ranks))
        scribe.kind("training")
    enter(scribe, "train")
    step = float(found["local"])
    scribe.memory["last step"] = int(found["global"]), scribe.message.at
    scribe.progress("step", step)
    values = {pair["k"]: float(pair["v"]) for pair in _PAIR.finditer(found["values"])}
    loss = values.get("step_loss", values.get("average_loss"))
    if loss is not None:
        scribe.metric("loss", loss, step=step)
    if "steps_per_second" in values:
        scribe.metric("steps_per_second", values["steps_per_second"], step=step)
    if "learning_rate" in values:
        scribe.param("learning_rate", values["learning_rate"])
    if values.get("eval_step", 0) > 0:  # zeros stand for "not evaluated"
        for key, name in (("validation_average_loss", "eval_loss"), ("eval_acc", "eval_accuracy")):
            if values.get(key):
                scribe.metric(name, values[key], step=step)


def _final_loss(found: re.Match[str], scribe: Scribe) -> None:
    scribe.kind("training")
    scribe.metric("loss", float(found["loss"]), step=scribe.memory.get("step"))


def _another_summary(found: re.Match[str], scribe: Scribe) -> bool:
    """Not the same result printed again, by another rank or without its logger."""
    return _ran_before(scribe) and scribe.memory.get("result") != found[0]


def _whole(text: str, last: str) -> bool:
    """Whether a result's last number is all there although no brace follows: of a part without braces, when it has a
    float's digits."""
    return not text.startswith("{") and len(last.replace(".", "").lstrip("0")) >= FLOAT_DIGITS


def _summary(found: re.Match[str], scribe: Scribe) -> None:
    text = found[0]
    pairs = {pair["k"]: pair["v"] for pair in _RESULT.finditer(text) if pair.end() < len(text) or _whole(text, pair["v"])}
    scribe.memory["result"] = text
    scribe.kind("training")
    for key, name in _TOTALS.items():
        if key in pairs:
            scribe.metric(name, float(pairs[key]), step=scribe.memory.get("step"))
    for key in ("training_sequences_per_second", "e2e_training_tokens_per_second"):
        if key in pairs:
            scribe.memory["tokens per second"] = pairs[key]
    scribe.memory["final loss"] = pairs.get("final_loss")
    scribe.memory["trained seconds"] = pairs.get("e2e_train_time")
    seconds = pairs.get("e2e_train_time")
    scribe.leave("train", float(seconds) if seconds else None)
    if _STEADY in pairs and "e2e_training_tokens_per_second" in pairs:
        scribe.notice("warm-up-included", "info",
                      f"{pairs['e2e_training_tokens_per_second']} tokens/s includes the first step's warm-up and checkpointing;"
                      f" {pairs[_STEADY]} tokens/s without")
    scribe.end("finished", SUCCESS)


def _mode(found: re.Match[str], scribe: Scribe) -> None:
    mode = found["mode"]
    if mode == "compile":
        scribe.kind("compile")
        enter(scribe, "compile")
        return
    ranks = scribe.memory.setdefault("ranks", set())
    ranks.add(scribe.message.rank)
    if len(ranks) == 1:
        job_speaks(scribe)
        enter(scribe, "load")


def _load(found: re.Match[str], scribe: Scribe) -> None:
    scribe.param("pef", found["pef"])
    if scribe.phase != "train" and scribe.ended is None:
        enter(scribe, "load")


def _bar(found: re.Match[str], scribe: Scribe) -> None:
    """The bar's total is the epoch's length and its time left that of the epoch, not of this run: only that it moves counts."""
    if scribe.phase != "train" and not scribe.seen["summary"]:
        scribe.kind("training")
        enter(scribe, "train")


def _acceptance(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(scribe.message.text, EXCEPTION)
    if _ran_before(scribe):
        loss = scribe.memory.get("final loss")
        result = f"training completed (final loss {loss})" if loss else "training completed"
        least = "below the least" if found["bound"] == "least" else "above the most"
        scribe.notice("trained-then-failed", "warning",
                      f"Trained, failed acceptance threshold: {result}, then the job failed because its {found['got']}"
                      f" tokens/s are {least} that the command line allows, {found['limit']}")


def _exit(found: re.Match[str], scribe: Scribe) -> None:
    """A task that ends badly after the summary does not undo the training."""
    task_exit(found, scribe)
    if _ran_before(scribe) and not scribe.seen["acceptance"] and scribe.seen["task exit"] == 1 and found["signal"] is None:
        scribe.notice("trained-then-failed", "warning",
                      f"Trained, then failed: training completed (final loss {scribe.memory.get('final loss')}),"
                      f" then a task exited with code {found['rc']}")


TASK_EXIT = tuple(replace(kind, read=_exit) for kind in SCHEDULER if kind.name == "task exit")
TRANSFORMERS = (
    *TASK_EXIT,
    Line(
        "step", r"^epoch:(?P<epoch>\d+)\|local_step:(?P<local>\d+)\|global_step:(?P<global>\d+)\|(?P<values>.+)$",
        ("2024-04-03 09:39:57,827 - apps.nlp.transformers_on_rdu.tasks.lm_tasks.bert_mlperf_trainer - Process ID 1536235 - "
         "info     - epoch:0|local_step:505|global_step:505|average_loss:8.23740|step_loss:8.23740|eval_step:0.00000",
         "Iteration:   2%|2         | 60/2549 [01:24<36:09,  1.15it/s]2024-11-21 23:08:25,604 - apps.tasks."
         "lm_tasks.bert_mlperf_trainer - Rank 0, PID 3045226 - info     - epoch:0|local_step:61|global_step:61|"
         "average_loss:10.55203|eval_step:0"),
        "loss of a training step", owns=True, begins=_relaunched, read=_step,
    ),
    Line(
        "final loss", r"^final_loss (?P<loss>\d+\.\d{6}|nan|inf)$",
        ("2024-11-21 22:29:02,185 - apps.tasks.lm_tasks.bert_trainer - Rank 0, PID 1890343 - info     - final_loss 8.254242",),
        "loss averaged over the last steps", begins=lambda found, scribe: _ran_before(scribe), read=_final_loss,
    ),
    Line(
        "summary",
        rf"^\{{?'(?:e2e_train_time|final_loss|e2e_training_tokens_per_second|training_\w+)': {NUMBER}"
        rf"(?:, '[^']+': {NUMBER})*\}}?,?$",
        ("{'e2e_train_time': 470.3965759277344, 'training_sequences_per_second': 562855.7977443167, "
         "'final_loss': 8.254241943359375}",
         "'final_loss': 8.254241943359375, 'training_samples_per_second': 2293.967741560586 <br/>"),
        "the training's result; its \"sequences\" per second are tokens per second", owns=True,
        begins=_another_summary, read=_summary, anchors=("'final_loss'", "'e2e_train", "'training_"),
    ),
    Line(
        "app started", r"^NLP app started\.$",
        ("2024-11-21 22:21:01,179 - apps.__main__ - Rank 0, PID 1890343 - info     - NLP app started.",),
        "a rank of the application began", owns=True, begins=lambda found, scribe: _ran_before(scribe),
    ),
    Line(
        "app finished", r"^NLP app finished$",
        ("2024-11-21 22:29:02,198 - apps.__main__ - Rank 0, PID 1890343 - info     - NLP app finished",),
        "a rank of the application is done; another may still fail", owns=True,
    ),
    Line(
        "mode", r"^\w+ app running in (?P<mode>compile|run|test|measure-performance) mode$",
        ("2024-11-21 23:06:45,704 - apps.__main__ - Rank 3, PID 3045229 - info     - transformers_hook app running in run mode",),
        "whether it compiles or runs", owns=True, begins=lambda found, scribe: found["mode"] != "compile" and _ran_before(scribe),
        read=_mode,
    ),
    Line(
        "data set", r"^Dataset (?:is loading|has finished loading)\.$",
        ("2024-11-21 23:06:45,704 - apps.__main__ - Rank 3, PID 3045229 - info     - Dataset is loading.",),
        "a rank loads its data",
    ),
    Line(
        "runtime log", r"^Log ID initialized to: \[[^\]]+\]\[[^\]]+\]\[\d+\] at\b",
        ("Log ID initialized to: [user][python][2734725] at /var/log/sambaflow/runtime/sn.log",),
        "a process of SambaFlow's runtime began", owns=True,
    ),
    Line(
        "PEF loaded", r"^Loading '(?P<pef>[^']+\.pef)' having version [\d.]+ using PEF schema at version [\d.]+$",
        ("Loading '/home/u/BertLarge/bertlrg/bertlrg.pef' having version 2.19.0 using PEF schema at version 2.19.0",),
        "a rank loads the compiled program", owns=True, read=_load,
    ),
    Line(
        "iterations", r"^Iteration: +\d+%\|", ("Iteration:   0%|          | 0/2551 [00:00<?, ?it/s]",),
        "training goes on; the bar counts the epoch, not this run", read=_bar,
    ),
    Line(
        "acceptance",
        rf"^AssertionError: Expected throughput to be at (?P<bound>least|most) (?P<limit>{NUMBER}), "
        rf"instead found (?P<got>{NUMBER})$",
        ("AssertionError: Expected throughput to be at least 560000.0, instead found 289619.6825559826",),
        "an acceptance test in the script failed, not the training", owns=True, read=_acceptance,
    ),
    Line(
        "notes",
        r"^(?:import blocksparse tasks from |Patching \w+ hf model attr |This module is not supported under lazy param"
        r"|\*+Non Default Runtime |(?:PyTorch|TensorFlow) version \S+ available\.$|Some weights of \w+ were not initialized)",
        ("import blocksparse tasks from _NamespacePath(['/opt/sambaflow/apps/nlp/transformers_on_rdu/blocksparse/common/tasks'])",
         "PyTorch version 2.0.1+cpu available.", "*************Non Default Runtime Performance Tunables*************"),
        "usual notes", role="noise",
    ),
)
