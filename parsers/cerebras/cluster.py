"""The appliance's cluster: jobs and their queue, pods, staging, events; its own words for failures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.cerebras.continuity import anew, goes_on, once
from parsers.evidence import BARE_CANCEL, FATAL, KILLED_BY_LIMIT
from parsers.grammar import Line, Message
from parsers.scribe import Scribe

LONGEST_EVENT = 200
"""Lines after which an event's message without its closing quote is given up."""
_STAGING = (
    r"About to send initial weights|Finished sending initial weights|Finalizing appliance staging for the run"
    r"|Waiting for device programming to complete|Device programming is complete|Using network type: \w+"
    r"|Waiting for input workers to prime the data pipeline and begin streaming \.\.\."
    r"|Input workers have begun streaming input data"
    r"|Appliance staging is complete|Finished staging the appliance"
)


@dataclass
class EventText:
    """The rest of an event's message, up to the line that ends with its quote; it quotes other logs, errors and all."""

    count: int = 0

    def take(self, message: Message, scribe: Scribe) -> bool:
        """Pass over the line; a record of this log's own logger or a traceback shows the message to be over."""
        self.count += 1
        if message.at is not None or message.text.startswith("Traceback (") or self.count > LONGEST_EVENT:
            return False
        if message.text.endswith("'"):
            scribe.waiting = None
        return True


def _event(found: re.Match[str], scribe: Scribe) -> None:
    version = re.match(r"Warning: job image version (\S+) is inconsistent", found["m"])
    if version and scribe.open:
        once(scribe, "version", version[1])
    if not found["m"].endswith("'"):
        scribe.waiting = EventText()


def _initiated(found: re.Match[str], scribe: Scribe) -> None:
    """A job is handed to the cluster: from here it waits for its grant."""
    what = found["kind"]
    goes_on(scribe)
    scribe.memory.pop("over", None)
    if what == "image build":
        return
    if what.startswith("SDK"):
        scribe.memory["sdk"] = True
    scribe.memory["job"] = what.removeprefix("SDK ")
    if what == "compile":
        scribe.kind("compile")
    for name in ("ready", "stages", "cached"):
        scribe.memory.pop(name, None)
    scribe.enter("queue")


def _initiated_begins(found: re.Match[str], scribe: Scribe) -> bool:
    """As for any line after a launch's end; but a fit that ended may be followed by the same launch's validation."""
    return anew(found, scribe) and not (scribe.memory.get("over") == "fit" and found["kind"] in ("compile", "image build"))


def _job(found: re.Match[str], scribe: Scribe) -> None:
    if found["kind"]:
        scribe.memory["job"] = "compile" if "compile" in found["kind"].lower() else "execute"
        if "sdk" in found["kind"].lower():
            scribe.memory["sdk"] = True
    scribe.job(found["job"])


def _granted(scribe: Scribe) -> None:
    """The job no longer waits: what it does now, its kind says."""
    job = scribe.memory.get("job") or ("execute" if scribe.memory.get("compiled") else None)
    if job == "compile":
        scribe.enter("compile")
    elif job == "execute":
        scribe.enter("load")
    elif scribe.phase == "queue":
        scribe.leave("queue")


def _poll(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    if found["state"] == "Queueing":
        scribe.enter("queue")
    elif found["state"] or not found["msg"].startswith("Waiting for job running"):
        _granted(scribe)


def _ready(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    _granted(scribe)
    scribe.memory["ready"] = scribe.message.at


def _staging(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    scribe.enter("load")


def _systems(found: re.Match[str], scribe: Scribe) -> None:
    goes_on(scribe)
    once(scribe, "num_csx", int(found["n"]))
    scribe.enter("load")


def _weights(found: re.Match[str], scribe: Scribe) -> None:
    scribe.enter("checkpoint" if found["away"] else "load")


def _shutdown(found: re.Match[str], scribe: Scribe) -> None:
    trained = scribe.ended == "finished"
    scribe.fail(scribe.message.text, FATAL)
    if trained:
        sentence = f"It had trained to its end when the appliance was shut down: {found['detail']}"
        scribe.notice("trained-then-failed", "warning", sentence)
    if found["why"] == "NaN error":
        scribe.notice("not-a-number", "error", f"The appliance stopped at a NaN: {found['detail']}")


def _job_failed(found: re.Match[str], scribe: Scribe) -> None:
    scribe.fail(scribe.message.text, FATAL)


def _job_cancelled(found: re.Match[str], scribe: Scribe) -> None:
    """The cluster says that a user or a quota ended the job, whatever the client made of that; after the end it is nothing."""
    if scribe.ended != "finished":
        scribe.end("cancelled", KILLED_BY_LIMIT if scribe.message.level else BARE_CANCEL)


CLUSTER: tuple[Line, ...] = (
    Line(
        "job initiated",
        r"^Initiating a new (?P<kind>compile|execute|SDK compile|SDK execute"
        r"|image build) (?:ws)?job against the cluster server\.?$",
        (
            "2024-03-14 03:15:02,614 INFO:   Initiating a new execute wsjob against the cluster server.",
            "2024-03-14 03:00:08,077 INFO:   Initiating a new image build job against the cluster server.",
            "INFO:cerebras.cluster.client:Initiating a new SDK compile job against the cluster server",
        ),
        "a job is handed to the cluster",
        owns=True,
        begins=_initiated_begins,
        read=_initiated,
    ),
    Line(
        "job id",
        r"^(?:(?P<kind>(?:sdk_)?(?:[Cc]ompile|[Ee]xecute)) job id|Job id): (?P<job>wsjob-\w+),(?: |$)",
        (
            "2024-04-07 06:03:07,175 INFO:   execute job id: wsjob-f5ghd45xurhzhkhp3mkq5k, remote log path:"
            " /n1/wsjob/workdir/job-operator/wsjob-f5ghd45xurhzhkhp3mkq5k",
            "2025-10-13 14:47:49,037 INFO:   Job id: wsjob-kgqvqqxnp9zvpmwulcbxuj, workflow id:"
            " wflow-cxj2gwf7idcfanryokatnn, namespace: job-operator, remote log path: /n1/wsjob",
            "2023-10-11 00:56:21,316 INFO     sdk_execute job id: wsjob-nm4gmz7jtq3khck2ltadbv, log path:"
            " /n1/wsjob/workdir/wsjob-nm4gmz7jtq3khck2ltadbv",
        ),
        "the cluster's id of the job",
        owns=True,
        begins=anew,
        read=_job,
    ),
    Line(
        "job ready",
        r"^(?:Ingress is ready(?:: .*|\.)|Poll ingress success: .*|Poll ingress status: Job ingress ready\b.*)$",
        (
            "2024-04-07 06:03:47,230 INFO:   Ingress is ready: Job ingress ready, poll ingress success.",
            "2025-10-13 14:48:39,149 INFO:   Poll ingress success: Job ingress ready, dashboard:"
            " https://grafana.example.org/d/wsjob-dashboard?from=1760366287000&to=now",
        ),
        "the job's pods run",
        owns=True,
        begins=anew,
        read=_ready,
    ),
    Line(
        "job polled",
        r"^Poll ingress status: (?P<msg>.*?)(?:, current job status: (?P<state>\w+), msg: .*)?$",
        (
            "2024-04-07 06:40:21,350 INFO:   Poll ingress status: Waiting for job running, current job status:"
            " Queueing, msg: job is queueing."
            " Job queue status: current job is top of queue but likely blocked by running jobs, 1 execute job(s)"
            " running using 1 system(s)."
            " For more information, please run 'csctl get jobs'.",
            "2024-03-14 03:15:12,726 INFO:   Poll ingress status: Waiting for job running, current job status:"
            " Scheduled, msg: lock grant success. ",
            "2025-10-13 14:48:09,058 INFO:   Poll ingress status: Waiting for all Activation pods to be running,"
            " current running: 0/24.",
            "2024-04-07 06:03:37,212 INFO:   Poll ingress status: Waiting for job service readiness.",
        ),
        "whether the job still queues; repeated only on a change or after 10 to 30 minutes",
        owns=True,
        begins=anew,
        read=_poll,
    ),
    Line(
        "systems",
        r"^Preparing to execute using (?P<n>\d+) CSX$",
        ("2024-04-07 06:03:53,639 INFO:   Preparing to execute using 1 CSX",),
        "how many systems the job runs on",
        owns=True,
        begins=anew,
        read=_systems,
    ),
    Line(
        "staging",
        rf"^(?P<stage>{_STAGING})$",
        (
            "2024-04-07 06:07:17,359 INFO:   Using network type: ROCE",
            "2025-10-13 15:10:54,880 INFO:   Waiting for input workers to prime the data pipeline and begin streaming ...",
            "INFO:root:Finished sending initial weights",
        ),
        "weights, program and data are brought to the systems",
        begins=anew,
        read=_staging,
    ),
    Line(
        "weights bar",
        r"^(?:Transferring weights to server|Sending initial weights|(?P<away>Transferring weights from server"
        r"|Saving checkpoint)): +(?:\d+%\||\d+ ?tensors \[)",
        (
            "Transferring weights to server: 100%|██████████| 1996/1996 [00:32<00:00, 60.55tensors/s]",
            "Transferring weights from server: 2550tensors [00:34, 74.85tensors/s]",
            "Saving checkpoint: 100%|██████████",
        ),
        "weights on their way; tensors per second are not samples per second",
        begins=anew,
        read=_weights,
    ),
    Line(
        "versions",
        r"^Appliance client semantic version: (?P<client>\d[\w.]*), cluster server semantic version: (?P<server>\d"
        r"[\w.]*), job operator",
        (
            "2025-12-06 01:53:32,848 INFO:   Appliance client semantic version: 1.1.0, cluster server semantic"
            " version: 1.1.2, job operator semantic version: 1.1.2",
        ),
        "versions of the client and of the cluster's server",
        owns=True,
        begins=anew,
        params={"client_version": "client", "server_version": "server"},
    ),
    Line(
        "event",
        r"^Event (?P<when>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC) reason=(?P<reason>\w+) (?:wsjob"
        r"|object)=(?P<obj>[\w-]+) message='(?P<m>.*)$",
        (
            "2025-10-13 14:48:09,078 WARNING:   Event 2025-10-13 14:47:50 +0000 UTC reason=InconsistentVersion"
            " wsjob=wsjob-kgqvqqxnp9zvpmwulcbxuj"
            " message='Warning: job image version 2.5.1-202507111115-6-48e76807 is inconsistent with cluster server"
            " version 3.0.1, there's a risk'",
            "2025-07-11 18:04:19,787 WARNING:   Event 2025-07-11 18:03:47 +0000 UTC reason=Error"
            " object=wsjob-7javbqdggsmrb44obfaqft-weight-3 message='SUSPEND:              0",
        ),
        "an event of the cluster: on every healthy run; the errors it quotes are not the run's failure by themselves",
        role="noise",
        read=_event,
    ),
    Line(
        "appliance shut down",
        r"^Initiating shutdown sequence due to (?P<why>job timeout|Appliance deadlock|possible stall|NaN error|likely corruption"
        r"|Force Collect Debug|gRPC error|Appliance error|error): (?P<detail>.*)$",
        (
            "2025-07-11 18:04:19,669 ERROR:   Initiating shutdown sequence due to Appliance error: Ran into error"
            " while receiving tensor output_norm for runtime iteration 10",
        ),
        "the appliance gives up, and why",
        owns=True,
        read=_shutdown,
    ),
    Line(
        "job failed",
        r"^Job wsjob-\w+ failed (?:due to|during initialization): .*$",
        (
            "2025-07-11 18:04:19,787 ERROR:   Job wsjob-7javbqdggsmrb44obfaqft failed due to: job has failed because"
            " total 1 replica(s) failed,"
            " first failed pods: [wsjob-7javbqdggsmrb44obfaqft-weight-3]",
        ),
        "the cluster says that the job failed",
        owns=True,
        read=_job_failed,
    ),
    Line(
        "job cancelled",
        r"^Job wsjob-\w+ was cancelled(?: due to .*)?\.?$",
        ("2025-07-11 18:04:19,787 WARNING:   Job wsjob-7javbqdggsmrb44obfaqft was cancelled due to user request",),
        "a user or a quota ended the job",
        owns=True,
        read=_job_cancelled,
    ),
    Line(
        "job listed",
        r"^\S+ +wsjob-\w+ +(?:compile|execute) +P\d \(\d+\) ",
        ("job-operator  wsjob-ewhzngfg6rdjhw3s3k2wbh  compile  P2 (299)  12m  12m       RUNNING           user name=llama2_7b",),
        "a row of csctl's list of jobs: no run's own line",
        role="noise",
    ),
    Line(
        "cluster notes",
        r"^(?:Defaulted to use the [\w-]+ namespace as the usernode config|(?:Custom worker|User sidecar) image build is disabled"
        r"|Passing an absolute path as the compile directory may|Recording the timestamp when jobs? is scheduled"
        r"|Trying to fetch failure info from the cluster for job wsjob-|wsjob-\w+ dashboard: |Heartbeat thread stopped for wsjob-"
        r"|Signaling heartbeat thread to stop for wsjob-|Starting heartbeat thread for wsjob-|Run meta is available at "
        r"|Gradient accumulation will search for an optimal micro batch size|ClusterClient: server=|Cluster mgmt job handle: "
        r"|There is no existing execute job record)",
        (
            "2024-04-07 06:12:26,082 INFO:   Heartbeat thread stopped for wsjob-f5ghd45xurhzhkhp3mkq5k.",
            "2024-03-14 03:00:08,144 INFO:   Custom worker image build is disabled from server.",
        ),
        "the client's own housekeeping",
        role="noise",
        anchors=(
            "Defaulted to use", "image build is disabled", "Passing an absolute path", "Recording the timestamp",
            "Trying to fetch failure", "dashboard: ", "eartbeat thread", "Run meta is", "Gradient accumulation will",
            "ClusterClient: ", "Cluster mgmt job", "There is no existing",
        ),
    ),
    Line(
        "gRPC noise",
        r"^[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+:\d+\] ",
        (
            "E0407 06:03:47.379575617 3207617 hpack_parser.cc:1234]       Error parsing metadata: error=invalid"
            " value key=content-type value=text/html",
        ),
        "messages of the gRPC library: harmless, and on runs that succeed",
        role="noise",
        anchors=(".cc:",),
    ),
)
