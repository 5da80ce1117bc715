"""Intel Gaudi: Habana's PyTorch bridge, optimum-habana's programs, tutorials; training mostly speaks Hugging Face."""

from __future__ import annotations

import re

from parsers.evidence import EXIT_CODE, SUCCESS
from parsers.grammar import NUMBER, Format, Line
from parsers.huggingface import HUGGING_FACE, HUGGING_FACE_PREFIXES, read_arguments
from parsers.patterns import late
from parsers.progressbars import LIGHTNING, TQDM
from parsers.pytorch import PYTORCH, arguments, planned
from parsers.readings import READINGS
from parsers.scheduler import SCHEDULER
from parsers.scribe import Scribe, number_or_text
from parsers.tracebacks import TRACEBACKS

_WORK = ("log", "summary", "Lightning epoch", "MNIST train", "torchvision step", "minGPT step", "warming up", "batch")


def _acquired_again(found: re.Match[str], scribe: Scribe) -> bool:
    """The device is acquired once a launch, before any work; ranks may print their banners one after another."""
    return scribe.ended is not None or any(scribe.seen[kind] for kind in _WORK)


def _banner(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.phase is None:
        scribe.enter("load")


def _setting(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open and found["key"] == "PT_HPU_LAZY_MODE" and found["value"]:
        scribe.param("lazy_mode", number_or_text(found["value"]))


_COMMAND_OPTION = late(r"--(?P<k>[a-z][\w-]*)(?:=| +)(?P<v>[^\s-][^\s]*)")


def _command(found: re.Match[str], scribe: Scribe) -> None:
    """A command at the very top is what the rest of the file is the output of; elsewhere it may be prose."""
    if scribe.message.line.number > 1 or scribe.open:
        return
    scribe.start()
    if not scribe.message.line.torn:
        scribe.param("command", found["command"])
    options = {option["k"].replace("-", "_"): option["v"].strip("'\"") for option in _COMMAND_OPTION.finditer(found["command"])}
    if (model := options.get("model_name_or_path")) is not None:
        scribe.param("model", model)
    if (batch := options.get("batch_size", "")).isdigit():
        scribe.param("batch_size", int(batch))
    for key in ("epochs", "num_train_epochs"):
        if re.fullmatch(r"\d+(?:\.0)?", text := options.get(key, "")):
            planned(float(text), scribe)
            break


def _started(found: re.Match[str], scribe: Scribe) -> None:
    arguments(found["arguments"], scribe)


def _initialised(found: re.Match[str], scribe: Scribe) -> None:
    scribe.leave("load", seconds=float(found["seconds"]))


def _graph(found: re.Match[str], scribe: Scribe) -> None:
    """Each graph is compiled at its first use; one that is done says how long it took."""
    scribe.enter("compile")
    if found["seconds"] is not None:
        scribe.leave("compile", seconds=float(found["seconds"]))


def _compiled(found: re.Match[str], scribe: Scribe) -> None:
    scribe.leave("compile", seconds=float(found["seconds"]))


def _device_failed(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.ended is None:
        scribe.fail(scribe.message.text, EXIT_CODE)


_LINES: tuple[Line, ...] = (
    Line(
        "banner",
        r"^=+ ?HABANA PT BRIDGE CONFIGURATION ?=+$",
        (
            "============================= HABANA PT BRIDGE CONFIGURATION =========================== ",
            "(RayTrainWorker pid=36561) ============================= HABANA PT BRIDGE CONFIGURATION ====================== ",
        ),
        "the device was acquired; its graphs are compiled within the first steps",
        owns=True,
        begins=_acquired_again,
        read=_banner,
    ),
    Line(
        "setting",
        r"^(?P<key>PT_(?:HPU|HABANA|HCCL|ENABLE|RECIPE|CACHE)\w*) =(?: (?P<value>\S+))?$",
        (" PT_HPU_LAZY_MODE = 1", " PT_RECIPE_CACHE_PATH = "),
        "a setting of Habana's bridge",
        owns=True,
        role="noise",
        read=_setting,
    ),
    Line(
        "host",
        r"^(?:Num CPU Cores|CPU RAM) *[:=] *\d+(?: KB)?$",
        ("Num CPU Cores : 160", "CPU RAM       : 1056412772 KB", "CPU RAM = 784300912 KB "),
        "the host's size",
        role="noise",
    ),
    Line(
        "device failure",
        r"^(?:[\w.]+(?:Error|Exception): )?(?:\[Rank:\d+\] )?(?:[A-Z][\w ]+\. synStatus=synStatus \d+ \["
        r"|FATAL ERROR :: MODULE:(?:PT_\w+|SYNHELPER)\b)",
        (
            "[rank2]: RuntimeError: Graph compile failed. synStatus=synStatus 26 [Generic failure].",
            "[rank6]: RuntimeError: [Rank:6] FATAL ERROR :: MODULE:PT_BRIDGE Exception in Launch thread...",
        ),
        "Habana's runtime failed",
        owns=True,
        read=_device_failed,
    ),
    Line(
        "migration",
        r"^(?:gpu migration log will be saved to \S+|\[hpu_match\]: .* --> .*)$",
        (
            "gpu migration log will be saved to /var/log/habana_logs/gpu_migration_logs/2023-06-09/gpu_migration_1.log",
            "    [hpu_match]: torch.cuda.set_device(device=1, ) --> torch.hpu.set_device(hpu:1)",
        ),
        "a CUDA call is replaced by one for Gaudi",
        owns=True,
        role="noise",
    ),
    Line(
        "Lightning devices",
        r"^HPU available: True, using: [1-9]\d* HPUs$",
        ("HPU available: True, using: 1 HPUs",),
        "Lightning found the device",
        owns=True,
        begins=_acquired_again,
    ),
    Line(
        "process",
        r"^Process rank: -?\d+, device: hpu\b",
        ("11/14/2024 05:39:16 - WARNING - __main__ -   Process rank: 0, device: hpu, distributed training: True",),
        "a process of the launch",
        owns=True,
    ),
    Line(
        "Gaudi arguments",
        r"^Training/[Ee]valuation parameters GaudiTrainingArguments\($",
        ("11/14/2024 05:39:16 - INFO - __main__ -   Training/evaluation parameters GaudiTrainingArguments(",),
        "the Trainer's arguments follow",
        owns=True,
        read=read_arguments,
    ),
    Line(
        "command",
        r"^(?P<command>(?:[A-Z_][A-Z_0-9]*=\S+ +)*(?:python3?|deepspeed|torchrun) (?:.* )?\S+\.py +.*)$",
        ("PT_HPU_LAZY_MODE=1 python mnist.py --batch-size=64 --epochs=1 --lr=1.0 --gamma=0.7 --hpu",),
        "the command whose output this is, when it stands at the top",
        role="noise",
        read=_command,
    ),
)

_GENERATION: tuple[Line, ...] = (
    Line(
        "generation arguments",
        r"^Args: Namespace\((?P<arguments>device='hpu', .*)\)$",
        ("10/19/2024 03:47:25 - INFO - __main__ - Args: Namespace(device='hpu', model_name_or_path='m', batch_size=1)",),
        "what the program was told to do",
        owns=True,
        read=_started,
    ),
    Line(
        "device",
        r"^device: hpu, n_hpu: \d+, bf16: (?:True|False)$",
        ("10/19/2024 03:47:25 - INFO - __main__ - device: hpu, n_hpu: 0, bf16: True",),
        "the device and its precision",
        owns=True,
    ),
    Line(
        "model loaded",
        r"^Model initialization took (?P<seconds>\d+\.\d+)s$",
        ("10/19/2024 03:47:25 - INFO - __main__ - Model initialization took 7.797s",),
        "the model is on the device",
        read=_initialised,
    ),
    Line(
        "compiling",
        r"^Graph compilation\.\.\.$",
        ("10/19/2024 03:47:25 - INFO - __main__ - Graph compilation...",),
        "graphs are compiled by warming up",
        enters="compile",
    ),
    Line(
        "warming up",
        r"^Warming up(?: iteration \d+/\d+)?$",
        ("Warming up iteration 1/3", "Warming up"),
        "graphs are compiled by the first passes",
        enters="compile",
    ),
    Line(
        "generating",
        r"^Running generate\.\.\.$",
        ("10/19/2024 03:47:27 - INFO - __main__ - Running generate...",),
        "inference begins",
        kind="inference",
        enters="infer",
    ),
    Line(
        "first token",
        r"^Time to first token = \d+\.\d+ms$",
        ("10/19/2024 03:47:28 - INFO - __main__ - Time to first token = 10.953170945867896ms",),
        "latency of one prompt's first token",
        role="noise",
    ),
    Line(
        "tokens per second",
        rf"^Throughput \(including tokenization\) += (?P<rate>{NUMBER}) tokens/second$",
        ("Throughput (including tokenization) = 129.8643127622316 tokens/second",),
        "rate of generation, compilation left out",
        owns=True,
        kind="inference",
        leaves="infer",
        metrics={"tokens_per_second": "rate"},
        ends="finished",
        strength=SUCCESS,
    ),
    Line(
        "compilation",
        rf"^Graph compilation duration += (?P<seconds>{NUMBER}) seconds$",
        ("Graph compilation duration          = 1.7309602710884064 seconds",),
        "time that the warm-up took to compile",
        owns=True,
        kind="inference",
        metrics={"compile_seconds": "seconds"},
        read=_compiled,
    ),
)

_DIFFUSION: tuple[Line, ...] = (
    Line(
        "graph",
        r"^Compiling HPU graph \w+(?: +took +(?P<seconds>\d+\.\d+) sec)?$",
        ("Compiling HPU graph sampler_step               ", "Compiling HPU graph sampler_step                took  12.91 sec"),
        "a graph is compiled",
        owns=True,
        read=_graph,
    ),
    Line(
        "batch",
        r"^Batch +\d+ took +\d+\.\d+ ms$",
        ("Batch   1 took    2197.8 ms",),
        "a batch is done; the first ones warm up",
        kind="inference",
        enters="infer",
    ),
    Line(
        "performance",
        rf"^PERFORMANCE: batch_size = (?P<batch>\d+), throughput = (?P<rate>{NUMBER}) images / sec"
        rf", latency = (?P<ms>{NUMBER}) ms$",
        ("PERFORMANCE: batch_size = 1, throughput = 0.456 images / sec, latency = 2191.28 ms",),
        "rate and latency, the first batches left out",
        owns=True,
        kind="inference",
        leaves="infer",
        params={"batch_size": "batch"},
        metrics={"ips": "rate", "latency_ms": "ms"},
        ends="finished",
        strength=SUCCESS,
    ),
    Line(
        "matrix engine",
        r"^MME performance:\s+\d+\.\d+ TFLOPS$",
        ("MME performance:     43.223 TFLOPS",),
        "rate of the matrix engine in one operation",
    ),
)

_LISTINGS: tuple[Line, ...] = (
    Line(
        "hl-smi",
        r"^\| (?:HL-SMI Version|Driver Version|Nic Driver Version):|^\|\s+(?:AIP  Name|\d+\s+HL-\w+\s+N/A)\s"
        r"|^\|\s*\S+\s+\d+C\s+\S+\s+\d+W\s*/\s*\d+W\s*\|",
        (
            "| HL-SMI Version:                              hl-1.18.0-fw-53.1.1.1          |",
            "|   0  HL-325              N/A  | 0000:21:00.0     N/A |                   0  |",
            "| N/A   43C   N/A   264W / 900W |    672MiB / 131072MiB |     0%           N/A|",
        ),
        "a listing of devices: no run",
        role="noise",
        anchors=("Version:", "N/A ", "W |"),
    ),
)

GAUDI = Format(
    "gaudi",
    "gaudi",
    "Intel Gaudi: Habana's PyTorch bridge, optimum-habana, Lightning",
    (
        *_LINES, *_GENERATION, *_DIFFUSION, *_LISTINGS, *HUGGING_FACE, *LIGHTNING, *PYTORCH, *TQDM, *READINGS, *SCHEDULER,
        *TRACEBACKS,
    ),
    HUGGING_FACE_PREFIXES,
    "SynapseAI 1.7 to 1.18, optimum-habana 1.14",
)
