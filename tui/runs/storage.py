"""Runs as JSON and back, exact to the last bit: what a cache may hold without being able to run anything."""

from __future__ import annotations

import json
import zlib
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, get_args, get_type_hints

from tui.runs.link import PointerFile
from tui.runs.run import Run
from tui.runs.series import Columns, Point, Series

_PLAIN = (str, int, float, bool, type(None))
_UNPACKED_MOST = 64 << 20


class Damaged(ValueError):
    """What was stored is not what was written."""


def stored(value: Any) -> bytes:
    """A value of runs, packed. Raises TypeError for what is not of a run."""
    return zlib.compress(json.dumps(_plain(value), separators=(",", ":")).encode(), 1)


def restored(data: bytes) -> Any:
    """The value again. Raises Damaged."""
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(data, _UNPACKED_MOST)
        if not unpacker.eof:
            raise Damaged("too long, or cut off")
        return _made(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error) as error:
        raise Damaged(str(error)) from error


def _within(hint: Any) -> Iterator[type[Any]]:
    """The dataclasses that a type's values are made of."""
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
        for part in get_type_hints(hint).values():
            yield from _within(part)
    for part in get_args(hint):
        yield from _within(part)


def _names(made: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(made)) if is_dataclass(made) else tuple(made.__slots__)


_NAMES = {made: _names(made) for made in (*_within(Run), PointerFile, Series, Columns, Point)}
_TYPES = {made.__name__: made for made in _NAMES}


def _plain(value: Any) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, tuple):
        return {"": "tuple", "of": [_plain(item) for item in value]}
    if isinstance(value, Mapping):
        return {"": "map", "of": [[key, _plain(item)] for key, item in value.items()]}
    if isinstance(value, array):
        return {"": "array", "type": value.typecode, "of": _shuffled(value)}
    if isinstance(value, datetime):
        return {"": "time", "of": value.isoformat()}
    names = _NAMES.get(type(value))
    if names is None:
        raise TypeError(f"no part of a run: {type(value).__name__}")
    return {"": type(value).__name__, "of": [_plain(getattr(value, name)) for name in names]}


def _made(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, content = value[""], value["of"]
    if kind == "tuple":
        return tuple([_made(item) if isinstance(item, dict) else item for item in content])
    if kind == "map":
        return {key: _made(item) if isinstance(item, dict) else item for key, item in content}
    if kind == "array":
        return _straight(value["type"], content)
    if kind == "time":
        return datetime.fromisoformat(content)
    made = _TYPES[kind]
    names = _NAMES[made]
    if len(names) != len(content):
        raise Damaged(f"{kind} has {len(names)} fields")
    parts = [_made(item) if isinstance(item, dict) else item for item in content]
    if made is not Series:
        return made(*parts)
    thing: Any = object.__new__(made)
    for name, part in zip(names, parts, strict=True):
        setattr(thing, name, part)
    return thing


def _shuffled(column: array[Any]) -> str:
    """First bytes first: in columns that rise evenly most bytes are alike, and pack to a tenth."""
    data, width = column.tobytes(), column.itemsize
    return b64encode(zlib.compress(b"".join(data[at::width] for at in range(width)), 1)).decode()


def _straight(typecode: str, text: str) -> array[Any]:
    if typecode not in ("d", "q"):
        raise Damaged(f"an array of {typecode}")
    column = array(typecode)
    packed = zlib.decompress(b64decode(text, validate=True), bufsize=1 << 16)
    width, length = column.itemsize, len(packed) // column.itemsize
    data = bytearray(len(packed))
    for at in range(width):
        data[at::width] = packed[at * length : (at + 1) * length]
    column.frombytes(bytes(data))
    return column
