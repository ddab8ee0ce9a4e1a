"""Every corruption of the package, by group and kind."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from drill.cells import CELL_KINDS, Context, same
from drill.figures import FIGURE_KINDS
from drill.rows import COLUMN_KINDS, ROW_KINDS
from drill.tables import PACKAGE, Rows, corrupted, read_rows

KINDS = tuple(name for name, _ in (*CELL_KINDS, *ROW_KINDS, *COLUMN_KINDS, *FIGURE_KINDS))

NO_FAULT = {
    ("printed", "case changed"): "the text says the same number in any case",
    ("printed", "thousands separator lost"): "the text says the same number without it",
    ("*", "two rows swapped"): "the order of rows has no meaning",
}
"""Fields and kinds of corruption in them that leave what the package says as it was, and why."""

FIGURE_NUMBERS = "Numbers, qualifiers, bounds, printed text and units of figures"
CODES = "Keys and codes"
OTHER_NUMBERS = "Other numbers: rules, checksums, lengths, dates, places in the source"
DESCRIPTIONS = "Descriptions: titles, definitions, notes, addresses"
ROWS = "Rows"
COLUMNS = "Columns"
CONSISTENT = "A figure's value, bounds and printed text changed together"
GROUPS = (FIGURE_NUMBERS, CODES, OTHER_NUMBERS, DESCRIPTIONS, ROWS, COLUMNS, CONSISTENT)

NUMBER_FIELDS = ("value", "qualifier", "lower", "upper", "unit", "printed")
OTHER_NUMBER_FIELDS = (
    "section", "position", "year", "sha256", "bytes", "recorded",
    "relation", "severity", "coefficient", "lag",
)  # fmt: skip
DESCRIPTION_FIELDS = (
    "title", "definition", "caveat", "description", "note", "reason",
    "publisher", "landing_page", "form", "rights",
)  # fmt: skip


def group_of(resource: str, field: str) -> str:
    if resource == "figures" and field in NUMBER_FIELDS:
        return FIGURE_NUMBERS
    if field in OTHER_NUMBER_FIELDS:
        return OTHER_NUMBERS
    return DESCRIPTIONS if field in DESCRIPTION_FIELDS else CODES


@dataclass(frozen=True, slots=True)
class Corruption:
    """One change of one file. `row` is an index into `rows`, or None: it is about a column."""

    group: str
    kind: str
    resource: str
    path: str
    rows: Rows
    row: int | None
    field: str
    change: str

    def __str__(self) -> str:
        where = self.resource + ("" if self.row is None else f", line {self.row + 1}")
        return f"{self.kind}: {where}, {self.field}: {self.change}"


def corruptions(root: Path = PACKAGE) -> Iterator[Corruption]:
    """Every corruption of the package: of each cell, row, pair of columns and whole figure.

    In the number-bearing cells of figures and in whole figures a kind is applied wherever it can
    be; in any other cell once, in a place that follows from what the cell is.
    """
    for resource in corrupted(root):
        table = read_rows(root / resource["path"])
        make = partial(Corruption, resource=resource["name"], path=resource["path"])
        yield from _of_cells(resource, table, make)
        for kind, change_row in ROW_KINDS:
            for row in range(1, len(table)):
                for rows in change_row(table, row):
                    yield make(
                        group=ROWS, kind=kind, rows=rows, row=row, field="*", change=table[row][0]
                    )
        for kind, change_columns in COLUMN_KINDS:
            for first, second in combinations(range(len(table[0])), 2):
                rows = change_columns(table, first, second)
                names = f"{table[0][first]} ⇄ {table[0][second]}"
                if rows != table:
                    yield make(
                        group=COLUMNS, kind=kind, rows=rows, row=None, field=names, change=names
                    )
        if resource["name"] == "figures":
            yield from _of_figures(table, make)


def _of_cells(
    resource: Mapping[str, Any], table: Rows, make: Callable[..., Corruption]
) -> Iterator[Corruption]:
    for column, field in enumerate(resource["schema"]["fields"]):
        codes = tuple(field.get("constraints", {}).get("enum", ()))
        group = group_of(resource["name"], field["name"])
        for row in range(1, len(table)):
            cell = table[row][column]
            context = Context(table, row, field["name"], field["type"], codes)
            for kind, corrupt in CELL_KINDS:
                texts = list(dict.fromkeys(corrupt(cell, context)))
                texts = [text for text in texts if not same(cell, text, context)]
                if texts and group != FIGURE_NUMBERS:
                    place = f"{resource['name']}/{row}/{field['name']}/{kind}"
                    texts = [texts[zlib.crc32(place.encode()) % len(texts)]]
                for text in texts:
                    line = [*table[row][:column], text, *table[row][column + 1 :]]
                    yield make(
                        group=group, kind=kind, rows=[*table[:row], line, *table[row + 1 :]],
                        row=row, field=field["name"], change=f"{cell!r} → {text!r}",
                    )  # fmt: skip


def _of_figures(table: Rows, make: Callable[..., Corruption]) -> Iterator[Corruption]:
    header = table[0]
    for row in range(1, len(table)):
        line = dict(zip(header, table[row], strict=True))
        context = Context(table, row, "printed", "string", ())
        for kind, corrupt in FIGURE_KINDS:
            tried = []
            for changed in corrupt(line, context):
                cells = [changed[name] for name in header]
                if cells == table[row] or cells in tried:
                    continue
                tried.append(cells)
                yield make(
                    group=CONSISTENT, kind=kind, rows=[*table[:row], cells, *table[row + 1 :]],
                    row=row, field="value",
                    change=f"{line['measure']}: {line['printed']!r} → {changed['printed']!r}",
                )  # fmt: skip
