"""What a column wants, in words for the person who fills it in."""

from collections.abc import Iterator

from mtopendata.entry.template.plan import TemplateColumn
from mtopendata.package.patterns.words import pattern_in_words
from mtopendata.values.cells import cell_text
from mtopendata.values.excerpts import cut

_TYPES = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "yes or no",
    "date": "a day", "datetime": "a day and a time", "time": "a time of day", "year": "a year",
    "yearmonth": "a month, such as 2024-05", "any": "anything",
}  # fmt: skip
_LIMITS = {
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}", "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
}  # fmt: skip
_SHOWN = 12
"""Values of a list that are written out."""


def wanted(column: TemplateColumn) -> str:
    """All that a column wants, such as `required; a whole number; at least 0`."""
    return "; ".join(_parts_of_prompt(column))


def _parts_of_prompt(column: TemplateColumn) -> Iterator[str]:
    item = column.item
    if column.is_required:
        yield "required"
    if column.parent:
        yield f"a value that is in {column.refers_to}"
    elif column.values:
        shown = ", ".join(cell_text(value, item.type) for value in column.values[:_SHOWN])
        yield f"one of: {shown}{', …' if len(column.values) > _SHOWN else ''}"
    else:
        yield _TYPES.get(item.type, f"{item.type} as text")
    for name, words in _LIMITS.items():
        if (value := item.constraints.get(name)) is not None:
            yield words.format(cell_text(value, item.type))
    pattern = item.constraints.get("pattern")
    if isinstance(pattern, str):
        yield pattern_in_words(pattern) or f"of the pattern {cut(pattern, 60)}"
    if item.constraints.get("unique") is True:
        yield "no value twice"


def explained(column: TemplateColumn) -> str:
    """What a column means, as its field says it."""
    return str(column.item.descriptor.get("description") or "")


def headed(column: TemplateColumn) -> str:
    """What a column is called."""
    return str(column.item.descriptor.get("title") or column.item.name)
