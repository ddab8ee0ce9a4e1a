"""Runs every check on a package that was read, and records what they found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mtopendata.checks.kind import kinds
from mtopendata.figures.tables import is_log
from mtopendata.ledger.outcome import Found, record
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import Package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage
from mtopendata.reading.tables import Table


@dataclass(frozen=True, slots=True)
class Validated:
    """A package that was read and tested."""

    read: ReadPackage
    report: Report

    @property
    def package(self) -> Package:
        """What the descriptor declares."""
        return self.read.package

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables by the name of their resource."""
        return self.read.tables


def check_package(read: ReadPackage, options: Options) -> Report:
    """Test all that a package declares, and all that its tables must hold."""
    report = Report(read.label, rows=sum(table.frame.height for table in read.tables.values()))
    record(read.found, report, options.limit)
    for found in (*_of_resources(read), *_of_tables(read)):
        record(found, report, options.limit)
    broken = {
        check.resource for check in report.checks if check.kind == "primary-key" and check.failed
    }
    for kind in kinds():
        if kind.of_package is not None:
            is_gated = not broken.isdisjoint(kind.needs)
            found = kind.gated(read) if is_gated else kind.of_package(read)
            record(found, report, options.limit)
    record(_tested_nothing(report.checks, read.tables), report, options.limit)
    return report


def _of_resources(read: ReadPackage) -> Iterator[Found]:
    """What is found of each resource's files, and what was found while they were read."""
    for item in read.resources:
        for kind in kinds():
            if kind.of_resource is not None:
                yield kind.of_resource(item.resource)
        yield item.found
        if item.table is not None and item.resource.is_csv:
            yield _no_rows(item.table)


def _of_tables(read: ReadPackage) -> Iterator[Found]:
    """What is found of each table by itself."""
    for table in read.tables.values():
        for kind in kinds():
            if kind.of_table is not None:
                yield kind.of_table(table)


def _no_rows(table: Table) -> Iterator[Finding]:
    if not table.frame.height and not is_log(table.resource):
        message = "the table has no rows, so that nothing was tested"
        where = table.resource.name, table.resource.path
        yield Finding("no-rows", "warning", message, "add its rows", *where)


DECLARED = ("constraint", "primary-key", "unique-key", "foreign-key")
"""Kinds of checks that somebody has asked for in the descriptor."""


def _tested_nothing(checks: list[Check], tables: Mapping[str, Table]) -> Iterator[Finding]:
    """A check that tested nothing is a finding; tables without rows have one already, and of a log
    nobody expects that everything has happened.
    """
    empty = {
        name for name, table in tables.items() if not table.frame.height or is_log(table.resource)
    }
    for check in checks:
        if check.kind in DECLARED and not check.tested and check.resource not in empty:
            message = f"the check {check.name!r} tested nothing: there is no value to test"
            hint = "remove what is not needed, or fill in the values"
            yield Finding("tested-nothing", "warning", message, hint, check.resource)
