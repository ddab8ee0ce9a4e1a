"""A package from its files: the descriptor, and each resource by the engine that can read it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from semver import Version

from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import Package, Resource
from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.csv_tables import CsvTable
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.folds import Fold
from mtopendata.reading.inline_data import found_in_no_table
from mtopendata.reading.options import Options
from mtopendata.reading.reading_found import ReadingFold, text_found
from mtopendata.reading.scanning import scan
from mtopendata.reading.tables import Columns, Table
from mtopendata.reading.typed_tables import TypedTable
from mtopendata.reading.whole_tables import WholeTable
from mtopendata.values.versions import read_version

Folds = Callable[[Columns], Sequence[Fold]]
"""The folds that are put to a table, by what its header tells."""


@dataclass(frozen=True, slots=True)
class ReadResource:
    """A resource that was read, and what reading it found. `columns` is None where it is no table
    that could be read, `table` also where nobody asked for all of its rows. `concluded` has what
    each fold says that was put to it.
    """

    resource: Resource
    columns: Columns | None = None
    table: Table | None = None
    found: tuple[Item, ...] = ()
    rows: int = 0
    concluded: tuple[Any, ...] = ()
    source: BlockSource | None = None


@dataclass(frozen=True)
class ReadPackage:
    """A package that was read. `label` is what the user calls it; `found` is what is wrong with the
    descriptor itself. `left` are the names of the tables that are still to be read.
    """

    label: str
    package: Package
    resources: tuple[ReadResource, ...]
    found: tuple[Item, ...] = ()
    left: frozenset[str] = frozenset()

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The tables of which all rows were asked for, by the name of their resource."""
        return {item.resource.name: item.table for item in self.resources if item.table is not None}

    @cached_property
    def columns(self) -> Mapping[str, Columns]:
        """The columns of all tables, by the name of their resource."""
        items = (item for item in self.resources if item.columns is not None)
        return {item.resource.name: item.columns for item in items if item.columns is not None}

    @property
    def version(self) -> Version | None:
        """The package's version; None where it declares none, or one that is not semantic."""
        return read_version(self.package.descriptor.get("version"))

    @property
    def name(self) -> str:
        """The version as declared, or else the label."""
        version = self.package.descriptor.get("version")
        return version if isinstance(version, str) and version else self.label

    @property
    def loaded(self) -> Package:
        """The package with its tables' rows."""
        return replace(self.package, tables={n: table.frame for n, table in self.tables.items()})


def read_package(
    place: Path,
    options: Options,
    label: str | None = None,
    is_left: Callable[[Resource], bool] = lambda _: False,
) -> ReadPackage:
    """The package at `place` and all rows of its tables, but for those that are left.

    Faults of descriptor, text, headers and types are kept beside what was read. MtopendataError:
    there is no package.
    """
    package, found = described(place, options)
    read = []
    left = set()
    for resource, is_repeated in with_repeats(package):
        if is_repeated:
            read.append(ReadResource(resource, found=repeated(resource)))
        elif is_left(resource):
            left.add(resource.name)
            read.append(ReadResource(resource))
        else:
            item = read_resource(package, resource, options, lambda _: (), is_kept=True)
            read.append(item)
    return ReadPackage(label or str(place), package, tuple(read), found, frozenset(left))


def described(place: Path, options: Options) -> tuple[Package, tuple[Item, ...]]:
    """The package as its descriptor declares it, and what is wrong with that.

    MtopendataError: there is no package.
    """
    package, faults = open_package(place, options.max_bytes, options.copies)
    is_broken = any(finding.severity == "error" for finding in faults)
    row = Check("descriptor", "descriptor", None, "mtopendata", 1, int(is_broken))
    return package, (row, *(replace(finding, check=row.name) for finding in faults))


def with_repeats(package: Package) -> Sequence[tuple[Resource, bool]]:
    """The resources, each with whether an earlier one has its name, which is an error of the
    descriptor.
    """
    names: set[str] = set()
    found = []
    for resource in package.resources:
        found.append((resource, resource.name in names))
        names.add(resource.name)
    return found


def repeated(resource: Resource) -> tuple[Item, ...]:
    """What is said of a resource that is not read, because an earlier one has its name."""
    return (untested("text", "table", resource.name),)


Scan = Callable[[Any, Folds, Options], list[Any] | None]


def read_resource(
    package: Package,
    resource: Resource,
    options: Options,
    folds: Folds,
    *,
    is_kept: bool,
    others: Collection[str] | None = None,
) -> ReadResource:
    """A resource, read by the engine that can, with what the folds conclude of its table.

    `is_kept`: all rows are wanted. `others` are the resources whose rows decide what the folds see,
    where that may be kept for a later run.
    """
    how: Scan = scan
    if options.cache and others is not None and not is_kept and options.engine is None:
        # Not at the top: most validations keep nothing.
        from mtopendata.reading.kept.scanning import scan_kept

        how = partial(scan_kept, options.cache, package, others)
    if resource.is_csv:
        return _read_typed(CsvTable(resource, options), folds, is_kept=is_kept, scan=how)
    if resource.paths and not resource.files:
        return ReadResource(resource)  # its path was refused
    if (other := _other_table(resource, options)) is not None:
        return _read_typed(other, folds, is_kept=is_kept, scan=how)
    if resource.is_inline:
        return ReadResource(resource, found=tuple(found_in_no_table(resource)))
    if resource.files and resource.is_tabular:
        return _from_frictionless(package, resource, options, folds, is_kept=is_kept)
    if resource.files:
        row = Check("file is there", "file", resource.name, "python", 1, 0)
        return ReadResource(resource, found=(row, *_untested_schema(resource)))
    return ReadResource(resource)


def _other_table(resource: Resource, options: Options) -> TypedTable | None:
    """A table that is no CSV and is read here. Most packages need not wait for what reads it."""
    if resource.is_json:
        from mtopendata.reading.json_dialects import is_json_table
        from mtopendata.reading.json_tables import JsonTable

        if is_json_table(resource):
            return JsonTable(resource, options)
    if resource.is_stored:
        from mtopendata.reading.stored_tables import StoredTable

        return StoredTable(resource, options)
    return None


def _read_typed(source: TypedTable, folds: Folds, *, is_kept: bool, scan: Scan) -> ReadResource:
    resource, options = source.resource, source.options
    # A schema that is declared and cannot be read is a fault of the descriptor.
    is_asked = resource.is_csv or resource.is_stored or resource.is_declared_table
    is_lacking = is_asked and "schema" not in resource.descriptor
    no_schema = (_no_schema(resource),) if is_lacking else ()

    def all_folds(columns: Columns) -> list[Fold]:
        whole = [WholeTable(columns)] if is_kept else []
        return [ReadingFold(source, columns), *whole, *folds(columns)]

    try:
        concluded = scan(source, all_folds, options)
    except UnreadableError as error:
        where = resource.name, resource.path_of(error.part)
        finding = Finding(error.code, "error", str(error), error.hint, *where)
        return ReadResource(resource, found=(*no_schema, finding))
    if concluded is None:
        return ReadResource(resource, found=(*no_schema, *text_found(source)))
    rows, *others = concluded
    table = others.pop(0) if is_kept else None
    return ReadResource(
        resource,
        rows.columns,
        table,
        (*no_schema, *rows.found),
        rows.count,
        tuple(others),
        source,
    )


def _from_frictionless(
    package: Package, resource: Resource, options: Options, folds: Folds, *, is_kept: bool
) -> ReadResource:
    from mtopendata.reading.frictionless_resources import FrictionlessTable

    source = FrictionlessTable(package, resource, options)

    def all_folds(columns: Columns) -> list[Fold]:
        return [WholeTable(columns), *folds(columns)]

    concluded = scan(source, all_folds, options)
    if concluded is None:
        return ReadResource(resource, found=tuple(source.found))
    table, *others = concluded
    rows = table.frame.height
    return ReadResource(
        resource,
        table,
        table if is_kept else None,
        tuple(source.found),
        rows,
        tuple(others),
        source,
    )


def _untested_schema(resource: Resource) -> Iterator[Finding]:
    """What is said of a schema of what is no table, such as GeoJSON or an image."""
    if resource.schema:
        message = (
            f"{resource.format} is not a table that this program reads: its schema was not tested"
        )
        hint = "nothing to do; if it is a table, declare the format that it has"
        where = resource.name, resource.path
        yield Finding("not-checked", "warning", message, hint, *where)


def _no_schema(resource: Resource) -> Finding:
    message = "the table has no schema, so that no cell is checked"
    where = resource.name, resource.path
    return Finding("no-schema", "warning", message, "declare a schema", *where)
