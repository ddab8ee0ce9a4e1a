"""JSON → the dialect of a CSV file, and what else is said of how rows are found."""

import csv
from typing import Any

from mtopendata.package.declared import declared_names, declared_properties
from mtopendata.package.json_files import Json, json_type
from mtopendata.package.model import Dialect
from mtopendata.package.place import Place
from mtopendata.package.references import inline_or_named


def read_dialect(value: Any, place: Place, format_: str) -> tuple[Dialect, Json]:
    """The CSV dialect, and the properties from which it was made."""
    default = Dialect(delimiter="\t" if format_ == "tsv" else ",")
    raw = inline_or_named(value, place, "dialect")
    if raw is None:
        return default, {}
    good = declared_properties("dialect", raw, place)
    if isinstance(good.get("csv"), dict):
        good |= declared_properties("dialect", good["csv"], place.at("csv"))
    _drop_longer_signs(good, place)
    if good.get("lineTerminator", "\n") not in ("\n", "\r\n", "\r"):
        place.fault(
            "dialect",
            f"'{place.where}.lineTerminator' is {good['lineTerminator']!r}, which ends no line",
            "give \\n, \\r\\n or \\r",
        )
    _drop_no_items(good, place)
    if not _are_row_numbers(good, place):
        return default, {}
    try:
        dialect = _dialect_of(good, default.delimiter)
        _try_dialect(dialect)
    except (ValueError, TypeError) as error:
        place.fault(
            "dialect",
            f"{place.where!r} cannot be used to read CSV ({error})",
            "choose characters that differ from each other",
        )
        dialect = default
    return dialect, good


def _drop_longer_signs(good: Json, place: Place) -> None:
    for name in ("delimiter", "quoteChar", "escapeChar", "commentChar"):
        sign = good.get(name, "x")
        is_text = (
            name == "commentChar" and len(sign) > 1
        )  # one or more characters, says the standard
        if len(sign) != 1 and not is_text and not (name == "quoteChar" and sign == ""):
            place.fault(
                "dialect",
                f"'{place.where}.{name}' is {sign!r}, not one character",
                "give a single character",
            )
            del good[name]


def _drop_no_items(good: Json, place: Place) -> None:
    """Drop what is said of the items of JSON, and means nothing."""
    kind = good.get("itemType", "object")
    if kind not in ("array", "object"):
        message = f"'{place.where}.itemType' is {kind!r}, neither 'array' nor 'object'"
        place.fault("dialect", message, "say what the rows are, or remove it")
        del good["itemType"]
    if "itemKeys" in good and not declared_names(good["itemKeys"], place.at("itemKeys")):
        del good["itemKeys"]


def _are_row_numbers(good: Json, place: Place) -> bool:
    for name in ("headerRows", "commentRows"):
        numbers = good.get(name, ())
        if not all(json_type(number) == "integer" and number > 0 for number in numbers):
            place.fault(
                "dialect",
                f"'{place.where}.{name}' holds something other than row numbers from 1",
                "give whole numbers from 1",
            )
            return False
    return True


def _dialect_of(good: Json, delimiter: str) -> Dialect:
    escape = good.get("escapeChar")
    if escape == good.get("quoteChar", '"') and good.get("doubleQuote", True):
        escape = None  # a quote that escapes a quote is a doubled one
    return Dialect(
        delimiter=good.get("delimiter", delimiter),
        quote_char=good.get("quoteChar", '"') or None,
        double_quote=good.get("doubleQuote", True) or "escapeChar" not in good,
        escape_char=escape,
        skip_initial_space=good.get("skipInitialSpace", False),
        header_rows=_declared_header_rows(good),
        header_join=good.get("headerJoin", " "),
        case_sensitive=bool(good.get("headerCase", good.get("caseSensitiveHeader", True))),
        comment_char=good.get("commentChar"),
        comment_rows=tuple(good.get("commentRows", ())),
        skip_blank_rows=good.get("skipBlankRows", False),
    )


def _declared_header_rows(good: Json) -> tuple[int, ...] | None:
    if not good.get("header", True):
        return ()
    return tuple(sorted(good["headerRows"])) if "headerRows" in good else None


def _try_dialect(dialect: Dialect) -> None:
    """Raise TypeError or ValueError where Python's csv module refuses the dialect."""
    signs = [dialect.delimiter, dialect.quote_char, dialect.escape_char, dialect.comment_char]
    given = [sign for sign in signs if sign]
    if len(set(given)) < len(given):
        raise ValueError("two of its characters are the same")
    csv.reader(
        [],
        delimiter=dialect.delimiter,
        quotechar=dialect.quote_char,
        escapechar=dialect.escape_char,
        quoting=csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
    )
