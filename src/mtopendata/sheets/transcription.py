"""Two people's transcriptions of one sheet, compared: what both enter alike is hardly a slip."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtopendata.sheets.document import LARGEST
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural

KEY = ("measure", "area", "period", "source")
"""What tells figures apart, as far as both transcriptions have it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two transcriptions say otherwise. A figure or column that one of them lacks has None
    there; `lines` are those of the two files, None where there is none.
    """

    figure: str
    column: str | None
    first: str | None
    second: str | None
    lines: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class TranscriptionComparison:
    """Two transcriptions: their names, how many figures they have in common, and differences."""

    first: str
    second: str
    figures: int
    columns: tuple[str, ...]
    differences: tuple[Difference, ...]


Rows = dict[tuple[str, ...], tuple[int, dict[str, str]]]


def compare_transcriptions(first: Path, second: Path) -> TranscriptionComparison:
    """Compare two CSV files of figures, whatever the order of their rows and columns.

    Cells are compared as text: `1747` is not `1,747`. MtopendataError: one cannot be read, or has
    no column 'measure', or has a figure twice.
    """
    head, lines = _read_csv(first)
    other_head, other_lines = _read_csv(second)
    key = [name for name in KEY if name in head and name in other_head]
    if "measure" not in key:
        where = first if "measure" not in head else second
        raise MtopendataError(
            str(where), "has no column 'measure'", "name files with the columns of figures"
        )
    one, other = _keyed(first, lines, key), _keyed(second, other_lines, key)
    columns = [name for name in head if name in other_head and name not in key]
    figures = dict.fromkeys((*one, *other))
    differences = [
        *_of_columns(head, other_head),
        *(item for name in figures for item in _of_figure(name, one, other, columns)),
    ]
    common = len(one.keys() & other.keys())
    return TranscriptionComparison(
        str(first), str(second), common, (*key, *columns), tuple(differences)
    )


def _of_columns(head: Sequence[str], other: Sequence[str]) -> Iterator[Difference]:
    """The columns that only one of two headers has."""
    for name in dict.fromkeys((*head, *other)):
        if (name in head) != (name in other):
            there = ["" if name in side else None for side in (head, other)]
            yield Difference("", name, there[0], there[1], (1, 1))


def _of_figure(
    figure: tuple[str, ...], one: Rows, other: Rows, columns: Sequence[str]
) -> Iterator[Difference]:
    """Where two transcriptions of a figure differ, or that only one has it."""
    name = "/".join(figure)
    (line, row), (other_line, other_row) = (side.get(figure, (None, None)) for side in (one, other))
    lines = line, other_line
    if row is None or other_row is None:
        brief = [None if side is None else _in_brief(side) for side in (row, other_row)]
        yield Difference(name, None, brief[0], brief[1], lines)
        return
    for column in columns:
        if row[column] != other_row[column]:
            yield Difference(name, column, row[column], other_row[column], lines)


def _in_brief(row: Mapping[str, str]) -> str:
    return row.get("printed") or row.get("value") or ", ".join(filter(None, row.values()))


def _read_csv(file: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The header of a CSV file, and its rows with their lines."""
    rows = _csv_rows(file, _text_of(file))
    if not rows:
        raise MtopendataError(str(file), "is empty", "name a CSV file with a header")
    (_, head), *lines = rows
    if not lines:
        raise MtopendataError(str(file), "has no rows", "name a CSV file with figures")
    if twice := next((name for name in head if head.count(name) > 1), None):
        what = f"has the column {twice!r} twice"
        raise MtopendataError(f"{file}:1", what, "name each column once")
    for number, row in lines:
        if len(row) != len(head):
            what = f"has {plural(len(row), 'cell')}, and the header {len(head)}"
            raise MtopendataError(f"{file}:{number}", what, "mend the line")
    return head, [(number, dict(zip(head, row, strict=True))) for number, row in lines]


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} bytes")
        return content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        what = f"cannot be read ({reason})"
        raise MtopendataError(str(file), what, "name a CSV file in UTF-8") from error


def _csv_rows(file: Path, text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if row:
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        where = f"{file}:{reader.line_num}"
        raise MtopendataError(where, f"is no CSV ({error})", "mend the line") from error
    return rows


def _keyed(file: Path, lines: Sequence[tuple[int, dict[str, str]]], key: Sequence[str]) -> Rows:
    found: Rows = {}
    for number, row in lines:
        figure = tuple(row[name] for name in key)
        if figure in found:
            raise MtopendataError(
                f"{file}:{number}",
                f"has the figure {'/'.join(figure)} twice, first in line {found[figure][0]}",
                "keep one of them",
            )
        found[figure] = number, row
    return found
