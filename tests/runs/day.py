"""A day's jobs: what each writes and when, and what may be said of it at every moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from tests.runs.simulated import DAWN, cerebras, cerebras_step, epochs_bar, sambanova_step, stamp
from tui.runs.run import State

MINUTE, HOUR = 60.0, 3600.0
LOOK = 60.0
"""Seconds between looks at the logs."""
SAMPLES = Path(__file__).parents[2] / "sample_runs"
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}")


@dataclass(frozen=True)
class Write:
    """What is appended to a log at a moment."""

    at: float
    name: str
    text: str


@dataclass
class Job:
    """A job as its author knows it: it writes, waits, and says what may be believed from here on. `skew` is how far the
    clock of the host that writes is ahead, in the log's lines and in the file's time; `zone` is added to the lines alone. `steady` is from when to when it works
    off its steps, if nothing goes wrong."""

    name: str
    at: float
    skew: float = 0.0
    zone: float = 0.0
    writes: list[Write] = field(default_factory=list)
    truth: list[tuple[float, frozenset[State]]] = field(default_factory=list)
    steady: tuple[float, float] | None = None

    @property
    def clock(self) -> float:
        """The time as the job's own lines tell it."""
        return self.at + self.skew + self.zone

    def say(self, *texts: str) -> None:
        for text in texts:
            self.writes.append(Write(self.at, self.name, text))

    def wait(self, seconds: float) -> None:
        self.at += seconds

    def now(self, *states: State) -> None:
        """From here on the run is in one of these states."""
        if not self.truth or self.truth[-1][1] != frozenset(states):
            self.truth.append((self.at, frozenset(states)))

    def dies(self, live: State, longest: float = 20.0, *, stalled: float = 0.0, unfinished: float = 0.0) -> None:
        """Nothing more comes. A run whose longest usual silence was `longest` is stalled after three of these and given up
        after ten, looks apart; or after so many seconds as are given."""
        at, looks = self.at, 0.0 if stalled else 2 * LOOK
        soon, late = stalled or max(300.0, 3 * longest), unfinished or max(HOUR, 10 * longest)
        soonest, latest = stalled or max(300.0, 3 * (longest + looks)), unfinished or max(HOUR, 10 * (longest + looks))
        spans: tuple[tuple[float, tuple[State, ...]], ...] = (
            (0, (live,)), (soon, (live, "stalled")), (soonest, ("stalled",)), (late, ("stalled", "unfinished")), (latest, ("unfinished",)),
        )  # fmt: skip
        for after, states in spans:
            self.at = at + after + (1 if after else 0)
            self.now(*states)
        self.at = at

    def allowed(self, at: float) -> frozenset[State] | None:
        """What may be said of the run at this moment; None before it writes."""
        said = [states for begin, states in self.truth if begin <= at]
        return said[-1] if said and self.writes and self.writes[0].at <= at else None


def sample(path: str) -> str:
    return (SAMPLES / path).read_bytes().decode()


def moved(text: str, begin: float) -> Iterator[tuple[float, str]]:
    """A sample's lines with their time stamps moved to begin at a moment, each with the moment at which it is written."""
    first = _STAMP.search(text)
    assert first is not None
    delta = begin - _seconds(first[0])
    at = begin
    for line in text.splitlines(keepends=True):
        stamps = _STAMP.findall(line)
        at = max(at, max((_seconds(each) + delta for each in stamps), default=at))
        yield at, _STAMP.sub(lambda found: stamp(_seconds(found[0]) + delta), line)


def _seconds(text: str) -> float:
    return (datetime.strptime(text, "%Y-%m-%d %H:%M:%S,%f") - datetime(1970, 1, 1)) / timedelta(seconds=1)


# whole samples, written as they were


def replayed(name: str, at: float, path: str, end: State, *, live: tuple[State, ...]) -> Job:
    """A sample run once more: live while it is written, and then what its last lines prove."""
    job = Job(name, at)
    job.now(*live, end)
    for moment, line in moved(sample(path), at):
        job.at = moment
        job.say(line)
    job.now(end)
    return job


# Cerebras

EVAL = "| Eval Device=CSX, GlobalStep={step}, Batch={batch}, Loss=5.94325, Rate=1163.27 samples/sec, GlobalRate=1173.27 samples/sec"
QUEUED = (
    "Poll ingress status: Waiting for job running, current job status: Queueing, msg: job is queueing. Job queue status: "
    "1 execute job(s) queued before current job. For more information, please run 'csctl get jobs'."
)


def cerebras_head(job: Job, steps: int, *, compile: float = 17 * MINUTE, queue: float = 0.0, load: float = 4 * MINUTE) -> None:
    """From the launch to the first step, with a compile that is silent for most of its time."""

    def say(text: str) -> None:
        job.say(cerebras(job.clock, text))

    job.now("compiling", "loading", "running")
    say("Effective batch size is 1024.")
    say(f"Starting train loop 1 of 1, from global step 1 to {steps} ({steps} steps)")
    job.wait(15)
    say("Compiling the model. This may take a few minutes.")
    job.now("compiling")
    job.wait(5)
    for stage in ("Pre-optimization transforms...", "Optimizing layouts and memory usage...", "Exploring floorplans"):
        say(stage)
        job.wait(20)
    job.wait(compile - 65)
    say("Compile was successful!")
    job.now("compiling", "loading", "finished")  # a compile-only run would end here
    job.wait(1)
    say("Programming Cerebras Wafer Scale Cluster for execution. This may take a few minutes.")
    say("Initiating a new execute wsjob against the cluster server.")
    job.now("queued")
    job.wait(10)
    while queue > 0:
        say(QUEUED)
        job.wait(min(queue, 30 * MINUTE))
        queue -= 30 * MINUTE
    say("Poll ingress success: Job ingress ready, dashboard: https://grafana.example.internal/d/x")
    job.now("queued", "loading")
    job.wait(1)
    say("Preparing to execute using 1 CSX")
    say("Waiting for device programming to complete")
    job.now("loading")
    job.wait(load)
    say("Beginning appliance run")
    job.now("running")


def cerebras_steps(
    job: Job, first: int, last: int, *, every: float = 20.0, checkpoint: int = 0, pause: float = 35.0, evaluate: int = 0,
) -> None:  # fmt: skip
    """Steps in tens; checkpoints that pause, and silent evaluations of 4 minutes that the log tells of in one line."""
    for step in range(first, last + 1, 10):
        job.wait(every)
        job.say(cerebras_step(job.clock, step))
        if checkpoint and step % checkpoint == 0:
            job.say(cerebras(job.clock, f"Saving checkpoint at step {step}"))
            job.wait(pause)
            job.say(cerebras(job.clock, f"Saved checkpoint model_dir/checkpoint_{step}.mdl"))
        if evaluate and step % evaluate == 0:
            job.wait(4 * MINUTE)
            job.say(cerebras(job.clock, EVAL.format(step=step, batch=20)))


def cerebras_run(
    name: str, at: float, steps: int, *, skew: float = 0.0, zone: float = 0.0, stop: int = 0, gone: float = 0.0, **how: float,
) -> Job:  # fmt: skip
    """A whole run; with `stop` it falls silent for good after that step, with `gone` for so long before it goes on."""
    job = Job(name, at, skew, zone)
    head = {key: how.pop(key) for key in ("compile", "queue", "load") if key in how}
    cerebras_head(job, steps, **head)
    begun = job.at
    if stop:
        cerebras_steps(job, 10, stop, **how)  # type: ignore[arg-type]
        job.dies("running", 4 * MINUTE if how.get("evaluate") else how.get("every", 20.0))
        if not gone:
            return job
        job.wait(gone)
        stop += 10
        job.say(cerebras_step(job.clock, stop))
        job.now("running")
    cerebras_steps(job, stop + 10, steps, **how)  # type: ignore[arg-type]
    job.steady = (begun, job.at) if not stop else None
    job.say(cerebras(job.clock, "Training completed successfully!"), cerebras(job.clock, "Processed 1024000 sample(s) in 211.257023485 seconds."))
    job.now("finished")
    return job


def cerebras_crash(name: str, at: float) -> Job:
    """It trains for a while and dies of an error that the log tells."""
    job = Job(name, at)
    cerebras_head(job, 1000)
    cerebras_steps(job, 10, 300)
    job.wait(20)
    job.say(
        f"{stamp(job.clock)} ERROR:   Initiating shutdown sequence due to error: ran into an error while receiving tensor\n",
        "Traceback (most recent call last):\n", '  File "run.py", line 12, in <module>\n', "    main()\n",
        "cerebras.appliance.errors.ApplianceUnknownError: Ran into error while receiving tensor\n",
    )  # fmt: skip
    job.now("failed")
    return job


# Graphcore and Groq: no times in their lines


def graphcore_run(name: str, at: float, epochs: int, *, every: float = 60.0, queue: float = 2 * MINUTE, stop: int = 0, skew: float = 0.0) -> Job:
    job = Job(name, at, skew)
    job.say("srun: job 20601 queued and waiting for resources\n")
    job.now("queued")
    job.wait(queue)
    job.say("srun: job 20601 has been allocated resources\n")
    job.now("loading")
    job.wait(40)
    job.say(epochs_bar(0, epochs), "\rGraph compilation:   3%|▎         | 3/100 [00:00<00:03]\n")
    job.now("compiling")
    job.wait(25 * MINUTE)
    job.say("\rGraph compilation: 100%|██████████| 100/100 [24:59<00:00]\n")
    job.now("compiling", "loading", "running")
    for done in range(1, (stop or epochs) + 1):
        job.wait(every)
        job.say(epochs_bar(done, epochs))
        job.now("running")
    if stop:
        job.dies("running", every)
        return job
    job.wait(30)
    job.say("Accuracy on test set: 98.35%\n")
    job.now("finished")
    return job


def groq_run(name: str, at: float, *, compile: float = 25 * MINUTE, abandoned: bool = False) -> Job:
    """Built, benchmarked, and tested on the host; or given up in the build."""
    text = sample("groq/bert_tiny_default/bert_tiny.log")
    building = text.index("\n", text.index("Compiling model...")) + 1
    host = text.index("\n", text.index("Running inference using PyTorch model (CPU).")) + 1
    begin = text.index("\n", text.index('Building "bert_tiny"')) + 1
    job = Job(name, at)
    job.say(text[:begin])
    job.now("compiling")
    if abandoned:
        job.dies("compiling", stalled=HOUR, unfinished=1.5 * HOUR)
        return job
    job.wait(compile)
    job.say(text[begin:building])
    job.wait(3 * MINUTE)
    job.say(text[building:host])
    job.now("running")
    job.wait(11 * MINUTE)
    job.say(text[host:])
    job.now("finished")
    return job


# SambaNova


def sambanova_submit(name: str, at: float) -> Job:
    """Compiles for 13 minutes in bursts, and hands the job over."""
    text = sample("sambanova/bertlarge_ntasks16/040424.04/BertLarge.out")
    lines = text.splitlines(keepends=True)
    begin, end = (next(at for at, line in enumerate(lines) if word in line) for word in ("COMPILE START", "COMPILE END"))
    job = Job(name, at)
    job.say(*lines[: begin + 1])
    job.now("compiling")
    for line in lines[begin + 1 : end]:
        job.wait(780 / (end - begin))
        job.say(line)
    job.say(*lines[end:])
    job.now("submitted")
    return job


def sambanova_run(name: str, at: float, steps: int, *, every: float = 10.0, stop: int = 0, limit: bool = False) -> Job:
    """A job's own log: its ranks load, rank 0 steps; the end is a summary, a time limit, or silence."""
    text = sample("sambanova/bertlarge_ntasks8_run/040424.05/BertLarge.out")
    head = text[: text.index("\n", text.rindex("Log ID initialized")) + 1].replace("--steps_this_run 505", f"--steps_this_run {steps}")
    job = Job(name, at)
    job.now("loading", "unknown")
    for moment, line in moved(head, at):
        job.at = max(job.at, moment)
        job.say(line)
    job.now("loading")
    job.wait(30)
    for step in range(1, (stop or steps) + 1):
        job.wait(every)
        job.say(sambanova_step(job.clock, step))
        job.now("running")
    if limit:
        job.wait(5)
        job.say(f"slurmstepd: error: *** JOB 30462 ON sn30-r1-h1 CANCELLED AT {stamp(job.clock)[:10]}T{stamp(job.clock)[11:19]} DUE TO TIME LIMIT ***\n")
        job.now("cancelled")
    elif stop:
        job.dies("running")
    else:
        tail = text[text.index("\n", text.rindex("|local_step:")) + 1 :]
        for moment, line in moved(tail, job.clock + 2):
            job.at = max(job.at, moment)
            job.say(line)
        job.now("failed")  # trained, and then its acceptance check failed
    return job


# Gaudi: a Trainer's dictionaries, without times


def gaudi_run(name: str, at: float, logs: int, *, every: float = 30.0, stop: int = 0, block: int = 1) -> Job:
    """A log line every 30 s, an evaluation that says nothing for 4 minutes after each 20; written `block` lines at a time."""
    job = Job(name, at)
    job.say("============================= HABANA PT BRIDGE CONFIGURATION ===========================\n")
    job.now("loading", "compiling", "running")
    job.wait(9 * MINUTE)  # the first steps compile, and nothing says so
    waiting: list[str] = []
    for index in range(1, (stop or logs) + 1):
        job.wait(every + (4 * MINUTE if index % 20 == 0 else 0))
        waiting.append(f"{{'loss': {8 - index / 200:.4f}, 'grad_norm': 0.6015625, 'learning_rate': 9.9e-05, 'epoch': {index / 100:.2f}, "
                       "'memory_allocated (GB)': 13.64, 'max_memory_allocated (GB)': 48.92, 'total_memory_available (GB)': 94.62}\n")  # fmt: skip
        if len(waiting) >= block:
            job.say("".join(waiting))
            job.now("running")
            waiting = []
    if stop:
        job.dies("running", every * block + 4 * MINUTE)
        return job
    job.wait(20)
    job.say("".join(waiting) + "{'train_runtime': 992.6524, 'train_samples_per_second': 31.11, 'train_steps_per_second': 1.945, 'train_loss': 1.15, 'epoch': 3.0}\n")
    job.now("finished", "running")
    return job


def the_day() -> list[Job]:
    """Some forty jobs over 24 hours."""
    at = cycle(DAWN + hour * HOUR + minute * MINUTE for hour, minute in ((0, 3), (1, 10), (2, 40), (5, 0), (7, 30), (9, 15), (11, 0)))
    step: Callable[[], float] = lambda: next(at)  # noqa: E731
    jobs = [
        replayed("cerebras/again_1024/mytest.log", step(), "cerebras/bert_large_bs1024/mytest.log", "finished",
                 live=("loading", "compiling", "queued", "running", "unknown")),
        cerebras_run("cerebras/plain/run.log", step(), 3000),
        cerebras_run("cerebras/queued/run.log", step(), 2000, queue=3 * HOUR),
        cerebras_run("cerebras/slow_compile/run.log", step(), 1000, compile=57 * MINUTE),
        cerebras_run("cerebras/primed/run.log", step(), 1000, load=62 * MINUTE),
        cerebras_run("cerebras/checkpoints/run.log", step(), 4000, checkpoint=500, pause=8.5 * MINUTE),
        cerebras_run("cerebras/evaluates/run.log", step(), 4000, evaluate=400),
        cerebras_run("cerebras/both/run.log", step(), 6000, checkpoint=1000, pause=5 * MINUTE, evaluate=500),
        cerebras_run("cerebras/slow_steps/run.log", step(), 400, every=10 * MINUTE),
        cerebras_run("cerebras/dies/run.log", step(), 3000, stop=700),
        cerebras_run("cerebras/dies_late/run.log", DAWN + 22 * HOUR, 3000, stop=300),
        cerebras_run("cerebras/dies_at_last/run.log", DAWN + 23 * HOUR, 3000, stop=300),
        cerebras_run("cerebras/dies_evaluating/run.log", step(), 3000, stop=810, evaluate=100),
        cerebras_run("cerebras/dies_slow/run.log", step(), 1000, stop=200, every=12 * MINUTE),
        cerebras_run("cerebras/hangs/run.log", step(), 2000, stop=500, gone=40 * MINUTE),
        cerebras_run("cerebras/back_from_the_dead/run.log", step(), 2000, stop=500, gone=3 * HOUR),
        cerebras_run("cerebras/clock_ahead/run.log", step(), 2000, skew=17 * MINUTE),
        cerebras_run("cerebras/clock_behind/run.log", step(), 2000, skew=-17 * MINUTE),
        cerebras_run("cerebras/another_zone/run.log", step(), 2000, zone=-7 * HOUR),
        cerebras_run("cerebras/still_going/run.log", DAWN + 21 * HOUR, 20_000),
        cerebras_crash("cerebras/crashes/run.log", step()),
        graphcore_run("graphcore/mnist/slurm-20601.out", step(), 40),
        graphcore_run("graphcore/long_queue/slurm-20602.out", step(), 20, queue=9 * HOUR),
        graphcore_run("graphcore/slow_epochs/slurm-20603.out", step(), 20, every=11 * MINUTE),
        graphcore_run("graphcore/dies/slurm-20604.out", step(), 40, stop=14),
        graphcore_run("graphcore/clock_behind/slurm-20605.out", step(), 60, skew=-25 * MINUTE),
        graphcore_run("graphcore/clock_ahead/slurm-20606.out", step(), 60, skew=25 * MINUTE),
        graphcore_run("graphcore/still_going/slurm-20607.out", DAWN + 22 * HOUR, 400),
        groq_run("groq/bert_tiny/bert_tiny.log", step()),
        groq_run("groq/slow_build/bert_tiny.log", step(), compile=55 * MINUTE),
        groq_run("groq/abandoned/bert_tiny.log", step(), abandoned=True),
        sambanova_submit("sambanova/submit/040724.01/BertLarge.out", step()),
        sambanova_run("sambanova/trains/040724.02/BertLarge.out", step(), 505),
        sambanova_run("sambanova/dies/040724.03/BertLarge.out", step(), 505, stop=200),
        sambanova_run("sambanova/limit/040724.04/BertLarge.out", step(), 505, stop=300, limit=True),
        sambanova_run("sambanova/slow/040724.05/BertLarge.out", step(), 505, every=64),
        gaudi_run("gaudi/train/gaudi.log", step(), 300),
        gaudi_run("gaudi/dies/gaudi.log", step(), 300, stop=130),
        gaudi_run("gaudi/in_blocks/gaudi.log", step(), 300, block=15),
        gaudi_run("gaudi/overnight/gaudi.log", DAWN + 20 * HOUR, 2000),
    ]  # fmt: skip
    assert len({job.name for job in jobs}) == len(jobs)
    return jobs
