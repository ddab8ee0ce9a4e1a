"""The regular expression that a whole text must match."""

import re

import polars as pl

from mtopendata.package.constraint import BuiltIn, Constraint, Test, UnusableConstraintError
from mtopendata.package.model import Field


def _is_matched(pattern: str, _: Field, __: pl.DataType) -> Test:
    """The whole cell must match: `a|b` does not accept `axx`.

    Rust's regular expressions take linear time on any input; Python's are used for the few
    patterns (look-around, back-references) that they do not have.
    """
    whole = rf"\A(?:{pattern})\z"
    try:
        pl.Series(["x"]).str.contains(whole)
    except pl.exceptions.ComputeError:
        return _is_matched_by_python(pattern)
    return lambda column: column.str.contains(whole)


def _is_matched_by_python(pattern: str) -> Test:
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnusableConstraintError(f"{pattern!r} is no regular expression ({error})") from error

    def matches(column: pl.Series) -> pl.Series:
        different = column.unique().drop_nulls()
        good = [text for text in different if compiled.fullmatch(text)]
        return column.is_in(good)

    return lambda column: column.map_batches(matches, return_dtype=pl.Boolean)


def _str_matches(pattern: str) -> BuiltIn | None:
    """Pandera has Rust match the pattern, once Python has compiled it; for a pattern that only one
    of the two knows it has no check.
    """
    whole = f"^(?:{pattern})$"  # to Rust, `$` is the very end, and no line end before it
    try:
        re.compile(whole)
        pl.Series(["x"]).str.contains(whole)
    except (re.error, OverflowError, RecursionError, pl.exceptions.ComputeError):
        return None
    return "str_matches", {"pattern": whole}


def _not_matched(pattern: str, cell: str, _: Field) -> tuple[str, str]:
    return f"{cell[:80]!r} does not match the pattern {pattern}", "correct the cell"


FAMILY = (
    Constraint(
        "pattern",
        5,
        "string",
        _is_matched,
        _not_matched,
        "enforced: the whole cell must match",
        applies_to=lambda type_: type_.name == "string",
        compiled=re.compile,
        built_in=_str_matches,
    ),
)
