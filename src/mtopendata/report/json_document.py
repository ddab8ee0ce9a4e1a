"""JSON as a document of its own."""

from mtopendata.values.json_values import json_text


def json_document(value: object) -> str:
    """JSON-ready data as text for a file or a terminal."""
    return json_text(value, indent=2) + "\n"
