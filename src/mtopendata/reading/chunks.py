"""Blocks of records → cells of text with their line numbers.

Polars divides a block into cells; counts then prove that every record had the declared width
(Polars itself fills short records with nulls without a word). A block for which that proof fails is
divided by Python's csv module, which gives each record's own line and width.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from mtopendata.package.model import Dialect
from mtopendata.reading.csv_rows import TextLines, csv_rows
from mtopendata.reading.faults import AmendError, Fault, Faults, blank_row
from mtopendata.reading.records import Raw
from mtopendata.reading.regular import record_ends, split_regular
from mtopendata.values.plurals import plural


class StrayQuoteError(AmendError):
    """Quotes of the block lead astray where blocks are cut: from it on, read as one stream."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records: a frame of text columns named 0, 1, …; `lines` are theirs.

    A null cell is one that its record is too short to have, or null in JSON. `misfits` marks the
    records of another width than the table's; None: there are none. `wrong` marks, by column, the
    cells that are no value of their field, whatever their text is.
    """

    frame: pl.DataFrame
    lines: range | pl.Series
    misfits: pl.Series | None = None
    wrong: Mapping[str, pl.Series] = field(default_factory=dict)


def split(
    raw: Raw, dialect: Dialect, width: int, faults: Faults, *, empty_is_missing: bool
) -> Chunk:
    """The records of a block as cells of text in `width` columns; what does not fit is a fault.

    `empty_is_missing`: a record of empty cells is blank, whatever its width, and no misfit.
    StrayQuoteError: the block need not end where a record ends.
    """
    columns = [str(index) for index in range(width)]
    if raw.data is None:
        rows: Iterable[tuple[int, list[str]]] = zip(raw.lines, raw.rows, strict=True)
        return _fitted(rows, columns, faults, empty_is_missing)
    data = raw.data if raw.data.endswith(b"\n") else raw.data + b"\n"
    lines = data.count(b"\n")
    frame = split_regular(data, lines, dialect, columns) if raw.is_whole else None
    if frame is not None:
        faults.line_ends |= record_ends(raw.data, dialect)
        return Chunk(frame, _line_numbers(frame, raw.line, lines))
    quote = (dialect.quote_char or "").encode()
    if not raw.is_whole or (quote and quote in raw.data):
        raise StrayQuoteError
    rows = csv_rows(TextLines([raw.data], raw.line - 1), dialect, faults)
    return _fitted(rows, columns, faults, empty_is_missing)


def _line_numbers(frame: pl.DataFrame, first: int, lines: int) -> range | pl.Series:
    if lines == frame.height:
        return range(first, first + frame.height)
    inner = frame.select(
        pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True)) + 1
    ).to_series()
    return (inner.cast(pl.Int64).cum_sum() - inner + first).rename("line")


def _fitted(
    rows: Iterable[tuple[int, list[str]]],
    columns: list[str],
    faults: Faults,
    empty_is_missing: bool,
) -> Chunk:
    """Records at the declared width."""
    width = len(columns)
    cells: list[list[str | None]] = []
    lines: list[int] = []
    misfits: list[bool] = []
    for line, row in rows:
        if not row:
            faults.add(blank_row(line))
            continue
        is_misfit = len(row) != width and (any(row) or not empty_is_missing)
        if is_misfit:
            faults.add(_misfit(line, row, width))
        misfits.append(is_misfit)
        cells.append([*row[:width], *[None] * (width - len(row))])
        lines.append(line)
    frame = pl.DataFrame(
        cells, schema=dict.fromkeys(columns, pl.String), orient="row", strict=False
    )
    marked = pl.Series(misfits, dtype=pl.Boolean) if any(misfits) else None
    return Chunk(frame, pl.Series(lines, dtype=pl.Int64), marked)


def _misfit(line: int, row: list[str], width: int) -> Fault:
    more = len(row) > width
    return Fault(
        "extra-cell" if more else "missing-cell",
        f"the row has {plural(len(row), 'cell')} where the header has {width}",
        "look for one separator too many, or quote the cell that has one"
        if more
        else "add the separators of the cells that are missing, which may be empty",
        row=line,
        cell=row[width] if more else None,
    )
