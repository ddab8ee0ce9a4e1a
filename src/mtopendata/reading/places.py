"""Where in its line each finding's cell begins, and what stands around it.

Only the lines that findings name are looked at, after all checks: a valid table costs nothing.
"""

import codecs
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mtopendata.ledger.excerpt import Excerpt
from mtopendata.ledger.report import Finding
from mtopendata.package.model import Dialect, Resource
from mtopendata.reading.blocks import decompressed
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.rows_around import CutLine, first_of_each_kind, with_rows
from mtopendata.reading.tables import Columns
from mtopendata.values.excerpts import around

LONGEST = 1 << 16
"""Characters of a line that are looked at: in a longer one nobody looks for a column."""


def with_columns(
    findings: list[Finding], tables: Mapping[str, Columns], max_bytes: int
) -> list[Finding]:
    """The findings that name a row of a CSV file with an excerpt of its line, and those that name
    a field with the column of their cell. The first of each kind have the rows around theirs too.

    The column stays None where the cell begins in no such line: the record is too short, or a cell
    before it holds a line end.
    """
    wanted: dict[tuple[str, str], dict[int, list[int]]] = {}
    for number, finding in enumerate(findings):
        if finding.resource and finding.path and finding.row:
            lines = wanted.setdefault((finding.resource, finding.path), {})
            lines.setdefault(finding.row, []).append(number)
    for (name, path), rows in wanted.items():
        table = tables.get(name)
        if table is None or not table.resource.is_csv or path not in table.resource.paths:
            continue
        _place_in_file(findings, rows, table, path, max_bytes)
    return findings


def _place_in_file(
    findings: list[Finding],
    rows: Mapping[int, list[int]],
    table: Columns,
    path: str,
    max_bytes: int,
) -> None:
    """Give the findings of a file their columns and excerpts; `rows` has their numbers by line."""
    resource = table.resource
    file = resource.files[resource.paths.index(path)]
    cell = _cell(resource.dialect)
    names = list(table.schema)
    order = {field: index for index, field in enumerate(names)}
    shown = first_of_each_kind(findings, rows)
    recent: dict[int, CutLine] = {}
    row = 0
    for row, text in _lines(resource, file, _and_neighbours(rows, findings, shown), max_bytes):
        line = CutLine(text, list(_cell_spans(text, cell)))
        recent = {number: old for number, old in recent.items() if number >= row - 2}
        recent[row] = line
        for number in rows.get(row, ()):
            findings[number] = _placed_rows(findings[number], line, order)
        for number in shown.intersection(rows.get(row - 1, ())):
            findings[number] = with_rows(findings[number], names, recent)
    for number in shown.intersection(rows.get(row, ())):
        findings[number] = with_rows(findings[number], names, recent)


def _and_neighbours(
    rows: Iterable[int], findings: Sequence[Finding], shown: Iterable[int]
) -> set[int]:
    """The lines of these numbers, and those beside the lines of the findings that are shown."""
    own = [findings[number].row or 0 for number in shown]
    return {*rows, *(row - 1 for row in own if row > 1), *(row + 1 for row in own)}


def _placed_rows(finding: Finding, line: CutLine, order: Mapping[str, int]) -> Finding:
    index = order.get(finding.field or "", len(line.cells))
    start = line.cells[index][0] if index < len(line.cells) else None
    column = None if start is None else start + 1
    return replace(finding, column=column, excerpt=Excerpt(around(line.text, start or 0)))


def _lines(
    resource: Resource, file: Path, numbers: Iterable[int], max_bytes: int
) -> Iterator[tuple[int, str]]:
    """The lines of these numbers, counted from 1, without their ends; the file's rest is not read.

    A file that cannot be read so has none: that is a finding already.
    """
    left = sorted(numbers, reverse=True)
    first, rest = 1, ""  # the number of the line that `rest` begins
    try:
        for text in _texts(resource, file, max_bytes):
            ends = text.count("\n")
            if left[-1] > first + ends:
                first, rest = first + ends, ""
                continue
            lines = (rest + text).split("\n")
            while left and left[-1] < first + ends:
                yield left[-1], lines[left[-1] - first][:LONGEST]
                left.pop()
            if not left:
                return
            first, rest = first + ends, lines[-1][:LONGEST] if left[-1] == first + ends else ""
        if left[-1] == first:
            yield first, rest
    except (UnreadableError, OSError, LookupError, ValueError):
        return


def _texts(resource: Resource, file: Path, max_bytes: int) -> Iterator[str]:
    """The text of a file, piece by piece, with LF line ends and without a byte order mark."""
    name = codecs.lookup(resource.encoding).name
    name = "utf-8" if name in ("utf-8-sig", "ascii") else name
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(name)(errors="replace"), translate=True
    )
    limit = max_bytes if resource.compression else sys.maxsize
    is_first = True
    for piece in decompressed(file, resource.compression, limit, resource.inner):
        text = decoder.decode(piece)
        if text and is_first:
            text, is_first = text.removeprefix("\ufeff"), False
        yield text
    yield decoder.decode(b"", final=True)


def _cell(dialect: Dialect) -> re.Pattern[str]:
    """What matches a cell up to its separator or the end of its line, as Python's csv module
    divides a record. Its group `cell` is the cell without the blanks that the dialect skips.
    """
    separator = re.escape(dialect.delimiter)
    quote = re.escape(dialect.quote_char or "")
    escape = re.escape(dialect.escape_char or "")
    escaped = f"{escape}.?|" if escape else ""
    quoted = ""
    if quote:
        doubled = f"|{quote}{quote}" if dialect.double_quote else ""
        # Behind a quote that could have been doubled, the module takes any sign as it is.
        behind = f"[^{separator}]?+" if dialect.double_quote else ""
        quoted = rf"(?:{quote}(?:{escaped}[^{quote}{escape}]{doubled})*+(?:{quote}{behind}|\Z))?+"
    blanks = " *+" if dialect.skip_initial_space else ""
    plain = f"(?:{escaped}[^{separator}{escape}])*+"
    return re.compile(f"{blanks}(?P<cell>{quoted}{plain})", re.DOTALL)


def _cell_spans(line: str, cell: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where the cells of a record begin and end that begin in its first line."""
    place = 0
    while found := cell.match(line, place):
        yield found.span("cell")
        place = found.end() + 1
        if place > len(line):
            return
