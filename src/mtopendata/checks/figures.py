"""What holds for a figure beyond its schema: value, qualifier, bounds and unit agree, and it is
reported whole or not at all.
"""

from collections.abc import Iterator
from functools import partial

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.checks.printed import check_printed, number_text
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, NUMBERS
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table


def check_figures(table: Table) -> Iterator[Item]:
    """Test a table of figures; a row of the ledger for each relation that its columns allow."""
    if table.resource.name != FIGURES or not FIGURE_COLUMNS.is_present(table):
        return
    if FIGURE_COLUMNS.is_met(table):
        yield from figure_outcomes(table)
        return
    yield untested("figure", "figures", table.resource.name)
    yield Finding(
        "figures-not-checked",
        "error",
        "the figures are not checked: a column of theirs is no text or no exact number",
        "declare measure, qualifier, unit and printed as strings, and value, lower and upper "
        "as numbers without NaN or INF",
        table.resource.name,
        table.resource.path,
    )


def figure_outcomes(table: Table) -> Iterator[Outcome]:
    """What the columns of a table of figures say of each other. FIGURE_COLUMNS must be met."""
    yield _bounds_agree(table)
    if table.is_typed(["unit"], pl.String):
        yield from (_fits_unit(table, name) for name in NUMBERS)
    if table.is_typed(["printed"], pl.String):
        yield _reported_whole(table)
    if table.is_typed(["printed", "unit"], pl.String):
        yield check_printed(table)


def _bounds_agree(table: Table) -> Outcome:
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
    is_tested = value.is_not_null() & pl.col("qualifier").is_in(list(agrees))
    wrong = frame.select(~verdict & value.is_not_null()).to_series().fill_null(value=False)
    wrong &= ~table.is_unread(["qualifier", *NUMBERS])
    return Outcome(
        "figure",
        "value, qualifier and bounds agree",
        table.resource.name,
        int(frame.select(is_tested).to_series().sum()),
        wrong.arg_true(),
        partial(_bounds_disagree, table),
    )


def _bounds_disagree(table: Table, row: int) -> Finding:
    qualifier = table.frame["qualifier"][row]
    value, lower, upper = (number_text(table.frame[name][row]) for name in NUMBERS)
    message = f"the value {value} with the bounds {lower} and {upper} is not {qualifier!r}"
    hint = _BOUNDS_HINTS[qualifier]
    return table.finding("bounds", row, "qualifier", qualifier, message, hint)


_BOUNDS_HINTS = {
    "exact": "an exact figure has both bounds equal to its value",
    "rounded": "a rounded figure has a lower and an upper bound with its value between them",
    "more_than": "it has a lower bound above its value, and no upper bound",
    "at_least": "it has its value as the lower bound, and no upper bound",
    "fewer_than": "it has an upper bound below its value",
    "at_most": "it has its value as the upper bound",
    "about": "a bound, where there is one, lies on its side of the value",
}


def _fits_unit(table: Table, name: str) -> Outcome:
    """Counts are whole and not negative; a share in per cent lies in 0 to 100."""
    unit = table.frame.get_column("unit")
    column = table.frame.get_column(name)
    negative = column < 0
    above = (column > 100) & (unit == PERCENT)
    # Cast drops the fraction: a whole number is not changed by it.
    broken = (
        (column != column.cast(pl.Int128).cast(column.dtype)) & (unit != PERCENT)
        if isinstance(column.dtype, pl.Decimal)
        else pl.repeat(value=False, n=len(column), eager=True)
    )
    return Outcome(
        "figure",
        f"{name} fits the unit",
        table.resource.name,
        int((column.is_not_null() & unit.is_not_null()).sum()),
        (negative | above | broken).fill_null(value=False).arg_true(),
        partial(_unfit_for_unit, table, name),
    )


def _unfit_for_unit(table: Table, name: str, row: int) -> Finding:
    unit, number = table.frame["unit"][row], number_text(table.frame[name][row])
    if unit == PERCENT:
        message, hint = f"{number} is no share from 0 to 100", "give a share in per cent"
    else:
        message, hint = f"{number} is no number of {unit}s", "a count is whole and not negative"
    return table.finding("unit", row, name, number, message, hint)


def _reported_whole(table: Table) -> Outcome:
    """A figure is reported or not: value, qualifier and printed text are there together, and
    bounds only with them.
    """
    frame = table.frame
    there = [frame.get_column(name).is_not_null() for name in _REPORTED]
    bounds = frame.get_column("lower").is_not_null() | frame.get_column("upper").is_not_null()
    whole = there[0] & there[1] & there[2]
    nothing = ~there[0] & ~there[1] & ~there[2] & ~bounds
    unread = table.is_unread(["qualifier", "printed", *NUMBERS])
    return Outcome(
        "figure",
        "reported whole or not at all",
        table.resource.name,
        frame.height,
        (~(whole | nothing) & ~unread).arg_true(),
        partial(_half_reported, table),
    )


_REPORTED = ("value", "qualifier", "printed")


def _half_reported(table: Table, row: int) -> Finding:
    missing = [name for name in _REPORTED if table.frame[name][row] is None]
    return table.finding(
        "half-reported",
        row,
        missing[0],
        None,
        f"{' and '.join(missing)} missing, where the row holds other parts of a figure",
        "fill it in; or, if the source leaves the figure out, empty value, qualifier, "
        "lower, upper and printed together",
    )


KIND = Kind(30, of_table=check_figures)
