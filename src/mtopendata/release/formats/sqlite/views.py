"""The views with labels, as statements that make them."""

from collections.abc import Mapping

import polars as pl

from mtopendata.reading.labels import Labelled
from mtopendata.release.formats.sqlite.plan import (
    Table,
)
from mtopendata.release.formats.sqlite.statements import quoted, sql_text
from mtopendata.release.storage import unique_names


def create_view(name: str, plan: Labelled, tables: Mapping[str, Table]) -> str:
    """The table's own columns, and then the labels."""
    table = tables[plan.resource.name]
    others = [tables[join.resource] for join in plan.joins]
    selected = [f"t.{quoted(column)}" for column, _ in table.columns.values()]
    own = [column for column, _ in table.columns.values()]
    aliases = unique_names([*own, *(alias for alias, _, _ in plan.columns)])[len(own) :]
    for alias, (_, index, source) in zip(aliases, plan.columns, strict=True):
        if index is not None:
            value = f"j{index}.{quoted(others[index].columns[source][0])}"
        else:
            column, stored = table.columns[source]
            cases = " ".join(
                f"WHEN {_code(code, stored)} THEN {sql_text(label)}"
                for code, label in plan.categories[source].items()
            )
            value = f"CASE t.{quoted(column)} {cases} END"
        selected.append(f"{value} AS {quoted(alias)}")
    lines = [f"FROM {quoted(table.name)} AS t"]
    for index, (join, other) in enumerate(zip(plan.joins, others, strict=True)):
        here = table if join.parent is None else others[join.parent]
        side = "t" if join.parent is None else f"j{join.parent}"
        on = " AND ".join(
            f"{side}.{quoted(here.columns[ours][0])} = j{index}.{quoted(other.columns[theirs][0])}"
            for ours, theirs in zip(join.key.fields, join.key.reference, strict=True)
        )
        lines.append(f"LEFT JOIN {quoted(other.name)} AS j{index} ON {on}")
    # Without an order SQLite may read an index instead of the table, and shuffle the rows.
    taken = {column.casefold() for column in own}
    number = next((word for word in ("rowid", "oid", "_rowid_") if word not in taken), None)
    if number:
        lines.append(f"ORDER BY t.{number}")
    columns = ",\n  ".join(selected)
    return f"CREATE VIEW {quoted(name)} AS SELECT\n  {columns}\n" + "\n".join(lines)


def _code(code: str, stored: pl.Series) -> str:
    return sql_text(code) if stored.dtype == pl.String else str(int(code))
