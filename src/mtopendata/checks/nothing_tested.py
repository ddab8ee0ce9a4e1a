"""What is told where there was nothing to test: tables without rows, and checks without values."""

from collections.abc import Iterator

from mtopendata.figures.tables import is_log
from mtopendata.ledger.report import Check, Finding
from mtopendata.reading.packages import ReadPackage, ReadResource

DECLARED = ("constraint", "primary-key", "unique-key", "foreign-key")
"""Kinds of checks that somebody has asked for in the descriptor."""
_NAMED = 6
"""Checks without a value that are named for each table; the ledger has all."""


def empty_table(item: ReadResource) -> Iterator[Finding]:
    """A warning where a table has no rows, unless nobody expects it to have some."""
    if not item.rows and not is_log(item.resource):
        message = "the table has no rows, so that nothing was tested"
        where = item.resource.name, item.resource.path
        yield Finding("no-rows", "warning", message, "add its rows", *where)


def tested_nothing(checks: list[Check], read: ReadPackage) -> Iterator[Finding]:
    """A note on each table's checks that met no value, of which an optional column may have none.
    Tables without rows have a finding already, and of a log nobody expects that all has happened.
    """
    tables = (item for item in read.resources if item.columns is not None)
    empty = {item.resource.name for item in tables if not item.rows or is_log(item.resource)}
    idle: dict[str | None, list[str]] = {}
    for check in checks:
        if check.kind in DECLARED and not check.tested and check.resource not in empty:
            idle.setdefault(check.resource, []).append(check.name)
    for resource, names in idle.items():
        shown = ", ".join(repr(name) for name in names[:_NAMED])
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        message = f"there was no value to test for {shown}{more}"
        hint = "nothing to do, unless there should be values"
        yield Finding("tested-nothing", "note", message, hint, resource)
