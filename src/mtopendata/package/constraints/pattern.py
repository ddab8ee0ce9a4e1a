"""The regular expression that a whole text must match."""

import re
import warnings

import polars as pl

from mtopendata.package.constraint import BuiltIn, Constraint, Test, UnusableConstraintError
from mtopendata.package.model import Field
from mtopendata.package.patterns.timed import TakesTooLongError, takes_too_long, whole_test
from mtopendata.package.patterns.translation import Translation, translated
from mtopendata.package.patterns.words import fault_in_words
from mtopendata.package.type import each_once


def _as_pattern(pattern: str) -> Translation:
    try:
        return translated(pattern)
    except UnusableConstraintError as error:
        raise UnusableConstraintError(
            f"'{pattern[:200]}' is no regular expression ({error})"
        ) from error


def _is_matched(pattern: str, _: Field, __: pl.DataType) -> Test:
    """The whole cell must match: `a|b` does not accept `axx`.

    Rust's regular expressions take linear time on any input; another engine, within a time limit,
    runs those that go back (look-around, references) or are too long for them.
    """
    read = _as_pattern(pattern)
    if not read.is_linear:
        return _is_matched_in_time(pattern)
    whole = rf"\A(?:{read.text})\z"
    return lambda column: column.str.contains(whole)


def _is_matched_in_time(pattern: str) -> Test:
    try:
        is_whole = whole_test(pattern)
    except UnusableConstraintError as error:
        raise UnusableConstraintError(f"'{pattern[:200]}' cannot be run ({error})") from error

    def matches(text: str) -> bool | None:
        try:
            return is_whole(text)
        except TakesTooLongError:
            return None

    return lambda column: column.map_batches(
        lambda cells: each_once(matches, cells, pl.Boolean), return_dtype=pl.Boolean
    )


def _str_matches(pattern: str) -> BuiltIn | None:
    """Pandera has Rust match the pattern, once Python has compiled it; for a pattern that only one
    of the two knows it has no check.
    """
    read = _as_pattern(pattern)
    if not read.is_linear:  # also because Rust takes a*+ for (a*)+
        return None
    whole = f"^(?:{read.text})$"  # to Rust, `$` is the very end, and no line end before it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python reads what it warns of in another way
            re.compile(whole)
    except (re.error, OverflowError, RecursionError, Warning):
        return None
    return "str_matches", {"pattern": whole}


def _not_matched(pattern: str, cell: str, _: Field) -> tuple[str, str]:
    message = f"{cell[:80]!r} does not match the pattern {pattern[:200]}"
    if words := fault_in_words(pattern, cell):
        message += f": {words}"
    if r"\w" in pattern and "_" in cell:
        return message, r"correct the cell, or write [\w_]: in XML Schema \w has no underscore"
    return message, "correct the cell"


FAMILY = (
    Constraint(
        "pattern",
        5,
        "string",
        _is_matched,
        _not_matched,
        "enforced as XML Schema has it: the whole cell must match",
        undecided=takes_too_long,
        applies_to=lambda type_: type_.name == "string",
        is_of_values=False,
        built_in=_str_matches,
    ),
)
