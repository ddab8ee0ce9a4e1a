"""Regular blocks of CSV, split into cells by Polars and proved to have the declared width."""

import re

import polars as pl

from mtopendata.package.model import Dialect


def split_regular(
    block: bytes, ends: int, dialect: Dialect, columns: list[str]
) -> pl.DataFrame | None:
    """The cells of a regular block by Polars; None where it is not proved regular. The block ends
    with the last of so many LF: Polars drops a separator that ends the text.
    """
    separator = dialect.delimiter.encode()
    quote = (dialect.quote_char or "").encode()
    if not columns or (b"\r" in block and block.count(b"\r") != block.count(b"\r\n")):
        return None
    records: int | None = ends
    is_quoted = bool(quote) and quote in block
    if is_quoted:
        records = _quoted_records(block, quote, separator, len(columns))
    if records is None:
        return None
    if len(columns) == 1 and re.search(rb"^\r?\n|\n\r?\n", block):
        return None
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            schema=dict.fromkeys(columns, pl.String),
            separator=dialect.delimiter,
            quote_char=dialect.quote_char,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != records:
        return None
    return frame if is_quoted or _has_width(frame, block, separator) else None


def _quoted_records(block: bytes, quote: bytes, separator: bytes, width: int) -> int | None:
    """How many records of so many cells a block with quotes has; None: nobody can tell so fast."""
    parts = block.split(quote)
    outside = quote.join(parts[::2])  # a quoted cell is now a run of quotes
    if len(parts) % 2 == 0 or not _stand_alone(quote, separator, outside):
        return None
    records = outside.count(b"\n")
    return records if outside.count(separator) == records * (width - 1) else None


def _has_width(frame: pl.DataFrame, block: bytes, separator: bytes) -> bool:
    """Whether each record of a block without quotes has as many cells as there are columns.

    Polars refuses a record that is too long, and fills up one that is too short: where the last
    cell is never empty, none is. Else separators are counted, which takes longer.
    """
    last = frame.to_series(-1)
    is_filled = frame.width == 1 or last.has_nulls() or (last == "").any()
    return not is_filled or block.count(separator) == frame.height * (frame.width - 1)


def record_ends(block: bytes, dialect: Dialect) -> set[str]:
    """The kinds of line ends with which the records of a block of whole records end."""
    if b"\r" not in block:
        return {"\n"} if b"\n" in block else set()
    quote = (dialect.quote_char or "").encode()
    outside = b"".join(block.split(quote)[::2]) if quote and quote in block else block
    pairs = outside.count(b"\r\n")
    counts = {
        "\n": outside.count(b"\n") - pairs,
        "\r\n": pairs,
        "\r": outside.count(b"\r") - pairs,
    }
    return {end for end, count in counts.items() if count}


def _stand_alone(quote: bytes, separator: bytes, outside: bytes) -> bool:
    """Whether each run of quotes, which stands for a quoted cell, is a cell for itself."""
    while quote * 2 in outside:
        outside = outside.replace(quote * 2, quote)
    cells = outside.count(quote)
    begun = outside.count(separator + quote) + outside.count(b"\n" + quote)
    ended = sum(outside.count(quote + end) for end in (separator, b"\n", b"\r\n"))
    return begun + outside.startswith(quote) == cells and ended + outside.endswith(quote) == cells
