"""The source that a sheet is: its code, and its row where the package has none."""

import re
from collections.abc import Mapping
from itertools import count

from mtopendata.changes.revision_rows import Row
from mtopendata.entry.areas import area_titles
from mtopendata.figures.tables import SOURCES, text_columns
from mtopendata.reading.tables import Table
from mtopendata.release.reproducible import today
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.sheets.tracing import code_ending
from mtopendata.values.errors import MtopendataError


def source_code(reading: Reading, tables: Mapping[str, Table]) -> str:
    """The code of the source: that of the same document, or such as those that are there have."""
    if same := text_columns(SOURCES, "source", "sha256").usable(tables):
        codes = same.frame.filter(sha256=reading.document.sha256)["source"].drop_nulls()
        if len(codes):
            return str(codes[0])
    sources = text_columns(SOURCES, "source").usable(tables)
    known = sources.frame["source"].drop_nulls().to_list() if sources else []
    prefix = known[0].split("-")[0] if known else "sheet"
    if reading.kind:
        return f"{prefix}-{code_ending(reading)}"
    title = area_titles(tables).get(reading.area or "", reading.area or "unknown")
    slug = "-".join(title.lower().split())
    return f"{prefix}-{slug}-{reading.period or 'undated'}"


def edition_code(reading: Reading, tables: Mapping[str, Table]) -> str:
    """The code of a later edition of a sheet that is there, such as ncmec-montana-2023-2; that of
    the same document where it is entered already.

    MtopendataError: there is no earlier edition.
    """
    first = source_code(reading, tables)
    sources = text_columns(SOURCES, "source").usable(tables)
    there = set(sources.frame["source"].drop_nulls()) if sources is not None else set()
    if first not in there:
        what = f"there is no earlier edition: the package has no source {first}"
        raise MtopendataError("--edition", what, "leave out --edition")
    if sources is not None and sources.has(["sha256"]):
        same = sources.frame.filter(sha256=reading.document.sha256)
        if same.height:
            return first
    return next(code for n in count(2) if (code := f"{first}-{n}") not in there)


def checked_code(code: str, figures: Table) -> str:
    """A code that a person gives. MtopendataError: the figures may not have it."""
    schema = figures.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    pattern = fields["source"].constraints.get("pattern") if "source" in fields else None
    if not code.strip() or (pattern and not re.fullmatch(pattern, code)):
        raise MtopendataError(
            "--code", f"{code!r} is no code of a source", "write such as ncmec-montana-2023-b"
        )
    return code


def source_rows(
    reading: Reading, source: str, tables: Mapping[str, Table]
) -> tuple[list[Row], list[Problem]]:
    """The row to add, if any; and whether the code is another document's."""
    sources = text_columns(SOURCES, "source").usable(tables)
    if sources is None:
        return [], []
    there = sources.frame.filter(source=source)
    if not there.height:
        return [_row_of_source(reading, source, sources, area_titles(tables))], []
    document = reading.document
    recorded = there["sha256"][0] if sources.has(["sha256"]) else document.sha256
    if recorded == document.sha256:
        return [], []
    return [], [
        Problem(
            "source-hash",
            f"the source {source} is another document: its SHA-256 is {recorded}, that of "
            f"{document.name} is {document.sha256}",
            "if this is a later edition of the sheet, enter it with --edition, which gives it a "
            "code of its own, or with a --code; nothing that is there is overwritten",
        )
    ]


def _row_of_source(reading: Reading, source: str, sources: Table, titles: Mapping[str, str]) -> Row:
    """The row like that of the last document of its kind: those of one publisher differ in the year
    and, if they are sheets, in the area alone. Where no source of a sheet has a title with an area,
    nobody knows the sheet's.
    """
    like = _last_like(reading, sources, titles)
    title, area = like.get("title"), titles.get(reading.area or "")
    if reading.kind:
        title = reading.title
    elif area and title:
        title = title.replace(str(_area_in(like, titles)), area)
    document = reading.document
    return {
        **like,
        "source": source,
        "title": title,
        "year": reading.period,
        "sha256": document.sha256,
        "bytes": document.bytes,
        "form": document.form.replace("a fact sheet", "tables") if reading.kind else document.form,
        "recorded": today(),
    }


def _area_in(source: Row, titles: Mapping[str, str]) -> str | None:
    """The longest name of an area in the title of a source; None: it has none."""
    title = source.get("title")
    if not isinstance(title, str):
        return None
    return max((name for name in titles.values() if name in title), key=len, default=None)


def _last_like(reading: Reading, sources: Table, titles: Mapping[str, str]) -> Row:
    """The last source that is a sheet, or a document of the same kind, or else any; of sheets none
    but sheets.
    """
    rows = sources.frame.to_dicts()
    if not reading.kind:
        sheets = [row for row in rows if _area_in(row, titles)]
        return sheets[-1] if sheets else {}
    kind = f"-{reading.kind.replace('_', '-')}-"
    same = [row for row in rows if kind in str(row["source"])]
    return (same or rows or [{}])[-1]
