"""What chance may have done: repeats among the runs, differences smaller than theirs, and runs that nobody repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from parsers.metrics import METRICS
from tui.runs.claims import claim_text
from tui.runs.compare.listing import listed
from tui.runs.compare.rows import Row
from tui.runs.numbers import number
from tui.runs.repeats import Repeats, Spread, unconfirmed
from tui.runs.run import Claim, Finding, Run, Spot

_FIRST = (
    "accuracy", "eval_accuracy", "loss", "throughput", "tokens_per_second", "groq_ips", "ips", "eval_loss", "eval_perplexity",
    "train_seconds", "compile_seconds",
)  # fmt: skip
_TOLD = 3
"""Metrics whose spread a sentence tells; the others are in the rows."""
_DOUBTS = 3
"""Claims that it tells; each is a finding on its run as well."""


def noise_findings(runs: Sequence[Run], rows: Sequence[Row], repeats: Sequence[Repeats]) -> Iterator[Finding]:
    """What repeats say of the runs' differences, or that there are none to say anything."""
    shown = list({run.id: run for run in runs}.values())
    for group in repeats:
        mine = [run for run in shown if any(run.id == member.id for member in group.runs)]
        if len(mine) > 1 and (told := _told(group.spreads)):
            yield _repeats(mine, group, told)
    inside: dict[str, list[str]] = {}
    for row, run in _differences(runs, rows, "within"):
        if not _together(runs[0], run, repeats):
            inside.setdefault(row.label, []).append(run.name)
    if inside:
        said = ", ".join(f"{label} of {listed(list(dict.fromkeys(names)))}" for label, names in inside.items())
        message = f"Within noise, since repeats differ as much: {said}, against {runs[0].name}"
        yield Finding("within-noise", "warning", message, _spot(runs[0]))
    differing = {run.id for _, run in _differences(runs, rows, "unknown")}
    if unknown := [run.name for run in shown if run.id in differing]:
        message = (
            f"{runs[0].name} against {listed(unknown)}: one run each, so nothing is known about noise; "
            "repeat one of them to tell a difference from chance"
        )
        yield Finding("noise-unknown", "info", message, _spot(runs[0]))


def spread_text(name: str, spread: Spread) -> str:
    """A metric over repeats in words: `accuracy 98.11 ± 0.37 % (97.69 to 98.35, n=3)`."""
    what = METRICS[name]
    unit = "" if what.unit in ("", "nat") else f" {what.unit}"
    if not spread.range:
        return f"{what.label} {number(spread.low)}{unit} (n={spread.n}{', all the same' if spread.n > 1 else ''})"
    digits = 2 if not spread.deviation else max(0, 1 - _exponent(spread.deviation))
    deviation = "" if spread.deviation is None else f" ± {spread.deviation:.{digits}f}"
    kept = next((digits for digits in range(6, 17) if number(spread.low, digits) != number(spread.high, digits)), 17)
    seen = f"({number(spread.low, kept)} to {number(spread.high, kept)}, n={spread.n})"
    return f"{what.label} {spread.mean:,.{digits}f}{deviation}{unit} {seen}"


def _exponent(value: float) -> int:
    return int(f"{value:e}".rpartition("e")[2])


def _told(spreads: Mapping[str, Spread]) -> list[str]:
    return [spread_text(name, spreads[name]) for name in _FIRST if name in spreads and _varies(spreads[name])][:_TOLD]


def _varies(spread: Spread) -> bool:
    return spread.n > 1 and spread.range > 0


def _repeats(mine: Sequence[Run], group: Repeats, told: Sequence[str]) -> Finding:
    """Repeats by what their logs show; what their names claim besides is said with it."""
    who = listed([run.name for run in mine])
    more = len(group.runs) - len(mine)
    with_others = f" (with {more} more)" if more else ""
    message = f"{who} are repeats{with_others} as far as their logs show, so what differs is noise: {', '.join(told)}"
    doubts = [
        f"{run.name} claims {claim_text(claim)}, its log {_verdict(claim)}"
        for run in mine
        for claim in run.claims
        if claim.holds is False or claim in unconfirmed(run)
    ]
    told_doubts = [*doubts[:_DOUBTS], f"{len(doubts) - _DOUBTS} claims more"] if len(doubts) > _DOUBTS + 1 else doubts
    message = ". ".join([message, "; ".join(told_doubts)] if doubts else [message])
    return Finding("within-noise", "warning" if doubts else "info", message, _spot(mine[-1]))


def _differences(runs: Sequence[Run], rows: Sequence[Row], word: str) -> Iterator[tuple[Row, Run]]:
    for row in rows:
        if row.section == "outcome":
            yield from ((row, run) for run, cell in zip(runs, row.cells, strict=True) if cell.noise == word)


def _together(one: Run, other: Run, repeats: Sequence[Repeats]) -> bool:
    return any({one.id, other.id} <= {run.id for run in group.runs} for group in repeats)


def _verdict(claim: Claim) -> str:
    return "does not say" if claim.holds is None else f"shows {_text(claim.observed)}"


def _text(value: object) -> str:
    return number(value) if isinstance(value, (int, float)) else str(value)


def _spot(run: Run) -> Spot:
    return run.because or Spot(run.path, 1)
