"""GroqFlow's builds: stages, cache, rebuilds, failures."""

from __future__ import annotations

import re

from parsers.evidence import EXIT_CODE, FATAL, WEAK_SUCCESS
from parsers.grammar import Line
from parsers.scribe import Scribe

_STAGES = (
    r"(?:Exporting (?:PyTorch|Keras|Hummingbird) to (?:ONNX|TorchScript)|Optimizing ONNX file|Checking for Op support"
    r"|Converting to FP16|Quantizing ONNX model|Compiling model|Assembling model)"
)


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


BUILDS: tuple[Line, ...] = (
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
