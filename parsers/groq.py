"""Groq: GroqFlow's builds and proof points, its compiler's own log, and benchit. Inference only: nothing trains here."""

from __future__ import annotations

import re

from parsers.evidence import EXIT_CODE, FATAL, SUCCESS, WEAK_SUCCESS
from parsers.grammar import Format, Line, Prefix
from parsers.progressbars import BARS
from parsers.scheduler import SCHEDULER
from parsers.scribe import Scribe
from parsers.tracebacks import TRACEBACKS

_COMPILER_PREFIX = Prefix(r"^\[(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[(?P<level>[a-z]+)\]\s*")
_STAGES = (
    r"(?:Exporting (?:PyTorch|Keras|Hummingbird) to (?:ONNX|TorchScript)|Optimizing ONNX file|Checking for Op support"
    r"|Converting to FP16|Quantizing ONNX model|Compiling model|Assembling model)"
)


# builds


def _another_build(found: re.Match[str], scribe: Scribe) -> bool:
    """A program may build several models before it runs any. Another launch shows by what came since: inference, a
    failure, or the same name again after its build."""
    built = found["build"] in scribe.memory.get("built", ()) and (scribe.seen["stage"] or scribe.seen["saved"])
    return bool(scribe.body and ("ran" in scribe.memory or scribe.ended == "failed" or built))


def _built(scribe: Scribe, build: str) -> None:
    names = scribe.memory.setdefault("built", [])
    if not names:
        scribe.param("model", build)
    if build not in names:
        names.append(build)
    if scribe.ended == "finished" and "ran" not in scribe.memory:
        scribe.resume()


def _building(found: re.Match[str], scribe: Scribe) -> None:
    _built(scribe, found["build"])
    scribe.body = True


def _rebuild(found: re.Match[str], scribe: Scribe) -> bool:
    """Printed before the build that it announces, so what was built before was another launch's."""
    return scribe.body and (scribe.ended is not None or _another_build(found, scribe))


def _shape(found: re.Match[str], scribe: Scribe) -> None:
    """The shapes that the build is for: one where all inputs agree, else all of them as printed."""
    shapes = set(re.findall(r"\([\d, ]+\)", found["new"]))
    scribe.param("input_shape", shapes.pop() if len(shapes) == 1 else found["new"])


def _stage(found: re.Match[str], scribe: Scribe) -> None:
    if found["mark"] == "×":
        scribe.fail(scribe.message.text, EXIT_CODE)
    else:
        scribe.enter("compile")


def _pending(found: re.Match[str], scribe: Scribe) -> None:
    """Stage names are all printed before the first begins; the spinner redraws the one that runs."""
    if scribe.open and scribe.phase == "compile" and scribe.message.text.endswith("."):
        scribe.enter("compile")


def _saved(found: re.Match[str], scribe: Scribe) -> None:
    scribe.leave("compile", cached=False if "built" in scribe.memory else None)
    if "built" not in scribe.memory:
        scribe.param("model", found["path"].rstrip("/").rsplit("/", 1)[-1])


def _cached(found: re.Match[str], scribe: Scribe) -> None:
    _built(scribe, found["build"])
    scribe.leave("compile", cached=True)
    scribe.notice("compile-skipped", "info", f'Build "{found["build"]}" came from the cache: no compile time in this run.')
    scribe.end("finished", WEAK_SUCCESS)
    scribe.body = True


def _error(found: re.Match[str], scribe: Scribe) -> None:
    """GroqFlow's exceptions carry no text: what its `Error:` says is the reason."""
    if scribe.open and (scribe.phase == "compile" or scribe.ended == "failed"):
        scribe.fail(scribe.message.text, FATAL)


# inference


def _phase(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["ran"] = True
    if scribe.ended == "finished":
        scribe.resume()


def _runs_again(found: re.Match[str], scribe: Scribe) -> bool:
    """Preprocessing after a table of results is another launch's."""
    return "groq row" in scribe.memory


def _head(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["ran"] = True
    scribe.memory["score"] = found["score"].lower()


def _row(found: re.Match[str], scribe: Scribe) -> None:
    """A chip's or a CPU's figures. The score is an accuracy only where the head says so and it is in percent."""
    source = found["source"]
    if found["percent"] and "accuracy" in scribe.memory.get("score", ""):
        scribe.metric(f"{source}_accuracy", float(found["score"]))
    for group, name in (("latency", f"{source}_latency_ms"), ("ips", f"{source}_ips")):
        if found[group] != "--":
            scribe.metric(name, float(found[group]))
    scribe.memory["ran"] = True
    if source == "groq":
        scribe.memory["groq row"] = True
        _chip(found, scribe)
        scribe.end("finished", SUCCESS)


def _chip(found: re.Match[str], scribe: Scribe) -> None:
    latency, ips, on_chip, on_chip_ips = found["latency"], found["ips"], found["on_chip"], found["on_chip_ips"]
    if "--" not in (on_chip, on_chip_ips):
        scribe.metric("groq_on_chip_latency_ms", float(on_chip))
        scribe.metric("groq_on_chip_ips", float(on_chip_ips))
        _estimate(f"{on_chip} ms and {on_chip_ips} inferences/s", scribe)
    if latency != "--" and ips != "--" and float(latency) < 1 and float(ips) > 0:
        scribe.notice(
            "rounded", "info",
            f"The table rounds latency to {latency} ms; {ips} inferences/s mean {1000 / float(ips):.4f} ms: compare the rates.",
        )
    scribe.notice(
        "not-comparable", "info",
        "The groq row repeats one dummy input 100 times, the cpu row is one pass over the data set with its Python loop:"
        " their ratio is no speed-up.",
    )


def _estimate(figures: str, scribe: Scribe) -> None:
    scribe.notice(
        "estimate-not-measured", "info",
        f"On-chip {figures} are the compiler's cycle count over the chip's clock: nothing was measured.",
    )


def _proof(found: re.Match[str], scribe: Scribe) -> None:
    if "built" not in scribe.memory:
        scribe.param("model", found["script"])


# the compiler's own log


def _on_chip(found: re.Match[str], scribe: Scribe) -> None:
    _estimate(f"{found['ms']} ms", scribe)


# benchit


def _device(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["on chip"] = "groq" in found["device"].lower()


def _mean(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["mean"] = (found["ms"], scribe.message)


def _throughput(found: re.Match[str], scribe: Scribe) -> None:
    """benchit labels the chip's seconds as milliseconds: its latency counts only where the throughput agrees."""
    rate = float(found["ips"])
    scribe.memory["ran"] = True
    text, message = scribe.memory.pop("mean", ("0", None))
    here, latency = scribe.message, float(text)
    seconds = message is not None and rate > 0 and abs(latency - 1 / rate) <= 0.0005
    on_chip = scribe.memory.get("on chip", seconds)
    if latency and abs(latency * rate / 1000 - 1) < 0.05:
        scribe.message = message
        scribe.metric("groq_latency_ms" if on_chip else "latency_ms", latency)
        scribe.message = here
    elif seconds:
        scribe.notice(
            "unit-mislabelled", "warning",
            f'benchit labels seconds as milliseconds: "{text} ms" is no latency,'
            f" {found['ips']} inferences/s mean {1000 / rate:.4f} ms.",
        )
    scribe.metric("groq_ips" if on_chip else "ips", rate)
    scribe.end("finished", WEAK_SUCCESS)


_COLUMNS = "| end-to-end latency (ms) | end-to-end IPS | on-chip latency (ms) | on-chip IPS |"
_NUMBER = r"\d+(?:\.\d+)?"
_CELL = rf"(?:{_NUMBER}|--)"

_BUILDS: tuple[Line, ...] = (
    Line(
        "rebuild",
        r"^Warning: \w+\(\) discovered a cached build of (?P<build>\S+), but decided to rebuild",
        ("Warning: build_model() discovered a cached build of bert_tiny, but decided to rebuild for the following reasons: ",),
        "a cached build does not fit and is made anew",
        owns=True,
        role="head",
        kind="compile",
        begins=_rebuild,
    ),
    Line(
        "shape",
        r"^- Input shape of model \"[^\"]+\" changed from \{.*\} to (?P<new>\{.*\}) since the last time it was built\.",
        (
            "        - Input shape of model \"bert_tiny\" changed from {'attention_mask': (2, 256), 'input_ids': (2, 256)} to "
            "{'attention_mask': (1, 256), 'input_ids': (1, 256)} since the last time it was built.",
        ),
        "the input's shape that the chip is programmed for",
        owns=True,
        role="head",
        begins=lambda found, scribe: False,
        read=_shape,
    ),
    Line(
        "building",
        r'^Building "(?P<build>[\w.+-]+)"$',
        ('Building "bert_tiny"',),
        "a build begins",
        owns=True,
        role="head",
        kind="compile",
        enters="compile",
        begins=_another_build,
        read=_building,
    ),
    Line(
        "stage",
        rf"^(?P<mark>[✓×�☐]) +(?P<stage>{_STAGES})$",
        ("    ✓ Exporting PyTorch to ONNX   ", "    × Compiling model   "),
        "a stage of the build is done, or failed",
        owns=True,
        kind="compile",
        read=_stage,
    ),
    Line(
        "stage pending",
        rf"^{_STAGES}\.{{0,3}}$",
        ("      Compiling model.. ", "      Optimizing ONNX file   "),
        "a stage of the build that runs or is to come",
        role="noise",
        read=_pending,
    ),
    Line(
        "saved",
        r"^Woohoo! Saved to (?P<path>\S+)$",
        ("Woohoo! Saved to ~/.cache/groqflow/bert_tiny",),
        "the build is done; nothing has run yet",
        owns=True,
        kind="compile",
        ends="finished",
        strength=WEAK_SUCCESS,
        read=_saved,
    ),
    Line(
        "cached",
        r'^Woohoo! Build "(?P<build>[^"]+)"(?: \(build_name auto-selected\))? found in cache\. Loading it!$',
        (
            'Woohoo! Build "bert_tiny" found in cache. Loading it!',
            'Woohoo! Build "bert_tiny_modified" (build_name auto-selected) found in cache. Loading it!',
        ),
        "the build was in the cache",
        owns=True,
        role="head",
        kind="compile",
        begins=_another_build,
        read=_cached,
    ),
    Line(
        "error",
        r"^Error: \S.*$",
        ("Error: Attempted use Groq Compiler to compile your model's ONNX file into Groq Alan Assembly (.aa)",),
        "what failed, in GroqFlow's words",
        role="noise",
        read=_error,
    ),
    Line(
        "whale",
        r"^[▄█▀▌▐ ]{8,}$",
        ("▄██████████████▄▐█▄▄▄▄█▌",),
        "GroqFlow's drawing of a whale, shown when a build fails",
        role="noise",
        anchors=("▄",),
    ),
)

_INFERENCE: tuple[Line, ...] = (
    Line(
        "preprocessing",
        r"^(?:Preprocessing data|Bringup C2C topology\.\.)\.$",
        ("Preprocessing data.", "Bringup C2C topology..."),
        "data are prepared, or chips connected",
        kind="inference",
        enters="load",
        begins=_runs_again,
        read=_phase,
    ),
    Line(
        "benchmark",
        r"^Info: No inputs received for benchmark\. Using the inputs provided during model compilation\.$",
        ("Info: No inputs received for benchmark. Using the inputs provided during model compilation.",),
        "the chip's latency is taken from the dummy input of the build: this is normal",
        owns=True,
        kind="inference",
        enters="infer",
        begins=_runs_again,
        read=_phase,
    ),
    Line(
        "inference",
        r"^Running inference (?:on GroqChip|on CPU \(ONNX\)|using PyTorch model \(CPU\))\.$",
        ("Running inference on GroqChip.", "Running inference using PyTorch model (CPU)."),
        "the data set runs on the chip, or on the host",
        owns=True,
        kind="inference",
        enters="infer",
        begins=_runs_again,
        read=_phase,
    ),
    Line(
        "table head",
        rf"^\| Source \|\s*(?P<score>[^|]+?)\s*{re.escape(_COLUMNS)}$",
        (f"| Source | Accuracy {_COLUMNS}", f"| Source | Spearman Rank Correlation Coefficient {_COLUMNS}"),
        "results follow",
        owns=True,
        kind="inference",
        begins=_runs_again,
        read=_head,
    ),
    Line(
        "table row",
        rf"^\|\s*(?P<source>cpu|groq)\s*\|\s*(?P<score>{_CELL})(?P<percent>%)?\s*\|\s*(?P<latency>{_CELL})\s*\|\s*(?P<ips>{_CELL})\s*"
        rf"\|\s*(?P<on_chip>{_CELL})\s*\|\s*(?P<on_chip_ips>{_CELL})\s*\|$",
        (
            "|  cpu   |  77.47%  |           2.20          |     453.89     |          --          |      --     |",
            "|  groq  |  77.47%  |           0.06          |    16612.48    |         0.03         |   37576.72  |",
            "|  groq  |   0.8204   |           0.47          |    2144.87     |         0.38         |   2620.58   |",
        ),
        "results of the chip, or of the host's CPU",
        owns=True,
        kind="inference",
        leaves="infer",
        read=_row,
    ),
    Line(
        "proof point",
        r"^Proof point (?:\S*/)?(?P<script>[^\s/]+?)(?:\.py)? finished!$",
        ("Proof point /home/me/groqflow/proof_points/natural_language_processing/bert/bert_tiny.py finished!",),
        "the program is done",
        owns=True,
        kind="inference",
        ends="finished",
        strength=SUCCESS,
        read=_proof,
    ),
)

_COMPILER: tuple[Line, ...] = (
    Line(
        "compiler starts",
        r"^(?:Running Groq Compiler\.\.\.|Timer: \"Groq Compiler\" started!|Running Groq Assembler)$",
        ("Running Groq Compiler...", '[2024-04-08 15:51:15] [info]\tTimer: "Groq Compiler" started!', "Running Groq Assembler"),
        "the compiler or assembler begins",
        owns=True,
        role="head",
        kind="compile",
        enters="compile",
        begins=lambda found, scribe: scribe.ended is not None,
    ),
    Line(
        "compiler finished",
        r'^Timer: "Groq Compiler" finished in (?P<seconds>\d+(?:\.\d+)?)s$',
        ('[2024-04-08 15:51:23] [info]\tTimer: "Groq Compiler" finished in 8.606s',),
        "the compiler is done",
        owns=True,
        kind="compile",
        metrics={"compile_seconds": "seconds"},
        ends="finished",
        strength=SUCCESS,
        read=lambda found, scribe: scribe.leave("compile", seconds=float(found["seconds"])),
    ),
    Line(
        "scheduled",
        r"^Scheduled \d+ \(\d+%\) operations \(\d+ cycles\)$",
        ("[2024-04-08 15:51:18] [info]\tScheduled 1683 (5%) operations (0 cycles)",),
        "progress of the compiler",
        owns=True,
        kind="compile",
        enters="compile",
    ),
    Line(
        "on-chip latency",
        r"^On-chip compute latency: (?P<ms>\d+(?:\.\d+)?) milliseconds$",
        ("  On-chip compute latency: 0.042751 milliseconds",),
        "the compiler's estimate of one inference",
        kind="compile",
        metrics={"groq_on_chip_latency_ms": "ms"},
        read=_on_chip,
    ),
    Line(
        "on-chip rate",
        r"^Throughput ignoring IO: (?P<ips>\d+(?:\.\d+)?) executions/sec$",
        ("  Throughput ignoring IO: 23391.204907 executions/sec",),
        "the compiler's estimate of the chip's rate",
        kind="compile",
        metrics={"groq_on_chip_ips": "ips"},
    ),
    Line(
        "compiler exited",
        r"^Groq Compiler exited$",
        ("Groq Compiler exited",),
        "the compiler has ended, well or not",
        kind="compile",
    ),
    Line(
        "assembler exited",
        r"^Groq Assembler has exited$",
        ("Groq Assembler has exited",),
        "the assembler has ended",
        owns=True,
        kind="compile",
        leaves="compile",
        ends="finished",
        strength=WEAK_SUCCESS,
    ),
)

_BENCHIT: tuple[Line, ...] = (
    Line(
        "benchit on the chip",
        r"\bSuccessfully benchmarked on (?P<device>GroqChip\S*) \(\S+ v[\w.]+\)$",
        ("                Status:         Successfully benchmarked on GroqChip1 (groq v0.9.2.1)",),
        "benchit's result on the chip",
        owns=True,
        kind="inference",
        read=_device,
    ),
    Line(
        "benchit elsewhere",
        r"\bSuccessfully benchmarked on (?P<device>.+?) \(\S+ v[\w.]+\)$",
        ("                Status:         Successfully benchmarked on Intel(R) Xeon(R) CPU @ 2.20GHz (ort v1.14.1)",),
        "benchit's result on the host",
        kind="inference",
        read=_device,
    ),
    Line(
        "benchit latency",
        r"^Mean Latency:\s+(?P<ms>\d+\.\d+)\s+milliseconds \(ms\)$",
        ("	Mean Latency: 0.000 milliseconds (ms)",),
        "mean latency as benchit labels it",
        kind="inference",
        read=_mean,
    ),
    Line(
        "benchit throughput",
        r"^Throughput:\s+(?P<ips>\d+(?:\.\d+)?)\s+inferences per second \(IPS\)$",
        ("	Throughput: 16612.5 inferences per second (IPS)",),
        "inferences per second",
        kind="inference",
        read=_throughput,
    ),
)

GROQ = Format(
    "groq",
    "groq",
    "Groq: GroqFlow and benchit",
    (*_BUILDS, *_INFERENCE, *_COMPILER, *_BENCHIT, *BARS, *SCHEDULER, *TRACEBACKS),
    (_COMPILER_PREFIX,),
    "GroqFlow 3 to 4.3, mlagility 3.3",
)
