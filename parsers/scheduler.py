"""Scheduler lines that appear in any vendor's log: Slurm, PBS."""

from __future__ import annotations

from parsers.grammar import Line

SCHEDULER: tuple[Line, ...] = ()
