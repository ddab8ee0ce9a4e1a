"""A workbook → what is known of the table in each of its sheets, and what is left out."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from mtopendata.entry.draft.columns import proved
from mtopendata.entry.draft.doubts import Doubt
from mtopendata.entry.draft.files import free_name
from mtopendata.entry.draft.keys import possible_keys
from mtopendata.entry.draft.labels import doubtful_header, faults_of_header
from mtopendata.entry.draft.layout import Layout, layout_of
from mtopendata.entry.draft.model import DraftTable, drafted_resource, stopped
from mtopendata.entry.draft.sheet_tables import SheetTable
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.options import Options
from mtopendata.reading.sheet_marks import SheetMarks, marks_of, place_of
from mtopendata.reading.workbooks import Sheet, cells_of, require_workbook, sheets_of
from mtopendata.values.plurals import plural

_UNNAMED = ("sheet", "tabelle", "feuil", "hoja", "foglio", "planilha", "blad", "ark", "table")
"""What spreadsheet programs call a sheet that nobody has named, before its number."""


def draft_workbook(
    folder: Path, path: str, format_: str, taken: Sequence[str], options: Options
) -> list[DraftTable]:
    """What is known of the tables in a workbook; one with problems where there is none."""
    raw = {"name": _stem(path), "type": "table", "path": path}
    resource = drafted_resource(folder, raw | {"format": format_})
    if not resource.files:
        return [stopped(raw, Doubt(path, None, "it cannot be read", "check the file"))]
    [file] = resource.files
    try:
        require_workbook(file, format_, options.max_bytes)
        sheets = sheets_of(file, format_)
        tables: list[DraftTable] = []
        for sheet in sheets:
            names = [*taken, *(table.name for table in tables)]
            name = free_name(_name_of(sheet, sheets, path), names)
            one = raw | {"name": name, "dialect": {"sheetName": sheet.name}}
            tables.append(_drafted_sheet(folder, file, format_, sheet, one, options))
    except UnreadableError as error:
        return [stopped(raw, Doubt(path, None, str(error), error.hint))]
    if not any(table.columns or table.problems for table in tables):
        left_out = tuple(doubt for table in tables for doubt in table.doubts)
        what = "none of its sheets is a table with a line of labels and rows below it"
        todo = "give each table a sheet of its own, or save it as CSV"
        return [stopped(raw, Doubt(path, None, what, todo), *left_out)]
    return tables


def _stem(path: str) -> str:
    return PurePosixPath(path).name.partition(".")[0]


def _name_of(sheet: Sheet, sheets: Sequence[Sheet], path: str) -> str:
    """The sheet's name; the file's for the only one, if nobody has named it."""
    is_unnamed = sheet.name.rstrip("0123456789 ").casefold() in _UNNAMED
    shown = [one for one in sheets if one.is_of_cells and not one.is_hidden]
    return _stem(path) if is_unnamed and len(shown) == 1 else sheet.name


def _drafted_sheet(
    folder: Path, file: Path, format_: str, sheet: Sheet, raw: dict[str, Any], options: Options
) -> DraftTable:
    where = f"{raw['path']}, sheet {sheet.name!r}"
    if not sheet.is_of_cells:
        what = "it is a chart, and left out"
        return _left_out(raw, where, what, "write its figures into a sheet as a table")
    if sheet.is_hidden:
        return _left_out(raw, where, "it is hidden, and left out", "unhide it to publish it")
    marks = marks_of(file, sheet) if sheet.part else SheetMarks()
    if marks.beyond:
        what = f"it has a cell {marks.beyond} outside of the range that it says it has"
        return stopped(raw, Doubt(where, None, what, "save it again in a spreadsheet program"))
    if marks.vast:
        what = f"nearly all of its range {marks.vast} is empty"
        todo = "delete the empty rows and columns behind the table, and save it"
        return stopped(raw, Doubt(where, None, what, todo))
    rows = list(cells_of(file, format_, sheet.name))
    layout = layout_of(rows, _joined_rows(marks))
    if layout is None:
        what = "it is no table, and left out: no line of labels has rows below it"
        return _left_out(raw, where, what, "add labels and rows if it should be one")
    raw = raw | {"dialect": raw["dialect"] | _layout_dialect(layout)}
    resource = drafted_resource(folder, raw)
    source = SheetTable(resource, rows, layout)
    del rows
    if problems := tuple(_faults_of_labels(where, source, layout, marks)):
        return stopped(raw, *problems)
    columns = proved(source, options, partial(possible_keys, resource.name), source.valued)
    if columns is None:
        return stopped(raw, Doubt(where, None, "it has no header", "add a line of labels"))
    doubts = [*_of_layout(where, layout), *_of_marks(where, marks, layout)]
    doubts += doubtful_header(where, source.labels, layout.header)
    return DraftTable(raw, columns, tuple(doubts), place=where)


def _left_out(raw: dict[str, Any], where: str, what: str, todo: str) -> DraftTable:
    return DraftTable(raw, doubts=(Doubt(where, None, what, todo),), place=where)


def _layout_dialect(layout: Layout) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if layout.header > 1:
        found["headerRows"] = [layout.header]
    if layout.notes:
        found["commentRows"] = list(layout.notes)
    if layout.is_gappy:
        found["skipBlankRows"] = True
    return found


def _joined_rows(marks: SheetMarks) -> frozenset[int]:
    """The rows in which cells of several columns are one."""
    found: set[int] = set()
    for first, last in _corners(marks):
        if last[1] > first[1] and last[0] - first[0] < 100:
            found |= set(range(first[0], last[0] + 1))
    return frozenset(found)


def _corners(marks: SheetMarks) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for merged in marks.merged:
        begin, _, end = merged.partition(":")
        first, last = place_of(begin), place_of(end)
        if first and last:
            yield first, last


def _faults_of_labels(
    where: str, source: SheetTable, layout: Layout, marks: SheetMarks
) -> Iterator[Doubt]:
    is_merged = any(first[0] <= layout.header for first, _ in _corners(marks))
    todo = "name the column"
    if is_merged:
        todo += "; cells above it are merged: write one label into each cell of one row"
    yield from faults_of_header(where, source.labels, layout.header, todo)


def _of_layout(where: str, layout: Layout) -> Iterator[Doubt]:
    if layout.header > 1:
        what = f"the header is taken to be row {layout.header}, and what stands above is left out"
        yield Doubt(where, None, what, "correct 'headerRows' if it stands elsewhere", layout.header)
    if layout.notes:
        shown = ", ".join(map(str, layout.notes))
        what = f"notes below the table are left out: {plural(len(layout.notes), 'row')}, {shown}"
        todo = "correct 'commentRows' if they are rows of the table; move them when rows come"
        yield Doubt(where, None, what, todo, layout.notes[0])


def _of_marks(where: str, marks: SheetMarks, layout: Layout) -> Iterator[Doubt]:
    below = [merged for merged, corner in zip(marks.merged, _corners(marks), strict=False)
             if corner[1][0] > layout.header]  # fmt: skip
    if below:
        shown = f"{', '.join(below[:3])}{' and others' if len(below) > 3 else ''}"
        what = f"cells are merged ({shown}): the first of them has the value, the others have none"
        yield Doubt(where, None, what, "write the value into each cell if it holds for all")
    if marks.uncounted:
        count = plural(marks.uncounted, "formula")
        what = f"{count} without a value, first in {marks.first}: the cells are read as empty"
        yield Doubt(where, None, what, "open the workbook, let it count, and save it")
    if marks.has_drawing:
        what = "pictures, charts or comments in it are not read"
        yield Doubt(where, None, what, "write into cells what they say")
