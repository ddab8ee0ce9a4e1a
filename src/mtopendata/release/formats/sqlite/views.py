"""The views with labels, as statements that make them."""

from collections.abc import Iterator, Mapping

import polars as pl

from mtopendata.reading.labels import Labelled
from mtopendata.release.formats.sqlite.statements import quoted, row_number, sql_text
from mtopendata.release.formats.sqlite.tables import SqliteTable
from mtopendata.release.storage import unique_names


def create_view(name: str, plan: Labelled, tables: Mapping[str, SqliteTable]) -> str:
    """The table's own columns, and then the labels."""
    table = tables[plan.resource.name]
    own = [column for column, _ in table.columns.values()]
    aliases = unique_names([*own, *(alias for alias, _, _ in plan.columns)])[len(own) :]
    selected = [f"t.{quoted(column)}" for column in own]
    selected += [
        f"{_label_value(plan, index, source, tables)} AS {quoted(alias)}"
        for alias, (_, index, source) in zip(aliases, plan.columns, strict=True)
    ]
    lines = [f"FROM {quoted(table.name)} AS t", *_joins(plan, tables)]
    columns = ",\n  ".join(selected)
    query = f"SELECT\n  {columns}\n" + "\n".join(lines)
    return f"{_beginning(name)}{query}{_order(row_number(own))}"


def _beginning(name: str) -> str:
    return f"CREATE VIEW {quoted(name)} AS "


def _order(number: str | None) -> str:
    """Without an order SQLite may read an index instead of the table, and shuffle the rows."""
    return f"\nORDER BY t.{number}" if number else ""


def query_of_rows(statement: str, name: str, number: str) -> str:
    """What a view asks, but of as many rows as the second parameter says, behind the one whose
    `number` is the first parameter: SQLite goes through these by their numbers. The view by itself
    would count all rows before them each time, and copy each text to put them in order.
    """
    query = statement.removeprefix(_beginning(name)).removesuffix(_order(number))
    return f"{query} WHERE t.{number} > ?1 AND t.{number} <= ?1 + ?2"


def _label_value(
    plan: Labelled, index: int | None, source: str, tables: Mapping[str, SqliteTable]
) -> str:
    """Where a label's text comes from: a column of a join, or the categories of the table's own."""
    if index is not None:
        return f"j{index}.{quoted(tables[plan.joins[index].resource].columns[source][0])}"
    column, stored = tables[plan.resource.name].columns[source]
    cases = " ".join(
        f"WHEN {_code_literal(code, stored)} THEN {sql_text(label)}"
        for code, label in plan.categories[source].items()
    )
    return f"CASE t.{quoted(column)} {cases} END"


def _joins(plan: Labelled, tables: Mapping[str, SqliteTable]) -> Iterator[str]:
    for index, join in enumerate(plan.joins):
        other = tables[join.resource]
        parent = plan.resource.name if join.parent is None else plan.joins[join.parent].resource
        here = tables[parent]
        side = "t" if join.parent is None else f"j{join.parent}"
        on = " AND ".join(
            f"{side}.{quoted(here.columns[ours][0])} = j{index}.{quoted(other.columns[theirs][0])}"
            for ours, theirs in zip(join.key.fields, join.key.reference, strict=True)
        )
        yield f"LEFT JOIN {quoted(other.name)} AS j{index} ON {on}"


def _code_literal(code: str, stored: pl.DataType) -> str:
    return sql_text(code) if stored == pl.String else str(int(code))
