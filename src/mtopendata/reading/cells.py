"""Cells of text → typed columns, block by block.

A cell is read as its declared type or not at all: whole numbers and decimals are exact, and nothing
is guessed. Types and formats that are not read here are read by frictionless, value by value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.texts import is_present, present_text
from mtopendata.package.type import FRICTIONLESS, ColumnReading
from mtopendata.package.types.number import (
    DECIMAL,
    FLOAT,
    MAX_DIGITS,
    exact_numbers,
    whole_digits,
)
from mtopendata.reading.chunks import Chunk
from mtopendata.reading.faults import AmendError, Faults, blank_row


class ReadAsError(AmendError):
    """Columns need other readings than those begun with, by the names of their fields."""

    def __init__(self, readings: Mapping[str, ColumnReading]) -> None:
        super().__init__(readings)
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its field, and how its cells become values."""

    index: int
    field: Field
    reading: ColumnReading


@dataclass(slots=True)
class Cells:
    """The typed cells of some rows; what each of these is, `Block` says."""

    frame: pl.DataFrame
    present: dict[str, int]
    unread: dict[str, pl.Series] = field(default_factory=dict)
    cells: dict[str, pl.Series] = field(default_factory=dict)
    delegated: dict[str, dict[str, pl.Series]] = field(default_factory=dict)
    unusable: dict[str, dict[str, str]] = field(default_factory=dict)
    digits: dict[str, tuple[int, int]] = field(default_factory=dict)


def without_blank_rows(chunk: Chunk, columns: Sequence[Column], faults: Faults) -> Chunk:
    """The rows but those in which every cell is a missing value; each of these is a fault."""
    text = chunk.frame
    first = columns[0]
    if text.select(is_present(pl.col(str(first.index)), first.field).all()).item():
        return chunk
    present = [is_present(pl.col(str(c.index)), c.field) for c in columns]
    blank = text.select(~pl.any_horizontal(present)).to_series()
    if not blank.any():
        return chunk
    lines = chunk.lines
    numbers = lines if isinstance(lines, pl.Series) else pl.Series(lines, dtype=pl.Int64)
    for line in numbers.filter(blank):
        faults.add(blank_row(line))
    misfits = chunk.misfits
    kept = None if misfits is None else misfits.filter(~blank)
    wrong = {name: marks.filter(~blank) for name, marks in chunk.wrong.items()}
    return Chunk(text.filter(~blank), numbers.filter(~blank), kept, wrong)


def typed_cells(chunk: Chunk, columns: Sequence[Column]) -> Cells:
    """The values of a chunk's columns, and of unread cells the text. Rows of another width than the
    table's are not counted among those whose cells are `present`.

    The chunk's `wrong` cells have none, whatever their text is. ReadAsError: some columns need
    other readings.
    """
    text = chunk.frame
    readable = text.with_columns(
        pl.when(~marks).then(pl.col(name)).alias(name) for name, marks in chunk.wrong.items()
    )
    values = readable.select(
        c.reading.typed(c.field, present_text(pl.col(str(c.index)), c.field)).alias(str(c.index))
        for c in columns
    ).get_columns()
    counts = _counts_present(text, columns, values)
    present = counts
    if chunk.misfits is not None:
        fitting = text.filter(~chunk.misfits)
        present = _counts_present(fitting, columns, [v.filter(~chunk.misfits) for v in values])
    cells = Cells(pl.DataFrame(), {c.field.name: present[c.index] for c in columns})
    others: dict[str, ColumnReading] = {}
    _read_numbers(columns, readable, counts, values, cells, others)
    for column, count in zip(columns, counts, strict=True):
        series = values[column.index]
        if column.reading == FRICTIONLESS:
            values[column.index] = _by_frictionless(column, text, series, cells)
        elif _is_short(series, count):
            _unread(column, (text, readable), series, cells, others)
    if others:
        raise ReadAsError(others)
    names = [c.field.name for c in columns]
    cells.frame = pl.DataFrame(
        [series.alias(name) for name, series in zip(names, values, strict=True)]
    )
    return cells


def _counts_present(
    text: pl.DataFrame, columns: Sequence[Column], values: Sequence[pl.Series]
) -> Sequence[int]:
    """How many cells of each column hold something: all, where all have a value."""
    counts = [text.height] * len(columns)
    others = [column for column in columns if values[column.index].null_count()]
    if others:
        found = text.select(is_present(pl.col(str(c.index)), c.field).sum() for c in others)
        for column, count in zip(others, found.row(0), strict=True):
            counts[column.index] = count or 0
    return counts


def _present(column: Column, text: pl.DataFrame) -> pl.Series:
    return text.select(is_present(pl.col(str(column.index)), column.field)).to_series()


def _is_short(values: pl.Series, count: int) -> bool:
    """Whether some of the cells present have no value yet."""
    return values.len() - values.null_count() < count


def _read_numbers(
    columns: Sequence[Column],
    text: pl.DataFrame,
    counts: Sequence[int],
    values: list[pl.Series],
    cells: Cells,
    others: dict[str, ColumnReading],
) -> None:
    """Put exact numbers for the whole ones where a column has others too; a column in which one is
    too long for it is one of floats.
    """
    short = []
    for column in columns:
        if column.reading != DECIMAL:
            continue
        if _is_short(values[column.index], counts[column.index]):
            short.append(column)
        else:
            cells.digits[column.field.name] = (whole_digits(values[column.index]), 0)
    if not short:
        return
    texts = text.select(present_text(pl.col(str(c.index)), c.field) for c in short)
    for column, found in zip(short, exact_numbers([c.field for c in short], texts), strict=True):
        name = column.field.name
        values[column.index] = found.values
        cells.digits[name] = (found.before, found.behind)
        if found.are_floats or found.before + found.behind > MAX_DIGITS:
            others[name] = FLOAT


def _unread(
    column: Column,
    text: tuple[pl.DataFrame, pl.DataFrame],
    values: pl.Series,
    cells: Cells,
    others: dict[str, ColumnReading],
) -> None:
    """Note the cells that have no value, or that the whole column needs another reading."""
    unread = _present(column, text[0]) & values.is_null()
    texts, readable = (frame.get_column(str(column.index)) for frame in text)
    left = readable.filter(unread).drop_nulls()
    if column.reading.instead and (other := column.reading.instead(left)):
        others[column.field.name] = other
        return
    rows = unread.arg_true()
    cells.unread[column.field.name] = rows
    cells.cells[column.field.name] = texts.gather(rows)


def _by_frictionless(
    column: Column, text: pl.DataFrame, texts: pl.Series, cells: Cells
) -> pl.Series:
    """Have frictionless read each different value once, and spread what it says over rows."""
    from mtopendata.reading.frictionless_values import read_values

    name = column.field.name
    verdicts = read_values(column.field, texts.drop_nulls().unique().to_list())
    unread = _present(column, text) & texts.is_in(verdicts.unread).fill_null(value=True)
    if unread.any():
        rows = unread.arg_true()
        cells.unread[name] = rows
        cells.cells[name] = text.get_column(str(column.index)).gather(rows)
    if verdicts.unusable:
        cells.unusable[name] = verdicts.unusable
    cells.delegated[name] = {
        constraint: texts.is_in(values).fill_null(value=False).arg_true()
        for constraint, values in verdicts.failed.items()
    }
    return texts.to_frame().select(pl.when(~unread).then(pl.first())).to_series()
