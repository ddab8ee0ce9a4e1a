"""All tables as one workbook: a first sheet to read or print, and a sheet for each resource.

A workbook holds less than a table can: what it cannot hold exactly is left out, and said so.
Nothing in it is a formula or a link, and text that begins like a formula is marked as text.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import polars as pl

from mtopendata.package.files import DAMAGE
from mtopendata.package.model import Field, Resource
from mtopendata.reading.labels import labelled, with_labels
from mtopendata.reading.options import Progress
from mtopendata.release.formats.proof import UnprovenError, frame_of, prove
from mtopendata.release.formats.storage import (
    EXACT_DIGITS,
    as_number,
    as_text,
    int_or_0,
    unique_names,
    utf16_length,
)
from mtopendata.release.metadata.descriptor_terms import agents
from mtopendata.release.model import Release
from mtopendata.release.reproducible import EARLIEST, settle_office

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

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
LISTED = 500
"""Rows of figures that the first sheet lists: what a person would print."""
MAX_LISTED = 100_000
"""More rows than the sheets beside the tables have."""
_SHEET_NAME = 31
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_XML = r"[\x{FFFE}\x{FFFF}]"
"""Characters that the format has no way to write."""
_ABOUT, _COLUMNS = "About", "Columns"
_WIDEST = 60
"""Characters of the widest column; longer texts are wrapped."""
_LINE = 15
"""Height of a line, in points."""
_MOST_LINES = 27
"""Lines that the highest row of a sheet can show."""


def write_xlsx(release: Release, path: Path, progress: Progress | None = None) -> list[str]:
    """Write the workbook, read it back, and return a sentence for each thing left out."""
    from xlsxwriter import Workbook

    tables, notes = _tables(release)
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    done, rows = 0, sum(frame.height for _, frame in tables.values())
    with closing(Workbook(str(path), options)) as book:
        described = release.descriptor
        # Without a date of its own a workbook takes the clock's.
        created = release.date or EARLIEST
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
        _write_columns(book.add_worksheet(_COLUMNS), tables, formats)
    settle_office(path, release.date)
    prove_xlsx(release, path)
    return notes


_FORMATS: dict[str, dict[str, Any]] = {
    "head": {
        "bold": True,
        "bottom": 1,
        "text_wrap": True,
        "bg_color": "#E8EEF4",
        "align": "left",
        "indent": 1,
    },
    "number_head": {
        "bold": True,
        "bottom": 1,
        "text_wrap": True,
        "bg_color": "#E8EEF4",
        "align": "right",
    },
    # Without an indent a text touches the number on its left.
    "text": {"num_format": "@", "align": "left", "indent": 1},
    "quoted": {"num_format": "@", "align": "left", "indent": 1, "quote_prefix": True},
    "long": {"num_format": "@", "align": "left", "indent": 1, "text_wrap": True},
    "long_quoted": {
        "num_format": "@",
        "align": "left",
        "indent": 1,
        "text_wrap": True,
        "quote_prefix": True,
    },
    "integer": {"num_format": "#,##0"},
    "plain": {"num_format": "0", "align": "center"},
    "number": {"num_format": "#,##0.###############"},
    "date": {"num_format": "yyyy-mm-dd"},
    "title": {"bold": True, "font_size": 16, "num_format": "@"},
    "wrapped": {"text_wrap": True, "num_format": "@", "align": "left", "indent": 1},
    "label": {"bold": True, "num_format": "@"},
}


def _tables(release: Release) -> tuple[dict[str, tuple[Resource, pl.DataFrame]], list[str]]:
    """Resources and stored tables by sheet, and a sentence for each that no sheet can hold."""
    package = release.package
    fitting: list[tuple[Resource, pl.DataFrame]] = []
    cells = 0
    notes: list[str] = []
    for name in package:
        resource, frame = package.resource(name), package[name]
        if not frame.width or resource is None:
            continue
        reason, stored = _too_large(frame, cells), frame
        if not reason:
            stored = pl.DataFrame([_stored(series) for series in frame])
            reason = _unfit(frame, stored)
        if reason:
            notes.append(f"{name} is not in the workbook: {reason}")
        else:
            cells += frame.height * frame.width
            fitting.append((resource, stored))
    names = unique_names(
        [_ABOUT, _COLUMNS, "History", *(resource.name for resource, _ in fitting)],
        forbidden=r"[\[\]:*?/\\\x00-\x1f]|^'|'$", longest=_SHEET_NAME,
    )  # fmt: skip
    return dict(zip(names[3:], fitting, strict=True)), notes


def _too_large(frame: pl.DataFrame, cells: int) -> str | None:
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


def _unfit(frame: pl.DataFrame, stored: pl.DataFrame) -> str | None:
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
        head = formats["number_head" if series.dtype.is_numeric() else "head"]
        sheet.write_string(0, column, series.name, head)
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_column(frame.width)}{MAX_ROWS + 1}"})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{resource.name[:100].replace('&', '&&')}&R&P / &N")
    writers = [_writer(sheet, series, formats) for series in frame]
    long = [column for column, series in enumerate(frame) if _is_long(series)]
    for number, row in enumerate(frame.iter_rows(buffer_size=BATCH), 1):
        lines = max((len(row[column] or "") // _WIDEST + 1 for column in long), default=1)
        if lines > 1:
            sheet.set_row(number, _LINE * min(lines, _MOST_LINES))
        for column, value in enumerate(row):
            if value is not None:
                writers[column](number, column, value, chosen[column])
        yield


def _writer(sheet: "Worksheet", series: pl.Series, formats: "dict[str, Format]") -> Any:
    """How the cells of a column are written: by its type, never by what they look like."""
    if series.dtype == pl.Boolean:
        return sheet.write_boolean
    if series.dtype == pl.Date:
        return sheet.write_datetime
    if series.dtype == pl.Int64:
        return sheet.write_number
    if series.dtype != pl.String:

        def write_number(row: int, column: int, value: float, format_: "Format") -> None:
            whole = value.is_integer()  # which would be shown with a point and nothing behind it
            sheet.write_number(row, column, value, formats["integer"] if whole else format_)

        return write_number
    quoted = formats["long_quoted" if _is_long(series) else "quoted"]

    def write_text(row: int, column: int, value: str, format_: "Format") -> None:
        shown = quoted if value.startswith(_FORMULA) else format_
        sheet.write_string(row, column, value, shown)

    return write_text


def _format(series: pl.Series, item: Field | None) -> str:
    if series.dtype == pl.String:
        return "long" if _is_long(series) else "text"
    if series.dtype == pl.Date:
        return "date"
    if series.dtype == pl.Int64:
        return "plain" if item is not None and item.type == "year" else "integer"
    return "number"


def _longest(series: pl.Series) -> int:
    return int_or_0(as_text(series.head(BATCH)).alias("0").str.len_chars().max())


def _is_long(series: pl.Series) -> bool:
    return _longest(series) > _WIDEST


def _width(series: pl.Series) -> float:
    return min(max(_longest(series), len(series.name)) + 4, _WIDEST)


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
    sheet.set_row(row, 26)
    sheet.write_string(row, 0, str(release.descriptor.get("title") or release.name)[:MAX_CELL],
                       formats["title"])  # fmt: skip
    for label, text in _facts(release, notes):
        row += 1
        sheet.write_string(row, 0, label, formats["label"])
        span = sum(widths[1:])
        lines = sum(len(line) // int(span * 1.15) + 1 for line in text.split("\n"))
        sheet.set_row(row, _LINE * min(lines, _MOST_LINES))
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
            len(str(cell or "")) // width + 1 for cell, width in zip(cells, widths, strict=True)
        )
        sheet.set_row(row, _LINE * min(lines, _MOST_LINES))
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell[:MAX_CELL], formats["wrapped"])
            elif cell is not None:
                sheet.write_number(row, column, cell, formats["plain"])


def _facts(release: Release, notes: list[str]) -> Iterator[tuple[str, str]]:
    described = release.descriptor
    if release.version:
        yield "Version", release.version
    if release.date:
        yield "Date", f"{release.date:%Y-%m-%d}"
    for label, key in (("About", "description"), ("Home", "homepage")):
        if isinstance(text := described.get(key), str) and text:
            yield label, text
    if people := agents(described):
        yield "By", ", ".join(agent.name for agent in people)
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
    yield "Sheets", "A sheet for each table, and in the last one what each column means."


_FIGURE_COLUMNS = {
    "programme_title": "Programme",
    "measure_title": "Measure",
    "area_title": "Area",
    "period": "Year",
    "printed": "As printed",
    "unit": "Unit",
    "measure_caveat": "Caveat",
    "source_title": "Source",
}
_FIGURE_WIDTHS = (24, 40, 18, 7, 22, 18, 60, 18)


def _figures(release: Release) -> pl.DataFrame | None:
    """The figures in words, with the caveat of their measure; None for another kind of package."""
    package = release.package
    resource = package.resource("figures")
    plan = labelled(package, resource) if resource else None
    if plan is None or package.tables["figures"].height > LISTED:
        return None
    frame = with_labels(package, plan)
    if frame.schema.get("unit") == pl.String:
        frame = frame.with_columns(pl.col("unit").str.replace_all("_", " "))
    return (
        frame.select(list(_FIGURE_COLUMNS)) if set(_FIGURE_COLUMNS) <= set(frame.columns) else None
    )


def _contents(release: Release) -> Iterator[tuple[str, str | None, int, str | None]]:
    tables, _ = _tables(release)
    for name, (resource, frame) in tables.items():
        texts = [resource.descriptor.get(key) for key in ("title", "description")]
        title, description = (text if isinstance(text, str) else None for text in texts)
        yield name, title, frame.height, description


# The last sheet


def _write_columns(
    sheet: "Worksheet",
    tables: dict[str, tuple[Resource, pl.DataFrame]],
    formats: "dict[str, Format]",
) -> None:
    """What each column of the other sheets means."""
    head = ("Sheet", "Column", "Type", "Title", "Meaning", "Unit")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(head, (20, 24, 12, 24, 80, 20), strict=True)):
        sheet.set_column(column, column, width, formats["wrapped"])
        sheet.write_string(0, column, title, formats["head"])
    row = 0
    for name, (resource, frame) in tables.items():
        for item in resource.schema.fields if resource.schema else ():
            if item.name not in frame.columns:
                continue
            row += 1
            texts = [item.descriptor.get(key) for key in ("title", "description", "unit")]
            for column, text in enumerate([name, item.name, item.type, *texts]):
                if isinstance(text, str) and text:
                    sheet.write_string(row, column, text[:MAX_CELL], formats["wrapped"])


# Reading back


def prove_xlsx(release: Release, path: Path) -> None:
    """Read the workbook with another library than wrote it, and compare every cell.

    UnprovenError: a sheet is missing, a cell reads otherwise than it was validated, or nothing can
    be read.
    """
    from python_calamine import CalamineError

    try:
        _prove(release, path)
    except (CalamineError, pl.exceptions.PolarsError, OSError, TypeError, ValueError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _prove(release: Release, path: Path) -> None:
    from python_calamine import CalamineWorkbook

    tables, _ = _tables(release)
    with closing(CalamineWorkbook.from_path(str(path))) as book:
        if book.sheet_names != [_ABOUT, *tables, _COLUMNS]:
            raise UnprovenError(path, f"has other sheets: {book.sheet_names}")
        for sheet_name, (resource, stored) in tables.items():
            rows = book.get_sheet_by_name(sheet_name).iter_rows()
            header = next(rows, [])
            if header != stored.columns:
                raise UnprovenError(path, f"has other columns in {sheet_name}: {header}")
            actual = _frame(path, resource.name, rows, stored)
            prove(path, resource.name, release.package[resource.name], actual)


def _frame(
    path: Path, resource: str, rows: Iterator[list[Any]], stored: pl.DataFrame
) -> pl.DataFrame:
    """The cells as the types in which they were stored; all numbers of a workbook are binary."""
    schema = {
        name: pl.Float64() if dtype == pl.Int64 else dtype for name, dtype in stored.schema.items()
    }
    parts = [pl.DataFrame(schema=schema)]
    batch: list[list[Any]] = []
    for row in rows:
        batch.append([None if cell == "" else cell for cell in row])
        if len(batch) == BATCH:
            parts.append(frame_of(path, resource, batch, schema))
            batch = []
    return pl.concat([*parts, frame_of(path, resource, batch, schema)])


def check_sheets(release: Release, path: Path) -> None:
    """Look over a workbook of doubtful origin before a reader makes room for its cells.

    UnprovenError: a cell stands far outside the tables, which would take all memory; there is a
    formula; or a part that no build writes, such as a macro.
    """
    tables, _ = _tables(release)
    rows = max([frame.height for _, frame in tables.values()], default=0)
    columns = max([frame.width for _, frame in tables.values()], default=0)
    most_rows, most_columns = rows + MAX_LISTED, max(columns, len(_FIGURE_COLUMNS))

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "f":
            raise UnprovenError(path, "has a formula, which no build writes")
        if name in ("c", "row") and (place := attributes.get("r")):
            found = re.fullmatch("([A-Z]{0,3})([0-9]{1,7})", place)
            if not found or int(found[2]) > most_rows or _number(found[1]) > most_columns:
                raise UnprovenError(path, f"has a cell far outside its tables, {place}")

    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not re.fullmatch(_PARTS, name):
                    raise UnprovenError(path, f"has a part that no build writes, {name}")
                if name.startswith("xl/worksheets/"):
                    parser = expat.ParserCreate()
                    parser.StartElementHandler = start
                    with archive.open(name) as sheet:
                        parser.ParseFile(sheet)
    except (*DAMAGE, expat.ExpatError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


_PARTS = (
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml"
    r"|xl/(workbook|styles|sharedStrings|theme/theme1)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/sheet[0-9]+\.xml"
)
"""The parts of a workbook without links, images and macros."""


def _number(letters: str) -> int:
    """A column's number, from 1, by its letters; 0 for none."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
