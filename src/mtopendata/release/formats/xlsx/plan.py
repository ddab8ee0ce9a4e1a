"""What a workbook will hold: the tables that fit into sheets, and why another does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from mtopendata.package.model import Resource
from mtopendata.release.formats import Plan
from mtopendata.release.model import Release
from mtopendata.release.storage import (
    EXACT_DIGITS,
    as_text,
    as_type,
    number_type,
    unique_names,
    utf16_length,
)

MAX_ROWS = 2**20 - 1
"""Rows of a sheet, less the header."""
MAX_COLUMNS = 2**14
MAX_CELLS = 2_000_000
"""Cells of a workbook in all: more take longer to write, and to open, than all other formats."""
MAX_CELL = 32_767
"""UTF-16 units of the longest text in a cell."""
FIRST_DATE = date(1900, 3, 1)
"""Before it, spreadsheets count days differently from each other."""
BATCH = 10_000
MAX_LISTED = 100_000
"""More rows than the sheets beside the tables have."""
_SHEET_NAME = 31
_NO_XML = r"[\x{FFFE}\x{FFFF}]"
"""Characters that the format has no way to write."""
ABOUT, COLUMNS = "About", "Columns"
WIDEST = 48
"""Characters of the widest column; longer texts are wrapped."""
LINE = 15
"""Height of a line, in points."""
MOST_LINES = 27
"""Lines that the highest row of a sheet can show."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A resource, and its table as a sheet keeps it."""

    resource: Resource
    stored: pl.DataFrame


@dataclass(frozen=True)
class Workbook(Plan):
    """The tables' sheets, by their names."""

    sheets: Mapping[str, Sheet]


def plan_workbook(release: Release) -> Workbook:
    """The tables that fit into sheets, and a sentence for each that no sheet can hold."""
    package = release.package
    fitting: list[Sheet] = []
    cells = 0
    notes: list[str] = []
    for name in package:
        resource, frame = package.resource(name), package[name]
        if not frame.width or resource is None:
            continue
        reason, stored = _over_limits(frame, cells), frame
        if not reason:
            stored = pl.DataFrame([_as_excel_cells(series) for series in frame])
            reason = _beyond_excel(frame, stored)
        if reason:
            notes.append(f"{name} is not in the workbook: {reason}")
        else:
            cells += frame.height * frame.width
            fitting.append(Sheet(resource, stored))
    reserved = (ABOUT, COLUMNS, "History")
    names = unique_names(
        [*reserved, *(sheet.resource.name for sheet in fitting)],
        forbidden=r"[\[\]:*?/\\\x00-\x1f]|^'|'$",
        longest=_SHEET_NAME,
    )
    sheets = dict(zip(names[len(reserved) :], fitting, strict=True))
    return Workbook(release, tuple(notes), sheets)


def _over_limits(frame: pl.DataFrame, cells: int) -> str | None:
    """Why the table does not fit beside the cells that the workbook has already; else None."""
    if frame.height > MAX_ROWS:
        return f"{frame.height:,} rows, and a sheet holds {MAX_ROWS:,}; use Parquet or SQLite"
    if frame.width > MAX_COLUMNS:
        return f"{frame.width:,} columns, and a sheet holds {MAX_COLUMNS:,}"
    if cells + frame.height * frame.width > MAX_CELLS:
        return (
            f"with it the workbook would have more than {MAX_CELLS:,} cells, with which "
            "spreadsheets are hardly usable; use Parquet or SQLite"
        )
    return None


def _beyond_excel(frame: pl.DataFrame, stored: pl.DataFrame) -> str | None:
    """Why a sheet cannot hold the table's cells exactly; else None."""
    header = pl.Series("the header", frame.columns, dtype=pl.String)
    for series in (header, *(item for item in stored if item.dtype == pl.String)):
        name, series = series.name[:100], series.alias("0")
        if (series == "").any():
            return f"{name!r} has empty texts, which a sheet cannot tell from missing ones"
        if series.str.contains(_NO_XML).any():
            return f"{name!r} has a character, U+FFFE or U+FFFF, that no sheet can hold"
        longest = series.filter(series.str.len_bytes() > MAX_CELL)
        if any(utf16_length(text) > MAX_CELL for text in longest):
            return f"{name!r} has a text of more than {MAX_CELL:,} characters"
    return None


def _as_excel_cells(series: pl.Series) -> pl.Series:
    """The values as a sheet keeps them: numbers of at most 15 digits, truth values, dates, text."""
    if series.dtype == pl.Boolean:
        return series
    if series.dtype == pl.Date:
        return as_text(series) if (series < FIRST_DATE).any() else series
    if not series.dtype.is_numeric():
        return as_text(series)
    stored = as_type(series, number_type(series, 10**EXACT_DIGITS - 1))
    # The writer gives numbers 16 digits, and a binary number can need 17.
    if stored.dtype == pl.Float64 and any(float(f"{v:.16G}") != v for v in stored.drop_nulls()):
        return as_text(series)
    return stored
