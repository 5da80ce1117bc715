"""The scripts around an application: BertLarge.sh on the login node, its batch script, and what they print of the machine.

The submit script compiles unless the .pef exists, hands a job over and stops; the job's own output is another log. Both
end with `Duration:`, which is bash's clock of that script.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from parsers.evidence import FATAL, SUBMITTED, SUCCESS, WEAK_SUCCESS
from parsers.grammar import Line
from parsers.sambanova.command import configure
from parsers.sambanova.launch import enter, give_back, handed_over, job_speaks, keep_back
from parsers.scribe import Scribe, number_or_text


def _new_header(found: re.Match[str], scribe: Scribe) -> bool:
    return scribe.body and not handed_over(scribe)


def _header(scribe: Scribe, name: str, value: str) -> None:
    keep_back(scribe, "header", "param", name, value)
    if not handed_over(scribe):
        give_back(scribe, "header")


def _model(found: re.Match[str], scribe: Scribe) -> None:
    _header(scribe, "model", found["model"])


def _date(found: re.Match[str], scribe: Scribe) -> None:
    scribe.memory["date"] = found["date"]


def _time(found: re.Match[str], scribe: Scribe) -> None:
    """The script's start, to the minute, by the host's clock."""
    date = scribe.memory.get("date")
    if date is None or not scribe.open:
        return
    try:
        at = datetime.strptime(f"{date} {found['time']}", "%m/%d/%y %H:%M")
    except ValueError:
        return
    scribe.message = replace(scribe.message, at=at)
    _header(scribe, "script_started", at.isoformat(" ", "minutes"))


def _version(found: re.Match[str], scribe: Scribe) -> None:
    _header(scribe, "version", found["version"])


def _another_compile(found: re.Match[str], scribe: Scribe) -> bool:
    """Not the same line printed twice."""
    if handed_over(scribe) or scribe.memory.get("job part"):
        return True
    return bool(scribe.seen["compile start"]) and scribe.memory.get("compile start") != int(found["s"])


def _compile_start(found: re.Match[str], scribe: Scribe) -> None:
    give_back(scribe, "header")
    scribe.memory["compile start"] = int(found["s"])
    scribe.kind("compile")
    scribe.enter("compile")


def _another_compile_end(found: re.Match[str], scribe: Scribe) -> bool:
    return scribe.memory.get("compile end", found["s"]) != found["s"] or handed_over(scribe)


def _compile_end(found: re.Match[str], scribe: Scribe) -> None:
    start = scribe.memory.get("compile start")
    scribe.memory["compile end"] = found["s"]
    seconds = None if start is None or int(found["s"]) < start else float(int(found["s"]) - start)
    scribe.kind("compile")
    scribe.leave("compile", seconds)
    if seconds is not None:
        scribe.metric("compile_seconds", seconds, derived=True)
    scribe.end("finished", WEAK_SUCCESS)


def _compile_command(found: re.Match[str], scribe: Scribe) -> None:
    scribe.param("compile_command", found["command"])
    configure(scribe, found["command"])
    scribe.kind("compile")
    enter(scribe, "compile")


def _run_command(found: re.Match[str], scribe: Scribe) -> None:
    job_speaks(scribe)
    scribe.param("command", found["command"])
    given = configure(scribe, found["command"])
    if "do_train" in given:
        scribe.kind("training")
    enter(scribe, "load")


def _environment(found: re.Match[str], scribe: Scribe) -> None:
    """Slurm's own variables are the job's; a submit script that runs inside another allocation prints that one's."""
    name, value = found["name"], found["value"]
    if name == "JOB_ID":
        keep_back(scribe, "environment", "job", value)
    else:
        keep_back(scribe, "environment", "param", {"NTASKS": "ntasks", "NNODES": "nodes"}[name], number_or_text(value))


def _another_submission(found: re.Match[str], scribe: Scribe) -> bool:
    return scribe.memory.get("submitted", found["id"]) != found["id"]


def _submitted(found: re.Match[str], scribe: Scribe) -> None:
    """Nothing of the job is in this log, unless it goes on with the job's own header."""
    scribe.file.pop("environment", None)
    give_back(scribe, "header")
    job = scribe.memory["submitted"] = found["id"]
    compiled = any(scribe.seen[name] for name in ("compile start", "compile end", "compile command", "PEF created"))
    if not compiled:
        scribe.kind("training")
        if scribe.memory.get("header"):
            scribe.memory["compile skipped"] = True
            scribe.leave("compile", cached=True)
            scribe.notice("compile-skipped", "warning",
                          "The compile was skipped: the .pef existed already; this log's Duration and that of one that compiled"
                          " are no measure of speed")
    scribe.memory["handed over"] = True
    model = scribe.memory.get("model")
    where = f"a file {model}.out in a directory named for the hour in which the job starts" if model else "a file of its own"
    scribe.notice("output-elsewhere", "warning",
                  f"No training in this log: it only hands over job {job}, whose output goes to {where};"
                  f" slurm-{job}.out names it")


def _refused(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.file.get("header"):
        scribe.start()
        give_back(scribe, "header")
    elif not scribe.open:
        return
    scribe.body = True
    scribe.fail(scribe.message.text, FATAL)


def _duration(found: re.Match[str], scribe: Scribe) -> None:
    seconds = found["s"]
    scribe.metric("duration_seconds", float(seconds))
    memory = scribe.memory
    if handed_over(scribe):
        what = "submitting alone, nothing was compiled" if memory.get("compile skipped") else "compiling and submitting"
        scribe.notice("duration-is-script-time", "warning",
                      f"Duration {seconds} s is the clock of the submit script ({what}): no training is in it")
    elif memory.get("job part") or any(scribe.seen[name] for name in ("summary", "step", "app finished")):
        trained = memory.get("trained seconds")
        rest = f"; the training itself took {trained} s" if trained else ""
        scribe.notice("duration-is-script-time", "info",
                      f"Duration {seconds} s is the clock of the run script, with loading and listings{rest}")
        scribe.end("finished", SUCCESS)
    else:
        scribe.notice("duration-is-script-time", "warning", f"Duration {seconds} s is a script's clock, not training time")
        if scribe.seen["compile end"]:
            scribe.end("finished", SUCCESS)


def _skipped(found: re.Match[str], scribe: Scribe) -> None:
    if scribe.open and found["what"] == "exists":
        scribe.notice("compile-skipped", "warning", f"Nothing was compiled: {found['pef']} existed already")
    elif scribe.open:
        scribe.fail(scribe.message.text, FATAL)


SCRIPTS = (
    Line(
        "model", r"^Model: {2,4}(?P<model>[\w.-]+)$", ("Model:  BertLarge",),
        "a script begins: the model that it runs", role="head", begins=_new_header, read=_model,
    ),
    Line(
        "date", r"^Date: {2,4}(?P<date>\d\d/\d\d/\d\d)$", ("Date:  04/04/24",),
        "the day, month first", role="noise", read=_date,
    ),
    Line(
        "time", r"^Time: {2,4}(?P<time>\d\d:\d\d)$", ("Time:  04:26",),
        "when the script began", role="noise", read=_time,
    ),
    Line(
        "sdk", r"^sambaflow/\S+ (?P<version>\d[\d.]+-\d+) \w+ \[installed",
        ("sambaflow/focal,focal,now 1.17.7-27 amd64 [installed,upgradable to: 1.18.7-38]",),
        "the SambaFlow that is installed", owns=True, role="head", begins=lambda found, scribe: False, read=_version,
    ),
    Line(
        "platform", r"^Platform: DataScale SN\d", ("Platform: DataScale SN30-8",), "the machine", owns=True, role="noise",
    ),
    Line(
        "inventory", r"^/NODE/[\w/]+\s*\|[^|]*\|[^|]*\|",
        ("/NODE/XRDU_0/RDU_0/DDRCH_0/DIMM_A0    | 1F5BBAF             | Present         | Online       ",),
        "a part of the machine", owns=True, role="noise",
    ),
    Line(
        "machine", r"^(?:Machine [Ss]tate (?:Before|After):|Physical Inventory:$|Component Name\s+\| Serial Number)",
        ("Machine state After: ", "Physical Inventory:"), "the machine's parts follow", role="noise",
    ),
    Line(
        "compile start", r"^COMPILE START AT (?P<s>\d{1,7})$", ("COMPILE START AT 0",),
        "the compile begins, by the submit script's clock", begins=_another_compile, read=_compile_start,
    ),
    Line(
        "compile end", r"^COMPILE END AT (?P<s>\d{1,7})$", ("COMPILE END AT 780",),
        "the compile is over, by the submit script's clock", begins=_another_compile_end, read=_compile_end,
    ),
    Line(
        "compile command", r"^COMPILE COMMAND: ?(?P<command>\S.*)$",
        ("COMPILE COMMAND: python /opt/sambaflow/apps/nlp/transformers_hook.py compile -b 256 --num-tiles 4",),
        "how it was compiled", read=_compile_command,
    ),
    Line(
        "run command", r"^(?:RUN )?COMMAND[:=] ?(?P<command>(?:\S*/)?(?:srun|python3?|mpirun) .+)$",
        ("RUN COMMAND: /usr/local/bin/srun --mpi=pmi2 python transformers_hook.py run -b 256 --steps_this_run 505 --do_train",),
        "how it was run", read=_run_command,
    ),
    Line(
        "job environment", r"^SLURM_(?P<name>JOB_ID|NTASKS|NNODES)=(?P<value>\d+)$", ("SLURM_JOB_ID=43720", "SLURM_NTASKS=8"),
        "the job's number and size; nothing else of the environment is kept", role="noise", read=_environment,
    ),
    Line(
        "environment", r"^(?:VIRTUAL_ENV|PATH)=(?:\S*:)?/opt/samba(?:flow|nova)/",
        ("VIRTUAL_ENV=/opt/sambaflow/apps/nlp/transformers_on_rdu/venv",), "SambaFlow is set up", owns=True, role="noise",
    ),
    Line(
        "submitted", r"^Submitted batch job (?P<id>\d+)(?: on cluster \S+)?$", ("Submitted batch job 30451",),
        "handed to Slurm: the run itself is another log", job="id", ends="submitted", strength=SUBMITTED,
        begins=_another_submission, read=_submitted,
    ),
    Line(
        "refused", r"^(?:sbatch|srun|salloc): error: (?:Batch job submission failed|Unable to allocate resources"
        r"|Unable to create step[^:]*|Application launch failed|Unable to confirm allocation[^:]*|Allocation failure[^:]*): .+$",
        ("sbatch: error: Batch job submission failed: Requested node configuration is not available",
         "srun: error: Unable to allocate resources: Invalid generic resource (gres) specification"),
        "Slurm refused the job", role="noise", read=_refused,
    ),
    Line(
        "script time", r"^Duration: {2,4}(?P<s>\d{1,7})$", ("Duration:  781",),
        "the clock of the script that wrote this log", read=_duration,
    ),
    Line(
        "PEF there", r"^(?P<pef>/?[\w./-]+\.pef) (?P<what>exists|does not exist, exiting)$",
        ("/home/u/BertLarge/bertlrg/bertlrg.pef exists",),
        "whether a compile is needed", role="noise", read=_skipped,
    ),
)
