"""A package from its files: the descriptor, and each resource by the engine that can read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from semver import Version

from mtopendata.ledger.outcome import Found, Item, untested
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import Package, Resource
from mtopendata.reading.csv_tables import read_table
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.values.versions import read_version


@dataclass(frozen=True, slots=True)
class ReadResource:
    """A resource, its table where it is one that could be read, and what reading it found."""

    resource: Resource
    table: Table | None
    found: tuple[Item, ...] = ()


@dataclass(frozen=True)
class ReadPackage:
    """A package that was read. `label` is what the user calls it; `found` is what is wrong with the
    descriptor itself.
    """

    label: str
    package: Package
    resources: tuple[ReadResource, ...]
    found: tuple[Item, ...] = ()

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The tables by the name of their resource."""
        return {item.resource.name: item.table for item in self.resources if item.table is not None}

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


def read_package(place: Path, options: Options, label: str | None = None) -> ReadPackage:
    """The package at `place` and its tables.

    Faults of descriptor, text, headers and types are kept beside what was read. MtopendataError:
    there is no package.
    """
    package, faults = open_package(place, options.max_bytes)
    is_broken = any(finding.severity == "error" for finding in faults)
    row = Check("descriptor", "descriptor", None, "mtopendata", 1, int(is_broken))
    resources: list[ReadResource] = []
    names: set[str] = set()
    for resource in package.resources:
        if resource.name in names:  # two of one name, which is an error of the descriptor
            found: Found = [untested("text", "table", resource.name)]
            resources.append(ReadResource(resource, None, tuple(found)))
            continue
        names.add(resource.name)
        table, found = _read(package, resource, options)
        resources.append(ReadResource(resource, table, tuple(found)))
    described: tuple[Item, ...] = (row, *(replace(finding, check=row.name) for finding in faults))
    return ReadPackage(label or str(place), package, tuple(resources), described)


def _read(package: Package, resource: Resource, options: Options) -> tuple[Table | None, Found]:
    """A resource as a table, by the engine that can read it; None where it is none."""
    if resource.is_csv:
        table, found = read_table(resource, options)
        return table, found if resource.schema else [_no_schema(resource), *found]
    if resource.paths and not resource.files:
        return None, ()  # its path was refused
    if "data" in resource.descriptor or (resource.files and resource.is_tabular):
        from mtopendata.reading.frictionless_resources import read_resource

        return read_resource(package, resource, options)
    if resource.files:
        return None, [Check("file is there", "file", resource.name, "python", 1, 0)]
    return None, ()


def _no_schema(resource: Resource) -> Finding:
    message = "the table has no schema, so that no cell is checked"
    where = resource.name, resource.path
    return Finding("no-schema", "warning", message, "declare a schema", *where)
