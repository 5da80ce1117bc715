"""Log against log: what two runs' logs say differently once everything that differs by itself is masked."""

from __future__ import annotations

from tui.runs.logdiff.align import Kind, Stretch, align
from tui.runs.logdiff.entries import Entries, Entry, entries_of_run
from tui.runs.logdiff.masks import mask, masked_spans

__all__ = ["Entries", "Entry", "Kind", "Stretch", "align", "entries_of_run", "mask", "masked_spans"]
