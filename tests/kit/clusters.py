"""Clusters for the tests: one in this process, through which everything is carried as bytes."""

import random
from collections.abc import Iterator
from itertools import chain

from mtopendata.engines.spark.carried import unpacked
from mtopendata.engines.spark.passes import Cluster


def in_process(seed: int) -> Cluster:
    """A cluster whose tasks come in any order, each with its own copy of the work."""

    def run(work: bytes, tasks: int, shuffles: int) -> Iterator[bytes]:
        order = random.Random(seed).sample(range(tasks), tasks)  # noqa: S311 - no secret
        pieces: dict[int, list[bytes]] = {}
        for task in order:
            for number, data in unpacked(work).do(task):
                pieces.setdefault(number, []).append(data)
        for shuffle in range(1, shuffles + 1):
            given, pieces = pieces, {}
            for number, parts in given.items():
                for other, data in unpacked(work).join(shuffle, number, parts):
                    pieces.setdefault(other, []).append(data)
        return chain.from_iterable(pieces.values())

    return run
