"""How a CSV file is written, in CSVW's words."""

import codecs
from typing import Any

from mtopendata.package.model import Dialect, Resource

_USUAL = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
    "skipBlankRows": False,
    "commentPrefix": None,
    "skipRows": 0,
}
"""CSVW's defaults."""


def dialect_of(resource: Resource) -> dict[str, Any] | None:
    """What differs from CSVW's defaults; None where CSVW has no words for it."""
    dialect = resource.dialect
    rows = (1,) if dialect.header_rows is None else dialect.header_rows
    if len(rows) > 1 or not _can_be_said(dialect):
        return None
    encoding = codecs.lookup(resource.encoding).name
    properties = {
        "encoding": "utf-8" if encoding in ("utf-8-sig", "ascii") else encoding,
        "delimiter": dialect.delimiter,
        "quoteChar": dialect.quote_char,
        "doubleQuote": dialect.double_quote,
        "skipInitialSpace": dialect.skip_initial_space,
        "skipBlankRows": dialect.skip_blank_rows,
        "commentPrefix": dialect.comment_char or None,
        "skipRows": rows[0] - 1 if rows else 0,
    }
    differing = {name: value for name, value in properties.items() if value != _USUAL[name]}
    return differing if rows else differing | {"header": False, "headerRowCount": 0}


def _can_be_said(dialect: Dialect) -> bool:
    """Whether comments and escapes are such as CSVW has words for."""
    if dialect.comment_rows or (dialect.comment_char and dialect.header_rows):
        return False
    if dialect.double_quote:
        return dialect.escape_char is None
    return dialect.escape_char in (None, "\\")
