"""A workbook looked over, read back and compared."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

import polars as pl

from mtopendata.package.files import DAMAGE, expands_beyond
from mtopendata.reading.options import Progress
from mtopendata.release.formats.xlsx.about import FIGURE_COLUMNS, listed_figures
from mtopendata.release.formats.xlsx.plan import (
    ABOUT,
    BATCH,
    COLUMNS,
    MAX_LISTED,
    Workbook,
)
from mtopendata.release.proof import UnprovenError, frame_of, prove
from mtopendata.values.plurals import plural


def prove_workbook(plan: Workbook, path: Path, _: Progress | None) -> None:
    """Read the workbook with another library than wrote it, and compare every cell.

    UnprovenError: a sheet is missing, a cell reads otherwise than it was validated, or nothing can
    be read.
    """
    from python_calamine import CalamineError

    try:
        _prove_sheets(plan, path)
    except (CalamineError, pl.exceptions.PolarsError, OSError, TypeError, ValueError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _prove_sheets(plan: Workbook, path: Path) -> None:
    from python_calamine import CalamineWorkbook

    with closing(CalamineWorkbook.from_path(str(path))) as book:
        if book.sheet_names != [ABOUT, *plan.sheets, COLUMNS]:
            raise UnprovenError(path, f"has other sheets: {book.sheet_names}")
        _prove_figures(plan, path, book.get_sheet_by_name(ABOUT).iter_rows())
        for sheet_name, sheet in plan.sheets.items():
            rows = book.get_sheet_by_name(sheet_name).iter_rows()
            header = next(rows, [])
            if header != sheet.stored.columns:
                raise UnprovenError(path, f"has other columns in {sheet_name}: {header}")
            name = sheet.resource.name
            actual = _rows_of_sheet(path, name, rows, sheet.stored)
            prove(path, name, plan.release.package[name], actual)


def _prove_figures(plan: Workbook, path: Path, rows: Iterator[list[Any]]) -> None:
    """The figures on the first sheet are those of the package, below their head."""
    expected = listed_figures(plan)
    if not expected:
        return
    head = list(FIGURE_COLUMNS.values())
    below = dropwhile(lambda row: row != head, rows)
    found = [tuple(_sheet_cells(row)) for row in islice(below, 1, 1 + len(expected))]
    if found != expected:
        raise UnprovenError(path, f"lists other figures in {ABOUT} than the package has")


def _sheet_cells(row: list[Any]) -> list[Any]:
    return [None if cell == "" else cell for cell in row]


def _rows_of_sheet(
    path: Path, resource: str, rows: Iterator[list[Any]], stored: pl.DataFrame
) -> pl.DataFrame:
    """The cells as the types in which they were stored; all numbers of a workbook are binary."""
    schema = {
        name: pl.Float64() if dtype == pl.Int64 else dtype for name, dtype in stored.schema.items()
    }
    parts = [pl.DataFrame(schema=schema)]
    batch: list[list[Any]] = []
    for row in rows:
        batch.append(_sheet_cells(row))
        if len(batch) == BATCH:
            parts.append(frame_of(path, resource, batch, schema))
            batch = []
    return pl.concat([*parts, frame_of(path, resource, batch, schema)])


def examine_workbook(plan: Workbook, path: Path, max_bytes: int) -> None:
    """Look over a workbook of doubtful origin before a reader makes room for its cells.

    UnprovenError: it expands to more than `max_bytes`; a cell stands far outside the tables, which
    would take all memory; there is a formula; or a part that no build writes, such as a macro.
    """
    if expands_beyond(path, max_bytes):
        raise UnprovenError(path, f"expands to more than {plural(max_bytes, 'byte')}")
    look_over = _element_check(plan, path)
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not re.fullmatch(_PARTS, name):
                    raise UnprovenError(path, f"has a part that no build writes, {name}")
                if name.startswith("xl/worksheets/"):
                    parser = expat.ParserCreate()
                    parser.StartElementHandler = look_over
                    with archive.open(name) as sheet:
                        parser.ParseFile(sheet)
    except (*DAMAGE, expat.ExpatError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _element_check(plan: Workbook, path: Path) -> Callable[[str, dict[str, str]], None]:
    """What is asked of each element of a sheet."""
    tables = [sheet.stored for sheet in plan.sheets.values()]
    most_rows = max((table.height for table in tables), default=0) + MAX_LISTED
    most_columns = max([table.width for table in tables] + [len(FIGURE_COLUMNS)])

    def look_over(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "f":
            raise UnprovenError(path, "has a formula, which no build writes")
        if name in ("c", "row") and (place := attributes.get("r")):
            found = re.fullmatch("([A-Z]{0,3})([0-9]{1,7})", place)
            if not found or int(found[2]) > most_rows or _column_number(found[1]) > most_columns:
                raise UnprovenError(path, f"has a cell far outside its tables, {place}")

    return look_over


_PARTS = (
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml"
    r"|xl/(workbook|styles|sharedStrings|theme/theme1)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/sheet[0-9]+\.xml"
)
"""The parts of a workbook without links, images and macros."""


def _column_number(letters: str) -> int:
    """A column's number, from 1, by its letters; 0 for none."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
