"""Lengths of time, such as P1Y2M."""

from mtopendata.package.type import Type

TYPE = Type(
    "duration",
    9,
    csvw=(
        "duration",
        r"^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$",
    ),
)
