"""Which words claim a setting: `bs512`, `b4_l03_e_20`, `epochs=20`, `lr-0.02`, `8tasks`; a doubtful one claims nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from parsers.frozen import frozen

KEYS = {
    "epochs": "epochs", "epoch": "epochs", "ep": "epochs", "nepochs": "epochs", "numepochs": "epochs",
    "batchsize": "batch_size", "batch": "batch_size", "bs": "batch_size", "bsz": "batch_size", "globalbatch": "batch_size",
    "gbs": "batch_size", "globalbatchsize": "batch_size",
    "lr": "learning_rate", "learningrate": "learning_rate",
    "ntasks": "ntasks", "tasks": "ntasks", "numtasks": "ntasks",
    "nodes": "nodes", "nnodes": "nodes", "numnodes": "nodes",
    "ipus": "devices", "nipus": "devices", "numipus": "devices", "devices": "devices", "ndevices": "devices",
    "numdevices": "devices", "numcsx": "devices", "ncsx": "devices", "hpus": "devices",
    "steps": "steps", "nsteps": "steps", "numsteps": "steps", "maxsteps": "steps", "trainsteps": "steps",
    "seqlen": "sequence_length", "seqlength": "sequence_length", "sequencelength": "sequence_length", "maxseq": "sequence_length",
    "maxseqlen": "sequence_length", "maxseqlength": "sequence_length", "msl": "sequence_length", "seq": "sequence_length",
    "maxsequencelength": "sequence_length", "seed": "seed",
}  # fmt: skip
"""The words for a setting, without separators, and its name."""

_AFTER = {
    "epochs": "epochs", "epoch": "epochs", "ep": "epochs", "tasks": "ntasks", "task": "ntasks", "ntasks": "ntasks",
    "nodes": "nodes", "node": "nodes", "ipus": "devices", "ipu": "devices", "hpus": "devices", "hpu": "devices",
    "csx": "devices", "devices": "devices", "steps": "steps",
}  # fmt: skip
"""Those that a number may stand before: `8tasks`, `20 epochs`."""

_LETTERS = {"b": "batch_size", "l": "learning_rate", "e": "epochs", "n": "count"}
_LEAST_COUNT = 4  # `n1`, `n2`, `n3` alone number repeats
_NOT_BATCH = frozenset({"efficientnet", "vit", "mit", "deit", "swin"})  # `efficientnet_b4` is a model
_DECIMAL = frozenset({"learning_rate"})
_SPELLED = re.compile(
    r"(?:global[-_ ])?batch[-_ ]size|global[-_ ]batch|learning[-_ ]rate"
    r"|(?:num|n)[-_ ](?:tasks|nodes|epochs|steps|devices|ipus|csx)"
    r"|max[-_ ]?seq(?:uence)?(?:[-_ ]?len(?:gth)?)?|seq(?:uence)?[-_ ]len(?:gth)?|(?:max|train)[-_ ]steps",
    re.IGNORECASE,
)
_TOKENS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?(?:[eE]-\d{1,2}(?!\d))?|[^A-Za-z\d]+")
_JOINS = frozenset({"-", "_", "=", ":", " ", "= ", " = ", ": "})
_SURE_JOINS = frozenset({"=", ":", "= ", " = ", ": "})
_UNSURE = re.compile(
    r"\b(?:instead|than|from|was|were|not|no|before|unlike|vs|versus|against|or|to|like|except|without)\b|->|→|/", re.IGNORECASE
)
_CHANGED = re.compile(
    r"\b(?P<key>[A-Za-z_ -]{2,24}?)\s+(?:from\s+)?\d[\d.e-]*\s*(?:to|->|→)\s*(?P<value>\d+(?:\.\d+)?(?:e-\d+)?)\b", re.IGNORECASE
)


@frozen
class Word:
    """A claim as it was written: the setting's name, its value, what else it may mean, and the text."""

    name: str
    value: int | float
    said: str
    also: tuple[int | float, ...] = ()


@lru_cache(maxsize=8192)
def claims_in_name(name: str) -> tuple[Word, ...]:
    """The settings that a name claims, each once; one that it claims twice with two values is left out.

    >>> [(word.name, word.value) for word in claims_in_name("b4_l03_e_20")]
    [('batch_size', 4), ('learning_rate', 0.03), ('epochs', 20)]
    >>> claims_in_name("resnet50-r1-2024_gpt2")
    ()
    """
    tokens = _TOKENS.findall(_SPELLED.sub(lambda found: re.sub(r"[-_ ]", "", found[0]), name))
    reader = _Reader(tokens)
    words = [word for at in range(len(tokens)) if (word := reader.word(at, KEYS)) or (word := reader.before(at))]
    words += _by_letters(reader)
    once: dict[str, Word] = {}
    for word in words:
        known = once.setdefault(word.name, word)
        if known.value != word.value:
            once[word.name] = Word(word.name, float("nan"), "")
    return tuple(word for word in once.values() if word.value == word.value)


@lru_cache(maxsize=1024)
def claims_in_note(note: str) -> tuple[Word, ...]:
    """The settings that a sentence claims: `20 epochs`, or the second value of `epochs 10 to 20`. One that compares with
    another run in any other way claims nothing.

    >>> [(word.name, word.value) for word in claims_in_note("changed epochs from 10 to 20")]
    [('epochs', 20)]
    """
    words = []
    for found in _CHANGED.finditer(note):
        key = "".join(re.findall("[a-z]+", found["key"].lower()))
        key = next((known for known in sorted(KEYS, key=len, reverse=True) if len(known) > 1 and key.endswith(known)), "")
        if key:
            value = float(found["value"])
            words.append(Word(KEYS[key], int(value) if value.is_integer() else value, found[0]))
    return tuple(words) if words or _UNSURE.search(note) else claims_in_name(note)


def _by_letters(reader: _Reader) -> list[Word]:
    """`b4_l03_e_20`: single letters claim something only in company, but for `n16`."""
    found = [(at, word) for at in range(len(reader.tokens)) if (word := reader.word(at, _LETTERS)) is not None]
    if len({word.name for _, word in found}) > 1:
        return [word for _, word in found]
    return [word for at, word in found if word.name == "count" and word.value >= _LEAST_COUNT and reader.attached(at)]


class _Reader:
    """Reads claims at places of a tokenised name: words of letters, numbers, and what stands between."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens

    def word(self, at: int, keys: dict[str, str]) -> Word | None:
        """The claim of a key and the number behind it: `bs512`, `e_20`, `lr=0.02`."""
        key = self.tokens[at].lower()
        name = keys.get(key)
        if name is None or (self._is_number(at - 1) and self._get(at - 2).lower() not in KEYS):
            return None
        if name == "batch_size" and len(key) == 1 and self._get(at - 2).lower() in _NOT_BATCH:
            return None
        to = at + 1 if self.attached(at) else at + 2
        if to == at + 2 and not self._joined(at):
            return None
        if not self._ends(to):
            return None
        value = _value(self._get(to), name, letter=len(key) == 1, sure=self._get(to - 1) in _SURE_JOINS)
        if not value:
            return None
        return Word(name, value[0], "".join(self.tokens[at : to + 1]), (*value[1:], *self._also(to, name)))

    def before(self, at: int) -> Word | None:
        """The claim of a number and the word behind it: `8tasks`, `20_epochs`; not where the number may be another word's."""
        if not self._is_number(at) or not self._begins(at):
            return None
        if (name := _AFTER.get(self._get(at + 1).lower())) is not None:
            to = at + 1
        elif self._get(at + 1) in ("-", "_", " ") and (name := _AFTER.get(self._get(at + 2).lower())) is not None:
            to = at + 2
            if self._is_number(to + 2) and self._get(to + 1) in _JOINS:
                return None
        else:
            return None
        if self._is_number(to + 1) or self._get(at - 2).lower() in KEYS:
            return None
        value = _value(self.tokens[at], name, letter=False, sure=True)
        return Word(name, value[0], "".join(self.tokens[at : to + 1])) if value else None

    def attached(self, at: int) -> bool:
        """Whether the number follows its word at once."""
        return self._is_number(at + 1)

    def _joined(self, at: int) -> bool:
        """Whether the number two places on is this word's, and not that of a word before or behind it."""
        join = self._get(at + 1)
        if join not in _JOINS or not self._is_number(at + 2):
            return False
        if join in _SURE_JOINS or self.tokens[at].lower() not in _AFTER:
            return True
        free_before = self._is_number(at - 2) and self._begins(at - 2)
        owned_before = self._get(at - 4).lower() in {*KEYS, *_LETTERS} or self._get(at - 3).lower() in {*KEYS, *_LETTERS}
        behind = self._get(at + 4).lower() in _AFTER and not self._is_number(at + 5) and not self._is_number(at + 6)
        return not (free_before and not owned_before) and not behind

    def _ends(self, at: int) -> bool:
        """Whether the number is whole: no unit behind it, and no further part of a version."""
        after = self._get(at + 1)
        return not after[:1].isalpha() or (after.lower() in KEYS and (self._is_number(at + 2) or self._is_number(at + 3)))

    def _begins(self, at: int) -> bool:
        return not self._get(at - 1)[-1:].isalpha()

    def _also(self, at: int, name: str) -> tuple[int, ...]:
        """Whole numbers that follow: of `ntasks-8-16` both may be meant."""
        also = []
        while self._get(at + 1) in ("-", "_", ",", "+") and self._is_number(at + 2) and not self._get(at + 3)[:1].isalpha():
            if self.tokens[at + 2].isdecimal() and name not in _DECIMAL:
                also.append(int(self.tokens[at + 2]))
            at += 2
        return tuple(also)

    def _get(self, at: int) -> str:
        return self.tokens[at] if 0 <= at < len(self.tokens) else ""

    def _is_number(self, at: int) -> bool:
        return self._get(at)[:1].isdigit()


def _value(text: str, name: str, *, letter: bool, sure: bool) -> tuple[int | float, ...]:
    """What a number means for a setting, the likeliest first; nothing where it can be none.

    A rate without a point is written for its decimals: `l03` is 0.03 to most and 0.3 to some.
    """
    if name not in _DECIMAL:
        return (int(text),) if text.isdecimal() and len(text) <= 7 and int(text) > 0 else ()
    if not text.isdecimal():
        return (float(text),) if 0 < float(text) < 100 else ()
    if text.startswith("0") and len(text) > 1 and int(text) > 0:
        return float(f"0.{text}"), float(f"{text[0]}.{text[1:]}")
    return (int(text),) if sure and not letter and int(text) > 0 else ()
