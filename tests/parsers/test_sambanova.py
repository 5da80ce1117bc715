"""SambaNova's two logs of one job, ranks, acceptance tests, the compiler's estimates and the small applications."""

from __future__ import annotations

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

HEADER = """Model:  BertLarge
Date:  04/04/24
Time:  04:26
sambaflow/focal,now 1.19.1-44 amd64 [installed,upgradable to: 1.22.1-35]
Machine State Before:
Platform: DataScale SN30-8
/NODE/XRDU_0/RDU_0                    | 60287B316ABDB895    | Present         | Online
"""
COMPILE = """COMPILE START AT 2
COMPILE COMMAND: python transformers_hook.py compile --model_name_or_path bert-large-uncased -b 256 --num-tiles 4
2024-04-04 04:26:33,240 - apps.nlp.transformers_on_rdu.transformers_hook - Process ID 27 - info     - NLP app started.
2024-04-04 04:26:48,389 - apps.nlp.transformers_on_rdu.transformers_hook - Process ID 27 - info     - \
transformers_hook app running in compile mode
[info    ]: Amortized resources overall: 4.5e+02 PCUs, projected latency: 6.079219e-01 s, FLOPS: 1.216469e+02 T/s, DDR_BW: 6.4e+01 GB/s
[info    ]: Mac Compilation succeeded.
2024-04-04 04:39:25,643 - apps.nlp.transformers_on_rdu.transformers_hook - Process ID 27 - info     - NLP app finished
[info    ]: [PASS] Running PlasmaIR003_SegmentFinalization
[info    ]: Compilation succeeded for partition_51_0_
[info    ] : PEF file /home/u/BertLarge/bertlrg//bertlrg.pef created
COMPILE END AT 780
"""
SUBMIT = """RUN
PATH=/opt/sambaflow/bin:/usr/bin
SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22
Submitted batch job 30451
Machine state After:
Duration:  781
"""
ENVIRONMENT = """RUN
SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22
USER=somebody
SLURM_NTASKS=2
SLURM_JOB_ID=30451
"""
COMMAND = (
    "RUN COMMAND: /usr/local/bin/srun --mpi=pmi2 python transformers_hook.py run --max_seq_length 128 -b 256 --do_train"
    "  --per_device_train_batch_size  256 --max_steps 250000 --steps_this_run 505 --learning_rate 0.000175 --pef=/h/b.pef\n"
)


def said(rank: int, message: str, at: str = "04:59:57,827") -> str:
    return f"2024-04-04 {at} - apps.__main__ - Rank {rank}, PID {900 + rank} - info     - {message}\n"


def step(number: int, at: str = "04:59:57,827", loss: str = "8.23740") -> str:
    kv = f"average_loss:{loss}|step_loss:{loss}|learning_rate:7.06e-06|eval_step:0.00000|validation_average_loss:0.00000"
    bar = f"Iteration:  20%|2         | {number - 1}/2549 [07:33<28:59,  1.18it/s]"
    return bar + said(0, f"epoch:0|local_step:{number}|global_step:{number}|{kv}", at)


STARTED = "".join(said(rank, "NLP app started.") for rank in (1, 0))
MODE = "".join(said(rank, "transformers_hook app running in run mode") for rank in (0, 1))
RESULT = said(0, "final_loss 8.254242") + said(
    0, "{'e2e_train_time': 470.3965759277344, 'training_sequences_per_second': 562855.7977443167, 'final_loss': 8.254241943359375}"
)
FINISHED = "".join(said(rank, "NLP app finished") for rank in (1, 0))
TAIL = "Machine state After:\nDuration:  501\n"
RUN_LOG = HEADER + ENVIRONMENT + COMMAND + STARTED + MODE + step(504) + step(505) + RESULT + FINISHED + TAIL
REFUSAL = "AssertionError: Expected throughput to be at least 560000.0, instead found 275945.1942422435"
FAILURE = f"""Traceback (most recent call last):
  File "/opt/sambaflow/apps/nlp/transformers_on_rdu/transformers_hook.py", line 540, in main
    task_module.do_training(args=args,
{REFUSAL}
srun: error: sn30-r1-h1: task 0: Exited with exit code 1
srun: Terminating job step 30451.0
slurmstepd: error: *** STEP 30451.0 ON sn30-r1-h1 CANCELLED AT 2024-04-04T05:00:00 ***
srun: error: sn30-r1-h1: task 1: Killed
"""


def only(text: str, path: str = "x.log") -> Run:
    (run,) = runs_of(text, path)
    assert run.testbed == "sambanova"
    return run


def value(run: Run, name: str) -> float:
    return run.metrics[name].value


def codes(run: Run) -> set[str]:
    return {finding.code for finding in run.findings}


def test_a_submit_log_that_compiled_is_a_compile_that_handed_its_job_over() -> None:
    """Neither its Duration nor the compiler's success is a training's."""
    run = only(HEADER + COMPILE + SUBMIT)
    assert (run.kind, run.state, run.model) == ("compile", "submitted", "BertLarge")
    assert run.job_ids == ("30451",)
    assert value(run, "compile_seconds") == 778
    assert value(run, "duration_seconds") == 781
    assert [phase.seconds for phase in run.phases] == [778]
    assert codes(run) == {"output-elsewhere", "duration-is-script-time", "estimate-not-measured"}
    assert run.params["version"].value == "1.19.1-44"


def test_a_submit_log_without_a_compile_says_that_it_was_skipped() -> None:
    """The trap of 781 against 1: no shorter training, no compile."""
    run = only(HEADER + SUBMIT.replace("781", "1"))
    assert (run.kind, run.state) == ("training", "submitted")
    assert {"compile-skipped", "output-elsewhere", "duration-is-script-time"} <= codes(run)
    assert [(phase.name, phase.cached) for phase in run.phases] == [("compile", True)]
    assert "compile_seconds" not in run.metrics


def test_an_excerpt_without_header_does_not_say_that_a_compile_was_skipped() -> None:
    """What is above the excerpt is not known."""
    assert "compile-skipped" not in codes(only(SUBMIT))


def test_a_refused_submission_failed_after_its_compile() -> None:
    """sbatch's reason is the error."""
    refusal = "sbatch: error: Batch job submission failed: Requested node configuration is not available"
    run = only(HEADER + COMPILE + "RUN\n" + refusal + "\n")
    assert (run.kind, run.state) == ("compile", "failed")
    assert run.error is not None and run.error.text == refusal


def test_a_run_log_gives_the_training() -> None:
    """Steps of this run, not of the epoch's bar; tokens per second under their own name."""
    run = only(RUN_LOG)
    assert (run.kind, run.state, run.job_ids) == ("training", "finished", ("30451",))
    assert (run.progress["step"].done, run.progress["step"].total) == (505, 505)
    assert value(run, "loss") == 8.254241943359375
    assert value(run, "tokens_per_second") == 562855.7977443167
    assert value(run, "train_seconds") == 470.3965759277344
    assert "throughput" not in run.metrics
    assert value(run, "duration_seconds") == 501
    assert "470.3965759277344" in next(f.message for f in run.findings if f.code == "duration-is-script-time")
    assert run.remaining is None


def test_what_was_configured_is_not_what_was_printed() -> None:
    """The printed learning rate is the schedule's, the command's its peak."""
    params = {name: param.value for name, param in only(RUN_LOG).params.items()}
    assert params["learning_rate"] == 7.06e-06
    assert params["configured_learning_rate"] == 0.000175
    assert params["batch_size_per_device"] == 256
    assert params["max_steps"] == 250000
    assert params["ntasks"] == 2
    assert "batch_size" not in params


def test_nothing_else_of_the_environment_is_kept() -> None:
    """It holds addresses and names of people."""
    kept = repr([(p.name, p.value) for p in only(RUN_LOG).params.values()])
    assert "10.0.0" not in kept and "somebody" not in kept


def test_a_run_that_fails_its_acceptance_test_keeps_its_result() -> None:
    """It trained; the job failed."""
    run = only(HEADER + ENVIRONMENT + COMMAND + STARTED + MODE + step(505) + RESULT + FINISHED + FAILURE)
    assert run.state == "failed"
    assert run.error is not None and run.error.text == REFUSAL
    assert value(run, "loss") == 8.254241943359375
    assert "trained-then-failed" in codes(run)


def test_a_task_that_fails_after_the_summary_does_not_undo_the_training() -> None:
    """Whatever it failed of."""
    run = only(COMMAND + step(505) + RESULT + FAILURE.replace(REFUSAL, "RuntimeError: lost connection"))
    assert run.state == "failed"
    assert "trained-then-failed" in codes(run)
    assert "trained-then-failed" not in codes(only(COMMAND + step(505) + FAILURE.replace(REFUSAL, "RuntimeError: x")))


def test_submit_log_and_run_log_in_one_file_are_one_run() -> None:
    """The job appends to its submit log when both start in the same hour and directory."""
    run = only(HEADER + COMPILE + SUBMIT + RUN_LOG)
    assert (run.kind, run.state, run.job_ids) == ("training", "finished", ("30451",))
    assert value(run, "compile_seconds") == 778
    assert value(run, "duration_seconds") == 501
    assert "output-elsewhere" not in codes(run)


def test_the_job_may_start_before_the_submit_script_ends() -> None:
    """Then its header stands before the submit script's Duration."""
    early = SUBMIT.replace("Duration:  781\n", "") + HEADER + "Duration:  781\n"
    assert only(HEADER + COMPILE + early + ENVIRONMENT + COMMAND + step(505) + RESULT + TAIL).state == "finished"


@pytest.mark.parametrize("second", [HEADER + COMPILE + SUBMIT, HEADER + SUBMIT])
def test_another_submission_in_the_same_file_is_another_run(second: str) -> None:
    """Its header is its own."""
    first, other = runs_of(HEADER + COMPILE + SUBMIT + second.replace("30451", "30458").replace("BertLarge", "Gpt"))
    assert (first.job_ids, other.job_ids) == (("30451",), ("30458",))
    assert (first.model, other.model) == ("BertLarge", "Gpt")
    assert other.state == "submitted"


def test_two_run_logs_in_one_file_are_two_runs() -> None:
    """A header after a finished run begins another."""
    first, second = runs_of(RUN_LOG + RUN_LOG.replace("30451", "30452"))
    assert (first.job_ids, second.job_ids) == (("30451",), ("30452",))
    assert (first.state, second.state) == ("finished", "finished")


def test_ranks_that_say_the_same_are_one_run() -> None:
    """Sixteen ranks start and finish once each."""
    text = "".join(said(rank, "NLP app started.") for rank in range(16)) + "".join(
        said(rank, "transformers_hook app running in run mode") for rank in range(16)
    )
    run = only(text + step(1) + step(2) + RESULT + "".join(said(rank, "NLP app finished") for rank in range(16)))
    assert run.params["ntasks"].value == 16
    assert run.state == "finished"


def test_live_states_follow_the_log() -> None:
    """Compiling, loading, running: as far as the log has come."""
    assert only(HEADER + COMPILE[:200]).state == "compiling"
    assert only(HEADER + ENVIRONMENT + COMMAND).state == "loading"
    assert only(HEADER + ENVIRONMENT + COMMAND + STARTED + MODE + "Iteration:   0%|          | 0/2551 [00:00<?, ?it/s]\n").state == "running"


def test_summaries_under_each_other_are_a_run_each() -> None:
    """As people paste them, with or without braces and line ends of HTML."""
    text = "ntasks 16\n'final_loss': 8.25, 'training_samples_per_second': 4575.0639686287195 <br/>\n\nntasks 8\n"
    first, second = runs_of(text + "{'e2e_train_time': 458.7, 'final_loss': 8.308782577514648, 'training_samples_per_second': 2254.58}\n")
    assert value(first, "throughput") == 4575.0639686287195
    assert value(second, "train_seconds") == 458.7


def test_the_same_summary_twice_is_one_run() -> None:
    """Printed by the program and by its logger."""
    assert only(RESULT + RESULT.splitlines()[1].rpartition(" - ")[2].strip() + "\n").state == "finished"


def test_warm_up_is_told_apart() -> None:
    """Two rates in one summary: the smaller includes the first step."""
    run = only("{'e2e_train_time': 1185.6, 'e2e_training_tokens_per_second': 4421.994927479299, "
               "'training_tokens_per_second(exclude warmup overhead)': 8224.118016154427, 'final_loss': 0.27188825607299805}\n")
    assert value(run, "tokens_per_second") == 4421.994927479299
    assert "8224.118016154427" in next(f.message for f in run.findings if f.code == "warm-up-included")


def test_zeros_of_a_validation_that_was_not_run_are_no_losses() -> None:
    """Only a validation that was run has an eval step."""
    assert "eval_loss" not in only(step(505)).metrics
    ran = step(505).replace("eval_step:0.00000|validation_average_loss:0.00000", "eval_step:3.00000|validation_average_loss:2.50000")
    assert value(only(ran), "eval_loss") == 2.5


@pytest.mark.parametrize("cut", ["step_loss:8.2", "step_loss:8", "average_loss:8.2"])
def test_a_step_cut_inside_a_number_gives_no_number(cut: str) -> None:
    """All five decimals or nothing."""
    line = step(505)
    name = cut.partition(":")[0]
    torn = line[: line.index(f"|{name}:") + 1] + cut
    run = only(step(504) + torn)
    assert value(run, "loss") == 8.2374


def test_a_summary_cut_inside_a_number_gives_no_number() -> None:
    """The brace must close."""
    text = "{'e2e_train_time': 470.3965759277344, 'training_sequences_per_second': 562855.79"
    assert all("tokens_per_second" not in run.metrics for run in runs_of(step(505) + text))


def test_a_part_of_a_summary_cut_inside_its_last_number_gives_no_number() -> None:
    """Without a brace only a float's many digits show that it is whole."""
    assert "throughput" not in only("'final_loss': 8.308636665344238, 'training_samples_per_second': 2293.96").metrics


def test_a_line_printed_twice_is_no_other_run() -> None:
    """Some terminals and pastes double lines."""
    text = HEADER + COMPILE + SUBMIT
    assert only("".join(line * 2 for line in text.splitlines(keepends=True))).metrics.keys() == only(text).metrics.keys()


def test_a_small_application_ends_with_its_accuracy() -> None:
    """Accuracy in percent, with the loss on the test data beside it."""
    run = only("[Info][SAMBA]# Placing log files in /h/logreg.samba.log\n"
               "Epoch [1/1], Step [10000/60000], Loss: 0.4642\nEpoch [1/1], Step [60000/60000], Loss: 0.3553\n"
               "Test Accuracy: 91.40  Loss: 0.3014\n2023-03-08T21:19:08 : [INFO][LIB][26]: sn_create_session: PEF File: pef/logreg.pef\n")
    assert (run.kind, run.state) == ("training", "finished")
    assert (value(run, "accuracy"), value(run, "eval_loss"), value(run, "loss")) == (91.4, 0.3014, 0.3553)
    assert (run.progress["step"].done, run.progress["step"].total) == (60000, 60000)


def test_an_accuracy_before_the_last_epoch_is_not_the_end() -> None:
    """It is printed after every epoch."""
    text = "".join(f"Epoch [{e}/2], Step [100/100], Loss: 0.4642\nTest Accuracy: 9{e}.40  Loss: 0.3014\n" for e in (1, 2))
    first = "[Info][SAMBA]# Placing log files in /h/x.log\n" + text
    assert only(first[: first.index("Epoch [2/2]") + 50]).state == "running"
    assert only(first).state == "finished"
    assert value(only(first), "accuracy") == 92.4


def test_the_model_zoo_trains() -> None:
    """Thousands separators; the batch size is printed."""
    run = only("Targeting samba-runtime v4.2.5. Samba is running with --target-runtime-version=1.3.10 on a system\n"
               "Number of epochs: 1\nBatch size: 8\nNumber of batches (steps): 1,143\nStarting training for epoch 1...\n"
               "Epoch [1/1], Step [1143/1143], Loss: 0.1626\nFinished training.\nSaving checkpoint...\nCheckpoint saved at m/\n")
    assert (run.kind, run.state, run.params["batch_size"].value) == ("training", "finished", 8)
    assert run.progress["step"].total == 1143


def test_generation_is_inference() -> None:
    """Its total latency is computed, its tokens per second counted."""
    run = only("Generating 32 tokens ...\n    time to first token 1.1981s\n    Total Latency 1.5310s\n"
               "    tokens/second excluding first token 3.0032\n    tokens/second overall 2.7777\n", "sambanova/x.log")
    assert (run.kind, run.state) == ("inference", "finished")
    assert value(run, "tokens_per_second") == 2.7777


def test_another_server_in_the_same_benchmark_is_not_sambanova() -> None:
    """Its rate is its own."""
    run = only("--- Testing Metis (SambaNova) (Model: gpt-oss-120b) ---\n  > Throughput: 34.60 tokens/sec\n"
               "--- Testing Sophia (NVIDIA) (Model: openai/gpt-oss-120b) ---\n  > Throughput: 15.42 tokens/sec\n")
    assert value(run, "tokens_per_second") == 34.6


def test_a_diff_of_two_logs_is_two_runs() -> None:
    """What is marked < is of one, what is marked > of the other."""
    lines = zip((HEADER + COMPILE + SUBMIT).splitlines(), (HEADER + COMPILE + SUBMIT).replace("30451", "30458").replace("78", "80").splitlines(),
                strict=True)
    text = "".join(f"{n}c{n}\n< {a}\n---\n> {b}\n" for n, (a, b) in enumerate(lines, 1))
    first, second = runs_of(text)
    assert (first.job_ids, second.job_ids) == (("30451",), ("30458",))
    assert (value(first, "duration_seconds"), value(second, "duration_seconds")) == (781, 801)


def test_a_view_of_a_jobs_output_names_the_job() -> None:
    """`cat slurm-N.out` names the path that `tail -f` shows; ^C ends tail, not the run."""
    run = only("u@h:~$ cat ~/slurm-43717.out\nUsing /home/u/B/112124.22/B.out for output\nu@h:~$ tail -f /home/u/B/112124.22/B.out\n"
               + step(60) + "^C\nu@h:~$ ls\n")
    assert run.job_ids == ("43717",)
    assert run.state == "running"


def test_a_machine_inventory_is_no_run() -> None:
    """It shows whose machine it is, and nothing that ran."""
    assert runs_of("Platform: DataScale SN30-8\n/NODE/XRDU_0/RDU_0    | 602    | Present         | Online\n") == []


@pytest.mark.parametrize("end", ["\r\n", "\r\r\n"])
def test_line_ends_of_a_terminal_change_nothing(end: str) -> None:
    """Captured through a pseudo-terminal."""
    assert only(RUN_LOG.replace("\n", end)).metrics.keys() == only(RUN_LOG).metrics.keys()


def test_no_beginning_of_a_log_raises_or_says_another_number() -> None:
    """Cut anywhere: what is said is what the whole log says of that line, or nothing."""
    text = HEADER + COMPILE + SUBMIT + RUN_LOG[:-1] + "\n" + FAILURE
    for cut in range(0, len(text), 7):
        for run in runs_of(text[:cut]):
            if "loss" in run.metrics:
                assert value(run, "loss") in (8.2374, 8.254242, 8.254241943359375)
            if "tokens_per_second" in run.metrics:
                assert value(run, "tokens_per_second") == 562855.7977443167
