"""Whole resources that are no CSV, read and checked by frictionless.

Frictionless may raise anything on hostile input, so the one call into it is fenced: what it raises
is a finding that the resource was not checked.
"""

import tempfile
import zipfile
from pathlib import Path
from typing import Any, cast

import polars as pl

from mtopendata.ledger.codes import CODES
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import Field, Package, Resource
from mtopendata.reading.frictionless_values import (
    field_descriptor,
    plain_json,
    read_values,
    unusable_constraints,
)
from mtopendata.reading.options import Options
from mtopendata.reading.records import decompressed
from mtopendata.reading.tables import HEADER_CODES, TEXT_CODES, Lines, Table, is_fast, parse_texts


def read_resource(
    package: Package, resource: Resource, report: Report, options: Options
) -> Table | None:
    """Read and check a resource that is no CSV; None where frictionless cannot open it.

    Types and constraints are frictionless's own verdicts; keys are left to `keys`. Rows are
    numbered as frictionless numbers them.
    """
    try:
        return _read(package, resource, report, options)
    except Exception as error:  # noqa: BLE001 - see the module's docstring
        note = getattr(getattr(error, "error", None), "note", None) or str(error)
        report.add(
            Finding(
                "not-checked", "error",
                f"frictionless cannot read it as {resource.format or 'a table'}: {note}",
                "install the extra that it names, such as mtopendata[excel]"
                if "install" in note
                else "mend the file or its description, or store the table as CSV",
                resource.name, resource.path,
            )
        )  # fmt: skip
        return None


def _read(package: Package, resource: Resource, report: Report, options: Options) -> Table | None:
    import frictionless

    fields = resource.schema.fields if resource.schema else ()
    unusable = {item.name: unusable_constraints(item) for item in fields}
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as folder:
        base, paths = _plain_files(package, resource, Path(folder), options.max_bytes)
        descriptor = _descriptor(resource, paths, unusable)
        source = frictionless.Resource.from_descriptor(descriptor, basepath=str(base))
        return _read_source(source, resource, unusable, report, options)


def _plain_files(
    package: Package, resource: Resource, folder: Path, max_bytes: int
) -> tuple[Path, list[str]]:
    """Where the resource's files lie uncompressed: in the package, or copied to `folder`.

    ValueError: they expand to more than `max_bytes`.
    """
    if resource.compression:
        name = Path(resource.paths[0]).stem
        target = folder / (name if Path(name).suffix else f"{name}.{resource.format}")
        with target.open("wb") as sink:
            for piece in decompressed(resource.files[0], resource.compression, max_bytes):
                sink.write(piece)
        return folder, [target.name]
    for file in resource.files:
        if zipfile.is_zipfile(file):  # as spreadsheets are
            with zipfile.ZipFile(file) as archive:
                if sum(member.file_size for member in archive.infolist()) > max_bytes:
                    raise ValueError(f"it expands to more than {max_bytes:,} bytes")
    return package.folder, list(resource.paths)


def _descriptor(
    resource: Resource, paths: list[str], unusable: dict[str, dict[str, str]]
) -> dict[str, Any]:
    """What frictionless gets to see: only what has been checked, so that it follows no other
    reference, least of all to the network. Keys are tested by `keys`.
    """
    dialect = resource.dialect
    properties = resource.dialect_properties
    described: dict[str, Any] = {
        "name": "table",
        "type": "table",  # a JSON file with a schema is one too
        "format": resource.format or "inline",
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
    for name, (control, key) in _CONTROLS.items():
        if name in properties:
            described["dialect"].setdefault(control, {})[key] = properties[name]
    for name in ("json", "excel", "ods"):
        if name in properties:
            described["dialect"][name] = properties[name]
    if "data" in resource.descriptor:
        described["data"] = resource.descriptor["data"]
        del described["format"]
    else:
        described["path"] = paths[0]
        if len(paths) > 1:
            described["extrapaths"] = paths[1:]
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


_CONTROLS = {
    "property": ("json", "property"),
    "itemKeys": ("json", "keys"),
    "sheetNumber": ("excel", "sheet"),
    "sheetName": ("excel", "sheet"),
    "table": ("sql", "table"),
}
"""Version 2's properties of dialects that are no CSV, and frictionless's names for them."""


def _read_source(
    source: Any,
    resource: Resource,
    unusable: dict[str, dict[str, str]],
    report: Report,
    options: Options,
) -> Table:
    fields = resource.schema.fields if resource.schema else ()
    unread: dict[str, list[int]] = {item.name: [] for item in fields}
    counts: dict[tuple[str, str], list[Finding]] = {}
    failed: dict[tuple[str, str], int] = {}
    rows: list[list[str | None]] = []
    lines: list[int] = []

    def note(error: Any, row: int | None) -> None:
        name = getattr(error, "field_name", None) or ""
        code = str(error.type)
        if code == "type-error" and name in unread:
            unread[name].append(len(rows))
        if code == "constraint-error":
            code = str(error.note).split('"')[1]
        code = code.removesuffix("-error")
        code = code if code in CODES else "frictionless"
        key = (code, name)
        for kind, codes in (("header", HEADER_CODES), ("text", TEXT_CODES)):
            if code in codes:
                key = (kind, "")
        failed[key] = failed.get(key, 0) + 1
        listed = counts.setdefault(key, [])
        if len(listed) < options.limit:
            listed.append(
                Finding(
                    code, "error", str(error.message), "correct the cell or the schema",
                    resource.name, resource.path, row, name or None,
                    getattr(error, "cell", None) and str(error.cell),
                )
            )  # fmt: skip

    with source:
        for error in source.header.errors:
            note(error, 1)
        names = [field.name for field in source.header.get_expected_fields()]
        for row in source.row_stream:
            for error in row.errors:
                note(error, row.row_number)
            cells = row.to_list(types=["string"])
            rows.append([None if cell is None else str(cell) for cell in cells])
            lines.append(row.row_number)
    text = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row", strict=False)
    frame = text.with_columns(
        _typed(item, text.get_column(item.name)).alias(item.name)
        for item in fields
        if item.name in names
    )
    place = Lines()
    place.append(pl.Series(lines, dtype=pl.Int64), resource.path)
    report.rows += len(rows)
    planned = {("header", ""): max(len(names), len(fields)), ("text", ""): len(rows)}
    for item in fields:
        present = len(rows) - text.get_column(item.name).null_count() if item.name in names else 0
        broken = failed.get(("type", item.name), 0)
        planned[("type", item.name)] = present + broken
        for name in item.constraints:
            if name not in ("unique", "jsonSchema", *unusable[item.name]):
                planned[(name, item.name)] = len(rows) if name == "required" else present
    for key in [*planned, *(key for key in failed if key not in planned)]:
        label = ": ".join(part for part in (key[1], key[0]) if part)
        kind = "constraint" if key[0] in _CONSTRAINTS else key[0]
        report.record(
            Check(
                label, kind, resource.name, "frictionless",
                max(planned.get(key, len(rows)), failed.get(key, 0)), failed.get(key, 0),
            ),
            counts.get(key, ()),
        )  # fmt: skip
    broken_rows = {name: pl.Series(found, dtype=pl.UInt32) for name, found in unread.items()}
    table = Table(resource, frame, place, broken_rows, unusable=unusable)
    for item in fields:
        if "jsonSchema" in item.constraints and item.name in names:
            _check_json_schema(table, item, text.get_column(item.name))
    return table


def _typed(item: Field, texts: pl.Series) -> pl.Series:
    """The values of cells that frictionless wrote as text, with the types of a CSV's columns."""
    if is_fast(item):
        return parse_texts(item, texts)
    bare = Field(item.name, item.type, item.format, descriptor=item.descriptor)
    verdicts = read_values(bare, texts.drop_nulls().unique().to_list())
    if verdicts.dtype == pl.String:
        return texts
    return texts.replace_strict(verdicts.values, default=None, return_dtype=verdicts.dtype)


def _check_json_schema(table: Table, item: Field, cells: pl.Series) -> None:
    """Test the one constraint that frictionless ignores, on the cells as it writes them."""
    verdicts = read_values(item, cells.drop_nulls().unique().to_list())
    if "jsonSchema" in verdicts.failed:
        failed = cells.is_in(verdicts.failed["jsonSchema"]).fill_null(value=False)
        table.delegated[item.name] = {"jsonSchema": failed.arg_true()}


_CONSTRAINTS = frozenset(
    [
        "required", "enum", "pattern", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "minLength", "maxLength", "jsonSchema",
    ]
)  # fmt: skip
