"""Whether what a figure's printed text says is what its other columns say."""

from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from mtopendata.checks.row_tests import Row, RowTest, Tested
from mtopendata.figures.limits import WITHOUT_VALUE
from mtopendata.figures.marks import MARK_HINT, Marks, is_usual
from mtopendata.figures.printed_numbers import Printed, read_printed
from mtopendata.figures.tables import NUMBERS
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Block, Columns, Place
from mtopendata.values.cells import plain


def printed_agrees(marks: Marks) -> RowTest:
    """The test of the printed text of each figure that is reported. A row without a value or a
    qualifier is half reported, which is a finding of its own. `marks` say what stands in place of
    a number.
    """
    name = "printed text agrees with value, qualifier and bounds"
    return RowTest(name, partial(_see, marks), _disagreement)


def _see(marks: Marks, block: Block) -> Tested:
    has_source = bool(marks) and block.frame.schema.get("source") == pl.String
    read = ["printed", "unit", *(["source"] if has_source else [])]
    frame = block.frame.select(*read, "qualifier", *NUMBERS).with_row_index("row")
    present = frame.drop_nulls(["printed", "unit", "qualifier"]).filter(
        pl.col("value").is_not_null() | pl.col("qualifier").is_in(WITHOUT_VALUE)
    )
    told = _told_fault(present.select(read).unique(), marks)
    unread = block.is_unread(["qualifier", *NUMBERS]).gather(present["row"])
    joined = present.with_columns(unread=unread).join(
        told, on=read, how="left", nulls_equal=True, maintain_order="left"
    )
    is_known = pl.col(_TOLD + "qualifier").is_not_null()
    differs = {
        name: is_known & ~pl.col("unread") & _number_as_text(name).ne_missing(pl.col(_TOLD + name))
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


def _told_fault(different: pl.DataFrame, marks: Marks) -> pl.DataFrame:
    """What each printed text says of a number of its unit; nothing for those of no known form.
    Numbers are texts of their digits, which hold one of any size exactly.
    """
    rows = []
    for read in different.iter_rows():
        printed, unit, *source = read
        if (
            number := _words_of_number(printed, unit, source[0] if source else None, marks)
        ) is not None:
            bounds = number.value, number.lower, number.upper
            texts = (None if bound is None else plain(bound) for bound in bounds)
            rows.append((*read, number.qualifier, *texts))
    columns = (*different.columns, *(_TOLD + name for name in _COMPARED))
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _words_of_number(printed: str, unit: str, source: str | None, marks: Marks) -> Printed | None:
    mark = marks.of(printed, source)
    return read_printed(printed, unit) if mark is None else mark.said


def _number_as_text(name: str) -> pl.Expr:
    """The digits of a number, without an exponent and without zeros that say nothing."""
    column = pl.col(name).cast(pl.String)
    return column if name == "qualifier" else column.str.replace(_ZEROS, "$1")


_ZEROS = r"\.0*$|(\.\d*[1-9])0+$"


_FORM_HINT = (
    "write the number with its qualifying words as the source prints it, such as "
    "'more than 18,400', '36.2 million' or '19%'"
)


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
            MARK_HINT if is_usual(printed) else _FORM_HINT,
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
