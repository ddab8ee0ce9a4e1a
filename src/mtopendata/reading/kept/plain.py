"""What a fold keeps of a block, as plain bytes and back: JSON, and Arrow for columns.

Nothing in them is run when they are read. Of classes only their names are written, and only those
of this program that are loaded already, and hold data alone, are made again.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

import polars as pl

Frames = list[pl.DataFrame]


class NotPlainError(Exception):
    """Something is no plain data, or bytes are none that were written here."""


def to_parts(value: Any) -> list[bytes]:
    """A value as bytes, in pieces. NotPlainError: it holds something else than data."""
    frames: Frames = []
    tree = json.dumps(_written(value, frames)).encode()
    return [tree, *map(_arrow, frames)]


def _arrow(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_ipc_stream(buffer, compression="uncompressed")
    return buffer.getvalue()


def from_parts(parts: Sequence[bytes]) -> Any:
    """The value that was written. NotPlainError: there is none, or it cannot be made here."""
    try:
        tree, *frames = parts
        return _put_together(json.loads(tree), [pl.read_ipc_stream(frame) for frame in frames])
    except (
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        pl.exceptions.PolarsError,
    ) as error:
        raise NotPlainError from error


def _written(value: Any, frames: Frames) -> Any:
    """A value as JSON: texts, whole numbers and truth values as they are, all else with a tag."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, pl.DataFrame):
        return ["frame", _index(value, frames)]
    if isinstance(value, pl.Series):
        return ["series", _index(value.alias("0").to_frame(), frames), value.name]
    kind: type = type(value)
    if kind in _SCALARS:
        return [kind.__name__, _SCALARS[kind][0](value)]
    if kind in _COLLECTIONS:
        return [kind.__name__, [_written(item, frames) for item in value]]
    if kind is dict:
        pairs = [[_written(key, frames), _written(item, frames)] for key, item in value.items()]
        return ["dict", pairs]
    if kind is range:
        return ["range", value.start, value.stop]
    if _is_data(kind):
        values = [_written(getattr(value, name), frames) for name in _names(kind)]
        return ["data", kind.__module__, kind.__qualname__, values]
    raise NotPlainError(kind)


def _index(frame: pl.DataFrame, frames: Frames) -> int:
    if frame.height and not frame.width:
        raise NotPlainError(pl.DataFrame)
    frames.append(frame)
    return len(frames) - 1


_SCALARS: dict[type, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    float: (float.hex, float.fromhex),
    Decimal: (str, Decimal),
    bytes: (bytes.hex, bytes.fromhex),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    timedelta: (
        lambda value: f"{value.days} {value.seconds} {value.microseconds}",
        lambda text: timedelta(*map(int, text.split())),
    ),
}
_COLLECTIONS: dict[type, Callable[[list[Any]], Any]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
}
_BY_NAME = {kind.__name__: kind for kind in (*_SCALARS, *_COLLECTIONS)}


def _put_together(tree: Any, frames: Frames) -> Any:
    if not isinstance(tree, list):
        return tree
    match tree:
        case ["frame", index]:
            return frames[index]
        case ["series", index, name]:
            return frames[index].to_series().alias(name)
        case ["dict", pairs]:
            return {_put_together(key, frames): _put_together(item, frames) for key, item in pairs}
        case ["range", start, stop]:
            return range(start, stop)
        case ["data", module, name, values]:
            return _made(_class(module, name), [_put_together(item, frames) for item in values])
        case [name, content]:
            kind = _BY_NAME[name]
            if kind in _SCALARS:
                return _SCALARS[kind][1](content)
            return _COLLECTIONS[kind]([_put_together(item, frames) for item in content])
    raise NotPlainError(tree)


def _is_data(kind: type) -> bool:
    """Whether a class of this program holds data alone: a frozen dataclass or a named tuple."""
    is_frozen = is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    is_named = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return kind.__module__.startswith("mtopendata.") and (is_frozen or is_named)


@cache
def _names(kind: type) -> tuple[str, ...]:
    if is_dataclass(kind):
        return tuple(item.name for item in fields(kind) if item.init)
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    return names


@cache
def _class(module: str, name: str) -> type:
    """A class by its name: nothing is imported for it."""
    kind = getattr(sys.modules.get(module), name, None)
    if not isinstance(kind, type) or not _is_data(kind):
        raise NotPlainError(name)
    return kind


def _made(kind: type, values: list[Any]) -> Any:
    names = _names(kind)
    if len(names) != len(values):
        raise NotPlainError(kind)
    return kind(**dict(zip(names, values, strict=True)))
