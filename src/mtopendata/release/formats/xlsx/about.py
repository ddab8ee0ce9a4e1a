"""The first sheet: what this is, where it comes from, what to mind, and the figures in words."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from mtopendata.reading.labels import labelled, with_labels
from mtopendata.release.formats.xlsx.plan import (
    LINE,
    LISTED,
    MAX_CELL,
    MOST_LINES,
    fitting_tables,
)
from mtopendata.release.metadata.descriptor_terms import agents
from mtopendata.release.model import Release

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def write_about(
    sheet: "Worksheet", release: Release, notes: list[str], formats: "dict[str, Format]"
) -> None:
    """What this is, where it comes from, what to mind, and the figures in words."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer(f"&L{release.stem.replace('&', '&&')}&R&P / &N")
    figures = _figures(release)
    widths = _FIGURE_WIDTHS if figures is not None else (22, 60, 10, 60)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    row = 0
    sheet.set_row(row, 26)
    sheet.write_string(row, 0, str(release.descriptor.get("title") or release.name)[:MAX_CELL],
                       formats["title"])  # fmt: skip
    for label, text in _facts(release, notes):
        row += 1
        sheet.write_string(row, 0, label, formats["label"])
        span = sum(widths[1:])
        lines = sum(len(line) // int(span * 1.15) + 1 for line in text.split("\n"))
        sheet.set_row(row, LINE * min(lines, MOST_LINES))
        sheet.merge_range(row, 1, row, len(widths) - 1, "", formats["wrapped"])
        sheet.write_string(row, 1, text[:MAX_CELL], formats["wrapped"])
    row += 2
    head: Iterable[str] = ("Sheet", "Title", "Rows", "Description")
    body: Iterable[tuple[Any, ...]] = _contents(release)
    if figures is not None:
        head, body = FIGURE_COLUMNS.values(), figures.iter_rows()
    for column, title in enumerate(head):
        sheet.write_string(row, column, title, formats["head"])
    sheet.repeat_rows(row)
    for cells in body:
        row += 1
        lines = max(
            len(str(cell or "")) // width + 1 for cell, width in zip(cells, widths, strict=True)
        )
        sheet.set_row(row, LINE * min(lines, MOST_LINES))
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell[:MAX_CELL], formats["wrapped"])
            elif cell is not None:
                sheet.write_number(row, column, cell, formats["plain"])


def _facts(release: Release, notes: list[str]) -> Iterator[tuple[str, str]]:
    described = release.descriptor
    if release.version:
        yield "Version", release.version
    if release.date:
        yield "Date", f"{release.date:%Y-%m-%d}"
    for label, key in (("About", "description"), ("Home", "homepage")):
        if isinstance(text := described.get(key), str) and text:
            yield label, text
    if people := agents(described):
        yield "By", ", ".join(agent.name for agent in people)
    for label, key in (("Sources", "sources"), ("Licences", "licenses")):
        items = described.get(key)
        lines = [
            ", ".join(str(item[k]) for k in ("title", "path") if isinstance(item.get(k), str))
            for item in (items if isinstance(items, list) else ())
            if isinstance(item, dict)
        ]
        if any(lines):
            yield label, "\n".join(line for line in lines if line)
    if notes:
        yield "Not here", "\n".join(notes)
    yield "Sheets", "A sheet for each table, and in the last one what each column means."


FIGURE_COLUMNS = {
    "programme_title": "Programme",
    "measure_title": "Measure",
    "area_title": "Area",
    "period": "Year",
    "printed": "As printed",
    "unit": "Unit",
    "measure_caveat": "Caveat",
    "source_title": "Source",
}


_FIGURE_WIDTHS = (24, 40, 18, 7, 22, 18, 60, 18)


def _figures(release: Release) -> pl.DataFrame | None:
    """The figures in words, with the caveat of their measure; None for another kind of package."""
    package = release.package
    resource = package.resource("figures")
    plan = labelled(package, resource) if resource else None
    if plan is None or package.tables["figures"].height > LISTED:
        return None
    frame = with_labels(package, plan)
    if frame.schema.get("unit") == pl.String:
        frame = frame.with_columns(pl.col("unit").str.replace_all("_", " "))
    return frame.select(list(FIGURE_COLUMNS)) if set(FIGURE_COLUMNS) <= set(frame.columns) else None


def _contents(release: Release) -> Iterator[tuple[str, str | None, int, str | None]]:
    tables, _ = fitting_tables(release)
    for name, (resource, frame) in tables.items():
        texts = [resource.descriptor.get(key) for key in ("title", "description")]
        title, description = (text if isinstance(text, str) else None for text in texts)
        yield name, title, frame.height, description
