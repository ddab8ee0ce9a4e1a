"""A row as the text of a table's file has it."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from mtopendata.package.model import Field, Resource
from mtopendata.values.cells import cell_text


def csv_row(cells: Iterable[Any], resource: Resource) -> str:
    """A row as the resource's file writes it, without its line end."""
    fields = resource.schema.fields if resource.schema else ()
    text = io.StringIO()
    dialect = resource.dialect
    csv.writer(
        text, delimiter=dialect.delimiter, quotechar=dialect.quote_char or '"', lineterminator="\n"
    ).writerow(_csv_cell(value, item) for value, item in zip_longest(cells, fields))
    return text.getvalue().removesuffix("\n")


def _csv_cell(value: Any, item: Field | None) -> str:
    if value is None:
        missing = item.missing if item else ()
        return "" if not missing or "" in missing else missing[0]
    point = item.descriptor.get("decimalChar", ".") if item else "."
    return cell_text(value).replace(".", point) if isinstance(value, Decimal) else cell_text(value)
