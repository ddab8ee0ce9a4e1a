"""OnlyBlock resources that are no CSV, read and checked by frictionless.

Frictionless may raise anything on hostile input, so the one call into it is fenced: what it raises
is a finding that the resource was not checked.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import polars as pl

from mtopendata.ledger.codes import CODES
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.model import Field, Package, Resource
from mtopendata.package.texts import is_fast, parse_texts
from mtopendata.reading.blocks import decompressed
from mtopendata.reading.faults import AmendError, Faults, UnreadableError
from mtopendata.reading.frictionless_values import (
    field_descriptor,
    is_left_out,
    unusable_constraints,
)
from mtopendata.reading.header import HEADER_CODES
from mtopendata.reading.options import Options
from mtopendata.reading.reading_found import TEXT_CODES
from mtopendata.reading.tables import Block, Columns, Header
from mtopendata.values.installing import install_hint
from mtopendata.values.json_values import plain_json
from mtopendata.values.plurals import plural


@dataclass(frozen=True, slots=True)
class OnlyBlock:
    """The only block of a table, which is read already."""

    number: int = 0
    done: int = 0
    size: int = 0


class FrictionlessTable:
    """A resource that is no CSV, as a source of blocks: of one, which is kept.

    Types and constraints are frictionless's own verdicts; keys are left to others. Rows are
    numbered as frictionless numbers them. `found` is what it says of the resource, complete once
    the reading has begun.
    """

    def __init__(self, package: Package, resource: Resource, options: Options) -> None:
        self.resource = resource
        self.found: Found = ()
        self._read = partial(_read_by_frictionless, package, resource, options)
        self._block: Block | None = None

    @property
    def name(self) -> str:
        """The resource's."""
        return self.resource.name

    def begin(self) -> Columns | None:
        """The table's columns; None where frictionless cannot open it."""
        try:
            columns, self._block, self.found = self._read()
        except Exception as error:  # noqa: BLE001 - see the module's docstring
            self.found = [_not_checked(self.resource, error)]
            return None
        return columns

    def jobs(self) -> Iterator[OnlyBlock]:
        """The one block."""
        yield OnlyBlock()

    def read(self, job: OnlyBlock) -> Block:
        """The rows as they were read."""
        del job
        assert self._block is not None  # noqa: S101 - there are no jobs before the beginning
        return self._block

    def amend(self, error: AmendError) -> None:
        """Never needed: frictionless reads in one way."""
        raise error


def _not_checked(resource: Resource, error: Exception) -> Finding:
    note = getattr(getattr(error, "error", None), "note", None) or str(error)
    where = resource.name, resource.path
    if isinstance(error, UnreadableError):
        return Finding("unreadable", "error", note, error.hint, *where)
    if extra := re.search(r"install \"frictionless\[(\w+)\]\"", note):
        message = f"it was not read: what reads {resource.format} is not installed"
        name = extra[1]
        how = install_hint(name) if name in _EXTRAS else f"pip install 'frictionless[{name}]'"
        hint = f"{how}, or store the table as CSV"
    elif note == f'format "{resource.format}" is not supported':
        message = f"it was not read: {resource.format} is no format of tables that is known here"
        hint = "declare the format that it has, or store the table as CSV"
    else:
        message = f"frictionless cannot read it as {resource.format or 'a table'}: {note}"
        hint = "mend the file or its description, or store the table as CSV"
    return Finding("not-checked", "error", message, hint, *where)


_EXTRAS = ("excel", "ods")
"""Extras of this program that are called as frictionless calls them."""


def _read_by_frictionless(
    package: Package, resource: Resource, options: Options
) -> tuple[Columns, Block, Found]:
    import frictionless

    fields = resource.schema.fields if resource.schema else ()
    unusable = {item.name: unusable_constraints(item) for item in fields}
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as folder:
        base, path = _plain_file(package, resource, Path(folder), options.max_bytes)
        descriptor = _descriptor(resource, path, unusable)
        source = frictionless.Resource.from_descriptor(descriptor, basepath=str(base))
        return _read_source(source, resource, unusable, options.limit)


def _plain_file(
    package: Package, resource: Resource, folder: Path, max_bytes: int
) -> tuple[Path, str]:
    """Where the resource's file lies uncompressed: in the package, or copied to `folder`.

    ValueError: it expands to more than `max_bytes`, or is one of several, of which frictionless
    would read one without a word.
    """
    if len(resource.files) > 1:
        raise ValueError(f"its {len(resource.files)} parts cannot be joined as parts of a CSV can")
    (file,), (path,) = resource.files, resource.paths
    if resource.compression:
        name = Path(Path(path).stem)
        target = folder / (name if name.suffix else f"{name}.{resource.format}")
        with target.open("wb") as sink:
            sink.writelines(decompressed(file, resource.compression, max_bytes, resource.inner))
        return folder, target.name
    if zipfile.is_zipfile(file):  # as spreadsheets are
        with zipfile.ZipFile(file) as archive:
            if sum(member.file_size for member in archive.infolist()) > max_bytes:
                raise ValueError(f"it expands to more than {plural(max_bytes, 'byte')}")
    return package.folder, path


def _descriptor(
    resource: Resource, path: str, unusable: dict[str, dict[str, str]]
) -> dict[str, Any]:
    """What frictionless gets to see: only what has been checked, so that it follows no other
    reference, least of all to the network. Keys are tested by `keys`.
    """
    dialect = resource.dialect
    properties = resource.dialect_properties
    described: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
        "name": "table",
        "type": "table",
        "path": path,
        "format": resource.format,
        "encoding": resource.encoding,
        "dialect": {
            "header": dialect.header_rows != (),
            "headerCase": dialect.case_sensitive,
            "skipBlankRows": dialect.skip_blank_rows,
            **({"headerRows": list(dialect.header_rows)} if dialect.header_rows else {}),
            **({"commentChar": dialect.comment_char} if dialect.comment_char else {}),
            **({"commentRows": list(dialect.comment_rows)} if dialect.comment_rows else {}),
        },
    }
    _add_controls(described["dialect"], properties, resource.format)
    if resource.schema:
        described["schema"] = {
            "fieldsMatch": resource.schema.fields_match,
            "fields": [
                field_descriptor(
                    item,
                    [n for n in item.constraints if n != "unique" and n not in unusable[item.name]],
                )
                | {"missingValues": list(item.missing)}
                for item in resource.schema.fields
            ],
        }
    return cast("dict[str, Any]", plain_json(described))


def _add_controls(dialect: dict[str, Any], properties: Mapping[str, Any], format_: str) -> None:
    """Add what concerns formats that are no CSV, by the names that frictionless has for it."""
    for name, (control, key) in _CONTROLS.items():
        if name in properties:
            of_format = "ods" if (control, format_) == ("excel", "ods") else control
            dialect.setdefault(of_format, {})[key] = properties[name]
    dialect |= {name: properties[name] for name in ("json", "excel", "ods") if name in properties}


_CONTROLS = {
    "property": ("json", "property"),
    "itemKeys": ("json", "keys"),
    "sheetNumber": ("excel", "sheet"),
    "sheetName": ("excel", "sheet"),
    "table": ("sql", "table"),
}
"""Version 2's properties of dialects that are no CSV, and frictionless's names for them."""


class _Errors:
    """What frictionless finds wrong, counted by code and field, of each the first ones kept."""

    def __init__(self, resource: Resource, limit: int) -> None:
        self.resource = resource
        self.limit = limit
        self.counts: dict[tuple[str, str], int] = {}
        self.listed: dict[tuple[str, str], list[Finding]] = {}
        self.unread: dict[str, list[int]] = {}
        self.cells: dict[str, list[str]] = {}
        self.lines: list[int] = []

    def add(self, error: Any, line: int, index: int) -> None:
        """Count an error of the row with this line and index."""
        field = getattr(error, "field_name", None) or ""
        code = _code_of(error)
        if code == "type":
            self.unread.setdefault(field, []).append(index)
            self.cells.setdefault(field, []).append(str(getattr(error, "cell", "")))
        of_text = [kind for kind, codes in _OF_TEXT if code in codes]
        key = (of_text[0], "") if of_text else (code, field)
        self.counts[key] = self.counts.get(key, 0) + 1
        listed = self.listed.setdefault(key, [])
        if len(listed) < self.limit:
            cell = getattr(error, "cell", None)
            message, hint = str(error.message), "correct the cell or the schema"
            finding = Finding(code, "error", message, hint, self.resource.name, self.resource.path)
            listed.append(replace(finding, row=line, field=field or None, cell=cell and str(cell)))

    def outcome(self, key: tuple[str, str], tested: int) -> Outcome:
        """The row of the ledger for a code and a field."""
        code, field = key
        failures = self.counts.get(key, 0)
        return Outcome(
            "constraint" if code in _CONSTRAINTS else code,
            ": ".join(part for part in (field, code) if part),
            self.resource.name,
            max(tested, failures),
            self.listed.get(key, ()),
            engine="frictionless",
            failures=failures,
        )


_OF_TEXT = (("header", HEADER_CODES), ("text", TEXT_CODES))


def _code_of(error: Any) -> str:
    code = str(error.type)
    if code == "constraint-error":
        code = str(error.note).split('"')[1]
    code = code.removesuffix("-error")
    return code if code in CODES else "frictionless"


def _read_source(
    source: Any, resource: Resource, unusable: dict[str, dict[str, str]], limit: int
) -> tuple[Columns, Block, Found]:
    fields = resource.schema.fields if resource.schema else ()
    errors = _Errors(resource, limit)
    names, rows, lines = _streamed(source, errors)
    text = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row", strict=False)
    present = [item for item in fields if item.name in names]
    frame = text.with_columns(
        _typed(item, text.get_column(item.name)).alias(item.name) for item in present
    )
    unread = {
        item.name: pl.Series(errors.unread[item.name], dtype=pl.UInt32)
        for item in fields
        if item.name in errors.unread
    }
    cells = {name: pl.Series(errors.cells[name], dtype=pl.String) for name in unread}
    columns = Header(resource, frame.schema, unusable=unusable)
    counts = {series.name: series.count() for series in frame}
    place = pl.Series(lines, dtype=pl.Int64)
    faults = Faults(0, lines=errors.lines)
    block = Block(0, 0, frame, place, counts, unread, cells, faults=faults)
    tested = {("header", ""): max(len(names), len(fields)), ("text", ""): len(rows)}
    for item in fields:
        tested |= _tested(item, text, unusable[item.name], errors)
    tested |= {key: len(rows) for key in errors.counts if key not in tested}
    return columns, block, [errors.outcome(key, count) for key, count in tested.items()]


def _streamed(source: Any, errors: _Errors) -> tuple[list[str], list[list[str | None]], list[int]]:
    """The columns that frictionless reads, its rows as text, and their numbers.

    In a workbook, columns behind the table may have a format, and no label or value: they are none.
    """
    rows: list[list[str | None]] = []
    lines: list[int] = []
    with source:
        names = [field.name for field in source.header.get_expected_fields()]
        extra = sum(map(_is_undeclared, source.header.errors))
        is_wider = any(source.header.labels[len(names) - extra :])
        width = len(names) - extra
        for row in source.row_stream:
            for error in row.errors:
                errors.add(error, row.row_number, len(rows))
            if row.errors:
                errors.lines.append(row.row_number)
            cells = row.to_list(types=["string"])
            is_wider = is_wider or any(cell not in (None, "") for cell in row.cells[width:])
            rows.append([None if cell is None else str(cell) for cell in cells])
            lines.append(row.row_number)
        for error in source.header.errors:
            if is_wider or not _is_undeclared(error):
                errors.add(error, 1, 0)
    if extra and not is_wider:
        return names[:width], [row[:width] for row in rows], lines
    return names, rows, lines


def _is_undeclared(error: Any) -> bool:
    """Whether a header's fault is a column without a label behind all fields."""
    return error.type == "extra-label" and not error.label


def _tested(
    item: Field, text: pl.DataFrame, unusable: Mapping[str, str], errors: _Errors
) -> dict[tuple[str, str], int]:
    """How many cells of a field each of its checks has tested, by code and field."""
    is_there = item.name in text.columns
    present = text.get_column(item.name).count() if is_there else 0
    tested = {("type", item.name): present + errors.counts.get(("type", item.name), 0)}
    for name in item.constraints:
        if name not in ("unique", *unusable) and not is_left_out(item, name):
            tested[name, item.name] = text.height if name == "required" else present
    return tested


def _typed(item: Field, texts: pl.Series) -> pl.Series:
    """The values of cells that frictionless wrote as text, with the types of a CSV's columns."""
    if not is_fast(item):
        return texts
    if item.type == "datetime" and item.format == "default":
        texts = texts.str.replace(r"([+-][0-9]{2})([0-9]{2})$", "${1}:${2}")
    values = parse_texts(item, texts)
    # Some it writes as they are written nowhere else, such as the year 44.
    return values.fill_null(texts) if values.dtype == pl.String else values


_CONSTRAINTS = frozenset(
    [
        "required", "enum", "pattern", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "minLength", "maxLength", "jsonSchema",
    ]
)  # fmt: skip
