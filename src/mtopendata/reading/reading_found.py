"""What the reading of a table finds: faults of its text, of its header and of cells' types."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mtopendata.ledger.outcome import Item, Outcome
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.model import Field
from mtopendata.package.texts import first_reading
from mtopendata.package.type import FRICTIONLESS, TEXT
from mtopendata.package.types import TYPES
from mtopendata.package.types.number import FLOAT, MAX_DIGITS
from mtopendata.reading.cells import Column
from mtopendata.reading.faults import WARNINGS, Fault, Faults, mixed_line_ends
from mtopendata.reading.folds import NO_FAILURES, Failures, failures
from mtopendata.reading.header import HEADER_CODES
from mtopendata.reading.tables import Block, Columns, Place
from mtopendata.reading.typed_tables import TypedTable

TEXT_CODES = frozenset(
    {
        "empty-file", "bom", "encoding", "nul-byte", "line-ends", "blank-row", "extra-cell",
        "missing-cell", "unclosed-quote", "quotes", "stored-type", "json-row", "duplicate-property",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What is kept of blocks: the number of their rows, the faults of their text by code, and by
    field how many cells hold a value, which could not be read, and the digits of exact numbers;
    and, with the index of each file, the ends of its records.
    """

    rows: int
    faults: dict[str, Failures]
    present: dict[str, int]
    unread: dict[str, Failures]
    digits: dict[str, tuple[int, int]]
    line_ends: frozenset[tuple[int, str]]


class ReadingFold:
    """The ledger's rows and the faults of a table's text, its header and its cells' types."""

    def __init__(self, source: TypedTable, columns: Columns) -> None:
        self.source = source
        self.table = columns
        self.limit = source.options.limit

    def see(self, block: Block) -> Read:
        """Count what was read."""
        found = block.faults or Faults(0)
        faults = _by_code(found, block.part, self.limit)
        ends = frozenset((block.part, end) for end in found.line_ends)
        unread = {}
        for name, rows in block.unread.items():
            told = block.of_fitting(rows)
            if told.any():
                texts = block.cells[name].filter(told)
                unread[name] = failures(block, rows.filter(told), self.limit, texts)
        present, digits = dict(block.present), dict(block.digits)
        return Read(block.frame.height, faults, present, unread, digits, ends)

    def merge(self, one: Read, other: Read) -> Read:
        """Add up."""
        digits = {
            name: (max(before, other.digits[name][0]), max(behind, other.digits[name][1]))
            for name, (before, behind) in one.digits.items()
        }
        return Read(
            one.rows + other.rows,
            self._added(one.faults, other.faults),
            {name: count + other.present[name] for name, count in one.present.items()},
            self._added(one.unread, other.unread),
            digits,
            one.line_ends | other.line_ends,
        )

    def _added(self, one: dict[str, Failures], other: dict[str, Failures]) -> dict[str, Failures]:
        if not other:
            return one
        found = dict(one)
        for name, more in other.items():
            found[name] = found.get(name, NO_FAILURES).plus(more, self.limit)
        return found

    def conclude(self, kept: Read) -> "ReadRows":
        """What was found. ReadAsError: numbers of different blocks do not fit into one column."""
        self.source.with_floats(kept.digits)
        found = [*text_found(self.source, kept), *self._types_found(kept)]
        return ReadRows(self.table, kept.rows, tuple(found))

    def _types_found(self, kept: Read) -> Iterator[Item]:
        schema = self.table.resource.schema
        declared = {id(item) for item in schema.fields} if schema else set()
        for column in self.source.columns:
            if id(column.field) in declared:
                yield from self._type_found(column, kept)

    def _type_found(self, column: Column, kept: Read) -> Iterator[Item]:
        item, resource = column.field, self.table.resource
        if column.reading == FLOAT and not item.descriptor.get("floatNumber"):
            yield Finding(
                "inexact",
                "warning",
                "the numbers are compared with rounding, as in a spreadsheet: some are NaN, INF "
                f"or longer than {MAX_DIGITS} digits",
                "correct them, or declare 'floatNumber': true for the field if that is meant",
                resource.name,
                resource.path,
                field=item.name,
            )
        unread = kept.unread.get(item.name, NO_FAILURES)
        yield Outcome(
            "type",
            f"{item.name}: type {item.type}",
            resource.name,
            kept.present[item.name],
            unread.listed,
            partial(_no_value, self.table, item),
            engine="frictionless" if column.reading == FRICTIONLESS else "polars",
            failures=unread.count,
        )


@dataclass(frozen=True, slots=True)
class ReadRows:
    """How many rows a table with these columns has, and what was found while they were read."""

    columns: Columns
    count: int
    found: tuple[Item, ...]


def _no_value(table: Columns, item: Field, found: tuple[Place, str]) -> Finding:
    place, cell = found
    of_format = "" if item.format == "default" else f" of the format {item.format!r}"
    message = f"{cell[:80]!r} is no {item.type}{of_format}"
    hint = TYPES[item.type].hint_for(cell, item.descriptor)
    if first_reading(item) == TEXT:  # any text would do
        hint = "put it in quotes, since JSON knows it as no text, or change the field's type"
    return table.finding_at("type", place, item.name, cell, message, hint)


def _by_code(faults: Faults, part: int, limit: int) -> dict[str, Failures]:
    """The faults of a file or a block as failures, by their codes."""
    listed: dict[str, list[tuple[Place, Fault]]] = {code: [] for code in faults.counts}
    for fault in faults.listed:
        listed[fault.code].append((Place(part, fault.row or 0), fault))
    return {
        code: Failures(count, tuple(listed[code][:limit])) for code, count in faults.counts.items()
    }


def text_found(source: TypedTable, kept: Read | None = None) -> Iterator[Item]:
    """What is wrong with the text and the header; without `kept`, of a table without columns."""
    faults = dict(kept.faults) if kept else {}
    limit = source.options.limit
    for part, more in source.faults.items():
        read = kept.line_ends if kept else ()
        ends = more.line_ends | {end for number, end in read if number == part}
        if len(ends) > 1:
            mixed = Place(part, 0), mixed_line_ends(ends)
            faults["line-ends"] = faults.get("line-ends", NO_FAILURES).plus(
                Failures(1, (mixed,)), limit
            )
        for code, found in _by_code(more, part, limit).items():
            faults[code] = faults.get(code, NO_FAILURES).plus(found, limit)
    schema = source.resource.schema
    declared = len(schema.fields) if schema else 0
    labels = 0 if source.labels is None else max(len(source.columns), declared)
    unread = sum(faults.get(code, NO_FAILURES).count for code in ("blank-row", "json-row"))
    rows = kept.rows if kept else 0
    yield from _faults_found(source, "header", HEADER_CODES, faults, labels)
    yield from _faults_found(source, "text", TEXT_CODES, faults, rows + unread)


def _faults_found(
    source: TypedTable,
    kind: str,
    codes: frozenset[str],
    faults: dict[str, Failures],
    tested: int,
) -> Iterator[Item]:
    """The faults of each code, of which each has its own limit, and the ledger's row."""
    name = source.resource.name
    say = partial(_say, source)
    errors = 0
    for code in sorted(codes & faults.keys()):
        found = faults[code]
        is_warning = code in WARNINGS
        errors += 0 if is_warning else found.count
        yield Outcome(
            kind,
            kind,
            name,
            None,
            found.listed,
            say,
            "warning" if is_warning else "error",
            failures=found.count,
        )
    yield Check(kind, kind, name, source.engine, max(tested, errors), errors)


def _say(source: TypedTable, found: tuple[Place, Fault]) -> Finding:
    place, fault = found
    what = fault.message, fault.hint, source.resource.name, source.resource.path_of(place.part)
    return Finding(fault.code, "error", *what, fault.row, fault.field, fault.cell)
