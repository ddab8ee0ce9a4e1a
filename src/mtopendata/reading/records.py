"""CSV bytes → records of text with their line numbers.

A file is read in blocks that end where a record ends. Polars splits a block into cells; a count of
separators and line ends outside quotes then proves that every record had the declared width
(Polars itself fills short records with nulls without a word). A block for which that proof fails,
and any dialect that Polars does not know, is split by Python's csv module, which gives each
record's own line and width.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import polars as pl

from mtopendata.package.model import Dialect
from mtopendata.reading.blocks import Blocks, count_lines
from mtopendata.reading.csv_rows import TextLines, after_lines, csv_options, csv_rows, is_plain
from mtopendata.reading.faults import Fault, Faults, blank_row
from mtopendata.reading.regular import split_regular

BATCH = 100_000
"""Records split by Python's csv module that are held at a time."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records: a frame of text columns named 0, 1, …; `lines` are theirs.

    A null cell is one that its record is too short to have. `read` counts the bytes read so far.
    """

    frame: pl.DataFrame
    lines: range | pl.Series
    read: int


class Records:
    """The header and the records of one CSV file. Iterate once; `faults` fill meanwhile."""

    def __init__(
        self,
        file: Path,
        dialect: Dialect,
        encoding: str,
        compression: str,
        max_bytes: int,
        limit: int,
    ) -> None:
        """Open the file and read its header.

        `max_bytes` limits what a compressed file may expand to; `limit`, the faults kept of each
        code. UnreadableError: unknown encoding or compression, or a broken compressed file.
        """
        self.dialect = dialect
        self.faults = Faults(limit)
        self._source = Blocks(file, encoding, compression, max_bytes, self.faults)
        self.header_line = 1
        self.labels: list[str] | None = None
        self.is_empty = False
        self._fast = is_plain(dialect)
        self._lines = 0
        self._number = 0
        self._first = b""
        self._empty_is_missing = True
        self.width = 0  # cells of the first record, for tables without a header
        self._read_header()

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on the disk."""
        return self._source.size

    def _read_header(self) -> None:
        if not self._fast:
            self._rows = csv_rows(TextLines(self._source, 0), self.dialect, self.faults)
            self._read_odd_header()
            return
        self._block_iterator = self._record_blocks()
        self._first = next(self._block_iterator, b"")
        if not self._first:
            self.is_empty = True
            return
        lines = TextLines([self._first], 0)
        if self.dialect.header_rows == ():
            reader = csv.reader(lines, **csv_options(self.dialect))
            self.width = len(next(reader, []))
            return
        _, self.labels = next(csv_rows(lines, self.dialect, self.faults))
        self._first = after_lines(self._first, lines.count)
        self._lines = lines.count
        self.is_empty = not self.labels and not self._first

    def _read_odd_header(self) -> None:
        if self.dialect.header_rows == ():
            head = list(islice(self._rows, 1))
            self.is_empty = not head
            self.width = len(head[0][1]) if head else 0
            self._rows = chain(head, self._rows)
            return
        labels: list[str] = []
        previous: dict[int, str] = {}
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
                self._join_labels(labels, cells, previous)
            if header_rows is None or self._number >= header_rows[-1]:
                break
        if not self.is_empty:
            self.labels = labels
        if not labels:  # the header's rows are blank, comments, or beyond the end
            head = list(islice(self._rows, 1))
            self.is_empty = not head
            self._rows = chain(head, self._rows)

    def _join_labels(self, labels: list[str], cells: list[str], previous: dict[int, str]) -> None:
        """Add a row of the header to the labels, but for cells that repeat those above them."""
        for index, cell in enumerate(cells):
            if previous.get(index) == cell:
                continue
            previous[index] = cell
            if index < len(labels):
                labels[index] = self.dialect.header_join.join([labels[index], cell])
            else:
                labels.append(cell)

    def _is_comment(self, cells: list[str]) -> bool:
        char = self.dialect.comment_char
        starts = bool(char and cells and cells[0].startswith(char))
        return starts or self._number in self.dialect.comment_rows

    def chunks(self, width: int, *, empty_is_missing: bool = True) -> Iterator[Chunk]:
        """The records after the header, as cells of text in `width` columns.

        `empty_is_missing`: a record of empty cells is blank, whatever its width, and no misfit.
        """
        self._empty_is_missing = empty_is_missing
        columns = [str(index) for index in range(width)]
        if self._fast:
            yield from self._fast_chunks(columns)
        else:
            yield from self._batches(self._content(), columns)
        self._source.report_text_form()

    def _fast_chunks(self, columns: list[str]) -> Iterator[Chunk]:
        quote = (self.dialect.quote_char or "").encode()
        blocks = chain([self._first] if self._first else [], self._block_iterator)
        for block in blocks:
            ends = block.count(b"\n")
            frame = split_regular(block, self.dialect, columns, ends)
            if frame is not None:
                lines = ends + (not block.endswith(b"\n"))
                yield Chunk(frame, self._line_numbers(frame, lines), self._source.read)
                self._lines += ends
                continue
            # Stray quotes also mislead the cut into blocks: from there on, read as one stream.
            rest = chain([block], blocks) if quote and quote in block else [block]
            rows = csv_rows(TextLines(rest, self._lines), self.dialect, self.faults)
            yield from self._batches(rows, columns)
            self._lines += count_lines(block)

    def _line_numbers(self, frame: pl.DataFrame, lines: int) -> range | pl.Series:
        first = self._lines + 1
        if lines == frame.height:
            return range(first, first + frame.height)
        inner = frame.select(
            pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True)) + 1
        ).to_series()
        return (inner.cast(pl.Int64).cum_sum() - inner + first).rename("line")

    def _content(self) -> Iterator[tuple[int, list[str]]]:
        for line, cells in self._rows:
            self._number += 1
            if self._is_comment(cells):
                continue
            if self.dialect.skip_blank_rows and not any(cells):
                continue
            yield line, cells

    def _record_blocks(self) -> Iterator[bytes]:
        """Blocks of whole records: they are cut after a line end that no quote encloses."""
        quote = (self.dialect.quote_char or "").encode()
        rest = b""
        quotes = 0
        for piece in self._source:
            if quote:
                quotes += piece.count(quote)
            block = rest + piece
            cut = block.rfind(b"\n") + 1
            if quote and quote in block:
                # An even number of quotes before a line end: it lies outside them.
                after = block.count(quote, cut)
                while cut and (quotes - after) % 2:
                    previous = block.rfind(b"\n", 0, cut - 1) + 1
                    after += block.count(quote, previous, cut)
                    cut = previous
                if not cut:
                    rest = block
                    continue
                quotes = block.count(quote, cut)
            rest = block[cut:]
            if cut:
                yield block[:cut]
        if rest:
            yield rest

    def _batches(
        self, rows: Iterator[tuple[int, list[str]]], columns: list[str]
    ) -> Iterator[Chunk]:
        """Records split by Python's csv module, at the declared width; misfits are faults."""
        width = len(columns)
        cells: list[list[str | None]] = []
        lines: list[int] = []

        def chunk() -> Chunk:
            frame = pl.DataFrame(
                cells, schema=dict.fromkeys(columns, pl.String), orient="row", strict=False
            )
            return Chunk(frame, pl.Series(lines, dtype=pl.Int64), self._source.read)

        for line, row in rows:
            if not row:
                self.faults.add(blank_row(line))
                continue
            if len(row) != width and (any(row) or not self._empty_is_missing):
                self._ragged(line, row, width)
            cells.append([*row[:width], *[None] * (width - len(row))])
            lines.append(line)
            if len(cells) >= BATCH:
                yield chunk()
                cells, lines = [], []
        if cells:
            yield chunk()

    def _ragged(self, line: int, row: list[str], width: int) -> None:
        more = len(row) > width
        self.faults.add(
            Fault(
                "extra-cell" if more else "missing-cell",
                f"the row has {len(row)} cells where the header has {width}",
                "look for a stray separator or a missing quote"
                if more
                else "add the missing separators",
                row=line,
                cell=row[width] if more else None,
            )
        )
