"""Days, times and moments in the forms that a field may declare: a pattern, or any form at all.

Python reads them, each different text once; where a pattern and a text leave just one reading,
Polars does. Digits are those of ASCII.
"""

import re
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import each_once

_FOREIGN_DIGIT = r"[\p{Nd}--0-9]"
_FIXED = {"Y": "[0-9]{4}", "m": "[0-9]{2}", "d": "[0-9]{2}"} | {
    "H": "[0-9]{2}", "M": "[0-9]{2}", "S": "[0-5][0-9]",
}  # fmt: skip
"""The directives that Polars reads as Python does, where the text has all their digits."""


def in_form(form: str, text: str) -> datetime | None:
    """The moment that a text has in a form, or None. What it leaves out is that of 1900-01-01, or
    in any form of 2000-01-01, so that no verdict depends on the day on which it is given.
    """
    try:
        return _in_any_form(text) if form == "any" else _in_pattern(form, text)
    except Exception:  # noqa: BLE001 - whatever a hostile pattern or text makes them raise
        return None


def _in_pattern(form: str, text: str) -> datetime | None:
    """Python makes the 1st of January of day 366 of a year that has 365, and of a 53rd week."""
    moment = datetime.strptime(text, form)
    if re.search("%[jV]", form) and not re.search("%[cfxXz]", form):
        meant, found = (re.findall("[0-9]+", one) for one in (text, moment.strftime(form)))
        if list(map(int, meant)) != list(map(int, found)):
            return None
    return moment


def _in_any_form(text: str) -> datetime:
    # Not at the top: hardly any package needs it.
    from dateutil.parser import parse

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = parse(text, default=datetime(2000, 1, 1))
    assert isinstance(found, datetime)  # noqa: S101 - what it returns where nothing else is asked
    return found


def form_fault(form: str) -> str | None:
    """What to do about a format that is neither `any` nor a pattern; None where it is one."""
    todo = "give a pattern of directives, such as %d/%m/%Y, or 'any'"
    if form in ("default", "any"):
        return None
    try:
        datetime.strptime("", form)
    except ValueError as error:  # no text matches an empty one, unless there is nothing to match
        is_pattern = "does not match" in str(error) and re.search(r"%[^%]", form)
        return None if is_pattern else todo
    except Exception:  # noqa: BLE001 - of a directive that stands twice
        return todo
    return todo


def in_form_of(form: str) -> str:
    """A day and a time of it in this form."""
    return datetime(2023, 12, 31, 23, 59, 58).strftime(form)


def has_zone(form: str) -> bool:
    """Whether every moment in this form has a time zone."""
    return "z" in re.findall(r"%(.)", form, re.DOTALL)


def by_python(
    item: Field,
    text: pl.Expr,
    value: Callable[[datetime], Any],
    dtype: pl.DataType | type[pl.DataType],
) -> pl.Expr:
    """The values of texts in the field's form, of which a function makes what the column holds."""

    def read(one: str) -> Any:
        moment = in_form(item.format, one)
        return None if moment is None else value(moment)

    plain = pl.when(~text.str.contains(_FOREIGN_DIGIT)).then(text)
    return plain.map_batches(lambda texts: each_once(read, texts, dtype), return_dtype=dtype)


def fixed(form: str, *directives: str) -> str | None:
    """What a text looks like that has all digits of a pattern: it has one reading, so that Polars
    may read it. None where the pattern asks for more than one of these sets of directives.
    """
    parts = re.split(r"%(.)", form, flags=re.DOTALL)
    found = parts[1::2]
    is_plain = all(re.fullmatch(r"[-/.:,_ T]*", literal) for literal in parts[::2])
    if not is_plain or sorted(found) not in [sorted(names) for names in directives]:
        return None
    shapes = [_FIXED[name] for name in found] + [""]
    return "^" + "".join(re.escape(a) + b for a, b in zip(parts[::2], shapes, strict=True)) + "$"
