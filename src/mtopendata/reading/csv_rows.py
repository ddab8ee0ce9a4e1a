"""Records split by Python's csv module, which gives each its own line and width."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from mtopendata.package.model import Dialect
from mtopendata.reading.faults import LINE_ENDS, Fault, Faults

# Python's default of 131,072 characters a cell would make a longer one an error of the tool.
csv.field_size_limit(2**31 - 1)


def is_plain(dialect: Dialect) -> bool:
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


def csv_options(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote_char,
        "doublequote": dialect.double_quote,
        "escapechar": dialect.escape_char,
        "skipinitialspace": dialect.skip_initial_space,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
    }


COMMENT: list[str] = []
"""The cells of a line that is a comment."""


class TextLines:
    """The lines of some blocks as text with their line ends; `taken` are those of one record.

    A line at the beginning of a record that begins with the `comment` is blank to who reads them:
    quotes in it are none.
    """

    def __init__(self, blocks: Iterable[bytes], lines: int, dialect: Dialect | None = None) -> None:
        self.count = lines
        self.taken: list[str] = []
        self.is_comment = False
        self._comment = dialect.comment_char if dialect else None
        self._skipped = " " if dialect and dialect.skip_initial_space else ""
        self._lines = (line for block in _whole_lines(blocks) for line in _row_text(block))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        if self._comment and not self.taken:
            self.is_comment = line.lstrip(self._skipped).startswith(self._comment)
        self.taken.append(line)
        return "\n" if self.is_comment else line


def csv_rows(
    source: "TextLines", dialect: Dialect, faults: Faults
) -> Iterator[tuple[int, list[str]]]:
    """Each record's first line number and cells by Python's csv module, as lenient as it is; of a
    comment, COMMENT.

    Quotes that RFC 4180 forbids are faults.
    """
    well_quoted = _quoting(dialect)
    reader = csv.reader(source, **csv_options(dialect))
    while True:
        source.taken.clear()
        first = source.count + 1
        cells = next(reader, None)
        if cells is None:
            return
        record = "".join(source.taken)
        if end := record[len(record.rstrip("\r\n")) :]:
            faults.line_ends.add(end if end in LINE_ENDS else "\n")
        if source.is_comment:
            yield first, COMMENT
            continue
        if (
            dialect.quote_char
            and dialect.quote_char in record
            and well_quoted
            and not well_quoted.fullmatch(record)
        ):
            faults.add(_quote_fault(first, record, dialect, len(source.taken)))
        yield first, cells


def _quoting(dialect: Dialect) -> re.Pattern[str] | None:
    """A record as RFC 4180 quotes it, with what else the dialect allows; None: it has no quotes."""
    if dialect.quote_char is None:
        return None
    quote, separator = re.escape(dialect.quote_char), re.escape(dialect.delimiter)
    escape = re.escape(dialect.escape_char or "")
    escaped = f"|{escape}(?:.|\\Z)" if escape else ""
    doubled = f"|{quote}{quote}" if dialect.double_quote else ""
    blanks = " *+" if dialect.skip_initial_space else ""
    quoted = rf"{quote}(?:[^{quote}{escape}]{doubled}{escaped})*+{quote}"
    plain = rf"(?:[^{quote}{separator}{escape}\r\n]{escaped})*+"
    cell = f"{blanks}(?:{quoted}|{plain})"
    return re.compile(rf"{cell}(?:{separator}{cell})*+(?:\r\n|\r|\n)?", re.DOTALL)


def _quote_fault(row: int, record: str, dialect: Dialect, lines: int) -> Fault:
    try:
        next(csv.reader(io.StringIO(record, newline=""), strict=True, **csv_options(dialect)))
    except csv.Error as error:
        if "end of data" in str(error):
            return Fault(
                "unclosed-quote",
                "a quotation that begins in this row never ends",
                "end the quotation, or write a quotation mark of the text itself twice",
                row=row,
            )
    if lines > 1:
        taken = "line" if lines == 2 else f"{lines - 1} lines"
        return Fault(
            "unclosed-quote",
            f"a quote in this row takes in the next {taken}, and ends where none may",
            "end the quotation in its own row, or write a quotation mark of the text itself twice",
            row=row,
        )
    return Fault(
        "quotes",
        "a quotation mark stands in the middle of a cell",
        "put the whole cell in quotation marks, and write each one inside it twice",
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


def _row_text(block: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(block), encoding="utf-8", newline="")


def after_lines(block: bytes, lines: int) -> bytes:
    text = _row_text(block)
    for _ in range(lines):
        block = block[len(text.readline().encode()) :]
    return block
