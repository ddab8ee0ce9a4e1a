"""A package from its files: the descriptor, and each resource by the engine that can read it."""

from pathlib import Path

from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import Package, Resource
from mtopendata.reading.integrity import check_integrity
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table, read_table


def read_package(place: Path, report: Report, options: Options) -> tuple[Package, dict[str, Table]]:
    """The package at `place` and its tables by resource.

    Faults of descriptor, files, text, headers and types go to `report`. MtopendataError: there is
    no package.
    """
    found: list[Finding] = []
    package = open_package(place, found.append, options.max_bytes)
    failed = any(finding.severity == "error" for finding in found)
    report.record(Check("descriptor", "descriptor", None, "mtopendata", 1, int(failed)), found)
    tables: dict[str, Table] = {}
    for resource in package.resources:
        if resource.name in tables:  # two of one name, which is an error of the descriptor
            report.checks.append(Check("table", "text", resource.name, "none", 0, 0))
            continue
        check_integrity(resource, report)
        table = _read(package, resource, report, options)
        if table is not None:
            tables.setdefault(resource.name, table)
    return package, tables


def _read(package: Package, resource: Resource, report: Report, options: Options) -> Table | None:
    """A resource as a table, by the engine that can read it; None where it is none."""
    if resource.is_csv:
        if resource.schema is None:
            report.add(
                Finding(
                    "no-schema", "warning", "the table has no schema, so that no cell is checked",
                    "declare a schema", resource.name, resource.path,
                )
            )  # fmt: skip
        return read_table(resource, report, options)
    if resource.paths and not resource.files:
        return None  # its path was refused
    if "data" in resource.descriptor or (resource.files and resource.is_tabular):
        from mtopendata.reading.frictionless_resources import read_resource

        return read_resource(package, resource, report, options)
    if resource.files:
        report.checks.append(Check("file is there", "file", resource.name, "python", 1, 0))
    return None
