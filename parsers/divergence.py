"""What a training says of itself when its figures are no numbers any more."""

from __future__ import annotations

import math

from parsers.scribe import Scribe


def check_finite(value: float, what: str, scribe: Scribe, step: float | None = None) -> None:
    """A finding, once a run, where a figure of training (`loss`, `norm of the gradients`) is not a number or infinite."""
    if math.isfinite(value) or scribe.memory.get(f"{what} told"):
        return
    scribe.memory[f"{what} told"] = True
    where = f"at step {step:g}" if step is not None else "during training"
    scribe.notice("not-a-number", "error", f"The {what} is {'not a number' if math.isnan(value) else 'infinite'} {where}.")
