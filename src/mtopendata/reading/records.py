"""A CSV file's header, and its records in blocks that are not divided into cells yet.

A file is read in blocks that end where a record ends. A dialect that Polars does not know, and what
comes after a stray quote, is divided by Python's csv module, record by record, as one stream.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from mtopendata.package.model import Dialect
from mtopendata.reading.blocks import Blocks, count_lines
from mtopendata.reading.csv_rows import (
    COMMENT,
    TextLines,
    after_lines,
    csv_options,
    csv_rows,
    is_plain,
)
from mtopendata.reading.faults import Faults
from mtopendata.reading.header import joined_labels

BATCH = 500_000
"""Cells divided by Python's csv module that are held at a time."""
LONGEST = 16 * 1024**2
"""So many bytes without the end of a record, and a stray quote is supposed in them."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Some consecutive records: `data`, whose first line has the number `line`; or, where `data` is
    None, `rows` that are divided, and the `lines` that they begin in.

    `read` counts the bytes of the file read so far. `is_whole` is False where the block was cut
    without regard to records, since it grew too long.
    """

    line: int
    data: bytes | None
    rows: tuple[list[str], ...] = ()
    lines: tuple[int, ...] = ()
    read: int = 0
    is_whole: bool = True


class Records:
    """The header and the records of one CSV file. Iterate once; `faults` fill meanwhile."""

    def __init__(
        self,
        file: Path | bytes,
        dialect: Dialect,
        encoding: str = "utf-8",
        compression: str = "",
        max_bytes: int = 2**62,
        limit: int = 100,
        block: int | None = None,
        inner: str = "",
    ) -> None:
        """Open the file and read its header.

        `max_bytes` limits what a compressed file may expand to; `limit`, the faults kept of each
        code; `block` is the size of a block in bytes; `inner`, the name of a file in a zip.
        UnreadableError: unknown encoding or compression, or a broken compressed file.
        """
        self.dialect = dialect
        self.faults = Faults(limit)
        self._source = Blocks(file, encoding, compression, max_bytes, self.faults, block, inner)
        self.header_line = 1
        self.labels: list[str] | None = None
        self.is_empty = False
        self.is_plain = is_plain(dialect)
        self._number = 0
        self._first = Raw(1, b"")
        self.width = 0  # cells of the first record, for tables without a header
        self._read_header()

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on the disk."""
        return self._source.size

    @property
    def is_utf8(self) -> bool:
        """Whether its bytes are those of UTF-8, but for faults."""
        return self._source.is_utf8

    def blocks(self) -> Iterator[Raw]:
        """The records after the header. Of a plain dialect they are not divided."""
        if not self.is_plain:
            yield from _batches(self._content(), self._source)
        else:
            yield from chain([self._first] if self._first.data else [], self._blocks)

    def streamed(self, first: Raw, others: Iterator[Raw]) -> Iterator[Raw]:
        """These blocks again, divided as one stream: quotes lead astray where a block is cut."""
        data = (block.data or b"" for block in chain([first], others))
        yield from stream(data, first.line, self.dialect, self._source)

    # The header

    def _read_header(self) -> None:
        if not self.is_plain:
            self._rows = csv_rows(self._text(self._source), self.dialect, self.faults)
            self._read_odd_header()
            return
        self._blocks = self._record_blocks()
        first = next(self._blocks, None)
        if first is None:
            self.is_empty = True
            return
        data = first.data or b""
        if not first.is_whole:
            self.is_plain = False
            whole = (block.data or b"" for block in chain([first], self._blocks))
            self._rows = csv_rows(self._text(whole), self.dialect, self.faults)
            self._read_odd_header()
            return
        lines = TextLines([data], 0)
        if self.dialect.header_rows == ():
            reader = csv.reader(lines, **csv_options(self.dialect))
            self.width = len(next(reader, []))
            self._first = first
            return
        _, self.labels = next(csv_rows(lines, self.dialect, self.faults))
        self._first = Raw(lines.count + 1, after_lines(data, lines.count), read=first.read)
        if not self._first.data:
            following = next(self._blocks, None)
            self.is_empty = not self.labels and following is None
            self._blocks = chain([] if following is None else [following], self._blocks)

    def _text(self, blocks: Iterable[bytes]) -> TextLines:
        return TextLines(blocks, 0, self.dialect)

    def _read_odd_header(self) -> None:
        if self.dialect.header_rows == ():
            head = list(islice(self._rows, 1))
            self.is_empty = not head
            self.width = len(head[0][1]) if head else 0
            self._rows = chain(head, self._rows)
            return
        rows: list[list[str]] = []
        header_rows = self.dialect.header_rows
        self.is_empty = True
        for line, cells in self._rows:
            self._number += 1
            self.is_empty = False
            if header_rows is None and self._is_comment(cells):
                continue
            in_header = header_rows is None or self._number in header_rows
            if in_header and not self._is_comment(cells):
                self.header_line = line
                rows.append(cells)
            if header_rows is None or self._number >= header_rows[-1]:
                break
        labels = joined_labels(rows, self.dialect.header_join)
        if not self.is_empty:
            self.labels = labels
        if not labels:  # the header's rows are blank, comments, or beyond the end
            head = list(islice(self._rows, 1))
            self.is_empty = not head
            self._rows = chain(head, self._rows)

    def _is_comment(self, cells: list[str]) -> bool:
        return cells is COMMENT or self._number in self.dialect.comment_rows

    # What follows it

    def _content(self) -> Iterator[tuple[int, list[str]]]:
        for line, cells in self._rows:
            self._number += 1
            if self._is_comment(cells):
                continue
            if self.dialect.skip_blank_rows and not any(cells):
                continue
            yield line, cells

    def _record_blocks(self) -> Iterator[Raw]:
        """Blocks of whole records: they are cut after a line end that no quote encloses."""
        quote = (self.dialect.quote_char or "").encode()
        rest = b""
        line = 1
        quotes = 0
        for piece in self._source:
            if quote and quote in piece:
                quotes += piece.count(quote)
            block = rest + piece if rest else piece
            cut = _last_end(block, quote, quotes)
            is_whole = cut > 0
            if not cut and len(block) > LONGEST:
                cut = len(block)
            if not cut:
                rest = block
                continue
            rest = block[cut:]
            quotes = rest.count(quote) if quote and quotes else 0
            data = block[:cut] if rest else block
            yield Raw(line, data, read=self._source.read, is_whole=is_whole)
            line = self._source.lines - count_lines(rest) + 1
        if rest:
            yield Raw(line, rest, read=self._source.read)


def _last_end(block: bytes, quote: bytes, quotes: int) -> int:
    """Behind the last line end of a block that no quote encloses, of so many quotes; 0: none is."""
    cut = block.rfind(b"\n") + 1
    if not quote or not quotes:
        return cut
    # An even number of quotes before a line end: it lies outside them.
    after = block.count(quote, cut)
    while cut and (quotes - after) % 2:
        previous = block.rfind(b"\n", 0, cut - 1) + 1
        after += block.count(quote, previous, cut)
        cut = previous
    return cut


def stream(data: Iterable[bytes], line: int, dialect: Dialect, source: Blocks) -> Iterator[Raw]:
    """The records in the bytes that follow each other, which begin in this line, divided as one
    stream; the bytes come from `source`.
    """
    return _batches(csv_rows(TextLines(data, line - 1), dialect, source.faults), source)


def _batches(rows: Iterator[tuple[int, list[str]]], source: Blocks) -> Iterator[Raw]:
    held: list[list[str]] = []
    lines: list[int] = []
    cells = 0
    for line, row in rows:
        held.append(row)
        lines.append(line)
        cells += len(row) + 1
        if cells >= BATCH:
            yield Raw(lines[0], None, tuple(held), tuple(lines), source.read)
            held, lines, cells = [], [], 0
    if held:
        yield Raw(lines[0], None, tuple(held), tuple(lines), source.read)
