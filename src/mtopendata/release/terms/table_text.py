"""Release → how a CSV table stands in its files, for standards that describe the text of cells.

Such a standard binds a column to its label and its place, and a type to the ways in which its
values are written. Both are read from the files, because a descriptor leaves them open:
`fieldsMatch` may allow another order, and a number may or may not have an exponent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtopendata.package.model import Field, Resource
from mtopendata.reading.csv_tables import labels_of, texts_of
from mtopendata.reading.options import Options
from mtopendata.release.model import Release


@dataclass(frozen=True, slots=True)
class Column:
    """A column in its place in the file: `label` as the header has it, or, where the file has no
    header, the field's name. A column without a declared field has one of type `any`.
    """

    label: str
    field: Field


def columns(release: Release, resource: Resource) -> list[Column]:
    """The columns of a CSV resource, in the file's order; [] where it is no such table, or where
    labels are blank or stand twice, so that they name nothing.
    """
    frame = release.package.tables.get(resource.name)
    if frame is None or not resource.is_csv:
        return []
    labels = labels_of(resource) or frame.columns
    if "" in labels or len(set(labels)) < len(labels) or len(labels) != frame.width:
        return []
    declared = {item.name: item for item in (resource.schema.fields if resource.schema else ())}
    return [
        Column(label, declared.get(name) or Field(name, "any"))
        for label, name in zip(labels, frame.columns, strict=True)
    ]


def cells_match(
    resource: Resource, columns: list[Column], patterns: Mapping[int, str]
) -> dict[int, bool]:
    """For each column that has a pattern, whether all cells of that column match it; a missing
    value is no cell. `patterns` goes by the place of the column.
    """
    matched = dict.fromkeys(patterns, True)
    for frame in texts_of(resource, Options(limit=0)) if patterns else ():
        for index, pattern in patterns.items():
            cells = frame[str(index)].drop_nulls()
            cells = cells.filter(~cells.is_in(columns[index].field.missing))
            matched[index] &= cells.str.contains(pattern).all()
    return matched


def is_key(release: Release, name: str, fields: Sequence[str]) -> bool:
    """Whether in the table `name` each value of these fields together stands in one row only; rows
    in which a part is missing are not compared.
    """
    frame = release.package.tables.get(name)
    if frame is None or not set(fields) <= set(frame.columns):
        return False
    values = frame.select(fields).drop_nulls()
    return values.n_unique() == values.height
