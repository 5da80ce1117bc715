"""Graphcore: language models, the CNN trainer, benchmarks, Keras and other programs."""

from __future__ import annotations

import pytest

from tests.parsers.graphcore_logs import BERT, CNN, KERAS, codes, compiled, gpt2, only, queued, values
from tests.reading import runs_of

# language models


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


def test_keras_on_the_ipu() -> None:
    """The first epoch holds the compilation; TensorFlow's few time stamps are no run time."""
    run = only(KERAS)
    assert run.kind == "training"
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (2, 2)
    assert (values(run), run.elapsed) == ({"loss": 0.3265}, None)
    assert codes(run) == {"warm-up-included"}
    assert only(KERAS.split("Epoch 2")[0] + "Epoch 2/2\n").progress["epoch"].done == 1


def test_what_keras_validates_and_evaluates_is_no_training_loss() -> None:
    """A validation stands at the end of an epoch's bar; `evaluate` draws a bar of its own after the last."""
    bar = "100/100 [==============================] - 1s 262us/step - loss: "
    run = only(KERAS.replace("loss: 0.3265", "loss: 0.3265 - accuracy: 0.9 - val_loss: 0.41 - val_accuracy: 0.88"))
    assert values(run) == {"loss": 0.3265, "eval_loss": 0.41, "eval_accuracy": 0.88}
    run = only(KERAS + " 50/100 [=====>........] - ETA: 1s - loss: 0.7\n" + bar + "0.5012 - accuracy: 0.8123\n")
    assert values(run) == {"loss": 0.3265, "eval_loss": 0.5012, "eval_accuracy": 0.8123}
    assert run.progress["epoch"].done == 2


def test_the_compile_time_is_that_of_the_training_not_of_the_evaluation_after_it() -> None:
    """Optimum compiles the model again to evaluate it."""
    run = only("Compiling Model...\nCompiled/Loaded model in 263.3 secs\n{'loss': 1.5, 'learning_rate': 1e-05, 'epoch': 1.0}\n"
               "Compiling Model...\nCompiled/Loaded model in 75.1 secs\n")
    assert values(run) == {"compile_seconds": 263.3, "loss": 1.5}


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
