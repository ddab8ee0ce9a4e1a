"""How a CSV file is written, in CSVW's words."""

import codecs
from typing import Any

from mtopendata.package.model import Resource

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
    header_comment = dialect.comment_char and dialect.header_rows
    escape = dialect.escape_char if dialect.double_quote else None
    if (
        dialect.comment_rows
        or header_comment
        or len(rows) > 1
        or escape is not None
        or (not dialect.double_quote and dialect.escape_char not in (None, "\\"))
    ):
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
