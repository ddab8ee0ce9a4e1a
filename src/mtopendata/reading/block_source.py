"""What can be read in blocks."""

from collections.abc import Iterator
from typing import Any, Protocol

from mtopendata.reading.faults import AmendError
from mtopendata.reading.tables import Block, Columns


class BlockSource(Protocol):
    """A table whose blocks can be read as often as asked, each by itself."""

    @property
    def name(self) -> str:
        """What the progress calls it."""

    def begin(self) -> Columns | None:
        """The table's columns; None where there is none."""

    def jobs(self) -> Iterator[Any]:
        """The blocks that are still to be read. A job has its `number`, and the bytes `done` with
        it of the `size` of its file.
        """

    def read(self, job: Any) -> Block:
        """A block's rows, in any thread."""

    def amend(self, error: AmendError) -> None:
        """Learn from an error how the table must be read."""
