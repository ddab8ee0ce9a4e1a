"""What a person should look at, or mend, before a first descriptor is published."""

from typing import NamedTuple


class Doubt(NamedTuple):
    """A sentence on a table, and what to do. `row` is the line of a file, if it is about one."""

    path: str
    field: str | None
    what: str
    todo: str
    row: int | None = None
