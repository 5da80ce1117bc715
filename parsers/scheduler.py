"""What schedulers and shells print into any vendor's log: Slurm, PBS, listings of jobs, shell prompts, pointer files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.crashes import CRASHES
from parsers.evidence import BARE_CANCEL, EXIT_CODE, FATAL, INTERRUPT, KILLED_BY_LIMIT, OUT_OF_MEMORY, SUBMITTED
from parsers.grammar import Line, Message
from parsers.patterns import late
from parsers.scribe import Scribe

_POINTER = r"^Using (?P<path>[^\s'\"]*[^\s'\"/]\.(?:out|log|err|txt)) for output$"
_VIEWERS = late(r"(?:^|[|;&]\s*)(?:sudo )?(?:tail|cat|less|more|head|watch|view|zless|zcat|grep|bat|vim?)\b")
_NAMED_JOB = late(r"\b(?:slurm-|[\w.-]+\.[oe])(\d+)(?:\.out)?(?=\s|$)")


def pointed_at(head: str) -> str | None:
    """The path that a pointer file names: a text of `Using PATH for output` lines alone, as a batch job's own
    `slurm-N.out` is when its script sends everything elsewhere. None for any other text, or one that names two paths.

    >>> pointed_at("Using /home/u/BertLarge/040424.04/BertLarge.out for output")
    '/home/u/BertLarge/040424.04/BertLarge.out'
    """
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    paths = {found["path"] if (found := re.match(_POINTER, line)) else None for line in lines}
    return paths.pop() if len(paths) == 1 else None


def _elsewhere(found: re.Match[str], scribe: Scribe) -> None:
    path = found["path"]
    if scribe.open:
        scribe.pointer(path)
    if job := scribe.file.get("viewed job"):
        scribe.file.setdefault("jobs by output", {})[path] = job


# a shell


def _prompt(found: re.Match[str], scribe: Scribe) -> None:
    """A prompt came back, so the launch before is over. A file that is looked at here may tell whose job it is: the
    pointer in `slurm-N.out` names the output that a later `tail -f` shows."""
    scribe.close()
    command = (found["command"] or "").strip()
    viewing = bool(_VIEWERS.search(command))
    named = _NAMED_JOB.search(command) if viewing else None
    shown = (job for path, job in scribe.file.get("jobs by output", {}).items() if viewing and path in command)
    scribe.file["viewing"] = viewing
    scribe.file["viewed job"] = named[1] if named else next(shown, None)


def viewed_job(scribe: Scribe) -> str | None:
    """The job whose output the shell was asked to show, once; None when this is no such view."""
    job: str | None = scribe.file.pop("viewed job", None)
    return job


# Slurm


def _job_of(step: str) -> str | None:
    found = re.match(r"(?:StepId=|JobId=)?(\d+)", step)
    return found[1] if found else None


def _salloc(found: re.Match[str], scribe: Scribe) -> None:
    scribe.job(found["id"])
    if found["what"] == "Pending" or (found["then"] or "").startswith("queued"):
        scribe.enter("queue")
    else:
        _left_queue(found, scribe)


def _left_queue(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.phase == "queue":
        scribe.leave("queue")


def _refused(found: re.Match[str], scribe: Scribe) -> None:
    """Nothing was launched; where a launch's own log says so, that one failed."""
    if scribe.open:
        scribe.body = True
        scribe.fail(found[0], FATAL)


def _not_started(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(found[0], FATAL)


def task_exit(found: re.Match[str], scribe: Scribe) -> None:
    """Only the first exit code or signal is a cause: the other tasks are killed because of it."""
    signal = found["signal"]
    if signal == "Out Of Memory":
        scribe.fail(scribe.message.text, OUT_OF_MEMORY)
    elif signal is not None:
        scribe.fail(found[0], EXIT_CODE if signal in ("Killed", "Terminated") else EXIT_CODE + 1)
    elif found["rc"].strip("0"):
        scribe.fail(found[0], EXIT_CODE + 1)


def _step_over(found: re.Match[str], scribe: Scribe) -> None:
    if found["step"] and (job := _job_of(found["step"])):
        scribe.job(job)


def _cancelled(found: re.Match[str], scribe: Scribe) -> None:
    if job := _job_of(found["id"]):
        scribe.job(job)
    why = (found["why"] or "").upper()
    if found["failed"] or why == "TASK FAILURE":
        scribe.fail(found[0], EXIT_CODE)
    elif why.startswith("NODE FAILURE"):
        scribe.fail(found[0], KILLED_BY_LIMIT)
    elif why and not why.startswith("SIGNAL"):
        scribe.end("cancelled", KILLED_BY_LIMIT)
    else:
        scribe.end("cancelled", BARE_CANCEL)


def _out_of_memory(found: re.Match[str], scribe: Scribe) -> None:
    if job := _job_of(found["step"]):
        scribe.job(job)
    scribe.fail(scribe.message.text, OUT_OF_MEMORY)


# PBS


def _killed(found: re.Match[str], scribe: Scribe) -> None:
    if "mem" in (found["resource"] or ""):
        scribe.fail(scribe.message.text, OUT_OF_MEMORY)
    else:
        scribe.end("cancelled", KILLED_BY_LIMIT)


def _completed(found: re.Match[str], scribe: Scribe) -> None:
    scribe.close()


# listings


@dataclass
class Listing:
    """Waits for the end of a table of jobs or nodes, whose rows are of anybody's jobs."""

    rows: int = 0

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Use rows; anything else ends the table."""
        self.rows += 1
        return self.rows < 1000 and bool(_ROW.match(message.text))


_ROW = late(
    r"^(?:[- ]+$|\d+(?:_(?:\d+|\[[\d,%-]+\]))?\s+\S+\s+\S+\s+\S+\s+[A-Z]{1,2}\s+[\d:-]+\s+\d+\s"
    r"|\d+\.\S+\s+\S+\s+\S+\s+\S+\s+[A-Z]\s+\S+$|\d+(?:\.\w+)?\s+\S+.*\s[A-Z_+]+\s+\d+:\d+$"
    r"|\S+\s+(?:up|down|drain|inact)\s+\S+\s+\d+\s+\S+)"
)


def _listing(found: re.Match[str], scribe: Scribe) -> None:
    scribe.waiting = Listing()


SCHEDULER: tuple[Line, ...] = (
    Line(
        "queued",
        r"^srun: job (?P<id>\d+) queued and waiting for resources$",
        ("srun: job 20603 queued and waiting for resources",),
        "waiting in Slurm's queue",
        role="head", job="id", enters="queue",
    ),
    Line(
        "allocated",
        r"^srun: job (?P<id>\d+) has been allocated resources$",
        ("srun: job 20603 has been allocated resources",),
        "left Slurm's queue: the program starts",
        role="head", job="id", read=_left_queue,
    ),
    Line(
        "salloc",
        r"^salloc: (?:(?P<what>Pending|Granted) job allocation |job )(?P<id>\d+)"
        r"(?: (?P<then>queued and waiting for|has been allocated) resources)?$",
        ("salloc: Granted job allocation 123", "salloc: Pending job allocation 123",
         "salloc: job 123 queued and waiting for resources", "salloc: job 123 has been allocated resources"),
        "an interactive allocation",
        role="head",
        read=_salloc,
    ),
    Line(
        "allocation over",
        r"^salloc: (?:Relinquishing job allocation (?P<id>\d+)|Job allocation \d+ has been revoked\.?)$",
        ("salloc: Relinquishing job allocation 123", "salloc: Job allocation 123 has been revoked."),
        "the interactive allocation is given back",
        role="noise",
        read=_completed,
    ),
    Line(
        "submitted",
        r"^Submitted batch job (?P<id>\d+)(?: on cluster \S+)?$",
        ("Submitted batch job 30451", "Submitted batch job 30451 on cluster ai"),
        "handed to Slurm",
        job="id", ends="submitted", strength=SUBMITTED,
    ),
    Line(
        "refused",
        r"^(?:sbatch|srun|salloc): error: (?:Batch job submission failed|Unable to allocate resources|Unable to create step[^:]*"
        r"|Application launch failed|Unable to confirm allocation[^:]*|Allocation failure[^:]*): .+$",
        ("sbatch: error: Batch job submission failed: Requested node configuration is not available",
         "srun: error: Unable to allocate resources: Invalid generic resource (gres) specification"),
        "Slurm refused the job",
        role="noise",
        read=_refused,
    ),
    Line(
        "task exit",
        r"^srun: error: \S+: tasks? [\d,\-\[\]]+: "
        r"(?:Exited with exit code (?P<rc>\d+)|(?P<signal>[A-Z][\w ]+?)(?: \(core dumped\))?)$",
        ("srun: error: sn30-r1-h1: task 0: Exited with exit code 1", "srun: error: sn30-r1-h1: tasks 1-5,7: Killed",
         "srun: error: node3: task 5: Segmentation fault (core dumped)", "srun: error: node3: task 5: Out Of Memory"),
        "a task of the job ended badly; the first one is the cause",
        read=task_exit,
    ),
    Line(
        "step over",
        r"^srun: (?:(?:Terminating job step|Force Terminated job step|Force Terminated job|Force Terminated) (?P<step>[\w=.+]+)"
        r"|Job step aborted: Waiting up to \d+ seconds for job step to finish\.)$",
        ("srun: Terminating job step 43720.0", "srun: Force Terminated StepId=43720.0",
         "srun: Job step aborted: Waiting up to 32 seconds for job step to finish."),
        "Slurm ends the other tasks",
        read=_step_over,
    ),
    Line(
        "stopped by hand",
        r"^srun: (?:sending Ctrl-C to (?:job|StepId=)|forcing job termination$)",
        ("srun: sending Ctrl-C to StepId=43720.0", "srun: forcing job termination"),
        "^C at srun",
        ends="cancelled", strength=INTERRUPT,
    ),
    Line(
        "srun notes",
        r"^srun: (?:interrupt \(one more within|error: Timed out waiting for job step to complete|got SIGCONT"
        r"|Job \d+ step creation|Step created for|step:\S+ tasks? |StepId=\S+ tasks? )",
        ("srun: interrupt (one more within 1 sec to abort)", "srun: StepId=43720.0 tasks 0-15: running",
         "srun: Job 43720 step creation temporarily disabled, retrying"),
        "how Slurm ends or creates a step",
        role="noise",
    ),
    Line(
        "cancelled",
        r"^slurmstepd\S*: error: \*\*\* (?:JOB |STEP )?(?P<id>(?:StepId=|JobId=)?\d[\w.+]*) ON (?P<node>\S+) (?:CANCELLED AT \S+"
        r"(?: (?:DUE TO|DUE to) (?P<why>TIME LIMIT|PREEMPTION|NODE FAILURE.*?|JOB REQUEUE|TASK FAILURE|SIGNAL .+?))?"
        r"|(?P<failed>FAILED) \(.*\)) \*\*\*$",
        ("slurmstepd: error: *** STEP 43720.0 ON sn30-r1-h1 CANCELLED AT 2024-11-21T23:14:55 ***",
         "slurmstepd: error: *** StepId=43720.0 ON sn30-r1-h1 CANCELLED AT 2024-11-21T23:14:55 ***",
         "slurmstepd: error: *** JOB 30451 ON sn30-r1-h1 CANCELLED AT 2024-04-04T05:00:00 DUE TO TIME LIMIT ***",
         "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2024-04-04T05:00:00 DUE to SIGNAL Terminated ***",
         "slurmstepd: error: *** STEP 7.0 ON n1 FAILED (non-zero exit code or other failure mode) ***"),
        "Slurm ended the job: with a limit it is the cause, alone it was cancelled, after a failure it is its consequence",
        read=_cancelled,
    ),
    Line(
        "out of memory",
        r"^(?:slurmstepd\S*: |srun: )?error: Detected \d+ oom[-_]kill events?(?:\(s\))? in "
        r"(?P<step>(?:StepId=|step )?[\w.+]+)(?: cgroup)?\. Some of ",
        ("slurmstepd: error: Detected 1 oom_kill event in StepId=1234.0. Some of the step tasks have been OOM Killed.",
         "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1234.batch. Some of your processes may have been killed "
         "by the cgroup out-of-memory handler.",
         "slurmstepd: error: Detected 2 oom-kill event(s) in step 1234.0 cgroup. Some of your processes may have been killed "
         "by the cgroup out-of-memory handler."),
        "the host ran out of memory",
        read=_out_of_memory,
        versions="Slurm 19.05 to 24.05",
    ),
    Line(
        "no such program",
        r"^slurmstepd\S*: error: execve\(\): .*: [A-Z][\w ]+$",
        ('slurmstepd: error: execve(): POPLAR_ENGINE_OPTIONS={"autoReport.all":"true"}: No such file or directory',),
        "Slurm could not start the program",
        read=_not_started,
    ),
    Line(
        "PBS killed",
        r"^=>> PBS: job killed: (?:(?P<resource>\w+) \S+ exceeded limit \S+|(?P<other>.+))$",
        ("=>> PBS: job killed: walltime 7230 exceeded limit 7200",
         "=>> PBS: job killed: mem 17303452kb exceeded limit 16777216kb"),
        "PBS killed the job at its limit",
        read=_killed,
    ),
    Line(
        "PBS waiting",
        r"^qsub: waiting for job (?P<id>\d\S*) to start$",
        ("qsub: waiting for job 3084.groq-r01-co-01 to start",),
        "waiting in the queue of PBS",
        role="head", job="id", enters="queue",
    ),
    Line(
        "PBS ready",
        r"^qsub: job (?P<id>\d\S*) ready$",
        ("qsub: job 3084.groq-r01-co-01 ready",),
        "left the queue of PBS",
        role="head", job="id", read=_left_queue,
    ),
    Line(
        "PBS completed",
        r"^qsub: job (?P<id>\d\S*) completed$",
        ("qsub: job 13010171.meta-pbs.metacentrum.cz completed",),
        "the interactive job is over",
        role="noise",
        read=_completed,
    ),
    Line(
        "PBS refused",
        r"^qsub: (?:Unknown|Unauthorized|[Ii]llegal|Bad|Job (?:rejected|violates|exceeds)|[Cc]annot|script file|[Rr]equest|Access"
        r"|would exceed|Invalid|No )\b.*$",
        ("qsub: Unknown queue", "qsub: Job violates queue and/or server resource limits"),
        "PBS refused the job",
        role="noise",
        read=_refused,
    ),
    Line(
        "PBS submitted",
        r"^(?P<id>\d+\.(?:[a-z][\w-]*-)?(?:pbs|co-\d)[\w.-]*)$",
        ("3084.groq-r01-co-01", "13010171.meta-pbs.metacentrum.cz"),
        "handed to PBS",
        job="id", ends="submitted", strength=SUBMITTED, anchors=("pbs", "-co-", ".co-"),
    ),
    Line(
        "output elsewhere",
        _POINTER,
        ("Using /home/u/BertLarge/040424.04/BertLarge.out for output",),
        "the program's output is in another file",
        role="noise",
        read=_elsewhere,
    ),
    Line(
        "listing of jobs",
        r"^(?:JOBID PARTITION\s+NAME|Job id\s+Name\s+User|JobID\s+JobName\s+Partition|PARTITION\s+AVAIL\s+TIMELIMIT"
        r"|NAME\s+AGE\s+DURATION\s+PHASE|Req'd\s+Req'd|TILE\s+%idle)",
        ("             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)",
         "Job id            Name             User              Time Use S Queue",
         "PARTITION AVAIL  TIMELIMIT  NODES  STATE NODELIST",
         "NAME                          AGE  DURATION  PHASE    SYSTEMS     USER     LABELS        DASHBOARD"),
        "a listing of jobs, anybody's",
        role="noise",
        read=_listing,
    ),
    Line(
        "job in a listing",
        r"^wsjob-\w+\s+\d+\w*\s+(?:\d\w*\s+)?[A-Z]{4,}\s",
        ("wsjob-thjj8zticwsylhppkbmjqe  13s  1s        RUNNING  cer-cs2-01  username name=unet_pt",),
        "a job in a listing",
        role="noise",
    ),
    Line(
        "prompt",
        r"^(?:\([\w.+-]+\) ?)*(?:[\w.-]+@[\w.-]+: ?(?:~|/)[^$#]*[$#]|\[[\w.-]+@[\w.-]+ [^\]]+\] ?[$#]|(?<!\S)\$"
        r"|(?:Singularity|Apptainer)>)(?: (?P<command>.*))?$",
        ("(env) user@host:~/dir$ python train.py", "[user@host dir]$ srun python train.py", "user@host:~/dir$ ",
         "(venv_pt) $ ls", "$ qstat", "Singularity> "),
        "a shell prompt: the launch before it is over",
        role="noise",
        read=_prompt,
        anchors=("$", "@", "Singularity>", "Apptainer>"),
    ),
    *CRASHES,
)
