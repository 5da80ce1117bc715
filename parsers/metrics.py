"""The canonical metrics: one word, one unit, one meaning; what is better, how it came about, what compares with what."""

from __future__ import annotations

import re
from typing import Literal

from parsers.frozen import frozen

Better = Literal["higher", "lower"] | None
Evidence = Literal["measured", "estimated", "derived"]


@frozen
class MetricDef:
    """What a metric's name means.

    `compares_with` names a group: only metrics of one group may be set against each other.
    """

    name: str
    label: str
    unit: str
    better: Better
    compares_with: str
    about: str
    evidence: Evidence = "measured"


_DEFINITIONS = (
    MetricDef("loss", "loss", "nat", "lower", "training-loss", "last training loss that the log gives"),
    MetricDef("throughput", "throughput", "samples/s", "higher", "training-throughput",
              "samples per second over all devices, the log's own trustworthy figure"),
    MetricDef("rate", "rate", "samples/s", "higher", "cerebras-rate",
              "Cerebras Rate: a smoothed window; one step wide from release 2.5 on"),
    MetricDef("tokens_per_second", "tokens/s", "tokens/s", "higher", "token-throughput", "tokens per second over all devices"),
    MetricDef("steps_per_second", "steps/s", "steps/s", "higher", "step-rate", "optimizer steps per second"),
    MetricDef("throughput_per_device", "throughput/device", "samples/s", "higher", "device-throughput",
              "samples per second of one device: never the whole's"),
    MetricDef("tokens_per_second_per_device", "tokens/s/device", "tokens/s", "higher", "device-token-throughput",
              "tokens per second of one device: never the whole's"),
    MetricDef("steps_per_second_per_device", "steps/s/device", "steps/s", "higher", "device-step-rate",
              "steps per second of one device: never the whole's"),
    MetricDef("tflops_per_device", "TFLOP/s/device", "TFLOP/s", "higher", "device-flops",
              "floating-point operations that one device does in a second, as the program reckons them"),
    MetricDef("mfu", "MFU", "%", "higher", "mfu", "share of the device's peak that the model's operations use, in percent"),
    MetricDef("samples", "samples", "samples", None, "work", "samples processed"),
    MetricDef("train_seconds", "training time", "s", "lower", "training-time", "the log's own figure for its training time"),
    MetricDef("accuracy", "accuracy", "%", "higher", "accuracy-percent", "final test or validation accuracy, in percent"),
    MetricDef("eval_loss", "eval loss", "nat", "lower", "eval-loss", "loss on evaluation data"),
    MetricDef("eval_accuracy", "eval accuracy", "", "higher", "eval-accuracy", "accuracy on evaluation data, as logged"),
    MetricDef("eval_perplexity", "eval perplexity", "", "lower", "eval-perplexity", "perplexity on evaluation data"),
    MetricDef("mlm_accuracy", "MLM accuracy", "", "higher", "mlm-accuracy", "masked-word accuracy, a fraction"),
    MetricDef("nsp_accuracy", "NSP accuracy", "", "higher", "nsp-accuracy", "next-sentence accuracy, a fraction"),
    MetricDef("train_accuracy", "train accuracy", "%", "higher", "train-accuracy", "accuracy on training data, in percent"),
    MetricDef("groq_accuracy", "Groq accuracy", "%", "higher", "groq-accuracy", "score on the chip, FP16, in percent"),
    MetricDef("groq_latency_ms", "Groq latency", "ms", "lower", "groq-end-to-end",
              "mean of 100 repeats of one dummy input, host call included"),
    MetricDef("groq_ips", "Groq inferences/s", "inferences/s", "higher", "groq-end-to-end-ips", "1000 / latency, batch 1"),
    MetricDef("groq_on_chip_latency_ms", "on-chip latency", "ms", "lower", "groq-on-chip",
              "compiler cycles over 900 MHz: nothing was measured", "estimated"),
    MetricDef("groq_on_chip_ips", "on-chip inferences/s", "inferences/s", "higher", "groq-on-chip-ips",
              "compiler cycles over 900 MHz: nothing was measured", "estimated"),
    MetricDef("cpu_accuracy", "CPU accuracy", "%", "higher", "cpu-accuracy", "score of PyTorch on the host, FP32, in percent"),
    MetricDef("cpu_latency_ms", "CPU latency", "ms", "lower", "cpu-end-to-end",
              "one pass over the dataset with its Python loop, per sample"),
    MetricDef("cpu_ips", "CPU inferences/s", "inferences/s", "higher", "cpu-end-to-end-ips", "1000 / CPU latency"),
    MetricDef("latency_ms", "latency", "ms", "lower", "inference-latency", "milliseconds an inference"),
    MetricDef("ips", "inferences/s", "inferences/s", "higher", "inference-rate", "inferences per second"),
    MetricDef("seconds_per_epoch", "epoch time", "s/epoch", "lower", "epoch-time",
              "mean over all epochs as the log gives it, compilation included"),
    MetricDef("compile_seconds", "compile time", "s", "lower", "compile-time", "the log's own figure for its compilation"),
    MetricDef("duration_seconds", "script time", "s", None, "script-time",
              "the clock of the script that wrote the log: never training time"),
    MetricDef("estimated_throughput", "estimated throughput", "samples/s", "higher", "estimated-throughput",
              "the compiler's estimate: nothing was measured", "estimated"),
    MetricDef("projected_latency_seconds", "projected latency", "s", "lower", "projected-latency",
              "the compiler's projection for one step: nothing was measured", "estimated"),
)

_SCORE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


def is_score(name: str) -> bool:
    """Whether a name is that of a score which only the log knows: `eval_f1_micro`."""
    return _SCORE.fullmatch(name) is not None


class _Metrics(dict[str, MetricDef]):
    """The canonical metrics. A score of the log's own has a definition too, without a unit or a direction, but is no member."""

    def __missing__(self, name: str) -> MetricDef:
        if not is_score(name):
            raise KeyError(name)
        return MetricDef(name, name.replace("_", " "), "", None, name, "a score under the log's own name")


METRICS: dict[str, MetricDef] = _Metrics({definition.name: definition for definition in _DEFINITIONS})
