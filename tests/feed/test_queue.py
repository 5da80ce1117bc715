"""The queue: what the schedulers' commands print becomes jobs, and they are asked rarely, at once for all, and in no one's way."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tui.feed.queue import command as queue_command
from tui.feed.queue import schedulers_here
from tui.feed.queue.cerebras import Cerebras, csctl_jobs, csctl_table
from tui.feed.queue.command import NoAnswer, answer
from tui.feed.queue.pbs import Pbs, pbs_jobs
from tui.feed.queue.slurm import Slurm
from tui.feed.queue.slurmtext import JOB_COLUMNS, LINE_COLUMNS, queue_jobs, recorded_jobs, waiting_places
from tui.runs.job import Job

ASKED = 1_795_466_850.0
DAY = 1_795_392_000.0  # 2026-11-23T00:00:00 UTC
SQUEUE = (  # cells of Slurm 22.05.8's answer, but for the name of the user
    ("11", "11", "CANCELLED", "JobHeldUser", "ann", "0", "", "UNLIMITED", "2026-11-23T20:47:27", "2026-11-23T20:47:27", "2026-11-23T20:47:27", "1", "/tmp/rec/slurm-11.out"),
    ("2", "2", "COMPLETED", "None", "ann", "0", "vm", "365-00:00:00", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2026-11-23T20:47:27", "1", "/tmp/rec/slurm-2.out"),
    ("6", "6", "COMPLETING", "None", "ann", "0", "vm", "364-23:59:57", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2026-11-23T20:47:30", "1", "/tmp/rec/slurm-6.out"),
    ("1", "1", "FAILED", "NonZeroExitCode", "ann", "768", "vm", "365-00:00:00", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2026-11-23T20:47:27", "1", "/tmp/rec/slurm-1.out"),
    ("4", "4", "FAILED", "JobLaunchFailure", "ann", "9", "vm", "365-00:00:00", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2026-11-23T20:47:27", "1", "/tmp/rec/slurm-4.out"),
    ("5_3", "5", "PENDING", "JobArrayTaskLimit", "ann", "0", "", "UNLIMITED", "2026-11-23T20:47:26", "N/A", "N/A", "1", "/tmp/rec/%x-%A_%a.out"),
    ("9", "9", "PENDING", "Resources", "ann", "0", "", "UNLIMITED", "2026-11-23T20:47:27", "2027-11-23T20:47:27", "NONE", "1", "/tmp/rec/slurm-9.out"),
    ("3", "3", "RUNNING", "None", "ann", "0", "vm", "9:57", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2026-11-23T20:57:27", "1", "/tmp/rec/slurm-3.out"),
    ("5_1", "7", "RUNNING", "None", "ann", "0", "vm", "364-23:59:57", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2027-11-23T20:47:27", "1", "/tmp/rec/%x-%A_%a.out"),
    ("5_2", "8", "RUNNING", "None", "ann", "0", "vm", "364-23:59:57", "2026-11-23T20:47:26", "2026-11-23T20:47:27", "2027-11-23T20:47:27", "1", "/tmp/rec/%x-%A_%a.out"),
)
LINE = (
    ("5_3", "debug", "4294901755", "JobArrayTaskLimit"),
    ("10", "debug", "4294901752", "Priority"),
    ("9", "debug", "4294901753", "Resources"),
    ("12", "big", "9", "Resources"),
)
SACCT = """\
7|7|FAILED|3:0|ann|vm|2026-11-23T20:47:26|2026-11-23T20:47:27|2026-11-23T20:47:29
7.batch|7.batch|FAILED|3:0||vm|2026-11-23T20:47:27|2026-11-23T20:47:27|2026-11-23T20:47:29
8|8|CANCELLED by 1000|0:0|ann|None assigned|2026-11-23T20:47:26|None|2026-11-23T20:47:29
9|9|TIMEOUT|0:0|ann|vm|2026-11-23T20:47:26|2026-11-23T20:47:27|2026-11-23T20:57:29
9.0|9.0|CANCELLED|0:15||vm|2026-11-23T20:47:27|2026-11-23T20:47:27|2026-11-23T20:57:29
10|10|RUNNING|0:0|ann|vm|2026-11-23T20:47:26|2026-11-23T20:47:27|Unknown
4_2|12|OUT_OF_MEMORY|0:125|ann|vm|2026-11-23T20:47:26|2026-11-23T20:47:27|2026-11-23T20:47:29
4_2.batch|12.batch|OUT_OF_MEMORY|0:125||vm|2026-11-23T20:47:27|2026-11-23T20:47:27|2026-11-23T20:47:29
"""
QSTAT: dict[str, Any] = {  # as OpenPBS's `qstat -f -F json` lays it out; the id and queue of the facility's own sample
    "timestamp": 1795466850, "pbs_version": "22.05.11", "pbs_server": "groq-r01-co-01",
    "Jobs": {
        "3084.groq-r01-co-01": {
            "Job_Name": "run_minilmv2", "Job_Owner": "ann@groq-r01-co-01", "job_state": "R", "queue": "workq", "ctime": "Mon Nov 23 20:40:00 2026",
            "mtime": "Mon Nov 23 20:41:00 2026", "stime": "Mon Nov 23 20:41:00 2026", "exec_host": "groq-r01-gn-01/0*8", "Output_Path": "groq-r01-co-01:/home/ann/run_minilmv2.o3084",
            "Resource_List": {"walltime": "01:00:00"}, "Variable_List": {"X": "a\tb"}, "comment": "Job run at Mon Nov 23 at 20:41 on (groq-r01-gn-01:ncpus=8)",
        },
        "3085.groq-r01-co-01": {
            "Job_Owner": "ann@groq-r01-co-01", "job_state": "Q", "ctime": "Mon Nov 23 20:40:00 2026", "mtime": "Mon Nov 23 20:41:00 2026",
            "comment": "Not Running: Insufficient amount of resource: ncpus", "Resource_List": {"walltime": "01:00:00"},
        },
        "3080.groq-r01-co-01": {"job_state": "F", "Exit_status": 2, "substate": 93, "mtime": "Mon Nov 23 20:41:00 2026", "stime": "Mon Nov 23 20:40:30 2026"},
        "3081.groq-r01-co-01": {"job_state": "F", "Exit_status": -29, "substate": 93, "mtime": "Mon Nov 23 20:41:00 2026"},
        "3082.groq-r01-co-01": {"job_state": "F", "Exit_status": 271, "substate": 91, "mtime": "Mon Nov 23 20:41:00 2026"},
        "3083.groq-r01-co-01": {"job_state": "F", "Exit_status": 0, "substate": 92, "mtime": "Mon Nov 23 20:41:00 2026", "interactive": "True"},
    },
}
CSCTL = """\
NAME                          AGE  DURATION  PHASE    SYSTEMS     USER     LABELS        DASHBOARD
wsjob-thjj8zticwsylhppkbmjqe  13s  1s        RUNNING  cer-cs2-01  username name=unet_pt  https://grafana.cerebras1.lab.alcf.anl.gov/d/WebHNShVz/wsjob-dashboard?orgId=1&var-wsjob=wsjob-thjj8zticwsylhppkbmjqe&from=1691705374000&to=now
wsjob-ewhzngfg6rdjhw3s3k2wbh  12m  12m       QUEUED               username name=llama2_7b
"""


def laid_out(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> str:
    """Cells as `squeue --Format` pads them."""
    return "".join("".join(cell.ljust(width) for cell, width in zip(row, columns.values(), strict=True)) + "\n" for row in rows)


def squeue_jobs() -> dict[str, Job]:
    return queue_jobs(laid_out(SQUEUE, JOB_COLUMNS), ASKED)


# what the commands print


def test_squeue_tells_state_reason_node_time_left_and_exit_code() -> None:
    """Real answers of a real Slurm, in words and numbers."""
    jobs = squeue_jobs()
    assert {id: job.state for id, job in jobs.items() if "_" not in id} == {
        "11": "cancelled", "2": "finished", "6": "completing", "1": "failed", "4": "failed", "9": "queued", "3": "running", "7": "running", "8": "running",
    }
    assert (jobs["1"].exit_code, jobs["1"].signal, jobs["1"].reason) == (3, None, "NonZeroExitCode")
    assert (jobs["4"].exit_code, jobs["4"].signal) == (0, 9)
    assert (jobs["3"].node, jobs["3"].time_left, jobs["3"].started) == ("vm", 597.0, DAY + 20 * 3600 + 47 * 60 + 27)
    assert jobs["3"].output == "/tmp/rec/slurm-3.out"
    assert (jobs["6"].exit_code, jobs["6"].ended) == (0, None)


def test_a_guessed_start_is_no_start_and_a_years_limit_is_none() -> None:
    """What Slurm prints for want of a value is not shown as one."""
    jobs = squeue_jobs()
    assert jobs["9"].started is None and jobs["9"].submitted is not None
    assert jobs["7"].time_left is None


def test_an_array_is_known_by_its_tasks_not_by_its_number() -> None:
    """Task 2 of array 5 is job 8; `5` alone would stand for three jobs."""
    jobs = squeue_jobs()
    assert jobs["5_2"] is jobs["8"]
    assert jobs["5_2"].output == "/tmp/rec/*-5_2.out"
    assert "5" not in jobs


@pytest.mark.parametrize("text", ["", "\n\n", "slurm_load_jobs error: Unable to contact slurm controller\n", laid_out(SQUEUE, JOB_COLUMNS)[:900], "\x1b[31m1" * 999])
def test_what_is_no_answer_is_no_job(text: str) -> None:
    """A torn or foreign text gives nothing, and raises nothing."""
    assert queue_jobs(text, ASKED) == {}
    assert recorded_jobs(text, ASKED) == {}
    assert waiting_places(text) == {}


def test_a_path_of_many_bytes_does_not_shift_the_columns() -> None:
    """Slurm pads by bytes, and a path may be no text at all."""
    row = [*SQUEUE[7][:-1], "/home/ü/\udcff.out"]
    text = "".join(cell + " " * (width - len(cell.encode("utf-8", "surrogateescape"))) for cell, width in zip(row, JOB_COLUMNS.values(), strict=True))
    assert queue_jobs(text, ASKED)["3"].node == "vm"


def test_the_place_in_line_counts_only_those_that_stand_in_it() -> None:
    """By priority within the partition; a task held back by its array's limit is not in line."""
    assert waiting_places(laid_out(LINE, LINE_COLUMNS)) == {"9": 1, "10": 2, "12": 1}


def test_no_place_is_told_where_others_jobs_are_hidden() -> None:
    """The first that we see waits for a priority that we do not see."""
    assert waiting_places(laid_out([row for row in LINE if row[0] != "9"], LINE_COLUMNS)) == {"12": 1}


def test_sacct_tells_how_a_forgotten_job_ended() -> None:
    """Exit code, signal, cancelled by whom is left out; an end that it does not know is none."""
    jobs = recorded_jobs(SACCT, ASKED)
    assert set(jobs) == {"7", "8", "9", "4_2", "12"}
    assert (jobs["7"].state, jobs["7"].exit_code, jobs["7"].batch) == ("failed", 3, True)
    assert (jobs["8"].state, jobs["8"].word, jobs["8"].node, jobs["8"].started) == ("cancelled", "CANCELLED", None, None)
    assert (jobs["9"].state, jobs["9"].batch) == ("cancelled", False)
    assert (jobs["12"].state, jobs["12"].signal) == ("failed", 125)


def test_qstat_tells_the_same_of_pbs() -> None:
    """By the full id, by the one that qsub prints, and by the number in a file's name."""
    jobs = pbs_jobs(json.dumps(QSTAT).replace("a\\tb", "a\tb"), ASKED)
    running = jobs["3084"]
    assert running is jobs["3084.groq-r01-co-01"]
    assert (running.state, running.node, running.owner, running.output) == ("running", "groq-r01-gn-01", "ann", "/home/ann/run_minilmv2.o3084")
    assert running.time_left == 3600 - (1795466850 - (DAY + 20 * 3600 + 41 * 60))
    assert (jobs["3085"].state, jobs["3085"].reason) == ("queued", "Insufficient amount of resource: ncpus")
    assert (jobs["3080"].state, jobs["3080"].exit_code) == ("failed", 2)
    assert (jobs["3081"].state, jobs["3081"].reason) == ("cancelled", "walltime limit")
    assert (jobs["3082"].state, jobs["3082"].signal, jobs["3082"].reason) == ("cancelled", 15, "deleted")
    assert (jobs["3083"].state, jobs["3083"].exit_code, jobs["3083"].batch) == ("finished", 0, False)


@pytest.mark.parametrize("text", ["", "qstat: cannot connect to server", "[]", '{"Jobs": {"1": 2}}', '{"Jobs": 3}', '{"Jobs": {"1.a": {"a": "b" c"}}}'])
def test_a_qstat_of_another_kind_is_said_so(text: str) -> None:
    """Torque's qstat has no JSON, and PBS's own may be broken: no answer, with the reason."""
    with pytest.raises(NoAnswer, match="qstat: not the JSON"):
        pbs_jobs(text, ASKED)


def test_csctl_tells_of_wsjobs_by_table_and_by_json() -> None:
    """A compile job has no system, so the table is cut by its header."""
    table = csctl_table(CSCTL, ASKED)
    assert table is not None
    assert (table["wsjob-thjj8zticwsylhppkbmjqe"].state, table["wsjob-thjj8zticwsylhppkbmjqe"].node) == ("running", "cer-cs2-01")
    assert (table["wsjob-ewhzngfg6rdjhw3s3k2wbh"].state, table["wsjob-ewhzngfg6rdjhw3s3k2wbh"].node) == ("queued", None)
    entry = {"meta": {"name": "wsjob-000000000000", "createTime": "2022-12-07T05:10:16Z"}, "status": {"phase": "SUCCEEDED", "systems": ["systemCS2_1"]}}
    jobs = csctl_jobs(json.dumps({"items": [entry, 7, {"meta": None}]}), ASKED)
    assert jobs is not None and jobs["wsjob-000000000000"].state == "finished" and jobs["wsjob-000000000000"].submitted == 1670389816.0
    assert csctl_table("no such thing", ASKED) is None and csctl_jobs("NAME AGE", ASKED) is None


# the commands themselves, played by scripts


def script(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def asked(scheduler: Any, *ids: str) -> dict[str, Job]:
    return dict(asyncio.run(scheduler.ask(ids)))


def test_all_jobs_are_asked_for_in_one_command(tmp_path: Path) -> None:
    """And the line of waiting jobs is read only when one of ours waits in it."""
    (tmp_path / "jobs").write_text(laid_out(SQUEUE, JOB_COLUMNS))
    (tmp_path / "line").write_text(laid_out(LINE, LINE_COLUMNS))
    squeue = script(tmp_path, "squeue", f'echo "$@" >> {tmp_path}/asked; case "$*" in *--jobs*) cat {tmp_path}/jobs;; *) cat {tmp_path}/line;; esac')
    assert set(asked(Slurm(squeue), "3", "8", "77")) == {"3", "8"}
    assert (tmp_path / "asked").read_text().count("\n") == 1
    assert asked(Slurm(squeue), "3", "9")["9"].position == 1
    assert (tmp_path / "asked").read_text().count("\n") == 3


def test_a_column_that_an_older_squeue_does_not_know_is_left_out(tmp_path: Path) -> None:
    """It prints the others and says which it left out, so nothing shifts."""
    columns = {name: width for name, width in JOB_COLUMNS.items() if name != "BatchFlag"}
    rows = [[cell for name, cell in zip(JOB_COLUMNS, row, strict=True) if name != "BatchFlag"] for row in SQUEUE]
    (tmp_path / "jobs").write_text(laid_out(rows, columns))
    squeue = script(tmp_path, "squeue", f'cat {tmp_path}/jobs; echo "squeue: error: Invalid job format specification: BatchFlag" >&2')
    assert asked(Slurm(squeue), "3")["3"].output == "/tmp/rec/slurm-3.out"


def test_one_unknown_job_is_no_failure(tmp_path: Path) -> None:
    """squeue fails when its only job is not known; sacct may know it still."""
    squeue = script(tmp_path, "squeue", 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1')
    (tmp_path / "records").write_text(SACCT)
    sacct = script(tmp_path, "sacct", f"cat {tmp_path}/records")
    assert asked(Slurm(squeue), "7") == {}
    assert asked(Slurm(squeue, sacct), "7")["7"].exit_code == 3


def test_the_commands_print_in_utc_whatever_the_users_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's SQUEUE_FORMAT or time zone does not change what is read."""
    monkeypatch.setenv("SQUEUE_FORMAT", "%i")
    monkeypatch.setenv("TZ", "America/Chicago")
    given = asyncio.run(answer([script(tmp_path, "x", 'echo "$TZ $LC_ALL $SQUEUE_FORMAT $PWD"')]))
    assert given.out == "UTC C  /\n"


def test_a_server_without_history_is_asked_without_it(tmp_path: Path) -> None:
    """PBS may keep no ended jobs, and then refuses to be asked for them."""
    (tmp_path / "jobs").write_text(json.dumps(QSTAT))
    qstat = script(tmp_path, "qstat", f'case "$1" in -x) echo "qstat: PBS is not configured to maintain job history" >&2; exit 1;; esac; cat {tmp_path}/jobs; echo "qstat: Unknown Job Id 1.a" >&2; exit 153')
    assert set(asked(Pbs(qstat), "3084.groq-r01-co-01", "1.a")) == {"3084.groq-r01-co-01"}


def test_a_csctl_without_json_is_asked_for_its_table(tmp_path: Path) -> None:
    """The first refusal is enough."""
    (tmp_path / "table").write_text(CSCTL)
    csctl = script(tmp_path, "csctl", f'echo "$@" >> {tmp_path}/asked; case "$*" in *json*) exit 1;; esac; cat {tmp_path}/table')
    cluster = Cerebras(csctl)
    for _ in range(2):
        assert set(asked(cluster, "wsjob-thjj8zticwsylhppkbmjqe")) == {"wsjob-thjj8zticwsylhppkbmjqe"}
    assert (tmp_path / "asked").read_text() == "get jobs -o json\nget jobs\nget jobs\n"


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    """Its answer is not waited for, and nothing of it stays behind."""
    hanging = script(tmp_path, "squeue", f"sleep 1000 & echo $! > {tmp_path}/child; wait")

    async def scenario() -> None:
        with pytest.raises(NoAnswer, match=r"squeue gave no answer within 2 s"):
            await answer([hanging], timeout=2.0)

    asyncio.run(scenario())
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_command_that_says_too_much_or_cannot_start_gives_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood is cut off; what is no program is said so."""
    monkeypatch.setattr(queue_command, "ANSWER_MOST", 1 << 20)
    with pytest.raises(NoAnswer, match="squeue said more than 1 MB"):
        asyncio.run(answer([script(tmp_path, "squeue", "yes")]))
    (tmp_path / "qstat").write_text("not a program")
    with pytest.raises(NoAnswer, match="qstat: Permission denied"):
        asyncio.run(answer([str(tmp_path / "qstat")]))


def test_a_failing_command_gives_its_own_first_words(tmp_path: Path) -> None:
    """Not a traceback, not the whole of it."""
    squeue = script(tmp_path, "squeue", 'echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; echo more >&2; exit 1')
    with pytest.raises(NoAnswer, match=r"^squeue: slurm_load_jobs error: Unable to contact slurm controller \(connect failure\)$"):
        asked(Slurm(squeue), "1", "2")


@pytest.mark.parametrize("id", ["", "-1", "--user=root", "7,8", "7; rm -rf x", "$(id)", "7\n8", "wsjob-a b", "7.-x", "@7"])
def test_no_id_from_a_log_reaches_a_command_unless_it_has_the_shape_of_one(id: str) -> None:
    """Logs are written by anybody."""
    assert not any(scheduler.owns(id) for scheduler in (Slurm("squeue"), Pbs("qstat"), Cerebras("csctl")))


def test_a_command_in_the_run_directory_is_not_taken_for_the_schedulers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only absolute directories of PATH count."""
    script(tmp_path, "squeue", "touch here")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".:{os.pathsep}")
    assert schedulers_here() == []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [scheduler.name for scheduler in schedulers_here()] == ["Slurm"]
