"""The first sheet: what this is, how to cite it, what the sheets are, and the figures in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mtopendata.release.figures_in_words import figures_in_words
from mtopendata.release.formats.xlsx.pages import set_up_pages
from mtopendata.release.formats.xlsx.plan import COLUMNS, MAX_CELL, Workbook
from mtopendata.release.formats.xlsx.rows import Cell, write_row
from mtopendata.release.terms.citing import BIBTEX, HOW_TO_CITE, citation
from mtopendata.release.terms.people import agents
from mtopendata.values.cells import cell_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

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
"""What the first sheet says of a figure, and the heads of those columns."""
NOT_REPORTED = "not reported"
"""What stands for a figure that its source leaves out, which is not 0."""
_WIDTHS = (23, 34, 18, 7, 21, 17, 58, 15)
"""Of the columns of the first sheet, in characters."""
_SHEETS = ("Sheet", "Title", "Rows", "What it holds")
_STYLES = {"As printed": "right", "Rows": "count", "Year": "year"}
"""Formats of the columns that are not prose, by their heads."""
_ON_THE_RIGHT = ("right", "count")


def write_about(sheet: "Worksheet", plan: Workbook, formats: "Mapping[str, Format]") -> None:
    """What this is, how to cite it, what the sheets are, and the figures in words, where there are
    some.
    """
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 26)
    title = str(plan.release.descriptor.get("title") or plan.release.name)
    sheet.write_string(0, 0, title[:MAX_CELL], formats["title"])
    row = 1
    for fact in _facts(plan):
        row = write_row(sheet, row, fact, [formats["label"], formats["fact"]], _WIDTHS)
    head = row + 1
    row = _write_list(sheet, head, _SHEETS, _listed_sheets(plan), formats)
    figures = listed_figures(plan)
    if figures:
        head = row + 1
        _write_list(sheet, head, list(FIGURE_COLUMNS.values()), figures, formats)
    set_up_pages(sheet, plan.release, head)


def _write_list(
    sheet: "Worksheet",
    row: int,
    head: Sequence[str],
    body: Iterable[Sequence[Cell]],
    formats: "Mapping[str, Format]",
) -> int:
    """A table with its head; the row below it."""
    names = [_STYLES.get(title, "prose") for title in head]
    styles = [formats[name] for name in names]
    heads = [formats["number_head" if name in _ON_THE_RIGHT else "head"] for name in names]
    row = write_row(sheet, row, head, heads, _WIDTHS)
    for cells in body:
        row = write_row(sheet, row, cells, styles, _WIDTHS)
    return row


def _listed_sheets(plan: Workbook) -> Iterator[tuple[Cell, ...]]:
    for name, sheet in plan.sheets.items():
        texts = [sheet.resource.descriptor.get(key) for key in ("title", "description")]
        title, description = (text if isinstance(text, str) else None for text in texts)
        yield name, title, sheet.stored.height, description
    yield COLUMNS, None, None, "What each column of the other sheets means."


def listed_figures(plan: Workbook) -> list[tuple[Cell, ...]]:
    """The rows of the figures on the first sheet; none where the package has no figures."""
    figures = figures_in_words(plan.release, list(FIGURE_COLUMNS))
    if figures is None:
        return []
    return [tuple(map(_figure_cell, row, FIGURE_COLUMNS)) for row in figures.iter_rows()]


def _figure_cell(value: object, column: str) -> Cell:
    if value is None:
        return NOT_REPORTED if column == "printed" else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return cell_text(value)[:MAX_CELL]


def _facts(plan: Workbook) -> Iterator[tuple[str, str]]:
    release, described = plan.release, plan.release.descriptor
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
        if lines := list(_titles_and_paths(described.get(key))):
            yield label, "\n".join(lines)
    if cited := citation(described, release.date):
        yield HOW_TO_CITE, cited.text
        yield BIBTEX, cited.bibtex
    if plan.notes:
        yield "Not here", "\n".join(plan.notes)


def _titles_and_paths(items: object) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            texts = (item.get(key) for key in ("title", "path"))
            if line := ", ".join(text for text in texts if isinstance(text, str)):
                yield line
