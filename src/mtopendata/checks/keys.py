"""Primary, unique and foreign keys, tested by grouping and joining."""

from collections.abc import Mapping, Sequence

import polars as pl

from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import DESCRIPTOR, ForeignKey
from mtopendata.reading.options import Options
from mtopendata.reading.queries import collect
from mtopendata.reading.tables import Table


def check_keys(table: Table, report: Report, options: Options) -> bool:
    """Test the primary key, the unique keys and the unique fields of a table.

    Returns whether the primary key holds: rules over rows that stand twice would count them twice.
    """
    schema = table.resource.schema
    if schema is None:
        return True
    holds = True
    doubled = pl.Series([], dtype=pl.UInt32)
    if schema.primary_key and table.has(schema.primary_key):
        complete = _check_complete(table, schema.primary_key, report, options)
        doubled = _check_unique(table, schema.primary_key, "primary-key", doubled, report, options)
        holds = complete and doubled.is_empty()
    for key in schema.unique_keys:
        if table.has(key):
            _check_unique(table, key, "unique-key", doubled, report, options)
        else:
            _record_untested(table, f"unique key ({', '.join(key)})", "unique-key", report)
    for item in table.fields():
        if item.constraints.get("unique"):
            _check_unique(table, (item.name,), "unique", doubled, report, options)
    return holds


def _check_complete(table: Table, key: Sequence[str], report: Report, options: Options) -> bool:
    """No cell of a primary key may be missing. Cells that did not parse are reported already."""
    missing = pl.Series([], dtype=pl.UInt32)
    for name in key:
        column = table.frame.get_column(name)
        if column.has_nulls():
            indexes = column.is_null().arg_true()
            if name in table.unread:
                indexes = indexes.filter(~indexes.is_in(table.unread[name].implode()))
            missing = pl.concat([missing, indexes]).unique().sort()
    label = ", ".join(key)
    report.record(
        Check(
            f"primary key ({label}): complete", "primary-key", table.resource.name, "polars",
            table.frame.height, len(missing),
        ),
        [
            table.finding(
                "primary-key", row, None, None,
                f"a part of the primary key ({label}) is missing", "fill it in",
            )
            for row in missing.head(options.limit)
        ],
    )  # fmt: skip
    return missing.is_empty()


def _check_unique(
    table: Table, key: Sequence[str], code: str, known: pl.Series, report: Report, options: Options
) -> pl.Series:
    """The indexes of the rows whose key stands in an earlier row. A null is no part of a key.

    `known` rows are not reported again: one that doubles a primary key is reported for that alone.
    """
    columns = _columns(table, key)
    if any(column.has_nulls() for column in columns):
        columns = columns.drop_nulls()
    tested = columns.height
    surplus = pl.Series([], dtype=pl.UInt32)
    findings = []
    label = ", ".join(key)
    if not _all_differ(columns):
        repeated = (
            _columns(table, key)
            .with_row_index("row")
            .drop_nulls()
            .with_columns(first=pl.col("row").min().over(columns.columns))
            .filter(pl.col("row") > pl.col("first"))
            .filter(~pl.col("row").is_in(known.implode()))
            .sort("row")
        )
        surplus = repeated.get_column("row")
        listed = repeated.head(options.limit)
        for row, *values, earlier in listed.rows():
            shown = ", ".join(map(str, values))
            findings.append(
                table.finding(
                    code, row, key[0] if len(key) == 1 else None,
                    str(values[0]) if len(key) == 1 else None,
                    f"({label}) = ({shown}) stands already in row {table.lines[earlier]}",
                    "delete one of the two rows, or correct its key",
                )
            )  # fmt: skip
    name = {
        "primary-key": f"primary key ({label}): unique",
        "unique-key": f"unique key ({label})",
        "unique": f"{label}: unique",
    }[code]
    kind = "constraint" if code == "unique" else code
    check = Check(name, kind, table.resource.name, "polars", tested, len(surplus))
    report.record(check, findings)
    return surplus


def _columns(table: Table, key: Sequence[str]) -> pl.DataFrame:
    """A key's columns, named key0, key1, …: to Polars, a field called `*` means all fields."""
    return pl.DataFrame(
        [table.frame.get_column(name).alias(f"key{index}") for index, name in enumerate(key)]
    )


def _all_differ(columns: pl.DataFrame) -> bool:
    """Whether the rows' hashes prove that no two are equal. False proves nothing: hashes of
    different rows can be equal, and zeros of different signs have different hashes.
    """
    if columns.is_empty():
        return True
    if any(dtype.is_float() for dtype in columns.dtypes):
        return False
    return columns.hash_rows().n_unique() == columns.height


def _record_untested(table: Table, name: str, kind: str, report: Report) -> None:
    """Keep in the ledger a key of which a field has no column."""
    report.checks.append(Check(name, kind, table.resource.name, "none", 0, 0))


def check_foreign_keys(
    table: Table, tables: Mapping[str, Table], report: Report, options: Options
) -> None:
    """Test each foreign key: every row whose key is not wholly missing must be found there."""
    for key in table.resource.schema.foreign_keys if table.resource.schema else ():
        if not table.has(key.fields):
            label = f"foreign key ({', '.join(key.fields)}) -> {key.resource}"
            _record_untested(table, label, "foreign-key", report)
            continue
        target = tables.get(key.resource)
        if target is None or not target.has(key.reference):
            report.add(
                Finding(
                    "foreign-key", "error",
                    f"the foreign key ({', '.join(key.fields)}) refers to "
                    f"{key.resource} ({', '.join(key.reference)}), which is not there or could "
                    "not be read",
                    "correct the reference, or the table that it names",
                    table.resource.name, DESCRIPTOR,
                )
            )  # fmt: skip
            continue
        _check_reference(table, target, key, report, options)


def _check_reference(
    table: Table, target: Table, key: ForeignKey, report: Report, options: Options
) -> None:
    child, parent = _comparable(_columns(table, key.fields), _columns(target, key.reference))
    names = child.columns
    height = child.height
    present = child.with_row_index("row")
    if all(column.has_nulls() for column in child):
        present = present.filter(~pl.all_horizontal(pl.col(names).is_null()))
    known = parent.lazy().unique()
    lost = collect(present.lazy().join(known, on=names, how="anti", nulls_equal=True), height)
    # A key of which a cell did not parse has been reported for that.
    for name in key.fields:
        if name in table.unread and lost.height:
            lost = lost.filter(~pl.col("row").is_in(table.unread[name].implode()))
    # A missing part that the field requires has been reported for that.
    required = {item.name for item in table.fields() if item.constraints.get("required")}
    for name, part in zip(key.fields, names, strict=True):
        if name in required:
            lost = lost.filter(pl.col(part).is_not_null())
    lost = lost.sort("row")
    here, there = ", ".join(key.fields), ", ".join(key.reference)
    hint = f"correct it, or add it to {key.resource}"
    if mixed := _mixed_types(table, target, key):
        hint = f"{mixed}: a text never equals a number; give both fields the same type"
    findings = []
    for row, *values in lost.head(options.limit).select("row", *names).rows():
        shown = ", ".join("(missing)" if value is None else str(value) for value in values)
        findings.append(
            table.finding(
                "foreign-key", row, key.fields[0] if len(names) == 1 else None,
                str(values[0]) if len(names) == 1 else None,
                f"({here}) = ({shown}) is not in {key.resource} ({there})",
                hint,
            )
        )  # fmt: skip
    report.record(
        Check(
            f"foreign key ({here}) -> {key.resource} ({there})", "foreign-key",
            table.resource.name, "polars", present.height, lost.height,
        ),
        findings,
    )  # fmt: skip


def _mixed_types(table: Table, target: Table, key: ForeignKey) -> str | None:
    """The first pair of fields whose values can never be equal."""
    for here, there in zip(key.fields, key.reference, strict=True):
        types = table.frame.schema[here], target.frame.schema[there]
        if types[0] != types[1] and not all(dtype.is_numeric() for dtype in types):
            return f"{here!r} and {key.resource}'s {there!r} have different types"
    return None


def _comparable(child: pl.DataFrame, parent: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both sides with the same types: numbers compare as numbers; a number is never a text."""
    for name in child.columns:
        here, there = child.schema[name], parent.schema[name]
        if here == there:
            continue
        if here.is_numeric() and there.is_numeric():
            if here.is_float() or there.is_float():
                common: pl.DataType = pl.Float64()
            else:
                scales = [t.scale for t in (here, there) if isinstance(t, pl.Decimal)]
                common = pl.Decimal(38, max(scales, default=0))
            child = child.with_columns(pl.col(name).cast(common, strict=False))
            parent = parent.with_columns(pl.col(name).cast(common, strict=False))
        else:
            parent = parent.filter(pl.col(name).is_null())
            parent = parent.with_columns(pl.lit(None, here).alias(name))
    return child, parent
