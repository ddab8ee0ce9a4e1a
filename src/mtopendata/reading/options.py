"""What a caller may say of a reading or a validation."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mtopendata.package.copies import Copies
from mtopendata.package.files import MAX_BYTES
from mtopendata.reading.kept.cache import Cache

if TYPE_CHECKING:  # the command line need not wait for what reads tables
    from mtopendata.reading.block_source import BlockSource
    from mtopendata.reading.folds import Fold

Progress = Callable[[str, int | None, int, int], None]
"""Called with what is worked on, such as the name of a resource; the rows read so far, None where
none are read; and how much of it is done of how much: bytes where a file is read.
"""

Engine = Callable[["BlockSource", Sequence["Fold"], Collection[int] | None, "Options"], list[Any]]
"""Puts folds to the blocks of a table that have these numbers, None: to all, and returns what each
keeps of them. AmendError, UnreadableError: as of the blocks.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """`limit`: findings listed per check. `max_bytes`: what a compressed file may expand to.
    `threads`: how many read and test blocks of a table, by default one for each core; `block`: the
    size of a block in bytes; `engine`: who puts checks to the blocks, by default threads of this
    process. These three change nothing in what is found. `copies` are local ones of
    schemas, dialects and profiles that descriptors name by addresses: a file for an address, or a
    folder for all that begin with one that ends in `/`. `cache` keeps what a validation sees of the
    blocks of large tables, for the next one.
    """

    limit: int = 100
    max_bytes: int = MAX_BYTES
    progress: Progress | None = None
    threads: int | None = None
    block: int | None = None
    copies: Copies = field(default_factory=dict)
    engine: Engine | None = None
    cache: Cache | None = None
