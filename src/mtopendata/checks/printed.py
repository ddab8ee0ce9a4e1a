"""Whether what a figure's printed text says is what its other columns say."""

from decimal import Decimal
from typing import Any

import polars as pl

from mtopendata.checks.row_tests import Row, RowTest, Tested
from mtopendata.figures.printed_numbers import read_printed
from mtopendata.figures.tables import NUMBERS
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Block, Columns, Place
from mtopendata.values.cells import plain


def printed_agrees() -> RowTest:
    """The test of the printed text of each figure that is reported. A row without a value or a
    qualifier is half reported, which is a finding of its own.
    """
    return RowTest("printed text agrees with value, qualifier and bounds", _see, _disagreement)


def _see(block: Block) -> Tested:
    frame = block.frame.select("printed", "unit", "qualifier", *NUMBERS).with_row_index("row")
    present = frame.drop_nulls(["printed", "unit", "value", "qualifier"])
    told = _told(present.select("printed", "unit").unique())
    unread = block.is_unread(["qualifier", *NUMBERS]).gather(present["row"])
    joined = present.with_columns(unread=unread).join(told, on=["printed", "unit"], how="left")
    is_known = pl.col(_TOLD + "qualifier").is_not_null()
    differs = {
        name: is_known & ~pl.col("unread") & _as_text(name).ne_missing(pl.col(_TOLD + name))
        for name in _COMPARED
    }
    wrong = (
        joined.with_columns(test.alias(_DIFFERS + name) for name, test in differs.items())
        .filter(~is_known | pl.any_horizontal(_DIFFERS + name for name in _COMPARED))
        .sort("row")
    )
    return Tested(present.height, wrong)


_COMPARED = ("qualifier", *NUMBERS)
_TOLD, _DIFFERS = "told_", "differs_"
"""With these the columns begin that have what a printed text says of a column, and whether that is
another thing than stands in it.
"""


def _told(different: pl.DataFrame) -> pl.DataFrame:
    """What each printed text says of a number of its unit; nothing for those of no known form.
    Numbers are texts of their digits, which hold one of any size exactly.
    """
    rows = []
    for printed, unit in different.iter_rows():
        if (number := read_printed(printed, unit)) is not None:
            bounds = number.value, number.lower, number.upper
            texts = (None if bound is None else plain(bound) for bound in bounds)
            rows.append((printed, unit, number.qualifier, *texts))
    columns = ("printed", "unit", *(_TOLD + name for name in _COMPARED))
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _as_text(name: str) -> pl.Expr:
    """The digits of a number, without an exponent and without zeros that say nothing."""
    column = pl.col(name).cast(pl.String)
    return column if name == "qualifier" else column.str.replace(_ZEROS, "$1")


_ZEROS = r"\.0*$|(\.\d*[1-9])0+$"


def _disagreement(table: Columns, place: Place, cells: Row) -> Finding:
    """One finding for a row whose printed text says otherwise than its columns, or nothing."""
    printed = cells["printed"]
    if cells[_TOLD + "qualifier"] is None:
        return table.finding_at(
            "printed",
            place,
            "printed",
            printed,
            f"{printed!r} is no known form of a number of {cells['unit']!r}",
            "write the number with its qualifying words as the source prints it, such as "
            "'more than 18,400', '36.2 million' or '19%'",
        )
    names = [name for name in _COMPARED if cells[_DIFFERS + name]]
    parts = [
        f"{name} is {number_text(cells[name])}, not {number_text(cells[_TOLD + name])}"
        for name in names
    ]
    message = f"the printed text {printed!r} says otherwise: {', '.join(parts)}"
    if len(names) > 1:
        hint = "compare all of the row with the source: these columns, or the printed text, are "
        return table.finding_at("printed", place, "printed", printed, message, hint + "wrong")
    name, cell = names[0], cells[names[0]]
    hint = f"compare with the source: correct {name}, or the printed text"
    return table.finding_at(
        "printed", place, name, None if cell is None else number_text(cell), message, hint
    )


def number_text(value: Any) -> str:
    """A number of a figure as a message shows it, or its qualifier."""
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Decimal) else str(value)
