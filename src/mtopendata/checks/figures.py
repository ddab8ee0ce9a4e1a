"""What holds for figures beyond their schema: printed text, value, qualifier and bounds agree."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from mtopendata.figures.printed import PERCENT, read_printed
from mtopendata.figures.tables import NUMBERS
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.values.cells import plain


def check_figures(table: Table, report: Report, options: Options) -> None:
    """Test a table of figures; one ledger row for each relation that its columns allow."""
    _check_bounds(table, report, options)
    if table.is_typed(["unit"], pl.String):
        _check_units(table, report, options)
    if table.is_typed(["printed"], pl.String):
        _check_reported(table, report, options)
    if table.is_typed(["printed", "unit"], pl.String):
        _check_printed(table, report, options)


def check_figure_tables(tables: Mapping[str, Table], report: Report, options: Options) -> None:
    """Test what figures, measures and sources say of each other beyond their keys."""
    figures, measures, sources = (tables.get(n) for n in ("figures", "measures", "sources"))
    if figures is None:
        return
    if measures is not None and measures.is_typed(["measure"], pl.String):
        _check_measures_used(figures, tables.get("revisions"), measures, report, options)
    if (
        sources is not None
        and sources.is_typed(["source"], pl.String)
        and sources.is_typed(["year"], pl.Int64)
        and figures.is_typed(["source"], pl.String)
        and figures.is_typed(["period"], pl.Int64)
    ):
        _check_periods(figures, sources, report, options)


def _check_measures_used(
    figures: Table, revisions: Table | None, measures: Table, report: Report, options: Options
) -> None:
    """A measure without a figure is a row of figures that was lost, or a measure to come; but not
    where its figures were withdrawn.
    """
    column = measures.frame.get_column("measure")
    used = figures.frame.get_column("measure").unique()
    if revisions is not None and revisions.is_typed(["measure"], pl.String):
        used = pl.concat([used, revisions.frame.get_column("measure").unique()])
    rows = (~column.is_in(used.implode())).fill_null(value=False).arg_true()
    path = measures.resource.path
    findings = [
        Finding(
            "unused-measure", "warning", f"no figure is of the measure {column[row]!r}",
            "look for a lost row in figures; if its figures were withdrawn, revisions say so; else "
            "remove the measure", measures.resource.name, path,
            measures.lines[row], "measure", column[row],
        )
        for row in rows.head(options.limit)
    ]  # fmt: skip
    report.record(
        Check(
            "every measure has a figure", "figure", measures.resource.name, "polars",
            len(column), len(rows),
        ),
        findings,
        "warning",
    )  # fmt: skip


def _check_periods(figures: Table, sources: Table, report: Report, options: Options) -> None:
    """A document about one year cannot have a figure of a later one."""
    years = sources.frame.select("source", "year").drop_nulls().unique("source")
    dated = (
        figures.frame.select("source", "period")
        .with_row_index("row")
        .drop_nulls()
        .join(years, on="source", maintain_order="left")
    )
    late = dated.filter(pl.col("period") > pl.col("year")).sort("row")
    findings = [
        figures.finding(
            "period", row, "period", str(period),
            f"the period {period} is later than {year}, the year of the source {source!r}",
            "correct the period or the source",
        )
        for row, source, period, year in late.head(options.limit).rows()
    ]  # fmt: skip
    _record(
        figures, "period is not after the source's year", dated.height, late.height, findings,
        report,
    )  # fmt: skip


def _record(
    table: Table, name: str, tested: int, failed: int, findings: list[Finding], report: Report
) -> None:
    report.record(Check(name, "figure", table.resource.name, "polars", tested, failed), findings)


def _check_bounds(table: Table, report: Report, options: Options) -> None:
    """The bounds and the value stand to each other as the qualifier says."""
    value, lower, upper = (pl.col(name) for name in NUMBERS)
    closed = lower.is_not_null() & upper.is_not_null()
    around = closed & (lower <= value) & (value <= upper)
    low_only, high_only = lower.is_not_null() & upper.is_null(), upper.is_not_null()
    agrees = {
        "exact": closed & (lower == value) & (value == upper),
        "rounded": around,
        "more_than": low_only & (lower >= value),
        "at_least": low_only & (lower == value),
        "fewer_than": high_only & (upper <= value) & (lower.fill_null(0) <= upper),
        "at_most": high_only & (upper == value) & (lower.fill_null(0) <= upper),
        "about": (lower.is_null() | (lower <= value)) & (upper.is_null() | (value <= upper)),
    }
    verdict = pl.lit(None, pl.Boolean)
    for qualifier, holds in agrees.items():
        verdict = pl.when(pl.col("qualifier") == qualifier).then(holds).otherwise(verdict)
    frame = table.frame.select("qualifier", *NUMBERS)
    tested_mask = frame.select(value.is_not_null() & pl.col("qualifier").is_in(list(agrees)))
    wrong = frame.select(~verdict & value.is_not_null()).to_series().fill_null(value=False)
    wrong &= ~table.is_unread(["qualifier", *NUMBERS])
    rows = wrong.arg_true()
    findings = []
    for row in rows.head(options.limit):
        qualifier, *numbers = frame.row(row)
        shown = [_number(number) for number in numbers]
        findings.append(
            table.finding(
                "bounds", row, "qualifier", qualifier,
                f"the value {shown[0]} with the bounds {shown[1]} and {shown[2]} is not "
                f"{qualifier!r}",
                _BOUNDS_HINTS[qualifier],
            )
        )  # fmt: skip
    tested = int(tested_mask.to_series().sum())
    _record(table, "value, qualifier and bounds agree", tested, len(rows), findings, report)


_BOUNDS_HINTS = {
    "exact": "an exact figure has both bounds equal to its value",
    "rounded": "a rounded figure has a lower and an upper bound with its value between them",
    "more_than": "it has a lower bound above its value, and no upper bound",
    "at_least": "it has its value as the lower bound, and no upper bound",
    "fewer_than": "it has an upper bound below its value",
    "at_most": "it has its value as the upper bound",
    "about": "a bound, where there is one, lies on its side of the value",
}


def _number(value: Any) -> str:
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _check_units(table: Table, report: Report, options: Options) -> None:
    """Counts are whole and not negative; a share in per cent lies in 0 to 100."""
    unit = table.frame.get_column("unit")
    for name in NUMBERS:
        column = table.frame.get_column(name)
        negative = column < 0
        above = (column > 100) & (unit == PERCENT)
        # Cast drops the fraction: a whole number is not changed by it.
        broken = (
            (column != column.cast(pl.Int128).cast(column.dtype)) & (unit != PERCENT)
            if isinstance(column.dtype, pl.Decimal)
            else pl.repeat(value=False, n=len(column), eager=True)
        )
        rows = (negative | above | broken).fill_null(value=False).arg_true()
        findings = [
            table.finding(
                "unit", row, name, _number(column[row]),
                f"{_number(column[row])} is no "
                + ("share from 0 to 100" if unit[row] == PERCENT else f"number of {unit[row]}s"),
                "give a share in per cent"
                if unit[row] == PERCENT
                else "a count is whole and not negative",
            )
            for row in rows.head(options.limit)
        ]  # fmt: skip
        tested = int((column.is_not_null() & unit.is_not_null()).sum())
        _record(table, f"{name} fits the unit", tested, len(rows), findings, report)


def _check_reported(table: Table, report: Report, options: Options) -> None:
    """A figure is reported or not: value, qualifier and printed text are there together, and
    bounds only with them.
    """
    frame = table.frame
    there = [frame.get_column(name).is_not_null() for name in ("value", "qualifier", "printed")]
    bounds = frame.get_column("lower").is_not_null() | frame.get_column("upper").is_not_null()
    whole = there[0] & there[1] & there[2]
    nothing = ~there[0] & ~there[1] & ~there[2] & ~bounds
    unread = table.is_unread(["qualifier", "printed", *NUMBERS])
    rows = (~(whole | nothing) & ~unread).arg_true()
    findings = []
    for row in rows.head(options.limit):
        missing = [n for n in ("value", "qualifier", "printed") if frame.get_column(n)[row] is None]
        findings.append(
            table.finding(
                "half-reported", row, missing[0], None,
                f"{' and '.join(missing)} missing, where the row holds other parts of a figure",
                "fill it in; or, if the source leaves the figure out, empty value, qualifier, "
                "lower, upper and printed together",
            )
        )  # fmt: skip
    _record(table, "reported whole or not at all", frame.height, len(rows), findings, report)


def _check_printed(table: Table, report: Report, options: Options) -> None:
    """What the printed text says is what the other columns say."""
    columns = ["printed", "unit", "qualifier", *NUMBERS]
    # Without a value or a qualifier the row is half reported, which is a finding of its own.
    whole = ["printed", "unit", "value", "qualifier"]
    present = table.frame.select(columns).with_row_index("row").drop_nulls(whole)
    different = present.select("printed", "unit").unique()
    failed = 0
    findings: list[Finding] = []
    known = [
        (printed, unit, read_printed(printed, unit)) for printed, unit in different.iter_rows()
    ]
    for printed, unit, said in known:
        if said is None:
            rows = present.filter(printed=printed, unit=unit).get_column("row")
            failed += len(rows)
            findings.extend(
                table.finding(
                    "printed", row, "printed", printed,
                    f"{printed!r} is no known form of a number of {unit!r}",
                    "write the number with its qualifying words as the source prints it, such as "
                    "'more than 18,400', '36.2 million' or '19%'",
                )
                for row in rows.head(max(0, options.limit - len(findings)))
            )  # fmt: skip
    expected = pl.DataFrame(
        [
            (printed, unit, said.qualifier, *map(_digits, (said.value, said.lower, said.upper)))
            for printed, unit, said in known
            if said
        ],
        schema={
            "printed": pl.String, "unit": pl.String, "said_qualifier": pl.String,
            **{f"said_{name}": pl.String for name in NUMBERS},
        },
        orient="row",
    )  # fmt: skip
    joined = present.join(expected, on=["printed", "unit"], maintain_order="left").sort("row")
    joined = joined.filter(~table.is_unread(["qualifier", *NUMBERS]).gather(joined["row"]))
    wrong = {
        "qualifier": joined["qualifier"].ne_missing(joined["said_qualifier"]),
        **{
            name: joined[name]
            .cast(pl.String)
            .str.replace(r"\.0*$|(\.\d*[1-9])0+$", "$1")
            .ne_missing(joined[f"said_{name}"])
            for name in NUMBERS
        },
    }
    joined = joined.with_columns(pl.DataFrame(wrong).select(pl.all().name.prefix("wrong_")))
    differs = joined.filter(pl.any_horizontal(f"wrong_{name}" for name in wrong))
    failed += differs.height
    for line in differs.head(max(0, options.limit - len(findings))).iter_rows(named=True):
        findings.append(_disagreement(table, line, [n for n in wrong if line[f"wrong_{n}"]]))
    _record(
        table, "printed text agrees with value, qualifier and bounds",
        present.height, failed, findings, report,
    )  # fmt: skip


def _digits(value: Decimal | None) -> str | None:
    """A number as text, which holds one of any size exactly."""
    return None if value is None else plain(value)


def _disagreement(table: Table, line: dict[str, Any], names: list[str]) -> Finding:
    """One finding for a row whose printed text says otherwise than these of its columns."""
    parts = [
        f"{name} is {_shown(line[name])}, not {_shown(line[f'said_{name}'])}" for name in names
    ]
    many = len(names) > 1
    field = "printed" if many else names[0]
    cell = line[field]
    return table.finding(
        "printed", line["row"], field, None if cell is None else _shown(cell),
        f"the printed text {line['printed']!r} says otherwise: {', '.join(parts)}",
        "compare all of the row with the source: these columns, or the printed text, are wrong"
        if many
        else f"compare with the source: correct {field}, or the printed text",
    )  # fmt: skip


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else _number(value)
