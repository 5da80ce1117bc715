"""Graphcore: the life of a run in its logs, and the traps in its bars."""

from __future__ import annotations

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

PROMPT = "(poptorch33_env) user@gc-poplar-02:~/mnist$ "
WARNING = "[04:40:20.534] [poptorch:cpp] [warning] [DISPATCHER] Type coerced from Long to Int for tensor id 10"


def queued(job: int) -> str:
    return f"srun: job {job} queued and waiting for resources\nsrun: job {job} has been allocated resources\n"


def bar(label: str, n: int, of: int, clock: str, rate: str = "") -> str:
    return f"{label}: {100 * n // of:3}%|███       | {n}/{of} [{clock}{rate}]"


def compiled(clock: str) -> str:
    return bar("Graph compilation", 100, 100, f"{clock}<00:00") + "\n"


def mnist(first: str = "00:22", second: str = "00:14", took: str = "01:50", rate: str = "11.06", accuracy: str = "97.69") -> str:
    return (
        f"Epochs:   0%|          | 0/10 [00:00<?,{WARNING}\n"
        + compiled(first)
        + bar("Epochs", 10, 10, f"{took}<00:00", f",  {rate}s/it")
        + "\n"
        + compiled(second)
        + f" 95%|███████TrainingModelWithLoss(:00, 45.51it/s]0<00:00]\n  (model): Network(\nAccuracy on test set: {accuracy}%\n"
    )


def only(text: str) -> Run:
    runs = runs_of(text)
    assert len(runs) == 1
    assert runs[0].testbed == "graphcore"
    return runs[0]


def values(run: Run) -> dict[str, float]:
    return {name: reading.value for name, reading in run.metrics.items()}


def codes(run: Run) -> set[str]:
    return {finding.code for finding in run.findings}


# MNIST with PopTorch


def test_mnist_is_read_from_its_bars() -> None:
    """The bar over epochs says how many there were; a run compiles twice, and the test's accuracy is its end."""
    run = only(queued(20602) + mnist())
    assert (run.kind, run.state, run.job_ids) == ("training", "finished", ("20602",))
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (10, 10)
    assert values(run) == {"compile_seconds": 22, "train_seconds": 110, "seconds_per_epoch": 11.06, "accuracy": 97.69}
    assert [(phase.name, phase.seconds, phase.cached) for phase in run.phases if phase.name != "queue"] == [
        ("compile", 22, False), ("train", 88, None), ("compile", 14, False), ("evaluate", None, None),
    ]
    assert codes(run) == {"total-includes-compile"}


def test_a_compilation_complete_at_once_came_from_the_cache() -> None:
    """[00:00] at 100 % is no fast compiler."""
    run = only(mnist("00:00", "00:00", "01:25", "8.55", "98.30"))
    assert [phase.cached for phase in run.phases if phase.name == "compile"] == [True, True]
    assert codes(run) == {"compile-skipped"}
    assert values(run)["compile_seconds"] == 0


@pytest.mark.parametrize("repaint", ["Graph compilation:  97%|█████████▋| 97/100 [00:22<00:01]", compiled("00:22").strip()])
def test_a_repaint_of_a_full_bar_is_no_other_compilation(repaint: str) -> None:
    """97 % after 100 % is the screen's lag."""
    text = mnist().replace(compiled("00:22"), compiled("00:22") + repaint + "\n")
    assert [phase.seconds for phase in only(text).phases if phase.name == "compile"] == [22, 14]


def test_redraws_and_cursor_moves_are_read_through() -> None:
    """A pseudo-terminal's bars give the same figures, and the last batch's loss."""
    text = (
        queued(20925)
        + "\rEpochs:   0%|          | 0/20 [00:00<?, ?it/s]\n"
        + f"\r  0%|          | 0/150 [00:00<?, ?it/s]\x1b[A{WARNING}\n\n\n"
        + "\rGraph compilation:   4%|▍         | 4/100 [00:00<00:05]\x1b[A\x1b[A\n\n"
        + "\rGraph compilation:  98%|█████████▊| 98/100 [00:24<00:01]\x1b[A\x1b[A\rGraph compilation: 100%|██████████| 100/100 "
        "[00:24<00:00]\n\n"
        + "\rLoss: 2.3012 | Accuracy: 12.75% :   1%|          | 1/150 [00:25<1:03:12, 25.46s/it]\x1b[A\n"
        + "\rLoss: 1.4758 | Accuracy: 98.50% : 100%|██████████| 150/150 [00:08<00:00, 17.57it/s]\x1b[A\n"
        + "\r          \x1b[A\rEpochs: 100%|██████████| 20/20 [03:18<00:00,  8.51s/it]\rEpochs: 100%|██████████| 20/20 [03:18<00:00,"
        "  9.93s/it]\n"
        + "\r  0%|          | 0/125 [00:00<?, ?it/s]\n"
        + "Accuracy on test set: 98.89%\n███| 125/125 [00:17<00:00, 19.84it/s]\r       \r"
    )
    run = only(text)
    assert values(run) == {
        "compile_seconds": 24, "loss": 1.4758, "train_accuracy": 98.5, "train_seconds": 198, "seconds_per_epoch": 9.93,
        "accuracy": 98.89,
    }
    assert run.state == "finished"
    assert run.phase is None
    assert run.params["steps_per_epoch"].value == 150


def test_remnants_after_the_accuracy_are_no_part_of_it() -> None:
    """The rest of a bar may stand behind a shorter line."""
    assert values(only(compiled("00:12") + "Accuracy on test set: 96.85%██████| 100/100 [00:00<00:00]\n"))["accuracy"] == 96.85


def test_bars_printed_after_the_accuracy_are_of_the_same_run() -> None:
    """Two streams in one file keep no order; a compile bar after the epochs is the test's."""
    run = only("TrainingModelWithLoss(\nAccuracy on test set: 98.49%\n\n" + bar("Epochs", 10, 10, "01:27<00:00", ",  8.78s/it")
               + "\n" + compiled("00:15"))
    assert run.state == "finished"
    assert run.progress["epoch"].done == 10
    assert "compile_seconds" not in run.metrics
    assert run.phase is None


def test_bars_pasted_onto_one_line_are_two() -> None:
    """A terminal's blank columns do not end a line."""
    run = only(bar("Epochs", 10, 10, "01:48<00:00", ", 10.81s/it") + " " * 20 + compiled("00:14") + "Accuracy on test set: 98.72%\n")
    assert run.progress["epoch"].total == 10
    assert [phase.name for phase in run.phases] == ["train", "compile", "evaluate"]


@pytest.mark.parametrize("between", ["", PROMPT + "vim mnist_poptorch.py\n", queued(2)])
def test_another_launch_is_another_run(between: str) -> None:
    """A new bar over epochs after the accuracy is enough."""
    runs = runs_of(mnist() + between + mnist("00:00", "00:00", "01:25", "8.55", "98.30"))
    assert [run.metrics["accuracy"].value for run in runs] == [97.69, 98.30]
    assert [run.metrics["compile_seconds"].value for run in runs] == [22, 0]


def test_a_command_at_a_prompt_says_what_was_launched() -> None:
    """The command belongs to the run whose output follows."""
    run = only(PROMPT + "/opt/slurm/bin/srun --ipus=1 python mnist_poptorch.py\n" + queued(20602) + mnist())
    assert run.params["command"].value == "/opt/slurm/bin/srun --ipus=1 python mnist_poptorch.py"
    assert run.params["num_devices"].value == 1


def test_a_command_over_several_lines_is_one() -> None:
    """The shell's second prompt stands before the rest."""
    run = only(PROMPT + "  srun --ipus=4 python3 run_pretraining.py \\\n>   --config demo_tiny_128  \\\n>   --seed 1\n" + queued(3) + BERT)
    assert run.params["command"].value == "srun --ipus=4 python3 run_pretraining.py --config demo_tiny_128 --seed 1"
    assert run.params["num_devices"].value == 4


def test_commands_alone_are_no_runs() -> None:
    """Prose and sessions that show no output hold nothing."""
    assert runs_of(PROMPT + "srun --ipus=1 python mnist_poptorch.py\n" + PROMPT + "squeue\n", "graphcore/notes.txt") == []
    assert runs_of("Then type\nsrun --ipus=1 python mnist_poptorch.py\nand wait.\n", "graphcore/README.md") == []


@pytest.mark.parametrize(("lines", "phase", "state"), [
    (2, "compile", "compiling"), (3, "train", "running"), (5, "evaluate", "running"),
])
def test_a_growing_log_shows_where_the_run_is(lines: int, phase: str, state: str) -> None:
    """What is under way is known from the bars so far."""
    text = mnist().replace(compiled("00:22"), "Graph compilation:   4%|▍         | 4/100 [00:00<00:03]\n" + compiled("00:22"))
    run = only("".join(text.splitlines(keepends=True)[:lines]))
    assert (run.phase, run.state) == (phase, state)


def test_a_live_run_knows_its_epochs_and_what_is_left() -> None:
    """The bar's own estimate is taken, and a stop by hand ends the run."""
    text = mnist().split("Epochs: 100%")[0] + bar("Epochs", 4, 10, "01:00<01:44", ", 17.37s/it") + "\n"
    run = only(text)
    assert (run.progress["epoch"].done, run.remaining, run.phase, run.state) == (4, 104, "train", "running")
    assert "train_seconds" not in run.metrics
    assert only(text + "^CTraceback (most recent call last):\n" + '  File "mnist_poptorch.py", line 279, in <module>\n    x()\n'
                "KeyboardInterrupt\n").state == "cancelled"


def test_epochs_that_begin_again_are_another_run() -> None:
    """A run that died in its third epoch and was launched again is two."""
    text = compiled("00:22") + bar("Epochs", 3, 10, "00:51<02:27", ", 21.08s/it") + "\n"
    runs = runs_of(text + f"Epochs:   0%|          | 0/10 [00:00<?,{WARNING}\n" + compiled("00:00"))
    assert [run.progress["epoch"].done for run in runs] == [3, 0]


# language models

BERT = """\
Using config: demo_tiny_128
------------------- Data Loading Started ------------------
    Registered metric hook: total_compiling_time with object: <function get_results_for_compile_time at 0x7f211c238670>
Data loaded in 9.856430063955486 secs
-------------------- Device Allocation --------------------
Embedding  --> IPU 0
Encoder 0  --> IPU 1
---------- Compilation/Loading from Cache Started ---------
Graph compilation: 100%|██████████| 100/100 [01:32<00:00]
Compiled/Loaded model in 97.88873339025304 secs
--------------------- Training Started --------------------
Step: 149 / 149 - LR: 1.00e-03 - total loss: 7.389 - mlm_loss: 7.008 - nsp_loss: 0.380 - mlm_acc: 0.161 % - nsp_acc: 0.875 %:  \
99%|█████████▉| 149/150 [00:03<00:00, 45.20it/s, throughput: 749.6 samples/sec]
-------------------- Training Metrics ---------------------
global_batch_size: 16
device_iterations: 1
training_steps: 150
Training time: 3.297 secs
"""


def test_bert_is_read_with_its_settings() -> None:
    """Steps count from 0, accuracies are fractions, and the bar's rate is one step's."""
    run = only(queued(20279) + BERT)
    assert (run.kind, run.state) == ("training", "finished")
    assert (run.progress["step"].done, run.progress["step"].total) == (149, 150)
    assert values(run) == {
        "compile_seconds": 97.88873339025304, "loss": 7.389, "mlm_accuracy": 0.161, "nsp_accuracy": 0.875, "throughput": 749.6,
        "train_seconds": 3.297,
    }
    assert {name: run.params[name].value for name in ("batch_size", "learning_rate", "config", "ipu_of_layer")} == {
        "batch_size": 16, "learning_rate": 0.001, "config": "demo_tiny_128", "ipu_of_layer": "Embedding: 0, Encoder 0: 1",
    }
    assert [(phase.name, phase.seconds) for phase in run.phases] == [
        ("queue", None), ("load", 9.856430063955486), ("compile", 97.88873339025304), ("train", 3.297),
    ]
    assert "727.9 over all" in next(finding.message for finding in run.findings if finding.code == "rate-unreliable")


def test_a_configuration_after_the_metrics_is_another_run() -> None:
    """Nothing but the program's own first line stands between two launches in some pastes."""
    assert len(runs_of(BERT + BERT)) == 2


def gpt2(steps: int, first: str = "646.84") -> str:
    return "".join(
        f"step {step} of epoch 0, loss: 10.{9 - step}, acc: 2.0e-05, lr: 0.0, throughput: {first if step == 0 else '1058.1'} samples/sec\n"
        for step in range(steps)
    )


def test_the_first_step_of_gpt2_includes_warm_up() -> None:
    """Both rates are named, and the last one is the run's."""
    run = only(gpt2(4))
    assert values(run) == {"loss": 10.6, "throughput": 1058.1}
    assert run.progress["step"].done == 3
    assert "learning_rate" not in run.params
    assert "646.84" in next(finding.message for finding in run.findings if finding.code == "warm-up-included")


def test_arguments_are_read_where_they_are_whole() -> None:
    """The micro-batch of a replica is not the batch; a value cut at the line's end is left out."""
    run = only("Model initializing\nEmbedding  --> IPU 0\nArguments: Namespace(batch_size=1, epochs=2, layers_per_ipu=[0, 4, 4, 4], "
               "learning_rate=0.00015, model='gpt2', weight_decay=0.0\n")
    assert run.model == "gpt2"
    assert run.progress["epoch"].total == 2
    assert run.params["learning_rate"].value == 0.00015
    assert "batch_size" not in run.params
    assert "weight_decay" not in run.params


# CNN trainer, benchmarks, Keras

CNN = """\
23:48:29.160 3555537 POPRUN [I] V-IPU server address picked up from 'vipu': 10.1.3.101:8090
| replicas  | 0 | 1 | 2 | 3 |
23:48:29.207 3555537 POPRUN [D] Found 1 devices with 4 IPUs
[1,0]<stdout>:[INFO] Epoch 1/2
Graph compilation: 100%|██████████| 100/100 [00:04<00:00][1,0]<stderr>:2023-08-22T23:49:40.103248Z PO:ENGINE   3556102.3556102 W: x
Loss:6.7539 [1,0]<stdout>:[INFO] Epoch 1████▌| 75/78 [02:42<00:06,  2.05s/it][1,0]<stderr>:
[1,0]<stdout>:[INFO] loss: 6.7462,
[1,0]<stdout>:[INFO] accuracy: 0.62 %
[1,0]<stdout>:[INFO] throughput: 7599.7 samples/sec
[1,0]<stdout>:[INFO] Epoch 2/2
Loss:6.7462 | Accuracy:0.62%: 100%|██████████| 78/78 [02:48<00:00,  2.16s/it][1,0]<stderr>:
Loss:6.2821 | Accuracy:2.42%:  96%|█████████▌| 75/7[1,0]<stdout>:[INFO] Epoch 2,0]<stderr>:
[1,0]<stdout>:[INFO] loss: 6.2720,
[1,0]<stdout>:[INFO] accuracy: 2.48 %
[1,0]<stdout>:[INFO] throughput: 8125.8 samples/sec
[1,0]<stdout>:[INFO] Finished training. Time: 2023-08-22 23:54:57.853508. It took: 0:05:26.090631
Loss:6.2720 | Accuracy:2.48%: 100%|██████████| 78/78 [02:37<00:00,  2.02s/it][1,0]<stderr>:
23:55:02.722 3555537 POPRUN [I] mpirun (PID 3556098) terminated with exit code 0
"""


def test_a_cnn_under_poprun_is_read_through_tags_and_torn_bars() -> None:
    """`Epoch 1/2` begins an epoch and a bare `Epoch 1` ends it; accuracy is percent."""
    run = only(CNN)
    assert (run.kind, run.state, run.phase) == ("training", "finished", None)
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (2, 2)
    assert values(run) == {
        "compile_seconds": 4, "loss": 6.272, "train_accuracy": 2.48, "throughput": 8125.8, "train_seconds": 326.090631,
    }
    assert (run.params["num_replicas"].value, run.params["num_devices"].value) == (4, 4)
    assert codes(run) == {"warm-up-included", "total-includes-compile"}
    assert all(step != step for step in run.series["loss"].steps), "a late repaint of a bar has no sure step"


def test_ranks_that_print_the_same_are_one() -> None:
    """Sixteen ranks end one epoch."""
    epoch = "[1,{0}]<stdout>:[INFO] Epoch 1/2\n[1,{0}]<stdout>:[INFO] loss: 6.{0},\n"
    run = only("23:48:29.162 3555537 POPRUN [I] Partition slurm_1 already exists\n" + "".join(epoch.format(rank) for rank in range(4)))
    assert run.metrics["loss"].value == 6.0
    assert len(run.series["loss"]) == 1


def test_poprun_tells_of_a_failure() -> None:
    """Its exit code is the only one in the log."""
    run = only(CNN.split("[1,0]<stdout>:[INFO] Finished")[0] + "23:55:02.722 35 POPRUN [I] mpirun (PID 35) terminated with exit code 1\n")
    assert run.state == "failed"


def test_a_benchmark_summary_is_a_finished_training() -> None:
    """The command's clock is no training time; a compile time that was not found is none."""
    text = ("[INFO] 2022-12-15 22:01:14: Total runtime: 1297.274336 seconds\n[INFO] 2022-62:01:14:    throughput = '39057.44'\n"
            "[INFO] 2022-12-15 22:01:14:    accuracy = '57.43'\n[INFO] 2022-12-15 22:01:14:    loss = '2.8162'\n"
            "[INFO] 2022-12-15 22:01:16:    Total compile time: {}\n")
    run = only(text.format("397.08 seconds"))
    assert (run.kind, run.state) == ("training", "finished")
    assert run.elapsed in (None, 1297.274336), "the 2 s between the stamps are not the run's"
    assert values(run) == {
        "duration_seconds": 1297.274336, "throughput": 39057.44, "train_accuracy": 57.43, "loss": 2.8162, "compile_seconds": 397.08,
    }
    run = only(text.format("ERROR"))
    assert run.state == "finished"
    assert "compile_seconds" not in run.metrics
    assert len(runs_of(text.format("ERROR") + text.format("1.5 seconds").replace("1297.", "1300."))) == 2


KERAS = """\
2023-08-22 23:35:06.119772: I tensorflow/compiler/plugin/poplar/driver/poplar_executor.cc:1619] TensorFlow device /device:IPU:0 \
attached to 1 IPU with Poplar device ID: 0
Epoch 1/2
2000/2000 [==============================] - 13s 6ms/step - loss: 0.6220
Epoch 2/2
2000/2000 [==============================] - 1s 262us/step - loss: 0.3265
"""


def test_keras_on_the_ipu() -> None:
    """The first epoch holds the compilation; TensorFlow's few time stamps are no run time."""
    run = only(KERAS)
    assert run.kind == "training"
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (2, 2)
    assert (values(run), run.elapsed) == ({"loss": 0.3265}, None)
    assert codes(run) == {"warm-up-included"}
    assert only(KERAS.split("Epoch 2")[0] + "Epoch 2/2\n").progress["epoch"].done == 1


# other programs


def test_popxl_loads_and_answers() -> None:
    """Every line has its time, so the phases have theirs."""
    run = only(
        "2023-07-26 15:36:25 INFO: Creating session\n2023-07-26 15:36:25 INFO: Starting PopXL IR construction\n"
        "2023-07-26 15:38:13 INFO: PopXL compilation complete\n"
        "2023-07-26 15:38:13 INFO: Downloading 'meta-llama/Llama-2-7b-chat-hf' pretrained weights\n"
        "2023-07-26 15:40:19 INFO: Finished initialising pipeline\n2023-07-26 15:40:19 INFO: Start inference\n"
        "2023-07-26 15:41:19 INFO: Output in 60.00 seconds\n2023-07-26 15:41:19 INFO: Total throughput: 7.00 t/s\n"
    )
    assert (run.kind, run.state, run.model) == ("inference", "finished", "meta-llama/Llama-2-7b-chat-hf")
    assert [(phase.name, phase.seconds) for phase in run.phases] == [("compile", 108), ("load", 126), ("infer", 60)]
    assert values(run) == {"tokens_per_second": 7.0}


@pytest.mark.parametrize("line", ["Epoch: {}, Loss: 0.5000", "Epoch: {}  Training Loss:  tensor(0.5000)"])
def test_graph_networks_print_an_epoch_and_its_loss(line: str) -> None:
    """Epochs are as printed; the count beginning again is another run."""
    text = compiled("00:31") + "".join(line.format(epoch) + "\n" for epoch in (0, 1, 2))
    assert (only(text).progress["epoch"].done, values(only(text))) == (2, {"compile_seconds": 31, "loss": 0.5})
    assert "loss" not in only(compiled("00:31") + "Epoch: 1, Loss: 1.9").metrics


# failures

CRITICAL = "poptorch.poptorch_core.Error: In poptorch/popart_compiler/source/CompilerImpl.cpp:725: 'poptorch_cpp_error': Failed to " \
    "acquire 1 IPU(s)"


def test_no_ipu_is_told_with_its_reason() -> None:
    """The exception is quoted, not the log's line before it; the frames show what the program was."""
    run = only(
        f"[09:01:59.258] [poptorch::python] [critical] {CRITICAL}\nNo IPU detected in the system.\nError raised in:\n"
        "  [0] Compiler::initSession\n\nTraceback (most recent call last):\n"
        '  File "mnist_poptorch.py", line 279, in <module>\n    preds, losses = training_model(data, labels)\n'
        f"{CRITICAL}\nNo IPU detected in the system.\n"
    )
    assert (run.kind, run.state) == ("training", "failed")
    assert run.error is not None and (run.error.text, run.error.line) == (CRITICAL, 9)
    assert codes(run) == {"no-device"}


def test_a_logged_error_fails_the_run_where_no_exception_is_shown() -> None:
    """What PopTorch calls critical ends the program."""
    run = only(f"[09:01:59.258] [poptorch::python] [critical] {CRITICAL}\n")
    assert run.error is not None and run.error.text == CRITICAL


@pytest.mark.parametrize("error", [
    CRITICAL, "ModuleNotFoundError: No module named 'poptorch'",
    "Error: In include/poptorch_err/ExceptionHandling.hpp:76: 'poplar_stream_memory_allocation_error': x.cpp:3516 Out of memory.",
])
def test_an_error_that_only_graphcore_prints_shows_whose_log_it_is(error: str) -> None:
    """Even when the traceback before it could be anybody's."""
    run = only(f'Traceback (most recent call last):\n  File "a/train.py", line 3, in <module>\n    import x\n{error}\n')
    assert (run.kind, run.state) == ("training", "failed")
    assert run.error is not None and run.error.text == error


def test_a_launch_that_slurm_could_not_start_is_a_failed_run() -> None:
    """The launch after it is another run."""
    runs = runs_of(
        PROMPT + "srun --ipus=1 A='{}' python mnist_poptorch.py\n" + queued(1)
        + "slurmstepd: error: execve(): A={}: No such file or directory\nsrun: error: gc-poplar-03: task 0: Exited with exit code 2\n"
        + PROMPT + "A='{}' srun --ipus=1 python mnist_poptorch.py\n" + queued(2) + mnist()
    )
    assert [(run.state, run.kind, run.job_ids) for run in runs] == [
        ("failed", "training", ("1",)), ("finished", "training", ("2",)),
    ]


# damage


@pytest.mark.parametrize("text", [mnist(), BERT, CNN, KERAS, gpt2(3)], ids=["mnist", "bert", "cnn", "keras", "gpt2"])
def test_no_cut_makes_another_number(text: str) -> None:
    """Cut anywhere, a log gives figures that the whole one gives on its way, or none."""
    lines = text.encode().splitlines(keepends=True)
    known: dict[str, set[float]] = {}
    for count in range(1, len(lines) + 1):
        for run in runs_of(b"".join(lines[:count])):
            for name, value in values(run).items():
                known.setdefault(name, set()).add(value)
    whole = text.encode()
    for cut in range(0, len(whole), 3):
        for run in runs_of(whole[:cut]):
            for name, value in values(run).items():
                assert value in known[name], (name, value, whole[:cut][-80:])


@pytest.mark.parametrize("text", [mnist(), BERT, CNN, KERAS], ids=["mnist", "bert", "cnn", "keras"])
@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "\r\n"), lambda text: "".join(f"# {line}\n" for line in text.splitlines()),
    lambda text: "".join(f"0: {line}\n" for line in text.splitlines()), lambda text: text.replace("\n", "<br/>\n"),
], ids=["crlf", "paste", "rank", "html"])
def test_capture_does_not_change_the_figures(text: str, change: object) -> None:
    """Line ends of a pseudo-terminal, paste marks and launcher tags are none of the run's."""
    assert callable(change)
    assert values(only(change(text))) == values(only(text))
