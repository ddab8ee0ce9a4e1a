"""What holds for a figure beyond its schema: value, qualifier, bounds and unit agree, and it is
reported whole or not at all.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import polars as pl

from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.printed import number_text, printed_agrees
from mtopendata.checks.row_tests import Row, RowFold, RowTest, Tested, failing
from mtopendata.figures.limits import WITHOUT_VALUE
from mtopendata.figures.marks import read_marks
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, MARKS, NUMBERS
from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import Concluded, Fold
from mtopendata.reading.tables import Block, Columns, Place, Table


def _figures_fold(columns: Columns, known: Known) -> Fold | None:
    """The tests of a table of figures, as far as its columns allow."""
    if columns.resource.name != FIGURES or not FIGURE_COLUMNS.is_present(columns):
        return None
    if FIGURE_COLUMNS.is_met(columns):
        return RowFold(columns, list(figure_tests(columns, known.tables)), known.limit)
    return Concluded(list(_of_no_use(columns)))


def _of_no_use(columns: Columns) -> Iterator[Item]:
    yield untested("figure", "figures", columns.resource.name)
    yield Finding(
        "figures-not-checked",
        "error",
        "the figures are not checked: a column of theirs is no text or no exact number",
        "declare measure, qualifier, unit and printed as strings, and value, lower and upper "
        "as numbers without NaN or INF",
        columns.resource.name,
        columns.resource.path,
    )


def figure_tests(columns: Columns, tables: Mapping[str, Table]) -> Iterator[RowTest]:
    """What the columns of a table of figures say of each other. FIGURE_COLUMNS must be met;
    `tables` are known besides.
    """
    yield RowTest("value, qualifier and bounds agree", _bounds_agree, _bounds_disagree)
    if columns.is_typed(["unit"], pl.String):
        for name in NUMBERS:
            test = partial(_fits_unit, name)
            yield RowTest(f"{name} fits the unit", test, partial(_unfit_for_unit, name))
    if columns.is_typed(["printed"], pl.String):
        yield RowTest("reported whole or not at all", _reported_whole, _half_reported)
    if columns.is_typed(["printed", "unit"], pl.String):
        yield printed_agrees(read_marks(tables))


def _bounds_agree(block: Block) -> Tested:
    """The bounds and the value stand to each other as the qualifier says."""
    value, lower, upper = (pl.col(name) for name in NUMBERS)
    closed = lower.is_not_null() & upper.is_not_null()
    around = closed & (lower <= value) & (value <= upper)
    low_only, high_only = lower.is_not_null() & upper.is_null(), upper.is_not_null()
    agrees = {
        "exact": closed & (lower == value) & (value == upper),
        "rounded": around,
        "between": value.is_null() & closed & (lower < upper),
        "suppressed": value.is_null() & closed & (lower < upper),
        "more_than": low_only & (lower >= value),
        "at_least": low_only & (lower == value),
        "fewer_than": high_only & (upper <= value) & (lower.fill_null(0) <= upper),
        "at_most": high_only & (upper == value) & (lower.fill_null(0) <= upper),
        "about": (lower.is_null() | (lower <= value)) & (upper.is_null() | (value <= upper)),
    }
    verdict = pl.lit(None, pl.Boolean)
    for qualifier, holds in agrees.items():
        verdict = pl.when(pl.col("qualifier") == qualifier).then(holds).otherwise(verdict)
    frame = block.frame.select("qualifier", *NUMBERS)
    is_reported = value.is_not_null() | pl.col("qualifier").is_in(WITHOUT_VALUE)
    is_tested = is_reported & pl.col("qualifier").is_in(list(agrees))
    tested, wrong = frame.select(
        is_tested.alias("tested"), (~verdict & is_reported).fill_null(value=False).alias("wrong")
    )
    if wrong.any():
        wrong &= ~block.is_unread(["qualifier", *NUMBERS])
    return Tested(int(tested.sum()), failing(frame, wrong))


def _bounds_disagree(table: Columns, place: Place, row: Row) -> Finding:
    qualifier = row["qualifier"]
    value, lower, upper = (number_text(row[name]) for name in NUMBERS)
    message = f"the value {value} with the bounds {lower} and {upper} is not {qualifier!r}"
    hint = _BOUNDS_HINTS[qualifier]
    return table.finding_at("bounds", place, "qualifier", qualifier, message, hint)


_BOUNDS_HINTS = {
    "exact": "an exact figure has both bounds equal to its value",
    "rounded": "a rounded figure has a lower and an upper bound with its value between them",
    "between": "a range has no value, and a lower bound below its upper bound",
    "suppressed": "a suppressed figure has no value, and the bounds that its mark declares",
    "more_than": "it has a lower bound above its value, and no upper bound",
    "at_least": "it has its value as the lower bound, and no upper bound",
    "fewer_than": "it has an upper bound below its value",
    "at_most": "it has its value as the upper bound",
    "about": "a bound, where there is one, lies on its side of the value",
}


def _fits_unit(name: str, block: Block) -> Tested:
    """Counts are whole and not negative; a share in per cent lies in 0 to 100."""
    unit = block.frame.get_column("unit")
    column = block.frame.get_column(name)
    wrong = (column < 0) | ((column > 100) & (unit == PERCENT))
    if isinstance(column.dtype, pl.Decimal):
        # Cast drops the fraction: a whole number is not changed by it.
        is_broken = column != column.cast(pl.Int128).cast(column.dtype)
        wrong |= is_broken & (unit != PERCENT)
    count = int((column.is_not_null() & unit.is_not_null()).sum())
    rows = pl.DataFrame([unit.alias("unit"), column.alias("number")])
    return Tested(count, failing(rows, wrong.fill_null(value=False)))


def _unfit_for_unit(name: str, table: Columns, place: Place, row: Row) -> Finding:
    unit, number = row["unit"], number_text(row["number"])
    if unit == PERCENT:
        message, hint = f"{number} is no share from 0 to 100", "give a share in per cent"
    else:
        message, hint = f"{number} is no number of {unit}s", "a count is whole and not negative"
    return table.finding_at("unit", place, name, number, message, hint)


def _reported_whole(block: Block) -> Tested:
    """A figure is reported or not: value, qualifier and printed text are there together, and
    bounds only with them.
    """
    frame = block.frame
    there = [frame.get_column(name).is_not_null() for name in _REPORTED]
    # A range and a suppressed number are reported, though no one number is printed.
    there[0] |= frame.get_column("qualifier").is_in(WITHOUT_VALUE).fill_null(value=False)
    bounds = frame.get_column("lower").is_not_null() | frame.get_column("upper").is_not_null()
    whole = there[0] & there[1] & there[2]
    nothing = ~there[0] & ~there[1] & ~there[2] & ~bounds
    wrong = ~(whole | nothing)
    if wrong.any():
        wrong &= ~block.is_unread(["qualifier", "printed", *NUMBERS])
    return Tested(frame.height, failing(frame.select(_REPORTED), wrong))


_REPORTED = ("value", "qualifier", "printed")


def _half_reported(table: Columns, place: Place, row: Row) -> Finding:
    is_without = row["qualifier"] in WITHOUT_VALUE
    missing = [
        name for name in _REPORTED if row[name] is None and not (is_without and name == "value")
    ]
    return table.finding_at(
        "half-reported",
        place,
        missing[0],
        None,
        f"{' and '.join(missing)} missing, where the row holds other parts of a figure",
        "fill it in; or, if the source leaves the figure out, empty value, qualifier, "
        "lower, upper and printed together",
    )


KIND = Kind(30, of_table=_figures_fold, keeps=(MARKS,))
