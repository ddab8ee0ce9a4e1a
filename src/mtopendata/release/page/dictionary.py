"""The data dictionary: of each table its keys, its columns with what they mean and hold, its first
rows.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mtopendata.package.model import Field, Package, Resource
from mtopendata.release.page.summaries import DISTINCT, ColumnSummary, TableSummary
from mtopendata.release.terms.constraint_words import constraint_words
from mtopendata.release.terms.properties import text
from mtopendata.values.cells import cell_text
from mtopendata.values.excerpts import cut
from mtopendata.values.markdown import paragraphs

COLUMNS = 600
"""Columns of all tables together that a page has room for."""
SHOWN = 8
"""Columns of a table's first rows that are shown."""
_CELL, _TEXT = 40, 600
_FREQUENT, _CODES = 3, 30


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """A column: what is declared, and what it holds. `frequent` has the most frequent values with
    their counts, or `variety` says why there are none.
    """

    name: str
    title: str
    description: str
    type: str
    limits: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    more_codes: int
    codes_of: str
    filled: int
    missing: int
    range: str
    frequent: tuple[tuple[str, int], ...]
    variety: str


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table on the page; `columns` are the first ones, `more` is how many there are besides."""

    name: str
    title: str
    description: tuple[str, ...]
    paths: tuple[str, ...]
    rows: int
    keys: tuple[str, ...]
    columns: tuple[ColumnEntry, ...]
    more: int
    head: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FilePart:
    """A resource that is no table."""

    name: str
    title: str
    description: tuple[str, ...]
    paths: tuple[str, ...]


def dictionary(
    package: Package, summaries: Mapping[str, TableSummary]
) -> Iterator[TablePart | FilePart]:
    """Each resource, in the order of the descriptor."""
    room = COLUMNS
    lists: dict[tuple[tuple[str, str], ...], str] = {}
    for resource in package.resources:
        title = text(resource.descriptor, "title") or ""
        description = tuple(
            cut(part, 4 * _TEXT)
            for part in paragraphs(text(resource.descriptor, "description") or "")
        )
        summary = summaries.get(resource.name)
        if summary is None:
            yield FilePart(resource.name, title, description, resource.paths)
            continue
        names = list(summary.columns)
        columns = [
            _column_entry(resource, name, summary.columns[name], summary.rows, lists)
            for name in names[:room]
        ]
        room -= len(columns)
        yield TablePart(
            resource.name,
            title,
            description,
            resource.paths,
            summary.rows,
            tuple(_key_lines(resource)),
            tuple(columns),
            len(names) - len(columns),
            tuple(names[:SHOWN]),
            tuple(tuple(map(cell_words, row[:SHOWN])) for row in summary.preview),
        )


def _column_entry(
    resource: Resource,
    name: str,
    summary: ColumnSummary,
    rows: int,
    lists: dict[tuple[tuple[str, str], ...], str],
) -> ColumnEntry:
    declared = resource.schema.fields if resource.schema else ()
    item = next((field for field in declared if field.name == name), Field(name, "any"))
    form = "" if item.format == "default" else f" ({item.format})"
    codes = tuple(_codes_in_words(item))
    here = f"{name} in {resource.name}"
    place = lists.setdefault(codes, here) if codes else here
    frequent = tuple(_frequent(summary, item.type))
    return ColumnEntry(
        name,
        cut(text(item.descriptor, "title") or "", _TEXT),
        cut(text(item.descriptor, "description") or "", _TEXT),
        f"{item.type}{form}",
        tuple(cut(words, _TEXT) for words in constraint_words(item, value_text, with_missing=True)),
        codes[:_CODES],
        max(0, len(codes) - _CODES),
        "" if place == here else place,
        summary.filled,
        rows - summary.filled,
        _value_range(summary, item.type),
        frequent,
        "" if frequent else _variety(summary),
    )


def value_text(value: Any) -> str:
    """A value of the descriptor as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | Mapping) or value is None or isinstance(value, bool):
        return json.dumps(value, ensure_ascii=False, default=str)
    return cell_text(value)


def _codes_in_words(item: Field) -> Iterator[tuple[str, str]]:
    declared = item.descriptor.get("categories")
    for category in declared if isinstance(declared, list) else ():
        if isinstance(category, Mapping):
            label = category.get("label")
            words = cut(label, _TEXT) if isinstance(label, str) else ""
            yield cut(value_text(category.get("value")), _CELL), words


def cell_words(value: Any, type_: str = "") -> str:
    """A cell, cut to what a column has room for; empty where it is missing."""
    if value is None:
        return ""
    return cut(cell_text(value, type_), _CELL)


def _value_range(summary: ColumnSummary, type_: str) -> str:
    least, greatest = summary.least, summary.greatest
    if least is None or isinstance(least, bool):
        return ""
    if summary.is_text:
        ends = " to ".join(dict.fromkeys(f"{size:,}" for size in (least, greatest)))
        return f"{ends} {'character' if greatest == 1 else 'characters'}"
    texts = [cell_words(end, type_) for end in (least, greatest)]
    if type_ in ("integer", "number") and isinstance(least, int | Decimal):
        texts = [f"{Decimal(text):,}" for text in texts]
    return " to ".join(dict.fromkeys(texts))


def _frequent(summary: ColumnSummary, type_: str) -> Iterator[tuple[str, int]]:
    """The most frequent of the values that stand more than once."""
    counts = [(cell_text(value, type_), n) for value, n in (summary.counts or {}).items() if n > 1]
    counts.sort(key=lambda pair: (-pair[1], pair[0]))
    yield from ((cut(value, _CELL), count) for value, count in counts[:_FREQUENT])


def _variety(summary: ColumnSummary) -> str:
    if not summary.filled:
        return ""
    if summary.counts is None:
        return f"more than {DISTINCT:,} different values"
    return "all different" if summary.filled > 1 else ""


def _key_lines(resource: Resource) -> Iterator[str]:
    schema = resource.schema
    if schema is None:
        return
    if schema.primary_key:
        yield f"Primary key: {', '.join(schema.primary_key)}"
    for names in schema.unique_keys:
        yield f"Unique together: {', '.join(names)}"
    for key in schema.foreign_keys:
        target = key.resource if key.resource != resource.name else "this table"
        yield f"{', '.join(key.fields)} → {', '.join(key.reference)} of {target}"
