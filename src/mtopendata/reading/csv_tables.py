"""CSV → typed Polars frames, and a finding with row and field for each cell that does not parse.

A cell is read as its declared type or not at all: integers and decimals are exact, and nothing is
guessed. Types and formats that are not read here are read by frictionless, value by value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from functools import partial

import polars as pl

from mtopendata.ledger.outcome import Found, Item, Outcome
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.model import Field, Resource
from mtopendata.package.texts import first_reading, is_present, present_text
from mtopendata.package.type import FRICTIONLESS, ColumnReading
from mtopendata.package.types import TYPES
from mtopendata.package.types.number import (
    DECIMAL,
    FLOAT,
    FLOAT_ONLY,
    MAX_DIGITS,
    as_decimal,
    bare_number,
    decimals,
    without_exponents,
)
from mtopendata.reading.faults import WARNINGS, Fault, UnreadableError, blank_row
from mtopendata.reading.header import HEADER_CODES, match_header
from mtopendata.reading.options import Options
from mtopendata.reading.records import Chunk, Records
from mtopendata.reading.tables import Lines, Table


def read_table(resource: Resource, options: Options) -> tuple[Table | None, Found]:
    """Read a CSV resource; the table is None where its bytes or its header leave nothing to read.

    Returned beside it are the faults of the text, the header and the cells' types, with a row of
    the ledger for the resource's text, for its header and for the type of each field.
    """
    readings: dict[str, ColumnReading] = {}
    while True:
        try:
            return _TableReader(resource, options, readings).read()
        except _ReadAsError as again:
            readings[again.field] = again.reading


class _ReadAsError(Exception):
    """The column `field` needs another reading than the one begun: begin anew."""

    def __init__(self, field: str, reading: ColumnReading) -> None:
        super().__init__(field)
        self.field = field
        self.reading = reading


@dataclass
class _Column:
    """A column while it is read."""

    index: int
    field: Field
    reading: ColumnReading
    scale: int = 0
    digits: int = 0
    present: int = 0
    unread: list[pl.Series] = attribute(default_factory=list)
    cells: list[tuple[int, str]] = attribute(default_factory=list)

    def typed(self, text: pl.Expr) -> pl.Expr:
        """The values of the column's text."""
        if self.reading == DECIMAL:
            return as_decimal(self.field, text, self.scale)
        return self.reading.typed(self.field, text)

    @property
    def failed(self) -> int:
        return sum(len(rows) for rows in self.unread)


class _TableReader:
    def __init__(
        self, resource: Resource, options: Options, readings: dict[str, ColumnReading]
    ) -> None:
        self.resource = resource
        self.options = options
        self.readings = readings
        self.lines = Lines()
        self.columns: list[_Column] = []
        self.faults: list[tuple[str, Fault]] = []
        self.counts: dict[str, int] = {}
        self.labels: list[str] | None = None
        self.frames: list[pl.DataFrame] = []

    def read(self) -> tuple[Table | None, Found]:
        for part, (path, file) in enumerate(
            zip(self.resource.paths, self.resource.files, strict=True)
        ):
            try:
                records = Records(
                    file,
                    self.resource.dialect,
                    self.resource.encoding,
                    self.resource.compression,
                    self.options.max_bytes,
                    self.options.limit,
                )
                self._read_part(records, part, path)
            except UnreadableError as error:
                message, hint = str(error), "store it as plain UTF-8 text"
                place = self.resource.name, path
                return None, [Finding("unreadable", "error", message, hint, *place)]
            self.faults.extend((path, fault) for fault in records.faults.listed)
            for code, count in records.faults.counts.items():
                self.counts[code] = self.counts.get(code, 0) + count
        if not self.frames:
            return None, [*self._text_found()]
        table = self._table()
        return table, [*self._text_found(), *self._types_found(table)]

    # A part: header, then chunks

    def _read_part(self, records: Records, part: int, path: str) -> None:
        if records.is_empty:
            records.faults.add(
                Fault("empty-file", "the file ends before its header", "add at least the header")
            )
            return
        if part == 0 or not self.columns:
            self._match_columns(records)
        elif records.labels != self.labels:
            message = "the header differs from the first part's"
            hint = "give all parts the same header"
            records.faults.add(Fault("part-header", message, hint, row=records.header_line))
        if not self.columns:
            return
        empty = all("" in column.field.missing for column in self.columns)
        for chunk in records.chunks(len(self.columns), empty_is_missing=empty):
            self._cast(self._without_blank_rows(chunk, records), path)
            if self.options.progress:
                self.options.progress(
                    self.resource.name, self.lines.height, chunk.read, records.size
                )
        if not self.frames:
            self.frames.append(
                self._typed_cells(
                    pl.DataFrame(schema={str(c.index): pl.String for c in self.columns})
                )
            )

    def _match_columns(self, records: Records) -> None:
        """Give each column its field; what does not match is a fault of the header."""
        self.labels = records.labels
        fields, faults = match_header(
            self.resource, records.labels, records.width, records.header_line
        )
        readings = (self.readings.get(item.name) or first_reading(item) for item in fields)
        self.columns = [
            _Column(index, item, reading)
            for index, (item, reading) in enumerate(zip(fields, readings, strict=True))
        ]
        for fault in faults:
            records.faults.add(fault)

    # Cells

    def _without_blank_rows(self, chunk: Chunk, records: Records) -> Chunk:
        """Drop the rows in which every cell is a missing value; each is a fault."""
        text = chunk.frame
        present = [is_present(pl.col(str(c.index)), c.field) for c in self.columns]
        if text.select(present[0].all()).item():
            return chunk
        blank = text.select(~pl.any_horizontal(present)).to_series()
        if not blank.any():
            return chunk
        lines = chunk.lines
        numbers = lines if isinstance(lines, pl.Series) else pl.Series(lines, dtype=pl.Int64)
        for line in numbers.filter(blank):
            records.faults.add(blank_row(line))
        return Chunk(text.filter(~blank), numbers.filter(~blank), chunk.read)

    def _cast(self, chunk: Chunk, path: str) -> None:
        text = chunk.frame
        for column in self.columns:
            if column.reading == DECIMAL:
                name = str(column.index)
                text = text.with_columns(without_exponents(text.get_column(name)))
                self._widen(column, text)
        typed = self._typed_cells(text)
        present = text.select(
            is_present(pl.col(str(c.index)), c.field).sum().alias(c.field.name)
            for c in self.columns
        ).row(0)
        for column, count in zip(self.columns, present, strict=True):
            column.present += count or 0
            values = typed.to_series(column.index)
            if len(values) - values.null_count() < (count or 0):
                self._collect_unread(column, text, values)
        self.frames.append(typed)
        self.lines.append(chunk.lines, path)

    def _typed_cells(self, text: pl.DataFrame) -> pl.DataFrame:
        return text.select(
            column.typed(present_text(pl.col(str(column.index)), column.field)).alias(
                column.field.name
            )
            for column in self.columns
        )

    def _widen(self, column: _Column, text: pl.DataFrame) -> None:
        """Learn how many digits the column needs; one that is no plain decimal is a float."""
        cells = bare_number(column.field, present_text(pl.col(str(column.index)), column.field))
        odd, digits, scale = text.select(
            odd=cells.str.contains(FLOAT_ONLY).any(),
            digits=cells.str.extract(r"^[+-]?0*([0-9]*)\.?[0-9]*$", 1).str.len_bytes().max(),
            scale=decimals(cells),
        ).row(0)
        column.digits = max(column.digits, digits or 0)
        column.scale = max(column.scale, scale or 0)
        if odd or column.digits + column.scale > MAX_DIGITS:
            raise _ReadAsError(column.field.name, FLOAT)

    def _collect_unread(self, column: _Column, text: pl.DataFrame, values: pl.Series) -> None:
        name = str(column.index)
        unread = text.select(is_present(pl.col(name), column.field)).to_series() & values.is_null()
        if column.reading.instead:
            cells = text.get_column(name).filter(unread)
            if reading := column.reading.instead(cells):
                raise _ReadAsError(column.field.name, reading)
        rows = unread.arg_true()
        column.unread.append(rows + self.lines.height)
        room = self.options.limit - len(column.cells)
        for row in rows.head(max(room, 0)):
            column.cells.append((row + self.lines.height, text.get_column(name)[row]))

    # Table and ledger

    def _table(self) -> Table:
        frames = self.frames
        widths = {
            column.index: pl.Decimal(MAX_DIGITS, column.scale)
            for column in self.columns
            if column.reading == DECIMAL
        }
        if widths:
            frames = [
                pl.DataFrame(
                    [
                        series.cast(widths[index]) if index in widths else series
                        for index, series in enumerate(frame)
                    ]
                )
                for frame in frames
            ]
        table = Table(self.resource, pl.concat(frames), self.lines)
        for column in self.columns:
            if column.reading == FRICTIONLESS:
                self._delegate(column, table)
            if column.unread:
                table.unread[column.field.name] = pl.concat(column.unread)
        return table

    def _delegate(self, column: _Column, table: Table) -> None:
        """Have frictionless read each different value once, and spread what it says over rows."""
        from mtopendata.reading.frictionless_values import read_values

        name = column.field.name
        cells = table.frame.get_column(name)
        verdicts = read_values(column.field, cells.drop_nulls().unique().to_list())
        unread = cells.is_in(verdicts.unread).fill_null(value=False)
        if unread.any():
            rows = unread.arg_true()
            column.unread.append(rows)
            column.cells = [(row, cells[row]) for row in rows.head(self.options.limit)]
        table.unusable[name] = verdicts.unusable
        table.delegated[name] = {
            constraint: cells.is_in(values).fill_null(value=False).arg_true()
            for constraint, values in verdicts.failed.items()
        }
        table.frame = table.frame.with_columns(
            cells.replace_strict(verdicts.values, default=None, return_dtype=verdicts.dtype).alias(
                name
            )
            if verdicts.dtype != pl.String
            else pl.when(~unread).then(cells).alias(name)
        )

    def _text_found(self) -> Iterator[Item]:
        declared = len(self.resource.schema.fields) if self.resource.schema else 0
        labels = 0 if self.labels is None else max(len(self.columns), declared)
        yield from self._faults_found("header", HEADER_CODES, labels)
        yield from self._faults_found(
            "text", TEXT_CODES, self.lines.height + self.counts.get("blank-row", 0)
        )

    def _faults_found(self, kind: str, codes: frozenset[str], tested: int) -> Iterator[Item]:
        """The faults of each code, of which each has its own limit, and the ledger's row."""
        name = self.resource.name
        errors = 0
        for code in sorted(codes & self.counts.keys()):
            is_warning = code in WARNINGS
            errors += 0 if is_warning else self.counts[code]
            yield Outcome(
                kind,
                kind,
                name,
                None,
                [(path, fault) for path, fault in self.faults if fault.code == code],
                self._say,
                "warning" if is_warning else "error",
                failures=self.counts[code],
            )
        yield Check(kind, kind, name, "polars", max(tested, errors), errors)

    def _say(self, found: tuple[str, Fault]) -> Finding:
        path, fault = found
        what = fault.message, fault.hint, self.resource.name, path
        return Finding(fault.code, "error", *what, fault.row, fault.field, fault.cell)

    def _types_found(self, table: Table) -> Iterator[Item]:
        for column in self.columns:
            item = column.field
            if self.resource.schema is None or item not in self.resource.schema.fields:
                continue
            if column.reading == FLOAT and not item.descriptor.get("floatNumber"):
                yield Finding(
                    "inexact",
                    "warning",
                    "the numbers are read as binary floating point, because some are NaN, INF "
                    f"or longer than {MAX_DIGITS} digits; comparisons are not exact",
                    "declare 'floatNumber' if that is meant",
                    self.resource.name,
                    self.resource.path,
                    field=item.name,
                )
            yield Outcome(
                "type",
                f"{item.name}: type {item.type}",
                self.resource.name,
                column.present,
                column.cells,
                partial(_no_value, table, item),
                engine="frictionless" if column.reading == FRICTIONLESS else "polars",
                failures=column.failed,
            )


def _no_value(table: Table, item: Field, found: tuple[int, str]) -> Finding:
    row, cell = found
    of_format = "" if item.format == "default" else f" of the format {item.format!r}"
    message = f"{cell[:80]!r} is no {item.type}{of_format}"
    return table.finding("type", row, item.name, cell, message, TYPES[item.type].hint_for(cell))


TEXT_CODES = frozenset(
    {
        "empty-file", "bom", "encoding", "nul-byte", "line-ends", "last-line", "blank-row",
        "extra-cell", "missing-cell", "unclosed-quote", "quotes",
    }
)  # fmt: skip
