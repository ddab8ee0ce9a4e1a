"""The columns of a table and the fields of its schema, matched as `fieldsMatch` says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, repeat

from mtopendata.package.model import Field, Resource, Schema
from mtopendata.reading.faults import Fault

HEADER_CODES = frozenset(
    f"{fault}-label" for fault in ("blank", "duplicate", "missing", "extra", "incorrect")
) | {"part-header"}
"""The codes of faults of a header."""

Matched = list[Field | None]


def joined_labels(rows: Sequence[Sequence[str]], joint: str) -> list[str]:
    """The labels of a header of several rows: of each column the cells from above to below, but for
    those that repeat the one above them. The last cell of a shorter row stands over all columns
    behind it, as in the standard's own example of `headerRows`.
    """
    width = max(map(len, rows), default=0)
    filled = [[*cells, *repeat(cells[-1], width - len(cells))] for cells in rows if cells]
    columns = zip(*filled, strict=False)
    return [joint.join(cell for cell, _ in groupby(column)) for column in columns]


def match_header(
    resource: Resource, labels: Sequence[str] | None, width: int, line: int
) -> tuple[list[Field], list[Fault]]:
    """The field of each column, and what is wrong with the header, which stands in `line`.

    `labels` is None for a table without a header, whose first record has `width` cells. A column
    without a field gets one of any type, named by its label. No columns: the header is no header.
    """
    matched, faults = _match(resource, labels, width)
    hint = _separator_hint(labels)
    # A fault of a header that was not divided has one cause.
    faults = [replace(fault, row=line, hint=hint or fault.hint) for fault in faults]
    taken = {item.name for item in matched if item}
    fields = []
    for index, item in enumerate(matched):
        if item is None:
            label = (labels[index] if labels else "") or f"field{index + 1}"
            while label in taken:
                label += "_"
            taken.add(label)
            item = Field(label, "any")
        fields.append(item)
    return fields, faults


def _match(
    resource: Resource, labels: Sequence[str] | None, width: int
) -> tuple[Matched, list[Fault]]:
    schema = resource.schema
    if labels is None:
        fields = list(schema.fields) if schema else []
        count = len(fields) or width
        extra = [Field(f"field{index + 1}", "any") for index in range(len(fields), count)]
        return [*fields, *extra], []
    if schema is None:
        return [None] * len(labels), [*_label_faults(labels)]
    if schema.fields_match != "exact":
        matched = _columns_by_name(resource, labels, schema.fields)
        return matched, [*_label_faults(labels), *_faults_by_name(labels, matched, schema)]
    if len(labels) == 1 and len(schema.fields) > 1 and separator_in(labels[0]):
        message = (
            f"the header is a single label, {labels[0][:80]!r}, where the schema has "
            f"{len(schema.fields)} fields"
        )
        return [], [Fault("incorrect-label", message, "")]
    by_position = _faults_by_position(resource, labels, schema.fields)
    unknown: Matched = [None] * (len(labels) - len(schema.fields))
    matched = [*schema.fields[: len(labels)], *unknown]
    return matched, [*_label_faults(labels), *by_position]


def _label_faults(labels: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, label in enumerate(labels):
        if not label:
            message = f"column {index + 1} has no label"
            yield Fault("blank-label", message, "name the column")
        elif label in seen:
            message = f"the label {label!r} stands twice in the header"
            yield Fault("duplicate-label", message, "name each column once", field=label)
        seen.add(label)


def _bears(resource: Resource, label: str, item: Field) -> bool:
    return item.is_label(label, case_sensitive=resource.dialect.case_sensitive)


def _faults_by_position(
    resource: Resource, labels: Sequence[str], fields: Sequence[Field]
) -> Iterator[Fault]:
    for index, item in enumerate(fields):
        if index >= len(labels):
            yield _no_column(item)
        elif not item.has_name or not labels[index] or labels[index] in labels[:index]:
            continue  # a fault of its own
        elif not _bears(resource, labels[index], item):
            message = (
                f"column {index + 1} is labelled {labels[index]!r} where the schema has "
                f"{item.name!r}"
            )
            hint = "correct the label, or the order of the columns"
            yield Fault("incorrect-label", message, hint, field=item.name)
    for label in labels[len(fields) :]:
        yield _no_field(label)


def _columns_by_name(resource: Resource, labels: Sequence[str], fields: Sequence[Field]) -> Matched:
    left = list(fields)
    matched: Matched = []
    for label in labels:
        found = next((item for item in left if _bears(resource, label, item)), None)
        matched.append(found)
        if found:
            left.remove(found)
    return matched


def _faults_by_name(labels: Sequence[str], matched: Matched, schema: Schema) -> Iterator[Fault]:
    mode = schema.fields_match
    if mode in ("equal", "superset"):
        known = {label for label, item in zip(labels, matched, strict=True) if item}
        yield from (_no_field(label) for label in dict.fromkeys(labels) if label not in known)
    there = {item.name for item in matched if item}
    for item in schema.fields:
        is_asked_for = mode in ("equal", "subset") or must_have_column(item, schema)
        if item.has_name and item.name not in there and is_asked_for:
            yield _no_column(item)
    if not labels or (mode == "partial" and not there):
        message, hint = "no column is a field of the schema", "correct the header or the schema"
        yield Fault("missing-label", message, hint)


def _no_column(item: Field) -> Fault:
    message = f"the field {item.name!r} has no column"
    hint = "add the column, or remove the field from the schema"
    return Fault("missing-label", message, hint, field=item.name)


def _no_field(label: str) -> Fault:
    message = f"the column {label!r} is not in the schema"
    return Fault("extra-label", message, "declare the field, or remove the column", field=label)


def must_have_column(item: Field, schema: Schema | None) -> bool:
    """Whether a field must have a column whatever `fieldsMatch` says."""
    required = bool(item.constraints.get("required"))
    return required or (schema is not None and item.name in schema.primary_key)


def separator_in(label: str) -> str | None:
    """What may separate the cells of a header that was read as one label."""
    return next((sign for sign in ";\t|," if sign in label), None)


def _separator_hint(labels: Sequence[str] | None) -> str | None:
    if labels is not None and len(labels) == 1 and (sign := separator_in(labels[0])):
        return f"if the file separates its cells by {sign!r}, declare dialect.delimiter"
    return None
