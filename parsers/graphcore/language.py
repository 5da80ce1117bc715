"""Graphcore's language-model trainers: BERT and GPT-2 with PopTorch, BERT with PopART."""

from __future__ import annotations

import math
import re

from parsers.evidence import SUCCESS, WEAK_SUCCESS
from parsers.grammar import NUMBER, Line
from parsers.graphcore.launch import again
from parsers.patterns import late
from parsers.records import Value
from parsers.scribe import Scribe, number_or_text

_ARGUMENT = late(r"(?P<name>\w+)=(?P<value>'[^']*'|\[[^\]]*\]|[^,()\[\]' ]+)(?=, |\)$)")
_ARGUMENTS = {
    "model": "model", "learning_rate": "learning_rate", "batch_size": "micro_batch_size", "optimizer": "optimizer",
    "gradient_accumulation": "gradient_accumulation", "device_iterations": "device_iterations", "dataset": "dataset",
    "replication_factor": "replication_factor", "ipus_per_replica": "ipus_per_replica", "max_len": "sequence_length",
    "lr_schedule": "lr_schedule", "weight_decay": "weight_decay", "seed": "seed",
}


def _section(found: re.Match[str], scribe: Scribe) -> None:
    name, memory = found["name"], scribe.memory
    if name == "Data Loading Started":
        scribe.enter("load")
    elif name.startswith("Compilation"):
        memory["cache section"] = True
        scribe.enter("compile")
    elif name == "Training Started":
        scribe.kind("training")
        memory["training"] = memory["going"] = True
        if memory.get("graphs"):
            scribe.enter("train")
    elif name == "Training Metrics":
        memory["going"] = True
        scribe.leave("train")
        scribe.end("finished", WEAK_SUCCESS)


def _allocation(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["map"] = {}


def _placed(found: re.Match[str], scribe: Scribe) -> None:
    layers = scribe.memory.setdefault("map", {})
    layers[found["layer"]] = found["ipu"]
    scribe.param("ipu_of_layer", ", ".join(f"{layer}: {ipu}" for layer, ipu in layers.items()))


def _data_loaded(found: re.Match[str], scribe: Scribe) -> None:
    scribe.leave("load", float(found["seconds"]))


def _compiling(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["cache section"] = True
    scribe.enter("compile")


def _compiled(found: re.Match[str], scribe: Scribe) -> None:
    """Compilation or load from the cache, and the load onto the device: the line does not say which."""
    seconds = float(found["seconds"])
    if "compiled model" not in scribe.memory:  # a later one is that of the evaluation
        scribe.memory["compiled model"] = True
        scribe.metric("compile_seconds", seconds)
    scribe.memory.pop("cache section", None)
    if scribe.phase == "compile":
        scribe.leave("compile", seconds)


# BERT


def _bert_step(found: re.Match[str], scribe: Scribe) -> None:
    memory, step = scribe.memory, int(found["step"])
    memory["going"] = memory["worked"] = True
    if scribe.phase != "train" and scribe.ended is None:
        scribe.enter("train")
    scribe.progress("step", step, int(found["of"]) if found["of"] else None)
    for name, group in (("loss", "loss"), ("mlm_accuracy", "mlm"), ("nsp_accuracy", "nsp"), ("throughput", "throughput")):
        if found[group]:
            scribe.metric(name, float(found[group]), step=step)
    if found["throughput"]:
        memory["last rate"] = found["throughput"]
    scribe.param("learning_rate", number_or_text(found["rate"]))


def _setting(found: re.Match[str], scribe: Scribe) -> None:
    name, value = found["name"], int(found["value"])
    scribe.memory[name] = value
    if name == "training_steps":
        scribe.progress("step", None, value)
    else:
        scribe.param("batch_size" if name == "global_batch_size" else name, value)


def _training_time(found: re.Match[str], scribe: Scribe) -> None:
    memory, seconds = scribe.memory, float(found["seconds"])
    scribe.metric("train_seconds", seconds)
    if "Training started" in scribe.seen or "step of BERT" in scribe.seen:
        scribe.leave("train", seconds)
    scribe.end("finished", SUCCESS)
    counts: list[int] = [memory.get(name, 0) for name in ("global_batch_size", "device_iterations", "training_steps")]
    if "last rate" in memory and all(counts) and seconds > 0:
        overall = math.prod(counts) / seconds
        if abs(overall / float(memory["last rate"]) - 1) > 0.01:
            scribe.notice("rate-unreliable", "info", f"The bar's {memory['last rate']} samples/s are those of the last step "
                          f"alone: {' x '.join(map(str, counts))} samples in {found['seconds']} s make {overall:.1f} over all.")


# GPT-2


def _arguments(found: re.Match[str], scribe: Scribe) -> None:
    for pair in _ARGUMENT.finditer(found["arguments"]):
        name, text = pair["name"], pair["value"]
        value: Value = text[1:-1] if text.startswith("'") else number_or_text(text)
        if name == "epochs" and isinstance(value, int):
            scribe.memory["planned epochs"] = value
            scribe.progress("epoch", None, value)
        elif name in _ARGUMENTS and text != "None":
            scribe.param(_ARGUMENTS[name], value)


def _plan(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory[found["name"]] = int(found["value"])
    scribe.param(found["name"].lower().replace(" ", "_"), int(found["value"]))


def _started_over(found: re.Match[str], scribe: Scribe) -> bool:
    return (int(found["epoch"]), int(found["step"])) == (0, 0) and scribe.memory.get("at", (0, 0)) != (0, 0)


def _gpt_step(found: re.Match[str], scribe: Scribe) -> None:
    """Epochs and steps count from 0. The learning rate is the schedule's at that step (0 at the end), not what was set."""
    memory, step, epoch = scribe.memory, int(found["step"]), int(found["epoch"])
    memory["going"], memory["at"] = True, (epoch, step)
    if scribe.phase != "train" and scribe.ended is None:
        scribe.enter("train")
    scribe.progress("step", step)
    scribe.progress("epoch", epoch)
    steps = memory.get("Steps per epoch")
    along = epoch * steps + step if steps else step
    scribe.metric("loss", float(found["loss"]), step=along)
    scribe.metric("throughput", float(found["throughput"]), step=along)
    if (epoch, step) == (0, 0):
        memory["first rate"] = found["throughput"]
    elif "first rate" in memory and float(first := memory.pop("first rate")) < 0.9 * float(found["throughput"]):
        scribe.notice("warm-up-included", "info", f"Step 0 ran at {first} samples/s, the next at {found['throughput']}: the "
                      "first includes compilation or warm-up, leave it out of a mean.")
    if steps and step == steps - 1 and epoch + 1 == memory.get("planned epochs"):
        scribe.leave("train")
        scribe.end("finished", WEAK_SUCCESS)


LANGUAGE: tuple[Line, ...] = (
    Line(
        "configuration",
        r"^Using config: (?P<config>\S+)$",
        ("Using config: demo_tiny_128",),
        "the configuration that the trainer takes",
        role="head", begins=again, params={"config": "config"},
    ),
    Line(
        "custom operations",
        r"^Building \(if necessary\) and loading (?P<what>\w+)\.$",
        ("Building (if necessary) and loading residual_add_inplace_pattern.",),
        "operations written for the IPU are built",
        role="head", begins=again,
    ),
    Line(
        "model begins",
        r"^Model initializing$",
        ("Model initializing",),
        "the model is set up on the host",
        role="head", begins=again,
    ),
    Line(
        "start-up noise",
        r"Registered metric hook: total_compiling_time|^Failed to find compiled extension; rebuilding\.$"
        r"|^Extension horovod\.torch has not been built|^\[warning\] With replication_factor|^Warning! MPI libs are missing"
        r"|^If this is not expected, reinstall Horovod",
        ("    Registered metric hook: total_compiling_time with object: <function get_results_for_compile_time "
         "at 0x7fb019cde160>",
         "Failed to find compiled extension; rebuilding.",
         "[warning] With replication_factor == 1 you may need to set embedding_serialization_factor > 1 for the model to fit"),
        "harmless words of start-up",
        role="noise",
    ),
    Line(
        "device allocation",
        r"^-{5,} Device Allocation -{5,}$",
        ("-------------------- Device Allocation --------------------",),
        "which layer goes to which IPU; printed again with each checkpoint",
        owns=True, read=_allocation,
    ),
    Line(
        "layer",
        r"^(?P<layer>[A-Za-z][\w ]*?) *--> IPU (?P<ipu>\d+)$",
        ("Layer 10 --> IPU 3", "Embedding  --> IPU 0"),
        "a layer's IPU",
        owns=True, read=_placed,
    ),
    Line(
        "cache section",
        r"^-{5,} (?P<name>Compilation/Loading from Cache Started) -{5,}$",
        ("---------- Compilation/Loading from Cache Started ---------",),
        "compilation, or its load from the cache, begins",
        owns=True, read=_section,
    ),
    Line(
        "Training started",
        r"^-{5,} (?P<name>Training Started) -{5,}$",
        ("--------------------- Training Started --------------------",),
        "the training loop begins; GPT-2 compiles within it",
        read=_section,
    ),
    Line(
        "section",
        r"^-{5,} (?P<name>Data Loading Started|Training Metrics) -{5,}$",
        ("------------------- Data Loading Started ------------------",
         "-------------------- Training Metrics ---------------------"),
        "a part of the trainer's output",
        read=_section,
    ),
    Line(
        "data loaded",
        rf"^Data loaded in (?P<seconds>{NUMBER}) secs$",
        ("Data loaded in 9.856430063955486 secs",),
        "the data set is there",
        read=_data_loaded,
    ),
    Line(
        "compiling",
        r"^Compiling Model\.\.\.$",
        ("Compiling Model...",),
        "the model is compiled, or loaded from the cache",
        read=_compiling,
    ),
    Line(
        "compiled",
        rf"^Compiled/Loaded model in (?P<seconds>{NUMBER}) secs$",
        ("Compiled/Loaded model in 97.88873339025304 secs",),
        "the model is on the device: compiled or loaded from the cache",
        owns=True, read=_compiled,
    ),
    Line(
        "step of BERT",
        rf"Step: (?P<step>\d+) / \d+ - LR: (?P<rate>{NUMBER}) - total loss: (?P<loss>{NUMBER}) - mlm_loss: {NUMBER}"
        rf" - nsp_loss: {NUMBER} - mlm_acc: (?P<mlm>{NUMBER}) % - nsp_acc: (?P<nsp>{NUMBER}) %"
        rf"(?:: +\d+%\|[^|]*\| *\d+/(?P<of>\d+) \[)?(?:.*?throughput: (?P<throughput>{NUMBER}) samples/sec)?",
        ("Step: 149 / 149 - LR: 1.00e-03 - total loss: 7.389 - mlm_loss: 7.008 - nsp_loss: 0.380 - mlm_acc: 0.161 % - nsp_acc: "
         "0.875 %:  99%|█████████▉| 149/150 [00:03<00:00, 45.20it/s, throughput: 749.6 samples/sec]",),
        "a step, counted from 0; accuracies are fractions in spite of their sign; throughput is this step's",
        owns=True, kind="training", read=_bert_step,
    ),
    Line(
        "settings",
        r"^(?P<name>global_batch_size|device_iterations|training_steps): (?P<value>\d+)$",
        ("global_batch_size: 16", "device_iterations: 1", "training_steps: 150"),
        "what was set",
        read=_setting,
    ),
    Line(
        "training time",
        rf"^Training time: (?P<seconds>{NUMBER}) secs$",
        ("Training time: 3.297 secs",),
        "time of the training loop, without compilation",
        kind="training", read=_training_time,
    ),
    Line(
        "GPT-2 arguments",
        r"^Arguments: Namespace\((?P<arguments>\w+=.+)$",
        ("Arguments: Namespace(async_dataloader=False, batch_size=1, dataset='generated', device_iterations=8, epochs=1, "
         "gradient_accumulation=2048, layers_per_ipu=[0, 4, 4, 4], learning_rate=0.00015, model='gpt2')",),
        "the program's arguments; batch_size is that of one replica's micro-batch",
        kind="training", read=_arguments,
    ),
    Line(
        "plan",
        r"^(?P<name>Samples per epoch|Steps per epoch): (?P<value>\d+)$",
        ("Steps per epoch: 4", "Samples per epoch: 262144"),
        "the length of an epoch",
        read=_plan,
    ),
    Line(
        "step of GPT-2",
        rf"^step (?P<step>\d+) of epoch (?P<epoch>\d+), loss: (?P<loss>{NUMBER}), acc: {NUMBER}, lr: {NUMBER}, "
        rf"throughput: (?P<throughput>{NUMBER}) samples/sec$",
        ("step 0 of epoch 0, loss: 10.913220405578613, acc: 2.0071864128112793e-05, lr: 0.00012803300858899104, "
         "throughput: 646.8439205981404 samples/sec",),
        "a step, counted from 0; the throughput is global and this step's",
        owns=True, kind="training", begins=_started_over, read=_gpt_step,
    ),
    Line(
        "iteration of PopART",
        rf"^Iteration: (?P<step>\d+) +Epoch: (?P<epoch>\d+)/(?P<epochs>\d+) +Loss \(MLM NSP\): {NUMBER} {NUMBER} +"
        rf"Accuracy \(MLM NSP\): (?P<mlm>{NUMBER}) (?P<nsp>{NUMBER}) +Learning Rate: (?P<rate>{NUMBER}) +"
        rf"Duration: {NUMBER} s +Throughput: +(?P<throughput>{NUMBER}) samples/s",
        ("Iteration: 149 Epoch: 149/149 Loss (MLM NSP): 0.019 0.029 Accuracy (MLM NSP): 0.993 1.000 Learning Rate: 0.00080 "
         "Duration: 0.1593 s Throughput:  740.8 samples/s",),
        "an iteration of BERT under PopART",
        owns=True, kind="training", enters="train",
        progress={"step": ("step", None), "epoch": ("epoch", "epochs")},
        metrics={"mlm_accuracy": "mlm", "nsp_accuracy": "nsp", "throughput": "throughput"},
        params={"learning_rate": "rate"},
    ),
)
