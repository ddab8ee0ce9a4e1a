"""CSV bytes → records of text with their line numbers.

A file is read in blocks that end where a record ends. Polars splits a block into cells; a count of
separators and line ends outside quotes then proves that every record had the declared width
(Polars itself fills short records with nulls without a word). A block for which that proof fails,
and any dialect that Polars does not know, is split by Python's csv module, which gives each
record's own line and width.
"""

import bz2
import codecs
import csv
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import polars as pl

from mtopendata.package.model import Dialect

BLOCK = 16 * 1024**2
"""Bytes read at a time: large enough to keep all cores busy, small beside any machine's memory."""
BATCH = 100_000
"""Records split by Python's csv module that are held at a time."""

# Python's default of 131,072 characters a cell would make a longer one an error of the tool.
csv.field_size_limit(2**31 - 1)


WARNINGS = frozenset({"bom", "line-ends", "last-line", "quotes"})
"""The codes of faults that leave no doubt about what the text says."""


class UnreadableError(Exception):
    """The bytes cannot be turned into text at all. The message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the text itself. `row` is the line number that an editor shows."""

    code: str
    message: str
    hint: str
    row: int | None = None
    field: str | None = None
    cell: str | None = None

    @property
    def warning(self) -> bool:
        """Whether readers agree on the text all the same."""
        return self.code in WARNINGS


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records: a frame of text columns named 0, 1, …; `lines` are theirs.

    A null cell is one that its record is too short to have. `read` counts the bytes read so far.
    """

    frame: pl.DataFrame
    lines: range | pl.Series
    read: int


@dataclass
class Faults:
    """Faults of one kind: all are counted, the first `limit` kept."""

    limit: int
    listed: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, fault: Fault, count: int = 1) -> None:
        """Count a fault, `count` times, and keep it while there is room for its code."""
        before = self.counts.get(fault.code, 0)
        self.counts[fault.code] = before + count
        if before < self.limit:
            self.listed.append(fault)


def blank_row(line: int) -> Fault:
    """The fault of a row without any value."""
    return Fault("blank-row", "the row is blank", "delete the line", row=line)


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
        self._source = _Blocks(file, encoding, compression, max_bytes, self.faults)
        self.header_line = 1
        self.labels: list[str] | None = None
        self.is_empty = False
        self._fast = _is_plain(dialect)
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
            self._rows = _rows(_Lines(self._source, 0), self.dialect, self.faults)
            self._read_odd_header()
            return
        self._block_iterator = self._record_blocks()
        self._first = next(self._block_iterator, b"")
        if not self._first:
            self.is_empty = True
            return
        lines = _Lines([self._first], 0)
        if self.dialect.header_rows == ():
            reader = csv.reader(lines, **_csv_options(self.dialect))
            self.width = len(next(reader, []))
            return
        _, self.labels = next(_rows(lines, self.dialect, self.faults))
        self._first = _after_lines(self._first, lines.count)
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
                for index, cell in enumerate(cells):
                    if previous.get(index) == cell:
                        continue
                    previous[index] = cell
                    if index < len(labels):
                        labels[index] = self.dialect.header_join.join([labels[index], cell])
                    else:
                        labels.append(cell)
            if header_rows is None or self._number >= header_rows[-1]:
                break
        if not self.is_empty:
            self.labels = labels
        if not labels:  # the header's rows are blank, comments, or beyond the end
            head = list(islice(self._rows, 1))
            self.is_empty = not head
            self._rows = chain(head, self._rows)

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
            frame = self._split(block, columns, ends)
            if frame is not None:
                lines = ends + (not block.endswith(b"\n"))
                yield Chunk(frame, self._line_numbers(frame, lines), self._source.read)
                self._lines += ends
                continue
            # Stray quotes also mislead the cut into blocks: from there on, read as one stream.
            rest = chain([block], blocks) if quote and quote in block else [block]
            rows = _rows(_Lines(rest, self._lines), self.dialect, self.faults)
            yield from self._batches(rows, columns)
            self._lines += _count_lines(block)

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

    def _split(self, block: bytes, columns: list[str], ends: int) -> pl.DataFrame | None:
        """The cells of a regular block with so many line ends by Polars; None where it is not
        proved regular.
        """
        separator = self.dialect.delimiter.encode()
        quote = (self.dialect.quote_char or "").encode()
        if not columns or block.count(b"\r") != block.count(b"\r\n"):
            return None
        outside = block
        if quote and quote in block:
            parts = block.split(quote)
            outside = quote.join(parts[::2])  # a quoted cell is now a run of quotes
            if len(parts) % 2 == 0 or not _stand_alone(quote, separator, outside):
                return None
            ends = outside.count(b"\n")
        records = ends + (not block.endswith(b"\n"))
        if outside.count(separator) != records * (len(columns) - 1):
            return None
        if len(columns) == 1 and re.search(rb"^\r?\n|\n\r?\n", block):
            return None
        try:
            frame = pl.read_csv(
                io.BytesIO(block),
                has_header=False,
                schema=dict.fromkeys(columns, pl.String),
                separator=self.dialect.delimiter,
                quote_char=self.dialect.quote_char,
                empty_string_is_null=False,
            )
        except pl.exceptions.PolarsError:
            return None
        return frame if frame.height == records else None

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


class _Blocks:
    """The bytes of a file as UTF-8 without a BOM, block by block, faults of encoding on the way."""

    def __init__(
        self, file: Path, encoding: str, compression: str, max_bytes: int, faults: Faults
    ) -> None:
        self.faults = faults
        self.size = file.stat().st_size
        self.read = 0
        self._lines = 0
        self._has_crlf = False
        self._last = b"\n"
        self._stream = _open(file, compression)
        self._max_bytes = max_bytes if compression else None
        try:
            codec = codecs.lookup(encoding)
            if not codec._is_text_encoding:
                raise LookupError
        except (LookupError, ValueError) as error:
            raise UnreadableError(f"the encoding {encoding!r} is unknown") from error
        self._is_utf8 = codec.name in ("utf-8", "utf-8-sig", "ascii")
        self._is_ascii = codec.name == "ascii"
        self._codec = codec

    def __iter__(self) -> Iterator[bytes]:
        blocks = self._utf8() if self._is_utf8 else self._decoded()
        for block in blocks:
            if b"\0" in block:
                self._report_nul_bytes(block)
            self._has_crlf = self._has_crlf or b"\r" in block
            self._lines += _count_lines(block) - (self._last + block[:1] == b"\r\n")
            self._last = block[-1:]
            yield block

    def _report_nul_bytes(self, block: bytes) -> None:
        place = block.find(b"\0")
        line, counted = self._lines + 1, 0
        while place >= 0:
            line += _count_lines(block[counted:place])
            self.faults.add(
                Fault(
                    "nul-byte",
                    "a NUL byte stands in the line",
                    "find out what wrote it: this is no text file, or a damaged one",
                    row=line,
                )
            )
            counted = place
            end = block.find(b"\n", place)
            place = block.find(b"\0", end) if end >= 0 else -1

    def report_text_form(self) -> None:
        """Warn of what the official text form forbids: a BOM, CR line ends, no last line end."""
        if self._has_crlf:
            self._warn("line-ends", "lines end in CR LF, not LF", "write LF line ends")
        if self._last != b"\n":
            self._warn("last-line", "the last line has no line end", "end the file with one LF")

    def _warn(self, code: str, message: str, hint: str) -> None:
        self.faults.add(Fault(code, message, hint))

    def _pieces(self) -> Iterator[bytes]:
        for piece in _pieces(self._stream, self._max_bytes):
            self.read += len(piece)
            yield piece

    def _utf8(self) -> Iterator[bytes]:
        rest = b""
        first = True
        for piece in self._pieces():
            block = rest + piece if rest else piece
            if first:
                block = self._without_bom(block)
                first = False
            rest = b""
            if block.isascii():
                yield block
                continue
            try:
                block.decode("ascii" if self._is_ascii else "utf-8")
            except UnicodeDecodeError as error:
                if not self._is_ascii and error.reason == "unexpected end of data":
                    block, rest = block[: error.start], block[error.start :]
                else:
                    block = self._mended(block)
            if block:
                yield block
        if rest:
            yield self._mended(rest)

    def _without_bom(self, block: bytes) -> bytes:
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UnreadableError("it begins as UTF-16 text, which is not its declared encoding")
        if not block.startswith(codecs.BOM_UTF8):
            return block
        self._warn("bom", "the file begins with a byte order mark", "save as UTF-8 without BOM")
        return block[len(codecs.BOM_UTF8) :]

    def _mended(self, block: bytes) -> bytes:
        name = "ascii" if self._is_ascii else "utf-8"
        for number, line in enumerate(block.splitlines(), start=self._lines + 1):
            try:
                line.decode(name)
            except UnicodeDecodeError as error:
                self.faults.add(
                    Fault(
                        "encoding",
                        f"the byte 0x{line[error.start]:02x} is not {name.upper()} text",
                        "save the file as UTF-8, or declare its encoding",
                        row=number,
                    )
                )
        return block.decode("utf-8", errors="replace").encode()

    def _decoded(self) -> Iterator[bytes]:
        decoder = self._codec.incrementaldecoder(errors="strict")
        first = True
        for piece in chain(self._pieces(), [b""]):
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeError as error:
                good = b""
                if isinstance(error, UnicodeDecodeError):  # with what the decoder held back
                    piece, good = bytes(error.object), bytes(error.object[: error.start])
                before = good.decode(self._codec.name, errors="replace").encode()
                self.faults.add(
                    Fault(
                        "encoding",
                        f"some bytes are not {self._codec.name} text ({error})",
                        "declare the encoding that the file has",
                        row=self._lines + _count_lines(before) + 1,
                    )
                )
                decoder = self._codec.incrementaldecoder(errors="replace")
                try:
                    text = decoder.decode(piece, final=not piece)
                except UnicodeError as again:
                    raise UnreadableError(f"it is not {self._codec.name} text") from again
            if first:
                text = text.removeprefix("\ufeff")
            if text:
                first = False
                yield text.encode("utf-8", errors="replace")


def _count_lines(block: bytes) -> int:
    """Line ends as an editor and Python's csv module count them: LF, CR LF, and a CR alone."""
    return block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _stand_alone(quote: bytes, separator: bytes, outside: bytes) -> bool:
    """Whether each run of quotes, which stands for a quoted cell, is a cell for itself."""
    while quote * 2 in outside:
        outside = outside.replace(quote * 2, quote)
    cells = outside.count(quote)
    begun = outside.count(separator + quote) + outside.count(b"\n" + quote)
    ended = sum(outside.count(quote + end) for end in (separator, b"\n", b"\r\n"))
    return begun + outside.startswith(quote) == cells and ended + outside.endswith(quote) == cells


def decompressed(file: Path, compression: str, max_bytes: int) -> Iterator[bytes]:
    """The pieces of a compressed file. UnreadableError: it is broken or expands too far."""
    yield from _pieces(_open(file, compression), max_bytes)


def _pieces(stream: IO[bytes], max_bytes: int | None) -> Iterator[bytes]:
    read = 0
    try:
        while piece := stream.read(BLOCK):
            read += len(piece)
            if max_bytes is not None and read > max_bytes:
                raise UnreadableError(f"it expands to more than {max_bytes:,} bytes")
            yield piece
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise UnreadableError(f"it cannot be read to its end ({error})") from error
    finally:
        stream.close()


def _open(file: Path, compression: str) -> IO[bytes]:
    match compression:
        case "":
            return file.open("rb")
        case "gz" | "gzip":
            return cast("IO[bytes]", gzip.open(file, "rb"))
        case "bz2":
            return bz2.open(file, "rb")
        case "xz":
            return lzma.open(file, "rb")
    raise UnreadableError(f"the compression {compression!r} is not supported")


def _is_plain(dialect: Dialect) -> bool:
    """Whether Polars splits records of this dialect as Python's csv module does."""
    return (
        dialect.delimiter.isascii()
        and (dialect.quote_char or '"').isascii()
        and dialect.delimiter not in "\r\n"
        and dialect.double_quote
        and dialect.escape_char is None
        and not dialect.skip_initial_space
        and dialect.header_rows in ((), (1,), None)
        and dialect.comment_char is None
        and not dialect.comment_rows
        and not dialect.skip_blank_rows
    )


def _csv_options(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote_char,
        "doublequote": dialect.double_quote,
        "escapechar": dialect.escape_char,
        "skipinitialspace": dialect.skip_initial_space,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
    }


class _Lines:
    """The lines of some blocks as text with their line ends; `taken` are those of one record."""

    def __init__(self, blocks: Iterable[bytes], lines: int) -> None:
        self.count = lines
        self.taken: list[str] = []
        self._lines = (line for block in _whole_lines(blocks) for line in _text(block))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self.taken.append(line)
        return line


def _rows(source: "_Lines", dialect: Dialect, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Each record's first line number and cells by Python's csv module, as lenient as it is.

    Quotes that RFC 4180 forbids are faults.
    """
    well_quoted = _quoting(dialect)
    reader = csv.reader(source, **_csv_options(dialect))
    while True:
        source.taken.clear()
        first = source.count + 1
        cells = next(reader, None)
        if cells is None:
            return
        record = "".join(source.taken)
        if (
            dialect.quote_char
            and dialect.quote_char in record
            and well_quoted
            and not well_quoted.fullmatch(record)
        ):
            faults.add(_quote_fault(first, record, dialect))
        yield first, cells


def _quoting(dialect: Dialect) -> re.Pattern[str] | None:
    """A record as RFC 4180 quotes it; None for dialects with rules of their own."""
    if dialect.quote_char is None or dialect.escape_char or dialect.skip_initial_space:
        return None
    quote, separator = re.escape(dialect.quote_char), re.escape(dialect.delimiter)
    cell = rf"(?:{quote}(?:[^{quote}]|{quote}{quote})*+{quote}|[^{quote}{separator}\r\n]*+)"
    return re.compile(rf"{cell}(?:{separator}{cell})*+(?:\r\n|\r|\n)?")


def _quote_fault(row: int, record: str, dialect: Dialect) -> Fault:
    try:
        next(csv.reader(io.StringIO(record, newline=""), strict=True, **_csv_options(dialect)))
    except csv.Error as error:
        if "end of data" in str(error):
            return Fault(
                "unclosed-quote",
                "a quoted cell that begins in this row never ends",
                "close the quote, or double a quote that belongs to the text",
                row=row,
            )
    return Fault(
        "quotes",
        "a quote stands inside a cell where RFC 4180 allows none",
        "quote the whole cell and double the quotes in it",
        row=row,
    )


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        joined = rest + block if rest else block
        cut = joined.rfind(b"\n") + 1
        rest = joined[cut:]
        if cut:
            yield joined[:cut]
    if rest:
        yield rest


def _text(block: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(block), encoding="utf-8", newline="")


def _after_lines(block: bytes, lines: int) -> bytes:
    text = _text(block)
    for _ in range(lines):
        block = block[len(text.readline().encode()) :]
    return block
