"""Clusters for the tests: one in this process, through which everything is carried as bytes."""

import random
from collections.abc import Iterator

from mtopendata.engines.spark.carried import unpacked
from mtopendata.engines.spark.passes import Cluster
from mtopendata.engines.spark.work import REST


def in_process(seed: int) -> Cluster:
    """A cluster whose tasks come in any order, each with its own copy of the work."""

    def run(work: bytes, tasks: int, is_joined: bool) -> Iterator[bytes]:
        order = random.Random(seed).sample(range(tasks), tasks)  # noqa: S311 - no secret
        pieces: dict[int, list[bytes]] = {}
        for task in order:
            for number, data in unpacked(work).do(task):
                pieces.setdefault(number, []).append(data)
        if not is_joined:
            return iter(pieces.get(REST, []))
        return (unpacked(work).join(number, data) for number, data in pieces.items())

    return run
