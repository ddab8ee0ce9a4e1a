"""What is known of tables → a descriptor, and what is not certain in it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from mtopendata.entry.draft.candidates import ANY, TEXT
from mtopendata.entry.draft.columns import DraftColumns, KnownColumn
from mtopendata.entry.draft.doubts import Doubt
from mtopendata.entry.draft.keys import is_named_after, is_named_after_its_own, is_named_as_key
from mtopendata.entry.draft.model import DraftTable
from mtopendata.values.cells import cell_text
from mtopendata.values.plurals import plural

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TIMES = 10
"""How often, on the average, each of few values must stand to be an enumeration."""
_LEAST = 3
"""Rows of the smallest table of which a key says anything."""

Reference = tuple[str, str, str, str]
"""A foreign key: a table and its column, and the table and the column that it refers to."""


def found_key(columns: DraftColumns) -> tuple[str, ...]:
    """The key of a table; empty where none was found."""
    return columns.unique[0] if columns.unique and columns.rows >= _LEAST else ()


def possible_references(tables: Sequence[DraftTable]) -> list[Reference]:
    """The foreign keys that names and types suggest."""
    return [
        (table.name, column.label, parent.name, found_key(parent.columns)[0])
        for table in tables
        if table.columns
        for column in table.columns.columns
        for parent in tables
        if parent.columns and _may_refer(table, column, parent)
    ]


def _may_refer(table: DraftTable, column: KnownColumn, parent: DraftTable) -> bool:
    key = found_key(parent.columns) if parent.columns else ()
    if len(key) != 1 or not parent.columns or not table.columns:
        return False
    [name] = key
    [other] = [one for one in parent.columns.columns if one.label == name]
    if column.guess.candidate.raw != other.guess.candidate.raw:
        return False
    if table is parent:
        return is_named_after_its_own(column.label, name)
    if found_key(table.columns) == (column.label,):
        return False  # two tables of the same things: which one refers to the other?
    return is_named_after(column.label, parent.name, name)


def descriptor_of(
    name: str, tables: Sequence[DraftTable], references: Sequence[Reference]
) -> dict[str, Any]:
    """The descriptor of tables that are known, with these foreign keys."""
    return {
        "$schema": _PROFILE,
        "name": name,
        "resources": [
            {**table.raw, "schema": _drafted_schema(table, table.columns, references)}
            for table in tables
            if table.columns
        ],
    }


def _drafted_schema(
    table: DraftTable, columns: DraftColumns, references: Sequence[Reference]
) -> dict[str, Any]:
    key = found_key(columns)
    refers = {column: (to, other) for name, column, to, other in references if name == table.name}
    schema: dict[str, Any] = {
        "fields": [
            _field(one, columns.rows, is_listed=is_enumeration(one, columns, refers))
            for one in columns.columns
        ]
    }
    if key:
        schema["primaryKey"] = list(key)
    if refers:
        schema["foreignKeys"] = [
            {
                "fields": [column],
                "reference": {"resource": "" if to == table.name else to, "fields": [other]},
            }
            for column, (to, other) in refers.items()
        ]
    return schema


def _field(one: KnownColumn, rows: int, *, is_listed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.label, **chosen(one)}
    markers = one.guess.markers
    if markers and not one.rival:
        found["missingValues"] = ["", *markers]
    constraints: dict[str, Any] = {}
    if not one.missing and rows:
        constraints["required"] = True
    if is_listed:
        constraints["enum"] = list(one.few)
    return found | ({"constraints": constraints} if constraints else {})


def chosen(one: KnownColumn) -> dict[str, Any]:
    """The type of a column; text where two others are as likely, and have other values."""
    return TEXT.raw if one.rival else one.guess.candidate.raw


def is_enumeration(one: KnownColumn, columns: DraftColumns, refers: Collection[str]) -> bool:
    """Whether a column has few values of which each stands often enough."""
    present = columns.rows - one.missing
    is_free = one.label not in (*refers, *found_key(columns)) and not one.like
    return (
        is_free
        and one.guess.candidate is TEXT
        and len(one.few) > 1
        and present >= _TIMES * len(one.few)
    )


def doubts_of(table: DraftTable, references: Sequence[Reference]) -> Iterator[Doubt]:
    """What is not certain in the description of a table."""
    yield from table.doubts
    columns = table.columns
    if columns is None:
        return
    refers = {column for name, column, _, _ in references if name == table.name}
    for one in columns.columns:
        yield from _of_column(table.path, one)
    listed = [one.label for one in columns.columns if is_enumeration(one, columns, refers)]
    if listed:
        shown = ", ".join(map(repr, listed))
        what = f"the values that are there are listed as all that may be: {shown}"
        yield Doubt(table.path, None, what, "add to 'enum' what may come, or remove it")
    yield from _of_key(table, columns)


def _of_column(path: str, one: KnownColumn) -> Iterator[Doubt]:
    raw = one.guess.candidate.raw
    if one.rival and (rival := one.guess.candidate.rival):
        both = f"{_in_short(raw)} and {_in_short(rival.raw)}"
        what = f"all cells have two readings, {both}: left as text"
        yield Doubt(path, one.label, what, "declare the one that is meant")
    elif one.guess.markers:
        shown = ", ".join(map(repr, one.guess.markers))
        what = f"{shown} stands for a missing value, as the other cells are {_in_short(raw)}"
        yield Doubt(path, one.label, what, "correct 'missingValues' if it says something else")
    elif one.like:
        shown = ", ".join(map(repr, one.like))
        what = f"{shown} is kept as text"
        yield Doubt(path, one.label, what, "add it to 'missingValues' if it means no value")
    if one.guess.candidate is ANY:
        shown = ", ".join(map(repr, _of_each_kind(one.guess.seen.to_list())))
        what = f"its cells have no type in common, such as {shown}: left as any"
        yield Doubt(path, one.label, what, "make all of them numbers, all days, or all text")
    if one.guess.candidate is TEXT and (strange := _strangers(one)):
        shown = ", ".join(map(repr, strange))
        what = f"it would be a column of numbers but for cells such as {shown}: left as text"
        yield Doubt(path, one.label, what, "mend them, or add them to 'missingValues'")


def _of_each_kind(texts: Sequence[str]) -> list[str]:
    """The first text without a letter, as numbers and days are, and the first that has one."""
    with_letter = [text for text in texts if any(char.isalpha() for char in text)]
    without = [text for text in texts if not any(char.isalpha() for char in text)]
    return [*without[:1], *with_letter[:1]]


def _strangers(one: KnownColumn) -> list[str]:
    """The few texts in a column that are no numbers, where most are."""
    texts = one.guess.seen.head(1000).to_list()
    others = [text for text in texts if not text.lstrip("+-").replace(".", "", 1).isdigit()]
    is_few = 0 < len(others) * 10 <= len(texts)
    return others[:3] if is_few else []


def _in_short(raw: dict[str, Any]) -> str:
    """A type with its properties, in words."""
    others = (f"{name} {cell_text(value)!r}" for name, value in raw.items() if name != "type")
    return " with ".join([raw["type"], ", ".join(others)]).removesuffix(" with ")


def _of_key(table: DraftTable, columns: DraftColumns) -> Iterator[Doubt]:
    key = found_key(columns)
    if not key:
        todo = "declare 'primaryKey' if two rows may never be the same in some columns"
        yield Doubt(table.path, None, "no key was found among one or two columns", todo)
    elif not all(is_named_as_key(name, table.name) for name in key):
        shown = " and ".join(map(repr, key))
        what = f"the key is {shown}, which no two of {plural(columns.rows, 'row')} have in common"
        yield Doubt(table.path, None, what, "correct 'primaryKey' if that is chance")
