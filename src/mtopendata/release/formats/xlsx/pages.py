"""How a sheet of the workbook is printed."""

from typing import TYPE_CHECKING

from mtopendata.release.model import Release

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LETTER = 1
"""Excel takes A4 for it, and it for A4, where that is the country's paper."""
_SIDES, _TOP, _BOTTOM, _EDGE = 0.4, 0.65, 0.65, 0.3
"""Margins in inches: around the sheet, and of its header and footer."""


def set_up_pages(sheet: "Worksheet", release: Release, repeated_row: int) -> None:
    """Print a sheet across the paper, as wide as a page, with the row of its header on each.

    Every page says which release it is of, which sheet it shows, and which page of how many it is.
    """
    sheet.set_paper(_LETTER)
    sheet.set_landscape()
    sheet.set_margins(_SIDES, _SIDES, _TOP, _BOTTOM)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(repeated_row)
    sheet.set_header(f"&L{_plain(_title(release))}&R&A", {"margin": _EDGE})
    sheet.set_footer(f"&L{_plain(release.stem)}&R&P / &N", {"margin": _EDGE})


def _title(release: Release) -> str:
    """The package's title, as far as it fits beside the name of the sheet."""
    title = release.descriptor.get("title")
    return " ".join((title if isinstance(title, str) else release.name).split())[:90]


def _plain(text: str) -> str:
    """A text in which nothing is read as a code."""
    return text.replace("&", "&&")
