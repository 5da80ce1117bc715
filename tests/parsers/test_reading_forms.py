"""Readings as many programs print them: what each line gives, whatever its words, their order and their spacing."""

from __future__ import annotations

import math

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

FIRST = "step 1 loss 9.5\n"


def one(text: str) -> Run:
    (run,) = runs_of(text)
    return run


def facts(run: Run) -> dict[str, object]:
    out: dict[str, object] = {name: reading.value for name, reading in run.metrics.items()}
    for unit in ("step", "epoch"):
        if unit in run.progress:
            amount = run.progress[unit]
            out[unit] = amount.done if amount.total is None else (amount.done, amount.total)
    for name in ("learning_rate", "batch_size"):
        if name in run.params:
            out[name] = run.params[name].value
    return out


ALONE = [
    # torchtune, axolotl, LLaMA-Factory
    ("Step 20 | loss:1.8812 lr:2e-05 tokens_per_second_per_gpu:2140.5 grad_norm:1.12",
     {"step": 20, "loss": 1.8812, "learning_rate": 2e-05, "tokens_per_second_per_device": 2140.5}),
    ("{'step': 12, 'loss': 1.25, 'grad_norm': 0.8, 'learning_rate': 1e-05}", {"step": 12, "loss": 1.25, "learning_rate": 1e-05}),
    ("{'train/loss': 0.75, 'global_step': 640, 'tokens_per_second': 5120.0}", {"step": 640, "loss": 0.75, "tokens_per_second": 5120}),
    ("{'loss': tensor(0.5), 'iteration': 7}", {"step": 7, "loss": 0.5}),
    # Megatron and its forks
    ("iteration     70/    9000 | consumed samples:   17920 | elapsed time per iteration (ms): 500.0 | learning rate: 1.2E-05 | "
     "global batch size:   256 | lm loss: 8.125E+00 | loss scale: 1.0 | grad norm: 1.5 | number of nan iterations:   0 |",
     {"step": (70, 9000), "steps_per_second": 2, "learning_rate": 1.2e-05, "batch_size": 256, "loss": 8.125}),
    ("iteration=  8/ 300 | samples_per_second=20.5 | tokens_per_gpu_per_second=1280.25 | lm loss=7.5",
     {"step": (8, 300), "throughput": 20.5, "tokens_per_second_per_device": 1280.25, "loss": 7.5}),
    # torchtitan, nanoGPT and its kin
    ("step: 40  loss:  3.2500  grad_norm:  0.91  memory: 40.10GiB(50.20%)  tps: 6,144  tflops: 210.50  mfu: 21.30%",
     {"step": 40, "loss": 3.25, "tokens_per_second_per_device": 6144, "tflops_per_device": 210.5, "mfu": 21.3}),
    ("iter 500: loss 2.5012, time 200.00ms, mfu 31.50%", {"step": 500, "loss": 2.5012, "steps_per_second": 5, "mfu": 31.5}),
    ("step  120 | loss: 4.100000 | lr 6.0000e-04 | norm: 0.3 | dt: 250.00ms | tok/sec: 2,097,152.00",
     {"step": 120, "loss": 4.1, "learning_rate": 6e-4, "steps_per_second": 4, "tokens_per_second": 2097152}),
    ("step 20/600 train_loss:5.25 train_time:4000ms step_avg:200.0ms", {"step": (20, 600), "loss": 5.25, "steps_per_second": 5}),
    # MaxText, JAX, flax
    ("completed step: 17, seconds: 0.500, TFLOP/s/device: 101.5, Tokens/s/device: 8192.000, total_weights: 4096, loss: 6.75",
     {"step": 17, "steps_per_second": 2, "tflops_per_device": 101.5, "tokens_per_second_per_device": 8192, "loss": 6.75}),
    ("train step: 300, loss: 0.25, accuracy: 91.5, steps_per_second: 12.5", {"step": 300, "loss": 0.25, "steps_per_second": 12.5}),
    ("epoch:  3, train_loss: 0.1250, train_accuracy: 96.25%, test_loss: 0.2500, test_accuracy: 93.50%",
     {"epoch": 3, "loss": 0.125, "train_accuracy": 96.25, "eval_loss": 0.25, "accuracy": 93.5}),
    # fairseq, mmengine, detectron2
    ("epoch 002:    400 loss=6.5, nll_loss=5.9, ppl=60.2, wps=30208, ups=3.25, wpb=9296, num_updates=4400, lr=0.0004, gnorm=1.1",
     {"epoch": 2, "step": 4400, "loss": 6.5, "tokens_per_second": 30208, "steps_per_second": 3.25, "learning_rate": 0.0004}),
    ("Epoch(train)  [3][ 50/1172]  lr: 1.0000e-03  eta: 2:10:05  time: 0.41  data_time: 0.01  memory: 3012  loss: 0.75",
     {"epoch": 3, "step": (50, 1172), "learning_rate": 0.001, "loss": 0.75}),
    ("eta: 0:12:30  iter: 39  total_loss: 1.5  loss_cls: 0.9  loss_box_reg: 0.6  time: 0.25  data_time: 0.01  lr: 0.002  max_mem: 3512M",
     {"step": 39, "loss": 1.5, "learning_rate": 0.002}),
    # DeepSpeed, Colossal-AI, PaddlePaddle
    ("epoch=0/micro_step=40/global_step=20, RunningAvgSamplesPerSec=61.5, CurrSamplesPerSec=63.9, MemAllocated=2.47GB",
     {"epoch": 0, "step": 20, "throughput": 61.5}),
    ("epoch: 2, batch: 40, loss: 0.5, avg_reader_cost: 0.01 s, avg_batch_cost: 0.2 s, ips: 512.5 images/sec",
     {"epoch": 2, "step": 40, "loss": 0.5, "throughput": 512.5}),
    # Keras-like and Lightning-like
    ("Epoch 4/9 - 12s - loss: 0.5000 - val_loss: 0.7500 - val_accuracy: 0.8125",
     {"epoch": (4, 9), "loss": 0.5, "eval_loss": 0.75, "eval_accuracy": 0.8125}),
    ("Epoch [3/10], Step [100/600], Loss: 0.2543", {"epoch": (3, 10), "step": (100, 600), "loss": 0.2543}),
    ("| epoch   2 |   200/ 2928 batches | lr 5.00 | ms/batch 20.00 | loss  8.12 | ppl  3370.02",
     {"epoch": 2, "step": (200, 2928), "learning_rate": 5.0, "steps_per_second": 50, "loss": 8.12}),
    ("Step 100: {'loss': 2.25, 'learning_rate': 0.0003}", {"step": 100, "loss": 2.25, "learning_rate": 0.0003}),
    ("step=100 train/loss=2.25 train/lr=3e-4 val/loss=2.5 perf/tokens_per_sec=12000",
     {"step": 100, "loss": 2.25, "learning_rate": 3e-4, "eval_loss": 2.5, "tokens_per_second": 12000}),
    ("trainer/global_step 100 loss 2.25 mfu 0.4", {"step": 100, "loss": 2.25}),
    ("Iter 100 | Loss 2.25 | Throughput [tok/s]: 15,230", {"step": 100, "loss": 2.25, "tokens_per_second": 15230}),
    # order
    ("loss 2.5 step 5", {"step": 5, "loss": 2.5}),
    ("lr 1e-4 step 5 loss 2.5", {"step": 5, "loss": 2.5, "learning_rate": 1e-4}),
    ("Ep 1 | iter 5 | loss 2.5", {"epoch": 1, "step": 5, "loss": 2.5}),
    ("| epoch 001 | loss 2.5", {"epoch": 1, "loss": 2.5}),
    ("e 4 it 12 total_loss 0.75", {"epoch": 4, "step": 12, "loss": 0.75}),
    ("812.5 samples/s at step 40, loss 1.5", {"step": 40, "loss": 1.5, "throughput": 812.5}),
    ("Finished step 30/90 of epoch 2, 8.00 ms/step, loss 0.5",
     {"epoch": 2, "step": (30, 90), "loss": 0.5, "steps_per_second": 125}),
    ("Loss at step 100: 2.25", {"step": 100, "loss": 2.25}),
    ("Training loss at epoch 3: 0.75", {"epoch": 3, "loss": 0.75}),
    # numbers
    ("step 12,000/1,000,000 loss 1,024.5", {"step": (12000, 1000000), "loss": 1024.5}),
    ("update 7 of 1,000 loss 2.5E-01", {"step": (7, 1000), "loss": 0.25}),
    ("step #6 loss -0.5", {"step": 6, "loss": -0.5}),
    ("step 6 loss 2.9 -> 2.5", {"step": 6, "loss": 2.5}),
    ("step 6 loss 2.9 => 2.5", {"step": 6, "loss": 2.5}),
    ("step 6 loss 2.9 → 2.5 (best 2.4)", {"step": 6, "loss": 2.5}),
    ("step 6 loss 2.5 (2.75) | 1.5M tokens/s", {"step": 6, "loss": 2.5, "tokens_per_second": 1.5e6}),
    ("step 6 loss np.float32(2.5) samples/sec: 1.25k", {"step": 6, "loss": 2.5, "throughput": 1250}),
    ("step 6 loss tensor(2.5, device='hpu:0', grad_fn=<MeanBackward0>)", {"step": 6, "loss": 2.5}),
    ("step 6 throughput: 12 816 samples/s loss 2.5", {"step": 6, "throughput": 12816, "loss": 2.5}),
    ("step 6 loss 2.5 tokens 30,768 tokens/s", {"step": 6, "loss": 2.5, "tokens_per_second": 30768}),
    ("step 6 loss 2.5 tokens 1.2M tok/s 30k", {"step": 6, "loss": 2.5, "tokens_per_second": 30000}),
    # decoration
    ("step 6 | loss 2.5 | best 1.5 at step 3", {"step": 6, "loss": 2.5}),
    ("step 6 loss 2.5 | best val loss 1.5 (step 3) | next evaluation at step 100", {"step": 6, "loss": 2.5}),
    ("🚀 step 6: loss 2.5!", {"step": 6, "loss": 2.5}),
    ("=== step 6 loss 2.5 ===", {"step": 6, "loss": 2.5}),
    ("*** Epoch 6 *** loss 2.5", {"epoch": 6, "loss": 2.5}),
    ("- step 6: loss 2.5", {"step": 6, "loss": 2.5}),
    ("step 6: loss 2.5, new best, saved.", {"step": 6, "loss": 2.5}),
    ("step 6 loss 2.5 [repeated 15x across cluster]", {"step": 6, "loss": 2.5}),
    ("step 6 loss 2.5 val None, took 3.5s", {"step": 6, "loss": 2.5}),
    # keys
    ("step 6 lm-loss 2.5 z_loss 0.01 aux_loss 0.02 best loss 1.0 loss scale 65536", {"step": 6, "loss": 2.5}),
    ("global_step: 6 cross_entropy_loss: 2.5 total_loss: 2.75", {"step": 6, "loss": 2.75}),
    ("step 6 avg_loss 2.75 loss 2.5", {"step": 6, "loss": 2.5}),
    ("step 6 s1.loss_bbox 0.1 loss/mean 2.75 loss 2.5 loss/std 0.1", {"step": 6, "loss": 2.5}),
    ("step 6 policy_loss 0.1 value_loss 0.2 loss 2.5", {"step": 6, "loss": 2.5}),
    # rates
    ("step 6 loss 2.5 2.00 s/it", {"step": 6, "loss": 2.5, "steps_per_second": 0.5}),
    ("step 6 loss 2.5 4.5it/s", {"step": 6, "loss": 2.5, "steps_per_second": 4.5}),
    ("step 6 loss 2.5 step_time: 0.25s", {"step": 6, "loss": 2.5, "steps_per_second": 4}),
    ("step 6 loss 2.5 step time (ms): 125.0", {"step": 6, "loss": 2.5, "steps_per_second": 8}),
    ("step 6 loss 2.5 images per second = 99.5", {"step": 6, "loss": 2.5, "throughput": 99.5}),
    ("step 6 loss 2.5 avg. sequences / sec = 99.5", {"step": 6, "loss": 2.5, "throughput": 99.5}),
    ("step 6 loss 2.5 throughput (global bs 512 on 8 devices): 1,024 images/s",
     {"step": 6, "loss": 2.5, "throughput": 1024, "batch_size": 512}),
    ("step 6 loss 2.5 tgs 3000 samples/s/gpu 12.5", {"step": 6, "loss": 2.5, "tokens_per_second_per_device": 3000,
                                                     "throughput_per_device": 12.5}),
    ("step 6 loss 2.5 Tokens/sec/chip: 3000", {"step": 6, "loss": 2.5, "tokens_per_second_per_device": 3000}),
    # evaluation
    ("step 6 loss 2.5 val_loss 2.75 val_bleu 27.5", {"step": 6, "loss": 2.5, "eval_loss": 2.75, "val_bleu": 27.5}),
    ("step 6 loss 2.5 eval/f1_micro: 0.5", {"step": 6, "loss": 2.5, "eval_f1_micro": 0.5}),
    ("epoch 6 loss 2.5 | validation | loss 2.75 ppl 15.5", {"epoch": 6, "loss": 2.5, "eval_loss": 2.75, "eval_perplexity": 15.5}),
    ("epoch 6 loss (train): 2.5 loss (val): 2.75", {"epoch": 6, "loss": 2.5, "eval_loss": 2.75}),
]


@pytest.mark.parametrize(("line", "expected"), ALONE)
def test_a_line_gives_what_a_person_reads_in_it(line: str, expected: dict[str, object]) -> None:
    """No more and no less."""
    assert facts(one(line + "\n")) == pytest.approx(expected)


WITHIN = [
    ("final_loss: 2.5", {"loss": 2.5}),
    ("val-loss: 2.75", {"eval_loss": 2.75}),
    ("Validation loss = 2.75, perplexity = 15.5", {"eval_loss": 2.75, "eval_perplexity": 15.5}),
    ("test accuracy: 0.875", {"eval_accuracy": 0.875}),
    ("samples/s 44.25", {"throughput": 44.25}),
    ("SamplesPerSec=44.25", {"throughput": 44.25}),
    ("throughput (global bs 64 on 4 devices): 468,515 items/s", {"throughput": 468515, "batch_size": 64}),
    ("validation loss at iteration 1 on validation set | lm loss value: 2.750E+00 | lm loss PPL: 1.55E+01 |",
     {"eval_loss": 2.75, "eval_perplexity": 15.5}),
    ("Iter 1: Val loss 2.750, Val took 3.1s", {"eval_loss": 2.75}),
    ("Evaluation results: loss=2.75 accuracy=0.875", {"eval_loss": 2.75, "eval_accuracy": 0.875}),
    ("Epoch 1 validation: {'loss': 2.75}", {"eval_loss": 2.75}),
    ("evaluated 100 samples in 3.2 s, loss 2.75", {"eval_loss": 2.75}),
    ("[evaluator] epoch 1 loss 2.75", {"eval_loss": 2.75}),
    ("Epoch(val) [1][60/60] loss: 2.75", {"eval_loss": 2.75}),
    ("Saving dict for global step 1: global_step = 1, loss = 2.75", {"eval_loss": 2.75}),
]


@pytest.mark.parametrize(("line", "expected"), WITHIN)
def test_a_line_without_a_step_counts_within_a_run(line: str, expected: dict[str, object]) -> None:
    """What it says of evaluation leaves the training's own figures alone."""
    assert facts(one(FIRST + line + "\n")) == pytest.approx({"step": 1, "loss": 9.5, **expected})


PREFIXES = [
    "I0729 19:52:57.134704 123 loop.py:226] ", "2024-01-01 10:00:00.000001: I core/loop.cc:42] ", "INFO 03-04 10:00:00 loop.py:100] ",
    "[2024-01-01 10:00:00][INFO][loop:42] ", "[2024-01-01 12:15:51,512264][I][vit:445:fn] ",
    "[trainer] 2024-01-01 15:57:42,774 - root - INFO - ", "[11/01 20:14:15 d2.x]: ", "08/03 22:09:24 - name - INFO - ",
    "[2024-01-01 10:00:00,123] [INFO] [f.py:96:fn] [Rank 0] ", "[PID:1] [RANK:0] ", "[rank 0] ", "[0] ", "[GPU0] ", "rank 0: ",
    "Rank 0 | ", "[15:57:42] ", "22:09:24 INFO ", "Aug  3 22:09:24 host proc[123]: ", "node01: ", "x1000c0s7b0n0: ",
    "(ServeReplica:default:Model pid=147) ", "2024-01-01 10:00:00.123 | INFO     | __main__:main:42 - ",
    "INFO:root:", "INFO:trainer:", "2024-01-01T10:00:00.123Z INFO loop: ", "[INFO|loop.py:213] 2024-01-01 23:07:35,497 >> ",
    "Mon Aug  3 22:09:24 2026 ", "2024-01-01 10:00:00 node7 loop[99]: ", "[2024-01-01 10:00:00,123][root][INFO] - ", "gpu:0 | ",
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("line", "expected"), [
    ("step 5: loss 2.5", {"step": 5, "loss": 2.5}),
    ("epoch: 2 loss: 2.5", {"epoch": 2, "loss": 2.5}),
    ("loss: 2.5 iter: 5", {"step": 5, "loss": 2.5}),
])
def test_a_prefix_hides_no_reading_and_none_is_taken_for_one(prefix: str, line: str, expected: dict[str, object]) -> None:
    """Whatever logger or launcher printed it."""
    assert facts(one(prefix + line + "\n")) == expected


def test_the_time_before_a_message_is_the_runs() -> None:
    """Of all stamps with a full date."""
    run = one("[2024-01-01 10:00:00][INFO][f:1] step 1 loss 2\n[x] 2024-01-01 10:00:30,500 - root - INFO - step 2 loss 1\n")
    assert run.elapsed == 30.5


def test_of_ranks_the_lowest_is_shown_whoever_came_first() -> None:
    """And the only one where there is only one."""
    lines = "[1] step 10 loss 5.0\n[0] step 10 loss 4.0\n[1] step 20 loss 3.0\n"
    assert facts(one(lines)) == {"step": 10, "loss": 4}
    assert facts(one(lines + "[0] step 20 loss 2.0\n[2] step 30 loss 1.0\n")) == {"step": 20, "loss": 2}
    assert facts(one("[rank 3] step 10 loss 5.0\n[rank 3] step 20 loss 4.0\n")) == {"step": 20, "loss": 4}
    assert facts(one("Step: 1, Rank: 1, loss = 3.0\nStep: 1, Rank: 0, loss = 2.0\nStep: 1, Rank: 1, loss = 3.0\n"))["loss"] == 2


@pytest.mark.parametrize("line", [
    "step 20 loss diverged", "step 20 loss: ***", "step 20 loss=--", "step 20 loss", "step 20 loss 2.x lr 0.1", "step 20 loss: ",
    "step 20 | loss = ? | lr 0.1",
])
def test_a_key_without_a_readable_value_makes_the_old_one_stale(line: str) -> None:
    """The step goes on, the loss is not that of the step."""
    run = one("step 10 loss 2.5\n" + line + "\n")
    assert run.metrics["loss"].stale and run.metrics["loss"].value == 2.5 and run.progress["step"].done == 20
    assert not one("step 10 loss 2.5\n" + line + "\nstep 30 loss 2.25\n").metrics["loss"].stale


@pytest.mark.parametrize("line", ["step 20 loss 2.0 val_loss None", "step 20 loss 2.0 val_loss n/a", "step 20 loss 2.0"])
def test_none_erases_nothing_and_makes_nothing_stale(line: str) -> None:
    """There was no evaluation at this step."""
    run = one("step 10 loss 2.5 val_loss 2.75\n" + line + "\n")
    assert run.metrics["eval_loss"].value == 2.75 and not run.metrics["eval_loss"].stale


def test_a_rate_that_cannot_be_read_costs_no_other_reading() -> None:
    """And no reading at all costs no step."""
    for text in ("samples/s ???", "samples/s nan", "samples/s"):
        run = one(f"step 10 loss 2.5 samples/s 100\nstep 20 loss 2.25 {text}\n")
        assert (run.metrics["loss"].value, run.progress["step"].done) == (2.25, 20)
    assert one("step 10 loss 2.5 samples/s 100\nstep 20 loss 2.25 samples/s ???\n").metrics["throughput"].stale
    assert facts(one("step 10 loss 2.5\nstep 20 loss None\n")) == {"step": 20, "loss": 2.5}


def test_a_rate_that_is_a_times_inverse_is_derived() -> None:
    """The log prints the time."""
    run = one("step 10 loss 2.5 500 ms/step 80 samples/s\n")
    assert run.metrics["steps_per_second"].derived and not run.metrics["throughput"].derived


def test_a_loss_or_a_norm_that_is_no_number_is_a_finding() -> None:
    """Whoever prints it."""
    for line in ("step 20 loss nan", "step 20 loss 0.0 grad_norm nan", "{'loss': 0.0, 'grad_norm': nan, 'epoch': 1.0}"):
        run = one("step 10 loss 2.5\n" + line + "\n")
        assert "not-a-number" in {finding.code for finding in run.findings}
    assert math.isnan(one("step 10 loss nan lr 0.1\n").metrics["loss"].value)


def test_a_first_number_is_a_step_once_another_line_shows_it() -> None:
    """Or a run is open."""
    assert runs_of("5 | loss 2.5 | lr 3e-4\n") == []
    assert facts(one("0 | loss 2.5 | lr 3e-4 | 120.5ms\n10 | loss 2.25 | lr 2e-4 | 119.5ms\n")) == {
        "step": 10, "loss": 2.25, "learning_rate": 2e-4}
    assert facts(one(FIRST + "5 | loss 2.5\n"))["step"] == 5


def test_json_lines_count_from_the_second_on() -> None:
    """One object may be a result that was printed."""
    lines = '{"step": 10, "loss": 2.5, "lr": 0.1}\n{"step": 20, "loss": 2.25, "lr": 0.1}\n'
    assert facts(one(lines)) == {"step": 20, "loss": 2.25, "learning_rate": 0.1}
    assert runs_of(lines.splitlines()[0] + "\n") == []


def test_a_dict_of_an_inference_gives_its_rate() -> None:
    """It is no training."""
    run = one("{'generation_loss': 1.5, 'generation_samples_per_second': 11.25, 'generation_runtime': 44.4}\n")
    assert facts(run) == {"throughput": 11.25} and run.kind == "other"


def test_the_result_of_a_test_alone_is_an_evaluation() -> None:
    """No training was printed."""
    run = one("Reading images\nTest Accuracy: 91.25%\n")
    assert run.kind == "evaluation" and facts(run) == {"accuracy": 91.25}


def test_time_left_is_the_logs_own() -> None:
    """In any spelling."""
    for text in ("eta: 2 days, 1:00:00", "ETA 49:00:00", "eta=49h 0m"):
        assert one(f"step 10 loss 2.5 {text}\n").remaining == 49 * 3600
