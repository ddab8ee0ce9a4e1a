"""The data of two versions of a package, resource by resource."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from mtopendata.changes.descriptor import KINDS, Change
from mtopendata.changes.rows import TableChanges, has_common_row, table_changes
from mtopendata.changes.vintages import Vintage
from mtopendata.checks.keys import primary_key_holds
from mtopendata.figures.tables import is_log
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.checksums import sha256
from mtopendata.package.model import Field, Resource
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.values.json_values import same, shown


@dataclass
class ResourceChanges:
    """`files` names the resources without rows that differ, `uncompared` those that could not be
    compared; `columns` has the columns that came or went without the descriptor saying so.
    """

    tables: list[TableChanges] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)
    columns: list[Change] = field(default_factory=list)


def resource_changes(
    old: Vintage, new: Vintage, descriptor: Sequence[Change], report: Report, options: Options
) -> ResourceChanges:
    """Compare what both versions have. What cannot be compared is an error of `report`: nobody may
    take it for unchanged.
    """
    found = ResourceChanges()
    earlier = {item.after: item.before for item in descriptor if item.kind == "resource-renamed"}
    count = [Counter(item.name for item in side.package.resources) for side in (old, new)]
    for resource in new.package.resources:
        before = old.package.resource(earlier.get(resource.name, resource.name))
        if before is None:
            continue
        if count[0][before.name] > 1 or count[1][resource.name] > 1:
            fault: str | None = "two resources have its name"
        elif not _is_table(old, before) and not _is_table(new, resource):
            fault = _compare_files(old, new, before, resource, found)
        else:
            fault = _fault(old, before) or _fault(new, resource)
            if fault is None:
                here, there = old.tables[before.name], new.tables[resource.name]
                names = renamed_fields(descriptor, resource.name)
                _compare_tables(old, here, there, names, found, report, options)
        if fault is not None:
            found.uncompared.append(resource.name)
            report.record(
                Check("comparison", "comparison", resource.name, "none", 0, 0),
                [
                    Finding(
                        "not-compared", "error", f"it is not compared: {fault}",
                        "mend that first (mtopendata validate shows it), or compare other versions",
                        resource.name, resource.path,
                    )
                ],
            )  # fmt: skip
    return found


def _is_table(side: Vintage, resource: Resource) -> bool:
    return resource.is_tabular or resource.name in side.tables


def _fault(side: Vintage, resource: Resource) -> str | None:
    """Why the rows of a resource cannot be compared, or None."""
    table = side.tables.get(resource.name)
    if table is None:
        return f"that of {side.label} could not be read"
    return _faulty_check(side, resource, ("text", "header", "type", "integrity")) or (
        None if primary_key_holds(table) else f"the primary key of {side.label} does not hold"
    )


def _faulty_check(side: Vintage, resource: Resource, kinds: tuple[str, ...]) -> str | None:
    for check in side.report.checks:
        if check.resource == resource.name and check.failed and check.kind in kinds:
            return f"that of {side.label} has faults ({check.name})"
    return None


def _compare_files(
    old: Vintage, new: Vintage, before: Resource, after: Resource, found: ResourceChanges
) -> str | None:
    """Resources without rows: their bytes, or the data in the descriptor. Returns a fault."""
    data = [item.descriptor.get("data") for item in (before, after)]
    for side, item, value in ((old, before, data[0]), (new, after, data[1])):
        if value is None and not item.files:
            return f"that of {side.label} could not be read"
        if fault := _faulty_check(side, item, ("integrity",)):
            return fault
    if not same(*data) or sha256(before.files) != sha256(after.files):
        found.files.append(after.name)
    return None


def renamed_fields(descriptor: Iterable[Change], resource: str) -> dict[str, str]:
    """New names of a resource's fields by their old ones."""
    return {
        item.before: item.after
        for item in descriptor
        if item.kind == "field-renamed" and item.resource == resource
    }


def with_names(table: Table, renamed: Mapping[str, str]) -> Table:
    """The table with some of its fields renamed."""
    columns = table.frame.columns
    taken = set(columns) - renamed.keys()  # by what no schema tells of
    present = {
        name: renamed[name] for name in columns if name in renamed and renamed[name] not in taken
    }
    return replace(table, frame=table.frame.rename(present)) if present else table


def _compare_tables(
    old: Vintage, before: Table, after: Table, renamed: Mapping[str, str],
    found: ResourceChanges, report: Report, options: Options,
) -> None:  # fmt: skip
    resource = after.resource
    before = with_names(before, renamed)
    found.columns.extend(_column_changes(before, after))
    for item in after.fields():
        if item.descriptor.get("floatNumber") or item.name not in before.frame.columns:
            continue
        if any(side.frame.schema[item.name].is_float() for side in (before, after)):
            report.add(
                Finding(
                    "inexact", "warning",
                    "the numbers are compared as binary floating point, since some are NaN, INF or "
                    "longer than exact numbers can be",
                    "declare 'floatNumber' if that is meant", resource.name, resource.path,
                    field=item.name,
                )
            )  # fmt: skip
    found.tables.append(
        table_changes(
            before, after, _common_key(before, after, renamed), options.limit,
            are_referenced=partial(_are_referenced, old, before.resource.name, renamed),
            is_log=is_log(resource),
        )
    )  # fmt: skip


def _column_changes(before: Table, after: Table) -> Iterator[Change]:
    """Columns that only one side's data have, where no schema tells of them."""
    names = [{item.name for item in _fields(table)} for table in (before, after)]
    columns = before.frame.columns, after.frame.columns
    for kind, words, here, there in (
        ("field-removed", "gone from", 0, 1),
        ("field-added", "new in", 1, 0),
    ):
        for column in columns[here]:
            is_told = column in names[here] and column not in names[there]
            if column not in columns[there] and not is_told:
                values = (column, None) if here == 0 else (None, column)
                message = f"the column {shown(column)} is {words} the data"
                step = KINDS[kind][0]
                yield Change(kind, step, message, after.resource.name, column, None, *values)


def _fields(table: Table) -> tuple[Field, ...]:
    return table.resource.schema.fields if table.resource.schema else ()


def _common_key(before: Table, after: Table, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """The primary key by which two tables are compared; empty where they have no common one."""
    keys = [
        table.resource.schema.primary_key if table.resource.schema else ()
        for table in (before, after)
    ]
    is_same = {renamed.get(name, name) for name in keys[0]} == set(keys[1])
    return keys[1] if is_same and before.has(keys[1]) and after.has(keys[1]) else ()


def _are_referenced(
    old: Vintage, name: str, renamed: Mapping[str, str], rows: pl.DataFrame
) -> bool:
    """Whether another table refers to one of these rows of the resource `name`."""
    for resource in old.package.resources:
        child = old.tables.get(resource.name)
        for key in resource.schema.foreign_keys if resource.schema else ():
            if key.resource != name or resource.name == name or child is None:
                continue
            there = [renamed.get(field_, field_) for field_ in key.reference]
            if child.has(key.fields) and set(there) <= set(rows.columns):
                pairs = zip(key.fields, there, strict=True)
                columns = [(child.frame.get_column(a), rows.get_column(b)) for a, b in pairs]
                if has_common_row(columns):
                    return True
    return False
