"""Large tables of two versions, of which only the rows are kept that can matter to a comparison.

Each side is read twice: first for the hashes of its rows, then for those rows that the other side
does not have. So memory grows with what changed, and by 16 bytes with each row. A table of which
more must be known than that is read whole.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from mtopendata.changes.as_written import fault_counts, read_of
from mtopendata.changes.change import Change
from mtopendata.changes.matching import match_rows
from mtopendata.changes.row_hashes import (
    Hashes,
    KeptRows,
    Mask,
    RowHashes,
    Rows,
    drawn_seeds,
    rows_to_keep,
)
from mtopendata.checks.key_values import KeyPart, compared_as
from mtopendata.checks.keys import KeyFold, keys_of, primary_key_faults
from mtopendata.checks.revisions import revision_fold
from mtopendata.figures import tables as of_figures
from mtopendata.figures.revisions import SINCE, figure_key, has_since, is_after, is_revisions
from mtopendata.figures.tables import FIGURES, REVISIONS
from mtopendata.package.model import Resource
from mtopendata.reading.csv_tables import CsvTable
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.folds import Fold
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, ReadResource, read_resource
from mtopendata.reading.scanning import look_again
from mtopendata.reading.tables import Columns

LARGE = 16 * 2**20
"""Bytes of a table's files from which on not all of its rows are kept."""
_READ_WHOLE = {of_figures.MEASURES, of_figures.AREAS, of_figures.SOURCES, REVISIONS}
_READ_WHOLE |= {of_figures.RULES, of_figures.TERMS, of_figures.CUES, of_figures.MARKS}
"""Tables by which figures are judged."""


def is_large(resource: Resource) -> bool:
    """Whether a table is left for `with_changed_rows` to read."""
    return resource.is_csv and sum(file.stat().st_size for file in resource.files) >= LARGE


def with_changed_rows(
    old: ReadPackage, new: ReadPackage, descriptor: Sequence[Change], options: Options
) -> tuple[ReadPackage, ReadPackage]:
    """Both packages with the tables that were left: of those that can be, the rows that matter."""
    names = [n for n in sorted(old.left & new.left) if _can_be_parted(old, new, n, descriptor)]
    old, new = (
        _whole(old, old.left.difference(names), options),
        _whole(new, new.left.difference(names), options),
    )
    for name in names:
        pair = _Pair(old, new, name)
        if parted := _parted(pair, options):
            old, new = _with(old, parted[0]), _with(new, parted[1])
    return _whole(old, old.left, options), _whole(new, new.left, options)


def _with(read: ReadPackage, item: ReadResource) -> ReadPackage:
    """The package with a table that was read."""
    resources = [item if other.resource is item.resource else other for other in read.resources]
    return replace(read, resources=tuple(resources), left=read.left - {item.resource.name})


def _whole(read: ReadPackage, names: Collection[str], options: Options) -> ReadPackage:
    for name in sorted(names):
        resource = read_of(read, name).resource
        item = read_resource(read.package, resource, options, lambda _: (), is_kept=True)
        read = _with(read, item)
    return read


def _can_be_parted(
    old: ReadPackage, new: ReadPackage, name: str, descriptor: Sequence[Change]
) -> bool:
    """Whether the descriptors allow it: the table has one name and one key, its fields have kept
    their names, and no other table looks up its rows.
    """
    keys = [_primary_key(side, name) for side in (old, new)]
    is_renamed = any(
        item.kind in ("field-renamed", "resource-renamed") and name in (item.resource, item.before)
        for item in descriptor
    )
    return (
        bool(keys[0])
        and set(keys[0]) == set(keys[1])
        and not is_renamed
        and name not in _READ_WHOLE
        and not any(_is_parent(side, name) for side in (old, new))
    )


def _primary_key(read: ReadPackage, name: str) -> Sequence[str]:
    schema = read_of(read, name).resource.schema
    return schema.primary_key if schema else ()


def _is_parent(read: ReadPackage, name: str) -> bool:
    return any(
        key.resource == name
        for resource in read.package.resources
        for key in (resource.schema.foreign_keys if resource.schema else ())
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table of both versions, by its name."""

    old: ReadPackage
    new: ReadPackage
    name: str


def _parted(pair: _Pair, options: Options) -> tuple[ReadResource, ReadResource] | None:
    """Both sides of a table with the rows that matter; None: it must be read whole."""
    sides = pair.old, pair.new
    try:
        headers = [CsvTable(read_of(side, pair.name).resource, options).begin() for side in sides]
    except UnreadableError:
        return None
    here, there = headers
    parts = _common_parts(here, there) if here and there else None
    if parts is None or here is None or there is None:
        return None
    seeds = drawn_seeds()
    read = []
    for side, header, columns, wanted in zip(
        sides, (here, there), parts, _wanted(pair, there), strict=True
    ):
        resource = read_of(side, pair.name).resource
        folds = partial(_first_look, RowHashes(columns, seeds, wanted))
        item = read_resource(side.package, resource, options, folds, is_kept=False)
        if not _is_sound(item, header):
            return None
        read.append(item)
    kept = rows_to_keep(read[0].concluded[0], read[1].concluded[0])
    return (
        _second_look(read[0], kept[0], [], options),
        _second_look(read[1], kept[1], _tests(pair, read[1]), options),
    )


def _first_look(hashes: RowHashes, columns: Columns) -> Sequence[Fold]:
    keys = [key for key in keys_of(columns) if key.code == "primary-key"]
    return hashes, KeyFold(columns, keys, 1)


def _is_sound(item: ReadResource, header: Columns) -> bool:
    """Whether a table has no fault, and the columns that its header promised."""
    return (
        item.columns is not None
        and item.columns.schema == header.schema
        and not fault_counts(item, item.concluded[1])
    )


def _common_parts(old: Columns, new: Columns) -> tuple[Sequence[KeyPart], Sequence[KeyPart]] | None:
    """The common columns of both sides as they are hashed; None where equal values need not be
    alike, or cannot be told from the values.
    """
    found: list[tuple[KeyPart, KeyPart]] = []
    for name in (name for name in new.schema if name in old.schema):
        fields = old.field(name), new.field(name)
        way = compared_as((fields[0], old.schema[name]), (fields[1], new.schema[name]))
        if way is None or (way == "meaning" and fields[0] != fields[1]):
            return None
        # What is written otherwise is looked at once more, whatever it means.
        way = "it is" if way == "meaning" else way
        found.append((KeyPart(name, way, fields[0]), KeyPart(name, way, fields[1])))
    key = new.resource.schema.primary_key if new.resource.schema else ()
    if not old.has(key) or not new.has(key):
        return None
    return [one for one, _ in found], [other for _, other in found]


# What else is asked of figures


def _wanted(pair: _Pair, figures: Columns) -> tuple[Mask | None, Mask | None]:
    """What marks the rows that are kept although they may be alike: the figures that are dated
    later than the old version, and those that were ever revised.
    """
    if pair.name != FIGURES or pair.old.version is None:
        return None, None
    key, version = figure_key(figures), pair.old.version
    tables = {**pair.new.tables, FIGURES: figures}
    keys = pair.new.tables[REVISIONS].frame.select(key).unique() if is_revisions(tables) else None

    def are_revised(frame: pl.DataFrame) -> pl.Series:
        marks = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
        if keys is None:
            return marks
        rows = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        found = match_rows(keys, frame, key).common(keys.to_series(), rows)[1]
        return marks.scatter(found, values=True)

    def are_wanted(frame: pl.DataFrame) -> pl.Series:
        marks = are_revised(frame)
        if has_since(frame):
            marks |= is_after(frame.get_column(SINCE), version).fill_null(value=False)
        return marks

    return are_revised, are_wanted


def _tests(pair: _Pair, item: ReadResource) -> Sequence[Fold]:
    """What must see all figures of the new version: whether its revisions fit them."""
    if pair.name != FIGURES or item.columns is None or REVISIONS not in pair.new.tables:
        return []
    revisions = read_of(pair.new, REVISIONS)
    tables: Mapping[str, Columns] = {**pair.new.tables, FIGURES: item.columns}
    assert revisions.table is not None  # noqa: S101 - it is among the tables
    if not is_revisions(tables) or fault_counts(revisions, primary_key_faults(revisions.table)):
        return []
    version = pair.new.package.descriptor.get("version")
    return [revision_fold(item.columns, pair.new.tables, version)]


def _second_look(
    item: ReadResource, rows: Rows, tests: Sequence[Fold], options: Options
) -> ReadResource:
    """A table with some of its rows, and with what the tests conclude of all."""
    assert item.source is not None and item.columns is not None  # noqa: S101, PT018 - it was read
    hashes: Hashes = item.concluded[0]
    blocks = None if tests else rows.keys() | {0}
    folds = [KeptRows(item.columns, rows), *tests]
    table, *concluded = look_again(item.source, folds, blocks, options)
    left_out = hashes.frame.height - table.frame.height
    return replace(item, table=replace(table, left_out=left_out), concluded=tuple(concluded))
