"""What a file's name says about its being a log: source, data, checkpoints and pictures are none."""

from __future__ import annotations

import os
import re

_ENDINGS = {
    "source code": ".py .pyc .pyx .so .a .o .c .cc .cpp .h .hpp .cu .js .ts .css .sh .bash .ipynb .whl .patch .diff .rs .go",
    "a document or a picture": ".html .htm .md .rst .tex .pdf .png .jpg .jpeg .gif .svg .ico .webp .bmp .mp4 .wav",
    "settings": ".json .yaml .yml .toml .ini .cfg .lock",
    "data": ".jsonl .csv .tsv .parquet .arrow .feather .npy .npz .bin .h5 .hdf5 .db .sqlite .pkl .pickle .tfrecord .tfrecords "
    ".mmap .idx .mat .lmdb .mdb .vocab .spm",
    "a checkpoint or a model": ".pt .pth .ckpt .mdl .safetensors .onnx .pef .iop .aa .gguf .distcp .pb .popef",
    "an archive": ".zip .gz .tar .tgz .bz2 .xz .zst .7z",
}
_NO_LOG = {ending: what for what, endings in _ENDINGS.items() for ending in endings.split()}
_NO_LOG_NAMES = (
    (re.compile(r"\.tfevents\."), "a TensorBoard event file"),
    (re.compile(r"\.ckpt-\d+\.(?:index|meta|data-\d+-of-\d+)$|^checkpoint$"), "a checkpoint or a model"),
    (re.compile(r"-ubyte$|^data_batch_\d+$|\.(?:data|tfrecords?)-\d+-of-\d+$"), "data"),
    (re.compile(r"^core(?:\.\d+)?$"), "a core dump"),
    (re.compile(r"~$|^#.*#$|\.sw[op]$"), "an editor's copy"),
)


def may_be_log(name: str) -> bool:
    """Whether a file's name lets it be a log; its content decides."""
    return no_log(name) is None


def no_log(name: str) -> str | None:
    """What a file's name says that it is when that is no log, in words; None where it may be one.

    >>> no_log("events.out.tfevents.1712469447.host"), no_log("checkpoint_1000.mdl"), no_log("core.log")
    ('a TensorBoard event file', 'a checkpoint or a model', None)
    """
    for pattern, what in _NO_LOG_NAMES:
        if pattern.search(name):
            return what
    return _NO_LOG.get(os.path.splitext(name)[1].lower())
