"""The ledger on the page: each check that ran, by table and by what it looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from mtopendata.ledger.report import Check

ROWS = 2_000
"""Checks that a page has room for."""


@dataclass
class Looked:
    """What checks looked at, such as a column: the names of those that tested and failed as many.
    A check that is named like what it looked at has an empty name.
    """

    at: str
    tested: int
    failed: int
    checks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The checks of each table in the order in which they ran, and how many there are besides."""

    tables: tuple[tuple[str, tuple[Looked, ...]], ...]
    checks: int
    tested: int
    failed: int
    more: int


def ledger_of(checks: Iterable[Check]) -> Ledger:
    """The ledger of a package's contents. What compares files with declared sums is left out: a
    release lists its own.
    """
    known = [check for check in checks if check.kind != "integrity"]
    tables: dict[str, dict[tuple[str, int, int], Looked]] = {}
    for check in islice(known, ROWS):
        rows = tables.setdefault(check.resource or "the package", {})
        at, _, name = check.name.partition(": ")
        key = at, check.tested, check.failed
        rows.setdefault(key, Looked(*key)).checks.append(name)
    return Ledger(
        tuple((name, tuple(rows.values())) for name, rows in tables.items()),
        len(known),
        sum(check.tested for check in known),
        sum(check.failed for check in known),
        max(0, len(known) - ROWS),
    )
