"""Gaudi's logs: Habana's bridge, optimum-habana, tutorials, and failures of ranks that print at once."""

from __future__ import annotations

import pytest

from tests.reading import runs_of
from tui.runs.run import Run

BANNER = """============================= HABANA PT BRIDGE CONFIGURATION ===========================
 PT_HPU_LAZY_MODE = 1
 PT_RECIPE_CACHE_PATH =
---------------------------: System Configuration :---------------------------
Num CPU Cores : 160
CPU RAM       : 1056412772 KB
------------------------------------------------------------------------------
"""
MNIST = """Train Epoch: 1 [0/60000.0 (0%)]	Loss: 2.299363
Train Epoch: 1 [59520/60000.0 (99%)]	Loss: 0.000424

Total test set: 10000, number of workers: 1
* Average Acc 98.630 Average loss 0.041
"""
DICTS = """{'loss': 1.8, 'grad_norm': 0.6, 'learning_rate': 9e-05, 'epoch': 0.5, 'memory_allocated (GB)': 13.64, \
'max_memory_allocated (GB)': 48.92, 'total_memory_available (GB)': 94.62}
{'train_runtime': 464.8313, 'train_samples_per_second': 8.605, 'train_steps_per_second': 1.076, 'train_loss': 1.49, 'epoch': 1.0, \
'memory_allocated (GB)': 48.79}
"""
GENERATION = """10/19/2024 03:47:19 - INFO - __main__ - Single-device run.
""" + BANNER + """10/19/2024 03:47:25 - INFO - __main__ - Args: Namespace(device='hpu', model_name_or_path='my/model', bf16=True, batch_size=4, \
warmup=3, prompt=['a (b) c'], world_size=0)
10/19/2024 03:47:25 - INFO - __main__ - device: hpu, n_hpu: 0, bf16: True
10/19/2024 03:47:25 - INFO - __main__ - Model initialization took 7.797s
10/19/2024 03:47:25 - INFO - __main__ - Graph compilation...
Warming up iteration 1/3
10/19/2024 03:47:26 - INFO - __main__ - Time to first token = 356.9162858184427ms
10/19/2024 03:47:27 - INFO - __main__ - Running generate...
"""
STATS = """Stats:
Throughput (including tokenization) = 129.8643127622316 tokens/second
Memory allocated                    = 12.66 GB
Graph compilation duration          = 1.7309602710884064 seconds
"""
STEP = "Epoch: [{}]  [{}/622]  eta: 0:01:11  lr: 0.1  img/s: {}  loss: 7.1133 (7.0867)  acc1: 0.3906 (0.3906)  \
acc5: 0.7812 (0.8594)  time: 0.0521  data: 0.0047  max mem: 16966\n"


def one(text: str, path: str = "x.log") -> Run:
    """The only run of a text."""
    runs = runs_of(text, path)
    assert len(runs) == 1, [(run.testbed, run.kind, run.state) for run in runs]
    return runs[0]


def figures(run: Run) -> dict[str, float]:
    return {name: reading.value for name, reading in run.metrics.items()}


def test_the_banner_shows_the_testbed_and_that_the_device_is_acquired() -> None:
    """Graphs are compiled within the first steps, which nothing announces."""
    run = one(BANNER)
    assert (run.testbed, run.state, run.kind) == ("gaudi", "loading", "other")
    assert run.params["lazy_mode"].value == 1


def test_a_setting_alone_is_no_run() -> None:
    """Nor is the host's size."""
    assert runs_of(" PT_HPU_LAZY_MODE = 1\nNum CPU Cores : 160\n") == []


def test_a_trainers_log_on_gaudi_is_gaudis() -> None:
    """The dicts carry memory in GiB, which is no reading of ours."""
    run = one(BANNER + DICTS + "100%|██████████| 500/500 [07:44<00:00,  1.08it/s]\n")
    assert (run.testbed, run.kind, run.state) == ("gaudi", "training", "finished")
    assert figures(run) == {"loss": 1.8, "train_seconds": 464.8313, "throughput": 8.605, "steps_per_second": 1.076}
    assert (run.progress["step"].done, run.progress["step"].total) == (500, 500)


def test_a_ray_workers_tag_does_not_matter() -> None:
    """Each line begins with the actor and its process."""
    tagged = "".join(f"(RayTrainWorker pid=36561) {line}\n" for line in (BANNER + DICTS).splitlines())
    assert figures(one(tagged)) == figures(one(BANNER + DICTS))


@pytest.mark.parametrize("tag", ["[1,{}]<stdout>:", "{}: "])
def test_ranks_that_print_the_banner_are_one_launch(tag: str) -> None:
    """Whoever tags them."""
    lines = BANNER.splitlines()
    one("".join(f"{tag.format(rank)}{line}\n" for line in lines for rank in range(8)) + MNIST)


def test_a_banner_after_work_is_another_launch() -> None:
    """Its figures are not the first one's."""
    runs = runs_of(BANNER + MNIST + BANNER + MNIST.replace("98.630", "97.100"))
    assert [run.metrics["accuracy"].value for run in runs] == [98.63, 97.1]


def test_mnist_is_trained_and_tested() -> None:
    """Test accuracy is in percent."""
    run = one(BANNER + MNIST)
    assert (run.kind, run.state, run.progress["epoch"].done) == ("training", "finished", 1)
    assert figures(run) == {"loss": 0.000424, "accuracy": 98.63, "eval_loss": 0.041}


def test_a_test_between_epochs_does_not_end_the_run() -> None:
    """The command at the top tells how many there will be."""
    command = "PT_HPU_LAZY_MODE=1 python mnist.py --batch-size=64 --epochs=2 --lr=1.0 --hpu\n"
    run = one(command + BANNER + MNIST, "gaudi/x.log")
    assert (run.state, run.progress["epoch"].total, run.params["batch_size"].value) == ("running", 2, 64)
    run = one(command + BANNER + MNIST + MNIST.replace("Epoch: 1", "Epoch: 2"), "gaudi/x.log")
    assert (run.state, run.progress["epoch"].done) == ("finished", 2)
    assert one(BANNER + MNIST + MNIST.replace("Epoch: 1", "Epoch: 2")[:100]).state == "running"


def test_a_command_within_a_text_is_no_launch() -> None:
    """Only at the very top is the rest its output."""
    assert runs_of("To train, run:\npython train.py --batch-size=64\n", "gaudi/x.log") == []


def test_a_cut_line_of_mnist_gives_no_loss() -> None:
    """Its losses have six decimals."""
    line = "Train Epoch: 1 [59520/60000.0 (99%)]	Loss: 0.000424"
    for cut in range(1, 6):
        assert "loss" not in one(BANNER + line[:-cut] + "\n").metrics


def test_generation_is_an_inference_with_tokens_per_second() -> None:
    """Compilation is a phase of its own, with the log's figure."""
    run = one(GENERATION + STATS)
    assert (run.testbed, run.kind, run.state, run.model) == ("gaudi", "inference", "finished", "my/model")
    assert figures(run) == {"tokens_per_second": 129.8643127622316, "compile_seconds": 1.7309602710884064}
    assert run.params["batch_size"].value == 4 and run.elapsed == 2.0
    assert [(phase.name, phase.seconds) for phase in run.phases][:2] == [("load", 7.797), ("compile", 1.7309602710884064)]


def test_generation_that_stops_midway_has_no_figures() -> None:
    """Warming up compiles; then it runs."""
    run = one(GENERATION)
    assert (run.state, run.metrics) == ("running", {})
    assert one(GENERATION.split("10/19/2024 03:47:27")[0]).state == "compiling"


def test_diffusion_gives_latency_without_its_first_batches() -> None:
    """Each graph's compilation is told; the rate is no training throughput."""
    run = one(BANNER + """Compiling HPU graph sampler_step
Compiling HPU graph sampler_step                took  12.91 sec
Batch   0 took   26722.5 ms
Batch   1 took    2197.8 ms
PERFORMANCE: batch_size = 1, throughput = 0.456 images / sec, latency = 2191.28 ms
""")
    assert figures(run) == {"ips": 0.456, "latency_ms": 2191.28} and run.state == "finished"
    assert ("compile", 12.91) in [(phase.name, phase.seconds) for phase in run.phases]


def test_a_reference_training_gives_the_last_rate_and_says_that_it_is_one_processs() -> None:
    """Eight processes print the rate of one."""
    head = "Namespace(batch_size=256, data_path='/d', device='cuda', epochs=2, lr=0.1, model='resnet50', world_size=8)\n"
    run = one(head + BANNER + STEP.format(0, "  0", "20.9") + STEP.format(0, "620", 5294.193348618199)
              + "Epoch: [0] Total time: 0:01:11\nTest:   [ 0/25]  eta: 0:02:25  loss: 7.6 (7.6)\nTest:  Acc@1 0.330 Acc@5 1.725\n")
    assert run.state == "running" and run.model == "resnet50"
    assert run.metrics["throughput"].value == 5294.193348618199 and run.metrics["accuracy"].value == 0.33
    assert (run.progress["epoch"].done, run.progress["epoch"].total) == (1, 2)
    assert (run.progress["step"].done, run.progress["step"].total) == (620, 622)
    assert run.remaining == 71
    assert run.params["learning_rate"].value == 0.1 and "batch_size" not in run.params
    assert "per-device-rate" in {finding.code for finding in run.findings}
    run = one(head + BANNER + STEP.format(1, "620", 5294.2) + "Training time 0:01:23\n")
    assert run.state == "finished" and run.metrics["train_seconds"].value == 83


def test_lightning_on_gaudi_is_gaudis() -> None:
    """Lightning names the device."""
    run = one("GPU available: False, used: False\nHPU available: True, using: 1 HPUs\n"
              "Epoch 2: 100%|██████████| 235/235 [00:04<00:00, 50.40it/s, loss=0.416, v_num=0]"
              "`Trainer.fit` stopped: `max_epochs=3` reached.\n")
    assert (run.testbed, run.state, run.progress["epoch"].total) == ("gaudi", "finished", 3)
    assert figures(run) == {"loss": 0.416}
    assert runs_of("HPU available: False, using: 0 HPUs\n") == []


def test_the_rank_that_failed_is_quoted_among_others() -> None:
    """Ranks write in turn; a rank's traceback ends with its own exception."""
    run = one("""[rank6]:   File "/usr/lib/a.py", line 138, in __init__
[rank6]: RuntimeError: [Rank:6] FATAL ERROR :: MODULE:PT_BRIDGE Exception in Launch thread...
[rank2]: Traceback (most recent call last):
[rank3]: Traceback (most recent call last):
[rank2]:   File "/usr/lib/b.py", line 79, in wrapper
[rank3]:   File "/usr/lib/b.py", line 79, in wrapper
[rank2]:     return func(*args, **kwargs)
[rank2]: RuntimeError: Graph compile failed. synStatus=synStatus 26 [Generic failure].
""")
    assert run.testbed == "gaudi" and run.state == "failed" and run.error is not None
    assert run.error.text == "RuntimeError: Graph compile failed. synStatus=synStatus 26 [Generic failure]."


def test_arguments_show_a_training_that_failed_before_its_first_step() -> None:
    """The last exception of the chain is the reason."""
    run = one("""11/14/2024 05:39:16 - INFO - __main__ -   Training/evaluation parameters GaudiTrainingArguments(
do_train=True,
learning_rate=0.0001,
num_train_epochs=3.0,
)
Traceback (most recent call last):
  File "a.py", line 1, in get
    raise HTTPError(message)
requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "run.py", line 754, in <module>
    main()
OSError: You are trying to access a gated repo.
Make sure to have access to it.
""")
    assert (run.testbed, run.kind, run.state, run.progress["epoch"].total) == ("gaudi", "training", "failed", 3.0)
    assert run.error is not None and run.error.text == "OSError: You are trying to access a gated repo."
