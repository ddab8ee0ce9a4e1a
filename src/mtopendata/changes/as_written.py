"""Versions with faults: what is wrong with them, and how they are read to be compared all the same.

An earlier version can no longer be mended, and what mends it is a change that people want to see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from mtopendata.changes.side_by_side import Texts
from mtopendata.checks.integrity import check_integrity
from mtopendata.checks.keys import primary_key_faults
from mtopendata.ledger.outcome import Found, Item, Outcome
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.model import DESCRIPTOR, Resource
from mtopendata.package.texts import present_text
from mtopendata.reading.csv_tables import CsvTable
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, ReadResource, read_resource

Side = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class AsWritten:
    """A part of one version that has faults, and is compared as it is written: a resource, or the
    descriptor, where `resource` is None. `checks` are those that failed, and `faults` how often.
    """

    side: Side
    label: str
    resource: str | None
    path: str | None
    faults: int
    checks: tuple[str, ...]


def by_labels(read: ReadPackage, options: Options) -> ReadPackage:
    """The package with those tables read anew whose columns are not where their schema says: each
    column is that of its label.
    """
    resources = [_by_labels(read, item, options) for item in read.resources]
    return replace(read, resources=tuple(resources))


def _by_labels(read: ReadPackage, item: ReadResource, options: Options) -> ReadResource:
    schema = item.resource.schema
    if schema is None or schema.fields_match != "exact" or not _fails(item, "header"):
        return item
    by_name = replace(item.resource, schema=replace(schema, fields_match="partial"))
    again = read_resource(read.package, by_name, options, lambda _: (), is_kept=True)
    # A header that was not divided has no field's label.
    has_fields = again.table is not None and any(again.table.fields())
    return replace(again, found=item.found) if has_fields else item


def _fails(item: ReadResource, kind: str) -> bool:
    return any(isinstance(row, Check) and row.kind == kind and row.failed for row in item.found)


def has_unlike_parts(item: ReadResource) -> bool:
    """Whether parts of a table have other headers than its first one."""
    return any(
        fault.code == "part-header"
        for row in item.found
        if isinstance(row, Outcome) and row.kind == "header"
        for _, fault in row.failed
    )


def faults_of(side: Side, read: ReadPackage, resource: Resource) -> Iterator[AsWritten]:
    """What is wrong with a resource of a version, as far as it matters to a comparison."""
    item = read_of(read, resource.name)
    keys = primary_key_faults(item.table) if item.table is not None else ()
    if wrong := fault_counts(item, keys):
        where = resource.name, resource.path
        yield AsWritten(side, read.label, *where, sum(wrong.values()), tuple(wrong))


def fault_counts(item: ReadResource, keys: Found) -> dict[str, int]:
    """How often each check of a resource failed that matters to a comparison; `keys` is what was
    found of its primary key.
    """
    found = (*check_integrity(item.resource), *item.found, *keys)
    return {name: count for name, count in map(_counts_of, found) if count}


def faults_of_descriptor(side: Side, read: ReadPackage) -> Iterator[AsWritten]:
    """What is wrong with the descriptor of a version: it counts as not declared."""
    found = [item for item in read.found if isinstance(item, Finding) and item.severity == "error"]
    if found:
        codes = tuple(dict.fromkeys(item.code for item in found))
        yield AsWritten(side, read.label, None, DESCRIPTOR, len(found), codes)


def faults_found(as_written: Iterable[AsWritten], *, is_validated: bool) -> Iterator[Finding]:
    """The faults of the new version, which can still be mended, where its validation does not tell
    of them; else, beside the validation, those of the old one.
    """
    for item in as_written:
        if is_validated == (item.side == "new"):
            continue
        whose = f" in {item.label}" if is_validated else ""
        yield Finding(
            "as-written",
            "note" if is_validated else "error",
            f"it has faults{whose}, and is compared as it is written "
            f"({', '.join(item.checks)}: {item.faults:,} in all)",
            "nothing to do, unless you compare with another version"
            if is_validated
            else "mend them; mtopendata validate shows each",
            item.resource,
            item.path,
        )


def _counts_of(item: Item) -> tuple[str, int]:
    """What a check is called, and how often it failed. Findings beside a row of the ledger count
    there.
    """
    match item:
        case Check():
            return item.name, item.failed
        case Outcome():
            counts = item.tested is not None and item.severity == "error"
            return item.name, item.failed_count if counts else 0
        case Finding():
            return item.code, int(item.severity == "error")
        case _:
            return "rules", 0  # what follows from rules counts nowhere


def read_of(read: ReadPackage, name: str) -> ReadResource:
    """A resource as it was read: the first of its name."""
    return next(item for item in read.resources if item.resource.name == name)


def why_unread(read: ReadPackage, resource: Resource) -> str | None:
    """Why a resource is no table, as the first error says that tells of it."""
    said: list[Finding] = []
    for item in (*read_of(read, resource.name).found, *read.found):
        if isinstance(item, Finding) and item.resource == resource.name:
            said.append(item)
        elif isinstance(item, Outcome) and item.severity == "error":
            said += [item.say(fault) for fault in item.failed]
    return next((finding.message for finding in said if finding.severity == "error"), None)


def texts_in(item: ReadResource) -> Texts:
    """How the columns of a table are written, where its source tells that."""

    def texts(index: int) -> pl.Series | None:
        source = item.source
        if not isinstance(source, CsvTable):
            return None
        cell = pl.col(str(index))
        parts = [
            frame.select(present_text(cell, source.columns[index].field)).to_series()
            for frame in source.texts()
        ]
        return pl.concat(parts) if parts else None

    return texts
