"""Which of the words before a number are its key, and what the others say of it."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.readings.vocabulary import EVALUATION, TRAINING, Meaning, meaning

BESIDE = frozenset({
    "finished", "completed", "done", "training", "train", "of", "in", "at", "on", "for", "end", "and", "with", "result",
    "results", "metrics", "after", "info", "log", "final", "stats", "summary", "progress", "now", "average", "avg", "mean",
    "reached", "trainer", "ended", "complete", "took", "per", "logging", "logs",
})
"""Words that may stand before a key without changing what it says."""
_PLACES_ONLY = frozenset({"average", "avg", "mean", "final", "reached", "per"})
PROSE = frozenset({
    "the", "was", "were", "we", "which", "that", "then", "this", "these", "is", "are", "be", "been", "will", "would",
    "should", "could", "when", "while", "until", "because", "since", "after", "before", "but", "however", "our", "my", "you",
    "your", "has", "have", "had", "not", "still", "about", "see", "went", "how", "what", "if", "into", "than", "i", "they",
    "there", "only", "as", "just", "never", "must", "can", "may", "use", "reached", "return", "import", "def", "print",
    "default", "unless", "every", "to",
})
"""Words of sentences: a number after one is told, not printed as a reading."""
_WORDS_MOST = 6


def resolve(pending: Sequence[str], unit: str, evaluation: bool) -> tuple[Meaning | None, bool]:
    """What the words before a number say, the longest end of them that says something and before which the others may
    stand; and whether these say that it is of evaluation data."""
    words = [word for word in pending if word != "/"] if "/" not in pending else list(pending)
    if not words:
        return (meaning("", unit, evaluation) if unit else None), False
    for size in range(min(_WORDS_MOST, len(words)), 0, -1):
        found = meaning(" ".join(words[-size:]), unit, evaluation)
        if found is None:
            continue
        before = [word.lower() for word in words[:-size]]
        places = found.role in ("step", "epoch")
        if places and any(word in EVALUATION for word in before):
            return found, True
        allowed = all(word in BESIDE or word in TRAINING or word == "/" for word in before)
        if places and not allowed and told_of(words[:-size], evaluation):
            return found, False
        if found.role == "metric" and before and before[-1] in _PLACES_ONLY:
            return None, False
        if before and words[-size].lower() in ("e", "it"):
            return None, False
        return (found if allowed or (before and before[-1] == "and") else None), False
    if unit and all(word.lower() in BESIDE for word in words):
        return meaning("", unit, evaluation), False
    return None, False


def told_of(words: Sequence[str], evaluation: bool) -> str:
    """The key before a step whose value comes after it: `loss at step 100: 2.31`."""
    for at, word in enumerate(words):
        if at and word.lower() in ("at", "in", "for", "on", "after"):
            key = " ".join(words[:at])
            found = meaning(key, "", evaluation)
            return key if found is not None and found.role == "metric" else ""
    return ""


def begins_with_key(words: Sequence[str], evaluation: bool) -> Meaning | None:
    """The metric that the first of some words name, with something beside it that is no value: `loss diverged`."""
    for size in range(min(_WORDS_MOST, len(words) - 1), 0, -1):
        found = meaning(" ".join(words[:size]), "", evaluation)
        if found is not None and found.role == "metric":
            return found
    return None
