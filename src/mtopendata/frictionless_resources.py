"""Whole resources that are no CSV, read and checked by frictionless.

Frictionless may raise anything on hostile input, so the one call into it is fenced: what it raises
is a finding that the resource was not checked.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from mtopendata.codes import CODES
from mtopendata.frictionless_values import (
    field_descriptor,
    plain_json,
    read_values,
    unusable_constraints,
)
from mtopendata.package import Field, Package, Resource
from mtopendata.report import Check, Finding, Report
from mtopendata.tables import HEADER_CODES, TEXT_CODES, Lines, Options, Table, parse_texts


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
                "install the extra that the format needs, such as mtopendata[excel], or store "
                "the table as CSV",
                resource.name, resource.path,
            )
        )  # fmt: skip
        return None


def _read(package: Package, resource: Resource, report: Report, options: Options) -> Table | None:
    import frictionless

    fields = resource.schema.fields if resource.schema else ()
    unusable = {item.name: unusable_constraints(item) for item in fields}
    descriptor = plain_json(dict(resource.descriptor))
    schema = descriptor.get("schema")
    if isinstance(schema, Mapping):
        # Keys are tested by `keys`, for all resources alike.
        keys = ("primaryKey", "foreignKeys", "uniqueKeys")
        descriptor["schema"] = {k: v for k, v in schema.items() if k not in keys}
        descriptor["schema"]["fields"] = [
            field_descriptor(
                item,
                [n for n in item.constraints if n != "unique" and n not in unusable[item.name]],
            )
            for item in fields
        ]
        descriptor["type"] = "table"  # a JSON file with a schema is one too
    source = frictionless.Resource.from_descriptor(descriptor, basepath=str(package.folder))
    counts: dict[tuple[str, str], list[Finding]] = {}
    failed: dict[tuple[str, str], int] = {}
    rows: list[list[str | None]] = []
    lines: list[int] = []

    def note(error: Any, row: int | None) -> None:
        name = getattr(error, "field_name", None) or ""
        code = str(error.type)
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
        names = source.schema.field_names
        for row in source.row_stream:
            for error in row.errors:
                note(error, row.row_number)
            cells = row.to_list(types=["string"])
            rows.append([None if cell is None else str(cell) for cell in cells])
            lines.append(row.row_number)
    text = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row", strict=False)
    frame = text.with_columns(
        parse_texts(item, text.get_column(item.name)).alias(item.name)
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
    unread = {item.name: pl.Series([], dtype=pl.UInt32) for item in fields if item.name in names}
    table = Table(resource, frame, place, unread, unusable=unusable)
    for item in fields:
        if "jsonSchema" in item.constraints and item.name in names:
            _check_json_schema(table, item, text.get_column(item.name))
    return table


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
