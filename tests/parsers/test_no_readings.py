"""Lines that look like readings and show no run: settings, code, sentences, tables, sizes, and what stands alone."""

from __future__ import annotations

import pytest

from tests.parsers.test_reading_forms import facts, one
from tests.reading import runs_of

NOTHING = [
    "loss: 0.3",
    "learning rate 3e-4, batch size 32, epochs 10",
    "    loss = 0.5",
    "def loss(x, y=0.5):",
    "loss_weight: 0.5",
    "loss_scale 65536",
    "max_steps=1000, loss=mse",
    "step = 10",
    "--loss 0.3 --steps 10",
    "step 10 of the guide says loss 0.3",
    "After 10 steps the loss should be 2.3",
    "The loss at step 100 was 2.3",
    "We train until step 500, loss 0.1 or less",
    "if loss < 0.3 at step 10 then stop",
    "model.fit(epochs=10, loss=0.3)",
    'print("step 10 loss 2.3")',
    'logger.info(f"step {step} loss {loss}")',
    "| model | params | loss |",
    "| tiny | 12M | 0.31 |",
    "tokens: 1,000,000 samples: 30,000",
    "dataset: 60000 train samples, 10000 test samples",
    "Downloading step 3: 812.5 MB/s",
    "10/10 [==============================]",
    "version 1.2.3 step 4",
    "2024-01-01 10:00:00",
    "step 10",
    "Epoch 3",
    "Epoch 3/10",
    "saving checkpoint at step 300",
    "resuming from step 1,200",
    "step 10: saved model (120 MB) in 3.5 s",
    "step 1: install torch 2.1",
    "Step 2 of 5: run the tests",
    "step 3/5: copying 812 files",
    "iteration limit 500 reached",
    "batch 32 x 8 devices",
    "warmup step 10 lr 0.1",
    "number of nan iterations: 0",
    "loss 0.3",
    "memory: 2.13GiB, tps 30",
    "config: step 10, loss mse",
    "train loss weight 0.3, val loss weight 0.7",
    "the best loss 0.3 was at step 10",
    "best loss 0.3",
    "rank 0 step 3",
    "node01: loss of power at step 3",
    "{'loss': 0.5, 'weights': [1, 2]}",
    '{"loss": 0.5, "epoch": 1}',
    "[{'loss': 0.5, 'epoch': 1.0}]",
    "loss: {'weight': 0.3}",
    "accuracy 0.3",
    "throughput 812",
    "throughput: 812.5 samples/s",
    "ips: 40",
    "Step 3. Loss of generality: 2 examples",
    "step,loss",
    "10,2.3",
    "epoch 3: learning rate 0.1",
    "steps: 500 epochs: 3 lr: 0.1",
    "Predicting step 10: 812.5 samples/s",
    "step 10 | tokens 2,097,152 | memory 3.1 GB",
    "ETA 0:12:30",
    "0.3 loss",
    "loss=0.3,",
    "Section 5 | loss 2.5 explained",
    "eval_steps=500, val_split=0.1",
    "test_size: 0.2",
    "val_fraction 0.1",
    "RuntimeError: loss is nan at step 3",
    "assert loss < 0.3, step 10",
]


@pytest.mark.parametrize("line", NOTHING)
def test_a_line_that_is_no_reading_shows_no_run(line: str) -> None:
    """On no testbed."""
    for path in ("x.log", "cerebras/x.log", "groq/x.log", "sambanova/x.log"):
        assert runs_of(line + "\n", path) == []


@pytest.mark.parametrize("line", [
    "The loss at step 900 was 0.1 in the paper", "saving checkpoint at step 900", "best loss 0.1", "target loss 0.1 at step 900",
    "loss_weight: 0.1", "warmup step 900", "micro step 900 loss 0.1 was skipped", "print('step 900 loss 0.1')",
    "expected: loss 0.1 after step 900", "--loss 0.1 --steps 900", "Loss scale 0.1", "loss threshold 0.1", "min loss: 0.1",
    "aux_loss 0.1", "prev loss 0.1", "Generating step 900: 10 samples/s", "loss 1, 200", "evaluation loss weight 0.1",
])
def test_within_a_run_it_changes_nothing(line: str) -> None:
    """The figures are those of the line of readings before."""
    assert facts(one("step 10 loss 2.5\n" + line + "\n")) == {"step": 10, "loss": 2.5}
