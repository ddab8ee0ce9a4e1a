"""The order in which findings are told: that of the rows."""

from collections.abc import Callable, Sequence

from mtopendata.ledger.report import Finding
from mtopendata.reading.packages import ReadPackage
from mtopendata.reading.places import with_columns


def in_place(findings: Sequence[Finding], read: ReadPackage, max_bytes: int) -> list[Finding]:
    """The findings in the order of the rows, with the column at which each one's cell begins.

    First stand those of the descriptor, then those of each resource: first what is not about one
    row, then row by row and field by field; last what is about no resource. `max_bytes` limits
    what a compressed file may expand to.
    """
    return with_columns(sorted(findings, key=_order_of_finding(read)), read.columns, max_bytes)


def _order_of_finding(read: ReadPackage) -> Callable[[Finding], tuple[int, int, int, int]]:
    """Where a finding stands among the others."""
    ranks: dict[str, int] = {}
    parts: dict[tuple[str, str], int] = {}
    fields: dict[tuple[str, str], int] = {}
    for rank, item in enumerate(read.resources):
        name = item.resource.name
        ranks.setdefault(name, rank)
        parts |= {(name, path): number for number, path in enumerate(item.resource.paths)}
        if item.columns is not None:
            columns = enumerate(item.columns.schema)
            fields |= {(name, field): number for number, field in columns}

    def order(finding: Finding) -> tuple[int, int, int, int]:
        name = finding.resource or ""
        if finding.resource is None:
            return (-1 if finding.check == "descriptor" else len(ranks)), 0, 0, 0
        part = parts.get((name, finding.path or ""), -1)
        field = fields.get((name, finding.field or ""), -1)
        return ranks.get(name, len(ranks)), part, finding.row or 0, field

    return order
