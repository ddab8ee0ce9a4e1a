"""Days of the calendar."""

from datetime import datetime

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.moments import by_python, fixed, form_fault, in_form_of
from mtopendata.package.type import ColumnReading, Type, only


def _as_date(_: Field, text: pl.Expr) -> pl.Expr:
    return _of_calendar(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "%Y-%m-%d", text)


def _of_calendar(shape: str, form: str, text: pl.Expr) -> pl.Expr:
    date = only(shape, text).str.to_date(form, strict=False)
    return pl.when(date.dt.year() > 0).then(date)  # Polars has a year 0; the calendar has none


def _date_in_form(item: Field, text: pl.Expr) -> pl.Expr:
    shape = fixed(item.format, "Ymd")
    if shape is None:
        return by_python(item, text, datetime.date, pl.Date)
    fits = text.str.contains(shape)
    rest = by_python(item, pl.when(~fits).then(text), datetime.date, pl.Date)
    return pl.when(fits).then(_of_calendar(shape, item.format, text)).otherwise(rest)


_DEFAULT = ColumnReading("date", _as_date)
_OTHER = ColumnReading("date in a form", _date_in_form)


def _reading_of_date(item: Field) -> ColumnReading:
    return _DEFAULT if item.format == "default" else _OTHER


TYPE = Type(
    "date",
    4,
    _reading_of_date,
    "write YYYY-MM-DD, such as 2023-12-31",
    is_ordered=True,
    format_fault=form_fault,
    in_form=in_form_of,
    csvw=("date", None),
    croissant="sc:Date",
)
