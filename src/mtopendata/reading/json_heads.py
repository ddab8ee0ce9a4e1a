"""How a file of JSON begins: what its first rows tell of the columns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtopendata.package.json_cells import json_text_of
from mtopendata.package.model import Dialect
from mtopendata.reading.faults import Fault
from mtopendata.reading.header import joined_labels
from mtopendata.reading.json_rows import Row


@dataclass(frozen=True, slots=True)
class Head:
    """How a file begins: its labels, None without a header; in which row they stand; how many cells
    the first row has; the last row before its content; and whether any row tells columns.
    """

    labels: list[str] | None
    row: int = 1
    width: int = 0
    end: int = 0
    is_told: bool = True


NO_HEAD = Head(None, is_told=False)
NO_ROWS = Fault("empty-file", "the file has no rows", "add its rows, or remove the file")


@dataclass
class Names:
    """The names of objects; `are_all`: no object has another one."""

    found: dict[str, None] = field(default_factory=dict)
    are_all: bool = False


def head_of_lists(rows: Sequence[Row], dialect: Dialect, *, is_all: bool) -> Head | None:
    """How a file begins whose rows are lists, by these; None: more are needed."""
    lists = list(lists_in(rows, dialect))
    if not lists:
        return None
    if dialect.header_rows == ():
        return Head(None, width=len(lists[0][1]))
    wanted = dialect.header_rows or (lists[0][0],)
    if rows[-1][0] < wanted[-1] and not is_all:
        return None
    header = [list(map(_label, value)) for number, value in lists if number in wanted]
    labels = joined_labels(header, dialect.header_join)
    return Head(labels, wanted[0], len(labels), wanted[-1])


def names_in(rows: Iterable[Row]) -> dict[str, None]:
    """The names that objects have, in the order in which they first stand."""
    names: dict[str, None] = {}
    for _, value in rows:
        if isinstance(value, dict) and not value.keys() <= names.keys():
            names |= dict.fromkeys(value)
    return names


def _label(cell: Any) -> str:
    """A cell of a header as a label."""
    return "" if cell is None else cell if isinstance(cell, str) else json_text_of(cell)


def lists_in(rows: Iterable[Row], dialect: Dialect) -> Iterator[tuple[int, list[Any]]]:
    """The rows that are lists, and no comments."""
    for number, value in rows:
        if isinstance(value, list) and not is_comment(number, value, dialect):
            yield number, value


def is_comment(number: int, value: Any, dialect: Dialect) -> bool:
    """Whether a row is a comment by its number, or by how its first cell begins."""
    if number in dialect.comment_rows:
        return True
    first = value[0] if isinstance(value, list) and value else None
    return bool(dialect.comment_char) and str(first).startswith(dialect.comment_char or "")
