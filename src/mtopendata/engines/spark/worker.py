"""What is run where Spark runs Python: tasks of a Work, and the joining of their pieces.

Spark carries rows of numbers and bytes. Bytes are cut into slices, since a row must not be large.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from mtopendata.engines.spark.carried import unpacked
from mtopendata.engines.spark.turns import STOPPED, turn
from mtopendata.engines.spark.work import Work

SCHEMA = "number int, task int, slice int, data binary"
Row = tuple[int, int, int, bytes]
"""A slice of a piece: the number of the piece, the task that it comes from, the slice's own."""
SLICE = 4 * 1024**2
INTERRUPTED = -3
"""The number of what a worker says that was interrupted: it has not done all."""


def done(work: bytes, tasks: Iterable[int]) -> Iterator[Row]:
    """What comes of some tasks."""
    for task in tasks:
        pieces: list[tuple[int, bytes]] = []
        with turn():
            if not STOPPED.is_set():
                todo: Work = unpacked(work)
                pieces = list(todo.do(task))
                del todo
        if STOPPED.is_set():
            yield INTERRUPTED, task, 0, b""
            return
        for number, data in pieces:
            yield from _sliced(number, task, data)


def joined_pieces(work: bytes, shuffle: int, rows: Iterable[Row]) -> Iterator[Row]:
    """What comes of all pieces of each number in the rows, after a shuffle."""
    todo: Work = unpacked(work)
    for number, pieces in groupby(whole(rows), key=lambda piece: piece[0]):
        joined: list[tuple[int, bytes]] = []
        with turn():
            joined = list(todo.join(shuffle, number, [data for _, data in pieces]))
        if STOPPED.is_set():
            yield INTERRUPTED, 0, 0, b""
            return
        for other, data in joined:
            yield from _sliced(other, number, data)


def whole(rows: Iterable[Row]) -> Iterator[tuple[int, bytes]]:
    """The pieces in whatever order their slices come, with their numbers."""
    for (number, _), slices in groupby(sorted(rows, key=_place_of_piece), key=lambda row: row[:2]):
        yield number, b"".join(data for *_, data in slices)


def _place_of_piece(row: Row) -> Any:
    return row[:3]


def _sliced(number: int, task: int, data: bytes) -> Iterator[Row]:
    for index, start in enumerate(range(0, len(data), SLICE)):
        yield number, task, index, data[start : start + SLICE]
