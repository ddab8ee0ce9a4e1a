"""The first sheet: what this is, where it comes from, what to mind, and the figures in words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mtopendata.release.figures_in_words import figures_in_words
from mtopendata.release.formats.xlsx.plan import (
    LINE,
    MAX_CELL,
    MOST_LINES,
    Workbook,
)
from mtopendata.release.terms.citing import BIBTEX, HOW_TO_CITE, citation
from mtopendata.release.terms.people import agents

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def write_about(sheet: "Worksheet", plan: Workbook, formats: "dict[str, Format]") -> None:
    """What this is, where it comes from, what to mind, and the figures in words or the sheets."""
    release = plan.release
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer(f"&L{release.stem.replace('&', '&&')}&R&P / &N")
    figures = figures_in_words(release, list(FIGURE_COLUMNS))
    widths = _FIGURE_WIDTHS if figures is not None else (22, 60, 10, 60)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 26)
    title = str(release.descriptor.get("title") or release.name)
    sheet.write_string(0, 0, title[:MAX_CELL], formats["title"])
    row = _write_facts(sheet, _facts(plan), widths, formats)
    if figures is not None:
        _write_list(sheet, row + 2, list(FIGURE_COLUMNS.values()), figures.rows(), widths, formats)
    else:
        head = ["Sheet", "Title", "Rows", "Description"]
        _write_list(sheet, row + 2, head, _listed_sheets(plan), widths, formats)


def _write_facts(
    sheet: "Worksheet",
    facts: Iterable[tuple[str, str]],
    widths: Sequence[int],
    formats: "dict[str, Format]",
) -> int:
    """A row for each fact, below the title; the number of the last one."""
    row, span = 0, sum(widths[1:])
    for row, (label, text) in enumerate(facts, 1):
        sheet.write_string(row, 0, label, formats["label"])
        lines = sum(len(line) // int(span * 1.15) + 1 for line in text.split("\n"))
        sheet.set_row(row, LINE * min(lines, MOST_LINES))
        sheet.merge_range(row, 1, row, len(widths) - 1, "", formats["wrapped"])
        sheet.write_string(row, 1, text[:MAX_CELL], formats["wrapped"])
    return row


def _write_list(
    sheet: "Worksheet",
    row: int,
    head: Sequence[str],
    body: Iterable[tuple[Any, ...]],
    widths: Sequence[int],
    formats: "dict[str, Format]",
) -> None:
    for column, title in enumerate(head):
        sheet.write_string(row, column, title, formats["head"])
    sheet.repeat_rows(row)
    for number, cells in enumerate(body, row + 1):
        lines = max(
            len(str(cell or "")) // width + 1 for cell, width in zip(cells, widths, strict=True)
        )
        sheet.set_row(number, LINE * min(lines, MOST_LINES))
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell[:MAX_CELL], formats["wrapped"])
            elif cell is not None:
                sheet.write_number(number, column, cell, formats["plain"])


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
    yield "Sheets", "A sheet for each table, and in the last one what each column means."


def _titles_and_paths(items: object) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            texts = (item.get(key) for key in ("title", "path"))
            if line := ", ".join(text for text in texts if isinstance(text, str)):
                yield line


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


def _listed_sheets(plan: Workbook) -> Iterator[tuple[str, str | None, int, str | None]]:
    for name, sheet in plan.sheets.items():
        texts = [sheet.resource.descriptor.get(key) for key in ("title", "description")]
        title, description = (text if isinstance(text, str) else None for text in texts)
        yield name, title, sheet.stored.height, description
