"""The row of the source: its code, its title, and the document that it is."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from mtopendata.figures.tables import AREAS, SOURCES, text_columns
from mtopendata.reading.tables import Table
from mtopendata.release.reproducible import release_date
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.sheets.vocabulary import read_states
from mtopendata.values.errors import MtopendataError

Row = Mapping[str, Any]


def source_code(reading: Reading, tables: Mapping[str, Table]) -> str:
    """The code of the source: that of the same document, or such as those that are there have."""
    sources = text_columns(SOURCES, "source").usable(tables)
    names = area_titles(tables)
    slug = "-".join(names.get(reading.area or "", reading.area or "unknown").lower().split())
    prefix = "sheet"
    if sources is not None:
        codes = sources.frame["source"].drop_nulls()
        if text_columns(SOURCES, "sha256").is_met(sources):
            same = sources.frame.filter(sha256=reading.document.sha256)["source"].drop_nulls()
            if len(same):
                return str(same[0])
        if len(codes):
            prefix = str(codes[0]).split("-")[0]
    return f"{prefix}-{slug}-{reading.period or 'undated'}"


def checked_code(code: str, figures: Table) -> str:
    schema = figures.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    pattern = fields["source"].constraints.get("pattern") if "source" in fields else None
    if not code.strip() or (pattern and not re.fullmatch(pattern, code)):
        raise MtopendataError(
            "--code", f"{code!r} is no code of a source", "write such as ncmec-montana-2023-b"
        )
    return code


def area_titles(tables: Mapping[str, Table]) -> dict[str, str]:
    titles = {state.area: state.title for state in reversed(read_states())}
    areas = text_columns(AREAS, "area", "title").usable(tables)
    if areas is not None:
        titles |= dict(areas.frame.select("area", "title").drop_nulls().iter_rows())
    return titles


def source_row(
    reading: Reading, source: str, tables: Mapping[str, Table]
) -> tuple[list[Row], list[Problem]]:
    """The row to add, if any; and whether the code is another document's."""
    sources = text_columns(SOURCES, "source").usable(tables)
    if sources is None:
        return [], []
    document = reading.document
    there = sources.frame.filter(source=source)
    if there.height:
        other = there["sha256"][0] if sources.has(["sha256"]) else document.sha256
        if other == document.sha256:
            return [], []
        return [], [
            Problem(
                "source-hash",
                f"the source {source} is another document: its SHA-256 is {other}, that of "
                f"{document.name} is {document.sha256}",
                "if this is another edition or another file of the sheet, enter it with a --code "
                "of its own; nothing that is there is overwritten",
            )
        ]  # fmt: skip
    # Sheets of one publisher differ in the area and the year alone.
    like = sources.frame.row(-1, named=True) if sources.frame.height else {}
    names = area_titles(tables)
    title, area = like.get("title"), names.get(reading.area or "")
    if isinstance(title, str) and area:
        other = max((name for name in names.values() if name in title), key=len, default=area)
        title = title.replace(other, area)
    return [
        {
            **like, "source": source, "title": title, "year": reading.period,
            "sha256": document.sha256, "bytes": document.bytes, "form": document.form,
            "recorded": _recording_day(),
        }
    ], []  # fmt: skip


def _recording_day() -> date:
    """Today in UTC, or the day of SOURCE_DATE_EPOCH."""
    fixed = release_date({}) if os.environ.get("SOURCE_DATE_EPOCH") else None
    return (fixed or datetime.now(UTC)).date()
