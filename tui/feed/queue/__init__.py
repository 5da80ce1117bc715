"""The schedulers' word on jobs, where their commands exist: Slurm, PBS and Cerebras's own, asked rarely and never in the way."""

from tui.feed.queue.watch import QueueWatch, ask_now, schedulers_here

__all__ = ["QueueWatch", "ask_now", "schedulers_here"]
