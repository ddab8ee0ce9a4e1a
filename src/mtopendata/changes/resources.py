"""The data of two versions of a package, resource by resource."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from mtopendata.changes.as_written import (
    AsWritten,
    faults_of,
    faults_of_descriptor,
    has_unlike_parts,
    read_of,
    texts_in,
    why_unread,
)
from mtopendata.changes.change import Change
from mtopendata.changes.matching import has_common_row
from mtopendata.changes.renamed_tables import as_named_now, renamed_fields
from mtopendata.changes.rows import TableChanges, table_changes
from mtopendata.changes.steps import KINDS
from mtopendata.checks.key_values import KeysOf
from mtopendata.figures.tables import is_log
from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.checksums import sha256
from mtopendata.package.model import Field, Resource
from mtopendata.package.texts import canonical_pair
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, ReadResource
from mtopendata.reading.scanning import look_again
from mtopendata.reading.tables import Table
from mtopendata.values.json_values import same, shown


@dataclass
class ResourceChanges:
    """`files` names the resources that differ where no rows tell how, `uncompared` those that could
    not be compared; `columns` has the columns that came or went without the descriptor saying so,
    and `as_written` what was compared in spite of its faults.
    """

    tables: list[TableChanges] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)
    columns: list[Change] = field(default_factory=list)
    as_written: list[AsWritten] = field(default_factory=list)
    found: list[Item] = field(default_factory=list)


def resource_changes(
    old: ReadPackage, new: ReadPackage, descriptor: Sequence[Change], options: Options
) -> ResourceChanges:
    """Compare what both versions have; at most `limit` changes of a table are listed. What has
    faults is compared as it is written. What cannot be compared is an error: nobody may take it for
    unchanged.
    """
    changes = ResourceChanges()
    changes.as_written += [
        *faults_of_descriptor("old", old),
        *faults_of_descriptor("new", new),
    ]
    for before, after in _common_resources(old, new, descriptor):
        if fault := _why_uncompared(old, new, before, after):
            changes.uncompared.append(after.name)
            changes.found += _uncompared_resource(after, fault)
            continue
        faults = [*faults_of("old", old, before), *faults_of("new", new, after)]
        changes.as_written += faults
        table, columns = None, []
        if after.name in new.tables:
            renamed = renamed_fields(descriptor, after.name)
            there = new.tables[after.name]
            here = as_named_now(old.tables[before.name], renamed)
            table = _row_changes(old, new, here, there, renamed, options, has_faults=bool(faults))
            changes.tables.append(table)
            columns = list(_column_changes(here, there))
            changes.columns += columns
            changes.found += _inexact(here, there)
        # What has faults can differ in what is in no cell, such as one beyond the last column.
        is_told = bool(table or columns) if faults else table is not None
        if not is_told and _files_differ(before, after):
            changes.files.append(after.name)
    return changes


def _row_changes(
    old: ReadPackage,
    new: ReadPackage,
    before: Table,
    after: Table,
    renamed: Mapping[str, str],
    options: Options,
    *,
    has_faults: bool,
) -> TableChanges:
    """What changed in a table, whose fields in `before` are called as today."""
    there = before.resource.name
    return table_changes(
        before,
        after,
        _common_key(before, after),
        options.limit,
        are_referenced=partial(_are_referenced, old, there, renamed, options),
        is_log=is_log(after.resource),
        has_faults=has_faults,
        texts=(texts_in(read_of(old, there)), texts_in(read_of(new, after.resource.name))),
    )


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
    sides = (old, before), (new, after)
    for side, resource in sides:
        if [item.name for item in side.package.resources].count(resource.name) > 1:
            return f"two resources of {side.label} have its name"
        if has_unlike_parts(read_of(side, resource.name)):
            return f"its parts have different headers in {side.label}"
    is_table = any(resource.name in side.tables for side, resource in sides)
    for side, resource in sides:
        has_data = resource.descriptor.get("data") is not None or bool(resource.files)
        if not has_data or (is_table and resource.name not in side.tables):
            why = why_unread(side, resource) or "it has no rows that anybody could read"
            return f"that of {side.label} could not be read: {why}"
    return None


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


def _files_differ(before: Resource, after: Resource) -> bool:
    """Whether resources without rows differ in their bytes, or in the data in the descriptor."""
    data = before.descriptor.get("data"), after.descriptor.get("data")
    return not same(*data) or sha256(before.files) != sha256(after.files)


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


def _common_key(before: Table, after: Table) -> tuple[str, ...]:
    """The primary key by which two tables are compared; empty where they have no common one."""
    keys = [
        table.resource.schema.primary_key if table.resource.schema else ()
        for table in (before, after)
    ]
    is_same = set(keys[0]) == set(keys[1])
    return keys[1] if is_same and before.has(keys[1]) and after.has(keys[1]) else ()


def _are_referenced(
    old: ReadPackage,
    name: str,
    renamed: Mapping[str, str],
    options: Options,
    rows: pl.DataFrame,
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
                values = _different_values(read_of(old, resource.name), child, key.fields, options)
                columns = [
                    canonical_pair(
                        (child.field(here), table.field(field_)), (value, rows.get_column(now))
                    )
                    for here, value, field_, now in zip(
                        key.fields, values, key.reference, there, strict=True
                    )
                ]
                if has_common_row(columns):
                    return True
    return False


def _different_values(
    item: ReadResource, table: Table, names: Sequence[str], options: Options
) -> list[pl.Series]:
    """Columns of a table; where rows are left out of it, those of the different values of all."""
    if not table.left_out or item.source is None or item.columns is None:
        return [table.frame.get_column(name) for name in names]
    here = replace(options, engine=None)  # which would leave elsewhere what are too many
    [keys] = look_again(item.source, [KeysOf(item.columns, names)], None, here)
    return [keys.frame.get_column(str(index)) for index in range(len(names))]
