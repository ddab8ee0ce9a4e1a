"""Runs every check on a package: each table is read once, and all that is asked of it is put to its
blocks; what they found is then recorded in the order of the ledger.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from mtopendata.checks.foreign_keys import referenced
from mtopendata.checks.key_values import KeysOf
from mtopendata.checks.kind import Kind, Known, kinds
from mtopendata.checks.nothing_tested import empty_table, tested_nothing
from mtopendata.figures.tables import FIGURES
from mtopendata.ledger.outcome import Found, record
from mtopendata.ledger.report import Report
from mtopendata.package.model import ForeignKey, Package, Resource
from mtopendata.reading.folds import Fold
from mtopendata.reading.options import Options
from mtopendata.reading.packages import (
    ReadPackage,
    ReadResource,
    described,
    read_resource,
    repeated,
    with_repeats,
)
from mtopendata.reading.scanning import scan
from mtopendata.reading.tables import Columns, Table


@dataclass(frozen=True, slots=True)
class Validated:
    """A package that was read and tested. Rows are kept of the tables that somebody asked for."""

    read: ReadPackage
    report: Report

    @property
    def package(self) -> Package:
        """What the descriptor declares."""
        return self.read.package

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables of which all rows were kept, by the name of their resource."""
        return self.read.tables


def check_package(place: Path, options: Options, *, is_kept: bool) -> Validated:
    """Read a package and test all that it declares, and all that its tables must hold.

    `is_kept`: all rows of all tables are wanted. MtopendataError: there is no package.
    """
    package, found = described(place, options)
    tested = _Tested(package, options, is_kept=is_kept)
    for resource in _in_order_of_reading(package):
        tested.read(resource)
    tested.look_up_what_was_left()
    read = ReadPackage(str(place), package, tuple(tested.in_order()), found)
    return Validated(read, _recorded(read, tested, options))


@dataclass
class _Table:
    """A table that was tested: what each kind of check has found of it."""

    resource: ReadResource
    found: dict[int, Found] = field(default_factory=dict)


class _Tested:
    """The tables of a package, tested one after the other."""

    def __init__(self, package: Package, options: Options, *, is_kept: bool) -> None:
        self.package = package
        self.options = options
        self.is_kept = is_kept
        self.known = Known(package, options.limit)
        self.tables: dict[str, _Table] = {}
        self.kept = {name for kind in kinds() for name in kind.keeps}
        self.left: list[tuple[Kind, str]] = []

    def read(self, resource: Resource) -> None:
        """Read and test a table, as far as what it refers to has been read."""
        asked: list[Kind] = []
        wanted = referenced(self.package, resource.name)

        def folds(columns: Columns) -> Sequence[Fold]:
            asked.clear()
            keys = [KeysOf(columns, names) for names in wanted if columns.has(names)]
            tests = list(self._tests(columns, asked))
            return [*keys, *tests]

        is_kept = self.is_kept or resource.name in self.kept
        others = self.kept | {key.resource for key in _foreign_keys(resource)}
        read = read_resource(
            self.package, resource, self.options, folds, is_kept=is_kept, others=others
        )
        name = resource.name
        self.tables[name] = _Table(read)
        self.known.read.add(name)
        if read.columns is None:
            return
        keys = [names for names in wanted if read.columns.has(names)]
        concluded = list(read.concluded)
        self.known.columns[name] = read.columns
        self.known.keys.update(
            {(name, names): replace(concluded.pop(0), source=read.source) for names in keys}
        )
        if read.table is not None:
            self.known.tables[name] = read.table
        for kind, found in zip(asked, concluded, strict=True):
            self.tables[name].found[kind.order] = found

    def _tests(self, columns: Columns, asked: list[Kind]) -> Iterator[Fold]:
        """The tests of a table, each with its kind; those that others must be read for are left."""
        name = columns.resource.name
        for kind in kinds():
            make = kind.of_table or kind.across
            if make is None:
                continue
            if not kind.is_ready(columns.resource, self.known):
                if (kind, name) not in self.left:
                    self.left.append((kind, name))
                continue
            if (fold := make(columns, self.known)) is not None:
                asked.append(kind)
                yield fold

    def look_up_what_was_left(self) -> None:
        """Test in a second reading what refers to a table that was not read before its own."""
        for kind, name in self.left:
            table = self.tables[name]
            source = table.resource.source
            if source is not None and kind.across is not None:
                folds = partial(self._across, kind.across)
                for found in scan(source, folds, self.options) or ():
                    table.found[kind.order] = found

    def _across(
        self, make: Callable[[Columns, Known], Fold | None], columns: Columns
    ) -> Sequence[Fold]:
        fold = make(columns, self.known)
        return () if fold is None else (fold,)

    def in_order(self) -> Iterator[ReadResource]:
        """The resources in the order of the descriptor."""
        for resource, is_repeated in with_repeats(self.package):
            if is_repeated:
                yield ReadResource(resource, found=repeated(resource))
            else:
                yield self.tables[resource.name].resource


def _in_order_of_reading(package: Package) -> list[Resource]:
    """The resources such that parents come before their children where they can, and figures after
    the tables that say what they are.
    """
    first = {r.name: r for r, is_repeated in with_repeats(package) if not is_repeated}
    kept = {name for kind in kinds() for name in kind.keeps}
    ordered: dict[str, Resource] = {}

    def visit(name: str, on_the_way: Collection[str]) -> None:
        resource = first.get(name)
        if resource is None or name in ordered or name in on_the_way:
            return
        before = [key.resource for key in _foreign_keys(resource)]
        if name == FIGURES:
            before += [other for other in first if other in kept]
        for other in before:
            visit(other, {*on_the_way, name})
        ordered[name] = resource

    for name in first:
        visit(name, ())
    return list(ordered.values())


def _foreign_keys(resource: Resource) -> Sequence[ForeignKey]:
    return resource.schema.foreign_keys if resource.schema else ()


# What is recorded


def _recorded(read: ReadPackage, tested: _Tested, options: Options) -> Report:
    limit = options.limit
    report = Report(read.label, rows=sum(item.rows for item in read.resources))
    record(read.found, report, limit)
    for found in (*_of_resources(read), *_of_tables(read, tested)):
        record(found, report, limit)
    broken = {
        check.resource for check in report.checks if check.kind == "primary-key" and check.failed
    }
    for number, kind in enumerate(kinds()):
        if options.progress:
            options.progress("rules and figures", None, number, len(kinds()))
        if kind.of_package is not None:
            record(kind.of_package(tested.known), report, limit)
        if kind.across is not None and not broken.isdisjoint(kind.needs):
            record(kind.gated(tested.known), report, limit)
        elif kind.across is not None:
            for item in read.resources:
                if item.columns is not None:
                    found = tested.tables[item.resource.name].found.get(kind.order, ())
                    record(found, report, limit)
    record(tested_nothing(report.checks, read), report, limit)
    return report


def _of_resources(read: ReadPackage) -> Iterator[Found]:
    """What is found of each resource's files, and what was found while they were read."""
    for item in read.resources:
        for kind in kinds():
            if kind.of_resource is not None:
                yield kind.of_resource(item.resource)
        yield item.found
        if item.columns is not None:
            yield empty_table(item)


def _of_tables(read: ReadPackage, tested: _Tested) -> Iterator[Found]:
    """What is found of each table by itself."""
    for item in read.resources:
        if item.columns is not None:
            found = tested.tables[item.resource.name].found
            yield from (found[k.order] for k in kinds() if k.of_table and k.order in found)
