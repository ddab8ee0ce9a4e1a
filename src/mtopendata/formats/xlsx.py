"""All tables as one workbook: a first sheet to read or print, and a sheet for each resource.

A workbook holds less than a table can: what it cannot hold exactly is left out, and said so.
Nothing in it is a formula or a link, and text that begins like a formula is marked as text.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from mtopendata.formats.proof import UnprovenError, prove
from mtopendata.formats.storage import EXACT_DIGITS, as_number, as_text, int_or_0, unique_names
from mtopendata.labels import labelled, with_labels
from mtopendata.package import Field, Resource
from mtopendata.release import Release
from mtopendata.reproducible import settle_office
from mtopendata.tables import Progress

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 2**20 - 1
"""Rows of a sheet, less the header."""
MAX_COLUMNS = 2**14
MAX_CELL = 32_767
"""UTF-16 units of the longest text in a cell."""
FIRST_DATE = date(1900, 3, 1)
"""Before it, spreadsheets count days differently from each other."""
BATCH = 10_000
LISTED = 500
"""Rows of figures that the first sheet lists: what a person would print."""
_SHEET_NAME = 31
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ABOUT = "About"


def write_xlsx(release: Release, path: Path, progress: Progress | None = None) -> list[str]:
    """Write the workbook, read it back, and return a sentence for each thing left out."""
    from xlsxwriter import Workbook

    tables, notes = _tables(release)
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    done, rows = 0, sum(frame.height for _, frame in tables.values())
    with closing(Workbook(str(path), options)) as book:
        described = release.descriptor
        # Without a date of its own a workbook takes the clock's.
        created = release.date or datetime(1980, 1, 1, tzinfo=UTC)
        book.set_properties(
            {"title": str(described.get("title") or release.name),
             "comments": str(described.get("description") or "")[:255],
             "created": created.replace(tzinfo=None)}
        )  # fmt: skip
        formats = {
            name: book.add_format({"valign": "top"} | properties)
            for name, properties in _FORMATS.items()
        }
        _write_about(book.add_worksheet(_ABOUT), release, notes, formats)
        for sheet_name, (resource, frame) in tables.items():
            sheet = book.add_worksheet(sheet_name)
            for _ in _write_table(sheet, resource, frame, formats):
                done += 1
                if progress and done % BATCH == 0:
                    progress(path.name, done, done, 2 * rows)
    settle_office(path, release.date)
    prove_xlsx(release, path)
    return notes


_FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E8EEF4"},
    "text": {"num_format": "@"},
    "quoted": {"num_format": "@", "quote_prefix": True},
    "integer": {"num_format": "#,##0"},
    "plain": {"num_format": "0"},
    "number": {},
    "date": {"num_format": "yyyy-mm-dd"},
    "title": {"bold": True, "font_size": 16, "num_format": "@"},
    "wrapped": {"text_wrap": True, "num_format": "@"},
    "label": {"bold": True, "num_format": "@"},
}


def _tables(release: Release) -> tuple[dict[str, tuple[Resource, pl.DataFrame]], list[str]]:
    """Resources and stored tables by sheet, and a sentence for each that no sheet can hold."""
    package = release.package
    fitting: list[tuple[Resource, pl.DataFrame]] = []
    notes: list[str] = []
    for name in package:
        resource, frame = package.resource(name), package[name]
        if not frame.width or resource is None:
            continue
        stored = pl.DataFrame([_stored(series) for series in frame])
        if reason := _unfit(frame, stored):
            notes.append(f"{name} is not in the workbook: {reason}")
        else:
            fitting.append((resource, stored))
    names = unique_names(
        [_ABOUT, "History", *(resource.name for resource, _ in fitting)],
        forbidden=r"[\[\]:*?/\\\x00-\x1f]|^'|'$", longest=_SHEET_NAME,
    )  # fmt: skip
    return dict(zip(names[2:], fitting, strict=True)), notes


def _unfit(frame: pl.DataFrame, stored: pl.DataFrame) -> str | None:
    if frame.height > MAX_ROWS:
        return f"{frame.height:,} rows, and a sheet holds {MAX_ROWS:,}; use Parquet or SQLite"
    if frame.width > MAX_COLUMNS:
        return f"{frame.width:,} columns, and a sheet holds {MAX_COLUMNS:,}"
    for series in (item for item in stored if item.dtype == pl.String):
        if (series == "").any():
            return f"{series.name!r} has empty texts, which a sheet cannot tell from missing ones"
        longest = series.filter(series.str.len_bytes() > MAX_CELL)
        if any(len(text.encode("utf-16-le")) // 2 > MAX_CELL for text in longest):
            return f"{series.name!r} has a text of more than {MAX_CELL:,} characters"
    return None


def _stored(series: pl.Series) -> pl.Series:
    """The values as a sheet keeps them: numbers of at most 15 digits, truth values, dates, text."""
    if series.dtype == pl.Boolean:
        return series
    if series.dtype == pl.Date:
        return as_text(series) if (series < FIRST_DATE).any() else series
    if not series.dtype.is_numeric():
        return as_text(series)
    stored = as_number(series, 10**EXACT_DIGITS - 1)
    # The writer gives numbers 16 digits, and a binary number can need 17.
    if stored.dtype == pl.Float64 and any(float(f"{v:.16G}") != v for v in stored.drop_nulls()):
        return as_text(series)
    return stored


# The tables' sheets


def _write_table(
    sheet: "Worksheet", resource: Resource, frame: pl.DataFrame, formats: "dict[str, Format]"
) -> Iterator[None]:
    """Write a header and the rows, and yield after each row."""
    fields = {item.name: item for item in resource.schema.fields} if resource.schema else {}
    chosen = [formats[_format(series, fields.get(series.name))] for series in frame]
    for column, series in enumerate(frame):
        sheet.set_column(column, column, _width(series), chosen[column])
        sheet.write_string(0, column, series.name, formats["head"])
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_column(frame.width)}{MAX_ROWS + 1}"})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{resource.name.replace('&', '&&')}&R&P / &N")
    writers = [_writer(sheet, series.dtype, formats) for series in frame]
    for number, row in enumerate(frame.iter_rows(buffer_size=BATCH), 1):
        for column, value in enumerate(row):
            if value is not None:
                writers[column](number, column, value, chosen[column])
        yield


def _writer(sheet: "Worksheet", dtype: pl.DataType, formats: "dict[str, Format]") -> Any:
    """How the cells of a column are written: by its type, never by what they look like."""
    if dtype == pl.Boolean:
        return sheet.write_boolean
    if dtype == pl.Date:
        return sheet.write_datetime
    if dtype != pl.String:
        return sheet.write_number

    def write_text(row: int, column: int, value: str, format_: "Format") -> None:
        shown = formats["quoted"] if value.startswith(_FORMULA) else format_
        sheet.write_string(row, column, value, shown)

    return write_text


def _format(series: pl.Series, item: Field | None) -> str:
    if series.dtype == pl.String:
        return "text"
    if series.dtype == pl.Date:
        return "date"
    if series.dtype == pl.Int64:
        return "plain" if item is not None and item.type == "year" else "integer"
    return "number"


def _width(series: pl.Series) -> float:
    longest = int_or_0(as_text(series.head(BATCH)).str.len_chars().max())
    return min(max(longest, len(series.name)) + 3, 60)


def _column(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number - 1))


# The first sheet


def _write_about(
    sheet: "Worksheet", release: Release, notes: list[str], formats: "dict[str, Format]"
) -> None:
    """What this is, where it comes from, what to mind, and the figures in words."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer(f"&L{release.stem.replace('&', '&&')}&R&P / &N")
    figures = _figures(release)
    widths = _FIGURE_WIDTHS if figures is not None else (22, 60, 10, 60)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    row = 0
    sheet.write_string(row, 0, str(release.descriptor.get("title") or release.name)[:MAX_CELL],
                       formats["title"])  # fmt: skip
    for label, text in _facts(release, notes):
        row += 1
        sheet.write_string(row, 0, label, formats["label"])
        span = sum(widths[1:])
        lines = sum(len(line) // int(span * 0.95) + 1 for line in text.split("\n"))
        sheet.set_row(row, 15 * lines)
        sheet.merge_range(row, 1, row, len(widths) - 1, "", formats["wrapped"])
        sheet.write_string(row, 1, text[:MAX_CELL], formats["wrapped"])
    row += 2
    head: Iterable[str] = ("Sheet", "Title", "Rows", "Description")
    body: Iterable[tuple[Any, ...]] = _contents(release)
    if figures is not None:
        head, body = _FIGURE_COLUMNS.values(), figures.iter_rows()
    for column, title in enumerate(head):
        sheet.write_string(row, column, title, formats["head"])
    sheet.repeat_rows(row)
    for cells in body:
        row += 1
        lines = max(
            len(str(cell or "")) // int(width * 0.95) + 1
            for cell, width in zip(cells, widths, strict=True)
        )
        sheet.set_row(row, 15 * lines)
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell[:MAX_CELL], formats["wrapped"])
            elif cell is not None:
                sheet.write_number(row, column, cell, formats["plain"])


def _facts(release: Release, notes: list[str]) -> Iterator[tuple[str, str]]:
    described = release.descriptor
    for label, key in (("Version", "version"), ("About", "description"), ("Home", "homepage")):
        if isinstance(text := described.get(key), str) and text:
            yield label, text
    if release.date:
        yield "Date", f"{release.date:%Y-%m-%d}"
    for label, key in (("Sources", "sources"), ("Licences", "licenses")):
        items = described.get(key)
        lines = [
            ", ".join(str(item[k]) for k in ("title", "path") if isinstance(item.get(k), str))
            for item in (items if isinstance(items, list) else ())
            if isinstance(item, dict)
        ]
        if any(lines):
            yield label, "\n".join(line for line in lines if line)
    if notes:
        yield "Not here", "\n".join(notes)


_FIGURE_COLUMNS = {
    "programme_title": "Programme",
    "measure_title": "Measure",
    "area_title": "Area",
    "period": "Year",
    "printed": "As printed",
    "unit": "Unit",
    "caveat": "Mind",
    "source_title": "Source",
}
_FIGURE_WIDTHS = (24, 40, 16, 7, 18, 14, 60, 18)


def _figures(release: Release) -> pl.DataFrame | None:
    """The figures in words, with the caveat of their measure; None for another kind of package."""
    package = release.package
    resource = package.resource("figures")
    plan = labelled(package, resource) if resource else None
    if plan is None or package.tables["figures"].height > LISTED:
        return None
    frame = with_labels(package, plan)
    measures = package.tables.get("measures")
    if measures is None or not {"measure", "caveat"} <= set(measures.columns):
        return None
    if "measure" not in frame.columns or measures["measure"].is_duplicated().any():
        return None
    caveats = measures.select("measure", "caveat")
    frame = frame.join(caveats, on="measure", how="left", maintain_order="left")
    return (
        frame.select(list(_FIGURE_COLUMNS)) if set(_FIGURE_COLUMNS) <= set(frame.columns) else None
    )


def _contents(release: Release) -> Iterator[tuple[str, str | None, int, str | None]]:
    tables, _ = _tables(release)
    for name, (resource, frame) in tables.items():
        texts = [resource.descriptor.get(key) for key in ("title", "description")]
        title, description = (text if isinstance(text, str) else None for text in texts)
        yield name, title, frame.height, description


# Reading back


def prove_xlsx(release: Release, path: Path) -> None:
    """Read the workbook with another library than wrote it, and compare every cell.

    UnprovenError: a sheet is missing, or a cell reads otherwise than it was validated.
    """
    from python_calamine import CalamineWorkbook

    tables, _ = _tables(release)
    with closing(CalamineWorkbook.from_path(str(path))) as book:
        if book.sheet_names != [_ABOUT, *tables]:
            raise UnprovenError(path, f"has other sheets: {book.sheet_names}")
        for sheet_name, (resource, stored) in tables.items():
            rows = book.get_sheet_by_name(sheet_name).iter_rows()
            header = next(rows, [])
            if header != stored.columns:
                raise UnprovenError(path, f"has other columns in {sheet_name}: {header}")
            prove(path, resource.name, release.package[resource.name], _frame(rows, stored))


def _frame(rows: Iterator[list[Any]], stored: pl.DataFrame) -> pl.DataFrame:
    """The cells as the types in which they were stored; a type of another kind fails to fit."""
    parts = [stored.clear()]
    batch: list[list[Any]] = []
    for row in rows:
        batch.append([None if cell == "" else cell for cell in row])
        if len(batch) == BATCH:
            parts.append(_typed(batch, stored))
            batch = []
    return pl.concat([*parts, _typed(batch, stored)])


def _typed(batch: list[list[Any]], stored: pl.DataFrame) -> pl.DataFrame:
    schema = {
        name: pl.Float64() if dtype == pl.Int64 else dtype for name, dtype in stored.schema.items()
    }
    frame = pl.DataFrame(batch, schema=schema, orient="row", strict=True)
    return frame.cast(stored.schema)
