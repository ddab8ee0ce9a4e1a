"""Data in the descriptor that are no rows of a table: any JSON may stand there."""

from collections.abc import Iterator

from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.json_files import json_type
from mtopendata.package.model import DESCRIPTOR, Resource


def found_in_no_table(resource: Resource) -> Iterator[Item]:
    """What is said of data that are no rows: nothing is wrong with them, but where the descriptor
    asks for a table, nothing is tested either.
    """
    data = resource.descriptor["data"]
    if data is not None and not resource.is_tabular:
        yield Check("data are there", "file", resource.name, "python", 1, 0)
        return
    # Text and objects are what the standard allows beside rows; anything else is a slip.
    is_allowed = isinstance(data, str | dict) and not resource.is_declared_table
    yield untested("text", "table", resource.name)
    yield Finding(
        "not-checked",
        "warning" if is_allowed else "error",
        f"{_kind_in_words(resource)}, which is no list of rows: no cell of it is checked",
        "give the rows as a list, or as text with the format csv, tsv, json or jsonl"
        + (", or remove the schema" if resource.schema else ""),
        resource.name,
        DESCRIPTOR,
    )


def _kind_in_words(resource: Resource) -> str:
    data = resource.descriptor["data"]
    if isinstance(data, str) and resource.format:
        return f"'data' is text of the format {resource.format!r}"
    return f"'data' is JSON's {json_type(data)}"
