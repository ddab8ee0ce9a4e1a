"""Waits that an interruption ends, and whoever is told of the progress."""

from collections.abc import Collection, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from typing import Any

TURN = 0.1
"""Seconds that are waited at a time: where Polars was at work, an interruption ends no wait."""


def in_turns(futures: Collection[Future[Any]]) -> Iterator[None]:
    """Wait until all are done, and yield in between. The first error of one is raised."""
    left = set(futures)
    while left:
        done, left = wait(left, TURN, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        yield
