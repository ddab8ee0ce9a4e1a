"""New contents of files of a package: all are written or none, and every other byte stays."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtopendata.changes.revision_rows import Row
from mtopendata.entry.rows import Entry
from mtopendata.figures.tables import FIGURES
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import Dialect, Package, Resource
from mtopendata.values.errors import MtopendataError

Order = Callable[[Mapping[str, str]], Any]
"""What rows of a table are sorted by, from their cells as text."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """The new content of a table's file, and the numbers of the lines that are new in it."""

    file: Path
    path: str
    content: bytes
    lines: tuple[int, ...]


def insertions_of(package: Package, entry: Entry) -> list[Insertion]:
    """The files of a package with the rows of an entry added, sorted. Nothing is written.

    MtopendataError: a table has no single plain file, or cannot be added to.
    """
    return [
        _insertion(resource, rows, _order_of(name, entry))
        for name, rows in entry.new().items()
        if (resource := package.resource(name)) is not None
    ]


def _order_of(name: str, entry: Entry) -> Order:
    """Figures go by their source and, in it, by their order in the document; others by key."""
    if name != FIGURES:
        key = name.removesuffix("s")
        return lambda row: (row.get(key, ""),)
    places = {_place_of_row(row): index for index, row in enumerate(entry.figures)}

    def order(row: Mapping[str, str]) -> Any:
        source = row.get("source", "")
        place = places.get(_place_of_row(row), -1)
        return source, place if source == entry.source else 0

    return order


def _place_of_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("measure", "area", "period"))


@dataclass(frozen=True, slots=True)
class SortedFile:
    """The header of a table's file, the line with which it ends, and of each record what it is
    sorted by and the line with which it ends.
    """

    header: list[str]
    end: int
    records: list[tuple[Any, int]]

    def place(self, key: Any) -> int:
        """The line behind which a new row belongs."""
        return max((end for other, end in self.records if other < key), default=self.end)


def _insertion(resource: Resource, rows: Sequence[Row], order: Order) -> Insertion:
    file, path = _only_file(resource)
    encoding = resource.encoding
    content = file.read_bytes()
    try:
        text = content.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise MtopendataError(path, f"is no text in {encoding}", "validate the package") from error
    there = _sorted_file(text, path, resource.dialect, order)
    new: dict[int, list[tuple[Any, str]]] = {}
    for row in rows:
        line = csv_row((row.get(name) for name in there.header), resource)
        cells = next(csv.reader([line], delimiter=resource.dialect.delimiter))
        key = order(dict(zip(there.header, cells, strict=False)))
        new.setdefault(there.place(key), []).append((key, line))
    return Insertion(file, path, *_merged(text, new, encoding))


def _sorted_file(text: str, path: str, dialect: Dialect, order: Order) -> SortedFile:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote_char or '"',
        doublequote=dialect.double_quote,
    )
    try:
        header = [cell.removeprefix("\ufeff") for cell in next(filter(None, reader), [])]
        found = SortedFile(header, reader.line_num, [])
        for cells in filter(None, reader):
            key = order(dict(zip(header, cells, strict=False)))
            found.records.append((key, reader.line_num))
    except csv.Error as error:
        raise MtopendataError(path, f"is no CSV ({error})", "validate the package") from error
    if not header:
        raise MtopendataError(path, "has no header", "add at least the header")
    return found


def _merged(
    text: str, new: Mapping[int, Sequence[tuple[Any, str]]], encoding: str
) -> tuple[bytes, tuple[int, ...]]:
    """The text with the new rows behind the lines of these numbers, and their own numbers."""
    end = "\r\n" if "\r\n" in text else "\n"
    merged: list[str] = []
    added = []
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        merged.append(line)
        for _, row in sorted(new.get(number, ()), key=lambda pair: pair[0]):
            if not merged[-1].endswith("\n"):
                merged[-1] += end
            merged.append(row.replace("\n", end) + end)
            added.append(len(merged))
    return "".join(merged).encode(encoding), tuple(added)


def _only_file(resource: Resource) -> tuple[Path, str]:
    path = resource.path or resource.name
    if len(resource.files) != 1 or not resource.is_csv or resource.compression:
        raise MtopendataError(
            path,
            f"is no single CSV file to which rows of {resource.name} could be added",
            "add them by hand: --format csv prints them",
        )
    dialect = resource.dialect
    if dialect.header_rows is not None or dialect.comment_char or dialect.escape_char:
        raise MtopendataError(
            path,
            "has a dialect in which rows are not added",
            "add them by hand: --format csv prints them",
        )
    return resource.files[0], path
