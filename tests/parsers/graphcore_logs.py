"""Graphcore logs in the forms of their programs, and what tests ask of the runs in them."""

from __future__ import annotations

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


def gpt2(steps: int, first: str = "646.84") -> str:
    return "".join(
        f"step {step} of epoch 0, loss: 10.{9 - step}, acc: 2.0e-05, lr: 0.0, throughput: {first if step == 0 else '1058.1'} samples/sec\n"
        for step in range(steps)
    )


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


KERAS = """\
2023-08-22 23:35:06.119772: I tensorflow/compiler/plugin/poplar/driver/poplar_executor.cc:1619] TensorFlow device /device:IPU:0 \
attached to 1 IPU with Poplar device ID: 0
Epoch 1/2
2000/2000 [==============================] - 13s 6ms/step - loss: 0.6220
Epoch 2/2
2000/2000 [==============================] - 1s 262us/step - loss: 0.3265
"""
