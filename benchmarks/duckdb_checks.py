"""The checks of a generated package (see `generated.py`) written in DuckDB SQL.

    python benchmarks/duckdb_checks.py FOLDER/datapackage.json

Prints what is wrong with the package; the exit code is 1 if anything is.
"""

# The names put into SQL are those of the package generated here.
# ruff: noqa: S608

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DECIMAL(18, 2)"}
"""The type of a column, by that of its field. Generated numbers have two digits behind the point;
with DOUBLE the sums and comparisons would not be exact.
"""


def check_with_duckdb(descriptor: Path) -> int:
    """Check a generated package; print what is wrong with it and return the exit code.

    The schema checks follow the descriptor, so they are those frictionless is asked for. DuckDB
    is laxer in one: it rounds a number with more digits behind the point than its column has.
    Reading text and matching each cell would catch that, but is not how one loads a CSV into it.
    """
    resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
    connection = duckdb.connect()
    for item in resources:
        _load(connection, descriptor.parent / item["path"], item)
    checks = [check for item in resources for check in _schema_checks(item)]
    checks.append(("figures: value, qualifier and bounds disagree", _BOUNDS_SQL))
    if any(item["name"] == "rules" for item in resources):
        checks.append(("figures: a rule cannot hold", _BALANCE_SQL))
    failed = 0
    for title, sql in checks:
        row = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        found = row[0] if row else 0
        if found:
            failed = 1
            print(f"{title}: {found}")
    return failed


def _load(connection: duckdb.DuckDBPyConnection, path: Path, item: dict[str, Any]) -> None:
    columns = {field["name"]: TYPES[field["type"]] for field in item["schema"]["fields"]}
    # With its detection off, DuckDB skips the header line without reading it.
    with path.open(encoding="utf-8", newline="") as file:
        if next(csv.reader(file), None) != list(columns):
            raise SystemExit(f"{path.name}: the header is not the declared fields")
    connection.execute(
        f"CREATE TABLE {_quoted(item['name'])} AS SELECT * FROM read_csv("
        "$path, columns = $columns, auto_detect = false, header = true,"
        " delim = ',', quote = '\"', escape = '\"')",
        {"path": str(path), "columns": columns},
    )


def _schema_checks(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each declared check as a title and a query that returns what breaks it."""
    name, schema = item["name"], item["schema"]
    table = _quoted(name)
    for field in schema["fields"]:
        column = _quoted(field["name"])
        for title, condition in _broken(column, field.get("constraints", {})):
            where = f"SELECT 1 FROM {table} WHERE {condition}"
            yield f"{name}.{field['name']}: {title}", where
    key = ", ".join(map(_quoted, schema["primaryKey"]))
    yield (
        f"{name}: duplicate primary key",
        f"SELECT {key} FROM {table} GROUP BY {key} HAVING count(*) > 1",
    )
    for foreign in schema.get("foreignKeys", []):
        [own], [other] = foreign["fields"], foreign["reference"]["fields"]
        target = _quoted(foreign["reference"]["resource"])
        yield (
            f"{name}.{own}: not in {target}",
            f"SELECT 1 FROM {table} ANTI JOIN {target}"
            f" ON {table}.{_quoted(own)} = {target}.{_quoted(other)}",
        )


def _broken(column: str, constraints: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if constraints.get("required"):
        yield "missing", f"{column} IS NULL"
    if "minimum" in constraints:
        yield "below the minimum", f"{column} < {int(constraints['minimum'])}"
    if "enum" in constraints:
        allowed = ", ".join(f"'{value}'" for value in constraints["enum"])
        yield "not one of the allowed values", f"{column} NOT IN ({allowed})"


def _quoted(name: str) -> str:
    return f'"{name}"'


_BOUNDS_SQL = """
    SELECT 1 FROM figures
    WHERE NOT CASE qualifier
        WHEN 'exact' THEN coalesce(lower = value AND value = upper, false)
        WHEN 'rounded' THEN coalesce(lower <= value AND value <= upper, false)
    END
"""

# A sum can be zero when zero lies between the least and the greatest it can be. The generated
# rule is an equality without areas or lags, so this is all of it that SQL has to express.
_BALANCE_SQL = """
    WITH terms AS (
        SELECT rule, figures.area, period, coefficient,
               coalesce(lower, value) AS least, coalesce(upper, value) AS greatest
        FROM figures JOIN rule_terms USING (measure)
    )
    SELECT rule, area, period
    FROM terms
    GROUP BY rule, area, period
    HAVING count(*) = (SELECT count(*) FROM rule_terms WHERE rule_terms.rule = terms.rule)
       AND (sum(coefficient * CASE WHEN coefficient > 0 THEN least ELSE greatest END) > 0
         OR sum(coefficient * CASE WHEN coefficient > 0 THEN greatest ELSE least END) < 0)
"""


if __name__ == "__main__":
    sys.exit(check_with_duckdb(Path(sys.argv[1])))
