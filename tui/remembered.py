"""How somebody looked at a directory, remembered in their own state directory and nowhere else: tab, order, filter, columns."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

BYTES_MOST = 1 << 16
"""Bytes of what is remembered of one directory."""
KEPT_DAYS = 180
"""Days after which what nobody looked at is forgotten."""
_ENDING = ".json"


@dataclass(frozen=True, slots=True)
class Look:
    """How the overview is looked at. `columns` are ids of the columns chosen on a tab, where they are not the usual ones."""

    tab: str = "all"
    filter: str = ""
    order: str = "activity"
    reverse: bool = False
    group: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    metric: str | None = None
    zoom: str = ""


PLAIN_LOOK = Look()
"""How it is looked at the first time."""


def state_directory() -> str:
    """Where looks are remembered."""
    import platformdirs

    return platformdirs.user_state_dir("bedwatch")


class Memory:
    """What is remembered of some watched paths together. Whatever is wrong with it, or with writing it, is no reason to stop:
    it is then as if nobody had looked before."""

    def __init__(self, directory: str, paths: Sequence[str]) -> None:
        real = sorted(os.path.realpath(path) for path in paths)
        self._directory = directory
        self._paths = real
        self._file = os.path.join(directory, hashlib.blake2b("\0".join(real).encode("utf-8", "surrogateescape"), digest_size=12)
                                  .hexdigest() + _ENDING)  # fmt: skip
        self._known = Look()

    def look(self) -> Look:
        """How it was looked at the last time."""
        with suppress(OSError, ValueError, RecursionError), open(self._file, "rb") as file:
            self._known = _look_of(json.loads(file.read(BYTES_MOST)))
        return self._known

    def keep(self, look: Look) -> None:
        """Remember that, if it is another one than before. The file appears whole or not at all."""
        if look == self._known:
            return
        self._known = look
        document = {"paths": self._paths, "look": {each.name: _plain(getattr(look, each.name)) for each in fields(look)}}
        beside = f"{self._file}.{os.getpid()}"
        with suppress(OSError, ValueError):
            os.makedirs(self._directory, mode=0o700, exist_ok=True)
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(document, file, indent=1)
            os.replace(beside, self._file)
            self._forget(time.time() - KEPT_DAYS * 86400)

    def _forget(self, before: float) -> None:
        for entry in os.scandir(self._directory):
            if entry.name.endswith(_ENDING) and entry.stat().st_mtime < before:
                os.unlink(entry.path)


def _plain(value: Any) -> Any:
    return {key: list(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _look_of(document: Any) -> Look:
    """What a file holds, as far as it is of the right form."""
    told = document.get("look") if isinstance(document, dict) else None
    known: dict[str, Any] = told if isinstance(told, dict) else {}
    words = ("tab", "filter", "order", "group", "zoom")
    texts = {name: known[name] for name in words if isinstance(known.get(name), str)}
    columns = known.get("columns")
    chosen = {
        tab: tuple(ids)
        for tab, ids in (columns.items() if isinstance(columns, dict) else ())
        if isinstance(ids, list) and all(isinstance(id, str) for id in ids)
    }
    metric = known.get("metric")
    return Look(
        **texts, reverse=known.get("reverse") is True, columns=chosen, metric=metric if isinstance(metric, str) else None
    )
