"""The data of two versions of a package, resource by resource."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from mtopendata.changes.change import Change
from mtopendata.changes.matching import has_common_row
from mtopendata.changes.rows import TableChanges, table_changes
from mtopendata.changes.steps import KINDS
from mtopendata.checks.integrity import check_integrity
from mtopendata.checks.keys import primary_key_holds
from mtopendata.figures.tables import is_log
from mtopendata.ledger.outcome import Item, failed, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.checksums import sha256
from mtopendata.package.model import Field, Resource
from mtopendata.package.texts import canonical_pair
from mtopendata.reading.packages import ReadPackage
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
    found: list[Item] = field(default_factory=list)


def resource_changes(
    old: ReadPackage, new: ReadPackage, descriptor: Sequence[Change], limit: int
) -> ResourceChanges:
    """Compare what both versions have; at most `limit` changes of a table are listed. What cannot
    be compared is an error: nobody may take it for unchanged.
    """
    changes = ResourceChanges()
    for before, after in _common_resources(old, new, descriptor):
        if fault := _why_uncompared(old, new, before, after):
            changes.uncompared.append(after.name)
            changes.found += _uncompared_resource(after, fault)
        elif _has_rows(old, before) or _has_rows(new, after):
            renamed = renamed_fields(descriptor, after.name)
            here, there = with_names(old.tables[before.name], renamed), new.tables[after.name]
            changes.columns += _column_changes(here, there)
            changes.found += _inexact(here, there)
            changes.tables.append(_row_changes(old, here, there, renamed, limit))
        elif _files_differ(before, after):
            changes.files.append(after.name)
    return changes


def _common_resources(
    old: ReadPackage, new: ReadPackage, descriptor: Sequence[Change]
) -> Iterator[tuple[Resource, Resource]]:
    """What both versions have, whatever it was called before."""
    earlier = {item.after: item.before for item in descriptor if item.kind == "resource-renamed"}
    for after in new.package.resources:
        before = old.package.resource(earlier.get(after.name, after.name))
        if before is not None:
            yield before, after


def _why_uncompared(
    old: ReadPackage, new: ReadPackage, before: Resource, after: Resource
) -> str | None:
    """Why nobody can tell what changed in a resource, or None."""
    for side, resource in ((old, before), (new, after)):
        if [item.name for item in side.package.resources].count(resource.name) > 1:
            return "two resources have its name"
    fault = _table_fault if _has_rows(old, before) or _has_rows(new, after) else _file_fault
    return fault(old, before) or fault(new, after)


def _uncompared_resource(resource: Resource, fault: str) -> Iterator[Item]:
    yield untested("comparison", "comparison", resource.name)
    yield Finding(
        "not-compared",
        "error",
        f"it is not compared: {fault}",
        "mend that first (mtopendata validate shows it), or compare other versions",
        resource.name,
        resource.path,
        check="comparison",
    )


def _has_rows(side: ReadPackage, resource: Resource) -> bool:
    return resource.is_tabular or resource.name in side.tables


def _table_fault(side: ReadPackage, resource: Resource) -> str | None:
    """Why the rows of a resource cannot be compared, or None."""
    table = side.tables.get(resource.name)
    if table is None:
        return f"that of {side.label} could not be read"
    return _faulty_check(side, resource, ("text", "header", "type", "integrity")) or (
        None if primary_key_holds(table) else f"the primary key of {side.label} does not hold"
    )


def _file_fault(side: ReadPackage, resource: Resource) -> str | None:
    """Why the bytes of a resource, or the data in its descriptor, cannot be compared, or None."""
    if resource.descriptor.get("data") is None and not resource.files:
        return f"that of {side.label} could not be read"
    return _faulty_check(side, resource, ("integrity",))


def _faulty_check(side: ReadPackage, resource: Resource, kinds: tuple[str, ...]) -> str | None:
    """The first check of these kinds that failed of a resource; None: all held."""
    read = next(item for item in side.resources if item.resource.name == resource.name)
    for item in (*check_integrity(resource), *read.found):
        if not isinstance(item, Finding) and item.kind in kinds and failed([item]):
            return f"that of {side.label} has faults ({item.name})"
    return None


def _files_differ(before: Resource, after: Resource) -> bool:
    """Whether resources without rows differ in their bytes, or in the data in the descriptor."""
    data = before.descriptor.get("data"), after.descriptor.get("data")
    return not same(*data) or sha256(before.files) != sha256(after.files)


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


def _row_changes(
    old: ReadPackage, before: Table, after: Table, renamed: Mapping[str, str], limit: int
) -> TableChanges:
    return table_changes(
        before,
        after,
        _common_key(before, after, renamed),
        limit,
        are_referenced=partial(_are_referenced, old, before.resource.name, renamed),
        is_log=is_log(after.resource),
    )


def _inexact(before: Table, after: Table) -> Iterator[Finding]:
    """Numbers that are compared as binary floating point, without being meant so."""
    for item in after.fields():
        if item.descriptor.get("floatNumber") or item.name not in before.frame.columns:
            continue
        if any(side.frame.schema[item.name].is_float() for side in (before, after)):
            yield Finding(
                "inexact",
                "warning",
                "the numbers are compared as binary floating point, since some are NaN, INF or "
                "longer than exact numbers can be",
                "declare 'floatNumber': true for the field if that is meant",
                after.resource.name,
                after.resource.path,
                field=item.name,
            )


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
    old: ReadPackage, name: str, renamed: Mapping[str, str], rows: pl.DataFrame
) -> bool:
    """Whether another table refers to one of these rows of the resource `name`."""
    for resource in old.package.resources:
        child = old.tables.get(resource.name)
        for key in resource.schema.foreign_keys if resource.schema else ():
            if key.resource != name or resource.name == name or child is None:
                continue
            there = [renamed.get(field_, field_) for field_ in key.reference]
            if child.has(key.fields) and set(there) <= set(rows.columns):
                table = old.tables[name]
                columns = [
                    canonical_pair(
                        (child.field(here), table.field(field_)),
                        (child.frame.get_column(here), rows.get_column(now)),
                    )
                    for here, field_, now in zip(key.fields, key.reference, there, strict=True)
                ]
                if has_common_row(columns):
                    return True
    return False
