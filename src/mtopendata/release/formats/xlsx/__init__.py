"""All tables as one workbook: a first sheet to read or print, and a sheet for each resource.

A workbook holds less than a table can: what it cannot hold exactly is left out, and said so.
Nothing in it is a formula or a link, and text that begins like a formula is marked as text.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format
from mtopendata.release.formats.xlsx.about import write_about
from mtopendata.release.formats.xlsx.columns import write_columns
from mtopendata.release.formats.xlsx.plan import ABOUT, BATCH, COLUMNS, Workbook, plan_workbook
from mtopendata.release.formats.xlsx.reading import examine_workbook, prove_workbook
from mtopendata.release.formats.xlsx.tables import write_table
from mtopendata.release.model import Release
from mtopendata.release.reproducible import EARLIEST, settle_office


def write_workbook(plan: Workbook, path: Path, progress: Progress | None) -> None:
    """Write the workbook."""
    from xlsxwriter import Workbook as Writer

    done, rows = 0, sum(sheet.stored.height for sheet in plan.sheets.values())
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with closing(Writer(str(path), options)) as book:
        book.set_properties(_properties(plan.release))
        formats = {
            name: book.add_format({"valign": "top"} | properties)
            for name, properties in _FORMATS.items()
        }
        write_about(book.add_worksheet(ABOUT), plan, formats)
        for name, sheet in plan.sheets.items():
            written = write_table(book.add_worksheet(name), plan.release, sheet, formats)
            for _ in written:
                done += 1
                if progress and done % BATCH == 0:
                    progress(path.name, done, done, 2 * rows)
        write_columns(book.add_worksheet(COLUMNS), plan, formats)
    settle_office(path, plan.release.date)


def _properties(release: Release) -> dict[str, Any]:
    # Without a date of its own a workbook takes the clock's.
    created = release.date or EARLIEST
    return {
        "title": str(release.descriptor.get("title") or release.name),
        "comments": str(release.descriptor.get("description") or "")[:255],
        "created": created.replace(tzinfo=None),
    }


_HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E8EEF4"}
# Without an indent a text touches the number on its left.
_TEXT = {"num_format": "@", "align": "left", "indent": 1}
_LINED = {"text_wrap": True, "bottom": 4, "bottom_color": "#C8D0D8"}
_FORMATS: dict[str, dict[str, Any]] = {
    "head": _HEAD | {"align": "left", "indent": 1},
    "number_head": _HEAD | {"align": "right"},
    "text": _TEXT,
    "quoted": _TEXT | {"quote_prefix": True},
    "long": _TEXT | {"text_wrap": True},
    "long_quoted": _TEXT | {"text_wrap": True, "quote_prefix": True},
    "integer": {"num_format": "#,##0"},
    "plain": {"num_format": "0"},
    "number": {"num_format": "#,##0.###############"},
    "date": {"num_format": "yyyy-mm-dd"},
    # Of the sheets that are read and not computed with:
    "title": {"bold": True, "font_size": 16, "num_format": "@", "align": "left", "indent": 1},
    "label": _TEXT | {"bold": True},
    "fact": _TEXT | {"text_wrap": True},
    "prose": _TEXT | _LINED,
    "right": _LINED | {"num_format": "@", "align": "right"},
    "count": _LINED | {"num_format": "#,##0"},
    "year": _LINED | {"num_format": "0", "align": "left", "indent": 1},
}


def _writer_failures() -> tuple[type[Exception], ...]:
    from xlsxwriter.exceptions import XlsxWriterException

    return (XlsxWriterException,)


FORMAT = Format(
    "xlsx",
    ".xlsx",
    plan_workbook,
    write_workbook,
    prove_workbook,
    failures=_writer_failures,
    examine=examine_workbook,
    writers=("xlsxwriter",),
    readers=("python_calamine",),
    purpose="all tables as one workbook, for Excel and LibreOffice",
)
