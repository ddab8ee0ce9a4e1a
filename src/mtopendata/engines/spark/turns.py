"""How many tasks are in the memory of one process at a time, and whether anybody waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Event

from mtopendata.reading.scanning import cores

_COUNT = cores() + 1
_TURNS = BoundedSemaphore(_COUNT)
"""Sail has all tasks begin at once, in one process."""
STOPPED = Event()
"""Nobody waits for what is done in this process."""
SECONDS = 5
"""How long an end waits for the tasks of a stopped process."""


@contextmanager
def turn() -> Iterator[None]:
    """The turn of a task. Where Sail runs tasks in the process that is interrupted, Polars raises
    that in one of them: all are stopped.
    """
    with _TURNS:
        try:
            yield
        except KeyboardInterrupt:
            STOPPED.set()


def let_end() -> None:
    """Wait for the tasks of this process, once they are stopped: Python must not end before."""
    if STOPPED.is_set():
        taken = [_TURNS.acquire(timeout=SECONDS) for _ in range(_COUNT)]
        for _ in filter(None, taken):
            _TURNS.release()
