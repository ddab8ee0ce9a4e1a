"""New rows in the files of a package: all of them or none, and every other byte as it was."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtopendata.entry.rows import Entry
from mtopendata.entry.source import Row
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import Package, Resource
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


def insert(package: Package, entry: Entry) -> list[Insertion]:
    """Add the rows of an entry to the files of a package, sorted: all files or, if one cannot be
    written, none.

    MtopendataError: a table has no single plain file, or cannot be added to.
    """
    found = []
    for name, rows in entry.new().items():
        resource = package.resource(name)
        if resource is not None:
            found.append(_inserted(resource, rows, _order(name, entry)))
    _write({insertion.file: insertion.content for insertion in found})
    return found


def _order(name: str, entry: Entry) -> Order:
    """Figures go by their source and, in it, by their order in the sheet; other tables by key."""
    if name != "figures":
        key = name.removesuffix("s")
        return lambda row: (row.get(key, ""),)
    places = {
        (str(row["measure"]), str(row["area"])): index for index, row in enumerate(entry.figures)
    }

    def order(row: Mapping[str, str]) -> Any:
        source = row.get("source", "")
        place = places.get((row.get("measure", ""), row.get("area", "")), -1)
        return source, place if source == entry.source else 0

    return order


def _inserted(resource: Resource, rows: Sequence[Row], order: Order) -> Insertion:
    file, path = _only_file(resource)
    encoding = resource.encoding
    content = file.read_bytes()
    try:
        text = content.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise MtopendataError(path, f"is no text in {encoding}", "validate the package") from error
    end = "\r\n" if "\r\n" in text else "\n"
    dialect = resource.dialect
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect.delimiter,
        quotechar=dialect.quote_char or '"', doublequote=dialect.double_quote,
    )  # fmt: skip
    first = 0
    lines = io.StringIO(text, newline="").readlines()
    header: list[str] = []
    records: list[tuple[Any, int]] = []  # what each record is sorted by, and where it ends
    try:
        for cells in reader:
            if not header:
                header = [cell.removeprefix("\ufeff") for cell in cells]
                first = reader.line_num
            elif cells:
                records.append((order(dict(zip(header, cells, strict=False))), reader.line_num))
    except csv.Error as error:
        raise MtopendataError(path, f"is no CSV ({error})", "validate the package") from error
    if not header:
        raise MtopendataError(path, "has no header", "add at least the header")
    new: dict[int, list[tuple[Any, str]]] = {}
    for row in rows:
        line = csv_row((row.get(name) for name in header), resource)
        cells = next(csv.reader([line], delimiter=dialect.delimiter))
        key = order(dict(zip(header, cells, strict=False)))
        place = max((end_ for other, end_ in records if other < key), default=first)
        new.setdefault(place, []).append((key, line))
    return Insertion(file, path, *_merged(lines, new, end, encoding))


def _merged(
    lines: Sequence[str], new: Mapping[int, Sequence[tuple[Any, str]]], end: str, encoding: str
) -> tuple[bytes, tuple[int, ...]]:
    """The text with the new rows behind the lines of these numbers, and their own numbers."""
    merged: list[str] = []
    added = []
    for number, line in enumerate(lines, 1):
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
            path, f"is no single CSV file to which rows of {resource.name} could be added",
            "add them by hand: --format csv prints them",
        )  # fmt: skip
    dialect = resource.dialect
    if dialect.header_rows is not None or dialect.comment_char or dialect.escape_char:
        raise MtopendataError(
            path, "has a dialect in which rows are not added",
            "add them by hand: --format csv prints them",
        )  # fmt: skip
    return resource.files[0], path


def _write(contents: Mapping[Path, bytes]) -> None:
    """Replace files together: if one cannot be, those before it are put back."""
    with ExitStack() as stack:
        fresh: dict[Path, Path] = {}
        kept: dict[Path, Path] = {}
        for file, content in contents.items():
            folder = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=file.parent)
                )
            )
            fresh[file], kept[file] = folder / "new", folder / "old"
            fresh[file].write_bytes(content)
            shutil.copy2(file, kept[file])
            shutil.copymode(file, fresh[file])
        done: list[Path] = []
        try:
            for file in contents:
                fresh[file].replace(file)
                done.append(file)
        except BaseException:
            for file in done:
                kept[file].replace(file)
            raise
