"""A table read in blocks, and folds put to each block: by a few threads, or by whom the options
name.
"""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any

from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.faults import AmendError, ChangedError, ReadHereError
from mtopendata.reading.folds import Again, Fold, Joining
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Columns


def scan(
    source: BlockSource, folds_of: Callable[[Columns], Sequence[Fold]], options: Options
) -> list[Any] | None:
    """What each fold concludes of a table; None where the table has no columns.

    The table is read once, and again only where it cannot be read in the way begun, or where a
    conclusion needs a second look. What is concluded depends neither on who puts the folds to the
    blocks nor on the blocks. UnreadableError: the bytes cannot be turned into text.
    """
    while True:
        columns = source.begin()
        if columns is None:
            return None
        folds = list(folds_of(columns))
        try:
            concluded = _concluded(source, folds, _put(source, folds, None, options), options)
            return _looked_again(source, concluded, options)
        except AmendError as error:
            source.amend(error)


def _concluded(
    source: BlockSource, folds: Sequence[Fold], kept: Sequence[Any], options: Options
) -> list[Any]:
    concluded = []
    for number, (fold, part) in enumerate(zip(folds, kept, strict=True)):
        if options.progress:
            options.progress(f"{source.name}: results", None, number, len(folds))
        concluded.append(fold.conclude(part))
    return concluded


def _looked_again(source: BlockSource, concluded: list[Any], options: Options) -> list[Any]:
    """The conclusions, once those that need a second look have had it."""
    while open_ := [i for i, what in enumerate(concluded) if isinstance(what, Again)]:
        looks = [concluded[index] for index in open_]
        wanted = [look.blocks for look in looks]
        every = any(blocks is None for blocks in wanted)
        blocks = None if every else set(chain.from_iterable(filter(None, wanted)))
        folds = [look.fold for look in looks]
        for index, what in zip(open_, look_again(source, folds, blocks, options), strict=True):
            concluded[index] = what
    return concluded


def look_again(
    source: BlockSource, folds: Sequence[Fold], blocks: Collection[int] | None, options: Options
) -> list[Any]:
    """What folds conclude of the blocks of these numbers, of a table that was scanned before; None:
    of all. ReadHereError: as of a scan, which begins anew.
    """
    try:
        return _concluded(source, folds, _put(source, folds, blocks, options), options)
    except ReadHereError:
        raise
    except AmendError as error:  # it could be read before
        raise ChangedError from error


def _put(
    source: BlockSource, folds: Sequence[Fold], blocks: Collection[int] | None, options: Options
) -> list[Any]:
    """What the folds keep of the blocks of these numbers; None: of all."""
    return (options.engine or by_threads)(source, folds, blocks, options)


def by_threads(
    source: BlockSource, folds: Sequence[Fold], blocks: Collection[int] | None, options: Options
) -> list[Any]:
    """What the folds keep of the blocks of these numbers, or of all, seen by threads of this
    process.
    """

    def see(job: Any) -> tuple[int, list[Any]]:
        try:
            block = source.read(job)
        except AmendError as error:
            error.number, error.part = job.number, job.part
            raise
        return block.rows, [fold.see(block) for fold in folds]

    jobs = source.jobs() if blocks is None else _only(source.jobs(), blocks)
    kept: list[Any] | None = None
    rows = 0
    for job, (height, parts) in _in_threads(see, jobs, options.threads):
        kept = (
            parts
            if kept is None
            else [fold.merge(one, part) for fold, one, part in zip(folds, kept, parts, strict=True)]
        )
        rows += height
        if options.progress:
            options.progress(source.name, rows, job.done, job.size)
    if kept is None:  # blocks that were there before are not
        raise ChangedError
    return [_with_others(fold, part, options) for fold, part in zip(folds, kept, strict=True)]


def _with_others(fold: Fold, kept: Any, options: Options) -> Any:
    """What a fold keeps of its table, and of the others that it needs."""
    for source, other in fold.others if isinstance(fold, Joining) else ():
        (more,) = by_threads(source, [other], None, options)
        kept = fold.merge(kept, more)
    return kept


def _only(jobs: Iterator[Any], blocks: Collection[int]) -> Iterator[Any]:
    """The jobs of these numbers: nothing is read behind the last of them."""
    last = max(blocks, default=-1)
    for job in jobs:
        if job.number in blocks:
            yield job
        if job.number >= last:
            return


def _in_threads(
    see: Callable[[Any], Any], jobs: Iterator[Any], threads: int | None
) -> Iterator[tuple[Any, Any]]:
    """Each job with what is seen of it, in the order of the jobs."""
    first = next(jobs, None)
    second = next(jobs, None)
    if first is None:
        return
    if second is None:
        yield first, see(first)
        return
    # One more than there are cores: some wait for the interpreter.
    count = threads or cores() + 1
    waiting: deque[tuple[Any, Future[Any]]] = deque()
    pool = ThreadPoolExecutor(count, thread_name_prefix="mtopendata")
    try:
        for job in chain([first, second], jobs):
            waiting.append((job, pool.submit(see, job)))
            if len(waiting) > count + 1:
                job, future = waiting.popleft()
                yield job, future.result()
        while waiting:
            job, future = waiting.popleft()
            yield job, future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
