"""Cerebras logs: the launch's way through queue, compile, staging and steps, and what its lines are not to be taken for."""

from __future__ import annotations

import math

import pytest

from tests.reading import runs_of
from tui.runs.run import Run


def log(*lines: str, day: str = "2024-05-02", hour: int = 8) -> str:
    """Lines as the appliance's logger prints them, one a minute; a line that starts with `!` stands as it is."""
    out = []
    for minute, line in enumerate(lines):
        stamp = f"{day} {hour + minute // 60:02}:{minute % 60:02}:00,125"
        out.append(line[1:] if line.startswith("!") else f"{stamp} INFO:   {line}")
    return "\n".join(out) + "\n"


def step(number: int, *, loss: str = "7.12500", rate: str = "610.20", overall: str = "602.50", more: str = "") -> str:
    return f"| Train Device=CSX, Step={number}, Loss={loss}, Rate={rate} samples/sec, GlobalRate={overall} samples/sec{more}"


def evaluation(batch: int) -> str:
    return f"| Eval Device=CSX, GlobalStep=200, Batch={batch}, Loss=5.50000, Rate=91.00 samples/sec, GlobalRate=90.00 samples/sec"


SETUP = (
    "Effective batch size is 256.",
    'Checkpoint autoloading is enabled. Looking for latest checkpoint in "out" directory with the following naming convention: `x`.',
    'No checkpoints were found in "out".',
    "Saving checkpoint at step 0",
    "Saved checkpoint out/checkpoint_0.mdl",
)
COMPILE = (
    "Compiling the model. This may take a few minutes.",
    "Initiating a new compile wsjob against the cluster server.",
    "Compile job id: wsjob-aaaa, remote log path: /n1/wsjob/workdir/wsjob-aaaa",
    "Poll ingress status: Waiting for job running, current job status: Queueing, msg: job is queueing. Job queue status: 1 compile"
    " job(s) queued before current job. For more information, please run 'csctl get jobs'.",
    "Poll ingress status: Waiting for job service readiness.",
    "Ingress is ready: Job ingress ready, poll ingress success.",
    "Pre-optimization transforms...",
    "Gradient accumulation trying sub-batch size 64...",
    "Compiling final image",
    "Compile artifacts successfully written to remote compile directory. Compile hash is: cs_1234567890123456789",
    "Compile was successful!",
)
STAGE = (
    "Programming Cerebras Wafer Scale Cluster for execution. This may take a few minutes.",
    "Initiating a new execute wsjob against the cluster server.",
    "Execute job id: wsjob-bbbb, remote log path: /n1/wsjob/workdir/wsjob-bbbb",
    "Poll ingress success: Job ingress ready, dashboard: https://grafana.example.org/d/wsjob-dashboard?to=now",
    "Preparing to execute using 2 CSX",
    "About to send initial weights",
    "Appliance staging is complete",
    "Beginning appliance run",
)
END = (
    "Saving checkpoint at step 200",
    "Saved checkpoint out/checkpoint_200.mdl",
    "Training completed successfully!",
    "Processed 51200 sample(s) in 85.5 seconds.",
)
WHOLE = (*SETUP, *COMPILE, *STAGE, step(100), step(200, loss="6.87500"), *END)


def phases(run: Run) -> list[str]:
    return [phase.name for phase in run.phases]


def values(run: Run) -> dict[str, float]:
    return {name: reading.value for name, reading in run.metrics.items()}


def codes(run: Run) -> list[str]:
    return [finding.code for finding in run.findings]


def test_a_launch_goes_through_its_phases() -> None:
    """Queue and compile, then queue again: the execute job waits for its own grant."""
    (run,) = runs_of(log(*WHOLE))
    assert (run.testbed, run.kind, run.state) == ("cerebras", "training", "finished")
    assert phases(run) == ["checkpoint", "compile", "queue", "compile", "queue", "load", "train", "checkpoint"]
    assert [phase.seconds for phase in run.phases[2:6]] == [180.0, 360.0, 120.0, 240.0]
    assert run.job_ids == ("wsjob-aaaa", "wsjob-bbbb")


def test_figures_are_those_printed() -> None:
    """GlobalRate is the throughput; Rate is another thing; the candidate 64 is no batch size."""
    (run,) = runs_of(log(*WHOLE))
    assert values(run) == {"loss": 6.875, "rate": 610.2, "throughput": 602.5, "samples": 51200, "train_seconds": 85.5}
    assert run.progress["step"].done == 200
    params = {name: param.value for name, param in run.params.items()}
    assert params == {"batch_size": 256, "model_dir": "out", "compile_hash": "cs_1234567890123456789", "num_csx": 2}


@pytest.mark.parametrize(("lines", "state"), [(9, "queued"), (12, "compiling"), (18, "queued"), (21, "loading"), (25, "running")])
def test_a_launch_under_way_is_where_its_last_line_says(lines: int, state: str) -> None:
    """Each state on the way, as a growing log shows it."""
    (run,) = runs_of(log(*WHOLE[:lines]))
    assert run.state == state


def test_a_compile_from_the_cache_is_said_to_be_skipped() -> None:
    """Release 2.4 and later says so; before, the stages are merely missing."""
    named = (*COMPILE[:6], 'Found existing cached compile with hash: "cs_1234567890123456789"', *COMPILE[-2:])
    (run,) = runs_of(log(*SETUP, *named, *STAGE, step(100)))
    assert [phase.cached for phase in run.phases if phase.name == "compile"] == [None, True]
    assert codes(run).count("compile-skipped") == 1
    silent = (*COMPILE[:6], *COMPILE[-2:])
    (run,) = runs_of(log(*SETUP, *silent, *STAGE, step(100)))
    assert "compile-skipped" in codes(run)


def test_a_compile_with_stages_was_not_skipped() -> None:
    """Nor is one whose beginning was not seen."""
    for lines in (WHOLE, WHOLE[12:], WHOLE[14:]):
        (run,) = runs_of(log(*lines))
        assert "compile-skipped" not in codes(run)


def test_a_compile_only_run_is_finished_when_compiled() -> None:
    """Unless a job to execute follows."""
    (run,) = runs_of(log("Effective batch size is 256.", *COMPILE))
    assert (run.kind, run.state) == ("compile", "finished")
    (run,) = runs_of(log("Effective batch size is 256.", *COMPILE, *STAGE[:2]))
    assert run.state == "queued"


def test_bars_of_a_terminal_are_stages() -> None:
    """They have an elapsed time and neither count nor rate; tensors per second are no samples per second."""
    bars = ("!Exploring data layouts:  100%|██████████| 00:26 ", "!Compiling kernels:  100%|██████████| 02:03 ")
    weights = "!Transferring weights to server: 100%|██████████| 1996/1996 [00:32<00:00, 60.55tensors/s]"
    (run,) = runs_of(log(*bars, *COMPILE[-2:], *STAGE[:6], weights, *STAGE[6:], step(100)))
    assert phases(run) == ["compile", "queue", "load", "train"]
    assert run.metrics["throughput"].value == 602.5


def test_a_record_glued_to_a_bar_is_read() -> None:
    """The first log line stands behind the bar that initialises the parameters."""
    glued = "Initializing module BertModel.metric: [00:06, note=Initializing parameters]" + log(*WHOLE)
    (run,) = runs_of(glued)
    assert run.params["batch_size"].value == 256


def test_a_failure_is_the_shutdown_line_not_what_events_quote() -> None:
    """An event's message holds another log, with times and errors of its own, and ends at its quote."""
    event = "Event 2024-05-02 08:30:00 +0000 UTC reason=Error object=wsjob-bbbb-weight-3 message='SUSPEND: 0"
    quoted = ("!terminate called", "!Traceback: RuntimeError: no", "!2024-05-02 08:29:00,814:INFO wsjob-bbbb signal 6 (SIGABRT): Aborted'")
    shutdown = "Initiating shutdown sequence due to Appliance error: Ran into error while receiving tensor output_x"
    trace = ("!Traceback (most recent call last):", '!  File "run.py", line 27, in <module>', "!    run()",
             "!cerebras.appliance.errors.ApplianceUnknownError: Ran into error while receiving tensor output_x")  # fmt: skip
    processed = "Processed 11264 training sample(s) in 9567.159426912 seconds."
    (run,) = runs_of(log(*WHOLE[:26], shutdown, event, *quoted, processed, *trace))
    assert run.state == "failed"
    assert run.error is not None and run.error.text == shutdown
    assert values(run)["samples"] == 11264


def test_an_event_on_a_healthy_run_and_the_noise_of_grpc_fail_nothing() -> None:
    """Both are on runs that succeed, before the first line and amid them."""
    noise = (
        "!E0502 08:03:47.379575617 3207617 hpack_parser.cc:1234]       Error parsing metadata: error=invalid value key=content-type",
        "Event 2024-05-02 08:09:00 +0000 UTC reason=InconsistentVersion wsjob=wsjob-bbbb message='Warning: job image version"
        " 2.5.1-2025 is inconsistent with cluster server version 3.0.1, there's a risk job could fail due to inconsistent setup.'",
    )
    (run,) = runs_of(log(*WHOLE[:20], *noise, *WHOLE[20:]))
    assert (run.state, run.error) == ("finished", None)
    assert run.params["version"].value == "2.5.1-2025"
    assert runs_of(noise[0][1:] + "\n") == []


def test_a_cancelled_job_is_cancelled_whatever_the_client_made_of_it() -> None:
    """The appliance's shutdown is what a cancellation looks like from the client."""
    lines = ("Initiating shutdown sequence due to gRPC error: the stream was closed", "Job wsjob-bbbb was cancelled due to user request")
    (run,) = runs_of(log(*WHOLE[:26], *lines))
    assert run.state == "cancelled"


def test_evaluation_inside_training_belongs_to_it() -> None:
    """The machine goes back to compiling; speed stays that of training, and results of the evaluation are added."""
    evaluating = (*COMPILE, *STAGE, evaluation(10), evaluation(20), "Avg Eval Loss: 5.9281", "Evaluation metrics:",
                  "  - eval/lm_perplexity = 375.46", "  - eval/accuracy = 0.16977", "Evaluation completed successfully!")  # fmt: skip
    (run,) = runs_of(log(*WHOLE[:-1], *evaluating, "Processed 51200 training sample(s) in 5389.25 seconds."))
    assert (run.kind, run.state) == ("training", "finished")
    assert values(run) == {
        "loss": 6.875, "rate": 610.2, "throughput": 602.5, "samples": 51200, "train_seconds": 5389.25,
        "eval_loss": 5.9281, "eval_perplexity": 375.46, "eval_accuracy": 0.16977,
    }  # fmt: skip
    assert phases(run)[-1] == "evaluate"
    (run,) = runs_of(log(*WHOLE[:-1], *evaluating[:13]))
    assert run.state == "queued"


def test_an_evaluation_alone_has_its_own_speed() -> None:
    """And is no training, though the last line says training samples."""
    (run,) = runs_of(log("Beginning appliance run", evaluation(20), "Avg Eval Loss: 5.9281", "Evaluation completed successfully!",
                         "Processed 48000 training sample(s) in 820.5 seconds."))  # fmt: skip
    assert (run.kind, run.state, phases(run)) == ("evaluation", "finished", ["evaluate"])
    assert values(run)["throughput"] == 90.0


def test_several_loops_are_one_launch() -> None:
    """Each loop ends with a success that is not the launch's; the plan is the sum."""
    summary = ("Trainer Fit Summary", "Trainer will run 2 train loops, interleaving validation as follows:",
               "for a total of 200 train steps.", "Progress will be logged every 100 steps.")  # fmt: skip
    first = ("Starting train loop 1 of 2, from global step 1 to 100 (100 steps)", *COMPILE, *STAGE, step(100))
    between = ("Beginning appliance run", evaluation(10), "Evaluation completed successfully!")
    second = ("Starting train loop 2 of 2, from global step 101 to 200 (100 steps)", "Beginning appliance run", step(200))
    (run,) = runs_of(log(*summary, *first, *between, *second))
    assert run.state == "running"
    assert (run.progress["step"].done, run.progress["step"].total) == (200, 200)
    assert phases(run)[-3:] == ["train", "evaluate", "train"]


def test_steps_planned_on_top_of_a_checkpoint_end_where_the_loop_ends() -> None:
    """Step is counted over restarts, so the total is not what this launch adds."""
    (run,) = runs_of(log("Trainer Fit Summary", "for a total of 200 train steps.",
                         "Starting train loop 1 of 1, from global step 1001 to 1200 (200 steps)", *COMPILE, *STAGE, step(1050)))  # fmt: skip
    assert (run.progress["step"].done, run.progress["step"].total) == (1050, 1200)


def test_rate_of_newer_releases_is_told_apart() -> None:
    """The vendor's remaining time shows the release; `>` is a lower bound."""
    more = ", LoopTimeRemaining=0:10:52, TimeRemaining>1 day, 2:03:04"
    (run,) = runs_of(log(step(10, rate="3323.10", overall="774.20", more=more), step(20, rate="4453.10", overall="800.00", more=more)))
    assert codes(run) == ["rate-unreliable"]
    assert (run.remaining, run.remaining_at_least) == (93784.0, True)
    (run,) = runs_of(log(step(10, rate="3323.10", overall="774.20")))
    assert codes(run) == []


def test_time_of_the_whole_launch_is_said_to_include_the_compile() -> None:
    """`training sample(s)` counts from the fit's start; plain `sample(s)` does not."""
    (run,) = runs_of(log(*WHOLE[:-1], "Processed 25600 training sample(s) in 5389.258144948 seconds."))
    assert codes(run) == ["total-includes-compile"]
    (run,) = runs_of(log(*WHOLE))
    assert codes(run) == []


def test_an_estimate_is_no_throughput() -> None:
    """The compiler's line has samples per second too."""
    line = "Compile estimated performance: 34.1 samples/sec (17.05 samples/sec/system). Estimate may vary by 10-25% from actual."
    (run,) = runs_of(log(*SETUP, *COMPILE[:-1], line))
    assert values(run) == {"estimated_throughput": 34.1}
    assert codes(run) == ["estimate-not-measured"]


def test_a_loss_that_is_no_number_is_said() -> None:
    """Once, at its first step."""
    (run,) = runs_of(log(step(10), step(20, loss="nan"), step(30, loss="nan")))
    assert math.isnan(run.metrics["loss"].value)
    assert codes(run) == ["not-a-number"]


def test_older_releases_are_read() -> None:
    """1.7 to 1.9 print one line at the end; before that it is TensorFlow, in steps per second."""
    old = ("| Train Device=xla:0, Step=200, Loss=8.37500, Rate=19.80 samples/sec, GlobalRate=19.80 samples/sec",
           "Training Complete. Completed 13200 sample(s) in 1316.022207736969 seconds.", "Monitoring returned")  # fmt: skip
    (run,) = runs_of(log(*old))
    assert (run.state, values(run)["train_seconds"]) == ("finished", 1316.022207736969)
    tf = ("INFO:tensorflow:global step 100: loss = 9.390625 (5.6 steps/sec)\n"
          "INFO:root:Training complete. Completed 102400 sample(s) in 16.5 seconds\nINFO:root:Taking final checkpoint at step: 100\n")  # fmt: skip
    (run,) = runs_of(tf)
    assert (run.kind, run.state) == ("training", "finished")
    assert values(run) == {"loss": 9.390625, "steps_per_second": 5.6, "samples": 102400, "train_seconds": 16.5}
    (run,) = runs_of(log("| Train: CS Step=100, Loss=9.48438"))
    assert values(run) == {"loss": 9.48438}


def test_a_second_launch_in_the_file_is_another_run() -> None:
    """By its set-up, by its command, and where only steps were pasted by their starting again."""
    again = (line.replace("is 256.", "is 512.") for line in WHOLE)
    first, second = runs_of(log(*WHOLE) + log(*again, hour=10))
    assert [run.params["batch_size"].value for run in (first, second)] == [256, 512]
    assert [run.state for run in runs_of(log(*WHOLE) + "(venv) [u@login gpt3]$ cszoo fit x.yaml\n" + log(*WHOLE[1:]))] == ["finished"] * 2
    first, second = runs_of("\n".join((step(100), step(200, loss="6.87500"), step(100, loss="7.50000"), step(200, loss="6.50000"))))
    assert [run.metrics["loss"].value for run in (first, second)] == [6.875, 6.5]


def test_the_next_launch_after_one_that_was_cut_off_keeps_its_batch_size() -> None:
    """The line comes before those which show that another launch begins; amid a launch it is its validation's."""
    again = (line.replace("is 256.", "is 512.") for line in WHOLE)
    first, second = runs_of(log(*WHOLE[:26]) + log(*again, hour=10))
    assert [run.params["batch_size"].value for run in (first, second)] == [256, 512]
    (run,) = runs_of(log(*WHOLE[:26], "Effective batch size is 16.", *COMPILE))
    assert run.params["batch_size"].value == 256


def test_a_restart_from_a_checkpoint_is_the_same_launch() -> None:
    """Steps go back some way only; and a failure that it survived is not its end."""
    shutdown = "Initiating shutdown sequence due to possible stall: no output"
    (run,) = runs_of(log(*STAGE, step(100), step(200), step(300), shutdown, *STAGE, step(250)))
    assert (run.state, run.progress["step"].done) == ("running", 250)


def test_figures_pasted_above_their_steps_belong_to_them() -> None:
    """A page with a heading for each batch size gives a run for each."""
    text = "".join(
        f"## {size}:\nProcessed {size}000 sample(s) in {size}.25 seconds. <br/>\n"
        + "".join(f"Step={at}, Loss=9.48438, Rate={size}.10 samples/sec, GlobalRate={size}.20 samples/sec <br/>\n" for at in (100, 200))
        for size in (2048, 1024)
    )
    text += "RuntimeError: Initial global step 200 already exceeds max step 200. <br/>\n"
    first, second, third = runs_of(text)
    assert [run.metrics["samples"].value for run in (first, second)] == [2048000, 1024000]
    assert [run.metrics["throughput"].value for run in (first, second)] == [2048.2, 1024.2]
    assert third.state == "failed"


def test_lines_that_grep_picked_are_no_run() -> None:
    """They show jobs of other launches."""
    text = '(venv) user@host:~/gpt3$ grep -B1 "Job id:" mytest.log\n' + log(COMPILE[1], COMPILE[2]) + "--\n" + log(STAGE[1])
    assert runs_of(text, "cerebras/notes.log") == []


def test_a_launch_that_never_got_to_the_appliance_failed() -> None:
    """Its command shows whose it is and what it was to do."""
    text = (
        "(venv_cerebras_pt) [user@login gpt3]$ python run.py CSX --params configs/111m.yaml --mode train --num_csx=2\n"
        'Traceback (most recent call last):\n  File "run.py", line 25, in <module>\n    run()\n'
        "ModuleNotFoundError: No module named 'cerebras.appliance.storage'\n"
    )
    (run,) = runs_of(text)
    assert (run.testbed, run.kind, run.state) == ("cerebras", "training", "failed")
    assert run.params["params_file"].value == "configs/111m.yaml"


def test_the_sdk_compiles_and_runs() -> None:
    """A CSL program's own word is its success; elsewhere the word says nothing."""
    start = (
        "INFO:cerebras.cluster.client:Initiating a new SDK compile job against the cluster server\n"
        "INFO:cerebras.cluster.client:Job id: wsjob-cccc, workflow id: wflow-dddd, namespace: job-operator, remote log path:\n"
    )
    (run,) = runs_of(start + "CSL compiler produced no messages. Compilation successful.\n")
    assert (run.kind, run.state, run.job_ids) == ("compile", "finished", ("wsjob-cccc",))
    (run,) = runs_of(start + "SUCCESS!\n")
    assert run.state == "finished"
    (run,) = runs_of(log(*WHOLE[:26]) + "SUCCESS!\n")
    assert run.state == "running"


def test_a_torn_line_gives_no_half_number() -> None:
    """What must follow a number must be there."""
    whole = log(step(1000, loss="7.12500", more=", LoopTimeRemaining=0:10:52, TimeRemaining=0:10:52"))
    seen = set()
    for length in range(len(whole)):
        for run in runs_of(whole[:length]):
            seen |= {(name, reading.value) for name, reading in run.metrics.items()} | {("left", run.remaining)}
            assert "step" not in run.progress or run.progress["step"].done == 1000
    assert seen == {("loss", 7.125), ("rate", 610.2), ("throughput", 602.5), ("left", None), ("left", 652.0)}


def test_the_way_the_text_was_copied_changes_nothing() -> None:
    """Line ends of a terminal, a launcher's tags, each line twice."""
    text = log(*WHOLE)
    (plain,) = runs_of(text)
    for other in (
        text.replace("\n", "\r\n"),
        "".join(f"[1,0]<stdout>:{line}\n" for line in text.splitlines()),
        "".join(f"{line}\n{line}\n" for line in text.splitlines()),
    ):
        (run,) = runs_of(other)
        assert (values(run), run.state, phases(run)) == (values(plain), plain.state, phases(plain))


def test_prose_about_a_run_is_no_run() -> None:
    """Sentences that hold the words of a log."""
    text = "The training completed successfully! We saw Rate=6858.71 samples/sec and an effective batch size of 512.\n" \
           "Compiling the model took 15 minutes. Step=100 had Loss=9.48.\n"  # fmt: skip
    assert runs_of(text) == []
