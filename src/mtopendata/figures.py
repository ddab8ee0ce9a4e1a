"""What holds for figures beyond their schema: printed text, value, qualifier and bounds agree."""

from decimal import Decimal
from typing import Any

import polars as pl

from mtopendata.report import Check, Finding, Report
from mtopendata.rounding import PERCENT, read_printed
from mtopendata.tables import Options, Table

NUMBERS = ("value", "lower", "upper")
EXACT = (pl.Int64, pl.Int128, pl.Decimal)


def is_figures(table: Table) -> bool:
    """Whether a table holds figures: a measure's value with a qualifier and bounds."""
    return table.is_typed(("measure", "qualifier"), pl.String) and table.is_typed(NUMBERS, *EXACT)


def check_figures(table: Table, report: Report, options: Options) -> None:
    """Test a table of figures; one ledger row for each relation that its columns allow."""
    _check_bounds(table, report, options)
    if table.is_typed(["unit"], pl.String):
        _check_units(table, report, options)
    if table.is_typed(["printed"], pl.String):
        _check_reported(table, report, options)
    if table.is_typed(["printed", "unit"], pl.String):
        _check_printed(table, report, options)


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
    if not isinstance(value, Decimal):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


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
    unread = pl.Series([False] * frame.height, dtype=pl.Boolean)
    for name in ("qualifier", "printed", *NUMBERS):
        if name in table.unread and len(table.unread[name]):
            unread = unread.scatter(table.unread[name], values=True)
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
    present = table.frame.select(columns).with_row_index("row").drop_nulls(["printed", "unit"])
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
            (printed, unit, said.qualifier, said.value, said.lower, said.upper)
            for printed, unit, said in known
            if said
        ],
        schema={
            "printed": pl.String, "unit": pl.String, "said_qualifier": pl.String,
            **{f"said_{name}": pl.Decimal(38, _SCALE) for name in NUMBERS},
        },
        orient="row",
    )  # fmt: skip
    joined = present.join(expected, on=["printed", "unit"], maintain_order="left")
    for name in ("value", "qualifier", "lower", "upper"):
        expected_column = joined.get_column(f"said_{name}")
        column = joined.get_column(name)
        column = column if name == "qualifier" else column.cast(pl.Decimal(38, _SCALE))
        wrong = joined.filter(column.ne_missing(expected_column))
        if name in table.unread and len(table.unread[name]):
            wrong = wrong.filter(~pl.col("row").is_in(table.unread[name].implode()))
        failed += wrong.height
        for line in wrong.head(max(0, options.limit - len(findings))).iter_rows(named=True):
            has, should = (_shown(line[key]) for key in (name, f"said_{name}"))
            findings.append(
                table.finding(
                    "printed", line["row"], name, None if line[name] is None else has,
                    f"{name} is {has}, but the printed text {line['printed']!r} says {should}",
                    f"compare with the source: correct {name} to {should}, or the printed text",
                )
            )  # fmt: skip
    _record(
        table, "printed text agrees with value, qualifier and bounds",
        present.height * 4, failed, findings, report,
    )  # fmt: skip


_SCALE = 9
"""Decimals kept when printed numbers are compared: more than any source prints."""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else _number(value)
