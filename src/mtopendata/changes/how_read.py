"""How a resource's bytes are to be read: path, format, encoding, dialect."""

import codecs
from collections.abc import Callable, Iterator
from typing import Any

from mtopendata.changes.change import Change, Emit
from mtopendata.changes.metadata import metadata_changes
from mtopendata.package.model import Resource
from mtopendata.values.json_values import same

RESOURCE_STRUCTURE = {
    "name",
    "path",
    "data",
    "format",
    "encoding",
    "compression",
    "dialect",
    "schema",
}


def _codec(encoding: str) -> str:
    """The encoding by the one name that all its names stand for."""
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return encoding


def _header_rows(item: Resource) -> list[int]:
    """By default the first record that is no comment, which may not be record 1."""
    dialect = item.dialect
    may_differ = dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows
    return list(dialect.header_rows or (() if may_differ else (1,)))


def _declared_property(name: str) -> Callable[[Resource], Any]:
    return lambda item: item.dialect_properties.get(name)


_READING: dict[str, Callable[[Resource], Any]] = {
    "format": lambda item: item.format or None,
    "encoding": lambda item: _codec(item.encoding),
    "compression": lambda item: item.compression or None,
    "dialect.delimiter": lambda item: item.dialect.delimiter,
    "dialect.quoteChar": lambda item: item.dialect.quote_char,
    "dialect.doubleQuote": lambda item: item.dialect.double_quote,
    "dialect.escapeChar": lambda item: item.dialect.escape_char,
    "dialect.skipInitialSpace": lambda item: item.dialect.skip_initial_space,
    "dialect.header": lambda item: item.dialect.header_rows != (),
    "dialect.headerRows": _header_rows,
    "dialect.headerJoin": lambda item: item.dialect.header_join,
    "dialect.caseSensitiveHeader": lambda item: item.dialect.case_sensitive,
    "dialect.commentChar": lambda item: item.dialect.comment_char,
    "dialect.commentRows": lambda item: sorted(item.dialect.comment_rows),
    "dialect.skipBlankRows": lambda item: item.dialect.skip_blank_rows,
    **{
        f"dialect.{name}": _declared_property(name)
        for name in (
            "type",
            "property",
            "itemType",
            "itemKeys",
            "sheetNumber",
            "sheetName",
            "table",
            "json",
            "excel",
            "ods",
            "sql",
        )
    },
}
"""What decides how a resource's files are read, with defaults filled in."""


def reading_changes(old: Resource, new: Resource, change: Emit) -> Iterator[Change]:
    if old.paths != new.paths:
        yield change("path-changed", "path", _one_or_all(old.paths), _one_or_all(new.paths))
    for name, value in _READING.items():
        before, after = value(old), value(new)
        if not same(before, after):
            yield change("reading-changed", name, before, after)
    # What has no meaning for reading here may have one elsewhere, as lineTerminator.
    told = {name.removeprefix("dialect.") for name in _READING} | {"$schema", "nullSequence"}
    default = {"lineTerminator": "\r\n"}
    here, there = (default | dict(item.dialect_properties) for item in (old, new))
    yield from metadata_changes(here, there, change, told, "dialect.")


def _one_or_all(paths: tuple[str, ...]) -> Any:
    return None if not paths else paths[0] if len(paths) == 1 else list(paths)
