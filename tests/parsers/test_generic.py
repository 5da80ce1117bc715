"""The fallback: what it reads of a program it does not know, and the texts of which nobody may make a run."""

from __future__ import annotations

import math

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

NO_RUNS = {
    "prose": """The model was trained for 10 epochs, and the loss went down to 0.31 after 2000 steps.
Accuracy: see table 2. At step 100 the loss was still 2.3, i.e. loss: 2.3 nats.
Throughput was about 812.5 samples/s, which is 8.56s/it. Error: none that we know of.
Training was complete then.
""",
    "markdown": """# Results
* epochs: 10, batch size: 32
| model | loss | accuracy |
|-------|------|----------|
| tiny  | 0.31 | 97.5%    |
> step 10 of the guide: loss of data is possible
""",
    "source": """for step, (x, y) in enumerate(loader):
    loss = criterion(model(x), y)
    print(f"step {step} loss {loss.item():.4f}")
    print({'loss': loss, 'epoch': 1})
    history.append({'loss': 0.5, 'epoch': 1})
    if step == 10: break
def fit(epochs=10, lr=0.1,
        loss=0.0,
        accuracy=0.0):
    raise ValueError("Traceback (most recent call last)")
print("***** Running training *****")
""",
    "csv": "step,loss,accuracy\n10,2.3,0.1\n20,2.2,0.2\nepoch,1,loss,2.1\n",
    "json": """{"loss": 2.3, "epoch": 1.0}
{
  "train_samples_per_second": 31.11,
  "train_loss": 1.15,
  "epoch": 3.0
}
[{'loss': 0.5, 'epoch': 1.0}, {'loss': 0.4, 'epoch': 2.0}]
""",
    "yaml": "epochs: 10\nlr: 0.1\nloss: 0.3\nbatch_size: 32\nlearning_rate: 0.001\nthroughput: 100\nmodels:\n  a:\n    loss: 0.2\n  b:\n    loss: 0.4\n",
    "queue": """             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)
             20603       p64 Graphcor     user  R       1:12      1 gc-poplar-02
3084.groq-r01-co* run_tiny     user              0 R workq
""",
    "devices": """+-----------------------------------------------------------------------------+
| HL-SMI Version:                              hl-1.18.0-fw-53.1.1.1          |
| Driver Version:                                     1.18.0-ee698fb          |
|   0  HL-325              N/A  | 0000:21:00.0     N/A |                   0  |
| N/A   43C   N/A   264W / 900W |    672MiB / 131072MiB |     0%           N/A|
""",
    "downloads": """Downloading data: 100%|██████████| 790k/790k [00:00<00:00, 1.63MB/s]
Generating train split: 100%|██████████| 8544/8544 [00:00<00:00, 11439.58 examples/s]
tokenizer_config.json: 100%|██████████| 346/346 [00:00<00:00, 1.72MB/s]
Map (num_proc=8): 100%|██████████| 1000/1000 [00:01<00:00, 800.00 examples/s]
100%|██████████| 9912422/9912422 [00:00<00:00, 29454338.05it/s]
Tokenizing train dataset: 100%|██████████| 10/10 [00:01<00:00,  8.00it/s]
""",
    "warnings": """/usr/lib/python3/site-packages/torch/_utils.py:831: UserWarning: TypedStorage is deprecated. It will be an error.
  return self.fget.__get__(instance, owner)()
WARNING:root:loss scaling is not used
ValueError: this line leads from no traceback
""",
    "hosts": "[1,0]<stdout>:habana-01\n[1,1]<stdout>:habana-02\n0: node1\n1: node2\n",
    "installation": """Collecting torch
  Downloading torch-2.1.0.whl (670.2 MB)
     ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 670.2/670.2 MB 1.2 MB/s eta 0:00:00
Successfully installed torch-2.1.0
""",
    "arguments": "  learning_rate=0.0001,\n  num_train_epochs=3.0,\n  max_steps=-1,\n",
    "table rows": "  epoch                    =        3.0\n  train_loss               =     1.1588\n         val_acc            0.92149\n",
}


def one(text: str, path: str = "x.log") -> Run:
    """The only run of a text."""
    runs = runs_of(text, path)
    assert len(runs) == 1, [(run.testbed, run.kind, run.state) for run in runs]
    return runs[0]


def figures(run: Run) -> dict[str, float]:
    return {name: reading.value for name, reading in run.metrics.items()}


@pytest.mark.parametrize("path", ["x.log", "cerebras/x.log", "graphcore/x.log", "sambanova/x.log", "groq/x.log", "gaudi/x.log"])
@pytest.mark.parametrize("what", NO_RUNS)
def test_no_format_makes_a_run_of_what_is_none(what: str, path: str) -> None:
    """Whatever testbed the path names."""
    assert runs_of(NO_RUNS[what], path) == []


@pytest.mark.parametrize(("line", "expected"), [
    ("step 10 loss 2.3", {"loss": 2.3}),
    ("Epoch 1/10, step 200: loss=0.31, lr=1e-3", {"loss": 0.31}),
    ("[Train] Epoch: [1/10] | Loss: 0.31 | Acc: 91.5% | 123.4 img/s", {"loss": 0.31, "throughput": 123.4}),
    ("2024-01-02 10:00:00,123 - INFO - iter 100: train loss 1.5, val loss 1.7", {"loss": 1.5, "eval_loss": 1.7}),
    ("2024-01-02 10:00:00 INFO train.py:12 - step=100 loss=1.5 throughput=812.5 samples/s", {"loss": 1.5, "throughput": 812.5}),
    ("step 100: loss 1.5 (0.3s, 812.5 tok/s)", {"loss": 1.5, "tokens_per_second": 812.5}),
    ("iter 10: loss 9.9886, time 220.32ms, mfu 30.00%", {"loss": 9.9886, "steps_per_second": 1000 / 220.32, "mfu": 30}),
    ("INFO:root:Epoch 3 train_loss nan val_acc 0.93", {"loss": math.nan, "eval_accuracy": 0.93}),
    ("Epoch 3 [100/200] loss: 0.5 acc 93.2% samples/s: 120.5", {"loss": 0.5, "throughput": 120.5}),
])
def test_readings_at_a_step_or_epoch_are_training(line: str, expected: dict[str, float]) -> None:
    """Each pair for what its key says; an accuracy of unknown data is left out."""
    run = one(line + "\n")
    assert (run.testbed, run.kind, run.state) == ("other", "training", "running")
    assert figures(run) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("line", [
    "We saw at epoch 3 loss 0.5 and then it diverged.", "step ten loss 2.3",
    "Epoch 3 loss", "step 10 loss=foo",
])
def test_a_line_that_says_anything_else_is_no_reading(line: str) -> None:
    """A sentence is told, and a value that is none is not read."""
    assert runs_of(line + "\n") == []


def test_a_step_within_an_epoch_is_progress_as_printed() -> None:
    """Beside the epoch; it starts over with each, so it is no place on a chart's axis."""
    run = one("Epoch 1/10, step 200/300: loss=0.31\n")
    assert (run.progress["step"].done, run.progress["step"].total, run.progress["epoch"].total) == (200, 300, 10)
    assert run.metrics["loss"].step is None


def test_bare_readings_count_once_they_repeat() -> None:
    """One `loss: 0.3` may be a setting."""
    assert runs_of("loss: 0.3\n") == []
    run = one("loss: 0.3\nloss: 0.2\nTest accuracy: 97.69%\nTraining complete.\n")
    assert figures(run) == {"loss": 0.2, "accuracy": 97.69} and run.state == "finished"


def test_the_end_of_training_needs_a_training() -> None:
    """And a reading after it shows that it was not the end."""
    assert runs_of("Training complete.\n") == []
    assert one("step 1 loss 2.0\nTraining complete.\nstep 2 loss 1.9\n").state == "running"


def test_a_traceback_fails_a_run_with_its_last_exception() -> None:
    """Whatever the exception is called."""
    run = one("""step 1 loss 2.0
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    main()
AssertionError
""")
    assert run.state == "failed" and run.error is not None and run.error.text == "AssertionError"


def test_keras_counts_epochs_when_a_bar_is_done() -> None:
    """Its accuracies are fractions."""
    run = one("""Epoch 1/3
1875/1875 [==============================] - 3s 2ms/step - loss: 0.2912 - accuracy: 0.9153 - val_loss: 0.1 - val_accuracy: 0.95
Epoch 2/3
1000/1875 [=====>........] - ETA: 2s - loss: 0.2512 - accuracy: 0.9153
""")
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (1, 3)
    assert figures(run) == {"loss": 0.2512, "eval_loss": 0.1, "eval_accuracy": 0.95}


@pytest.mark.parametrize(("bar", "epoch"), [
    ("Epochs:  30%|███       | 3/10 [00:30<01:10, 10.00s/it]", (3, 10)),
    ("[Epoch 03]:  50%|#####     | 39/78 [01:24<01:24,  2.16s/it]", (3, None)),
    ("Epoch 3/10: 100%|██████████| 78/78 [02:48<00:00,  2.16s/it]", (3, 10)),
    ("Epoch 3/10:  50%|█████     | 39/78 [01:24<01:24,  2.16s/it]", (3, 10)),
])
def test_a_bar_of_epochs_gives_the_epoch_as_labelled(bar: str, epoch: tuple[float, float | None]) -> None:
    """Some programs count from 0, others from 1: what the log prints is what is told."""
    run = one(bar + "\n")
    assert run.kind == "training"
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == epoch


def test_a_bar_within_an_epoch_counts_steps_without_a_total() -> None:
    """Its total may be that of the epoch, and its time left is then the least that the run still takes."""
    run = one("Training:  50%|█████     | 39/78 [01:24<01:24,  2.16s/it, loss=2.55]\n")
    assert (run.progress["step"].done, run.progress["step"].total) == (39, None)
    assert (run.remaining, run.remaining_at_least) == (84, True) and figures(run) == {"loss": 2.55}


def test_a_bar_that_was_cut_gives_what_is_whole_in_it() -> None:
    """Its counts once the bracket after them shows, its time left once the comma does; a last figure may be cut itself."""
    bar = "Epochs:  90%|█████████ | 90/100 [01:25<11:09,  8.56s/it, loss=2.55, lr=0.0125]"
    for cut in range(20, len(bar)):
        for end in ("", "..."):
            for run in runs_of(bar[:cut] + end + "\n"):
                assert (run.progress["epoch"].done, run.progress["epoch"].total) == (90, 100) and cut > bar.index("[01:25")
                assert run.remaining == (669 if cut > bar.index(",") else None)
                assert figures(run) == ({"loss": 2.55} if cut > bar.index(", lr") else {}) and not run.params


@pytest.mark.parametrize(("line", "step", "epoch", "loss", "left"), [
    ("loss 2.31:  45%|####5     | 90/200 [01:48<02:12,  1.20s/it]", (90, 200), None, 2.31, (132, False)),
    ("Train loss=2.31:  45%|####5     | 90/200 [01:48<02:12,  1.20s/it]", (90, None), None, 2.31, (132, True)),
    ("1|45|Loss: 2.31:  45%|####5     | 45/100 [00:45<00:55,  1.00s/it]", (45, None), 1, 2.31, (55, True)),
    ("2|345|Loss: 0.5:  45%|####5     | 45/100 [00:45<1:00:55,  1.00s/it]", (345, None), 2, 0.5, (3655, True)),
    ("Steps:  40%|####      | 80/200 [02:00<03:00,  1.50s/it, loss=0.171]", (80, 200), None, 0.171, (180, False)),
    ("Iterations:  40%|####      | 80/200 [02:00<03:00,  1.50s/it, train_loss=0.171]", (80, 200), None, 0.171, (180, False)),
    (" 40%|####      | 80/200 [02:00<03:00,  1.50s/it, loss=0.171]", (80, 200), None, 0.171, (180, False)),
    ("Epoch 0: :   1%|          | 5/500 [00:51<1:25:01, v_num=ab1, reduced_train_loss=10.75]", (5, None), 0, 10.75, (5101, True)),
    ("Epoch 4/9 ━━━━╸━━━━ 161/346 0:00:30 • 0:00:14 13.49it/s v_num: 7 train_loss: 0.304", (161, None), 4, 0.304, (14, True)),
])  # fmt: skip
def test_a_bar_of_steps_gives_step_loss_and_the_time_left(
    line: str, step: tuple[int, int | None], epoch: int | None, loss: float, left: tuple[float, bool]
) -> None:
    """Of one within an epoch the total is not the run's, and the time left only the least."""
    run = one(line + "\n")
    assert run.kind == "training" and (run.progress["step"].done, run.progress["step"].total) == step
    assert (run.progress["epoch"].done if "epoch" in run.progress else None) == epoch
    assert figures(run) == {"loss": loss} and (run.remaining, run.remaining_at_least) == left


@pytest.mark.parametrize("line", [
    "Validation:  40%|####      | 80/200 [02:00<03:00,  1.50s/it, loss=0.171]",
    "Evaluating loss:  40%|####      | 80/200 [02:00<03:00,  1.50s/it]",
    "Steps:  40%|####      | 80/200 [02:00<03:00,  1.50s/it]",
    "Downloading:   1%|          | 10.8M/1.34G [00:00<00:12, 108MB/s]",
])
def test_a_bar_of_something_else_is_no_training(line: str) -> None:
    """A loss of evaluation, a download, steps of nobody knows what."""
    assert all(run.kind != "training" and not run.metrics and run.remaining is None for run in runs_of(line + "\n"))


@pytest.mark.parametrize(("end", "state"), [
    ("^C", "cancelled"),
    ("slurmstepd: error: *** JOB 77 ON n1 CANCELLED AT 2025-01-01T10:00:00 DUE TO TIME LIMIT ***", "cancelled"),
])
def test_an_end_glued_to_a_bar_is_read(end: str, state: str) -> None:
    """As is the bar: its line is two."""
    run = one("Epochs:  30%|###       | 3/10 [00:30<01:10, 10.00s/it, loss=1.5]" + end + "\n")
    assert (run.state, run.progress["epoch"].done, figures(run)) == (state, 3, {"loss": 1.5})


def test_a_bar_right_below_the_trainer_s_readings_is_the_training_s() -> None:
    """Where the epoch fits; an evaluation's bar has another share of its total."""
    readings = "{'loss': 2.117, 'grad_norm': 1.9, 'learning_rate': 1.8e-05, 'epoch': 0.3}\n"
    run = one(readings + " 10%|#         | 40/400 [00:40<06:01,  1.00s/it]\n")
    assert (run.progress["step"].done, run.progress["step"].total, run.remaining) == (40, 400, 361)
    run = one(readings + " 80%|########  | 16/20 [00:40<06:01,  1.00s/it]\n")
    assert "step" not in run.progress and run.remaining is None


# Hugging Face

HEADER = """***** Running training *****
  Num examples = 1,000
  Num Epochs = 2
  Instantaneous batch size per device = 8
  Total train batch size (w. parallel, distributed & accumulation) = 16
  Gradient Accumulation steps = 2
  Total optimization steps = 124
"""
LOGS = """{'loss': 1.5, 'grad_norm': 0.5, 'learning_rate': 9e-05, 'epoch': 0.5}
{'loss': 1.2, 'grad_norm': 0.5, 'learning_rate': 5e-05, 'epoch': 1.0}
"""
EVALUATED = "{'eval_loss': 1.1234567, 'eval_accuracy': 0.8612345, 'eval_runtime': 5.5, 'eval_samples_per_second': 18.0, 'epoch': 1.0}\n"
SUMMARY = """{'train_runtime': 100.0, 'train_samples_per_second': 20.0, 'train_steps_per_second': 1.24, 'train_loss': 1.35, 'epoch': 2.0}
100%|██████████| 124/124 [01:40<00:00,  1.24it/s]
"""
BLOCK = """***** train metrics *****
  epoch                    =        2.0
  total_flos               =        0GF
  train_loss               =       1.35
  train_runtime            = 0:01:40.00
  train_samples_per_second =       20.0
  train_steps_per_second   =       1.24
"""
EVAL_BLOCK = """***** eval metrics *****
  epoch                   =        2.0
  eval_accuracy           =     0.8712
  eval_loss               =     1.0235
  perplexity              =     2.7829
"""


def test_a_trainers_log_is_a_finished_training_with_its_own_figures() -> None:
    """The last step's loss, not the mean; the throughput of the whole."""
    run = one(HEADER + LOGS + SUMMARY + BLOCK)
    assert (run.kind, run.state) == ("training", "finished")
    assert figures(run) == {"loss": 1.2, "train_seconds": 100.0, "throughput": 20.0, "steps_per_second": 1.24}
    assert (run.progress["step"].done, run.progress["step"].total) == (124, 124)
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (2.0, 2)
    assert run.params["batch_size"].value == 16 and run.params["device_batch_size"].value == 8


def test_version_5_prints_numbers_as_strings_and_nan_stands_bare() -> None:
    """Both are the same readings."""
    assert figures(one("{'loss': '1.5', 'grad_norm': 'nan', 'learning_rate': '5e-05', 'epoch': '0.1'}\n")) == {"loss": 1.5}
    run = one("{'loss': nan, 'grad_norm': inf, 'learning_rate': 5e-05, 'epoch': 0.1}\n")
    assert math.isnan(run.metrics["loss"].value)


def test_a_training_under_way_is_running_and_its_bar_counts_only_planned_steps() -> None:
    """An evaluation's bar has another total."""
    run = one(HEADER + " 50%|█████     | 62/124 [00:50<00:50,  1.24it/s]\n" + LOGS + "100%|██████████| 40/40 [00:05<00:00,  8.00it/s]\n")
    assert run.state == "running" and run.progress["step"].done == 62


def test_without_a_header_the_bar_is_known_by_its_clock() -> None:
    """The summary says how long training took."""
    run = one(LOGS + "100%|██████████| 40/40 [00:05<00:00,  8.00it/s]\n" + SUMMARY)
    assert run.progress["step"].done == 124
    assert "step" not in one(LOGS + "100%|██████████| 40/40 [00:05<00:00,  8.00it/s]\n").progress


def test_a_bar_that_a_dict_was_written_over_is_the_training_bar() -> None:
    """Both share a physical line."""
    run = one(" 40%|████      | 50/124 [00:40<00:60,  1.24it/s]{'loss': 1.5, 'epoch': 0.8}\n 41%|████      | 51/124 [00:41<00:59,  1.24it/s]\n")
    assert (run.progress["step"].done, run.metrics["loss"].value) == (51, 1.5)


def test_evaluation_inside_a_training_belongs_to_it() -> None:
    """Before its end it does not end it; after it the run is finished again."""
    assert one(HEADER + LOGS + "***** Running Evaluation *****\n  Num examples = 100\n  Batch size = 64\n" + EVALUATED).state == "running"
    run = one(HEADER + LOGS + SUMMARY + BLOCK + "***** Running Evaluation *****\n  Num examples = 100\n  Batch size = 64\n")
    assert run.state == "running" and run.params["batch_size"].value == 16
    run = one(HEADER + LOGS + EVALUATED + SUMMARY + BLOCK + "***** Running Evaluation *****\n" + EVAL_BLOCK)
    assert (run.kind, run.state) == ("training", "finished")
    assert run.metrics["eval_loss"].value == 1.0235 and run.metrics["eval_perplexity"].value == 2.7829
    assert run.metrics["eval_accuracy"].value == 0.8712


def test_the_tables_alone_give_what_they_hold() -> None:
    """Its loss is the mean, and said to be."""
    run = one(BLOCK)
    assert figures(run) == {"loss": 1.35, "train_seconds": 100.0, "throughput": 20.0, "steps_per_second": 1.24}
    assert "mean-loss" in {finding.code for finding in run.findings}
    assert one(EVAL_BLOCK).kind == "evaluation"


def test_a_row_that_is_cut_off_is_left_out() -> None:
    """Rows are right-aligned, so a short one is torn."""
    head, _, row = BLOCK.rstrip().rpartition("\n")
    assert "steps_per_second" not in one(head + "\n" + row[:-1] + "\n").metrics


def test_two_trainings_in_a_file_are_two_runs() -> None:
    """With or without their headers."""
    assert [run.state for run in runs_of((HEADER + LOGS + SUMMARY + BLOCK) * 2)] == ["finished", "finished"]
    assert len(runs_of((LOGS + SUMMARY) * 2)) == 2
    assert len(runs_of(BLOCK * 2)) == 2


def test_arguments_are_read_up_to_their_end() -> None:
    """The plan of epochs holds unless steps are given."""
    head = "01/02/2024 05:39:16 - INFO - __main__ -   Training/evaluation parameters TrainingArguments(\n"
    text = "do_train=True,\nlearning_rate=0.0001,\nmax_steps={},\nnum_train_epochs=3.0,\nper_device_train_batch_size=16,\n)\n"
    run = one(head + text.format(-1))
    assert run.kind == "training" and run.params["learning_rate"].value == 0.0001 and run.progress["epoch"].total == 3.0
    run = one(head + text.format(500))
    assert "epoch" not in run.progress and run.progress["step"].total == 500


def test_a_rate_without_warm_up_is_said_to_be_one() -> None:
    """Optimum's devices leave their first steps out of it."""
    assert "warm-up-excluded" in {f.code for f in one(HEADER + LOGS + SUMMARY.replace("_second': 20.0", "_second': 25.0")).findings}
    assert "warm-up-excluded" not in {f.code for f in one(HEADER + LOGS + SUMMARY).findings}


# Lightning


def test_lightning_counts_epochs_from_0_and_ends_at_its_limit() -> None:
    """`v_num` is no metric; the bar is drawn once more after the end."""
    bar = "Epoch {}: 100%|██████████| 20/20 [00:10<00:00,  1.96it/s, loss={}, v_num=7, val_loss=0.420, val_acc=0.886]"
    run = one(bar.format(1, 0.5) + "\n")
    assert run.progress["epoch"].done == 2 and run.state == "running"
    last = bar.format(2, 0.4)
    run = one(bar.format(1, 0.5) + "\n" + last + "`Trainer.fit` stopped: `max_epochs=3` reached.\n" + last + "\n")
    assert run.state == "finished" and (run.progress["epoch"].done, run.progress["epoch"].total) == (3, 3)
    assert figures(run) == {"loss": 0.4, "eval_loss": 0.42, "eval_accuracy": 0.886}


def test_a_lightning_test_is_an_evaluation() -> None:
    """Plain or boxed, the table's rows are read once they are whole."""
    run = one("""Testing DataLoader 0: 100%|██████████| 40/40 [00:01<00:00, 21.17it/s]
────────────────────────────────────────────────────
       Test metric             DataLoader 0
────────────────────────────────────────────────────
        test_acc            0.9214999675750732
        test_loss           0.25735974311828613
────────────────────────────────────────────────────
""")
    assert (run.kind, run.state) == ("evaluation", "finished")
    assert figures(run) == {"eval_accuracy": 0.9214999675750732, "eval_loss": 0.25735974311828613}
    run = one("""┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃        Test metric        ┃       DataLoader 0        ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│         test_acc          │    0.9214999675750732     │
└───────────────────────────┴───────────────────────────┘
""")
    assert figures(run) == {"eval_accuracy": 0.9214999675750732}
