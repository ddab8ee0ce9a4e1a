"""Months of a year, such as 2023-12."""

from mtopendata.package.type import Type

TYPE = Type("yearmonth", 8, is_ordered=True, csvw=("gYearMonth", r"^[0-9]{4}-[0-9]{2}$"))
