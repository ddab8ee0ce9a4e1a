"""What a SQLite database will hold: tables, views with labels, and the statements of both."""

from collections.abc import Mapping
from dataclasses import dataclass

from mtopendata.reading.labels import Labelled, labelled
from mtopendata.release.formats import Plan
from mtopendata.release.formats.sqlite.descriptions import (
    RESERVED,
    DescriptionTable,
    describe_fields,
    describe_package,
    describe_tables,
)
from mtopendata.release.formats.sqlite.statements import create_table
from mtopendata.release.formats.sqlite.tables import SqliteTable, stored_tables
from mtopendata.release.formats.sqlite.views import create_view
from mtopendata.release.model import Release
from mtopendata.release.storage import unique_names


@dataclass(frozen=True, slots=True)
class View:
    """A table's view with labels."""

    name: str
    labels: Labelled


@dataclass(frozen=True)
class Database(Plan):
    """Tables and views by resource; what makes them, by their names; and what describes them."""

    tables: Mapping[str, SqliteTable]
    views: Mapping[str, View]
    statements: Mapping[str, str]
    descriptions: tuple[DescriptionTable, ...]

    @property
    def rows(self) -> int:
        """The rows of all tables together."""
        return sum(table.frame.height for table in self.tables.values())


def plan_database(release: Release) -> Database:
    """The tables that SQLite can hold, and a sentence for each other."""
    tables, notes = stored_tables(release.package)
    views = _views(release, tables)
    statements = {table.name: create_table(table, tables) for table in tables.values()}
    statements |= {
        view.name: create_view(view.name, view.labels, tables) for view in views.values()
    }
    described = (
        describe_package(release.descriptor),
        describe_tables(tables, {name: view.name for name, view in views.items()}),
        describe_fields(tables),
    )
    return Database(release, tuple(notes), tables, views, statements, described)


def _views(release: Release, tables: Mapping[str, SqliteTable]) -> dict[str, View]:
    """A view for each table that has labels, called unlike any table."""
    plans = {name: labelled(release.package, table.resource) for name, table in tables.items()}
    known = {name: plan for name, plan in plans.items() if plan}
    taken = [*RESERVED, *(table.name for table in tables.values())]
    wanted = [f"{tables[name].name}_labelled" for name in known]
    names = unique_names([*taken, *wanted])[len(taken) :]
    return {
        resource: View(name, plan)
        for name, (resource, plan) in zip(names, known.items(), strict=True)
    }
