"""The rows that a sheet gives, for the table of figures."""

from typing import TYPE_CHECKING

from mtopendata.package.csv_text import csv_row

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction


def render(extraction: "Extraction") -> str:
    """The rows with their header, quoted as the table is."""
    columns, resource = extraction.columns, extraction.figures
    rows = [{name: name for name in columns}, *extraction.entry.figures]
    return "".join(csv_row((row.get(name) for name in columns), resource) + "\n" for row in rows)
